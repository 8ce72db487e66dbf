"""One article of the page: its gold, what each run made of it, and what changed; pure.

The page's script draws an article from this when it is opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from evals.compare import Comparison
from evals.counts import STRICT, Field
from evals.flips import GONE, Flip, is_dropped_form
from evals.gold import AnyGoldItem, GoldCase, Span
from evals.gold_file import gold_text
from evals.prediction import PredictedActor, PredictedItem, PredictedSentence
from evals.results import DocumentResult
from evals.similarity import span_overlap, token_f1
from summarizer.models import SECTIONS, Dropped, Frozen, ItemType

_SAME = 0.5


class SaidItem(Frozen):
    """An item that a run kept; fields that its type has not are empty."""

    type: ItemType
    sentences: tuple[int, ...]
    evidence: tuple[Span, ...]
    who: tuple[str, ...]
    whom: tuple[str, ...]
    what: str
    status: str
    reported_by: tuple[str, ...]
    act: str
    mode: str
    event: str
    condition: str


class Line(Frozen):
    """The headline or a sentence of the summary."""

    text: str
    evidence: tuple[Span, ...]
    replaced: bool = False


class RunView(Frozen):
    """What one run made of the article; `faults` are its failure and the invariants it breaks."""

    faults: tuple[str, ...]
    items: tuple[SaidItem, ...]
    actors: tuple[PredictedActor, ...]
    headline: Line | None
    summary: tuple[Line, ...]
    dropped: tuple[Dropped, ...]


class Outcome(Frozen):
    """What became of a gold item in one run.

    `item` is its place among the run's items; `wrong` are fields that differ from the gold;
    `note` says of a dropped item why it is not there.
    """

    kind: Literal["found", "misfiled", "dropped", "missed"]
    item: int | None = None
    wrong: tuple[Field, ...] = ()
    note: str = ""


class GoldRow(Frozen):
    """A gold item by its place, in both runs; `worse` and `better` are kinds of flips."""

    gold: int
    type: ItemType
    before: Outcome | None
    after: Outcome
    worse: tuple[str, ...] = ()
    better: tuple[str, ...] = ()


class FalseRow(Frozen):
    """A false item by its place in either run; one that both have stands in one row."""

    type: ItemType
    before: int | None = None
    after: int | None = None
    flip: str = ""


class ArticleData(Frozen):
    """All that the script draws an article from; `gold` is the text of the gold's file."""

    name: str
    gold: str
    rows: tuple[GoldRow, ...]
    false: tuple[FalseRow, ...]
    before: RunView | None
    after: RunView


class Facets(Frozen):
    """By which filters an article is found: the item types in which it changed, lost and has
    new false items, or in a run alone misses and has false ones.
    """

    any: tuple[ItemType, ...] = ()
    changed: tuple[ItemType, ...] = ()
    lost: tuple[ItemType, ...] = ()
    false: tuple[ItemType, ...] = ()
    failed: bool = False


class Chip(Frozen):
    """A count at an article's name, as in "2 lost"."""

    text: str
    tone: Literal["worse", "better", "plain"]


class ArticleView(Frozen):
    """An article in the list; the strict F1 of both runs is None where there is nothing."""

    name: str
    title: str
    domain: str
    before: float | None
    after: float | None
    compared: bool
    chips: tuple[Chip, ...]
    facets: Facets
    data: ArticleData


def article_view(
    case: GoldCase, document: DocumentResult, comparison: Comparison | None
) -> ArticleView:
    """One article; `document` is scored with this gold."""
    before = _before(case.id, comparison)
    flips = [flip for flip in _flips(comparison) if flip.document == case.id]
    data = _data(case, before, document, flips)
    return ArticleView(
        name=case.id,
        title=case.article.title,
        domain=case.domain,
        before=before.score.strict_f1 if before else None,
        after=document.score.strict_f1,
        compared=before is not None,
        chips=tuple(_chips(case, data, comparison is not None)),
        facets=_facets(case, data, compared=comparison is not None),
        data=data,
    )


