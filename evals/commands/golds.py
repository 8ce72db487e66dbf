"""Making and checking gold."""

from __future__ import annotations

import json
import re
from typing import Annotated

import typer

from evals.agreement import ANNOTATIONS
from evals.check import check_annotations, check_folder
from evals.commands.options import Gold, Model, SplitFile, shown
from evals.draft import case_name, draft, filled, numbered
from evals.errors import GoldError
from evals.gold import GOLD, SPLIT, load_case
from evals.gold_file import gold_text
from evals.results import Results
from evals.stories.report import rows, table
from summarizer import doors
from summarizer.settings import load_settings
from summarizer.sources import read_article

_NAME = re.compile(r"[\w-]+")
Name = Annotated[str, typer.Option(help="Name of the case; from the source if none is given.")]


def check_command(gold: Gold = GOLD, split: SplitFile = SPLIT) -> None:
    """Check the annotated articles and the split."""
    problems = [*check_folder(gold, split), *check_annotations(ANNOTATIONS, gold)]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"Gold is sound: {len(list(gold.glob('*.json')))} articles.")
    raise typer.Exit(1 if problems else 0)


def new_command(
    source: Annotated[str, typer.Argument(metavar="URL_OR_FILE", help="An article.")],
    name: Name = "",
    domain: Annotated[str, typer.Option(help="What the article is about, in a word.")] = "",
    model: Model = "",
    gold: Gold = GOLD,
) -> None:
    """Draft a gold file from a brief, for a person to correct."""
    settings = load_settings(model=model or None)
    article = read_article(source, settings)
    name = name or case_name(article.title or source, gold)
    if not _NAME.fullmatch(name):
        raise GoldError(f'"{name}" cannot name a case; use letters, digits, "-" and "_".')
    path = gold / f"{name}.json"
    if path.exists():
        raise GoldError(f"{shown(path)} is there already; give another --name.")
    case = draft(doors.summarize(article, settings=settings), name, domain)
    path.write_text(gold_text(case), "utf-8")
    print(numbered(case.article))
    print(f"Drafted {shown(path)} with {len(case.items)} items. Now, against the text above:")
    print("  1. correct actors and items: add what is missing, take out what is wrong;")
    print(f'  2. take the line "draft" out, then: python -m evals fill {name}')
    print(f"  3. put {name} into split.toml, and run: python -m evals check")


def fill_command(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Gold cases.")],
    gold: Gold = GOLD,
) -> None:
    """Take the evidence of each item from its sentence numbers, and lay the file out."""
    for name in names:
        path = gold / f"{name}.json"
        path.write_text(gold_text(filled(load_case(path))), "utf-8")
        print(f"{shown(path)} is filled in.")


def schema_command() -> None:
    """Print the JSON schema of results.json, which is the baseline's too."""
    print(json.dumps(Results.model_json_schema(), indent=2))


def stories_command() -> None:
    """Score how articles are joined to stories, by B-cubed, beside two simple ways."""
    print(table(rows()), end="")
