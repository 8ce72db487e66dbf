"""The command line: `python -m evals COMMAND`.

Exit codes: 0; 1 where the gate fails, an article failed without a baseline to compare with, or
gold has a problem; 2 for wrong usage, unreadable files, a question without a recording offline,
or, with --strict, a doubtful verdict; 3 where articles cannot be compared with the baseline.
"""

from __future__ import annotations

import sys

import typer

from evals.commands import golds, models, runs
from evals.external.command import external_command
from summarizer.errors import SummarizerError

app = typer.Typer(
    help="Score the product's briefs against annotated articles.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(runs.run_command)
app.command("compare")(runs.compare_command)
app.command("bless")(runs.bless_command)
app.command("live")(models.live_command)
app.command("matrix")(models.matrix_command)
app.command("check")(golds.check_command)
app.command("new")(golds.new_command)
app.command("fill")(golds.fill_command)
app.command("prune")(models.prune_command)
app.command("external")(external_command)
app.command("stories")(golds.stories_command)
app.command("schema")(golds.schema_command)


def main() -> None:
    """Run a command; an expected error is one sentence and its exit code."""
    try:
        app()
    except (SummarizerError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
