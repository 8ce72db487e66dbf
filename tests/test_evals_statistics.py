"""Statistics of the gate: p values beside full enumeration, intervals beside the delta method."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from evals.statistics import (
    Change,
    PairedRatios,
    Ratio,
    change,
    changes,
    documents_needed,
    holm,
    smallest_loss,
)

SWAPS = 400


def paired(*documents: Sequence[int]) -> PairedRatios:
    """From one row a document: part and whole before, part and whole after."""
    return PairedRatios(
        before=tuple(Ratio(part=row[0], whole=row[1]) for row in documents),
        after=tuple(Ratio(part=row[2], whole=row[3]) for row in documents),
    )


def rows(pairs: PairedRatios) -> list[tuple[int, int, int, int]]:
    """The rows that `paired` makes them from."""
    both = zip(pairs.before, pairs.after, strict=True)
    return [(b.part, b.whole, a.part, a.whole) for b, a in both]


def exact_change(documents: Sequence[Sequence[int]]) -> Fraction:
    """Ratio of sums after less the one before; 0 where one is absent."""
    part, whole, later_part, later_whole = (sum(row[i] for row in documents) for i in range(4))
    if not whole or not later_whole:
        return Fraction(0)
    return Fraction(later_part, later_whole) - Fraction(part, whole)


def exact_p(documents: Sequence[tuple[int, int, int, int]]) -> float:
    """The share of all swaps with as great a loss."""
    swapped = [
        [row[2:] + row[:2] if swap else row for row, swap in zip(documents, swaps, strict=True)]
        for swaps in itertools.product((False, True), repeat=len(documents))
    ]
    seen = exact_change(documents)
    return sum(exact_change(way) <= seen for way in swapped) / len(swapped)


# --- strategies -------------------------------------------------------------------------------

ratios = st.integers(0, 9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
documents_of_two_runs = st.builds(lambda before, after: (*before, *after), ratios, ratios)
p_lists = st.lists(st.floats(0, 1), max_size=9)


def families(least: int = 0, most: int = 8) -> st.SearchStrategy[list[PairedRatios]]:
    """Up to four tests over the same number of documents."""
    return st.integers(least, most).flatmap(
        lambda n: st.lists(
            st.lists(documents_of_two_runs, min_size=n, max_size=n).map(lambda d: paired(*d)),
            min_size=1,
            max_size=4,
        )
    )


def pairs_of(least: int = 0, most: int = 8) -> st.SearchStrategy[PairedRatios]:
    """One test."""
    return families(least, most).map(lambda family: family[0])


# --- properties of a change -------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(pairs_of())
def test_a_run_compared_with_itself_shows_nothing(pairs: PairedRatios) -> None:
    """All swaps tie, and ties count: p is 1 and the interval a point."""
    same = change(PairedRatios(before=pairs.before, after=pairs.before), swaps=SWAPS)
    assert (same.p, same.p_adjusted) == (1.0, 1.0)
    assert (same.change, same.low, same.high, same.error) == (0.0, 0.0, 0.0, 0.0)
    assert same.before == same.after


@settings(max_examples=60, deadline=None)
@given(families(2), st.randoms(use_true_random=False))
def test_the_order_of_documents_changes_nothing(family: list[PairedRatios], random: Any) -> None:
    """Not one digit, though the swaps are random."""
    order = list(range(len(family[0].before)))
    random.shuffle(order)
    moved = [paired(*(rows(pairs)[place] for place in order)) for pairs in family]
    assert changes(moved, swaps=SWAPS) == changes(family, swaps=SWAPS)


@settings(max_examples=60, deadline=None)
@given(pairs_of(1), st.data())
def test_a_better_run_is_never_significant(pairs: PairedRatios, data: st.DataObject) -> None:
    """Where no document lost and the wholes are the same, half of the swaps are as bad."""
    better = [
        (part, whole, data.draw(st.integers(part, whole)), whole)
        for part, whole, _, _ in rows(pairs)
    ]
    result = change(paired(*better), swaps=2_000)
    assert result.change >= 0
    assert result.p > 0.45


@settings(max_examples=60, deadline=None)
@given(pairs_of(1))
def test_all_numbers_stay_in_their_ranges(pairs: PairedRatios) -> None:
    """The change lies in its interval, the interval within 1, p within (0, 1]."""
    result = change(pairs, swaps=SWAPS)
    assert -1 <= result.low <= result.change <= result.high <= 1
    assert 1 / (1 + SWAPS) <= result.p <= 1
    assert result.error >= 0
    assert result.change == pytest.approx(float(exact_change(rows(pairs))), abs=1e-11)


@settings(max_examples=60, deadline=None)
@given(pairs_of(1, 6))
def test_p_is_that_of_all_swaps(pairs: PairedRatios) -> None:
    """5,000 random swaps come within 4 points of the 64 or fewer that there are."""
    assert change(pairs, swaps=5_000).p == pytest.approx(exact_p(rows(pairs)), abs=0.04)


def test_p_of_a_loss_in_each_of_five_documents() -> None:
    """One of 32 swaps is as bad: the one that swaps nothing."""
    lost = paired(*[(2, 2, 1, 2)] * 5)
    assert exact_p(rows(lost)) == 1 / 32
    assert change(lost).p == pytest.approx(1 / 32, abs=0.006)


def test_the_same_counts_give_the_same_numbers() -> None:
    """The seed is fixed; another one moves p a little and nothing else."""
    pairs = paired((3, 4, 2, 4), (1, 2, 1, 3), (5, 9, 3, 7), (2, 2, 2, 2), (0, 3, 1, 3))
    first, other = change(pairs), change(pairs, seed=1)
    assert change(pairs) == first
    assert other.p != first.p
    assert other.p == pytest.approx(first.p, abs=0.03)
    same = {"p": first.p, "p_adjusted": first.p_adjusted}
    assert other.model_copy(update=same) == first


# --- interval ---------------------------------------------------------------------------------


def test_the_interval_worked_out_by_hand() -> None:
    """From 4/8 to 2/8. The documents move the change by -1/16, 1/16 and 0; their number, 3,
    gives a standard error of sqrt(3/2 x 2/256), and t of 2 degrees of freedom is 4.30265.
    """
    result = change(paired((1, 2, 0, 2), (1, 2, 1, 2), (2, 4, 1, 4)))
    assert (result.before, result.after, result.change) == (0.5, 0.25, -0.25)
    assert result.error == pytest.approx(0.108253, abs=1e-6)
    assert result.low == pytest.approx(-0.25 - 4.30265 * 0.108253, abs=1e-5)
    assert result.high == pytest.approx(-0.25 + 4.30265 * 0.108253, abs=1e-5)
    assert result.documents == 3


@settings(max_examples=60, deadline=None)
@given(pairs_of(2))
def test_the_error_is_that_of_the_delta_method(pairs: PairedRatios) -> None:
    """Gradient and covariance of the four sums give the same variance."""
    table = np.array([row for row in rows(pairs) if row[1] or row[3]], dtype=float)
    assume(len(table) >= 2)
    part, whole, later_part, later_whole = table.sum(axis=0)
    assume(whole and later_whole)
    gradient = np.array(
        [-1 / whole, part / whole**2, 1 / later_whole, -later_part / later_whole**2]
    )
    variance = len(table) * gradient @ np.cov(table, rowvar=False) @ gradient
    assert change(pairs, swaps=1).error ** 2 == pytest.approx(variance, abs=1e-9)


# --- degenerate cases -------------------------------------------------------------------------


def test_no_documents_show_nothing() -> None:
    """Neither a ratio nor a change."""
    assert change(paired()) == Change(
        before=None,
        after=None,
        change=0,
        low=0,
        high=0,
        p=1,
        p_adjusted=1,
        error=0,
        documents=0,
    )


def test_one_document_tells_its_change_and_no_interval() -> None:
    """A swap is as bad in half of the cases; the interval is all there can be."""
    result = change(paired((2, 2, 1, 2), (0, 0, 0, 0)))
    assert (result.change, result.documents) == (-0.5, 1)
    assert (result.low, result.high, result.error) == (-1.0, 1.0, 1.0)
    assert result.p == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("after", [True, False])
def test_a_ratio_that_one_run_lacks_counts_as_equal(after: bool) -> None:
    """No change, an interval that says nothing, and no significance."""
    row = (0, 0, 0, 3) if after else (0, 3, 0, 0)
    result = change(paired(*[row] * 8))
    assert (result.before, result.after) == ((None, 0.0) if after else (0.0, None))
    assert (result.change, result.low, result.high) == (0.0, -1.0, 1.0)
    assert result.p == 1.0


def test_documents_without_anything_are_not_counted() -> None:
    """They leave every number but p's noise as it was."""
    full = [(2, 4, 1, 4), (1, 3, 2, 5), (0, 1, 1, 1)]
    one, other = change(paired(*full)), change(paired(*full, *[(0, 0, 0, 0)] * 20))
    assert other.documents == 3
    assert (other.error, other.low, other.high) == (one.error, one.low, one.high)
    assert other.p == pytest.approx(one.p, abs=0.03)


