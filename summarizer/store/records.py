"""What the store gives and takes beside the types of `summarizer.digest_models`.

Every moment is UTC. A type whose fields are columns of one table names that table.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from summarizer.digest_models import Extent, Filed
from summarizer.models import Brief, Frozen

EntryState = Literal["new", "briefed", "unreadable"]
RunState = Literal["running", "finished", "failed", "died"]
PartState = Literal["pending", "sending", "sent", "failed", "ambiguous"]

# --- what is read -----------------------------------------------------------------------------


class NewEntry(Frozen):
    """An entry as a feed lists it. `feed` is the feed's name; `published` is None where the feed
    gives no time; `summary` is the feed's own text, used where the page cannot be read.
    """

    url: str
    feed: str
    title: str = ""
    published: datetime | None = None
    summary: str = ""


class Entry(NewEntry):
    """An entry with what became of it.

    `attempts` counts the readings that failed, the last at `tried_at` for `reason`; `article` is
    the id of the article it gave, None when it gave none or that article was pruned.
    """

    table: ClassVar[str] = "entries"

    first_seen: datetime
    last_seen: datetime
    state: EntryState = "new"
    reason: str = ""
    attempts: int = Field(default=0, ge=0)
    tried_at: datetime | None = None
    article: str | None = None


class StoredArticle(Frozen):
    """A text with the one brief made of it. `id` is the SHA-256 of the text."""

    table: ClassVar[str] = "articles"

    id: str
    filed_at: datetime
    brief: Brief


class Filing(Frozen):
    """One place where a text stood: the same text at two outlets is two filings of one article."""

    table: ClassVar[str] = "filings"

    article: str
    url: str
    title: str
    outlet: str
    feed: str
    tier: int
    tags: tuple[str, ...]
    published: datetime
    fetched: datetime
    extent: Extent

    @classmethod
    def of(cls, filed: Filed) -> Filing:
        """`filed` without its brief."""
        fields = {name: getattr(filed, name) for name in cls.model_fields if name != "article"}
        return cls(article=filed.id, **fields)

    def with_brief(self, brief: Brief) -> Filed:
        """The reverse of `of`."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Filed(id=fields.pop("article"), brief=brief, **fields)


# --- who works --------------------------------------------------------------------------------


class Run(Frozen):
    """A daily run. `machine`, `pid` and `process_started` (seconds since 1970) say whose it is;
    `heartbeat` is the last sign of life.
    """

    table: ClassVar[str] = "runs"

    id: str
    day: date
    machine: str
    pid: int
    process_started: float
    started: datetime
    heartbeat: datetime
    finished: datetime | None = None
    state: RunState = "running"


# --- what is delivered ------------------------------------------------------------------------


class PartKey(Frozen):
    """Names one message: `digest` is the day (ISO) or another name of what is posted, `part`
    counts its messages from 0 (the parent) on.
    """

    digest: str = Field(min_length=1)
    channel: str = Field(min_length=1)
    part: int = Field(ge=0)


class NewPart(PartKey):
    """A message to post. `payload` is what the sender needs to post it, as text."""

    payload: str = ""

    @property
    def key(self) -> PartKey:
        """The name alone."""
        return PartKey(digest=self.digest, channel=self.channel, part=self.part)


class OutboxPart(NewPart):
    """A message with what became of it. `ts` is Slack's, once sent; `attempts` counts the posts
    that were begun; `error` is the last one.
    """

    table: ClassVar[str] = "outbox"

    state: PartState = "pending"
    ts: str = ""
    attempts: int = Field(default=0, ge=0)
    error: str = ""
    queued_at: datetime
    changed_at: datetime


class EventClaim(Frozen):
    """An event or message of Slack that was taken up, so that nobody takes it up again."""

    table: ClassVar[str] = "claims"

    kind: Literal["event", "message"]
    key: str
    claimed_at: datetime


class Feedback(Frozen):
    """A reader's word on a brief. `part` names an item ("claim-2"), "headline" or the like, and
    is empty for the whole; `id` is a digest of all but the time, so that the same word twice is
    one record.
    """

    table: ClassVar[str] = "feedback"

    id: str
    article: str
    kind: Literal["wrong", "missing"]
    part: str = ""
    text: str = ""
    reader: str = ""
    given_at: datetime


# --- upkeep -----------------------------------------------------------------------------------


class Problem(Frozen):
    """Something in the store that does not hold; `where` names the file, table or record."""

    where: str
    detail: str


class Pruned(Frozen):
    """How many of each were removed; `stories` counts one a day on which a story stood."""

    digests: int
    stories: int
    articles: int
    entries: int
    outbox: int
    claims: int
    runs: int


class Imported(Frozen):
    """How many records an import added, and how many the store had already."""

    added: int
    present: int


LEASE = timedelta(minutes=10)
"""After so long without a sign of life a run, or a post in flight, counts as dead."""

MAX_ATTEMPTS = 3
"""So often an entry that cannot be read is tried."""
