"""Which sections and fields got worse from one run to another; pure.

Every section is tested by its aligned and, actors aside, by its strict F1: nine tests, of which
an unchanged run may fail any in at most about 5 % of comparisons. Their p values are adjusted by
the joint swaps of `evals.statistics.changes` instead of by Holm's procedure, which charges in full
for tests that are near copies (strict items are a part of the aligned ones) or cannot alarm at
all (sections with few items). By benchmarks/gate_error_rates.py, with 20 documents, both keep to
that rate, and the joint swaps see a loss of 7 points in 52 instead of 36 % of comparisons at the
level of a capable model, and in 20 instead of 11 % at the default model's. Giving aligned and
strict F1 half of the level each, with Holm's procedure in each half, gained nothing over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Literal

from evals.counts import ALL_SECTIONS, FIELDS, Field, Section
from evals.score import DocumentScore
from evals.statistics import (
    SWAPS,
    Change,
    PairedRatios,
    Ratio,
    changes,
    documents_needed,
    smallest_loss,
)
from summarizer.models import Frozen

Verdict = Literal["PASS", "INCONCLUSIVE", "WARN", "FAIL"]
Metric = Literal["aligned", "strict"]

VERDICTS: tuple[Verdict, ...] = ("PASS", "INCONCLUSIVE", "WARN", "FAIL")

# Of unchanged comparisons one in twenty may fail, over all of its tests together.
SIGNIFICANT = 0.05
# Two annotators of one article differ by more, so a smaller loss is worth a look and no more.
TOLERATED_LOSS = 0.02
# A set that would have missed a loss of five points has not shown that nothing was lost.
LOSS_TO_SHOW = 0.05


class SectionChange(Frozen):
    """What became of one section by one metric; 0.01 is a point.

    `smallest` is the loss that these documents would have shown with some 80 % power, `needed` how
    many such documents, empty ones included, would show a loss of 5 points.
    """

    section: Section
    metric: Metric
    numbers: Change
    smallest: float
    needed: int
    verdict: Verdict


class FieldChange(Frozen):
    """What became of a field's accuracy; the verdict is WARN or PASS."""

    field: Field
    numbers: Change
    verdict: Verdict


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest; PASS where there is none."""
    return max(verdicts, key=VERDICTS.index, default="PASS")


def section_changes(
    before: Sequence[DocumentScore], after: Sequence[DocumentScore], *, swaps: int = SWAPS
) -> tuple[SectionChange, ...]:
    """Compare every section in which the gold or a run has anything, by section and metric.

    The scores are of the same documents in the same order; ValueError where they are not as many.
    """
    tests = [(section, metric) for section in ALL_SECTIONS for metric in _metrics(section)]
    pairs = {test: _paired(before, after, partial(_f1, *test)) for test in tests}
    told = {test: ratios for test, ratios in pairs.items() if _has_any(ratios)}
    numbers = changes(tuple(told.values()), swaps=swaps)
    # A test in which nothing moved cannot alarm, and takes no part of the level.
    moving = sum(one.error > 0 for one in numbers)
    return tuple(
        _section_change(*test, told[test], one, moving)
        for test, one in zip(told, numbers, strict=True)
    )


def field_changes(
    before: Sequence[DocumentScore], after: Sequence[DocumentScore], *, swaps: int = SWAPS
) -> tuple[FieldChange, ...]:
    """Compare the accuracy of every field that a run has, as a family of its own.

    A field is read of aligned pairs only. So a run that aligns other items, say harder ones, can
    lose accuracy without reading any item worse: the change is a hint where to look, and warns.
    """
    pairs = {field: _paired(before, after, partial(_accuracy, field)) for field in FIELDS}
    told = {field: ratios for field, ratios in pairs.items() if _has_any(ratios)}
    return tuple(
        FieldChange(
            field=field,
            numbers=numbers,
            verdict="WARN" if numbers.p_adjusted < SIGNIFICANT else "PASS",
        )
        for field, numbers in zip(told, changes(tuple(told.values()), swaps=swaps), strict=True)
    )


# --- ratios -----------------------------------------------------------------------------------


def _metrics(section: Section) -> tuple[Metric, ...]:
    """Actors have no who, whom or status to be strict about."""
    return ("aligned",) if section == "actor" else ("aligned", "strict")


def _f1(section: Section, metric: Metric, document: DocumentScore) -> Ratio:
    counts = next(part for part in document.sections if part.section == section)
    found = counts.true_positives if metric == "aligned" else counts.strict or 0
    both_sides = 2 * counts.true_positives + counts.false_positives + counts.false_negatives
    return Ratio(part=2 * found, whole=both_sides)


def _accuracy(field: Field, document: DocumentScore) -> Ratio:
    score = next(part for part in document.fields if part.field == field)
    return Ratio(part=score.right, whole=score.total)


def _paired(
    before: Sequence[DocumentScore],
    after: Sequence[DocumentScore],
    ratio: Callable[[DocumentScore], Ratio],
) -> PairedRatios:
    return PairedRatios(before=tuple(map(ratio, before)), after=tuple(map(ratio, after)))


def _has_any(pairs: PairedRatios) -> bool:
    return any(share.whole for share in (*pairs.before, *pairs.after))


# --- verdicts ---------------------------------------------------------------------------------


def _section_change(
    section: Section, metric: Metric, pairs: PairedRatios, numbers: Change, tests: int
) -> SectionChange:
    item, ratio = _item(metric, pairs, numbers), numbers.before or 1.0
    error = numbers.error
    smallest = smallest_loss(
        error, numbers.documents, tests, item=item, ratio=ratio, alpha=SIGNIFICANT
    )
    return SectionChange(
        section=section,
        metric=metric,
        numbers=numbers,
        smallest=smallest,
        needed=documents_needed(
            smallest, len(pairs.before), LOSS_TO_SHOW, error=error, item=item, ratio=ratio
        ),
        verdict=_verdict(numbers, smallest),
    )


def _item(metric: Metric, pairs: PairedRatios, numbers: Change) -> float:
    """By how much F1 falls with one item: 2 hits less and, where it is missed, a whole of 1 less.

    0 where there is nothing to lose.
    """
    if not numbers.before:
        return 0.0
    hits = 2 - numbers.before if metric == "aligned" else 2.0
    return hits / sum(share.whole for share in pairs.before)


def _verdict(numbers: Change, smallest: float) -> Verdict:
    loss = -numbers.change
    if numbers.p_adjusted < SIGNIFICANT:
        return "FAIL" if loss > TOLERATED_LOSS else "WARN"
    if loss <= LOSS_TO_SHOW and _excludes_a_loss(numbers):
        return "PASS"
    # So few documents can lose so evenly that they show no error; such a loss is no PASS either.
    return "INCONCLUSIVE" if max(loss, smallest) > LOSS_TO_SHOW else "PASS"


def _excludes_a_loss(numbers: Change) -> bool:
    """Whether a loss of 5 points is outside of the interval, or more than there was."""
    return numbers.low >= -LOSS_TO_SHOW or (numbers.before or 0.0) <= LOSS_TO_SHOW