def test_what_is_not_paired_or_no_ratio_is_refused() -> None:
    """Runs of unequal length, a part beyond its whole, a family of different documents."""
    one = Ratio(part=1, whole=1)
    with pytest.raises(ValidationError, match="1 documents before, 2 after"):
        PairedRatios(before=(one,), after=(one, one))
    with pytest.raises(ValidationError, match="greater than its whole"):
        paired((2, 1, 1, 1))
    with pytest.raises(ValueError, match="same documents"):
        changes([paired((1, 1, 1, 1)), paired()])


# --- families ---------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(families(1))
def test_adjusted_p_lies_between_raw_and_holm(family: list[PairedRatios]) -> None:
    """Never below raw p, never above Holm's, and in the same order."""
    found = changes(family, swaps=SWAPS)
    for one, bound in zip(found, holm([c.p for c in found]), strict=True):
        assert one.p <= one.p_adjusted <= bound + 1e-12
    by_p = sorted(found, key=lambda c: c.p)
    assert [c.p_adjusted for c in by_p] == sorted(c.p_adjusted for c in found)


def test_adjusted_p_is_that_of_all_joint_swaps() -> None:
    """Two tests over four documents, enumerated: the share of swaps whose better p is as good."""
    tests = [
        [(2, 2, 0, 2), (2, 3, 1, 3), (1, 1, 1, 1), (3, 4, 2, 4)],
        [(1, 2, 1, 2), (1, 1, 0, 1), (2, 2, 1, 2), (1, 3, 2, 3)],
    ]
    ways = list(itertools.product((False, True), repeat=4))
    seen = [
        [
            exact_change([r[2:] + r[:2] if s else r for r, s in zip(test, way, strict=True)])
            for test in tests
        ]
        for way in ways
    ]
    p = [[sum(o[t] <= row[t] for o in seen) / len(ways) for t in (0, 1)] for row in seen]
    best = min((0, 1), key=lambda t: p[0][t])
    first = sum(min(row) <= p[0][best] for row in p) / len(ways)
    expected = {best: first, 1 - best: max(first, p[0][1 - best])}
    found = changes([paired(*test) for test in tests])
    for test in (0, 1):
        assert found[test].p_adjusted == pytest.approx(expected[test], abs=0.02)


