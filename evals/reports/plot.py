"""Where everything in the plot of the scores stands; pure.

Across, places are percentages of the plot's width, so that it fits any window without its
letters growing or shrinking; down, they are pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from evals.counts import Section
from evals.reports.page_scores import ScoreRow, interval, points, share
from summarizer.models import Frozen

# Where F1 0 and 1 stand; names are at the left of it, changes at the right.
LEFT, RIGHT = 21.0, 84.0
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
ROW = 24
GAP = 12
TOP = 8
FOOT = 24


class Mark(Frozen):
    """One line of the plot. `before`, `after` and `ceiling` are places of points, None where
    there is none; `low` and `high` those of the band: the run before plus the 95 % interval of
    the change, cut at F1 0 and 1.
    """

    y: int
    metric: str
    before: float | None
    after: float | None
    low: float | None
    high: float | None
    ceiling: float | None
    change: str
    verdict: str
    words: str


class Group(Frozen):
    """The lines of one section; `y` is where its name stands."""

    section: Section
    title: str
    y: int
    marks: tuple[Mark, ...]


class Tick(Frozen):
    """A line down at a round F1."""

    x: float
    text: str


class Plot(Frozen):
    """The drawing; `words` says all of it for who cannot see it."""

    height: int
    floor: int
    ticks: tuple[Tick, ...]
    groups: tuple[Group, ...]
    has_before: bool
    has_ceiling: bool
    words: str


def plot_of(rows: Sequence[ScoreRow]) -> Plot:
    """Draw the rows, those of one section beside each other."""
    groups, y = [], TOP
    for section, found in groupby(rows, key=lambda row: row.section):
        mine = tuple(found)
        groups.append(_group(section, mine, y))
        y += ROW * len(mine) + GAP
    floor = y - GAP + TOP
    marks = [mark for group in groups for mark in group.marks]
    return Plot(
        height=floor + FOOT,
        floor=floor,
        ticks=tuple(Tick(x=place(tick), text=f"{tick:.1f}") for tick in TICKS),
        groups=tuple(groups),
        has_before=any(mark.before is not None for mark in marks),
        has_ceiling=any(mark.ceiling is not None for mark in marks),
        words=" ".join(mark.words for mark in marks),
    )


def place(value: float) -> float:
    """Where a share stands, in per cent to two decimals."""
    return round(LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, value)), 2)


def _group(section: Section, rows: Sequence[ScoreRow], top: int) -> Group:
    marks = tuple(_mark(row, top + ROW * n + ROW // 2) for n, row in enumerate(rows))
    return Group(section=section, title=rows[0].title, y=marks[0].y, marks=marks)


def _mark(row: ScoreRow, y: int) -> Mark:
    return Mark(
        y=y,
        metric=row.metric,
        before=_maybe(row.before),
        after=_maybe(row.after),
        low=_end(row.before, row.low),
        high=_end(row.before, row.high),
        ceiling=_maybe(row.ceiling),
        change="" if row.change is None else points(row.change),
        verdict=row.verdict or "",
        words=_words(row),
    )


def _maybe(value: float | None) -> float | None:
    return None if value is None else place(value)


def _end(before: float | None, shift: float | None) -> float | None:
    return None if before is None or shift is None else place(before + shift)


def _words(row: ScoreRow) -> str:
    """As in "Claims, strict F1: .52 before, .46 now, change −6.1 points (…), ceiling .80."."""
    parts = [f"{share(row.after)} now"]
    if row.before is not None:
        parts.insert(0, f"{share(row.before)} before")
    if row.change is not None:
        parts.append(
            f"change {points(row.change)} points (95 % interval {interval(row.low, row.high)})"
        )
    if row.ceiling is not None:
        parts.append(f"two annotators {share(row.ceiling)}")
    end = f": {row.verdict}" if row.verdict else ""
    return f"{row.title}, {row.metric} F1: {', '.join(parts)}{end}."
