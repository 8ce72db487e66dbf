"""Results as text of 80 columns; pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from evals.counts import STRICT, FieldScore, Section, SectionScore
from evals.gold import AnyGoldItem, GoldCase
from evals.prediction import PredictedItem
from evals.results import DocumentResult, Results
from evals.score import WrongField
from summarizer.models import SECTIONS, Dropped, Frozen

WIDTH = 80
WORST = 5
Mark = Literal[
    "LOST", "UNGROUNDED", "NEW FALSE", "MISFILED", "WRONG WHO", "WRONG WHOM", "WRONG STATUS"
]


class Ceiling(Frozen):
    """What two annotators agreed to; `strict` is None where it was not measured."""

    aligned: float
    strict: float | None = None


CEILINGS: Mapping[Section, Ceiling] = {
    "claim": Ceiling(aligned=0.96, strict=0.71),
    "threat": Ceiling(aligned=0.94, strict=0.82),
    "action": Ceiling(aligned=0.94, strict=0.82),
    "actor": Ceiling(aligned=0.94),
}
"""F1 between two annotators of 15 other, real articles, until this gold is annotated twice."""

_CEILING_NOTE = (
    "Ceiling: F1, aligned/strict, between two annotators of 15 other, real articles; this gold "
    "has been annotated once."
)


def summary(results: Results) -> str:
    """The table, the fields, what grounding did, and what it cost."""
    count = len(results.documents)
    articles = "1 article" if count == 1 else f"{count} articles"
    head = f"{articles} of the test split, model {printable(results.model)}"
    parts = [head, "", *_table(results), "", *_figures(results), "", *_wrap(_CEILING_NOTE)]
    return "\n".join([*parts, *_failures(results)]) + "\n"


def worst_first(results: Results) -> tuple[DocumentResult, ...]:
    """Failed articles, then by strict F1; articles with nothing to find last."""

    def rank(document: DocumentResult) -> tuple[bool, float, str]:
        strict = document.score.strict_f1
        return not document.failure, 2.0 if strict is None else strict, document.name

    return tuple(sorted(results.documents, key=rank))


def worst_line(results: Results) -> str:
    """The worst articles by name, and where to read more."""
    worst = [f"{d.name} {share(d.score.strict_f1)}" for d in worst_first(results)[:WORST]]
    text = f"Lowest strict F1: {', '.join(worst)}; --verbose or --only NAME shows their items."
    return "\n".join(_wrap(text)) + "\n"


def details(results: Results, cases: Sequence[GoldCase], folder: str) -> str:
    """Item by item what is lost, dropped, false, misfiled or wrong, the worst article first."""
    gold = {case.id: case for case in cases}
    lines: list[str] = []
    for document in worst_first(results):
        rows = [line for row in _rows(document, gold[document.name]) for line in row]
        lines += [_head(document, folder), *(rows or ["  all as in the gold"]), ""]
    return "\n".join(lines)


def share(value: float | None) -> str:
    """A ratio as ".62" or "1.00", and "-" where there is none."""
    if value is None:
        return "-"
    text = f"{value:.2f}"
    return text.removeprefix("0") if text.startswith("0.") else text


def printable(text: str) -> str:
    """`text` on one line, without characters that would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


# --- the table --------------------------------------------------------------------------------


def _table(results: Results) -> Iterator[str]:
    columns = ("section", "gold", "TP", "FP", "FN", "P", "R", "aligned", "strict", "ceiling")
    yield _row(columns)
    for section in results.score.sections:
        yield _row(_cells(section))
    means = (share(results.score.aligned), share(results.score.strict))
    yield _row(("mean of items", "", "", "", "", "", "", *means, ""))


def _cells(s: SectionScore) -> tuple[str, ...]:
    counts = (s.gold, s.true_positives, s.false_positives, s.false_negatives)
    shares = (s.precision, s.recall, s.f1, s.strict_f1)
    ceiling = CEILINGS.get(s.section)
    both = f"{share(ceiling.aligned)}/{share(ceiling.strict)}" if ceiling else "-"
    return (f"{s.section}s", *map(str, counts), *map(share, shares), both)


def _row(cells: Sequence[str]) -> str:
    widths = (6, 6, 6, 6, 6, 6, 9, 8, 10)
    rest = (cell.rjust(width) for cell, width in zip(cells[1:], widths, strict=True))
    return (cells[0].ljust(14) + "".join(rest)).rstrip()


# --- figures ----------------------------------------------------------------------------------


def _figures(results: Results) -> Iterator[str]:
    yield from _figure("fields right", ", ".join(map(_field, results.score.fields)))
    yield from _figure("other", _other(results))
    yield from _figure("grounding", _grounding(results))
    yield from _figure("summary", _summary(results))
    yield from _figure("cost", _cost(results))
    yield from _figure("seconds", _seconds(results))


