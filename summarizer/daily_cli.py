"""The command `summarizer daily`: feeds in, the day's brief out.

Imports wait until the command runs, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from summarizer.daily import DayRun, Desk, Plan, Progress
    from summarizer.digest import DigestOptions
    from summarizer.digest_models import Digest
    from summarizer.settings import Settings

PARTLY_DONE = 4


class DigestFormat(StrEnum):
    """How a digest is written."""

    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"
    JSON = "json"


_ENDINGS = {".html": DigestFormat.HTML, ".json": DigestFormat.JSON, ".txt": DigestFormat.TEXT}


def daily(
    settings: Settings,
    feeds: Path,
    *,
    outputs: Sequence[Path],
    format: DigestFormat | None,
    limit: int,
    hours: int,
    dry_run: bool,
    quiet: bool,
) -> int:
    """Run one day and write its digest; the exit code."""
    with _desk(settings, feeds) as desk:
        now = datetime.now(UTC)
        plan = desk.plan(now - timedelta(hours=hours), limit)
        if dry_run:
            _tell_plan(plan)
            return 0
        options = partial(_options, settings)
        day = now.astimezone(options(now).zone).date()
        done = desk.run(day, plan, options, _progress(quiet))
    _write(done.digest, outputs, format)
    _tell_run(done, quiet)
    return PARTLY_DONE if done.stopped or plan.problems else 0


@contextmanager
def _desk(settings: Settings, feeds: Path) -> Iterator[Desk]:
    from summarizer import doors
    from summarizer.daily import Desk
    from summarizer.feeds import (
        HostTurns,
        Robots,
        load_feeds,
        open_reader,
        polite_fetch,
        read_entry,
    )
    from summarizer.sources import read_article
    from summarizer.store import open_store

    clock: Callable[[], datetime] = partial(datetime.now, UTC)
    turns = HostTurns(settings.host_pause_s)
    fetch = polite_fetch(settings, turns)
    read = partial(
        read_entry,
        robots=Robots(fetch, turns),
        turns=turns,
        read=lambda url: read_article(url, settings),
    )
    listed = load_feeds(feeds)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (
        open_store(settings.data_dir / "news.db", clock=clock) as store,
        open_reader(settings.data_dir / "feeds.db", listed, settings, fetch=fetch) as reader,
        doors.open_model(settings) as model,
    ):
        summarize = partial(doors.summarize, model=model, settings=settings)
        yield Desk(store, reader, read, summarize, clock)


def _options(settings: Settings, now: datetime) -> DigestOptions:
    """The digest's options at a moment.

    Raises:
        SettingsError: there is no such time zone.
    """
    from pydantic import ValidationError

    from summarizer.digest import DigestOptions
    from summarizer.errors import SettingsError

    chosen: dict[str, Any] = {
        name: getattr(settings, name)
        for name in ("timezone", "follow_topics", "follow_actors", "mute_topics", "mute_actors")
    }
    try:
        return DigestOptions(now=now, **chosen)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise SettingsError(f"The setting timezone is wrong: {reason}.") from error


# --- what is shown ----------------------------------------------------------------------------


def _progress(quiet: bool) -> Callable[[Progress], None]:
    def show(progress: Progress) -> None:
        if not quiet:
            title = "".join(c if c.isprintable() else " " for c in progress.title)
            print(f"{progress.done}/{progress.total} {title[:60]}", file=sys.stderr, flush=True)

    return show


def _tell_plan(plan: Plan) -> None:
    for entry in plan.entries:
        title = "".join(c if c.isprintable() else " " for c in entry.title)
        print(f"{entry.feed}: {title}\n    {entry.url}")
    for problem in plan.problems:
        print(f"{problem.feed}: {problem.reason}")
    print(f"{len(plan.entries)} articles would be read and briefed.")


def _tell_run(done: DayRun, quiet: bool) -> None:
    """What was done; why it stopped early is told also when quiet."""
    usage = done.digest.left_out.usage
    if not quiet:
        print(
            f"{done.read} articles read, {done.briefed} of them briefed anew, {done.unread} not "
            f"readable; {len(done.digest.stories)} stories; {usage.input_tokens:,} tokens in, "
            f"{usage.output_tokens:,} out.",
            file=sys.stderr,
        )
    if done.stopped:
        print(f"summarizer: stopped before the end: {done.stopped}", file=sys.stderr)


def _write(digest: Digest, outputs: Sequence[Path], format: DigestFormat | None) -> None:
    for path in outputs:
        path.write_text(_text(digest, format or _format_of(path)), "utf-8")
    if not outputs:
        print(_text(digest, format or DigestFormat.MARKDOWN), end="")


def _format_of(path: Path) -> DigestFormat:
    return _ENDINGS.get(path.suffix, DigestFormat.MARKDOWN)


def _text(digest: Digest, format: DigestFormat) -> str:
    if format is DigestFormat.JSON:
        return digest.model_dump_json(indent=2) + "\n"
    from summarizer.render.digest import digest_markdown, digest_text
    from summarizer.render.digest_page import digest_page

    if format is DigestFormat.HTML:
        return digest_page(digest)
    if format is DigestFormat.TEXT:
        return digest_text(digest)
    return digest_markdown(digest)
