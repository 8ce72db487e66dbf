"""Optimal one-to-one alignment of gold with a prediction; pure, and blind to order.

Of all alignments the one with the greatest sum of similarities wins. Ties go to the one with
more `must` items, then to the nearest position, then to the pairs whose fields agree. That is
one integer weight a pair, so that no rounding decides, and the sorting before makes what is
left of ties independent of the order in which items came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from scipy.optimize import linear_sum_assignment

from summarizer.models import Frozen

THRESHOLD = 0.5

# Units of the weight: each is larger than all that 128 pairs can gather on the levels below.
_FIELDS = 1
_NEAR = 2**8
_MUST = 2**24
_SIMILAR = 2**32
_FAR = 255
_POINTS_A_STEP = 20


class Pair(Frozen):
    """A gold and a predicted thing by their places, from 0, in the case and the prediction."""

    gold: int
    predicted: int
    similarity: float


class Closeness(Frozen):
    """How well a pair fits: `distance` in code points between the two places."""

    similarity: float
    must: bool = True
    distance: int = 0
    fields_agree: bool = True


GoldT = TypeVar("GoldT", bound=Frozen)
PredictedT = TypeVar("PredictedT", bound=Frozen)


def align(
    gold: Sequence[GoldT],
    predicted: Sequence[PredictedT],
    closeness: Callable[[GoldT, PredictedT], Closeness],
) -> tuple[Pair, ...]:
    """The best pairs of similarity 0.5 or more, by gold place."""
    rows, columns = _sorted_places(gold), _sorted_places(predicted)
    if not rows or not columns:
        return ()
    table = [[closeness(gold[g], predicted[p]) for p in columns] for g in rows]
    weights = [[_weight(cell) for cell in row] for row in table]
    chosen = zip(*linear_sum_assignment(weights, maximize=True), strict=True)
    pairs = (
        Pair(gold=rows[r], predicted=columns[c], similarity=table[r][c].similarity)
        for r, c in chosen
        if weights[r][c] > 0
    )
    return tuple(sorted(pairs, key=lambda pair: pair.gold))


def _weight(close: Closeness) -> int:
    if close.similarity < THRESHOLD:
        return 0
    near = _FAR - min(_FAR, close.distance // _POINTS_A_STEP)
    return (
        round(close.similarity * 10_000) * _SIMILAR
        + close.must * _MUST
        + near * _NEAR
        + close.fields_agree * _FIELDS
    )


def _sorted_places(things: Iterable[Frozen]) -> list[int]:
    """Places of things in an order that depends only on what they are; an id only counts them."""
    keyed = [(thing.model_dump_json(exclude={"id"}), place) for place, thing in enumerate(things)]
    return [place for _, place in sorted(keyed)]
