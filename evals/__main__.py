"""The command line: `python -m evals run | check | prune`.

Exit codes: 0; 1 where an invariant is broken, an article failed or gold has a problem; 2 for
wrong usage, unreadable gold or recordings, or a model that cannot be opened.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from evals.check import check_folder
from evals.gold import GOLD, SPLIT, GoldCase, load_cases
from evals.progress import shown_progress
from evals.report import details, summary, worst_line
from evals.results import Results
from evals.run import RECORDINGS, eval_settings, product, prune, recorded_model, run
from summarizer.errors import SummarizerError

app = typer.Typer(
    help="Score the product's briefs against annotated articles.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

GoldOption = Annotated[Path, typer.Option(help="Folder of annotated articles.")]
SplitOption = Annotated[Path, typer.Option(help="TOML file that names the test articles.")]
RecordingsOption = Annotated[Path, typer.Option(help="Folder of recorded answers.")]
ModelOption = Annotated[str, typer.Option(help="Model to ask, in place of the configured one.")]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Replay only; ask no model.")]
OnlyOption = Annotated[str, typer.Option(metavar="NAME", help="One article, with its items.")]
JsonOption = Annotated[
    Path | None, typer.Option("--json", help="Write the results to this file; - for output.")
]
ResultsOption = Annotated[
    Path | None, typer.Option("--results", help="Write results.json into this folder.")
]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Every article, item by item.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress.")]


@app.command("run")
def run_command(
    offline: OfflineOption = False,
    only: OnlyOption = "",
    model: ModelOption = "",
    json_path: JsonOption = None,
    results_dir: ResultsOption = None,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    gold: GoldOption = GOLD,
    split: SplitOption = SPLIT,
    recordings: RecordingsOption = RECORDINGS,
) -> None:
    """Run the pipeline over the test articles and score the briefs."""
    cases = load_cases(gold, split, only)
    settings = eval_settings(model)
    with (
        recorded_model(settings, recordings, offline) as recorded,
        shown_progress(len(cases), quiet) as done,
    ):
        results = run(cases, recorded, product(settings), done)
    _write(results, json_path, results_dir)
    if json_path != Path("-"):
        _print(results, cases, gold, verbose or bool(only))
    raise typer.Exit(0 if results.clean else 1)


@app.command("check")
def check_command(gold: GoldOption = GOLD, split: SplitOption = SPLIT) -> None:
    """Check the annotated articles and the split."""
    problems = check_folder(gold, split)
    for problem in problems:
        print(problem)
    if not problems:
        print(f"Gold is sound: {len(list(gold.glob('*.json')))} articles.")
    raise typer.Exit(1 if problems else 0)


@app.command("prune")
def prune_command(
    gold: GoldOption = GOLD,
    split: SplitOption = SPLIT,
    recordings: RecordingsOption = RECORDINGS,
) -> None:
    """Drop recorded answers that no test article uses."""
    for pruned in prune(load_cases(gold, split), recordings):
        kept = f"; kept all of {', '.join(pruned.kept_cases)}, which did not run"
        print(f"{pruned.model}: {pruned.dropped} dropped{kept if pruned.kept_cases else ''}")


def _print(results: Results, cases: tuple[GoldCase, ...], gold: Path, items: bool) -> None:
    print(summary(results))
    print(details(results, cases, _shown(gold)) if items else worst_line(results), end="")


def _shown(folder: Path) -> str:
    """The path as short as it can be clicked on from here."""
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)


def _write(results: Results, json_path: Path | None, results_dir: Path | None) -> None:
    if json_path == Path("-"):
        print(results.json_text(), end="")
    elif json_path is not None:
        json_path.write_text(results.json_text(), "utf-8")
    if results_dir is not None:
        results_dir.mkdir(parents=True, exist_ok=True)
        (results_dir / "results.json").write_text(results.json_text(), "utf-8")


def main() -> None:
    """Run a command; an expected error is one sentence and exit code 2."""
    try:
        app()
    except (SummarizerError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
