"""What became of each item between two runs over one article; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from evals.align import THRESHOLD, Closeness, align
from evals.counts import STRICT
from evals.gold import AnyGoldItem, GoldCase
from evals.prediction import PredictedItem
from evals.results import DocumentResult
from evals.similarity import span_overlap, token_f1
from summarizer.models import Dropped, DropReason, Frozen, ItemType

FlipKind = Literal[
    "LOST",
    "UNGROUNDED",
    "NEW FALSE",
    "MISFILED",
    "WRONG WHO",
    "WRONG WHOM",
    "WRONG STATUS",
    "FOUND",
    "GONE FALSE",
    "RIGHT WHO",
    "RIGHT WHOM",
    "RIGHT STATUS",
]
GONE: tuple[FlipKind, ...] = ("LOST", "UNGROUNDED", "MISFILED")
"""An item of the gold that was there is there no more."""
WRONG: tuple[FlipKind, ...] = ("WRONG WHO", "WRONG WHOM", "WRONG STATUS")
WORSE: frozenset[FlipKind] = frozenset([*GONE, *WRONG, "NEW FALSE"])
_WRONG: dict[str, FlipKind] = {
    "who": "WRONG WHO",
    "whom": "WRONG WHOM",
    "status": "WRONG STATUS",
}
_RIGHT: dict[str, FlipKind] = {
    "who": "RIGHT WHO",
    "whom": "RIGHT WHOM",
    "status": "RIGHT STATUS",
}
# Dropped for the sentences that it cites, an item can be known by its words alone.
_UNPLACED = (DropReason.NO_EVIDENCE, DropReason.BAD_SENTENCE)


class Flip(Frozen):
    """One item that is worse or better than before.

    `gold` is its place among the gold's items, None for a false one; `before` and `after` are
    places among the predicted items of the two runs; `note` says why, where that is known.
    """

    kind: FlipKind
    document: str
    section: ItemType
    gold: int | None = None
    before: int | None = None
    after: int | None = None
    pinned: bool = False
    note: str = ""

    @property
    def worse(self) -> bool:
        """Whether a reader loses by it."""
        return self.kind in WORSE


def flips(case: GoldCase, before: DocumentResult, after: DocumentResult) -> tuple[Flip, ...]:
    """The article's flips: what got worse first, each part in the order of the gold."""
    told = tuple(_of_gold(case, before, after))
    found = [*told, *_of_false(case, before, after, told)]
    return tuple(sorted(found, key=lambda flip: not flip.worse))


# --- items of the gold ------------------------------------------------------------------------


def _of_gold(case: GoldCase, before: DocumentResult, after: DocumentResult) -> Iterator[Flip]:
    for place, item in enumerate(case.items):
        if item.must:
            for flip in _item(case, place, before, after):
                yield flip.model_copy(update={"pinned": item.pinned})


def _item(
    case: GoldCase, place: int, before: DocumentResult, after: DocumentResult
) -> Iterator[Flip]:
    old, new = _paired(before, place), _paired(after, place)
    base = Flip(
        kind="LOST",
        document=case.id,
        section=case.items[place].type,
        gold=place,
        before=old,
        after=new,
    )
    if old is not None and new is None:
        yield _lost(base, case.items[place], after)
    elif old is None and new is not None:
        yield _found(base, before)
    elif old is not None and new is not None:
        yield from _fields(base, place, before, after)


def _lost(base: Flip, item: AnyGoldItem, after: DocumentResult) -> Flip:
    """Said under another type, said but not proven, or not said at all."""
    misfiled = _misfiled(after, base.gold)
    if misfiled is not None:
        note = f"filed as {after.prediction.items[misfiled].type}"
        return base.model_copy(update={"kind": "MISFILED", "after": misfiled, "note": note})
    dropped = next((d for d in after.dropped if is_dropped_form(d, item)), None)
    if dropped:
        note = f"{dropped.reason.value}: {dropped.detail}"
        return base.model_copy(update={"kind": "UNGROUNDED", "note": note})
    if after.failure:
        return base.model_copy(update={"note": "the article failed"})
    return base


