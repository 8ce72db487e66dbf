"""Files of results: a run's, and the baseline, which is a run that was blessed."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from evals.errors import ResultsError
from evals.gold import ROOT
from evals.results import RESULTS_VERSION, Results

BASELINE = ROOT / "baseline.json"


def load_results(path: Path) -> Results:
    """Read a results file.

    Raises:
        ResultsError: it cannot be read, or another version of the harness wrote it.
    """
    try:
        return Results.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise ResultsError(
            f"{path}: not a results file of version {RESULTS_VERSION} ({place}: {fault['msg']}); "
            "make it anew with `python -m evals run`, a baseline with `make eval-bless`."
        ) from error


def bless(results: Results, reason: str, path: Path = BASELINE) -> None:
    """Make a run the baseline.

    Raises:
        ResultsError: there is no reason, or an article failed or breaks an invariant.
    """
    if not reason.strip():
        raise ResultsError('A baseline needs a reason: make eval-bless REASON="...".')
    faulty = [d.name for d in results.documents if d.failure or d.broken]
    if faulty:
        raise ResultsError(
            f"Not blessed: {', '.join(faulty)} failed or broke an invariant; a baseline must be "
            "whole."
        )
    blessed = results.model_copy(update={"reason": " ".join(reason.split())})
    path.write_text(blessed.json_text(), "utf-8")
