"""The table of scores, a row a section, as data; pure."""

from __future__ import annotations

from evals.agreement import Ceiling
from evals.counts import SectionScore
from evals.gate import SIGNIFICANT, SectionChange, Verdict, worst
from evals.reports.data import ReportData
from evals.reports.text import counted, points, share, signed_points
from evals.results import Results
from summarizer.models import Frozen

LEGEND = "gold: must items; change in points of F1 ± its 95 % interval; * beyond chance"


class ScoreRow(Frozen):
    """One section; the changes are None where there is nothing to compare."""

    name: str
    score: SectionScore
    ceiling: Ceiling | None = None
    aligned: SectionChange | None = None
    strict: SectionChange | None = None

    @property
    def verdict(self) -> Verdict | None:
        """The graver one of the two metrics."""
        verdicts = [change.verdict for change in (self.aligned, self.strict) if change]
        return worst(verdicts) if verdicts else None

    @property
    def ceilings(self) -> str:
        """As in ".96/.71", aligned and strict."""
        if self.ceiling is None:
            return "-"
        return f"{share(self.ceiling.aligned)}/{share(self.ceiling.strict)}"


def shown_results(data: ReportData) -> Results:
    """What the tables are of: the compared articles, or where nothing is compared, all."""
    return data.comparison.after if data.comparison else data.results


def score_rows(data: ReportData) -> tuple[ScoreRow, ...]:
    """Item sections and actors, in the order of the brief."""
    return tuple(_row(data, score) for score in shown_results(data).score.sections)


def _row(data: ReportData, score: SectionScore) -> ScoreRow:
    ceilings = data.agreement.sections if data.agreement else ()
    return ScoreRow(
        name=f"{score.section}s",
        score=score,
        ceiling=next((c for c in ceilings if c.section == score.section), None),
        aligned=data.change_of(score.section, "aligned"),
        strict=data.change_of(score.section, "strict"),
    )


def change_cell(change: SectionChange | None) -> str:
    """As in "-6.1*±3.7", padded so that the marks stand below each other: 11 columns."""
    if change is None or None in (change.numbers.before, change.numbers.after):
        return "    -      "
    lost = change.numbers.change < 0 and change.numbers.p_adjusted < SIGNIFICANT
    reach = _reach(change)
    sides = f"±{reach}" if float(reach) else ""
    return f"{_short(signed_points(change.numbers.change)):>5}{'*' if lost else ' '}{sides:<5}"


def _reach(change: SectionChange) -> str:
    """Half of the interval in points; the longer half, as an end of the scale cuts the other."""
    numbers = change.numbers
    return _short(points(max(numbers.high - numbers.change, numbers.change - numbers.low)))


def _short(number: str) -> str:
    """Five columns at most: no decimals of 100."""
    return number.removesuffix(".0") if len(number) > 5 or number == "100.0" else number


# --- the lines below --------------------------------------------------------------------------


class MeanChanges(Frozen):
    """Changes of the trend line in points, untested; empty where there is nothing to compare."""

    aligned: str = ""
    strict: str = ""


def mean_changes(data: ReportData) -> MeanChanges:
    """Of the plain mean of the item sections."""
    if data.comparison is None:
        return MeanChanges()
    old, new = data.comparison.before.score, data.comparison.after.score
    return MeanChanges(
        aligned=_difference(old.aligned, new.aligned), strict=_difference(old.strict, new.strict)
    )


def _difference(before: float | None, after: float | None) -> str:
    return "-" if before is None or after is None else signed_points(after - before)


def ceiling_note(data: ReportData) -> str:
    """What the ceiling is; empty where nothing was annotated twice."""
    if data.agreement is None:
        return ""
    count = counted(data.agreement.documents, "article")
    return f"Ceiling: aligned/strict F1 between two annotators of {count} of this gold."
