"""Feeds and what they held, kept by the library reader in an SQLite file of its own."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from summarizer.digest_models import Feed
from summarizer.errors import StoreError
from summarizer.feeds.models import FeedEntry, FeedProblem
from summarizer.feeds.polite import Fetch
from summarizer.feeds.text import one_line, plain_text
from summarizer.settings import Settings
from summarizer.web.wording import shown

if TYPE_CHECKING:
    from reader import Entry, Reader

Progress = Callable[[str, int, int], None]
"""Told the name of a feed that is done, how many are, and how many there are."""

ENTRIES_A_FEED = 50
_LOOKED_AT = 1_000  # entries of a feed, the most recent first, before the newest are chosen
_WORKERS = 8
_TITLE_CHARS = 500


class FeedReader:
    """The feeds of one list. Use it in the thread that opened it."""

    def __init__(self, reader: Reader, feeds: Iterable[Feed], settings: Settings) -> None:
        self._reader = reader
        self._feeds = {feed.url: feed for feed in feeds}
        self._settings = settings

    def update(self, progress: Progress | None = None) -> tuple[FeedProblem, ...]:
        """Ask every feed for what is new; those that could not be read, in the list's order.

        Raises StoreError if the file of entries cannot be written.
        """
        reasons: dict[str, str] = {}
        with _store_faults(), warnings.catch_warnings():
            # The library warns of single entries that it leaves out.
            warnings.simplefilter("ignore")
            for url, reason in self._updated():
                reasons[url] = reason
                if progress and url in self._feeds:
                    progress(self._feeds[url].name, len(reasons), len(self._feeds))
        return tuple(
            FeedProblem(feed=feed.name, reason=reasons[url])
            for url, feed in self._feeds.items()
            if reasons.get(url)
        )

    def entries(self, since: datetime, limit: int = ENTRIES_A_FEED) -> tuple[FeedEntry, ...]:
        """Entries published at or after `since` (aware), newest first, at most `limit` a feed.

        An entry without a date counts as published when it was first seen.

        Raises StoreError if the file of entries cannot be read.
        """
        with _store_faults():
            found = [e for feed in self._feeds.values() for e in self._newest(feed, since, limit)]
        return tuple(sorted(found, key=_when, reverse=True))

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def __enter__(self) -> FeedReader:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _updated(self) -> Iterator[tuple[str, str]]:
        """URL and reason ("" if all is well) of each feed, as they are done."""
        from reader import StorageError

        done: set[str] = set()
        try:
            for result in self._reader.update_feeds_iter(scheduled=False, workers=_WORKERS):
                done.add(result.url)
                yield result.url, _reason(result.value, result.url)
        except StorageError:
            raise
        except Exception:
            # The library gives up over a feed whose entries cannot be stored (say, with half of
            # a surrogate pair in them); the others are asked one by one.
            for url in [u for u in self._feeds if u not in done]:
                yield url, self._updated_alone(url)

    def _updated_alone(self, url: str) -> str:
        from reader import StorageError

        try:
            self._reader.update_feed(url)
        except StorageError:
            raise
        except Exception as error:
            return _reason(error, url)
        return ""

    def _newest(self, feed: Feed, since: datetime, limit: int) -> Iterable[FeedEntry]:
        recent = self._reader.get_entries(feed=feed.url, limit=_LOOKED_AT)
        new = (e for e in recent if (e.published or e.updated or e.added) >= since)
        found = sorted(new, key=lambda e: e.published or e.updated or e.added, reverse=True)
        return (self._entry(entry, feed) for entry in islice(found, limit))

    def _entry(self, entry: Entry, feed: Feed) -> FeedEntry:
        url = _page(entry.link, feed.url)
        published = entry.published or entry.updated
        source = entry.source.title if entry.source else None
        body, language = _said(entry)
        return FeedEntry(
            url=url or f"{feed.url.partition('#')[0]}#{quote(entry.id, safe='')}",
            title=one_line((entry.title or "")[:_TITLE_CHARS]),
            feed=feed.name,
            outlet=one_line((source or entry.feed.title or "")[:_TITLE_CHARS]) or feed.name,
            published=published.astimezone(UTC) if published else None,
            seen=entry.added.astimezone(UTC),
            summary=plain_text(body[: self._settings.max_article_chars]),
            language=language,
            tier=feed.tier,
            tags=feed.tags,
            has_page=bool(url),
        )


def open_reader(
    path: Path, feeds: Iterable[Feed], settings: Settings, *, fetch: Fetch
) -> FeedReader:
    """Open (or make) the file of entries at `path` for exactly `feeds`, fetched by `fetch`.

    Entries of feeds that are no longer in the list are forgotten.

    Raises StoreError if the file cannot be used.
    """
    from reader import make_reader

    from summarizer.feeds.retriever import GuardedRetriever

    # The library's own copy of feedparser lacks a module; this is its switch to the installed one.
    os.environ.setdefault("READER_NO_VENDORED_FEEDPARSER", "1")
    # Without a handler, Python would print the library's log on standard error.
    logging.getLogger("reader").addHandler(logging.NullHandler())
    listed = tuple(feeds)
    with _store_faults():
        path.parent.mkdir(parents=True, exist_ok=True)
        reader = make_reader(str(path), plugins=(), search_enabled=None)
        # First the library's own retrievers, which these replace.
        reader._parser.do_lazy_init()
        for prefix in ("http://", "https://"):
            reader._parser.mount_retriever(prefix, GuardedRetriever(fetch))
        _subscribe(reader, {feed.url for feed in listed})
    return FeedReader(reader, listed, settings)


def _subscribe(reader: Reader, urls: set[str]) -> None:
    kept = {feed.url for feed in reader.get_feeds()}
    for url in kept - urls:
        reader.delete_feed(url)
    for url in sorted(urls - kept):
        reader.add_feed(url)


@contextmanager
def _store_faults() -> Iterator[None]:
    """Turn faults of the file into StoreError."""
    from reader import StorageError

    try:
        yield
    except (StorageError, OSError) as error:
        raise StoreError(
            f"The file of feed entries cannot be used ({shown(str(error))}); check its folder and "
            "rights, or delete it: it is made anew from the feeds."
        ) from error


def _reason(value: object, url: str) -> str:
    from reader import ParseError

    from summarizer.feeds.retriever import reason_of

    if isinstance(value, ParseError):
        return reason_of(value, url)
    if isinstance(value, Exception):
        return f"The entries of {shown(url)} cannot be kept ({shown(str(value))}); tell its owner."
    return ""


def _when(entry: FeedEntry) -> datetime:
    return entry.published or entry.seen


def _page(link: str | None, base: str) -> str:
    """The absolute http or https URL of an entry's page, or ""."""
    try:
        url = urljoin(base, (link or "").strip())
        fit = link and urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname
    except ValueError:
        return ""
    return url if fit and url.isprintable() else ""


def _said(entry: Entry) -> tuple[str, str]:
    """The longest text that the feed has of an entry, and its language code or ""."""
    said = [(entry.summary or "", "")]
    said += [(content.value or "", content.language or "") for content in entry.content]
    text, _ = max(said, key=lambda pair: len(pair[0]))
    language = next((language for _, language in said if language), "")[:2].lower()
    return text, language if language.isascii() and language.isalpha() else ""
