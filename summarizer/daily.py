"""The daily brief: feeds in, one digest out.

feeds -> entries -> (those not briefed yet) page -> Article -> Brief -> store
the day's filed articles + yesterday's stories -> stories -> Digest -> store

What is done is stored at once: a run that ends at any moment goes on where it stopped, and no
article is asked for twice. A feed, page or article that fails stops nothing but itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from summarizer.digest import DigestOptions, make_digest
from summarizer.digest_models import Digest, Filed, Story, Unread
from summarizer.errors import (
    BudgetExceeded,
    EmbeddedModelError,
    InputError,
    ModelError,
    ModelRejected,
    ModelUnreachable,
    PromptTooLong,
    SummarizerError,
)
from summarizer.feeds import FeedEntry, FeedProblem, FeedReader, Reading
from summarizer.models import Article, Brief, Frozen
from summarizer.store import Entry, NewEntry, Store
from summarizer.stories import join_stories

KNOWN_DAYS = 6
"""Stories older than this are not gone on with; see `join_stories`."""


_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class Progress(Frozen):
    """`done` of `total` entries are read; `title` is the last one's."""

    done: int
    total: int
    title: str


class Plan(Frozen):
    """What a run would read."""

    entries: tuple[FeedEntry, ...]
    problems: tuple[FeedProblem, ...]


class DayRun(Frozen):
    """A run's digest, and how it was made. `briefed` of the read articles asked the model, the
    others have a text that was briefed before; `stopped` says why not all was read, if so.
    """

    digest: Digest
    read: int
    briefed: int
    unread: int
    stopped: str = ""


Summarize = Callable[[Article], Brief]
ReadPage = Callable[[FeedEntry], Reading | Unread]


class Desk:
    """Where a day's work is done: the store, the feeds, who reads pages and who briefs."""

    def __init__(
        self,
        store: Store,
        feeds: FeedReader,
        read_page: ReadPage,
        summarize: Summarize,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._feeds = feeds
        self._read_page = read_page
        self._summarize = summarize
        self._clock = clock

    def plan(self, since: datetime, limit: int = 0) -> Plan:
        """Ask the feeds, and say which entries are not read yet, newest first.

        Args:
            since: entries published before are left alone.
            limit: at most so many entries; 0 for all.
        """
        problems = self._feeds.update()
        entries = {entry.url: entry for entry in self._feeds.entries(since)}
        self._store.remember_entries([_remembered(entry) for entry in entries.values()])
        pending = [e.url for e in self._store.pending_entries() if e.url in entries]
        chosen = pending[:limit] if limit else pending
        return Plan(entries=tuple(entries[url] for url in chosen), problems=problems)

    def run(
        self,
        day: date,
        plan: Plan,
        options: Callable[[datetime], DigestOptions],
        progress: Callable[[Progress], None] = lambda progress: None,
    ) -> DayRun:
        """Brief what the plan names, and make and store the day's digest.

        Args:
            day: the reader's date.
            options: the digest's options at a moment, which is when the last article is read.

        Raises:
            RunInProgress: another run is at it.
        """
        run = self._store.claim_run(day)
        try:
            tally = _Tally()

            def alive(read: Progress) -> None:
                progress(read)
                self._store.heartbeat(run)

            self._read(plan, tally, alive)
            digest = self._digest(day, plan, options(self._clock()))
            self._store.finish_run(run, "finished")
        except BaseException:
            self._store.finish_run(run, "failed")
            raise
        return DayRun(
            digest=digest,
            read=tally.read,
            briefed=tally.briefed,
            unread=tally.unread,
            stopped=tally.stopped,
        )

    # --- articles -----------------------------------------------------------------------------

    def _read(self, plan: Plan, tally: _Tally, progress: Callable[[Progress], None]) -> None:
        for place, entry in enumerate(plan.entries, start=1):
            try:
                self._file(entry, tally)
            except (BudgetExceeded, InputError, ModelError) as error:
                if _ends_the_run(error):
                    tally.stopped = str(error)
                    return
                self._store.mark_unreadable(entry.url, str(error))
                tally.unread += 1
            progress(Progress(done=place, total=len(plan.entries), title=entry.title))

    def _file(self, entry: FeedEntry, tally: _Tally) -> None:
        reading = self._read_page(entry)
        if isinstance(reading, Unread):
            self._store.mark_unreadable(entry.url, reading.reason)
            tally.unread += 1
            return
        # A wire copy has the very text of an article that was briefed already.
        known = self._store.brief_of(reading.article.sha256)
        brief = known or self._summarize(reading.article)
        self._store.file_article(_filed(entry, reading, brief, self._clock()), entry_url=entry.url)
        tally.read += 1
        tally.briefed += known is None

    # --- the digest ---------------------------------------------------------------------------

    def _digest(self, day: date, plan: Plan, options: DigestOptions) -> Digest:
        yesterday = self._store.latest_digest_before(day)
        # Without a digest before, what an interrupted run filed on an earlier day is news too.
        start = yesterday.created_at if yesterday else _BEGINNING
        new = self._store.filed_between(start, options.now)
        known = self._store.latest_stories_before(day)
        old = self._store.filed_between(start - timedelta(days=KNOWN_DAYS), start)
        stories = join_stories(new, _recent(known, old), old)
        unread = (*_of_feeds(plan.problems), *self._store.unread_between(start, options.now))
        ledger = yesterday.ledger if yesterday else ()
        digest = make_digest(day, stories, (*old, *new), yesterday, ledger, unread, options)
        self._store.save_stories(day, stories)
        self._store.save_digest(digest)
        return digest


class _Tally:
    """Counts of a run."""

    def __init__(self) -> None:
        self.read = 0
        self.briefed = 0
        self.unread = 0
        self.stopped = ""


def _ends_the_run(error: SummarizerError) -> bool:
    """Whether the next article would meet it too: it must not count against this one."""
    if isinstance(error, PromptTooLong):
        return False
    return isinstance(error, BudgetExceeded | ModelUnreachable | ModelRejected | EmbeddedModelError)


def _remembered(entry: FeedEntry) -> NewEntry:
    return NewEntry(
        url=entry.url,
        feed=entry.feed,
        title=entry.title,
        published=entry.published,
        summary=entry.summary,
    )


def _filed(entry: FeedEntry, reading: Reading, brief: Brief, now: datetime) -> Filed:
    return Filed(
        id=reading.article.sha256,
        url=entry.url,
        title=entry.title or reading.article.title,
        outlet=entry.outlet,
        feed=entry.feed,
        tier=entry.tier,
        tags=entry.tags,
        published=entry.published or now,
        fetched=now,
        extent=reading.extent,
        brief=brief,
    )


def _recent(known: Sequence[Story], articles: Sequence[Filed]) -> tuple[Story, ...]:
    """Stories with an article of the last days; the others are over."""
    there = {article.id for article in articles}
    return tuple(story for story in known if there.intersection(story.articles))


def _of_feeds(problems: Sequence[FeedProblem]) -> tuple[Unread, ...]:
    return tuple(Unread(url="", title="", feed=p.feed, reason=p.reason) for p in problems)


__all__ = ["DayRun", "Desk", "Entry", "Plan", "Progress"]
