"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evals.gold import Part

OUT = Path(".eval")

Gold = Annotated[Path, typer.Option(help="Folder of annotated articles.")]
SplitFile = Annotated[Path, typer.Option(help="TOML file that parts the articles.")]
Recordings = Annotated[Path, typer.Option(help="Folder of recorded answers.")]
Baseline = Annotated[Path, typer.Option(help="Results to compare with.")]
Model = Annotated[str, typer.Option(help="Model to ask, in place of the configured one.")]
Offline = Annotated[bool, typer.Option("--offline", help="Replay only; ask no model.")]
Only = Annotated[str, typer.Option(metavar="NAME", help="One article, with its items.")]
PartOf = Annotated[Part, typer.Option("--part", help="Which articles: test, tune or all.")]
Out = Annotated[Path, typer.Option(help="Folder for the reports.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 2 on WARN and INCONCLUSIVE.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Every article, item by item.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]


def shown(path: Path) -> str:
    """The path as short as it can be clicked on from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
