"""A path or standard input to bytes."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from summarizer.errors import InputError
from summarizer.settings import Settings
from summarizer.sources.raw import Kind, Raw
from summarizer.web.wording import shown

_KINDS: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".json": "json",
}


def read_file(source: str, settings: Settings) -> Raw:
    """Read the file at the path `source`; a suffix not known here leaves the kind open.

    Raises InputError if it is missing, a directory, closed to this user or too large.
    """
    try:
        with Path(source).open("rb") as file:
            body = _read(file, settings)
    except (OSError, ValueError) as error:
        raise InputError(_why(source, error), source=source) from error
    _refuse_large(source, body, settings)
    return Raw(source=source, body=body, kind=_KINDS.get(Path(source).suffix.lower(), "unknown"))


def read_stdin(stdin: BinaryIO, settings: Settings) -> Raw:
    """Read `stdin` to its end.

    Raises InputError if it is closed or too large.
    """
    try:
        body = _read(stdin, settings)
    except (OSError, ValueError) as error:
        raise InputError(_why("-", error), source="-") from error
    _refuse_large("-", body, settings)
    return Raw(source="-", body=body, kind="unknown")


def _max_bytes(settings: Settings) -> int:
    # A character takes up to 4 bytes; one more is room for a byte order mark.
    return max(settings.max_download_bytes, 4 * (settings.max_article_chars + 1))


def _read(stream: BinaryIO, settings: Settings) -> bytes:
    """Read up to one byte more than is allowed: devices and pipes may have no end."""
    room = _max_bytes(settings) + 1
    body = bytearray()
    while piece := stream.read(room - len(body)):
        body += piece
    return bytes(body)


def _refuse_large(source: str, body: bytes, settings: Settings) -> None:
    if len(body) > _max_bytes(settings):
        raise InputError(
            f"{shown(source)} is larger than {_max_bytes(settings):,} bytes; give the article's "
            "text alone.",
            source=source,
        )


def _why(source: str, error: OSError | ValueError) -> str:
    name = shown(source)
    match error:
        case FileNotFoundError():
            return f"There is no file {name}; check the path, or begin a web address with https://."
        case IsADirectoryError():
            return f"{name} is a directory; name one file in it."
        case PermissionError():
            return f"You may not read {name}; change its permissions or give a copy of it."
        case OSError():
            return f"{name} cannot be read ({error.strerror}); check that it is a readable file."
        case _:
            return f"{name} cannot be opened; check that it is the path of a readable file."
