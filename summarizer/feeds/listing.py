"""The list of feeds in `feeds.toml`: read with care, written so that comments stay."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from summarizer.digest_models import Feed
from summarizer.errors import SettingsError
from summarizer.web.wording import shown

_KEYS = ", ".join(Feed.model_fields)


def load_feeds(path: Path) -> tuple[Feed, ...]:
    """The feeds of the file at `path`, in its order: tables [[feed]] with name, url, tier, tags.

    Raises SettingsError if it cannot be read, has an unknown key or a wrong value, or names two
    feeds alike.
    """
    document = _document(path).unwrap()
    for key in document:
        if key != "feed":
            raise SettingsError(
                f"{path} has an unknown key {shown(key)!r}; correct or remove it (feeds are "
                "tables named [[feed]])."
            )
    tables = document.get("feed", [])
    if not isinstance(tables, list):
        raise SettingsError(f"{path} has a table [feed]; write [[feed]], one for each feed.")
    feeds = tuple(_feed(table, number, path) for number, table in enumerate(tables, 1))
    refuse_repeats(feeds, str(path))
    return feeds


def save_feeds(path: Path, feeds: Iterable[Feed]) -> None:
    """Write `feeds` to `path`, all or nothing; tables of feeds that did not change keep their
    comments.

    Raises SettingsError if two feeds are named alike, or the file cannot be read or written.
    """
    wanted = tuple(feeds)
    refuse_repeats(wanted, str(path))
    document = _document(path) if path.exists() else tomlkit.document()
    old = {str(t.get("url")): t for t in document.get("feed", []) if isinstance(t, Table)}
    tables = AoT([])
    for feed in wanted:
        tables.append(_updated(old.get(feed.url), feed))
    document.pop("feed", None)
    if wanted:
        document["feed"] = tables
    _write(path, tomlkit.dumps(document))


def refuse_repeats(feeds: Sequence[Feed], where: str) -> None:
    """Raise SettingsError if two of `feeds` have one name or one URL."""
    seen: set[str] = set()
    for feed in feeds:
        for mark in (feed.name, feed.url):
            if mark in seen:
                raise SettingsError(
                    f"{where} has two feeds with {shown(mark)!r}; rename or remove one."
                )
        seen |= {feed.name, feed.url}


def refuse_unusable(feed: Feed) -> Feed:
    """`feed`, if its URL can be fetched and its name and tags can be written in every form.

    Raises ValueError with half a sentence.
    """
    try:
        parts = urlsplit(feed.url)
    except ValueError:
        raise ValueError("its url is no valid one") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("its url is no complete http or https address")
    if parts.username is not None or not feed.url.isprintable() or " " in feed.url:
        raise ValueError("its url holds a user name, a space or a control character")
    if not feed.name.isprintable() or feed.name != feed.name.strip():
        raise ValueError("its name has control characters or spaces around it")
    for tag in feed.tags:
        if not tag or tag != tag.strip().strip("/") or "," in tag or not tag.isprintable():
            raise ValueError(
                f"the tag {shown(tag)!r} is empty, or has a comma, or spaces or slashes around it"
            )
    return feed


def _document(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(
            f"There is no {path}; add a feed with `summarizer feeds add`."
        ) from error
    except (OSError, UnicodeError, TOMLKitError) as error:
        raise SettingsError(
            f"{path} cannot be read ({shown(str(error))}); correct it, it is written in TOML."
        ) from error


def _feed(table: object, number: int, path: Path) -> Feed:
    try:
        return refuse_unusable(Feed.model_validate(table))
    except ValidationError as error:
        raise SettingsError(_why(error, number, path)) from error
    except ValueError as error:
        raise SettingsError(f"Feed {number} in {path} is wrong: {error}; correct it.") from error


def _why(error: ValidationError, number: int, path: Path) -> str:
    first = error.errors()[0]
    key = shown(str(first["loc"][0])) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return f"Feed {number} in {path} has an unknown key {key!r}; the keys are {_KEYS}."
    if first["type"] == "missing":
        return f"Feed {number} in {path} lacks the key {key!r}; add it."
    message = first["msg"][0].lower() + first["msg"][1:]
    return f"The {key or 'table'} of feed {number} in {path} is wrong: {message}."


def _updated(table: Table | None, feed: Feed) -> Table:
    """`table` with what differs in `feed`, or a new one."""
    table = tomlkit.table() if table is None else table
    for key, value in feed.model_dump(mode="json").items():
        field = Feed.model_fields[key]
        spelled = key in table or field.is_required() or getattr(feed, key) != field.default
        if spelled and table.unwrap().get(key) != value:
            table[key] = value
    return table


def _write(path: Path, text: str) -> None:
    """Replace the file in one step, so that a crash leaves the old one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, delete=False
        ) as draft:
            draft.write(text)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).chmod(0o644)
        Path(draft.name).replace(path)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}); check the folder and its rights."
        ) from error
