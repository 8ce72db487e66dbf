"""Is a run worse than another over the same documents? Ratios of sums, compared pairwise; pure.

The p value is that of paired approximate randomization (Noreen 1989; Yeh 2000): were the two
runs alike, the counts of any document could as well stand in the other run. All tests of one
comparison see the same swaps, so that their p values can be adjusted by what the swaps show of
their dependence: the step-down minimum of p (Westfall and Young 1993; Ge, Dudoit and Speed 2003).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator
from scipy.special import stdtrit

from summarizer.models import Frozen

SWAPS = 10_000
SEED = 20_240_229
CONFIDENCE = 0.95

# Ratios of other counts that are equal may differ by rounding; ties must be ties.
_DECIMALS = 12
_BEFORE, _AFTER = 0, 1
_PART, _WHOLE = 0, 1

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]


class Ratio(Frozen):
    """One document's share of a corpus ratio, which is the sum of parts over that of wholes."""

    part: int = Field(ge=0)
    whole: int = Field(ge=0)


class PairedRatios(Frozen):
    """The shares of two runs: the same documents in the same order."""

    before: tuple[Ratio, ...]
    after: tuple[Ratio, ...]

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if len(self.before) != len(self.after):
            raise ValueError(f"{len(self.before)} documents before, {len(self.after)} after")
        if any(share.part > share.whole for share in (*self.before, *self.after)):
            raise ValueError("a part is greater than its whole")
        return self


class Change(Frozen):
    """What became of a ratio; 0.01 is a point.

    `before` and `after` are None where the whole is 0; `change`, after less before, is then 0.
    `low` and `high` are the ends of its 95 % interval and `error` its standard error, all three
    linearised. `p` is that of a loss, one-sided, and `p_adjusted` the same for all tests of the
    family together. `documents` is the number of those with a whole in either run.

    Of fewer than two such documents, and of a ratio that one run lacks, nothing can be
    estimated: the interval is then from -1 to 1 and the error 1, unless no document changed.
    """

    before: float | None
    after: float | None
    change: float
    low: float
    high: float
    p: float
    p_adjusted: float
    error: float
    documents: int


def change(pairs: PairedRatios, *, swaps: int = SWAPS, seed: int = SEED) -> Change:
    """Compare one ratio, a family of its own."""
    return changes((pairs,), swaps=swaps, seed=seed)[0]


