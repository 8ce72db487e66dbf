"""What a feed gives: entries, problems, and the article behind an entry."""

from __future__ import annotations

from datetime import datetime

from summarizer.digest_models import Extent
from summarizer.models import Article, Frozen


class FeedEntry(Frozen):
    """An entry of a feed. `summary` is the feed's own text of it, a paragraph a line.

    `url` is absolute; where the feed names no page (`has_page` is False) it points into the feed.
    `published` is UTC, or None where the feed gives no date; `seen` (UTC) is when the entry was
    first read. `language` is a two-letter code, or "".
    """

    url: str
    title: str
    feed: str
    outlet: str
    published: datetime | None
    seen: datetime
    summary: str
    language: str = ""
    tier: int = 2
    tags: tuple[str, ...] = ()
    has_page: bool = True


class FeedProblem(Frozen):
    """A feed (by name) that could not be read, and why, in a plain sentence."""

    feed: str
    reason: str


class Reading(Frozen):
    """The text behind an entry. For a "feed_summary" `why` says what kept the page closed."""

    article: Article
    extent: Extent
    why: str = ""
