"""What is told beside the table: fields, grounding, cost and latency, with their change; pure."""

from __future__ import annotations

from collections.abc import Iterator

from evals.counts import FieldScore
from evals.gate import FieldChange
from evals.reports.data import ReportData
from evals.reports.table import shown_results
from evals.reports.text import counted, share, signed_points
from evals.results import Grounding, Results
from summarizer.models import Frozen


class Figure(Frozen):
    """A name and what there is to say."""

    name: str
    text: str


def quality(data: ReportData) -> tuple[Figure, ...]:
    """How right the fields are, what is misfiled, what grounding dropped and replaced."""
    now, before = shown_results(data), _before(data)
    changes = {c.field: c for c in data.comparison.fields} if data.comparison else {}
    fields = (_field(field, changes.get(field.field)) for field in now.score.fields)
    return (
        Figure(name="fields right", text=", ".join(fields)),
        Figure(name="other", text=_other(now, before)),
        Figure(name="grounding", text=", ".join(_grounding(now.grounding, before.grounding))),
    )


def effort(data: ReportData) -> tuple[Figure, ...]:
    """What the run cost, and how long an article took."""
    now, before = shown_results(data), _before(data)
    return (
        Figure(name="cost", text=", ".join(_cost(now, before))),
        Figure(name="seconds", text=_seconds(now, before)),
    )


def _before(data: ReportData) -> Results:
    """The run before; the same run where nothing is compared, as then nothing changed."""
    return data.comparison.before if data.comparison else data.results


# --- quality ----------------------------------------------------------------------------------


def _field(field: FieldScore, change: FieldChange | None) -> str:
    text = f"{field.field} {share(field.accuracy)} of {field.total}"
    if change is None or None in (change.numbers.before, change.numbers.after):
        return text
    points = signed_points(change.numbers.change)
    told = [points] if points != "0.0" else []
    told += ["WARN"] if change.verdict == "WARN" else []
    return f"{text} ({' '.join(told)})" if told else text


def _other(now: Results, before: Results) -> str:
    misfiled = _with_change(now.score.misfiled, before.score.misfiled)
    new, old = now.score.items, before.score.items
    empty = _with_change(new.correctly_empty, old.correctly_empty)
    false = _with_change(new.false_on_empty, old.false_on_empty)
    return (
        f"misfiled {misfiled}, sections correctly empty {empty}, false items in sections that "
        f"should be empty {false}"
    )


def _grounding(now: Grounding, before: Grounding) -> Iterator[str]:
    reasons = ", ".join(f"{r.reason.value} {r.count}" for r in now.dropped)
    yield f"{share(now.rate)} of items kept"
    dropped = _with_change(now.lost, before.lost)
    yield f"{dropped} dropped{f' ({reasons})' if reasons else ''}"
    replaced = _with_change(now.replaced, before.replaced)
    yield f"{replaced} of {counted(now.summary, 'summary sentence')} replaced"
    yield f"gaps {_with_change(now.gaps, before.gaps)}"


# --- effort -----------------------------------------------------------------------------------


def _cost(now: Results, before: Results) -> Iterator[str]:
    usage, old = now.usage, before.usage
    yield f"calls {_with_change(usage.calls, old.calls)}"
    into = _percent(usage.input_tokens, old.input_tokens)
    yield f"{usage.input_tokens:,} tokens in{into}"
    yield f"{usage.output_tokens:,} out{_percent(usage.output_tokens, old.output_tokens)}"
    if usage.cost_usd is None:
        yield "no known price"
    else:
        yield f"${usage.cost_usd:.4f}{_percent(usage.cost_usd, old.cost_usd)}"


def _seconds(now: Results, before: Results) -> str:
    new, old = now.latency, before.latency
    return (
        f"median {new.median:.1f}{_percent(new.median, old.median)}, p95 {new.p95:.1f}"
        f"{_percent(new.p95, old.p95)} an article: its model calls when recorded"
    )


# --- changes ----------------------------------------------------------------------------------


def _with_change(now: int, before: int) -> str:
    """As in "3 (+1)"; the number alone where nothing changed."""
    return f"{now:,}" if now == before else f"{now:,} ({now - before:+,})"


def _percent(now: float, before: float | None) -> str:
    """As in " (+12 %)"; empty where that would be nothing or there is nothing to compare."""
    if not before:
        return ""
    text = f"{(now / before - 1) * 100:+.0f}"
    return "" if text in ("+0", "-0") else f" ({text} %)"
