"""The command `external`: the configured model over a public set, scored as gold is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evals.commands.options import OUT, Model, Offline, Quiet
from evals.errors import RecordingError
from evals.external.cases import Loaded
from evals.external.sets import Dataset, external_set
from evals.external.table import table
from evals.progress import shown_progress
from evals.results import DocumentResult
from evals.run import eval_settings, product, recorded_model, run_case
from summarizer.models import Frozen
from summarizer.settings import Settings

RECORDINGS = OUT / "external"
"""Answers to texts of others quote them: they are kept in the working directory and apart from
the recordings of the repository."""

DatasetArgument = Annotated[Dataset, typer.Argument(help="Which public set.")]
PathArgument = Annotated[Path, typer.Argument(help="Where you have put it.")]
Limit = Annotated[int, typer.Option(min=0, help="At most so many documents; 0 for all.")]
Recordings = Annotated[
    Path | None, typer.Option(help=f"Folder of recorded answers; {RECORDINGS} if none is given.")
]


class _Ran(Frozen):
    model: str
    documents: tuple[DocumentResult, ...]

    @property
    def clean(self) -> bool:
        return not any(document.failure or document.broken for document in self.documents)


def external_command(
    dataset: DatasetArgument,
    path: PathArgument,
    limit: Limit = 20,
    model: Model = "",
    offline: Offline = False,
    recordings: Recordings = None,
    quiet: Quiet = False,
) -> None:
    """Run the pipeline over a public set that you have fetched, and score what it annotates.

    The documents are evenly spaced over the set. Exit code 1 where one failed.
    """
    external = external_set(dataset)
    loaded = external.read(path, limit)
    ran = _run(loaded, eval_settings(model), recordings or RECORDINGS, offline, quiet)
    print(table(external, loaded, ran.documents, ran.model), end="")
    raise typer.Exit(0 if ran.clean else 1)


def _run(loaded: Loaded, settings: Settings, recordings: Path, offline: bool, quiet: bool) -> _Ran:
    """Run all cases, with progress.

    Raises:
        RecordingError: offline, and an answer is not recorded; no score is worth anything then.
    """
    documents = []
    pipeline = product(settings)
    with (
        recorded_model(settings, recordings, offline) as recorded,
        shown_progress(len(loaded.cases), quiet) as done,
    ):
        for case in loaded.cases:
            documents.append(run_case(case, recorded.of(case.id), pipeline))
            done(documents[-1])
    _refuse_unrecorded(documents)
    return _Ran(model=recorded.name, documents=tuple(documents))


def _refuse_unrecorded(documents: list[DocumentResult]) -> None:
    missing = sum(document.unrecorded for document in documents)
    if missing:
        raise RecordingError(
            f"{missing} of {len(documents)} documents have no recorded answer; run without "
            "--offline to ask the model."
        )
