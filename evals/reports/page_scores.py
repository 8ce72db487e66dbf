"""The numbers of the page: F1 by section, fields, and what else was counted; pure."""

from __future__ import annotations

from collections.abc import Iterator

from evals.agreement import Agreement
from evals.compare import Comparison
from evals.counts import Field, FieldScore, Section, SectionScore, ratio
from evals.gate import FieldChange, Metric, SectionChange, Verdict
from evals.reports import text
from evals.results import Results
from summarizer.models import Frozen

MINUS = "−"
NOTHING = "–"


class Row(Frozen):
    """A ratio of this run from 0 to 1, `after`, and of the run before; None where there is nothing
    to share. `change` (with `low` and `high`, its 95 % interval) and `p` are None where there is
    nothing to compare.
    """

    after: float | None
    before: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    ceiling: float | None = None
    verdict: Verdict | None = None


class ScoreRow(Row):
    """F1 of one section by one metric; `precision` and `recall` are this run's; `note` says what
    an inconclusive test could have shown.
    """

    section: Section
    metric: Metric
    gold: int
    precision: float | None
    recall: float | None
    note: str = ""

    @property
    def title(self) -> str:
        """As in "Claims"."""
        return f"{self.section.capitalize()}s"


class FieldRow(Row):
    """How often a field is right, of `total` aligned items that have it."""

    field: Field
    total: int


class Figure(Frozen):
    """Anything else that was counted, in words; `before` is empty without a run before."""

    name: str
    before: str
    after: str


# --- rows -------------------------------------------------------------------------------------


def score_rows(
    results: Results, comparison: Comparison | None, agreement: Agreement | None
) -> tuple[ScoreRow, ...]:
    """Aligned and strict F1 of every section; of actors the aligned one alone."""
    run = comparison.after if comparison else results
    return tuple(
        _score_row(score, metric, comparison, agreement)
        for score in run.score.sections
        for metric in _metrics(score)
    )


def _metrics(score: SectionScore) -> tuple[Metric, ...]:
    return ("aligned",) if score.strict is None else ("aligned", "strict")


def _score_row(
    score: SectionScore,
    metric: Metric,
    comparison: Comparison | None,
    agreement: Agreement | None,
) -> ScoreRow:
    found = score.true_positives if metric == "aligned" else score.strict or 0
    row = ScoreRow(
        section=score.section,
        metric=metric,
        gold=score.gold,
        precision=ratio(found, score.true_positives + score.false_positives),
        recall=ratio(found, score.gold),
        after=score.f1 if metric == "aligned" else score.strict_f1,
        ceiling=_ceiling(score.section, metric, agreement),
    )
    change = comparison.change_of(score.section, metric) if comparison else None
    if change is None:
        return row
    note = _power(change) if change.verdict == "INCONCLUSIVE" else ""
    return row.model_copy(update={**_compared(change), "after": change.numbers.after, "note": note})


def _compared(change: SectionChange | FieldChange) -> dict[str, float | Verdict | None]:
    """What a test adds to its row."""
    numbers = change.numbers
    known = numbers.before is not None and numbers.after is not None
    return {
        "before": numbers.before,
        "change": numbers.change if known else None,
        "low": numbers.low if known else None,
        "high": numbers.high if known else None,
        "p": numbers.p_adjusted if known else None,
        "verdict": change.verdict,
    }


def _power(change: SectionChange) -> str:
    if change.smallest >= 1:
        return "too few articles to show any loss"
    return (
        f"shows losses from {text.points(change.smallest)} points on; "
        f"from 5 on with {text.counted(change.needed, 'article')}"
    )


def _ceiling(section: Section, metric: Metric, agreement: Agreement | None) -> float | None:
    if agreement is None:
        return None
    ceiling = agreement.of(section)
    return ceiling.aligned if metric == "aligned" else ceiling.strict


def field_rows(
    results: Results, comparison: Comparison | None, agreement: Agreement | None
) -> tuple[FieldRow, ...]:
    """The fields that any aligned pair has."""
    run = comparison.after if comparison else results
    changes = {change.field: change for change in comparison.fields} if comparison else {}
    ceilings = {f.field: f.accuracy for f in agreement.fields} if agreement else {}
    rows = (_field_row(s, changes.get(s.field), ceilings.get(s.field)) for s in run.score.fields)
    return tuple(row for row in rows if row.total or row.before is not None)


def _field_row(score: FieldScore, change: FieldChange | None, ceiling: float | None) -> FieldRow:
    row = FieldRow(field=score.field, total=score.total, after=score.accuracy, ceiling=ceiling)
    return row.model_copy(update=_compared(change)) if change else row


# --- figures ----------------------------------------------------------------------------------


def figures(results: Results, before: Results | None) -> tuple[Figure, ...]:
    """Means, grounding, cost and time of both runs."""
    now, then = list(_figures(results)), list(_figures(before)) if before else []
    old = dict(then)
    return tuple(Figure(name=name, before=old.get(name, ""), after=text) for name, text in now)


def _figures(results: Results) -> Iterator[tuple[str, str]]:
    score, grounding, usage = results.score, results.grounding, results.usage
    said = grounding.kept + grounding.lost
    yield "mean F1 of the item sections, aligned", share(score.aligned)
    yield "mean F1 of the item sections, strict", share(score.strict)
    yield "misfiled items", f"{score.misfiled:,}"
    yield "false items where the gold has none", f"{score.items.false_on_empty:,}"
    yield "items that grounding kept", f"{grounding.kept:,} of {said:,}" if said else NOTHING
    yield "summary sentences replaced", f"{grounding.replaced:,} of {grounding.summary:,}"
    yield "parts of articles without an answer", f"{grounding.gaps:,}"
    yield "model calls", f"{usage.calls:,}"
    yield "tokens in, out", f"{usage.input_tokens:,}, {usage.output_tokens:,}"
    yield "cost", "price unknown" if usage.cost_usd is None else f"${usage.cost_usd:.4f}"
    yield "seconds an article, median", f"{results.latency.median:.1f}"
    yield "seconds an article, 95th percentile", f"{results.latency.p95:.1f}"


# --- numbers in words -------------------------------------------------------------------------


def share(value: float | None) -> str:
    """A ratio as ".62" or "1.00", and a dash where there is none."""
    return NOTHING if value is None else text.share(value)


def points(value: float | None) -> str:
    """A change in points with its sign, as "+1.2" or "−6.1"; a dash where there is none."""
    return NOTHING if value is None else text.signed_points(value).replace("-", MINUS)


def interval(low: float | None, high: float | None) -> str:
    """As in "−9.8 to −2.4"."""
    return NOTHING if low is None or high is None else f"{points(low)} to {points(high)}"


def probability(p: float | None) -> str:
    """As in ".004", "<.001", "1.00"."""
    if p is None:
        return NOTHING
    if p < 0.001:
        return "<.001"
    return f"{p:.3f}".removeprefix("0") if p < 0.9995 else "1.00"
