"""The articles of a story as a digest reads them: proven, dated, each with its origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from summarizer.digest.evidence import is_web_address, keep_proven
from summarizer.digest.window import Window, time_of
from summarizer.digest_models import Citation, DigestArticle, Filed, Story, Unread
from summarizer.models import Brief, Frozen, Quote


class Source(Frozen):
    """An article of a story, with the proven parts of its brief.

    `outlets` are all that print this very text; `origin` names the piece of reporting; `time` is
    when the article was out, and `day` the reader's date of that; `today` whether it is news of
    this digest. `broken` counts the parts of its brief that did not hold.
    """

    article: str
    filed: Filed
    brief: Brief
    outlets: frozenset[str]
    tier: int
    tags: frozenset[str]
    origin: str
    time: datetime
    day: date
    today: bool
    broken: int

    @property
    def outlet(self) -> str:
        """The first outlet that printed it, its feed where that has no name."""
        return self.filed.outlet or self.filed.feed

    @property
    def language(self) -> str:
        """Language of the text."""
        return self.brief.article.language

    def cite(self, quotes: Iterable[Quote]) -> tuple[Citation, ...]:
        """The quotes as citations of this article."""
        return tuple(Citation(article=self.article, quote=quote) for quote in quotes)


class StoryDay(Frozen):
    """A story with its articles, in the order of publication."""

    id: str
    sources: tuple[Source, ...]

    @property
    def today(self) -> tuple[Source, ...]:
        """Articles that are news."""
        return tuple(source for source in self.sources if source.today)

    @property
    def earlier(self) -> tuple[Source, ...]:
        """Articles that were there before."""
        return tuple(source for source in self.sources if not source.today)


def is_update(after: Source, before: Source) -> bool:
    """Whether the one tells a later state of things than the other: on a later day, in a later
    digest, or later on the same day by the same outlet or as the same piece of reporting.

    Two that are no updates of each other stand side by side.
    """
    if after.time <= before.time:
        return False
    if after.day > before.day or (after.today and not before.today):
        return True
    return after.origin == before.origin or bool(after.outlets & before.outlets)


def stand_side_by_side(a: Source, b: Source) -> bool:
    """Whether two articles are of the day, of other reporting and outlets, neither an update."""
    return (
        a.today
        and b.today
        and a.origin != b.origin
        and not a.outlets & b.outlets
        and not (is_update(a, b) or is_update(b, a))
    )


class Archive:
    """All filed articles, by id; the same text at several URLs is one article with several
    outlets."""

    def __init__(self, filed: Iterable[Filed], window: Window) -> None:
        self._filings: dict[str, list[Filed]] = {}
        self._wrong: list[Filed] = []
        self._window = window
        for one in sorted(filed, key=_order):
            if one.id == one.brief.article.sha256:
                self._filings.setdefault(one.id, []).append(one)
            else:
                self._wrong.append(one)
        self._sources = {id_: self._source(id_) for id_ in self._filings}

    def story(self, story: Story) -> StoryDay:
        """The story with those of its articles that are at hand."""
        origins = sorted(min(origin.articles) for origin in story.origins if origin.articles)
        members = {min(o.articles): o.articles for o in story.origins if o.articles}
        found = {
            article: self._sources[article].model_copy(update={"origin": origin})
            for origin in origins
            for article in members[origin]
            if article in self._sources
        }
        return StoryDay(id=story.id, sources=tuple(sorted(found.values(), key=_by_time)))

    def sources(self) -> tuple[Source, ...]:
        """All articles in the order of publication, each as its own origin."""
        return tuple(sorted(self._sources.values(), key=_by_time))

    def article(self, id_: str) -> DigestArticle | None:
        """The article with its text as a digest keeps it, None where it is not filed."""
        if id_ not in self._sources:
            return None
        first = self._sources[id_].filed
        return DigestArticle(
            id=id_,
            url=first.url if is_web_address(first.url) else "",
            title=first.title,
            outlet=first.outlet,
            feed=first.feed,
            published=first.published,
            extent=first.extent,
            text=first.brief.article.text,
            language=first.brief.article.language,
        )

    def unread(self) -> Iterator[Unread]:
        """Articles of the day that cannot be used, with the reason."""
        for one in self._wrong:
            if self._window.holds(one):
                reason = "Its text is not the one that was filed; fetch it again."
                yield Unread(url=one.url, title=one.title, feed=one.feed, reason=reason)

    def _source(self, id_: str) -> Source:
        filings = self._filings[id_]
        first = filings[0]
        proven = keep_proven(first.brief)
        return Source(
            article=id_,
            filed=first,
            brief=proven.brief,
            outlets=frozenset(one.outlet or one.feed for one in filings),
            tier=min(one.tier for one in filings),
            tags=frozenset(tag for one in filings for tag in one.tags),
            origin=id_,
            time=time_of(first),
            day=self._window.day_of(time_of(first)),
            today=self._window.holds(first),
            broken=proven.broken,
        )


def _order(filed: Filed) -> tuple[datetime, str, str, str, str, datetime]:
    return time_of(filed), filed.id, filed.url, filed.outlet, filed.feed, filed.fetched


def _by_time(source: Source) -> tuple[datetime, str]:
    return source.time, source.article