def badness(view: ArticleView) -> tuple[bool, int, int, float, str]:
    """Sorts the worst first: failed, most net losses, most losses, lowest strict F1."""
    counts = _flip_counts(view.data)
    worse = sum(counts.worse.values())
    net = worse - sum(counts.better.values())
    strict = 2.0 if view.after is None else view.after
    return not view.facets.failed, -net, -worse, strict, view.name


def _before(name: str, comparison: Comparison | None) -> DocumentResult | None:
    documents = comparison.before.documents if comparison else ()
    return next((d for d in documents if d.name == name), None)


def _flips(comparison: Comparison | None) -> tuple[Flip, ...]:
    return comparison.flips if comparison else ()


def _data(
    case: GoldCase, before: DocumentResult | None, after: DocumentResult, flips: Sequence[Flip]
) -> ArticleData:
    return ArticleData(
        name=case.id,
        gold=gold_text(case),
        rows=tuple(_gold_row(case, place, before, after, flips) for place in _places(case)),
        false=tuple(_false_rows(before, after, flips)),
        before=_run(before) if before else None,
        after=_run(after),
    )


def _places(case: GoldCase) -> range:
    return range(len(case.items))


# --- runs -------------------------------------------------------------------------------------


def _run(document: DocumentResult) -> RunView:
    prediction = document.prediction
    return RunView(
        faults=(*([document.failure] if document.failure else ()), *document.broken),
        items=tuple(_said(item) for item in prediction.items),
        actors=prediction.actors,
        headline=_line(prediction.headline) if prediction.headline else None,
        summary=tuple(_line(sentence) for sentence in prediction.summary),
        dropped=document.dropped,
    )


def _said(item: PredictedItem) -> SaidItem:
    rest = item.model_dump(exclude={"id", "evidence"})
    return SaidItem(evidence=_spans(item.evidence), **rest)


def _line(sentence: PredictedSentence) -> Line:
    return Line(text=sentence.text, evidence=_spans(sentence.evidence), replaced=sentence.replaced)


def _spans(evidence: Sequence[Span]) -> tuple[Span, ...]:
    return tuple(Span(start=span.start, end=span.end) for span in evidence)


# --- gold items -------------------------------------------------------------------------------


def _gold_row(
    case: GoldCase,
    place: int,
    before: DocumentResult | None,
    after: DocumentResult,
    flips: Sequence[Flip],
) -> GoldRow:
    item, mine = case.items[place], [flip for flip in flips if flip.gold == place]
    return GoldRow(
        gold=place,
        type=item.type,
        before=_outcome(item, place, before) if before else None,
        after=_outcome(item, place, after),
        worse=tuple(flip.kind for flip in mine if flip.worse),
        better=tuple(flip.kind for flip in mine if not flip.worse),
    )


def _outcome(item: AnyGoldItem, place: int, document: DocumentResult) -> Outcome:
    score = document.score
    pair = next((p for p in score.pairs if p.gold == place), None)
    if pair:
        wrong = tuple(w.field for w in score.wrong if w.pair == pair)
        return Outcome(kind="found", item=pair.predicted, wrong=wrong)
    misfiled = next((p for p in score.misfiled if p.gold == place), None)
    if misfiled:
        return Outcome(kind="misfiled", item=misfiled.predicted)
    dropped = next((d for d in document.dropped if is_dropped_form(d, item)), None)
    return Outcome(kind="dropped", note=dropped.detail) if dropped else Outcome(kind="missed")


# --- false items ------------------------------------------------------------------------------


def _false_rows(
    before: DocumentResult | None, after: DocumentResult, flips: Sequence[Flip]
) -> Iterator[FalseRow]:
    """In the order of this run's items; what only the run before had comes last."""
    new = {flip.after for flip in flips if flip.kind == "NEW FALSE"}
    gone = {flip.before for flip in flips if flip.kind == "GONE FALSE"}
    kept = [place for place in _false(before) if place not in gone] if before else []
    # A misfiled item is false too where no flip of its gold item tells of it.
    for place in sorted({*_false(after), *(p for p in new if p is not None)}):
        item = after.prediction.items[place]
        if place in new or before is None:
            flip = "NEW FALSE" if place in new else ""
            yield FalseRow(type=item.type, after=place, flip=flip)
            continue
        twin = next((p for p in kept if _alike(before.prediction.items[p], item)), None)
        kept = [p for p in kept if p != twin]
        yield FalseRow(type=item.type, before=twin, after=place)
    for place in sorted(p for p in gone if p is not None):
        if before:
            kind = before.prediction.items[place].type
            yield FalseRow(type=kind, before=place, flip="GONE FALSE")


