"""Shows a run's progress on standard error: a bar on a terminal, a line an article elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evals.results import DocumentResult

Done = Callable[[DocumentResult], None]


@contextmanager
def shown_progress(articles: int, quiet: bool) -> Iterator[Done]:
    """What to call after each article."""
    console = Console(stderr=True)
    if quiet:
        yield lambda result: None
    elif console.is_terminal:
        with _bar(console) as progress:
            task = progress.add_task("articles", total=articles)
            yield lambda result: progress.advance(task)
    else:
        yield _lines(articles)


def _bar(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True)


def _lines(articles: int) -> Done:
    ran = 0

    def done(result: DocumentResult) -> None:
        nonlocal ran
        ran += 1
        outcome = "failed" if result.failure else f"{result.seconds:.1f} s"
        print(f"{ran}/{articles} {result.name} {outcome}", file=sys.stderr, flush=True)

    return done
