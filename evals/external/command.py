"""The command `external`: the configured model over a public set, scored as gold is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.options import OUT, Model, Offline, Quiet
from evals.commands.running import run_cases
from evals.errors import RecordingError
from evals.external.sets import Dataset, external_set
from evals.external.table import table
from evals.results import DocumentResult
from evals.run import eval_settings

RECORDINGS = OUT / "external"
"""Answers to texts of others quote them: they are kept in the working directory and apart from
the recordings of the repository."""

DatasetArgument = Annotated[Dataset, typer.Argument(help="Which public set.")]
PathArgument = Annotated[Path, typer.Argument(help="Where you have put it.")]
Limit = Annotated[int, typer.Option(min=0, help="At most so many documents; 0 for all.")]
Recordings = Annotated[
    Path | None, typer.Option(help=f"Folder of recorded answers; {RECORDINGS} if none is given.")
]


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
    where = recordings or RECORDINGS
    ran = run_cases(eval_settings(model), loaded.cases, where, offline=offline, quiet=quiet)
    _refuse_unrecorded(ran.documents)
    print(table(external, loaded, ran.documents, ran.model), end="")
    raise typer.Exit(0 if ran.clean else 1)


def _refuse_unrecorded(documents: Sequence[DocumentResult]) -> None:
    """No score is worth anything where an answer is missing."""
    missing = sum(document.unrecorded for document in documents)
    if missing:
        raise RecordingError(
            f"{missing} of {len(documents)} documents have no recorded answer; run without "
            "--offline to ask the model."
        )