def test_a_test_told_twice_or_without_any_change_costs_nothing() -> None:
    """The swaps show that they are no further chances of a false alarm."""
    lost, still = paired(*[(3, 3, 2, 3)] * 7), paired(*[(1, 2, 1, 2)] * 7)
    alone = change(lost)
    first, second, constant = changes([lost, lost, still])
    assert first.p_adjusted == second.p_adjusted == pytest.approx(alone.p, abs=0.006)
    assert constant.p_adjusted == 1.0
    assert alone.p_adjusted == alone.p


def test_an_empty_family_has_no_changes() -> None:
    """Nothing in, nothing out."""
    assert changes([]) == ()


def test_holm_of_a_known_example() -> None:
    """4 x .005, 3 x .01, 2 x .03, and .04 raised to the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


@given(p_lists)
def test_holm_is_monotone_and_never_below_raw(p_values: list[float]) -> None:
    """It keeps the order, stays within 1 and favours nobody."""
    adjusted = holm(p_values)
    assert all(raw <= new <= 1 for raw, new in zip(p_values, adjusted, strict=True))
    by_raw = [new for _, new in sorted(zip(p_values, adjusted, strict=True))]
    assert by_raw == sorted(adjusted)


# --- power ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("documents", "tests"), [(10, 1), (20, 9), (80, 9)])
def test_the_smallest_loss_is_found_four_times_in_five(documents: int, tests: int) -> None:
    """By the noncentral t distribution, at the level of Holm's worst step."""
    loss = smallest_loss(0.02, documents, tests)
    limit = stats.t.ppf(1 - 0.05 / tests, documents - 1)
    assert stats.nct.sf(limit, documents - 1, loss / 0.02) == pytest.approx(0.8, abs=0.025)


def test_the_smallest_loss_by_hand() -> None:
    """t of 19 degrees of freedom: 1.7291 at 95 %, 0.8610 at 80 %."""
    assert smallest_loss(0.01, 20, 1) == pytest.approx(0.025901, abs=1e-6)


def test_a_loss_adds_its_own_chance() -> None:
    """The result is the loss that is `reach` errors wide, its own binomial noise included."""
    error, item, ratio = 0.02, 0.005, 0.8
    reach = smallest_loss(0.01, 20, 9) / 0.01
    loss = smallest_loss(error, 20, 9, item=item, ratio=ratio)
    variance = error**2 + item * loss * (1 - loss / ratio)
    assert loss == pytest.approx(reach * variance**0.5)
    assert smallest_loss(error, 20, 9) < loss < smallest_loss(error, 20, 9, item=item, ratio=1.0)


def test_the_documents_needed_would_have_been_enough() -> None:
    """With all variances divided as said, the smallest loss is the target, but for t."""
    smallest = smallest_loss(0.02, 2_000, 9, item=0.005, ratio=0.8)
    needed = documents_needed(smallest, 2_000, 0.05, error=0.02, item=0.005, ratio=0.8)
    more = needed / 2_000
    then = smallest_loss(0.02 / more**0.5, needed, 9, item=0.005 / more, ratio=0.8)
    assert then == pytest.approx(0.05, abs=1e-4)


def test_fewer_than_two_documents_could_have_shown_nothing() -> None:
    """The whole scale is the most that can be lost; what did not move shows everything."""
    assert smallest_loss(1.0, 1, 9) == smallest_loss(0.4, 2, 9) == 1.0
    assert smallest_loss(0.0, 1, 9) == smallest_loss(0.0, 0, 0) == 0.0


@pytest.mark.parametrize(
    ("smallest", "documents", "needed"),
    [(0.10, 20, 80), (0.05, 20, 20), (0.025, 20, 5), (0.06, 20, 29), (0.0, 20, 0), (1.0, 0, 400)],
)
def test_half_the_loss_needs_four_times_the_documents(
    smallest: float, documents: int, needed: int
) -> None:
    """Rounded up, never down."""
    assert documents_needed(smallest, documents) == needed
