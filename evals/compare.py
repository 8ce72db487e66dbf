"""Two runs beside each other: what changed, whether it is a loss, and what may be its cause; pure.

The verdict is FAIL where something broke that held before (an invariant, an article, a pinned
item) or where a section lost more than chance and 2 points explain; see `evals.gate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.counts import Section
from evals.errors import ResultsError
from evals.flips import GONE, Flip, flips
from evals.gate import (
    FieldChange,
    Metric,
    SectionChange,
    Verdict,
    field_changes,
    section_changes,
    worst,
)
from evals.gold import GoldCase
from evals.rescore import Rescored, rescore
from evals.results import Results
from summarizer.models import Frozen

REFUSED = 3


class Broken(Frozen):
    """A promise that an article's brief keeps no more."""

    document: str
    what: str


class Comparison(Frozen):
    """What a run is, beside one before it.

    `before` and `after` hold the compared documents alone, scored with today's gold, in one
    order; the names say what was left out and why. `refused`: articles whose text changed or
    that today's gold does not have. `gold_changed` and `scorer_changed`: compared articles that
    either run was stored with another gold or another score of. `causes`: what differs between
    the runs, in words.
    """

    verdict: Verdict
    before: Results
    after: Results
    sections: tuple[SectionChange, ...]
    fields: tuple[FieldChange, ...]
    flips: tuple[Flip, ...]
    broken: tuple[Broken, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    gold_changed: tuple[str, ...] = ()
    scorer_changed: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()

    @property
    def pinned_lost(self) -> tuple[Flip, ...]:
        """Must-find items that the run before had."""
        return _pinned_lost(self.flips)

    def change_of(self, section: Section, metric: Metric) -> SectionChange | None:
        """What became of a section by a metric; None where it was not tested."""
        tested = (change for change in self.sections if change.section == section)
        return next((change for change in tested if change.metric == metric), None)

    def exit_code(self, strict: bool = False) -> int:
        """1 for FAIL; 3 where articles could not be compared; with `strict` 2 for a doubt."""
        if self.verdict == "FAIL":
            return 1
        if self.refused:
            return REFUSED
        return 2 if strict and self.verdict != "PASS" else 0


def compare(
    before: Results, after: Results, cases: Sequence[GoldCase], *, whole: bool = True
) -> Comparison:
    """Compare two runs over the articles that both have.

    Args:
        cases: today's gold, by which both are scored.
        whole: whether an article that only `before` has is missing; false for a run that was
            asked for a few articles.

    Raises:
        ResultsError: no article is in both.
    """
    old, new = rescore(before, cases), rescore(after, cases)
    names = _common(old, new)
    refused = tuple(dict.fromkeys((*old.text_changed, *new.text_changed, *new.unknown)))
    if not names:
        raise ResultsError(_nothing_common(refused))
    first, second = _only(old.results, names), _only(new.results, names)
    gold = {case.id: case for case in cases}
    pairs = zip(first.documents, second.documents, strict=True)
    changed = [flip for b, a in pairs for flip in flips(gold[b.name], b, a)]
    broken = tuple(_newly_broken(old.results, new.results))
    missing = _missing(before, after) if whole else ()
    scores = [[d.score for d in run.documents] for run in (first, second)]
    sections, fields = section_changes(*scores), field_changes(*scores)
    pinned = _pinned_lost(changed)
    lost: Verdict = "FAIL" if broken or missing or pinned else "PASS"
    return Comparison(
        verdict=worst([lost, *(s.verdict for s in sections), *(f.verdict for f in fields)]),
        before=first,
        after=second,
        sections=sections,
        fields=fields,
        flips=tuple(changed),
        broken=broken,
        missing=missing,
        added=_missing(after, before),
        refused=refused,
        gold_changed=_of_either(names, old.gold_changed, new.gold_changed),
        scorer_changed=_of_either(names, old.scorer_changed, new.scorer_changed),
        causes=tuple(_causes(before, after)),
    )


def _pinned_lost(found: Sequence[Flip]) -> tuple[Flip, ...]:
    return tuple(flip for flip in found if flip.pinned and flip.kind in GONE)


# --- documents --------------------------------------------------------------------------------


def _common(old: Rescored, new: Rescored) -> tuple[str, ...]:
    known = {document.name for document in old.results.documents}
    return tuple(d.name for d in new.results.documents if d.name in known)


def _only(results: Results, names: Sequence[str]) -> Results:
    """The same run as if it had these articles alone, in this order."""
    by_name = {document.name: document for document in results.documents}
    return results.of([by_name[name] for name in names])


def _missing(before: Results, after: Results) -> tuple[str, ...]:
    there = {document.name for document in after.documents}
    return tuple(d.name for d in before.documents if d.name not in there)


def _of_either(names: Sequence[str], *changed: Sequence[str]) -> tuple[str, ...]:
    listed = {name for part in changed for name in part}
    return tuple(name for name in names if name in listed)


def _nothing_common(refused: Sequence[str]) -> str:
    why = f" (text changed or not in the gold: {', '.join(refused)})" if refused else ""
    return f"The two runs have no article in common that can be compared{why}."


def _newly_broken(before: Results, after: Results) -> Iterator[Broken]:
    """What holds no more, and what does not hold in articles that were not there before."""
    old = {document.name: document for document in before.documents}
    for document in after.documents:
        was = old.get(document.name)
        if document.failure and not (was and was.failure):
            yield Broken(document=document.name, what=f"the article failed: {document.failure}")
        if not (was and was.broken):
            yield from (Broken(document=document.name, what=fault) for fault in document.broken)


# --- causes -----------------------------------------------------------------------------------


def _causes(before: Results, after: Results) -> Iterator[str]:
    if before.model != after.model:
        yield f"the model: {before.model} before, {after.model} now"
    if before.profile != after.profile:
        yield "the model's profile (prompt set, passages, limits)"
    if before.sampling != after.sampling:
        yield "provider, temperature, seed or answer mode"
    yield from _templates(before, after)
    if before.product.schema_version != after.product.schema_version:
        yield "the schema of a brief"
    if before.product.code_sha256 != after.product.code_sha256:
        yield "the code of the package"


def _templates(before: Results, after: Results) -> Iterator[str]:
    old = {t.name: t.sha256 for t in before.product.templates}
    new = {t.name: t.sha256 for t in after.product.templates}
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    if names:
        yield f"prompts: {', '.join(names)}"
