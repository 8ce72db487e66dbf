"""Choosing between models or prompts, repeating, and tidying the recordings."""

from __future__ import annotations

import shutil
from itertools import product as every
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.options import (
    OUT,
    Gold,
    Model,
    Offline,
    Only,
    Out,
    PartOf,
    Quiet,
    Recordings,
    SplitFile,
)
from evals.commands.running import run_cases
from evals.errors import EvalsError
from evals.gold import GOLD, SPLIT, load_cases
from evals.live import repeats
from evals.live import table as repeats_table
from evals.matrix import Entry, matrix
from evals.matrix import table as matrix_table
from evals.run import RECORDINGS, eval_settings, prune


def matrix_command(
    models: Annotated[str, typer.Option(help="Names with commas; configured one if none.")] = "",
    prompts: Annotated[str, typer.Option(help="Folders of prompts with commas.")] = "",
    offline: Offline = False,
    part: PartOf = "test",
    out: Out = OUT,
    quiet: Quiet = False,
    gold: Gold = GOLD,
    split: SplitFile = SPLIT,
    recordings: Recordings = RECORDINGS,
) -> None:
    """Several models or prompt sets: quality beside seconds, tokens and cost."""
    cases = load_cases(gold, split, part=part)
    entries = []
    for model, folder in every(_listed(models), _listed(prompts)):
        settings = eval_settings(model, Path(folder) if folder else None)
        results = run_cases(settings, cases, recordings, offline=offline, quiet=quiet)
        name = f"{results.model} with {folder}" if folder else results.model
        entries.append(Entry(name=name, results=results))
    if len(entries) < 2:
        raise EvalsError("A matrix needs two models or prompt folders: --models a,b.")
    print(matrix_table(matrix(entries, cases)), end="")
    out.mkdir(parents=True, exist_ok=True)
    for place, entry in enumerate(entries, start=1):
        (out / f"matrix-{place}.json").write_text(entry.results.json_text(), "utf-8")


def live_command(
    count: Annotated[int, typer.Option("--repeats", min=2, help="How often to ask.")] = 3,
    only: Only = "",
    part: PartOf = "test",
    model: Model = "",
    out: Out = OUT,
    quiet: Quiet = False,
    gold: Gold = GOLD,
    split: SplitFile = SPLIT,
) -> None:
    """Ask the model several times over, replaying nothing: how far do its answers wander?

    What a stopped run has paid for is kept, and the next one goes on from there.
    """
    cases = load_cases(gold, split, only, part)
    settings = eval_settings(model)
    kept = out / "live"
    folders = [kept / f"repeat-{k}" for k in range(count)]
    runs = [run_cases(settings, cases, f, offline=False, quiet=quiet) for f in folders]
    print(repeats_table(repeats(runs, cases), cases), end="")
    for place, results in enumerate(runs, start=1):
        (out / f"live-{place}.json").write_text(results.json_text(), "utf-8")
    shutil.rmtree(kept)


def prune_command(
    gold: Gold = GOLD, split: SplitFile = SPLIT, recordings: Recordings = RECORDINGS
) -> None:
    """Drop recorded answers that no article uses."""
    for pruned in prune(load_cases(gold, split, part="all"), recordings):
        count = len(pruned.kept_cases)
        kept = f"; {count} articles keep what they have, for they did not run" if count else ""
        print(f"{pruned.model}: {pruned.dropped} dropped{kept}")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()] or [""]
