"""Scores over a public set as text of 80 columns; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evals.counts import Section
from evals.external.cases import LeftOut, Loaded
from evals.external.scoring import score_external, total_external
from evals.external.sets import ExternalSet
from evals.gold import GoldCase
from evals.reports.text import counted, printable, share, wrapped
from evals.results import DocumentResult
from evals.score import CorpusScore

_WIDTHS = (12, 7, 7, 7, 7, 8, 8, 8, 13)


def table(
    external: ExternalSet, loaded: Loaded, documents: Sequence[DocumentResult], model: str
) -> str:
    """The counts per section, what beside them went wrong, and how to read them."""
    cases = {case.id: case for case in loaded.cases}
    whole = _scored(cases, documents, external.sections)
    lines = [
        *wrapped(_head(external, loaded, model)),
        "",
        _row(("section", "gold", "TP", "FP", "FN", "P", "R", "F1", "who right")),
        *(_section(s, _scored(cases, documents, (s,))) for s in external.sections),
        "",
        *_beside(external, whole, loaded.left_out),
        "",
        *wrapped(external.meaning, label=_label("to read")),
        *_failures(documents),
    ]
    return "\n".join(lines) + "\n"


def _head(external: ExternalSet, loaded: Loaded, model: str) -> str:
    of = counted(loaded.available, external.document)
    return f"{external.title}: {len(loaded.cases):,} of {of}, model {printable(model)}"


def _scored(
    cases: Mapping[str, GoldCase],
    documents: Sequence[DocumentResult],
    sections: tuple[Section, ...],
) -> CorpusScore:
    scores = [score_external(cases[d.name], d.prediction, sections) for d in documents]
    return total_external(scores, sections)


def _section(section: Section, scored: CorpusScore) -> str:
    """A row; scored for one section alone, `who` is of that section."""
    (counts,), (who,) = scored.sections, scored.fields
    numbers = (counts.gold, counts.true_positives, counts.false_positives, counts.false_negatives)
    shares = (counts.precision, counts.recall, counts.f1)
    right = f"{share(who.accuracy)} of {who.total}"
    return _row((f"{section}s", *map(str, numbers), *map(share, shares), right))


def _row(cells: Sequence[str]) -> str:
    rest = (cell.rjust(width) for cell, width in zip(cells[1:], _WIDTHS[1:], strict=True))
    return (cells[0].ljust(_WIDTHS[0]) + "".join(rest)).rstrip()


def _beside(external: ExternalSet, scored: CorpusScore, left: Sequence[LeftOut]) -> Iterator[str]:
    items = [s for s in scored.sections if s.section != "actor"]
    false = sum(section.false_positives for section in items)
    empty = sum(section.false_on_empty for section in items)
    neutral = sum(section.neutral for section in items)
    reasons = ", ".join(f"{part.reason} {part.count}" for part in left)
    told = {
        "missed": f"{scored.misfiled} of them stand in a brief as another type",
        "false": f"{empty} of {false} in a section that the set leaves empty in that "
        f"{external.document}",
        "optional": f"{neutral} found, which count nowhere",
        "not used": reasons or "nothing",
    }
    for name, text in told.items():
        yield from wrapped(text, label=_label(name))


def _label(name: str) -> str:
    return name.ljust(_WIDTHS[0])


def _failures(documents: Sequence[DocumentResult]) -> Iterator[str]:
    for document in documents:
        for said in (document.failure, *document.broken):
            if said:
                mark = "FAILED" if document.failure else "BROKEN"
                yield from ["", *wrapped(f"{mark} {document.name}: {said}")]
