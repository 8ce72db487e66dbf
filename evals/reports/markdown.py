"""Results as GitHub-flavoured Markdown, for the summary of a pull request.

Whatever an article, a model or an endpoint wrote goes through `escape`: no markup, HTML, link or
mention can come out of it. It reads the gold files for the lines of their items alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from evals.reports.data import ReportData
from evals.reports.figures import Figure, effort, quality
from evals.reports.items import ArticleRows, ItemRow, differing, flipped
from evals.reports.table import (
    LEGEND,
    ScoreRow,
    ceiling_note,
    change_cell,
    mean_changes,
    score_rows,
    shown_results,
)
from evals.reports.text import counted, cut, numbers, share
from evals.reports.verdict import cause, faults, gains, notes, reasons, scope

# A step summary holds 1 MiB, and nobody reads more rows than this.
ROWS_SHOWN = 200
_TEXT_CELLS = 400
_COLUMNS = "section|gold|P|R|aligned F1|change|strict F1|change|ceiling|verdict"
# What opens something: anywhere, where a line begins, or as an address, which needs no mark.
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~$#@]|^[-+=]|^\d{1,9}[.)]|:/(?=/)|www\.", re.IGNORECASE)
# Mentions and issue numbers are looked for after escapes are undone; U+2060 keeps them apart.
_MENTION = re.compile(r"(?<=[@#])(?=\w)")
_FLUSH = "---|--:|--:|--:|--:|--:|--:|--:|--:|---"


def render(data: ReportData) -> str:
    """A heading with the verdict, the table, then what flipped, folded by article."""
    parts = [
        *_verdict(data),
        _table(data),
        _list([*_figures(quality(data)), *_figures(effort(data))]),
        _escaped(cause(data.comparison)) if data.comparison else "",
        _list(map(_escaped, faults(data.results))),
        *_articles(data),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escape(text: str) -> str:
    """One line of plain text as Markdown that reads as that text."""
    marked = _MARKUP.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", text)
    return _MENTION.sub("\u2060", marked)


# --- the verdict ------------------------------------------------------------------------------


def _verdict(data: ReportData) -> Iterator[str]:
    comparison = data.comparison
    yield f"## Evals: {comparison.verdict if comparison else 'no baseline'}"
    first, others = reasons(data)[:1], reasons(data)[1:]
    yield from (f"**{_escaped(reason)}**" for reason in first)
    better = gains(comparison) if comparison else ""
    yield _list(map(_escaped, (*others, better, *notes(data))))
    yield _escaped(scope(data))


# --- scores -----------------------------------------------------------------------------------


def _table(data: ReportData) -> str:
    rows = [_COLUMNS, _FLUSH, *map(_row, score_rows(data)), _mean(data)]
    note = " ".join(part for part in (f"{LEGEND}.", ceiling_note(data)) if part)
    return "\n".join(f"|{row}|" for row in rows) + f"\n\n{escape(note)}"


def _row(row: ScoreRow) -> str:
    score = row.score
    cells = (
        *(row.name, str(score.gold), share(score.precision), share(score.recall)),
        *(share(score.f1), _change(change_cell(row.aligned))),
        *(share(score.strict_f1), _change(change_cell(row.strict))),
        *(row.ceilings, f"**{row.verdict}**" if row.verdict == "FAIL" else row.verdict or "-"),
    )
    return "|".join(cells)


def _change(cell: str) -> str:
    return escape(" ".join(cell.split()))


def _mean(data: ReportData) -> str:
    score, changes = shown_results(data).score, mean_changes(data)
    aligned = f"{share(score.aligned)}|{escape(changes.aligned)}"
    return f"mean of items||||{aligned}|{share(score.strict)}|{escape(changes.strict)}||"


def _figures(figures: Iterable[Figure]) -> Iterator[str]:
    yield from (f"**{figure.name}** {_escaped(figure.text)}" for figure in figures)


# --- items ------------------------------------------------------------------------------------


def _articles(data: ReportData) -> Iterator[str]:
    """Flips of a comparison; of a run by itself what differs from the gold."""
    articles = flipped(data) if data.comparison else differing(data)
    left = ROWS_SHOWN
    for article in articles:
        if article.rows and left > 0:
            yield _article(data, article, left)
        left -= len(article.rows)
    if left < 0:
        yield f"{counted(-left, 'item')} more in results.json and report.html."


def _article(data: ReportData, article: ArticleRows, most: int) -> str:
    counts = f"{article.worse} worse, {article.better} better"
    told = counts if data.comparison else counted(len(article.rows), "difference")
    title = html.escape(f"{cut(article.document.name, _TEXT_CELLS)}: {told}")
    rows = _list(map(_item, article.rows[:most]))
    return f"<details><summary>{title}</summary>\n\n{rows}\n\n</details>"


def _item(row: ItemRow) -> str:
    mark = f"**{row.mark}**{' (pinned)' if row.pinned else ''}"
    text = f"{mark} {row.section} {escape(numbers(row.sentences))} {_escaped(row.text)}"
    note = f"; {_escaped(row.note)}" if row.note else ""
    return f"{text}{note} · {_escaped(row.where)}"


# --- pieces -----------------------------------------------------------------------------------


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines if line)


def _escaped(text: str) -> str:
    """On one line, cut where it is endless, and nothing but text."""
    return escape(cut(text, _TEXT_CELLS))
