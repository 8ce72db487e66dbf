"""The page behind an entry, or what the feed itself says where the page is closed."""

from __future__ import annotations

from collections.abc import Callable

from summarizer.digest_models import Unread
from summarizer.errors import InputError
from summarizer.feeds.models import FeedEntry, Reading
from summarizer.feeds.polite import HostTurns
from summarizer.feeds.robots import Robots
from summarizer.feeds.text import word_count
from summarizer.models import Article

Read = Callable[[str], Article]
"""A URL to its article; raises InputError if it has none to give."""

MIN_SUMMARY_WORDS = 30
"""Fewest words of a feed's own summary that are read in place of the page."""


def read_entry(
    entry: FeedEntry, *, robots: Robots, turns: HostTurns, read: Read
) -> Reading | Unread:
    """The article of `entry`: in full where `robots` and the page allow it, else the feed's summary
    if it has MIN_SUMMARY_WORDS, else why it stays unread.

    `read` is called in the host's turn.
    """
    refusal = robots.refusal(entry.url) if entry.has_page else "The feed names no page for it."
    if not refusal:
        try:
            with turns.turn(entry.url):
                return Reading(article=_completed(read(entry.url), entry), extent="full")
        except InputError as error:
            refusal = str(error)
    if word_count(entry.summary) >= MIN_SUMMARY_WORDS:
        return Reading(article=_summary(entry), extent="feed_summary", why=refusal)
    return Unread(url=entry.url, title=entry.title, feed=entry.feed, reason=refusal)


def _completed(article: Article, entry: FeedEntry) -> Article:
    """`article` with the feed's title and date where the page has none."""
    return article.model_copy(
        update={"title": article.title or entry.title, "date": article.date or _day(entry)}
    )


def _summary(entry: FeedEntry) -> Article:
    return Article(
        text=entry.summary,
        title=entry.title,
        outlet=entry.outlet,
        url=entry.url,
        date=_day(entry),
        language=entry.language or Article.model_fields["language"].default,
        source=entry.url,
    )


def _day(entry: FeedEntry) -> str:
    return entry.published.date().isoformat() if entry.published else ""
