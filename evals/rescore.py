"""Stored results, scored again with today's gold and today's scorer; pure.

Two runs can only be compared where both were scored in one way, so both sides of a comparison
go through this, whatever scores they were stored with.
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.gold import GoldCase
from evals.prediction import misquoted
from evals.results import DocumentResult, Results
from evals.score import score, total
from summarizer.models import Frozen


class Rescored(Frozen):
    """`results` hold the documents that today's gold can score. By name: whose gold or whose
    score alone changed since they were stored, whose text changed, so that they cannot be
    compared, and which the gold does not have.
    """

    results: Results
    gold_changed: tuple[str, ...] = ()
    scorer_changed: tuple[str, ...] = ()
    text_changed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def rescore(results: Results, cases: Sequence[GoldCase]) -> Rescored:
    """Score the stored predictions again and check their quotes against the text again."""
    gold = {case.id: case for case in cases}
    known = [d for d in results.documents if d.name in gold]
    same = [d for d in known if d.article_sha256 == gold[d.name].article.sha256]
    documents = tuple(_rescored(document, gold[document.name]) for document in same)
    changed = [d.name for d in same if d.gold_sha256 != gold[d.name].sha256]
    return Rescored(
        results=results.model_copy(
            update={"documents": documents, "score": total([d.score for d in documents])}
        ),
        gold_changed=tuple(changed),
        scorer_changed=tuple(
            new.name
            for old, new in zip(same, documents, strict=True)
            if new.score != old.score and new.name not in changed
        ),
        text_changed=tuple(d.name for d in known if d not in same),
        unknown=tuple(d.name for d in results.documents if d.name not in gold),
    )


def _rescored(document: DocumentResult, case: GoldCase) -> DocumentResult:
    # What the brief itself broke was found when it ran; its quotes can be checked at any time.
    broken = (*document.broken, *misquoted(document.prediction, case.article.text))
    return document.model_copy(
        update={
            "gold_sha256": case.sha256,
            "score": score(case, document.prediction),
            "broken": tuple(dict.fromkeys(broken)),
        }
    )
