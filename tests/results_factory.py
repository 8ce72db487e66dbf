"""Results of runs without a model: made from gold, and changed from there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from evals.fingerprint import Fingerprint, Template
from evals.gold import GoldCase
from evals.prediction import PredictedItem, Prediction, Quoted
from evals.results import DocumentResult, Grounding, Results, results_of
from evals.score import score
from evals.tape import Sampling
from evals.testing import perfect_prediction
from summarizer.models import Profile, Usage

PRODUCT = Fingerprint(
    version="1.0",
    schema_version="1",
    code_sha256="c0de",
    templates=(
        Template(name="article/brief.j2", sha256="aa"),
        Template(name="passage/items.j2", sha256="bb"),
    ),
)


def document_of(
    case: GoldCase, prediction: Prediction | None = None, **changes: Any
) -> DocumentResult:
    """One article's run that gave this prediction, a perfect one if none."""
    said = perfect_prediction(case) if prediction is None else prediction
    ran = DocumentResult(
        name=case.id,
        domain=case.domain,
        article_sha256=case.article.sha256,
        gold_sha256=case.sha256,
        prediction=said,
        score=score(case, said),
        grounding=Grounding(kept=len(said.items)),
        usage=Usage(calls=1, input_tokens=1000, output_tokens=100),
        seconds=2.0,
    )
    return ran.model_copy(update=changes)


def failed_document(case: GoldCase, failure: str = "no answer", **changes: Any) -> DocumentResult:
    """An article's run that gave no brief."""
    return document_of(case, Prediction(), failure=failure, **changes)


def run_of(documents: Sequence[DocumentResult], **changes: Any) -> Results:
    """A run of these documents."""
    results = results_of(
        documents,
        model="fake",
        profile=Profile(),
        sampling=Sampling(),
        product=PRODUCT,
        gold_sha256="",
    )
    return results.model_copy(update=changes)


def perfect_run(cases: Sequence[GoldCase], **changes: Any) -> Results:
    """A run that said what the gold says."""
    return run_of([document_of(case) for case in cases], **changes)


def with_item(said: Prediction, place: int, **changes: Any) -> Prediction:
    """The prediction, one of its items changed."""
    items = list(said.items)
    items[place] = items[place].model_copy(update=changes)
    return said.model_copy(update={"items": tuple(items)})


def without_item(said: Prediction, place: int) -> Prediction:
    """The prediction, one of its items left out."""
    return said.model_copy(update={"items": (*said.items[:place], *said.items[place + 1 :])})


def with_more(said: Prediction, *items: PredictedItem) -> Prediction:
    """The prediction with more items at its end."""
    return said.model_copy(update={"items": (*said.items, *items)})


def false_item(case: GoldCase, **changes: Any) -> PredictedItem:
    """An item in words that no gold item has, quoting a word that none cites."""
    quote = _free_word(case)
    item = PredictedItem(
        id="claim-99",
        type="claim",
        sentences=(1,),
        evidence=(quote,),
        who=(),
        whom=(),
        what="zebras juggle quietly",
        status="happened",
        act="says",
    )
    return item.model_copy(update=changes)


def _free_word(case: GoldCase) -> Quoted:
    cited = {
        p for item in case.items for span in item.evidence for p in range(span.start, span.end)
    }
    words = re.finditer(r"\w+", case.article.text)
    word = next(w for w in words if cited.isdisjoint(range(w.start(), w.end())))
    return Quoted(start=word.start(), end=word.end(), text=word.group())
