"""Results as text of 80 columns; it reads the gold files for the lines of their items alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from rich.cells import cell_len

from evals.reports.data import ReportData
from evals.reports.figures import Figure, effort, quality
from evals.reports.items import ArticleRows, ItemRow, differing, flipped, worst_first
from evals.reports.table import (
    LEGEND,
    ScoreRow,
    ceiling_note,
    change_cell,
    mean_changes,
    score_rows,
    shown_results,
)
from evals.reports.text import (
    WIDTH,
    counted,
    cut,
    numbers,
    printable,
    share,
    wrapped,
)
from evals.reports.verdict import (
    cause,
    faults,
    gains,
    named_before,
    notes,
    reasons,
    scope,
    sentence,
)
from evals.results import DocumentResult

REASONS_SHOWN = 4
FLIP_LINES = 8
LOWEST_SHOWN = 5
_LABEL = 14
_MARK = 13


def render(data: ReportData, *, items: bool = False) -> str:
    """The verdict first, then scores, what flipped, and why that may be; ends with a line end.

    With `items` every flip is there and every item that differs from the gold. No line is
    longer than 80 columns, whatever stands in articles and briefs.
    """
    parts = (
        _verdict(data),
        _scores(data),
        _figures(quality(data)),
        _changed(data, items),
        _details(data) if items else (),
        _faults(data),
        _foot(data, items),
    )
    blocks = ("\n".join(lines) for lines in map(list, parts) if lines)
    return "\n\n".join(blocks) + "\n"


# --- the verdict ------------------------------------------------------------------------------


def _verdict(data: ReportData) -> Iterator[str]:
    yield from wrapped(sentence(data)) if data.comparison else ()
    others = reasons(data)[1:]
    for reason in others[:REASONS_SHOWN]:
        yield from wrapped(reason, label="also: ")
    if len(others) > REASONS_SHOWN:
        yield f"also: {counted(len(others) - REASONS_SHOWN, 'reason')} more"
    for note in (gains(data.comparison) if data.comparison else "", *notes(data)):
        yield from wrapped(note) if note else ()
    yield from wrapped(scope(data))


# --- scores -----------------------------------------------------------------------------------


def _scores(data: ReportData) -> Iterator[str]:
    yield from _compared(data) if data.comparison else _alone(data)
    note = ceiling_note(data)
    yield from wrapped(note) if note else ()


def _alone(data: ReportData) -> Iterator[str]:
    columns = ("section", "gold", "TP", "FP", "FN", "P", "R", "aligned", "strict", "ceiling")
    widths = (-14, 6, 6, 6, 6, 6, 6, 9, 8, 10)
    yield _columns(columns, widths)
    for row in score_rows(data):
        score = row.score
        counts = (score.gold, score.true_positives, score.false_positives, score.false_negatives)
        shares = (score.precision, score.recall, score.f1, score.strict_f1)
        yield _columns((row.name, *map(str, counts), *map(share, shares), row.ceilings), widths)
    score_of = data.results.score
    means = (share(score_of.aligned), share(score_of.strict))
    yield _columns(("mean of items", *[""] * 6, *means), widths[:9])


def _compared(data: ReportData) -> Iterator[str]:
    heads = ("section", "gold", "P", "R", "  aligned F1", "  strict F1", "ceiling", " verdict")
    yield _columns(heads, (-10, 4, 5, 5, -17, -17, 9, -13))
    for row in score_rows(data):
        yield _compared_row(row)
    results, changes = shown_results(data).score, mean_changes(data)
    means = (share(results.aligned), changes.aligned, share(results.strict), changes.strict)
    yield _columns(("mean", *means), (-24, 5, 6, 11, 6))
    yield LEGEND


def _compared_row(row: ScoreRow) -> str:
    score = row.score
    cells = (row.name, str(score.gold), share(score.precision), share(score.recall))
    aligned, strict = f" {change_cell(row.aligned)}", f" {change_cell(row.strict)}"
    metrics = (share(score.f1), aligned, share(score.strict_f1), strict)
    ends = (row.ceilings, f" {row.verdict or '-'}")
    return _columns((*cells, *metrics, *ends), (-10, 4, 5, 5, 5, 12, 5, 12, 9, -13))


def _columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Cells flush right, or left where the width is negative."""
    pairs = zip(cells, widths, strict=True)
    parts = (c.rjust(width) if width > 0 else c.ljust(-width) for c, width in pairs)
    return "".join(parts).rstrip()