def changes(
    family: Sequence[PairedRatios], *, swaps: int = SWAPS, seed: int = SEED
) -> tuple[Change, ...]:
    """Compare several ratios of the same documents, in the order of `family`.

    The same counts give the same numbers, in whatever order the documents come. ValueError
    where the ratios are not of equally many documents.
    """
    if not family:
        return ()
    counts = _counts(family)
    ranks = _ranks(_swapped(counts, swaps, seed))
    raw, adjusted = ranks[0] / (1 + swaps), _step_down(ranks) / (1 + swaps)
    return tuple(
        _change(counts[:, test], p=float(raw[test]), p_adjusted=float(adjusted[test]))
        for test in range(len(family))
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p values in the order given (Holm 1979): valid whatever the dependence, and the
    upper bound of what `changes` gives.
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, least = [0.0] * len(p_values), 0.0
    for step, place in enumerate(order):
        least = max(least, min(1.0, (len(order) - step) * p_values[place]))
        adjusted[place] = least
    return tuple(adjusted)


def smallest_loss(
    error: float,
    documents: int,
    tests: int,
    *,
    item: float = 0.0,
    ratio: float = 1.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> float:
    """The loss that would have been significant with probability `power`, at most 1.

    Where fewer than two documents tell, it is 1, the whole scale; without any error, 0.

    Args:
        error: standard error of the change, over `documents`.
        tests: how many; the level is that of the worst step, alpha / tests.
        item: by how much one item moves the ratio. Which items a loss strikes is chance, which
            adds to the error that unlike runs show anyway, the more the greater the loss is.
        ratio: the ratio before, all of which can be lost.
    """
    if error == 0:
        return 0.0
    if documents < 2:
        return 1.0
    reach = float(stdtrit(documents - 1, [1 - alpha / max(tests, 1), power]).sum())
    # The positive root of loss^2 = reach^2 * _variance(loss).
    linear, square = reach**2 * item, 1 + reach**2 * item / ratio
    return min(
        1.0, (linear + math.hypot(linear, 2 * math.sqrt(square) * reach * error)) / 2 / square
    )


def documents_needed(
    smallest: float,
    documents: int,
    target: float = 0.05,
    *,
    error: float = 1.0,
    item: float = 0.0,
    ratio: float = 1.0,
) -> int:
    """How many documents of the same kind would bring the smallest loss down to `target`.

    All variances fall with their number. That the quantiles of t fall too is left out, so the
    number is rather too high where there are few documents. The rest as in `smallest_loss`.
    """
    if smallest == 0:
        return 0
    less = _variance(target, error, item, ratio) / _variance(smallest, error, item, ratio)
    return math.ceil(round(max(documents, 1) * (smallest / target) ** 2 * less, 6))


def _variance(loss: float, error: float, item: float, ratio: float) -> float:
    """Of the change where there is a loss, which strikes items one by one (binomial)."""
    return error**2 + item * loss * max(0.0, 1 - loss / ratio)


# --- counts -----------------------------------------------------------------------------------


def _counts(family: Sequence[PairedRatios]) -> Floats:
    """Documents x tests x (before, after) x (part, whole), the documents sorted by all of them.

    float64 is exact for counts, and fast to multiply.
    """
    documents = len(family[0].before)
    if any(len(pairs.before) != documents for pairs in family):
        raise ValueError("the ratios of a family must be of the same documents")
    runs = [[_flat(pairs.before), _flat(pairs.after)] for pairs in family]
    table = np.array(runs, dtype=np.float64).reshape(len(family), 2, documents, 2)
    counts = table.transpose(2, 0, 1, 3)
    # Which document a random swap meets must depend on nothing but its counts.
    return counts[np.lexsort(counts.reshape(documents, 4 * len(family)).T)]


def _flat(shares: Sequence[Ratio]) -> list[int]:
    return [count for share in shares for count in (share.part, share.whole)]


# --- randomization ----------------------------------------------------------------------------


def _swapped(counts: Floats, swaps: int, seed: int) -> Floats:
    """Changes under random swaps of documents, (1 + swaps) x tests; the first row swaps none."""
    before, after = counts[:, :, _BEFORE], counts[:, :, _AFTER]
    swap = np.random.default_rng(seed).integers(0, 2, (1 + swaps, len(counts))).astype(np.float64)
    swap[0] = 0
    moved = np.tensordot(swap, after - before, axes=1)
    return _difference(before.sum(axis=0) + moved, after.sum(axis=0) - moved)


def _difference(before: Floats, after: Floats) -> Floats:
    """Ratio after less ratio before; 0 where either has no whole."""
    known = (before[..., _WHOLE] > 0) & (after[..., _WHOLE] > 0)
    earlier, later = (
        np.divide(sums[..., _PART], sums[..., _WHOLE], out=np.zeros(known.shape), where=known)
        for sums in (before, after)
    )
    return np.round(later - earlier, _DECIMALS)


def _ranks(differences: Floats) -> Integers:
    """For each row and test, in how many rows the loss is as great; over all rows it is p."""
    columns = differences.T
    return np.stack([np.searchsorted(np.sort(c), c, side="right") for c in columns], axis=1)


def _step_down(ranks: Integers) -> Integers:
    """In how many rows the best of a test and of those less significant is as good as the test.

    As a share of all rows it is the adjusted p; never below a more significant test's.
    """
    order = np.argsort(ranks[0], kind="stable")
    best = np.minimum.accumulate(ranks[:, order[::-1]], axis=1)[:, ::-1]
    adjusted = np.empty(len(order), dtype=np.intp)
    adjusted[order] = np.maximum.accumulate((best <= best[0]).sum(axis=0))
    return adjusted


# --- estimation -------------------------------------------------------------------------------


def _change(counts: Floats, *, p: float, p_adjusted: float) -> Change:
    """From one test's counts, documents x (before, after) x (part, whole)."""
    before, after = counts[:, _BEFORE], counts[:, _AFTER]
    telling = (before[:, _WHOLE] > 0) | (after[:, _WHOLE] > 0)
    shift = float(_difference(before.sum(axis=0), after.sum(axis=0)))
    error, reach = _spread(before[telling], after[telling])
    return Change(
        before=_ratio(before),
        after=_ratio(after),
        change=shift,
        low=max(-1.0, shift - reach),
        high=min(1.0, shift + reach),
        p=p,
        p_adjusted=p_adjusted,
        error=error,
        documents=int(telling.sum()),
    )


def _ratio(counts: Floats) -> float | None:
    part, whole = counts.sum(axis=0).tolist()
    return part / whole if whole else None


def _spread(before: Floats, after: Floats) -> tuple[float, float]:
    """Standard error of the change, and half the width of its interval."""
    documents = len(before)
    if np.array_equal(before, after):
        return 0.0, 0.0
    if documents < 2 or not (before[:, _WHOLE].sum() and after[:, _WHOLE].sum()):
        return 1.0, 2.0
    influence = _influence(after) - _influence(before)
    error = math.sqrt(documents / (documents - 1) * float(influence @ influence))
    return error, error * float(stdtrit(documents - 1, (1 + CONFIDENCE) / 2))


def _influence(counts: Floats) -> Floats:
    """By how much each document moves a ratio of sums, to first order; they sum to 0."""
    part, whole = counts.sum(axis=0)
    return np.asarray((counts[:, _PART] - part / whole * counts[:, _WHOLE]) / whole)
