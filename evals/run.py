"""Runs the product's pipeline over gold cases; only the model is wrapped.

This is the one module of the harness that knows how the product is put together.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from evals.errors import RecordingError
from evals.fingerprint import fingerprint
from evals.gold import GoldCase, gold_sha256
from evals.prediction import Prediction, broken_invariants, prediction_of
from evals.recorder import CaseModel, RecordedModel
from evals.results import DocumentResult, Grounding, Results, grounding_of, results_of, sum_usage
from evals.score import score
from evals.tape import Sampling, load_tapes, tape_path
from summarizer import doors
from summarizer.errors import SummarizerError
from summarizer.models import Article, Brief, Frozen, Model
from summarizer.settings import Settings, load_settings

RECORDINGS = Path(__file__).parent / "recordings"

_log = logging.getLogger(__name__)


class Summarize(Protocol):
    """The product's pipeline with its settings bound."""

    def __call__(self, article: Article, *, model: Model) -> Brief: ...


class Pruned(Frozen):
    """What pruning did to one model's recordings; `kept_cases` still have a question open."""

    model: str
    dropped: int
    kept_cases: tuple[str, ...]


class _Outcome(Frozen):
    """A brief, or why there is none."""

    brief: Brief | None = None
    failure: str = ""


# --- the product ------------------------------------------------------------------------------


def eval_settings(model: str = "", prompts: Path | None = None) -> Settings:
    """The product's settings, with `model` and folder of `prompts` if given; SettingsError names
    a wrong one.

    The cache of answers is off: an answer out of it would be recorded as free and instant.
    """
    return load_settings(cache=False, model=model or None, prompts_dir=prompts)


def configured_model(settings: Settings) -> AbstractContextManager[Model]:
    """The model that the settings name; it is started when it is asked for the first time."""
    return doors.open_model(settings)


def product(settings: Settings) -> Summarize:
    """The pipeline of the product, with these settings."""
    return partial(doors.summarize, settings=settings)


@contextmanager
def recorded_model(settings: Settings, folder: Path, offline: bool) -> Iterator[RecordedModel]:
    """The configured model behind its recordings.

    Raises:
        RecordingError: offline, and nothing is recorded of this model.
        SettingsError: there is no such model.
    """
    with configured_model(_keyless(settings) if offline else settings) as inner:
        if offline:
            _require_tape(folder, inner.name)
        yield RecordedModel(
            inner, inner.name, inner.profile, folder, offline, sampling=_sampling(inner, settings)
        )


def _keyless(settings: Settings) -> Settings:
    """Settings that open a hosted model also where there is no key; it is not asked then."""
    return settings.model_copy(update={"api_key": SecretStr("offline")})


def _require_tape(folder: Path, name: str) -> None:
    if tape_path(folder, name).exists():
        return
    known = ", ".join(tape.header.name for tape in load_tapes(folder)) or "nothing"
    raise RecordingError(
        f'There are no recorded answers of model "{name}" in {folder} (recorded: {known}); '
        "run without --offline to record them."
    )


def _sampling(model: Model, settings: Settings) -> Sampling:
    """What of the settings shapes an answer."""
    return Sampling(
        provider="embedded" if model.name.startswith("embedded:") else settings.base_url,
        temperature=settings.temperature,
        seed=settings.seed,
        answer_mode=settings.answer_mode,
    )


# --- a run ------------------------------------------------------------------------------------


def run(
    cases: Sequence[GoldCase],
    recorded: RecordedModel,
    pipeline: Summarize,
    done: Callable[[DocumentResult], None] = lambda result: None,
    settings: Settings | None = None,
) -> Results:
    """Run and score all cases; `done` hears of each. `settings` are what `pipeline` was made
    with, the configured ones if None.
    """
    documents = []
    for case in cases:
        documents.append(run_case(case, recorded.of(case.id), pipeline))
        done(documents[-1])
    return results_of(
        documents,
        model=recorded.name,
        profile=recorded.profile,
        sampling=recorded.sampling,
        product=fingerprint(settings or eval_settings()),
        gold_sha256=gold_sha256(tuple(cases)),
    )


def run_case(case: GoldCase, model: CaseModel, pipeline: Summarize) -> DocumentResult:
    """Run and score one case; a failed run counts as an empty brief."""
    outcome = _summarized(case, model, pipeline)
    brief = outcome.brief
    prediction = prediction_of(brief) if brief else Prediction()
    return DocumentResult(
        name=case.id,
        domain=case.domain,
        article_sha256=case.article.sha256,
        gold_sha256=case.sha256,
        failure=outcome.failure,
        unrecorded=bool(outcome.failure and model.misses),
        broken=broken_invariants(brief, case.article) if brief else (),
        prompt_sha256=brief.provenance.prompt_sha256 if brief else "",
        prediction=prediction,
        dropped=brief.dropped if brief else (),
        score=score(case, prediction),
        grounding=grounding_of(brief) if brief else Grounding(),
        usage=sum_usage([record.usage for record in model.used]),
        seconds=round(math.fsum(record.seconds for record in model.used), 3),
    )


def _summarized(case: GoldCase, model: CaseModel, pipeline: Summarize) -> _Outcome:
    try:
        brief = pipeline(case.article, model=model)
    except SummarizerError as error:
        return _Outcome(failure=str(error))
    except Exception as error:
        # A fault of the program must not leave the article out; its traceback goes to the log.
        _log.exception("%s: the pipeline failed", case.id)
        return _Outcome(failure=f"{type(error).__name__}: {error}")
    if model.misses:
        return _Outcome(failure=str(model.misses[0]))
    return _Outcome(brief=brief)


# --- pruning ----------------------------------------------------------------------------------


def prune(
    cases: Sequence[GoldCase],
    folder: Path,
    settings_of: Callable[[str], Settings] = eval_settings,
) -> tuple[Pruned, ...]:
    """Drop from every file of recordings what no case uses; files are read in order of name.

    The recordings of a case that has a question without one stay: what the pipeline would have
    asked next is not known.
    """
    names = [tape.header.name for tape in load_tapes(folder)]
    return tuple(_pruned(cases, folder, settings_of(name)) for name in names)


def _pruned(cases: Sequence[GoldCase], folder: Path, settings: Settings) -> Pruned:
    pipeline = product(settings)
    with recorded_model(settings, folder, offline=True) as recorded:
        models = {case.id: recorded.of(case.id) for case in cases}
        failed = [c.id for c in cases if _summarized(c, models[c.id], pipeline).failure]
        used = [record for model in models.values() for record in model.used]
        dropped = recorded.prune(used, keep_cases=failed)
    return Pruned(model=recorded.name, dropped=dropped, kept_cases=tuple(failed))