def _figures(figures: Iterable[Figure]) -> list[str]:
    lines = (wrapped(figure.text, label=figure.name.ljust(_LABEL)) for figure in figures)
    return list(chain.from_iterable(lines))


# --- items ------------------------------------------------------------------------------------


def _changed(data: ReportData, items: bool) -> Iterator[str]:
    articles = flipped(data)
    if data.comparison is None:
        return
    worse, better = sum(a.worse for a in articles), sum(a.better for a in articles)
    head = f"Flipped since {named_before(data)}: {worse:,} worse, {better:,} better"
    if items:
        yield from wrapped(f"{head}.")
        for article in articles:
            yield from ["", *wrapped(_flip_head(article)), *_rows(article)]
    else:
        order = "; worst article first" if worse else ""
        yield from wrapped(f"{head}{order}{':' if articles else '.'}")
        yield from _some(articles)


def _flip_head(article: ArticleRows) -> str:
    counts = f"{article.worse} worse, {article.better} better"
    return f"{article.document.name}: {counts}, {article.where}"


def _some(articles: Sequence[ArticleRows]) -> Iterator[str]:
    """As many rows as a few lines hold: pinned ones first, then what is worse, by article."""
    rows = [row for article in articles for row in article.rows]
    rows.sort(key=lambda row: (not row.worse, not row.pinned))
    shown = [tuple(_short(row)) for row in rows]
    kept = max(1, sum(sum(map(len, shown[: n + 1])) <= FLIP_LINES for n in range(len(shown))))
    yield from chain.from_iterable(shown[:kept])
    if len(rows) > kept:
        yield f"{len(rows) - kept:,} more: --verbose, or --only NAME for one article"


def _short(row: ItemRow) -> Iterator[str]:
    """Two lines where they hold it: the item, and where it is with what is there now."""
    room = WIDTH - _MARK
    yield f"{_mark(row)}{cut(_item(row), room)}"
    if cell_len(row.where) > room:
        yield from wrapped(row.where, label=" " * _MARK)
    else:
        where = f"{printable(row.where)}  "
        note = cut(row.note, room - cell_len(where)) if cell_len(where) < room - 10 else ""
        yield f"{' ' * _MARK}{where}{note}".rstrip()


def _rows(article: ArticleRows) -> Iterator[str]:
    indent = " " * (_MARK + 2)
    for row in article.rows:
        yield from wrapped(_item(row), label=f"  {_mark(row)}")
        yield from wrapped(row.note, label=indent) if row.note else ()
        yield from wrapped(row.where, label=indent) if row.where != article.where else ()


def _mark(row: ItemRow) -> str:
    return f"{row.mark:<{_MARK}}"


def _item(row: ItemRow) -> str:
    pinned = "pinned " if row.pinned else ""
    return f"{pinned}{row.section} {numbers(row.sentences)} {row.text}"


def _details(data: ReportData) -> Iterator[str]:
    """Item by item what differs from the gold."""
    yield "Item by item, beside the gold:"
    for article in differing(data):
        score = article.document.score
        shares = f"strict F1 {share(score.strict_f1)}, aligned F1 {share(score.f1)}"
        yield from ["", *wrapped(f"{article.document.name}: {shares}, {article.where}")]
        yield from _rows(article) if article.rows else ["  all as in the gold"]


# --- the end ----------------------------------------------------------------------------------


def _faults(data: ReportData) -> Iterator[str]:
    for fault in faults(data.results):
        yield from wrapped(fault)


def _foot(data: ReportData, items: bool) -> Iterator[str]:
    yield from wrapped(cause(data.comparison)) if data.comparison else ()
    yield from _figures(effort(data))
    worst = worst_first(data.results.documents)
    if worst and not items:
        yield from wrapped(_lowest(worst)) if data.comparison is None else ()
        named = [article.document for article in flipped(data)] or worst
        yield from wrapped(f"One article: make eval ONLY={named[0].name}")


def _lowest(documents: Sequence[DocumentResult]) -> str:
    shares = (f"{d.name} {share(d.score.strict_f1)}" for d in documents[:LOWEST_SHOWN])
    return f"Lowest strict F1: {', '.join(shares)}; --verbose shows the items of all."
