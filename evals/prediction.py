"""What the scorer reads of a brief, and whether the brief keeps its promises."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from evals.gold import AnyGoldItem, Span
from summarizer.models import Actor, ActorKind, AnyItem, Article, Brief, Frozen, ItemType, Quote


class PredictedActor(Frozen):
    """A member of the brief's cast."""

    name: str
    kind: ActorKind
    aliases: tuple[str, ...] = ()


class Quoted(Span):
    """A piece of evidence: `text` is what the brief says stands at the span."""

    text: str


class PredictedItem(Frozen):
    """An item of any type; `act`, `mode`, `event` and `condition` are empty where it has none."""

    id: str
    type: ItemType
    sentences: tuple[int, ...]
    evidence: tuple[Quoted, ...]
    who: tuple[str, ...]
    whom: tuple[str, ...]
    what: str
    status: str
    reported_by: tuple[str, ...] = ()
    act: str = ""
    mode: str = ""
    event: str = ""
    condition: str = ""


class PredictedSentence(Frozen):
    """A sentence of the summary, or the headline; it is shown and its quotes are checked, but it
    is not scored. `replaced`: grounding put the article's own words there."""

    text: str
    evidence: tuple[Quoted, ...]
    replaced: bool = False


class Prediction(Frozen):
    """What is scored and shown of one article; the default is what a failed run counts as."""

    actors: tuple[PredictedActor, ...] = ()
    items: tuple[PredictedItem, ...] = ()
    headline: PredictedSentence | None = None
    summary: tuple[PredictedSentence, ...] = ()


def prediction_of(brief: Brief) -> Prediction:
    """The brief in the scorer's form."""
    return Prediction(
        actors=tuple(_actor(actor) for actor in brief.actors),
        items=tuple(predicted_item(item, item.id, brief.article.text) for item in brief.items),
        headline=PredictedSentence(text=brief.headline, evidence=_quoted(brief.headline_evidence)),
        summary=tuple(
            PredictedSentence(text=s.text, evidence=_quoted(s.evidence), replaced=s.replaced)
            for s in brief.summary
        ),
    )


def broken_invariants(brief: Brief, article: Article) -> tuple[str, ...]:
    """Promises that the brief breaks: it validates, is of this text, and every quote stands."""
    try:
        Brief.model_validate(brief.model_dump(warnings=False))
    except ValidationError as error:
        return (f"the brief does not validate: {error.error_count()} faults",)
    if brief.article.text != article.text:
        return ("the brief's article is not the text that went in",)
    return (*_unproven(brief), *_misquoted(brief))


def _unproven(brief: Brief) -> Iterator[str]:
    for item in brief.items:
        if not item.evidence:
            yield f"{item.id} has no quote"


def _misquoted(brief: Brief) -> Iterator[str]:
    for owner, quote in _quotes(brief):
        if not quote.text or brief.article.text[quote.start : quote.end] != quote.text:
            yield f"{owner}: its quote does not stand at {quote.start} to {quote.end}"


def _quotes(brief: Brief) -> Iterator[tuple[str, Quote]]:
    for item in brief.items:
        yield from ((item.id, quote) for quote in item.evidence)
    for actor in brief.actors:
        yield from ((f"actor {actor.name}", quote) for quote in actor.evidence)
    for place, sentence in enumerate(brief.summary, start=1):
        yield from ((f"summary {place}", quote) for quote in sentence.evidence)
    yield from (("headline", quote) for quote in brief.headline_evidence)


def _actor(actor: Actor) -> PredictedActor:
    return PredictedActor(name=actor.name, kind=actor.kind, aliases=actor.aliases)


def misquoted(prediction: Prediction, text: str) -> tuple[str, ...]:
    """Stored evidence that does not stand in the article's `text` at its offsets, or is missing."""
    found = []
    for owner, evidence in _stored(prediction):
        found += [
            f"{owner}: its quote does not stand at {quote.start} to {quote.end}"
            for quote in evidence
            if not quote.text or text[quote.start : quote.end] != quote.text
        ]
    return (*(f"{i.id} has no quote" for i in prediction.items if not i.evidence), *found)


def _stored(prediction: Prediction) -> Iterator[tuple[str, tuple[Quoted, ...]]]:
    yield from ((item.id, item.evidence) for item in prediction.items)
    for place, sentence in enumerate(prediction.summary, start=1):
        yield f"summary {place}", sentence.evidence
    if prediction.headline:
        yield "headline", prediction.headline.evidence


def _quoted(quotes: tuple[Quote, ...]) -> tuple[Quoted, ...]:
    return tuple(Quoted(start=q.start, end=q.end, text=q.text) for q in quotes)


def predicted_item(item: AnyItem | AnyGoldItem, identity: str, text: str) -> PredictedItem:
    """A brief's or gold's item as the scores see it; `text` is the article's."""
    return PredictedItem(
        id=identity,
        type=item.type,
        sentences=item.sentences,
        evidence=tuple(_evidence(part, text) for part in item.evidence),
        who=item.who,
        whom=item.whom,
        what=item.what,
        status=item.status,
        reported_by=item.reported_by,
        act=getattr(item, "act", ""),
        mode=getattr(item, "mode", ""),
        event=getattr(item, "event", ""),
        condition=getattr(item, "condition", ""),
    )


def _evidence(part: Quote | Span, text: str) -> Quoted:
    quote = part.text if isinstance(part, Quote) else text[part.start : part.end]
    return Quoted(start=part.start, end=part.end, text=quote)