def _false(document: DocumentResult) -> list[int]:
    used = {pair.predicted for pair in (*document.score.pairs, *document.score.misfiled)}
    return [place for place in range(len(document.prediction.items)) if place not in used]


def _alike(one: PredictedItem, other: PredictedItem) -> bool:
    near = span_overlap(one.evidence, other.evidence) >= _SAME
    return one.type == other.type and near and token_f1(one.what, other.what) >= _SAME


# --- filters and counts -----------------------------------------------------------------------


def _facets(case: GoldCase, data: ArticleData, *, compared: bool) -> Facets:
    said = (*data.after.items, *(data.before.items if data.before else ()))
    gone, false = _gone(case, data, compared), _new_false(data, compared)
    changed = [row.type for row in data.rows if row.worse or row.better]
    changed += [row.type for row in data.false if row.flip]
    return Facets(
        any=_ordered([*(item.type for item in case.items), *(item.type for item in said)]),
        changed=_ordered(changed),
        lost=_ordered([row.type for row in gone]),
        false=_ordered([row.type for row in false]),
        failed=bool(data.after.faults),
    )


def _gone(case: GoldCase, data: ArticleData, compared: bool) -> list[GoldRow]:
    """Lost since the run before; in a run alone, `must` items that it misses."""
    if compared:
        return [row for row in data.rows if set(row.worse) & set(GONE)]
    must = [row for row in data.rows if case.items[row.gold].must]
    return [row for row in must if row.after.kind != "found"]


def _new_false(data: ArticleData, compared: bool) -> list[FalseRow]:
    return [row for row in data.false if row.flip == "NEW FALSE" or not compared]


def _ordered(types: Sequence[ItemType]) -> tuple[ItemType, ...]:
    return tuple(section for section in SECTIONS if section in types)


def _chips(case: GoldCase, data: ArticleData, compared: bool) -> Iterator[Chip]:
    if data.after.faults:
        yield Chip(text="failed" if not data.after.items else "broken", tone="worse")
    if not compared:
        yield from _own_chips(case, data)
    elif data.before is None:
        yield Chip(text="not in the run before", tone="plain")
    else:
        yield from _flip_chips(data)


def _own_chips(case: GoldCase, data: ArticleData) -> Iterator[Chip]:
    missed = len(_gone(case, data, compared=False))
    must = [row for row in data.rows if case.items[row.gold].must]
    fields = Counter(f for row in must for f in row.after.wrong if f in STRICT)
    counts = {"missed": missed, "false": len(data.false)}
    counts |= {f"wrong {field}": fields[field] for field in STRICT}
    told = [Chip(text=f"{n} {what}", tone="worse") for what, n in counts.items() if n]
    yield from told or [Chip(text="all as in the gold", tone="better")]


def _flip_chips(data: ArticleData) -> Iterator[Chip]:
    counts = _flip_counts(data)
    told = [Chip(text=f"{n} {k.lower()}", tone="worse") for k, n in counts.worse.items()]
    told += [Chip(text=f"{n} {k.lower()}", tone="better") for k, n in counts.better.items()]
    yield from told or [Chip(text="no change", tone="plain")]


class _FlipCounts(Frozen):
    """How many flips of each kind an article has."""

    worse: dict[str, int]
    better: dict[str, int]


def _flip_counts(data: ArticleData) -> _FlipCounts:
    return _FlipCounts(
        worse=Counter(
            [k for row in data.rows for k in row.worse]
            + [row.flip for row in data.false if row.flip == "NEW FALSE"]
        ),
        better=Counter(
            [k for row in data.rows for k in row.better]
            + [row.flip for row in data.false if row.flip == "GONE FALSE"]
        ),
    )
