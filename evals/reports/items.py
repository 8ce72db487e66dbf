"""Items as rows: what flipped since the run before, and what differs from the gold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evals.compare import Comparison
from evals.counts import STRICT, Field
from evals.flips import Flip
from evals.gold import AnyGoldItem, GoldCase
from evals.prediction import PredictedItem, Prediction
from evals.reports.data import ReportData
from evals.reports.lines import GoldFile, gold_file
from evals.reports.text import printable
from evals.rescore import rescore
from evals.results import DocumentResult
from summarizer.models import SECTIONS, Dropped, Frozen


class ItemRow(Frozen):
    """One item. `text` is the gold's, or of a false item what was predicted; `note` says what
    there is in its place; `sentences` are the numbers of its evidence; `where` is the gold
    file, with a line where the gold has the item.
    """

    mark: str
    section: str
    sentences: tuple[int, ...]
    text: str
    note: str = ""
    where: str
    worse: bool = True
    pinned: bool = False


class ArticleRows(Frozen):
    """The rows of one article, what is worse first."""

    document: DocumentResult
    where: str
    rows: tuple[ItemRow, ...]

    @property
    def worse(self) -> int:
        """How many items a reader loses by."""
        return sum(row.worse for row in self.rows)

    @property
    def better(self) -> int:
        """How many items a reader gains by."""
        return len(self.rows) - self.worse


def flipped(data: ReportData) -> tuple[ArticleRows, ...]:
    """What flipped, the article with most that is worse first; articles without are left out."""
    if data.comparison is None:
        return ()
    articles = (_flipped(data, data.comparison, d) for d in data.comparison.after.documents)
    some = [article for article in articles if article.rows]
    return tuple(sorted(some, key=lambda a: (-a.worse, -a.better, a.document.name)))


def differing(data: ReportData) -> tuple[ArticleRows, ...]:
    """What differs from today's gold in every article, the worst article first."""
    documents = rescore(data.results, data.cases).results.documents
    return tuple(_differing(data, document) for document in worst_first(documents))


def worst_first(documents: Iterable[DocumentResult]) -> tuple[DocumentResult, ...]:
    """Failed articles, then by strict F1; articles with nothing to find last."""

    def rank(document: DocumentResult) -> tuple[bool, float, str]:
        strict = document.score.strict_f1
        return not document.failure, 2.0 if strict is None else strict, document.name

    return tuple(sorted(documents, key=rank))


def item_text(item: AnyGoldItem | PredictedItem) -> str:
    """As in "police to residents: the road is closed (happened)"."""
    whom = f" to {_names(item.whom)}" if item.whom else ""
    return printable(f"{_names(item.who)}{whom}: {item.what} ({item.status})")


# --- flips ------------------------------------------------------------------------------------


def _flipped(data: ReportData, comparison: Comparison, document: DocumentResult) -> ArticleRows:
    name = document.name
    before, file = data.before(name), gold_file(data.gold_folder, name)
    old = before.prediction if before else Prediction()
    rows = tuple(
        _flip_row(flip, data.case(name), old, document.prediction, file)
        for flip in comparison.flips
        if flip.document == name
    )
    return ArticleRows(document=document, where=file.place(), rows=rows)


def _flip_row(
    flip: Flip, case: GoldCase, before: Prediction, after: Prediction, file: GoldFile
) -> ItemRow:
    was = None if flip.before is None else before.items[flip.before]
    now = None if flip.after is None else after.items[flip.after]
    gold = None if flip.gold is None else case.items[flip.gold]
    item = gold or now or was
    return ItemRow(
        mark=flip.kind,
        section=flip.section,
        sentences=item.sentences if item else (),
        text=item_text(item) if item else "",
        note=_flip_note(flip, was, now),
        where=file.place(flip.gold),
        worse=flip.worse,
        pinned=flip.pinned,
    )


def _flip_note(flip: Flip, was: PredictedItem | None, now: PredictedItem | None) -> str:
    """What is predicted now; of a field that is right again, what was predicted before."""
    action, _, field = flip.kind.partition(" ")
    if action == "WRONG" and now:
        return f"now {field.lower()} is {_value(now, field)}"
    if action == "RIGHT" and was:
        return f"before, {field.lower()} was {_value(was, field)}"
    if flip.kind == "MISFILED" and now:
        return printable(f"{flip.note}: {now.what} ({now.status})")
    return printable(flip.note)


def _value(item: PredictedItem, field: str) -> str:
    return _names(getattr(item, field.lower()))


# --- differences ------------------------------------------------------------------------------


def _differing(data: ReportData, document: DocumentResult) -> ArticleRows:
    file = gold_file(data.gold_folder, document.name)
    rows = tuple(_differences(document, data.case(document.name), file))
    return ArticleRows(document=document, where=file.place(), rows=rows)


def _differences(document: DocumentResult, case: GoldCase, file: GoldFile) -> Iterator[ItemRow]:
    """Each kind in the order of the article."""
    yield from _missed(document, case, file)
    yield from (_dropped(d, file) for d in document.dropped if d.section in SECTIONS)
    yield from _false(document, file)
    yield from _misfiled(document, case, file)
    yield from _wrong(document, case, file)


def _missed(document: DocumentResult, case: GoldCase, file: GoldFile) -> Iterator[ItemRow]:
    score = document.score
    found = {pair.gold for pair in (*score.pairs, *score.misfiled)}
    for place, gold in enumerate(case.items):
        if gold.must and place not in found:
            yield _row("MISSED", gold, file.place(place))


def _dropped(dropped: Dropped, file: GoldFile) -> ItemRow:
    return ItemRow(
        mark="UNGROUNDED",
        section=dropped.section,
        sentences=dropped.sentences,
        text=printable(dropped.what),
        note=printable(f"{dropped.reason.value}: {dropped.detail}"),
        where=file.place(),
    )


def _false(document: DocumentResult, file: GoldFile) -> Iterator[ItemRow]:
    used = {p.predicted for p in (*document.score.pairs, *document.score.misfiled)}
    for place, item in enumerate(document.prediction.items):
        if place not in used:
            yield _row("FALSE", item, file.place())


def _misfiled(document: DocumentResult, case: GoldCase, file: GoldFile) -> Iterator[ItemRow]:
    for pair in document.score.misfiled:
        item = document.prediction.items[pair.predicted]
        note = printable(f"filed as {item.type}: {item.what} ({item.status})")
        yield _row("MISFILED", case.items[pair.gold], file.place(pair.gold), note)


def _wrong(document: DocumentResult, case: GoldCase, file: GoldFile) -> Iterator[ItemRow]:
    for wrong in document.score.wrong:
        gold, pair = case.items[wrong.pair.gold], wrong.pair
        item = document.prediction.items[pair.predicted]
        if wrong.field in STRICT and gold.must:
            note = f"{wrong.field} is {_value(item, wrong.field)}"
            yield _row(_mark(wrong.field), gold, file.place(pair.gold), note)


def _mark(field: Field) -> str:
    return f"WRONG {field.upper()}"


def _row(mark: str, item: AnyGoldItem | PredictedItem, where: str, note: str = "") -> ItemRow:
    return ItemRow(
        mark=mark,
        section=item.type,
        sentences=item.sentences,
        text=item_text(item),
        note=note,
        where=where,
    )


def _names(value: str | tuple[str, ...]) -> str:
    return printable(value if isinstance(value, str) else ", ".join(value)) or "nobody"
