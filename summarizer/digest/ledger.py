"""The ledger of commitments: threats, promises and agreements that wait to be kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from summarizer.digest.actors import Cast
from summarizer.digest.closing import End, Pledge, end_of
from summarizer.digest.dates import deadline_of, is_commitment, made_on
from summarizer.digest.items import Merged, Said, item_id
from summarizer.digest.sources import StoryDay
from summarizer.digest.wording import clause
from summarizer.digest_models import Change, Citation, Commitment
from summarizer.models import Claim, Frozen

# A threat that is only alleged, or told of as background, binds nobody.
_BINDING = ("planned", "conditional", "ongoing", "happened")
_NOT_SETTLED = ("proposed", "agreed")
_SOON = timedelta(days=7)


class LedgerDay(Frozen):
    """The commitments of one story after the day's articles, and what ended that day."""

    entries: tuple[Commitment, ...]
    changes: tuple[Change, ...]


class _Entry(Frozen):
    """A commitment as it stands in the ledger, and as it can be ended."""

    commitment: Commitment
    pledge: Pledge


def keep_ledger(
    story: StoryDay,
    cast: Cast,
    items: Sequence[Merged],
    before: Sequence[Commitment],
    day: date,
    *,
    first: bool,
) -> LedgerDay:
    """The open commitments of `before` and the new ones of the day, each ended where an article
    of the day ends it. `first` is whether there was no digest before."""
    kept = [_Entry(commitment=c, pledge=_pledge(c, story, cast)) for c in sorted(before, key=_id)]
    cited = {citation for entry in kept for citation in _known(entry.commitment, items)}
    for merged in items:
        if (made := _commitment(story.id, merged, cast, first=first)) and not (
            cited & set(_citations(merged)) or (made.due and made.due < day)
        ):
            kept.append(_Entry(commitment=made, pledge=_pledge(made, story, cast)))
    today = [said for merged in items for said in merged.members if said.source.today]
    ended = [_ended(entry, kept, sorted(today, key=lambda s: s.order)) for entry in kept]
    return LedgerDay(
        entries=tuple(commitment for commitment, _ in ended),
        changes=tuple(change for _, change in ended if change),
    )


def lapse(commitment: Commitment, day: date, *, after_days: int) -> Commitment:
    """The commitment lapsed where it is open and its day has passed; one without a day lapses
    `after_days` after it was made."""
    last = commitment.due or commitment.made + timedelta(days=after_days)
    if commitment.state != "open" or last >= day:
        return commitment
    return commitment.model_copy(update={"state": "lapsed"})


def in_order(ledger: Iterable[Commitment], day: date) -> tuple[Commitment, ...]:
    """Open and due within seven days first, then open and due later, then open without a day
    (the latest first), then what ended."""

    def place(one: Commitment) -> tuple[int, int, str]:
        if one.state != "open":
            return 3, -one.made.toordinal(), one.id
        if one.due is None:
            return 2, -one.made.toordinal(), one.id
        return int(one.due >= day + _SOON), one.due.toordinal(), one.id

    return tuple(sorted(ledger, key=place))


def _id(commitment: Commitment) -> str:
    return commitment.id


def _citations(merged: Merged) -> Iterator[Citation]:
    return (citation for member in merged.members for citation in member.citations)


def _known(commitment: Commitment, items: Sequence[Merged]) -> Iterator[Citation]:
    """Everything that is cited for it in the story."""
    yield commitment.citation
    for merged in items:
        cited = list(_citations(merged))
        if merged.type == _item_type(commitment) and commitment.citation in cited:
            yield from cited


def _item_type(commitment: Commitment) -> str:
    return "claim" if commitment.kind == "promise" else commitment.kind


def _commitment(story: str, merged: Merged, cast: Cast, *, first: bool) -> Commitment | None:
    """The commitment that the day's articles are the first to tell of, if it is one."""
    if not (merged.is_new or (first and merged.today.members)) or not _binds(merged):
        return None
    said = merged.members[0]
    found = ((deadline_of(m.item, m.source)) for m in merged.members)
    deadline = next((d for d in found if d), None)
    kind = "promise" if isinstance(said.item, Claim) else said.item.type
    return Commitment.model_validate(
        {
            "id": item_id(story, merged).replace("claim", "promise"),
            "story": story,
            "kind": kind,
            "who": cast.names_in(said.source, said.who),
            "whom": cast.names_in(said.source, said.whom),
            "what": said.item.what,
            "made": made_on(said.source),
            "due": deadline.due if deadline else None,
            "due_text": deadline.text if deadline else "",
            "state": "open",
            "citation": said.cite(),
        }
    )


def _binds(merged: Merged) -> bool:
    if not all(is_commitment(m.item) for m in merged.members):
        return False
    return merged.status in (_NOT_SETTLED if merged.type == "agreement" else _BINDING)


def _pledge(commitment: Commitment, story: StoryDay, cast: Cast) -> Pledge:
    sources = {source.article: source for source in story.sources}
    source = sources.get(commitment.citation.article)
    who, whom = _keys(commitment.who, cast), _keys(commitment.whom, cast)
    names = cast.all_names(who | whom) | {*commitment.who, *commitment.whom}
    language = source.language if source else "en"
    return Pledge(
        id=commitment.id,
        kind=commitment.kind,
        who=who,
        whom=whom,
        clause=clause(commitment.what, language, frozenset(names)),
        article=commitment.citation.article,
        made=commitment.made,
        time=source.time if source else None,
    )


def _keys(names: Sequence[str], cast: Cast) -> frozenset[int]:
    """Keys of all these names, or none where one of them is not to be told in today's cast."""
    keys = [cast.known_as(name) for name in names]
    return frozenset(key for key in keys if key is not None) if None not in keys else frozenset()


def _ended(
    entry: _Entry, kept: Sequence[_Entry], today: Sequence[Said]
) -> tuple[Commitment, Change | None]:
    others = [other.pledge for other in kept]
    for said in today:
        if end := end_of(entry.pledge, said, others):
            closed_by = said.cite()
            ended = entry.commitment.model_copy(update={"state": end, "closed_by": closed_by})
            return ended, _change(entry.commitment, end, closed_by)
    return entry.commitment, None


def _change(commitment: Commitment, end: End, after: Citation) -> Change | None:
    """What the story tells of it; moves of an agreement's status are told by `changes.py`."""
    if end != "carried_out" and end != "withdrawn":
        return None
    text = f"{'Carried out' if end == 'carried_out' else 'Withdrawn'}: {commitment.what}"
    return Change(kind=end, text=text, before=commitment.citation, after=after)
