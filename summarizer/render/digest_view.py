"""What a reader is told of a day: the types that every format lays out, and their words; pure.

Every text is cleaned for display and nothing is escaped yet. `digest_layout` makes them.
"""

from __future__ import annotations

from summarizer.models import Frozen, ItemType
from summarizer.render import words
from summarizer.render.links import Link
from summarizer.render.words import ReasonCount, Tag

NOTHING_NEW = "Nothing new today."
SUMMARY_ONLY = "only the feed’s summary was read"
BEFORE, NOW = "before", "now"
NOT_FOUND = "not found in the article at this place"


class SourceView(Frozen):
    """An article to go to. `language` is "" for English and for what is no language."""

    number: int
    title: str
    outlet: str
    link: Link | None
    url: str
    published: str
    summary_only: bool
    language: str


class CiteView(Frozen):
    """A quote between what stands before and after it; `note` says what it is there for.

    `source` is None where the digest does not hold the article; `stands` is false where the
    article has other words at that place.
    """

    source: SourceView | None
    quote: str
    before: str = ""
    after: str = ""
    note: str = ""
    stands: bool = True

    @property
    def number(self) -> str:
        """The source's number, "?" where it is unknown."""
        return str(self.source.number) if self.source else "?"


class LineView(Frozen):
    """A sentence and its proof."""

    text: str
    cites: tuple[CiteView, ...]


class ActorView(LineView):
    """An actor; `text` is the name, `details` kind and role."""

    details: str
    aliases: tuple[str, ...]


class ItemView(LineView):
    """An item; `support` is as in "3 outlets, 2 origins"."""

    who: tuple[str, ...]
    whom: tuple[str, ...]
    tags: tuple[Tag, ...]
    support: str

    @property
    def parties(self) -> str:
        """As in "A → B", or "" where nobody is named."""
        return words.parties(self.who, self.whom)


class SectionView(Frozen):
    """The items of one type."""

    type: ItemType
    title: str
    items: tuple[ItemView, ...]


class SideView(LineView):
    """One side of a disagreement."""

    outlet: str


class DisagreementView(Frozen):
    """Where sources differ, in words."""

    kind: str
    about: str
    sides: tuple[SideView, ...]


class StoryView(Frozen):
    """A story as a card; `facts` are short phrases below the headline."""

    number: int
    headline: LineView
    facts: tuple[str, ...]
    summary_only: str
    summary: tuple[LineView, ...]
    changes: tuple[LineView, ...]
    disagreements: tuple[DisagreementView, ...]
    sections: tuple[SectionView, ...]
    actors: tuple[ActorView, ...]
    rank: str


class CommitmentView(LineView):
    """A line of the ledger; `story` is the number of today's card, 0 where there is none."""

    kind: str
    who: tuple[str, ...]
    whom: tuple[str, ...]
    details: tuple[str, ...]
    state: str
    closed_by: CiteView | None
    story: int

    @property
    def parties(self) -> str:
        """As in "A → B", or "" where nobody is named."""
        return words.parties(self.who, self.whom)


class LedgerView(Frozen):
    """Commitments by what became of them; `due` are open and within the week."""

    due: tuple[CommitmentView, ...]
    open: tuple[CommitmentView, ...]
    closed: tuple[CommitmentView, ...]
    lapsed: tuple[CommitmentView, ...]


class UnreadView(Frozen):
    """An entry that was not read, and why."""

    title: str
    link: Link | None
    feed: str
    reason: str


class LeftOutView(Frozen):
    """What is not in the digest."""

    unread: tuple[UnreadView, ...]
    dropped: tuple[ReasonCount, ...]
    muted: tuple[str, ...]
    summaries: str
    usage: str


class DigestView(Frozen):
    """All that a reader is told of the day; `empty` stands where there is no story."""

    title: str
    day: str
    counts: tuple[str, ...]
    warning: str
    empty: str
    ledger: LedgerView
    stories: tuple[StoryView, ...]
    unchanged: tuple[LineView, ...]
    left_out: LeftOutView
    sources: tuple[SourceView, ...]
    made: str
