"""How far two annotators agree: the ceiling of what a score can mean.

`evals/annotations/first` and `second` hold the two independent annotations of the same articles;
the gold beside them is what was made of both.
"""

from __future__ import annotations

from pathlib import Path

from evals.counts import FieldScore, Section
from evals.errors import GoldError
from evals.gold import ROOT, GoldCase, load_case
from evals.score import score, total
from evals.testing import perfect_prediction
from summarizer.models import Frozen

ANNOTATIONS = ROOT / "annotations"


class Ceiling(Frozen):
    """F1 between two annotators in one section; None where neither found anything."""

    section: Section
    aligned: float | None
    strict: float | None


class Agreement(Frozen):
    """Between two annotators of `documents` articles; the first counts as the gold."""

    documents: int
    sections: tuple[Ceiling, ...]
    fields: tuple[FieldScore, ...]

    def of(self, section: Section) -> Ceiling:
        """The ceiling of one section."""
        return next(ceiling for ceiling in self.sections if ceiling.section == section)


def load_agreement(folder: Path = ANNOTATIONS) -> Agreement | None:
    """Agreement over the articles annotated twice; None where there are none.

    Raises:
        GoldError: an annotation is missing on one side, or is of another text.
    """
    names = sorted(path.name for path in folder.glob("*/*.json"))
    pairs = [_pair(folder, name) for name in dict.fromkeys(names)]
    return _agreement(pairs) if pairs else None


class _Pair(Frozen):
    first: GoldCase
    second: GoldCase


def _pair(folder: Path, name: str) -> _Pair:
    first, second = (load_case(folder / side / name) for side in ("first", "second"))
    if first.article.text != second.article.text:
        raise GoldError(f"{folder}: the two annotations of {name} are of different texts.")
    return _Pair(first=first, second=second)


def _agreement(pairs: list[_Pair]) -> Agreement:
    corpus = total([score(pair.first, perfect_prediction(pair.second)) for pair in pairs])
    return Agreement(
        documents=len(pairs),
        sections=tuple(
            Ceiling(section=s.section, aligned=s.f1, strict=s.strict_f1) for s in corpus.sections
        ),
        fields=corpus.fields,
    )
