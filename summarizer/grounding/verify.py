"""A stored brief checked again against the article's text, offline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from summarizer.grounding.cast import CastIndex, keep_actors
from summarizer.grounding.content import Evidence, find_actor, find_evidence, find_fault
from summarizer.grounding.overview import own_headline, whole_article
from summarizer.models import (
    AnyItem,
    Brief,
    ExtractedActor,
    Frozen,
    Quote,
    Sentence,
    Threat,
)


class Problem(Frozen):
    """Something in a stored brief that the article does not show; `where` names the part
    ("claim-2", "summary-1", "actor Gustavo Petro", "article")."""

    where: str
    detail: str


class _Statement(Frozen):
    """A part of a brief that says something, with the quotes that must show it."""

    where: str
    clause: str
    who: tuple[str, ...] = ()
    whom: tuple[str, ...] = ()
    quotes: tuple[Quote, ...]


def verify(brief: Brief, text: str, sentences: Sequence[Sentence]) -> list[Problem]:
    """Every problem of `brief` against `text` with its `sentences`; an empty list is proof.

    Checked are the article's digest, every quote at its offsets, that the article names every
    actor, and again that numbers, quotations, names and actors of each item stand in its evidence.
    """
    broken = [*_broken_quotes(brief, text, sentences)]
    problems = [*broken, *_digest(brief, text)]
    places = {sentence.number: i for i, sentence in enumerate(sentences)}
    cast = CastIndex(brief.actors)
    seen = {problem.where for problem in broken}
    for said in _statements(brief):
        if said.where in seen:
            continue
        cited = [places[quote.sentence] for quote in said.quotes]
        evidence = find_evidence([s.text for s in sentences], cited, brief.article.language)
        problems += _unproven(said, evidence, cast)
    article = brief.article.model_copy(update={"text": text})
    if "headline" not in seen and brief.headline != own_headline(article, sentences):
        evidence = whole_article(article, sentences)
        headline = _Statement(where="headline", clause=brief.headline, quotes=())
        problems += _unproven(headline, evidence, cast)
    return [*problems, *_unnamed_actors(brief, sentences, seen)]


def _digest(brief: Brief, text: str) -> Iterator[Problem]:
    given = brief.article.model_copy(update={"text": text})
    if given.sha256 != brief.provenance.article_sha256:
        yield Problem(
            where="article", detail="Its text is not the one that the brief was made from."
        )


def _broken_quotes(brief: Brief, text: str, sentences: Sequence[Sentence]) -> Iterator[Problem]:
    whole = {(s.number, s.start, s.end) for s in sentences}
    for where, quotes in _all_quotes(brief):
        for quote in quotes:
            if text[quote.start : quote.end] != quote.text or not quote.text:
                yield Problem(
                    where=where,
                    detail=f"Its quote of sentence {quote.sentence} does not stand at "
                    f"characters {quote.start} to {quote.end} of the article.",
                )
            elif (quote.sentence, quote.start, quote.end) not in whole:
                yield Problem(
                    where=where, detail=f"Its quote is not the whole of sentence {quote.sentence}."
                )
    for item in brief.items:
        if item.sentences != tuple(quote.sentence for quote in item.evidence):
            yield Problem(where=_named(item), detail="Its sentences are not those of its quotes.")


def _unnamed_actors(
    brief: Brief, sentences: Sequence[Sentence], seen: Set[str]
) -> Iterator[Problem]:
    for actor in brief.actors:
        where = f"actor {actor.name}"
        said = ExtractedActor.model_construct(
            name=actor.name, kind=actor.kind, role=actor.role, aliases=list(actor.aliases)
        )
        kept, dropped = keep_actors([said], sentences)
        if where not in seen and kept != [actor]:
            detail = dropped[0].detail if dropped else "Its quote is not its first mention."
            yield Problem(where=where, detail=detail)


def _all_quotes(brief: Brief) -> Iterator[tuple[str, tuple[Quote, ...]]]:
    for item in brief.items:
        yield _named(item), (*item.evidence, *item.context)
    for number, sentence in enumerate(brief.summary, start=1):
        yield f"summary-{number}", (*sentence.evidence, *sentence.context)
    yield "headline", brief.headline_evidence
    for actor in brief.actors:
        yield f"actor {actor.name}", actor.evidence


def _statements(brief: Brief) -> Iterator[_Statement]:
    for item in brief.items:
        whom = (*item.whom, *item.reported_by)
        where, quotes = _named(item), item.evidence
        yield _Statement(where=where, clause=item.what, who=item.who, whom=whom, quotes=quotes)
        if isinstance(item, Threat) and item.condition:
            yield _Statement(where=where, clause=item.condition, quotes=quotes)
    for number, sentence in enumerate(brief.summary, start=1):
        yield _Statement(where=f"summary-{number}", clause=sentence.text, quotes=sentence.evidence)


def _named(item: AnyItem) -> str:
    return f"{item.id} ({item.what})"


def _unproven(said: _Statement, evidence: Evidence, cast: CastIndex) -> Iterator[Problem]:
    if not evidence.cited:
        yield Problem(where=said.where, detail="It has no evidence.")
        return
    if fault := find_fault(said.clause, evidence, cast):
        yield Problem(where=said.where, detail=fault.detail)
    stands = [find_actor(name, evidence, cast).stands for name in said.who]
    stands += [find_actor(name, evidence, cast, said.clause).stands for name in said.whom]
    for name, found in zip((*said.who, *said.whom), stands, strict=True):
        if not found:
            yield Problem(where=said.where, detail=f"{name} does not stand in its evidence.")
