"""The commands `summarizer db ...`: the file in which the daily brief keeps what it read.

Imports wait until a command runs, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from summarizer.store import Store

db_app = typer.Typer(
    no_args_is_help=True, help="The store of articles, briefs, stories and digests."
)

FileOption = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="FILE", help="The store; else news.db in data_dir.", show_default=False
    ),
]


@db_app.command()
def check(store: FileOption = None) -> None:
    """Check that the file is sound and that every stored quote holds."""
    with _opened(store) as opened:
        problems = opened.check()
    for problem in problems:
        typer.echo(f"{problem.where}: {problem.detail}")
    typer.echo("The store is sound." if not problems else f"{len(problems)} problems.")
    raise typer.Exit(1 if problems else 0)


@db_app.command()
def vacuum(store: FileOption = None) -> None:
    """Give back the space of what was removed."""
    with _opened(store) as opened:
        typer.echo(f"{opened.vacuum():,} bytes given back.")


@db_app.command("export")
def export_store(store: FileOption = None) -> None:
    """Write everything to standard output, one JSON record a line."""
    with _opened(store) as opened:
        for line in opened.export_lines():
            typer.echo(line)


@db_app.command("import")
def import_store(store: FileOption = None) -> None:
    """Read records from standard input; what is there already stays as it is."""
    with _opened(store) as opened:
        done = opened.import_lines(line for line in sys.stdin if line.strip())
    typer.echo(f"{done.added:,} records added, {done.present:,} were there.")


@contextmanager
def _opened(path: Path | None) -> Iterator[Store]:
    from datetime import UTC, datetime
    from functools import partial

    from summarizer.errors import InputError
    from summarizer.settings import load_settings
    from summarizer.store import open_store

    found = path or load_settings().data_dir / "news.db"
    # Only `import` may begin a new store, and it is told where.
    if not found.exists() and path is None:
        raise InputError(f"There is no store at {found}; `summarizer daily` makes one.")
    with open_store(found, clock=partial(datetime.now, UTC)) as store:
        yield store
