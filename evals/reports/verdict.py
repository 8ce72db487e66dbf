"""The verdict in words: one sentence, what else is behind it, and what was not compared; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.compare import Comparison
from evals.flips import GONE, WRONG, Flip, FlipKind
from evals.gate import LOSS_TO_SHOW, TOLERATED_LOSS, FieldChange, SectionChange, Verdict
from evals.reports.data import ReportData
from evals.reports.table import shown_results
from evals.reports.text import counted, cut, listed, points, printable, probability, signed_points
from evals.results import Results
from evals.statistics import Change

NOTHING_RECORDED = "nothing that is recorded differs"
_REASON_CELLS = 100
# Of fewer documents than two the smallest loss is the whole scale.
_NO_TEST = 1.0


def sentence(data: ReportData) -> str:
    """The verdict and its gravest reason, as in "FAIL: claims lost 6.1 points of aligned F1";
    empty where nothing is compared.
    """
    return f"{data.comparison.verdict}: {reasons(data)[0]}" if data.comparison else ""


def reasons(data: ReportData) -> tuple[str, ...]:
    """All reasons of the verdict and of milder ones, the gravest first; one at least.

    Of a FAIL: articles missing, failed or broken, pinned items, then sections by their loss.
    What is merely inconclusive is told once, by its worst section. None where nothing is
    compared.
    """
    comparison = data.comparison
    if comparison is None:
        return ()
    hard = (*_broken(comparison), *_pinned(data, comparison), *_failing(comparison))
    soft = (*_warning(comparison), *_doubt(comparison))
    return (*hard, *soft) or (_passed(comparison, named_before(data)),)


def gains(comparison: Comparison) -> str:
    """Sections whose interval says that they are better; empty where none is."""
    better = [change for change in comparison.sections if change.numbers.low > 0]
    told = [
        f"{section}s {' and '.join(_gained(c) for c in better if c.section == section)}"
        for section in dict.fromkeys(change.section for change in better)
    ]
    return f"Better, by intervals above 0: {', '.join(told)}." if told else ""


def _gained(change: SectionChange) -> str:
    return f"{signed_points(change.numbers.change)} {change.metric}"


def notes(data: ReportData) -> tuple[str, ...]:
    """What was scored again, left out or not compared, a sentence each."""
    return tuple(_notes(data.comparison, named_before(data))) if data.comparison else ()


def _notes(comparison: Comparison, before: str) -> Iterator[str]:
    again = "stored briefs were scored again."
    if comparison.gold_changed:
        names = listed(comparison.gold_changed)
        yield f"The gold of {names} changed since {before}: {before}'s {again}"
    if comparison.scorer_changed:
        names = listed(comparison.scorer_changed)
        yield f"The scorer changed since {before}, which shows in {names}: {before}'s {again}"
    if comparison.refused:
        why = "the text changed, or today's gold does not have it"
        yield f"Not compared: {listed(comparison.refused)}; {why}."
    if comparison.added:
        yield f"New, not in {before}: {listed(comparison.added)}; not in the tables."


def scope(data: ReportData) -> str:
    """What was run, and what it is compared with."""
    head = f"{counted(len(shown_results(data).documents), 'article')}, model {data.results.model}"
    if data.comparison is None:
        return f"{head}; there is no baseline to compare with"
    before = data.comparison.before.model
    with_model = f", model {before}" if before != data.results.model else ""
    return f"{head}; compared with {named_before(data)}{with_model}"


def named_before(data: ReportData) -> str:
    """As in "the baseline"; the name of a file stands alone."""
    name = printable(data.before_name)
    return f"the {name}" if name == "baseline" else name


def cause(comparison: Comparison) -> str:
    """What differs between the runs, as one sentence."""
    return f"Likely cause: {'; '.join(comparison.causes) or NOTHING_RECORDED}."


def change_sentence(change: SectionChange) -> str:
    """As in "claims lost 6.1 points of aligned F1 (95% CI -9.8 to -2.4, p=.004)"."""
    return f"{change.section}s {_became(change.numbers, f'{change.metric} F1')}"


def field_sentence(change: FieldChange) -> str:
    """As in "status lost 8.1 points of accuracy (95% CI -12.0 to -4.2, p=.010)"."""
    return f"{change.field} {_became(change.numbers, 'accuracy')}"


def doubt_sentence(change: SectionChange) -> str:
    """Why a loss can be neither shown nor excluded, and how many articles would do."""
    if change.smallest >= _NO_TEST:
        return f"too few articles have {change.section}s to show any loss of {change.metric} F1"
    if change.smallest <= LOSS_TO_SHOW:
        return f"{change_sentence(change)}, which so few articles cannot tell from chance"
    return (
        f"the smallest loss that {change.section}s could have shown is {points(change.smallest)} "
        f"points of {change.metric} F1 ({LOSS_TO_SHOW * 100:.0f} would take "
        f"{counted(change.needed, 'article')})"
    )


# --- reasons ----------------------------------------------------------------------------------


def _broken(comparison: Comparison) -> Iterator[str]:
    if comparison.missing:
        are = "is" if len(comparison.missing) == 1 else "are"
        yield f"{listed(comparison.missing)} {are} missing from this run"
    # Equal faults are told once: an endpoint that is down fails every article alike.
    for what in dict.fromkeys(broken.what for broken in comparison.broken):
        names = [broken.document for broken in comparison.broken if broken.what == what]
        yield f"{listed(names)}: {cut(what, _REASON_CELLS).rstrip('.')}"


def _pinned(data: ReportData, comparison: Comparison) -> Iterator[str]:
    for flip in comparison.pinned_lost:
        items = data.case(flip.document).items
        what = f": {cut(items[flip.gold].what, _REASON_CELLS)}" if flip.gold is not None else ""
        yield f"{printable(flip.document)} lost a pinned {flip.section}{what}"


def _failing(comparison: Comparison) -> Iterator[str]:
    """One a section. What flipped is told of the first alone: the list below has the others."""
    failing = _of(comparison, "FAIL")
    for place, section in enumerate(dict.fromkeys(change.section for change in failing)):
        metrics = [change for change in failing if change.section == section]
        items = _items(metrics[0], comparison.flips) if place == 0 else ()
        yield "; ".join([" and ".join(_losses(metrics)), *items])


def _losses(metrics: Sequence[SectionChange]) -> Iterator[str]:
    """The greater loss in full, the other one in short."""
    yield change_sentence(metrics[0])
    yield from (f"{points(m.numbers.change)} of {m.metric} F1" for m in metrics[1:])


def _warning(comparison: Comparison) -> Iterator[str]:
    tolerated = f"within the {TOLERATED_LOSS * 100:.0f} points that are tolerated"
    for change in _of(comparison, "WARN"):
        yield f"{change_sentence(change)}, {tolerated}"
    fields = [field for field in comparison.fields if field.verdict == "WARN"]
    yield from map(field_sentence, sorted(fields, key=lambda field: field.numbers.change))


def _doubt(comparison: Comparison) -> Iterator[str]:
    """Of the section that could show least; the others by name. Sections with a graver verdict
    by their other metric are left out.
    """
    graver = {c.section for c in comparison.sections if c.verdict in ("WARN", "FAIL")}
    doubtful = [c for c in _of(comparison, "INCONCLUSIVE") if c.section not in graver]
    if doubtful:
        worst = max(doubtful, key=lambda change: change.smallest)
        known = dict.fromkeys(c.section for c in comparison.sections if c in doubtful)
        others = [f"{section}s" for section in known if section != worst.section]
        too = f"; inconclusive too: {listed(others)}" if others else ""
        yield f"{doubt_sentence(worst)}{too}"


def _of(comparison: Comparison, verdict: Verdict) -> list[SectionChange]:
    """Sections of this verdict, the greatest loss first."""
    found = [change for change in comparison.sections if change.verdict == verdict]
    return sorted(found, key=lambda change: change.numbers.change)


def _passed(comparison: Comparison, before: str) -> str:
    smallest = [change.smallest for change in comparison.sections if change.smallest > 0]
    if not smallest:
        return f"no score differs from {before}"
    low, high = points(min(smallest)), points(max(smallest))
    loss = f"{high} points" if low == high else f"{low} to {high} points, by section"
    return (
        "no section lost more than chance explains (smallest loss this set could have shown: "
        f"{loss})"
    )


# --- pieces -----------------------------------------------------------------------------------


def _items(change: SectionChange, flips: Sequence[Flip]) -> Iterator[str]:
    """What of the section flipped for the worse, as far as this metric sees it."""
    mine = [flip for flip in flips if flip.section == change.section]
    noun = str(change.section)
    yield from _counted_in(mine, GONE, noun, "lost")
    yield from _counted_in(mine, ("NEW FALSE",), f"false {noun}", "new")
    if change.metric == "strict":
        yield from _counted_in(mine, WRONG, "field", "gone wrong")


def _counted_in(
    flips: Sequence[Flip], kinds: Sequence[FlipKind], noun: str, what: str
) -> Iterator[str]:
    some = [flip for flip in flips if flip.kind in kinds]
    if some:
        articles = counted(len({flip.document for flip in some}), "article")
        yield f"{counted(len(some), noun)} {what} in {articles}"


def _became(numbers: Change, what: str) -> str:
    verb = "lost" if numbers.change < 0 else "gained"
    told = f"{verb} {points(numbers.change)} points of" if numbers.change else "kept its"
    return f"{told} {what} (95% CI {_interval(numbers)}, {probability(numbers.p_adjusted)})"


def _interval(numbers: Change) -> str:
    return f"{signed_points(numbers.low)} to {signed_points(numbers.high)}"


# --- faults of the run itself -----------------------------------------------------------------


def faults(results: Results) -> tuple[str, ...]:
    """Articles that failed, those that failed alike together, and those that break an
    invariant; whatever the run before was.
    """
    failures = [d.failure for d in results.documents if d.failure]
    failed = (_failed(results, failure) for failure in dict.fromkeys(failures))
    broken = (_broke(d.name, d.broken) for d in results.documents if d.broken)
    return (*failed, *broken)


def _failed(results: Results, failure: str) -> str:
    names = [d.name for d in results.documents if d.failure == failure]
    who = names[0] if len(names) == 1 else f"{counted(len(names), 'article')} ({listed(names)})"
    return f"FAILED {who}: {failure}"


def _broke(name: str, broken: Sequence[str]) -> str:
    more = f" (and {len(broken) - 1:,} more)" if len(broken) > 1 else ""
    return f"BROKEN {name}: {broken[0]}{more}"
