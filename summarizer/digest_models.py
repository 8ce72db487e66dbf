"""Types of a day: feeds, filed articles, stories, and the digest made of them.

As in `summarizer.models` everything that is shown is tied to a text: a `Citation` names an article
and the quote in it, and a `Digest` holds the texts that it cites, so that it can be verified alone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from summarizer.models import Act, Brief, DropReason, Event, Frozen, ItemType, Mode, Quote, Usage

DIGEST_VERSION = "1"

Extent = Literal["full", "feed_summary"]
"""Whether the whole article was read, or only what the feed says of it."""

# --- what is read -----------------------------------------------------------------------------


class Feed(Frozen):
    """A feed to read. `tier` 1 is the reader's first choice, 3 the last."""

    name: str = Field(min_length=1)
    url: str = Field(min_length=1)
    tier: int = Field(default=2, ge=1, le=3)
    tags: tuple[str, ...] = ()


class Filed(Frozen):
    """An article with its brief, as the store keeps it.

    `id` is the SHA-256 of the article's text; `published` and `fetched` are UTC, `published` the
    time of fetching where the feed gives none.
    """

    id: str
    url: str
    title: str
    outlet: str
    feed: str
    tier: int
    tags: tuple[str, ...] = ()
    published: datetime
    fetched: datetime
    extent: Extent = "full"
    brief: Brief


class Unread(Frozen):
    """An entry of a feed that gave no brief, and why, in a plain sentence."""

    url: str
    title: str
    feed: str
    reason: str


# --- stories ----------------------------------------------------------------------------------


class Origin(Frozen):
    """Articles with near-equal texts: one piece of reporting, however many outlets print it."""

    articles: tuple[str, ...]


class Story(Frozen):
    """One event and what directly follows from it, over days. `id` stays when articles join;
    articles are in the order of publication.
    """

    id: str
    origins: tuple[Origin, ...]

    @property
    def articles(self) -> tuple[str, ...]:
        """Ids of all its articles."""
        return tuple(article for origin in self.origins for article in origin.articles)


# --- the digest -------------------------------------------------------------------------------


class Citation(Frozen):
    """A quote and the article (by id) in whose text it stands."""

    article: str
    quote: Quote


class Line(Frozen):
    """A sentence to read, and what proves it."""

    text: str
    citations: tuple[Citation, ...]


class StoryActor(Frozen):
    """An actor over all articles of a story."""

    name: str
    kind: str
    role: str
    aliases: tuple[str, ...]
    citations: tuple[Citation, ...]


class StoryItem(Frozen):
    """What one or more articles say alike. `outlets` print it, `origins` are independent
    pieces of reporting; `due` is a deadline that the text names.
    """

    id: str
    type: ItemType
    who: tuple[str, ...]
    whom: tuple[str, ...]
    what: str
    status: str
    act: Act | None = None
    mode: Mode | None = None
    event: Event | None = None
    condition: str = ""
    reported_by: tuple[str, ...] = ()
    due: date | None = None
    outlets: int
    origins: int
    citations: tuple[Citation, ...]


class Side(Frozen):
    """One side of a disagreement: what it says, who says it, and where."""

    text: str
    outlet: str
    citation: Citation


class Disagreement(Frozen):
    """Where sources differ; both sides are shown and none is called right.

    number: two figures of one thing; attribution: one deed, two doers; denial: said and denied;
    scope: a part against the whole ("some", "all").
    """

    kind: Literal["number", "attribution", "denial", "scope"]
    about: str
    sides: tuple[Side, ...] = Field(min_length=2)


class Change(Frozen):
    """What is new in a story since the digest before. `before` is None where there was nothing."""

    kind: Literal[
        "new_actor", "first_threat", "number_moved", "status_moved", "carried_out", "withdrawn"
    ]
    text: str
    before: Citation | None = None
    after: Citation


class Rank(Frozen):
    """Points by the stated rules, and each rule that gave some, in words."""

    points: float
    reasons: tuple[str, ...]


class DigestStory(Frozen):
    """A story as the day's brief tells it. Its items and summary are of the day's articles."""

    id: str
    first_seen: date
    headline: Line
    summary: tuple[Line, ...]
    actors: tuple[StoryActor, ...]
    items: tuple[StoryItem, ...]
    disagreements: tuple[Disagreement, ...]
    changes: tuple[Change, ...]
    articles: tuple[str, ...]
    outlets: int
    origins: int
    rank: Rank
    tags: tuple[str, ...] = ()


class Commitment(Frozen):
    """A threat, promise or agreement that waits to be kept. `made` is the day of the article;
    `closed_by` is what ended it; open ones past `due` are lapsed.
    """

    id: str
    story: str
    kind: Literal["threat", "promise", "agreement"]
    who: tuple[str, ...]
    whom: tuple[str, ...]
    what: str
    made: date
    due: date | None = None
    due_text: str = ""
    state: Literal["open", "carried_out", "withdrawn", "signed", "broken", "rejected", "lapsed"]
    citation: Citation
    closed_by: Citation | None = None


class DropCount(Frozen):
    """How many things grounding dropped for one reason."""

    reason: DropReason
    count: int


class LeftOut(Frozen):
    """What the digest does not show, and why."""

    articles: int
    feed_summaries: int
    unread: tuple[Unread, ...]
    dropped: tuple[DropCount, ...]
    muted: tuple[str, ...]
    usage: Usage


class DigestArticle(Frozen):
    """A cited article with its text, so that every quote can be checked."""

    id: str
    url: str
    title: str
    outlet: str
    feed: str
    published: datetime
    extent: Extent
    text: str
    language: str = "en"


class Digest(Frozen):
    """A day's brief. `unchanged` are headlines of stories of which nothing is new."""

    schema_version: str = DIGEST_VERSION
    day: date
    timezone: str
    stories: tuple[DigestStory, ...]
    unchanged: tuple[Line, ...]
    ledger: tuple[Commitment, ...]
    left_out: LeftOut
    articles: tuple[DigestArticle, ...]
    created_at: datetime
