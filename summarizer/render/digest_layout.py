"""A digest to what a reader is told of it (`digest_view`), the same for all formats; pure.

Every text is cleaned for display and nothing is escaped yet. Sources are numbered in the order of
`Digest.articles`; a citation carries its quote and what stands around it in its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from summarizer.digest_models import (
    Change,
    Citation,
    Commitment,
    Digest,
    DigestArticle,
    DigestStory,
    Disagreement,
    LeftOut,
    Line,
    StoryActor,
    StoryItem,
    Unread,
)
from summarizer.models import (
    SECTIONS,
    Action,
    Agreement,
    AnyItem,
    Claim,
    ItemType,
    Threat,
    Usage,
)
from summarizer.render import words
from summarizer.render.digest_view import (
    BEFORE,
    NOTHING_NEW,
    NOW,
    SUMMARY_ONLY,
    ActorView,
    CiteView,
    CommitmentView,
    DigestView,
    DisagreementView,
    ItemView,
    LedgerView,
    LeftOutView,
    LineView,
    SectionView,
    SideView,
    SourceView,
    StoryView,
    UnreadView,
)
from summarizer.render.links import web_link
from summarizer.render.text import make_visible, one_line, typed
from summarizer.render.words import ReasonCount, Tag, counted

DUE_WITHIN = timedelta(days=7)

_AROUND = 320  # characters of context on each side of a quote
_SPACE = re.compile(r"\s+")
_LINE_END = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\r\n[^\S\r\n]*\r\n")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_ITEMS: dict[ItemType, type[AnyItem]] = {
    "claim": Claim,
    "threat": Threat,
    "action": Action,
    "agreement": Agreement,
}
_DISAGREE = {
    "number": "two figures",
    "attribution": "who did it",
    "denial": "said and denied",
    "scope": "a part or the whole",
}


def view_of_digest(digest: Digest) -> DigestView:
    """What a reader is shown of `digest`."""
    desk = _Desk(digest)
    day = _long_day(digest.day)
    stories = tuple(desk.story(n, story) for n, story in enumerate(digest.stories, start=1))
    ledger = desk.ledger(digest.ledger)
    unchanged = tuple(map(desk.line, digest.unchanged))
    return DigestView(
        title=f"Daily brief, {day}",
        day=day,
        counts=_counts(digest),
        # The desk counts broken quotes while it lays out, so this stands after all that cites.
        warning=words.broken_words(len(desk.broken)),
        empty="" if stories else NOTHING_NEW,
        ledger=ledger,
        stories=stories,
        unchanged=unchanged,
        left_out=_left_out(digest.left_out),
        sources=tuple(desk.sources.values()),
        made=_made(digest),
    )


# --- what is cited ----------------------------------------------------------------------------


class _Desk:
    """Lays out the parts of one digest, whose articles and stories it knows by id."""

    def __init__(self, digest: Digest) -> None:
        self.day = digest.day
        self.articles = {article.id: article for article in digest.articles}
        self.sources = {
            article.id: _source(number, article)
            for number, article in enumerate(self.articles.values(), start=1)
        }
        self.numbers = {story.id: n for n, story in enumerate(digest.stories, start=1)}
        self.broken: set[Citation] = set()

    def cite(self, citation: Citation, note: str = "") -> CiteView:
        quote = citation.quote
        article = self.articles.get(citation.article)
        text = article.text if article else ""
        stands = 0 <= quote.start < quote.end and text[quote.start : quote.end] == quote.text
        if not stands:
            self.broken.add(citation)
        return CiteView(
            source=self.sources.get(citation.article),
            quote=one_line(quote.text),
            before=_before(text, quote.start, quote.text) if stands else "",
            after=_after(text, quote.end, quote.text) if stands else "",
            note=note,
            stands=stands,
        )

    def cites(self, citations: Iterable[Citation]) -> tuple[CiteView, ...]:
        return tuple(self.cite(citation) for citation in dict.fromkeys(citations))

    def line(self, line: Line) -> LineView:
        return LineView(text=one_line(line.text), cites=self.cites(line.citations))

    # --- a story ------------------------------------------------------------------------------

    def story(self, number: int, story: DigestStory) -> StoryView:
        headline = self.line(story.headline)
        if not headline.text:
            headline = headline.model_copy(update={"text": "Untitled"})
        return StoryView(
            number=number,
            headline=headline,
            facts=self._facts(story),
            summary_only=self._summary_only(story),
            summary=tuple(map(self.line, story.summary)),
            changes=tuple(map(self._change, story.changes)),
            disagreements=tuple(map(self._disagreement, story.disagreements)),
            sections=self._sections(story.items),
            actors=tuple(map(self._actor, story.actors)),
            rank=_rank(story),
        )

    def _facts(self, story: DigestStory) -> tuple[str, ...]:
        new = story.first_seen >= self.day
        seen = "new today" if new else f"first seen {_short_day(story.first_seen, self.day)}"
        tags = ", ".join(_names(story.tags))
        facts = (counted(len(story.articles), "article"), _support(story), seen, tags)
        return tuple(fact for fact in facts if fact)

    def _summary_only(self, story: DigestStory) -> str:
        known = [self.sources[id_] for id_ in story.articles if id_ in self.sources]
        partly = sum(source.summary_only for source in known)
        if not partly:
            return ""
        if partly == len(known):
            return f"Of this story {SUMMARY_ONLY}."
        return f"Of {partly} of its {counted(len(known), 'article')} {SUMMARY_ONLY}."

    def _change(self, change: Change) -> LineView:
        before = (self.cite(change.before, BEFORE),) if change.before else ()
        after = self.cite(change.after, NOW if before else "")
        return LineView(text=one_line(change.text), cites=(*before, after))

    def _disagreement(self, disagreement: Disagreement) -> DisagreementView:
        return DisagreementView(
            kind=_DISAGREE[disagreement.kind],
            about=one_line(disagreement.about),
            sides=tuple(
                SideView(
                    text=one_line(side.text),
                    outlet=one_line(side.outlet),
                    cites=(self.cite(side.citation),),
                )
                for side in disagreement.sides
            ),
        )

    def _sections(self, items: Sequence[StoryItem]) -> tuple[SectionView, ...]:
        return tuple(
            SectionView(type=kind, title=words.TITLES[kind], items=tuple(map(self._item, found)))
            for kind in SECTIONS
            if (found := [item for item in items if item.type == kind])
        )

    def _item(self, item: StoryItem) -> ItemView:
        return ItemView(
            text=one_line(item.what),
            cites=self.cites(item.citations),
            who=_names(item.who),
            whom=_names(item.whom),
            tags=self._tags(item),
            support=_support(item),
        )

    def _tags(self, item: StoryItem) -> tuple[Tag, ...]:
        """The remarks that a brief has at its item, and the deadline."""
        found = words.tags(_ITEMS[item.type].model_construct(**_own_fields(item)))
        if item.due is None:
            return found
        return (*found, Tag(kind="status", text=f"due {_short_day(item.due, self.day)}"))

    def _actor(self, actor: StoryActor) -> ActorView:
        details = (typed(one_line(actor.kind)), one_line(actor.role))
        return ActorView(
            text=one_line(actor.name),
            cites=self.cites(actor.citations),
            details=", ".join(part for part in details if part),
            aliases=_names(actor.aliases),
        )

    # --- the ledger ---------------------------------------------------------------------------

    def ledger(self, ledger: Sequence[Commitment]) -> LedgerView:
        soon = [c for c in ledger if self._is_due(c)]
        over = ("open", "lapsed")
        return LedgerView(
            due=tuple(map(self._commitment, sorted(soon, key=lambda c: c.due or self.day))),
            open=tuple(
                self._commitment(c) for c in ledger if c.state == "open" and not self._is_due(c)
            ),
            closed=tuple(self._commitment(c) for c in ledger if c.state not in over),
            lapsed=tuple(self._commitment(c) for c in ledger if c.state == "lapsed"),
        )

    def _is_due(self, one: Commitment) -> bool:
        if one.state != "open" or one.due is None:
            return False
        return timedelta(0) <= one.due - self.day <= DUE_WITHIN

    def _commitment(self, one: Commitment) -> CommitmentView:
        closed = self.cite(one.closed_by, "what ended it") if one.closed_by else None
        made = self.cite(one.citation)
        return CommitmentView(
            text=one_line(one.what),
            cites=(made, closed) if closed else (made,),
            kind=one.kind,
            who=_names(one.who),
            whom=_names(one.whom),
            details=self._dates(one),
            state=typed(one.state),
            closed_by=closed,
            story=self.numbers.get(one.story, 0),
        )

    def _dates(self, one: Commitment) -> tuple[str, ...]:
        text = one_line(one.due_text)
        said = f"“{text}”" if text else ""
        due = f"{_due_word(one)} {_due_day(one.due, self.day)}" if one.due else ""
        made = f"made {_short_day(one.made, self.day)}"
        return tuple(part for part in (due, said, made) if part)


def _due_word(one: Commitment) -> str:
    return "due" if one.state == "open" else "was due"


def _source(number: int, article: DigestArticle) -> SourceView:
    link = web_link(article.url)
    language = article.language if _LANGUAGE.fullmatch(article.language) else ""
    return SourceView(
        number=number,
        title=one_line(article.title) or "Untitled article",
        outlet=one_line(article.outlet) or one_line(article.feed),
        link=link,
        url="" if link else one_line(article.url),
        published=article.published.strftime("%Y-%m-%d %H:%M"),
        summary_only=article.extent == "feed_summary",
        language="" if language == "en" else language,
    )


def _before(text: str, start: int, quoted: str) -> str:
    """What stands before a quote in its paragraph, cut at a word where that is long."""
    near = text[max(0, start - 4 * _AROUND) : start]
    near = _paragraph_end(quoted).split(near)[-1]
    if len(near) > _AROUND:
        near = "… " + near[-_AROUND:].partition(" ")[2]
    return _spaced(near).lstrip()


def _after(text: str, end: int, quoted: str) -> str:
    """The same for what follows."""
    near = text[end : end + 4 * _AROUND]
    near = _paragraph_end(quoted).split(near, maxsplit=1)[0]
    if len(near) > _AROUND:
        near = near[:_AROUND].rpartition(" ")[0] + " …"
    return _spaced(near).rstrip()


def _paragraph_end(quoted: str) -> re.Pattern[str]:
    """Where a sentence runs over a line end, only blank lines part paragraphs."""
    return _BLANK_LINE if _LINE_END.search(quoted) else _LINE_END


def _spaced(text: str) -> str:
    return _SPACE.sub(" ", make_visible(text))


def _own_fields(item: StoryItem) -> dict[str, Any]:
    return {
        "act": item.act or "",
        "mode": item.mode or "other",
        "event": item.event or "OTHER",
        "status": one_line(item.status),
        "condition": item.condition,
        "reported_by": _names(item.reported_by),
    }


# --- words ------------------------------------------------------------------------------------


def _counts(digest: Digest) -> tuple[str, ...]:
    """One line: what is in it, then what is not."""
    told = {id_ for story in digest.stories for id_ in story.articles}
    outlets = {a.outlet or a.feed for a in digest.articles if a.id in told}
    left = digest.left_out
    missing = [
        counted(len(left.unread), "entry", "entries") + " not read" if left.unread else "",
        counted(sum(d.count for d in left.dropped), "statement") + " dropped"
        if left.dropped
        else "",
        counted(len(left.muted), "story", "stories") + " muted" if left.muted else "",
    ]
    out = ", ".join(part for part in missing if part) or "nothing"
    return (
        counted(len(digest.stories), "story", "stories"),
        counted(left.articles, "article") + " read",
        counted(len(outlets), "outlet"),
        f"left out: {out}",
    )


def _support(one: StoryItem | DigestStory) -> str:
    return f"{counted(one.outlets, 'outlet')}, {counted(one.origins, 'origin')}"


def _rank(story: DigestStory) -> str:
    reasons = "; ".join(_names(story.rank.reasons)) or "no rule gave it points"
    return f"Why it ranks here: {reasons} ({story.rank.points:g} points)"


def _left_out(left: LeftOut) -> LeftOutView:
    partly = counted(left.feed_summaries, "article") if left.feed_summaries else ""
    return LeftOutView(
        unread=tuple(map(_unread, left.unread)),
        dropped=tuple(
            ReasonCount(words=words.REASONS[one.reason], count=one.count) for one in left.dropped
        ),
        muted=_names(left.muted),
        summaries=f"Of {partly} {SUMMARY_ONLY}." if partly else "",
        usage=_usage(left.usage),
    )


def _unread(entry: Unread) -> UnreadView:
    link = web_link(entry.url)
    return UnreadView(
        title=one_line(entry.title) or (link.host if link else "Untitled entry"),
        link=link,
        feed=one_line(entry.feed),
        reason=one_line(entry.reason).rstrip(".") or "no reason was given",
    )


def _usage(usage: Usage) -> str:
    tokens = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
    return f"{counted(usage.calls, 'call')} of the model, {tokens}, {_cost(usage.cost_usd)}"


def _cost(cost: float | None) -> str:
    if cost is None:
        return "price unknown"
    if 0 < cost < 0.0001:
        return "less than $0.0001"
    return f"${cost:,.2f}" if cost >= 1 or cost == 0 else f"${cost:.4f}"


def _made(digest: Digest) -> str:
    zone = one_line(digest.timezone)
    days = f", days of {zone}" if zone else ""
    return f"Made {digest.created_at:%Y-%m-%d %H:%M} UTC{days}"


def _long_day(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


def _short_day(day: date, today: date) -> str:
    """As in "6 March", with the year where it is another."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {day:%B}{year}"


def _due_day(due: date, today: date) -> str:
    """As in "today", "tomorrow", "Friday, 6 March"."""
    near = {0: "today", 1: "tomorrow"}.get((due - today).days)
    name = f"{due:%A}, " if timedelta(0) <= due - today <= DUE_WITHIN else ""
    return near or f"{name}{_short_day(due, today)}"


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(clean for clean in map(one_line, names) if clean)
