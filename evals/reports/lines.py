"""Where an item stands in its gold file: the line on which its type is named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from summarizer.models import Frozen

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class _Part(Frozen):
    """A member of an object or an element of a list: offsets of where it, and its value, begin;
    `key` is empty in a list.
    """

    key: str
    start: int
    value: int


def item_lines(text: str) -> tuple[int, ...]:
    """Lines, from 1, of the items of a gold file's text, in its order; however it is laid out.

    ValueError where the text is no JSON object.
    """
    items = next((part for part in _members(text, _skip(text, 0)) if part.key == "items"), None)
    elements = _elements(text, items.value) if items else ()
    return tuple(text.count("\n", 0, _type(text, element)) + 1 for element in elements)


class GoldFile(Frozen):
    """A gold file as it is named, and the lines of its items; none where it cannot be read."""

    path: str
    lines: tuple[int, ...] = ()

    def place(self, item: int | None = None) -> str:
        """As editors and terminals open it, "PATH:LINE"; the path where there is no line."""
        known = item is not None and item < len(self.lines)
        return f"{self.path}:{self.lines[item]}" if item is not None and known else self.path


def gold_file(folder: str, name: str) -> GoldFile:
    """Read where the items stand in "FOLDER/NAME.json"."""
    path = Path(folder) / f"{name}.json"
    try:
        return GoldFile(path=str(path), lines=item_lines(path.read_text("utf-8")))
    except (OSError, ValueError):
        return GoldFile(path=str(path))


# --- places in JSON ---------------------------------------------------------------------------


def _type(text: str, item: int) -> int:
    """Where the item's type is named, or the item itself begins."""
    return next((part.start for part in _members(text, item) if part.key == "type"), item)


def _members(text: str, start: int) -> Iterator[_Part]:
    if text[start : start + 1] != "{":
        raise ValueError("no JSON object")
    place = _skip(text, start + 1)
    while text[place : place + 1] == '"':
        key, colon = _decoded(text, place)
        value = _skip(text, _skip(text, colon) + 1)
        yield _Part(key=key, start=place, value=value)
        place = _next(text, value)


def _elements(text: str, start: int) -> Iterator[int]:
    place = _skip(text, start + 1)
    while text[place : place + 1] == "{":
        yield place
        place = _next(text, place)


def _next(text: str, value: int) -> int:
    """The beginning of what follows a value and its comma."""
    return _skip(text, _skip(text, _decoded(text, value)[1]) + 1)


def _decoded(text: str, place: int) -> tuple[Any, int]:
    return _DECODER.raw_decode(text, place)


def _skip(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return space.end() if space else place
