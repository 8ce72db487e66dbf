"""Cases through the product's pipeline, as every command runs them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.gold import GoldCase
from evals.progress import shown_progress
from evals.results import Results
from evals.run import product, recorded_model, run
from summarizer.settings import Settings


def run_cases(
    settings: Settings, cases: Sequence[GoldCase], recordings: Path, *, offline: bool, quiet: bool
) -> Results:
    """Run and score the cases with the model that the settings name, showing progress.

    Raises:
        RecordingError: offline, and nothing is recorded of this model.
        SettingsError: there is no such model.
    """
    with (
        recorded_model(settings, recordings, offline) as recorded,
        shown_progress(len(cases), quiet) as done,
    ):
        return run(cases, recorded, product(settings), done, settings)
