"""What the command line shows while it works: bars on a terminal, plain lines elsewhere,
nothing when quiet; always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from summarizer.embedded import EmbeddedModel
    from summarizer.pipeline import Step

_LINE_EVERY_S = 5.0
_MEGABYTE = 1_000_000


class Console:
    """Progress of downloads and of articles."""

    def __init__(self, bars: Progress | None, quiet: bool) -> None:
        self._bars = bars
        self._quiet = quiet
        self._tasks: dict[str, TaskID] = {}
        self._spoke: dict[str, float] = {}

    def say(self, text: str) -> None:
        """A line for the person at the terminal."""
        if self._bars is not None:
            self._bars.console.print(text, markup=False, highlight=False, soft_wrap=True)
        elif not self._quiet:
            print(text, file=sys.stderr, flush=True)

    def step(self, source: str, step: Step) -> None:
        """Questions answered of one article."""
        self._show(source, step.done, step.total, f"{step.done} of {step.total} questions answered")

    def download(self, model: EmbeddedModel, done: int, total: int) -> None:
        """Bytes of a model's weights."""
        said = f"{done // _MEGABYTE:,} of {total // _MEGABYTE:,} MB"
        self._show(f"fetching {model.name}", done, total, said)

    def _show(self, what: str, done: int, total: int, said: str) -> None:
        if self._bars is not None:
            self._bar(self._bars, what, done, total, said)
        elif not self._quiet and self._due(what, done == total):
            print(f"{what}: {said}", file=sys.stderr, flush=True)

    def _bar(self, bars: Progress, what: str, done: int, total: int, said: str) -> None:
        task = self._tasks.get(what)
        if task is None:
            task = self._tasks[what] = bars.add_task(what, said=said, total=total)
        bars.update(task, completed=done, total=total, said=said)
        if done == total:
            bars.update(task, visible=False)

    def _due(self, what: str, ended: bool) -> bool:
        """Plain lines now and then only; the last one always, once."""
        now = time.monotonic()
        last = self._spoke.get(what, -_LINE_EVERY_S)
        if last == float("inf") or (not ended and now - last < _LINE_EVERY_S):
            return False
        self._spoke[what] = float("inf") if ended else now
        return True


@contextmanager
def console(quiet: bool) -> Iterator[Console]:
    """The console of one command."""
    if quiet or not sys.stderr.isatty():
        yield Console(None, quiet)
        return
    from rich.console import Console as Terminal
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class _What(TextColumn):
        def render(self, task: object) -> Text:
            return Text(escape(getattr(task, "description", ""))[:36])

    columns = (SpinnerColumn(), _What(""), BarColumn(20), TextColumn("{task.fields[said]}"))
    with Progress(
        *columns, TimeElapsedColumn(), console=Terminal(stderr=True), transient=True
    ) as bars:
        yield Console(bars, quiet)
