"""Scores of a prediction against its gold; pure.

Alignment is per section; what is left over is then aligned across the sections, and such a pair
is misfiled. A misfiled pair still counts as missed in its own section and as false in the other.
A `must` item that is aligned is a true positive, one that is not a false negative; a prediction
aligned with nothing is a false positive; one aligned with an optional item counts nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.align import Closeness, Pair, align
from evals.counts import (
    ALL_SECTIONS,
    FIELDS,
    STRICT,
    Field,
    FieldScore,
    Section,
    SectionScore,
    sum_sections,
)
from evals.gold import AnyGoldItem, GoldActor, GoldCase, GoldItem
from evals.prediction import PredictedActor, PredictedItem, Prediction
from evals.similarity import Names, actor_similarity, item_similarity, normal_name
from summarizer.models import SECTIONS, Frozen


class WrongField(Frozen):
    """A field of an aligned pair that differs from the gold."""

    pair: Pair
    field: Field


class DocumentScore(Frozen):
    """Scores of one document: `pairs` of items, `misfiled` pairs across sections."""

    sections: tuple[SectionScore, ...]
    fields: tuple[FieldScore, ...]
    pairs: tuple[Pair, ...]
    misfiled: tuple[Pair, ...]
    wrong: tuple[WrongField, ...]

    @property
    def f1(self) -> float | None:
        """Aligned F1 over the items of all types together."""
        return _together(self.sections).f1

    @property
    def strict_f1(self) -> float | None:
        """Strict F1 over the items of all types together."""
        return _together(self.sections).strict_f1


class CorpusScore(Frozen):
    """Sums over documents; `aligned` and `strict` are the plain means over the item sections."""

    sections: tuple[SectionScore, ...]
    fields: tuple[FieldScore, ...]
    misfiled: int
    aligned: float | None
    strict: float | None

    @property
    def items(self) -> SectionScore:
        """The counts of all item sections together; the name of a section means nothing here."""
        return _together(self.sections)


def score(case: GoldCase, prediction: Prediction) -> DocumentScore:
    """Score one prediction; the order of items and actors in either changes no count."""
    names = Names(case.actors, prediction.actors)
    pairs = _within_sections(case, prediction, names)
    wrong = tuple(_wrong(case, prediction, pairs, names))
    return DocumentScore(
        sections=(
            *(_items(section, case, prediction, pairs, wrong) for section in SECTIONS),
            _actors(case.actors, prediction.actors),
        ),
        fields=tuple(_field(field, case, pairs, wrong) for field in FIELDS),
        pairs=pairs,
        misfiled=_misfiled(case, prediction, pairs, names),
        wrong=wrong,
    )


def total(scores: Sequence[DocumentScore]) -> CorpusScore:
    """Sum the counts of documents, and take the ratios of the sums."""
    sections = tuple(
        sum_sections(section, [s for d in scores for s in d.sections if s.section == section])
        for section in ALL_SECTIONS
    )
    items = [s for s in sections if s.section != "actor"]
    return CorpusScore(
        sections=sections,
        fields=tuple(_sum_field(field, scores) for field in FIELDS),
        misfiled=sum(len(document.misfiled) for document in scores),
        aligned=_mean(section.f1 for section in items),
        strict=_mean(section.strict_f1 for section in items),
    )


# --- alignment --------------------------------------------------------------------------------


def _within_sections(case: GoldCase, prediction: Prediction, names: Names) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    for section in SECTIONS:
        gold = [g for g, item in enumerate(case.items) if item.type == section]
        mine = [p for p, item in enumerate(prediction.items) if item.type == section]
        pairs += _pairs(case, prediction, gold, mine, names)
    return tuple(sorted(pairs, key=lambda pair: pair.gold))


def _misfiled(
    case: GoldCase, prediction: Prediction, pairs: Sequence[Pair], names: Names
) -> tuple[Pair, ...]:
    """Pairs of what is left over; within a section nothing left over is similar enough."""
    golds, used = {pair.gold for pair in pairs}, {pair.predicted for pair in pairs}
    gold = [g for g in range(len(case.items)) if g not in golds]
    mine = [p for p in range(len(prediction.items)) if p not in used]
    return tuple(_pairs(case, prediction, gold, mine, names))


def _pairs(
    case: GoldCase,
    prediction: Prediction,
    gold: Sequence[int],
    mine: Sequence[int],
    names: Names,
) -> list[Pair]:
    """Align the items at these places, and give the pairs back by the same places."""
    found = align(
        [case.items[g] for g in gold],
        [prediction.items[p] for p in mine],
        lambda item, predicted: _closeness(item, predicted, names),
    )
    return [
        pair.model_copy(update={"gold": gold[pair.gold], "predicted": mine[pair.predicted]})
        for pair in found
    ]


def _closeness(gold: AnyGoldItem, predicted: PredictedItem, names: Names) -> Closeness:
    return Closeness(
        similarity=item_similarity(gold, predicted),
        must=gold.must,
        distance=abs(_start(gold) - _start(predicted)),
        fields_agree=all(_right(field, gold, predicted, names) for field in STRICT),
    )


def _start(item: GoldItem | PredictedItem) -> int:
    return min((span.start for span in item.evidence), default=0)


# --- counts -----------------------------------------------------------------------------------


def _items(
    section: Section,
    case: GoldCase,
    prediction: Prediction,
    pairs: Sequence[Pair],
    wrong: Sequence[WrongField],
) -> SectionScore:
    gold = [item for item in case.items if item.type == section]
    predicted = sum(item.type == section for item in prediction.items)
    mine = [pair for pair in pairs if case.items[pair.gold].type == section]
    musts = [pair for pair in mine if case.items[pair.gold].must]
    not_strict = {w.pair for w in wrong if w.field in STRICT}
    false = predicted - len(mine)
    return SectionScore(
        section=section,
        true_positives=len(musts),
        false_positives=false,
        false_negatives=sum(item.must for item in gold) - len(musts),
        strict=sum(pair not in not_strict for pair in musts),
        neutral=len(mine) - len(musts),
        correctly_empty=int(not gold and not predicted),
        false_on_empty=0 if gold else false,
    )


def _actors(gold: Sequence[GoldActor], predicted: Sequence[PredictedActor]) -> SectionScore:
    pairs = align(
        gold,
        predicted,
        lambda one, other: Closeness(
            similarity=actor_similarity(one, other),
            fields_agree=normal_name(one.name) == normal_name(other.name),
        ),
    )
    false = len(predicted) - len(pairs)
    return SectionScore(
        section="actor",
        true_positives=len(pairs),
        false_positives=false,
        false_negatives=len(gold) - len(pairs),
        strict=None,
        correctly_empty=int(not gold and not predicted),
        false_on_empty=0 if gold else false,
    )


# --- fields -----------------------------------------------------------------------------------


def _wrong(
    case: GoldCase, prediction: Prediction, pairs: Sequence[Pair], names: Names
) -> Iterable[WrongField]:
    for pair in pairs:
        gold, predicted = case.items[pair.gold], prediction.items[pair.predicted]
        for field in FIELDS:
            if hasattr(gold, field) and not _right(field, gold, predicted, names):
                yield WrongField(pair=pair, field=field)


def _right(field: Field, gold: AnyGoldItem, predicted: PredictedItem, names: Names) -> bool:
    one, other = getattr(gold, field), getattr(predicted, field)
    return names.same(one, other) if field in ("who", "whom") else bool(one == other)


def _field(
    field: Field, case: GoldCase, pairs: Sequence[Pair], wrong: Sequence[WrongField]
) -> FieldScore:
    """Optional items are left out here as everywhere."""
    having = [p for p in pairs if case.items[p.gold].must and hasattr(case.items[p.gold], field)]
    missed = {w.pair for w in wrong if w.field == field}
    return FieldScore(
        field=field, right=sum(pair not in missed for pair in having), total=len(having)
    )


def _sum_field(field: Field, scores: Sequence[DocumentScore]) -> FieldScore:
    parts = [part for document in scores for part in document.fields if part.field == field]
    return FieldScore(
        field=field, right=sum(p.right for p in parts), total=sum(p.total for p in parts)
    )


def _together(sections: Sequence[SectionScore]) -> SectionScore:
    # Any name but "actor" will do: only the counts are read.
    return sum_sections("claim", [s for s in sections if s.section != "actor"])


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
