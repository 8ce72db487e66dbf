"""Several models or prompt sets over the same articles, side by side; pure."""

from __future__ import annotations

from collections.abc import Sequence

from evals.compare import Comparison, compare
from evals.counts import Section
from evals.errors import ResultsError
from evals.gold import GoldCase
from evals.reports.text import WIDTH, cut, share, wrapped
from evals.results import Results
from summarizer.models import SECTIONS, Frozen

_SHOWN: tuple[Section, ...] = (*SECTIONS, "actor")
_WIDTHS = (8, 8, 8, 8, 8, 10, 8)


class Entry(Frozen):
    """A run and what it is called in the table."""

    name: str
    results: Results


class Matrix(Frozen):
    """Runs over the articles that all of them have; `left_out` are the others, by name.
    `comparisons` set each entry but the first beside the first.
    """

    entries: tuple[Entry, ...]
    comparisons: tuple[Comparison, ...]
    left_out: tuple[str, ...]


def matrix(entries: Sequence[Entry], cases: Sequence[GoldCase]) -> Matrix:
    """Put runs side by side.

    Raises:
        ResultsError: no article ran everywhere.
    """
    names = [case.id for case in cases]
    # An article without a recorded answer says nothing about the model.
    ran = [{d.name for d in e.results.documents if not d.unrecorded} for e in entries]
    common = [name for name in names if all(name in there for there in ran)]
    if not common:
        raise ResultsError(
            "No article ran with all of these models; run without --offline to ask them."
        )
    reduced = tuple(Entry(name=e.name, results=_only(e.results, common)) for e in entries)
    gold = [case for case in cases if case.id in common]
    return Matrix(
        entries=reduced,
        comparisons=tuple(compare(reduced[0].results, e.results, gold) for e in reduced[1:]),
        left_out=tuple(name for name in names if name not in common),
    )


def _only(results: Results, names: Sequence[str]) -> Results:
    return results.of([d for d in results.documents if d.name in names])


# --- as text ----------------------------------------------------------------------------------


def table(shown: Matrix) -> str:
    """Quality beside seconds and tokens, 80 columns."""
    count = len(shown.entries[0].results.documents)
    lines = [f"{count} articles that ran with every model", ""]
    for place, entry in enumerate(shown.entries, start=1):
        lines.append(f"{place:<3}{cut(entry.name, WIDTH - 3)}")
    lines += ["", *_block(("F1", "claims", "threats", "actions", "agreem.", "actors", "mean", ""))]
    for place, entry in enumerate(shown.entries, start=1):
        lines += _scores(place, entry.results)
    heads = ("", "who", "kept", "s med.", "s p95", "tok. in", "tok. out", "$")
    lines += ["", *_block(heads)]
    for place, entry in enumerate(shown.entries, start=1):
        lines += _block((str(place), *_costs(entry.results)))
    lines += ["", "An article: seconds as the sum of its model calls, tokens and $ as recorded."]
    for place, comparison in enumerate(shown.comparisons, start=2):
        lines += ["", f"{place} beside 1: {comparison.verdict}", *_changes(comparison)]
    if shown.left_out:
        names = ", ".join(shown.left_out)
        lines += ["", *wrapped(f"Left out, for they did not run everywhere: {names}")]
    return "\n".join(lines) + "\n"


def _scores(place: int, results: Results) -> list[str]:
    score = results.score
    by_name = {s.section: s for s in score.sections}
    aligned = [by_name[name].f1 for name in _SHOWN]
    strict = [by_name[name].strict_f1 for name in _SHOWN]
    return [
        *_block((f"{place} aligned", *map(share, aligned), share(score.aligned), "")),
        *_block((f"{place} strict", *map(share, strict), share(score.strict), "")),
    ]


def _costs(results: Results) -> tuple[str, ...]:
    who = next(field for field in results.score.fields if field.field == "who")
    grounding, usage = results.grounding, results.usage
    count = len(results.documents)
    return (
        share(who.accuracy),
        share(grounding.rate),
        f"{results.latency.median:.0f}",
        f"{results.latency.p95:.0f}",
        f"{usage.input_tokens / count:,.0f}",
        f"{usage.output_tokens / count:,.0f}",
        "-" if usage.cost_usd is None else f"{usage.cost_usd / count:.4f}",
    )


def _changes(comparison: Comparison) -> list[str]:
    """The sections where chance does not explain the difference, either way."""
    rows = []
    for section in comparison.sections:
        numbers = section.numbers
        if numbers.low > 0 or numbers.high < 0:
            rows.append(
                f"   {section.section}s, {section.metric}: {100 * numbers.change:+.1f} points "
                f"(95% CI {100 * numbers.low:+.1f} to {100 * numbers.high:+.1f})"
            )
    return rows or ["   no difference of a section beyond its 95% interval"]


def _block(cells: Sequence[str]) -> list[str]:
    rest = (cell.rjust(width) for cell, width in zip(cells[1:], _WIDTHS, strict=True))
    return [(cells[0].ljust(12) + "".join(rest)).rstrip()]
