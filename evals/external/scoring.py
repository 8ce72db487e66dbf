"""Scores against a set that annotates some sections only; pure.

The counts are those of `evals.score.score`. Alignment goes section by section, so a section's
counts are the same whether items of the others stand beside it; here the sections that the set
does not annotate are left out, and with them every field but `who`. `who` is counted where the
set names somebody. There is no strict score: it asks for fields that are not annotated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.align import Pair
from evals.counts import FieldScore, Section, SectionScore
from evals.gold import GoldCase
from evals.prediction import Prediction
from evals.score import CorpusScore, DocumentScore, score, total


def score_external(
    case: GoldCase, prediction: Prediction, sections: Sequence[Section]
) -> DocumentScore:
    """Score what is annotated. `misfiled` are the case's missed items that the prediction has as
    another type, annotated or not; places in pairs are those in the case and the prediction.
    """
    full = score(case, prediction)
    pairs = _of_sections(case, full.pairs, sections)
    scored = [pair for pair in pairs if case.items[pair.gold].who]
    wrong = tuple(w for w in full.wrong if w.field == "who" and w.pair in scored)
    musts = [pair for pair in scored if case.items[pair.gold].must]
    missed = sum(w.pair in musts for w in wrong)
    return DocumentScore(
        sections=tuple(_without_strict(full.sections, sections)),
        fields=(FieldScore(field="who", right=len(musts) - missed, total=len(musts)),),
        pairs=pairs,
        misfiled=_of_sections(case, full.misfiled, sections),
        wrong=wrong,
    )


def total_external(scores: Sequence[DocumentScore], sections: Sequence[Section]) -> CorpusScore:
    """Sum up documents that `score_external` scored for these sections."""
    full = total(scores)
    return full.model_copy(
        update={
            "sections": tuple(_without_strict(full.sections, sections)),
            "fields": tuple(field for field in full.fields if field.field == "who"),
            "strict": None,
        }
    )


def _of_sections(
    case: GoldCase, pairs: Sequence[Pair], sections: Sequence[Section]
) -> tuple[Pair, ...]:
    return tuple(pair for pair in pairs if case.items[pair.gold].type in sections)


def _without_strict(
    parts: Sequence[SectionScore], sections: Sequence[Section]
) -> Iterator[SectionScore]:
    for part in parts:
        if part.section in sections:
            yield part.model_copy(update={"strict": None})