def _field(field: FieldScore) -> str:
    return f"{field.field} {share(field.accuracy)} of {field.total}"


def _other(results: Results) -> str:
    items = [s for s in results.score.sections if s.section != "actor"]
    empty = sum(section.correctly_empty for section in items)
    false = sum(section.false_on_empty for section in items)
    return (
        f"misfiled {results.score.misfiled}, sections correctly empty {empty}, false items in "
        f"sections that should be empty {false}"
    )


def _grounding(results: Results) -> str:
    grounding = results.grounding
    lost = sum(reason.count for reason in grounding.dropped)
    rate = share(grounding.kept / (grounding.kept + lost) if grounding.kept + lost else None)
    reasons = ", ".join(f"{r.reason.value} {r.count}" for r in grounding.dropped)
    return f"{rate} of items kept, {lost} dropped{f' ({reasons})' if reasons else ''}"


def _summary(results: Results) -> str:
    grounding = results.grounding
    return f"{grounding.replaced} of {grounding.summary} sentences replaced, {grounding.gaps} gaps"


def _cost(results: Results) -> str:
    usage = results.usage
    dollars = "no known price" if usage.cost_usd is None else f"${usage.cost_usd:.4f}"
    return (
        f"{usage.calls} calls, {usage.input_tokens:,} tokens in, {usage.output_tokens:,} out, "
        f"{dollars}"
    )


def _seconds(results: Results) -> str:
    latency = results.latency
    return (
        f"median {latency.median:.1f}, p95 {latency.p95:.1f} an article, as the sum of its "
        "model calls when they were recorded"
    )


def _figure(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        f"{name:<14}{text}", WIDTH, subsequent_indent=" " * 14, break_on_hyphens=False
    )


def _failures(results: Results) -> Iterator[str]:
    for document in results.documents:
        if document.failure:
            yield from ["", *_wrap(f"FAILED {document.name}: {printable(document.failure)}")]
        for broken in document.broken:
            yield from ["", *_wrap(f"BROKEN {document.name}: {printable(broken)}")]


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)


# --- items ------------------------------------------------------------------------------------


def _head(document: DocumentResult, folder: str) -> str:
    score = document.score
    shares = f"strict F1 {share(score.strict_f1)}  aligned F1 {share(score.f1)}"
    return f"{document.name}  {shares}  {folder}/{document.name}.json"


def _rows(document: DocumentResult, case: GoldCase) -> Iterator[list[str]]:
    """One entry a difference, each kind in the order of the article."""
    predicted, score = document.prediction.items, document.score
    paired = [*score.pairs, *score.misfiled]
    found, used = {pair.gold for pair in paired}, {pair.predicted for pair in paired}
    for place, gold in enumerate(case.items):
        if gold.must and place not in found:
            yield _entry("LOST", gold)
    yield from (_dropped(d) for d in document.dropped if d.section in SECTIONS)
    for place, item in enumerate(predicted):
        if place not in used:
            yield _entry("NEW FALSE", item)
    for pair in score.misfiled:
        item = predicted[pair.predicted]
        yield _entry("MISFILED", case.items[pair.gold], f"as {item.type}: {item.what}")
    for wrong in score.wrong:
        gold, item = case.items[wrong.pair.gold], predicted[wrong.pair.predicted]
        if wrong.field in STRICT and gold.must:
            yield _entry(_mark(wrong), gold, f"not {_names(getattr(item, wrong.field))}")


def _mark(wrong: WrongField) -> Mark:
    marks: Mapping[str, Mark] = {
        "who": "WRONG WHO",
        "whom": "WRONG WHOM",
        "status": "WRONG STATUS",
    }
    return marks[wrong.field]


def _entry(mark: Mark, item: AnyGoldItem | PredictedItem, note: str = "") -> list[str]:
    whom = f" to {_names(item.whom)}" if item.whom else ""
    text = f"{_names(item.who)}{whom}: {item.what} ({item.status})"
    return _lines(mark, f"{item.type} {_numbers(item.sentences)} {text}", note)


def _dropped(dropped: Dropped) -> list[str]:
    text = f"{dropped.section} {_numbers(dropped.sentences)} {dropped.what}"
    return _lines("UNGROUNDED", text, f"{dropped.reason.value}: {dropped.detail}")


def _lines(mark: Mark, text: str, note: str) -> list[str]:
    lines = [f"  {mark:<13}{printable(text)}"]
    if note:
        lines.append(f"{'':<15}{printable(note)}")
    return [
        row
        for line in lines
        for row in textwrap.wrap(line, WIDTH, subsequent_indent=" " * 15, break_on_hyphens=False)
    ]


def _numbers(sentences: tuple[int, ...]) -> str:
    return f"[{','.join(map(str, sentences))}]"


def _names(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value) or "nobody"
