"""Answers and briefs made from gold, for the harness's own tests and for a dry run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.gold import AnyGoldItem, GoldCase
from evals.prediction import PredictedActor, Prediction, predicted_item
from summarizer.models import Profile, Request
from summarizer.testing import FakeModel


def perfect_prediction(case: GoldCase) -> Prediction:
    """What the scorer would read of a brief that says just what the gold says."""
    return Prediction(
        actors=tuple(
            PredictedActor(name=a.name, kind=a.kind, aliases=a.aliases) for a in case.actors
        ),
        items=tuple(
            predicted_item(item, f"{item.type}-{place}", case.article.text)
            for place, item in enumerate(case.items, start=1)
        ),
    )


def perfect_model(case: GoldCase, profile: Profile | None = None) -> FakeModel:
    """A model that answers every question about this article from its gold."""

    def script(request: Request) -> Mapping[str, Any]:
        numbers = set(request.choices.sentences or ())
        answers: dict[str, Mapping[str, Any]] = {
            "article": {**_cast(case), **_items(case, numbers), **_overview(case, numbers)},
            "cast": _cast(case),
            "items": _items(case, numbers),
            "overview": _overview(case, numbers),
        }
        return answers[request.purpose]

    return FakeModel(script, name="perfect", profile=profile)


def _cast(case: GoldCase) -> dict[str, Any]:
    return {"actors": [actor.model_dump(mode="json") for actor in case.actors]}


def _items(case: GoldCase, numbers: set[int]) -> dict[str, Any]:
    """Items of the sentences asked for; one that cites more keeps those, from its first on."""
    kept = [item for item in case.items if item.sentences[0] in numbers]
    return {"items": [_said(item, numbers) for item in kept]}


def _said(item: AnyGoldItem, numbers: set[int]) -> dict[str, Any]:
    said = item.model_dump(mode="json", exclude={"evidence", "must", "pinned", "alternates"})
    return {**said, "sentences": [n for n in item.sentences if n in numbers]}


def _overview(case: GoldCase, numbers: set[int]) -> dict[str, Any]:
    summary = [
        {"text": sentence.text, "sentences": list(sentence.sentences)}
        for sentence in case.summary
        if numbers.issuperset(sentence.sentences)
    ]
    return {"headline": case.headline, "summary": summary}
