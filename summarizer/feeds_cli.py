"""The commands `summarizer feeds ...`: the list of feeds, and whether each can be read.

Imports wait until a command runs, so that `--help` is quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from summarizer.digest_models import Feed

feeds_app = typer.Typer(
    no_args_is_help=True, help="The feeds that the daily brief reads, kept in feeds.toml."
)

FeedsOption = Annotated[
    Path, typer.Option("--feeds", metavar="FILE", help="The file that lists the feeds.")
]
DEFAULT_FEEDS = Path("feeds.toml")


@feeds_app.command()
def add(
    url: Annotated[str, typer.Argument(help="Address of an RSS, Atom or JSON feed.")],
    name: Annotated[
        str | None,
        typer.Option("--name", help="How to call it; else its host.", show_default=False),
    ] = None,
    tier: Annotated[
        int, typer.Option("--tier", min=1, max=3, help="1 is your first choice, 3 the last.")
    ] = 2,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", help="A topic; may be repeated.", show_default=False),
    ] = None,
    feeds: FeedsOption = DEFAULT_FEEDS,
) -> None:
    """Add a feed to the list."""
    from summarizer.digest_models import Feed
    from summarizer.feeds.listing import refuse_unusable, save_feeds

    called = name or url.partition("//")[2].partition("/")[0] or url
    new = Feed(name=called, url=url, tier=tier, tags=tuple(tag or ()))
    try:
        refuse_unusable(new)
    except ValueError as error:
        raise typer.BadParameter(f"The feed cannot be added: {error}.") from error
    save_feeds(feeds, (*_listed(feeds), new))
    typer.echo(f"{called} is added; `summarizer feeds check` tries it.")


@feeds_app.command("list")
def list_feeds(feeds: FeedsOption = DEFAULT_FEEDS) -> None:
    """Show the feeds with their tiers and tags."""
    from summarizer.feeds.listing import load_feeds

    for feed in load_feeds(feeds):
        tags = f"  [{', '.join(feed.tags)}]" if feed.tags else ""
        typer.echo(f"{feed.name}  (tier {feed.tier}){tags}\n    {feed.url}")


@feeds_app.command()
def remove(
    feed: Annotated[str, typer.Argument(metavar="NAME|URL", help="As `feeds list` shows it.")],
    feeds: FeedsOption = DEFAULT_FEEDS,
) -> None:
    """Take a feed out of the list."""
    from summarizer.feeds.listing import load_feeds, save_feeds

    listed = load_feeds(feeds)
    kept = tuple(known for known in listed if feed not in (known.name, known.url))
    if kept == listed:
        raise typer.BadParameter(
            f"{feeds} has no feed {feed!r}; `summarizer feeds list` shows all."
        )
    save_feeds(feeds, kept)
    typer.echo(f"{feed} is removed.")


@feeds_app.command("import")
def import_(
    opml: Annotated[Path, typer.Argument(metavar="FILE.opml", help="Export of another reader.")],
    feeds: FeedsOption = DEFAULT_FEEDS,
) -> None:
    """Add the feeds of an OPML file; those that the list has stay as they are."""
    from summarizer.errors import InputError
    from summarizer.feeds import import_opml, save_feeds

    try:
        text = opml.read_text("utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise InputError(f"{opml} cannot be read ({error}); give an OPML file in UTF-8.") from error
    listed = _listed(feeds)
    urls, names = {f.url for f in listed}, {f.name for f in listed}
    fresh = [f for f in import_opml(text) if f.url not in urls]
    # A name that the list has already is no reason to refuse; the URL is always another.
    new = [f.model_copy(update={"name": f.url}) if f.name in names else f for f in fresh]
    save_feeds(feeds, (*listed, *new))
    typer.echo(f"{len(new)} added to {feeds}, {len(listed)} kept.")


@feeds_app.command()
def export(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="File to write; else standard output.", show_default=False
        ),
    ] = None,
    feeds: FeedsOption = DEFAULT_FEEDS,
) -> None:
    """Write the list as OPML, for other readers."""
    from summarizer.errors import InputError
    from summarizer.feeds import export_opml, load_feeds

    text = export_opml(load_feeds(feeds))
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise InputError(f"{output} cannot be written ({error.strerror}).") from error
    typer.echo(f"{output} is written.")


@feeds_app.command()
def check(
    feeds: FeedsOption = DEFAULT_FEEDS,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Read feeds of your own network, too.")
    ] = False,
) -> None:
    """Ask every feed once and say what it holds; exit code 4 if some cannot be read."""
    from summarizer.feeds import load_feeds

    listed = load_feeds(feeds)
    failed = _tried(listed, allow_private)
    typer.echo(f"{len(listed) - failed} of {len(listed)} feeds can be read.")
    raise typer.Exit(4 if failed else 0)


def _tried(listed: tuple[Feed, ...], allow_private: bool) -> int:
    """Say of each feed what it holds, and return how many cannot be read."""
    import tempfile
    from collections import Counter
    from datetime import UTC, datetime

    from summarizer.feeds import HostTurns, open_reader, polite_fetch
    from summarizer.settings import load_settings

    settings = load_settings(allow_private=True if allow_private else None)
    fetch = polite_fetch(settings, HostTurns(settings.host_pause_s))
    with (
        tempfile.TemporaryDirectory() as folder,
        open_reader(Path(folder) / "feeds.sqlite", listed, settings, fetch=fetch) as reader,
    ):
        problems = {problem.feed: problem.reason for problem in reader.update()}
        held = Counter(e.feed for e in reader.entries(datetime.min.replace(tzinfo=UTC)))
    for feed in listed:
        reason = problems.get(feed.name)
        typer.echo(f"{feed.name}: {reason or f'{held[feed.name]} newest entries'}")
    return len(problems)


def _listed(feeds: Path) -> tuple[Feed, ...]:
    """The feeds of the file, or none where there is no file yet."""
    from summarizer.feeds.listing import load_feeds

    return load_feeds(feeds) if feeds.exists() else ()
