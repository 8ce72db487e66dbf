"""A brief as every format shows it: one line a text, cleaned for display, in reading order; pure.

A format escapes for its own syntax and lays out; it decides nothing about content.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from summarizer.models import (
    SECTIONS,
    Actor,
    AnyItem,
    Article,
    Brief,
    Dropped,
    Frozen,
    ItemType,
    Quote,
    SummarySentence,
)
from summarizer.render import words
from summarizer.render.links import Link, web_link
from summarizer.render.text import one_line, typed
from summarizer.render.words import ReasonCount, Tag


class QuoteView(Frozen):
    """A verbatim sentence, white space collapsed; `note` says why it is there where it is not
    the evidence itself.
    """

    sentence: int
    text: str
    note: str = ""


class _Proven(Frozen):
    """Something with evidence."""

    evidence: tuple[QuoteView, ...]

    @property
    def shown(self) -> tuple[int, ...]:
        """Numbers of all sentences that show it, also those that only name somebody."""
        return tuple(sorted({quote.sentence for quote in self.evidence}))


class LineView(_Proven):
    """A sentence of the summary; `replaced` as in the brief."""

    anchor: str
    text: str
    sentences: tuple[int, ...]
    replaced: bool


class ItemView(_Proven):
    """An item; `anchor` is unique in the brief and safe in any format ("claim-1")."""

    anchor: str
    type: ItemType
    who: tuple[str, ...]
    whom: tuple[str, ...]
    reported_by: tuple[str, ...]
    what: str
    tags: tuple[Tag, ...]
    sentences: tuple[int, ...]

    @property
    def parties(self) -> str:
        """As in "A → B", or "" where nobody is named."""
        return words.parties(self.who, self.whom)


class SectionView(Frozen):
    """The items of one type."""

    type: ItemType
    title: str
    items: tuple[ItemView, ...]


class ActorView(_Proven):
    """A member of the cast."""

    anchor: str
    name: str
    kind: str
    role: str
    aliases: tuple[str, ...]
    sentences: tuple[int, ...]


class DroppedView(Frozen):
    """A thing left out; `reason` and `detail` are plain words."""

    section: str
    what: str
    sentences: tuple[int, ...]
    reason: str
    detail: str


class BriefView(Frozen):
    """All that a reader is told; `url` is the source's address where no link could be made."""

    headline: str
    headline_sentences: tuple[int, ...]
    headline_evidence: tuple[QuoteView, ...]
    title: str
    outlet: str
    date: str
    link: Link | None
    url: str
    summary: tuple[LineView, ...]
    sections: tuple[SectionView, ...]
    empty: str
    actors: tuple[ActorView, ...]
    left_out: str
    reasons: tuple[ReasonCount, ...]
    dropped: tuple[DroppedView, ...]
    gaps: tuple[str, ...]
    warning: str
    replaced_note: str
    provenance: tuple[str, ...]

    @property
    def items(self) -> tuple[ItemView, ...]:
        """All items in the order of the sections."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def byline(self) -> tuple[str, ...]:
        """Outlet and date, those that are known."""
        return tuple(part for part in (self.outlet, self.date) if part)


def view_of(brief: Brief) -> BriefView:
    """What a reader is shown of `brief`."""
    sections = _sections(brief)
    full = {section.type for section in sections}
    link = web_link(brief.article.url)
    return BriefView(
        headline=one_line(brief.headline) or one_line(brief.article.title) or "Untitled",
        headline_sentences=_numbers(brief.headline_evidence),
        headline_evidence=_quotes(brief.headline_evidence),
        title=one_line(brief.article.title),
        outlet=one_line(brief.article.outlet),
        date=one_line(brief.article.date),
        link=link,
        url="" if link else one_line(brief.article.url),
        summary=tuple(_line(n, line) for n, line in enumerate(brief.summary, start=1)),
        sections=sections,
        empty=words.empty_sections([kind for kind in SECTIONS if kind not in full]),
        actors=tuple(_actor(n, actor) for n, actor in enumerate(brief.actors, start=1)),
        left_out=words.left_out_title(brief.dropped),
        reasons=words.reason_counts(brief.dropped),
        dropped=tuple(map(_dropped, brief.dropped)),
        gaps=tuple(map(words.gap_words, brief.gaps)),
        warning=words.broken_words(sum(not stands(q, brief.article) for q in all_quotes(brief))),
        replaced_note=words.REPLACED_NOTE if any(s.replaced for s in brief.summary) else "",
        provenance=words.provenance_words(brief.provenance),
    )


def all_quotes(brief: Brief) -> Iterator[Quote]:
    """Every quote of the brief, in reading order; some come more than once."""
    holders = (*brief.summary, *brief.items, *brief.actors)
    yield from brief.headline_evidence
    for holder in holders:
        yield from holder.evidence
        if not isinstance(holder, Actor):
            yield from holder.context


def stands(quote: Quote, article: Article) -> bool:
    """Whether the article has the quote's words at the quote's place."""
    return 0 <= quote.start < quote.end and article.text[quote.start : quote.end] == quote.text


def _sections(brief: Brief) -> tuple[SectionView, ...]:
    """The sections that have an item."""
    kinds: dict[ItemType, Sequence[AnyItem]] = {
        "claim": brief.claims,
        "threat": brief.threats,
        "action": brief.actions,
        "agreement": brief.agreements,
    }
    return tuple(_section(kind, kinds[kind]) for kind in SECTIONS if kinds[kind])


def _section(kind: ItemType, items: Sequence[AnyItem]) -> SectionView:
    views = tuple(_item(kind, number, item) for number, item in enumerate(items, start=1))
    return SectionView(type=kind, title=words.TITLES[kind], items=views)


def _item(kind: ItemType, number: int, item: AnyItem) -> ItemView:
    return ItemView(
        anchor=f"{kind}-{number}",
        type=kind,
        who=_names(item.who),
        whom=_names(item.whom),
        reported_by=_names(item.reported_by),
        what=one_line(item.what),
        tags=words.tags(item),
        sentences=tuple(sorted(set(item.sentences))),
        evidence=_with_context(item),
    )


def _line(number: int, sentence: SummarySentence) -> LineView:
    return LineView(
        anchor=f"summary-{number}",
        text=one_line(sentence.text),
        sentences=_numbers(sentence.evidence),
        evidence=_with_context(sentence),
        replaced=sentence.replaced,
    )


def _actor(number: int, actor: Actor) -> ActorView:
    return ActorView(
        anchor=f"actor-{number}",
        name=one_line(actor.name),
        kind=typed(actor.kind),
        role=one_line(actor.role),
        aliases=_names(actor.aliases),
        sentences=_numbers(actor.evidence),
        evidence=_quotes(actor.evidence),
    )


def _dropped(dropped: Dropped) -> DroppedView:
    return DroppedView(
        section=dropped.section,
        what=one_line(dropped.what),
        sentences=tuple(sorted(set(dropped.sentences))),
        reason=words.REASONS[dropped.reason],
        detail=one_line(dropped.detail),
    )


def _quotes(quotes: Sequence[Quote]) -> tuple[QuoteView, ...]:
    return tuple(QuoteView(sentence=q.sentence, text=one_line(q.text)) for q in quotes)


def _with_context(holder: AnyItem | SummarySentence) -> tuple[QuoteView, ...]:
    """The evidence, then the sentences that name what it only points to."""
    named = (q.model_copy(update={"note": words.CONTEXT_NOTE}) for q in _quotes(holder.context))
    return (*_quotes(holder.evidence), *named)


def _numbers(quotes: Sequence[Quote]) -> tuple[int, ...]:
    return tuple(sorted({quote.sentence for quote in quotes}))


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(clean for clean in map(one_line, names) if clean)
