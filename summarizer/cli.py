"""The command line: thin commands over the library.

Imports wait until a command runs, so that `--help` is quick.
"""

from __future__ import annotations

import os
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from summarizer.daily_cli import DigestFormat
from summarizer.db_cli import db_app
from summarizer.feeds_cli import DEFAULT_FEEDS, FeedsOption, feeds_app

if TYPE_CHECKING:
    from summarizer.settings import Settings

_EXITS = (
    "Exit codes: 0 done; 1 an input or a stored brief is bad; 2 wrong usage or setting; "
    "3 the model gave no answer; 4 partly done: some sources failed, a passage stayed "
    "unanswered, or the budget was used up; 130 interrupted."
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Turn news articles into briefs in which every item is tied to the article's own words.",
    epilog=_EXITS,
)
models_app = typer.Typer(
    invoke_without_command=True, help="List the embedded models, or fetch one (pull)."
)
app.add_typer(models_app, name="models")
app.add_typer(feeds_app, name="feeds")
app.add_typer(db_app, name="db")


class Format(StrEnum):
    """How a brief is shown."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        help='"embedded", "embedded:NAME", a .gguf file, or a model at base_url.',
        show_default=False,
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Any other setting (`summarizer config` lists them); may be repeated.",
        show_default=False,
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only results.")]


@app.command()
def brief(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...", help="Files (.txt .md .html .json), URLs, or - for standard input."
        ),
    ],
    format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            "-f",
            help="How to show it; by default what the ending of --output says, else terminal.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="File to write; a folder for several.", show_default=False
        ),
    ] = None,
    model: ModelOption = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", help="OpenAI-compatible endpoint.", show_default=False),
    ] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", "-e", help="Show the quotes under each item.")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Ask the model again, keep no answers.")
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Read URLs of your own network, too.")
    ] = False,
    settings: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Brief one or several articles."""
    from summarizer.briefing import Output, brief_sources

    loaded = _settings(
        settings,
        model=model,
        base_url=base_url,
        cache=False if no_cache else None,
        allow_private=True if allow_private else None,
    )
    where = Output.plan(output, format.value if format else None, len(sources), evidence)
    raise typer.Exit(brief_sources(sources, loaded, where, quiet=quiet))


@app.command()
def daily(
    feeds: FeedsOption = DEFAULT_FEEDS,
    format: Annotated[
        DigestFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="How to write it; by default what the file's ending says, else markdown.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            help="File to write (.md .txt .html .json); may be repeated.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="Read at most so many articles; 0 for all.")
    ] = 0,
    hours: Annotated[
        int, typer.Option("--hours", min=1, help="Read what was published in the last hours.")
    ] = 36,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be read.")
    ] = False,
    model: ModelOption = None,
    settings: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read the feeds, brief what is new, and write the day's brief."""
    from summarizer.daily_cli import daily as run_daily

    done = run_daily(
        _settings(settings, model=model),
        feeds,
        outputs=tuple(output or ()),
        format=format,
        limit=limit,
        hours=hours,
        dry_run=dry_run,
        quiet=quiet,
    )
    raise typer.Exit(done)


@app.command()
def verify(
    stored: Annotated[
        Path,
        typer.Argument(metavar="BRIEF.json", help="A brief or a digest stored as JSON."),
    ],
    article: Annotated[
        Path | None,
        typer.Option(
            "--article",
            help="Check against this file instead of the text stored in the brief.",
            show_default=False,
        ),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Check a stored brief again: every quote at its place, every item proven. Offline."""
    from summarizer.briefing import verify_file

    raise typer.Exit(verify_file(stored, article, quiet=quiet))


@app.command()
def schema() -> None:
    """Print the JSON schema of a brief."""
    import json

    from summarizer.models import brief_json_schema

    typer.echo(json.dumps(brief_json_schema(), indent=2, ensure_ascii=False))


@app.command()
def config(settings: SetOption = None, model: ModelOption = None) -> None:
    """Show every setting, its value and where it came from."""
    from summarizer.settings import origins

    loaded = _settings(settings, model=model)
    flags = {*_pairs(settings), *(["model"] if model else [])}
    for origin in origins(loaded, flags):
        typer.echo(f"{origin.name} = {origin.value or '(empty)'}  [{origin.source}]")
        typer.echo(f"    {origin.description}")


@models_app.callback()
def models(context: typer.Context) -> None:
    """List the embedded models, or fetch one (pull)."""
    if context.invoked_subcommand is None:
        from summarizer.embedded import default_name, embedded_models, is_present

        cache_dir = _settings(None).cache_dir
        for model in embedded_models():
            mark = " (default)" if model.name == default_name() else ""
            here = "present" if is_present(model, cache_dir) else "not fetched"
            typer.echo(f"{model.name}{mark}: {here}")
            typer.echo(f"    {model.title}, {model.size // 1_000_000:,} MB, {model.license}")
            typer.echo(f"    {model.use}")


@models_app.command()
def pull(
    name: Annotated[str, typer.Argument(help="A name that `summarizer models` lists.")],
    quiet: QuietOption = False,
) -> None:
    """Fetch the weights of an embedded model, verify and keep them."""
    from functools import partial

    from summarizer.console import console
    from summarizer.embedded import ensure_weights, find_model

    model = find_model(name)
    with console(quiet) as shown:
        path = ensure_weights(model, _settings(None).cache_dir, partial(shown.download, model))
        shown.say(f"{model.title} is at {path}, {model.size:,} bytes, verified.")


def _settings(pairs: list[str] | None, **flags: Any) -> Settings:
    from summarizer.settings import load_settings

    return load_settings(**{**_pairs(pairs), **flags})


def _pairs(pairs: list[str] | None) -> dict[str, str]:
    found = {}
    for pair in pairs or []:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r} is not NAME=VALUE.", param_hint="--set")
        found[name.strip()] = value
    return found


def _version(wanted: bool) -> None:
    if wanted:
        from summarizer import __version__

        typer.echo(f"summarizer {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


def main() -> NoReturn:
    """Run the command line. An expected error is one sentence and an exit code."""
    from summarizer.errors import SummarizerError

    # A terminated run closes what it opened, the embedded model first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    code: int | str | None = 0
    try:
        app()
    except SystemExit as exit:
        code = exit.code
    except SummarizerError as error:
        print(f"summarizer: {error}", file=sys.stderr)
        code = error.exit_code
    except BrokenPipeError:
        os._exit(0)
    except KeyboardInterrupt:
        code = 130
    if code in (130, 143):
        print("summarizer: interrupted; finished answers are kept.", file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is closed by now; threads may still wait for answers that nobody reads any more.
    os._exit(code if isinstance(code, int) else int(code is not None))
