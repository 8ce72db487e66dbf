"""Running the articles, comparing with the baseline, and blessing a new one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from evals.agreement import load_agreement
from evals.commands.options import (
    OUT,
    Baseline,
    Gold,
    Model,
    Offline,
    Only,
    Out,
    PartOf,
    Quiet,
    Recordings,
    SplitFile,
    Strict,
    Verbose,
    shown,
)
from evals.commands.running import run_cases
from evals.compare import Comparison, compare
from evals.errors import RecordingError
from evals.gold import GOLD, SPLIT, GoldCase, load_cases
from evals.reports import junit, markdown, page, terminal
from evals.reports.data import ReportData
from evals.results import Results
from evals.run import RECORDINGS, eval_settings
from evals.stored import BASELINE, bless, load_results
from summarizer.models import Frozen

JsonOption = Annotated[
    Path | None, typer.Option("--json", help="Write the results to this file too; - for output.")
]
Prompts = Annotated[Path | None, typer.Option(help="Folder of prompt templates to try.")]


class Asked(Frozen):
    """Which articles are run, with which model, prompts and recordings."""

    gold: Path
    split: Path
    recordings: Path
    model: str = ""
    prompts: Path | None = None
    offline: bool = False
    only: str = ""
    part: str = "test"
    quiet: bool = False

    @property
    def whole(self) -> bool:
        """Whether an article of the baseline that did not run is missing."""
        return not self.only and self.part != "tune"


def run_command(
    offline: Offline = False,
    only: Only = "",
    part: PartOf = "test",
    model: Model = "",
    prompts: Prompts = None,
    strict: Strict = False,
    json_path: JsonOption = None,
    out: Out = OUT,
    verbose: Verbose = False,
    quiet: Quiet = False,
    baseline: Baseline = BASELINE,
    gold: Gold = GOLD,
    split: SplitFile = SPLIT,
    recordings: Recordings = RECORDINGS,
) -> None:
    """Run the pipeline over the articles, score the briefs, compare with the baseline."""
    asked = Asked(
        gold=gold,
        split=split,
        recordings=recordings,
        model=model,
        prompts=prompts,
        offline=offline,
        only=only,
        part=part,
        quiet=quiet,
    )
    cases = load_cases(gold, split, only, part)
    results = run_asked(asked, cases)
    comparison = _compared(results, cases, baseline, asked.whole)
    data = ReportData(
        results=results,
        cases=cases,
        gold_folder=shown(gold),
        comparison=comparison,
        agreement=load_agreement(),
    )
    if json_path:
        _write_json(results, json_path)
    if json_path != Path("-"):
        print(terminal.render(data, items=verbose or bool(only)), end="")
        _write_reports(data, out)
    raise typer.Exit(exit_code(results, comparison, strict))


def bless_command(
    reason: Annotated[str, typer.Option(help="Why this run is the new measure.")],
    offline: Offline = False,
    model: Model = "",
    quiet: Quiet = False,
    baseline: Baseline = BASELINE,
    gold: Gold = GOLD,
    split: SplitFile = SPLIT,
    recordings: Recordings = RECORDINGS,
) -> None:
    """Run the test articles and make the run the baseline; nothing else does."""
    asked = Asked(
        gold=gold, split=split, recordings=recordings, model=model, offline=offline, quiet=quiet
    )
    cases = load_cases(gold, split)
    bless(run_asked(asked, cases), reason, baseline)
    print(f"{shown(baseline)} is the new baseline: {reason}")


def compare_command(
    before: Annotated[Path, typer.Argument(help="Results file.")],
    after: Annotated[Path, typer.Argument(help="Results file to set beside it.")],
    strict: Strict = False,
    out: Out = OUT,
    verbose: Verbose = False,
    gold: Gold = GOLD,
    split: SplitFile = SPLIT,
) -> None:
    """Compare two results files: two models, two prompts, two days."""
    first, second = load_results(before), load_results(after)
    cases = load_cases(gold, split, part="all")
    comparison = compare(first, second, cases)
    data = ReportData(
        results=comparison.after,
        cases=cases,
        gold_folder=shown(gold),
        comparison=comparison,
        before_name=before.name,
        agreement=load_agreement(),
    )
    print(terminal.render(data, items=verbose), end="")
    _write_reports(data, out)
    raise typer.Exit(comparison.exit_code(strict))


def run_asked(asked: Asked, cases: tuple[GoldCase, ...]) -> Results:
    """Run the cases, with progress.

    Raises:
        RecordingError: offline, and an answer is not recorded; no score is worth anything then.
    """
    settings = eval_settings(asked.model, asked.prompts)
    results = run_cases(settings, cases, asked.recordings, offline=asked.offline, quiet=asked.quiet)
    _refuse_unrecorded(results)
    return results


def exit_code(results: Results, comparison: Comparison | None, strict: bool) -> int:
    """By the comparison where there is one, else 1 for a failed article or broken invariant."""
    if comparison:
        return comparison.exit_code(strict)
    return 0 if results.clean else 1


def _refuse_unrecorded(results: Results) -> None:
    missing = [d for d in results.documents if d.unrecorded]
    if not missing:
        return
    names = ", ".join(d.name for d in missing)
    reasons = " ".join(dict.fromkeys(d.failure for d in missing))
    raise RecordingError(
        f"{len(missing)} of {len(results.documents)} articles have no recorded answer "
        f"({names}). {reasons}"
    )


def _compared(
    results: Results, cases: tuple[GoldCase, ...], baseline: Path, whole: bool
) -> Comparison | None:
    """None where there is no baseline, or none of these articles is in it."""
    if not baseline.exists():
        return None
    before = load_results(baseline)
    ran = {document.name for document in results.documents}
    if not any(document.name in ran for document in before.documents):
        return None
    return compare(before, results, cases, whole=whole)


def _write_json(results: Results, path: Path) -> None:
    if path == Path("-"):
        print(results.json_text(), end="")
    else:
        path.write_text(results.json_text(), "utf-8")


def _write_reports(data: ReportData, out: Path) -> None:
    """The files of a run, named on the terminal; a CI's step summary gets the Markdown too."""
    texts = {
        "results.json": data.results.json_text(),
        "report.html": page.render(data),
        "report.md": markdown.render(data),
        "junit.xml": junit.render(data),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (out / name).write_text(text, "utf-8")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(texts["report.md"])
    print(f"Reports in {shown(out)}/: {', '.join(texts)}")