def _found(base: Flip, before: DocumentResult) -> Flip:
    """Said in its own section now; `before` is where it was misfiled."""
    misfiled = _misfiled(before, base.gold)
    if misfiled is None:
        return base.model_copy(update={"kind": "FOUND"})
    note = f"was filed as {before.prediction.items[misfiled].type}"
    return base.model_copy(update={"kind": "FOUND", "before": misfiled, "note": note})


def _misfiled(document: DocumentResult, place: int | None) -> int | None:
    return next((p.predicted for p in document.score.misfiled if p.gold == place), None)


def is_dropped_form(dropped: Dropped, item: AnyGoldItem) -> bool:
    """Whether what grounding dropped says the gold's item."""
    near = dropped.reason in _UNPLACED or set(dropped.sentences) & set(item.sentences)
    words = max(token_f1(what, dropped.what) for what in (item.what, *item.alternates))
    return dropped.section == item.type and bool(near) and words >= THRESHOLD


def _fields(
    base: Flip, place: int, before: DocumentResult, after: DocumentResult
) -> Iterator[Flip]:
    was, now = _wrong(before, place), _wrong(after, place)
    for field in STRICT:
        if field in now - was:
            yield base.model_copy(update={"kind": _WRONG[field]})
        if field in was - now:
            yield base.model_copy(update={"kind": _RIGHT[field]})


def _paired(document: DocumentResult, place: int) -> int | None:
    return next((p.predicted for p in document.score.pairs if p.gold == place), None)


def _wrong(document: DocumentResult, place: int) -> set[str]:
    return {w.field for w in document.score.wrong if w.pair.gold == place}


# --- false items ------------------------------------------------------------------------------


def _of_false(
    case: GoldCase, before: DocumentResult, after: DocumentResult, told: Sequence[Flip]
) -> Iterator[Flip]:
    """False items of one run that the other run does not have in much the same words.

    A misfiled item counts as false in its section; it is left out where a flip of its gold item
    tells of it.
    """
    old = _false(before, {flip.before for flip in told if flip.kind == "FOUND"})
    new = _false(after, {flip.after for flip in told if flip.kind == "MISFILED"})
    pairs = align(
        [before.prediction.items[place] for place in old],
        [after.prediction.items[place] for place in new],
        lambda one, other: Closeness(similarity=_likeness(one, other)),
    )
    kept, still = {old[pair.gold] for pair in pairs}, {new[pair.predicted] for pair in pairs}
    for place in (place for place in new if place not in still):
        yield _false_flip("NEW FALSE", case, after, place).model_copy(update={"after": place})
    for place in (place for place in old if place not in kept):
        yield _false_flip("GONE FALSE", case, before, place).model_copy(update={"before": place})


def _false(document: DocumentResult, told: Collection[int | None]) -> list[int]:
    aligned = {pair.predicted for pair in document.score.pairs}
    places = range(len(document.prediction.items))
    return [place for place in places if place not in aligned and place not in told]


def _likeness(one: PredictedItem, other: PredictedItem) -> float:
    """How alike two false items are: the weaker of evidence and words; 0 across sections."""
    if one.type != other.type:
        return 0.0
    if (one.what, one.evidence) == (other.what, other.evidence):
        return 1.0
    return min(span_overlap(one.evidence, other.evidence), token_f1(one.what, other.what))


def _false_flip(kind: FlipKind, case: GoldCase, document: DocumentResult, place: int) -> Flip:
    misfiled = next((p.gold for p in document.score.misfiled if p.predicted == place), None)
    note = "" if misfiled is None else f"the gold has it as {case.items[misfiled].type}"
    section = document.prediction.items[place].type
    return Flip(kind=kind, document=case.id, section=section, note=note)
