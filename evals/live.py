"""The same articles asked several times over: how far a model's answers wander; pure."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence

from evals.counts import ALL_SECTIONS, Section
from evals.errors import ResultsError
from evals.gold import GoldCase
from evals.reports.text import WIDTH, cut
from evals.results import Results
from summarizer.models import Frozen


class Spread(Frozen):
    """One figure over the repeats; `deviation` is the sample's standard deviation."""

    section: Section
    metric: str
    mean: float
    low: float
    high: float
    deviation: float


class Wavering(Frozen):
    """A `must` item that some repeats found and others did not."""

    document: str
    item: int
    found: int


class Repeats(Frozen):
    """What stays and what wanders between repeats."""

    repeats: int
    spreads: tuple[Spread, ...]
    always: int
    never: int
    wavering: tuple[Wavering, ...]


def repeats(runs: Sequence[Results], cases: Sequence[GoldCase]) -> Repeats:
    """Sum up two or more runs over the same articles.

    Raises:
        ResultsError: there are fewer than two.
    """
    if len(runs) < 2:
        raise ResultsError("Two repeats at least: one says nothing about how answers wander.")
    found: Counter[tuple[str, int]] = Counter()
    for run in runs:
        found.update((d.name, pair.gold) for d in run.documents for pair in d.score.pairs)
    musts = [(c.id, place) for c in cases for place, item in enumerate(c.items) if item.must]
    return Repeats(
        repeats=len(runs),
        spreads=tuple(s for section in ALL_SECTIONS for s in _spreads(section, runs)),
        always=sum(found[must] == len(runs) for must in musts),
        never=sum(found[must] == 0 for must in musts),
        wavering=tuple(
            Wavering(document=name, item=place, found=found[name, place])
            for name, place in musts
            if 0 < found[name, place] < len(runs)
        ),
    )


def _spreads(section: Section, runs: Sequence[Results]) -> list[Spread]:
    scores = [next(s for s in r.score.sections if s.section == section) for r in runs]
    aligned = _spread(section, "aligned", [s.f1 for s in scores])
    strict = _spread(section, "strict", [s.strict_f1 for s in scores])
    return [*aligned, *strict]


def _spread(section: Section, metric: str, values: Sequence[float | None]) -> list[Spread]:
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return []
    spread = Spread(
        section=section,
        metric=metric,
        mean=statistics.fmean(known),
        low=min(known),
        high=max(known),
        deviation=statistics.stdev(known),
    )
    return [spread]


def table(shown: Repeats, cases: Sequence[GoldCase], most: int = 10) -> str:
    """The spread of each figure and the items that waver, 80 columns."""
    lines = [f"{shown.repeats} repeats", ""]
    lines += [f"{'section':<14}{'F1':<10}{'mean':>8}{'least':>8}{'most':>8}{'std dev':>10}"]
    lines += [
        f"{s.section + 's':<14}{s.metric:<10}{s.mean:>8.3f}{s.low:>8.3f}{s.high:>8.3f}"
        f"{s.deviation:>10.4f}"
        for s in shown.spreads
    ]
    lines += [
        "",
        f"must items found always {shown.always}, never {shown.never}, now and then "
        f"{len(shown.wavering)}",
    ]
    gold = {case.id: case for case in cases}
    for waver in shown.wavering[:most]:
        item = gold[waver.document].items[waver.item]
        head = f"  {waver.found} of {shown.repeats}  {waver.document} {item.type}: "
        lines.append(head + cut(item.what, WIDTH - len(head)))
    if len(shown.wavering) > most:
        lines.append(f"  and {len(shown.wavering) - most} more")
    return "\n".join(lines) + "\n"
