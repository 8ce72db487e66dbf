"""Values in and out of columns: moments as text that sorts, large types as packed JSON."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from datetime import UTC, date, datetime
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

from summarizer.errors import StoreError

Column = str | int | float | bytes | None
ModelT = TypeVar("ModelT", bound=BaseModel)

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def stamp(moment: datetime) -> str:
    """A moment as UTC text of one width, so that text order is the order of time.

    A moment without a time zone is read as UTC.
    """
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def clean(text: str) -> str:
    """`text` as UTF-8 can hold it: a lone surrogate, which a feed may send, becomes U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def to_json(model: BaseModel) -> str:
    """Compact JSON of `model`, lossless also where its texts hold lone surrogates."""
    try:
        return model.model_dump_json()
    except PydanticSerializationError:
        return json.dumps(model.model_dump(mode="json"), separators=(",", ":"))


def from_json(kind: type[ModelT], text: str) -> ModelT:
    """The reverse of `to_json`.

    Raises:
        ValueError: `text` is no JSON of a `kind`.
    """
    try:
        return kind.model_validate_json(text)
    except ValidationError:
        if "\\ud" not in text:
            raise
        return kind.model_validate(json.loads(text))  # pydantic's parser refuses lone surrogates


def pack(model: BaseModel) -> bytes:
    """JSON of `model`, compressed to about a quarter."""
    return zlib.compress(to_json(model).encode("utf-8"))


def unpack(kind: type[ModelT], packed: bytes) -> ModelT:
    """The reverse of `pack`.

    Raises:
        StoreError: `packed` holds no `kind`.
    """
    try:
        return from_json(kind, zlib.decompress(packed).decode("utf-8"))
    except (zlib.error, ValueError) as error:
        raise StoreError(
            f"A stored {kind.__name__} cannot be read ({first_line(error)}): "
            "`summarizer db check` says which."
        ) from error


def to_row(model: BaseModel) -> dict[str, Column]:
    """The fields of `model` as columns."""
    return {name: _to_column(getattr(model, name)) for name in type(model).model_fields}


def from_row(kind: type[ModelT], row: sqlite3.Row) -> ModelT:
    """A `kind` out of the columns of its fields.

    Raises:
        StoreError: a column does not fit its field.
    """
    try:
        return kind.model_validate(
            {
                name: _from_column(field.annotation, row[name])
                for name, field in kind.model_fields.items()
            }
        )
    except ValueError as error:
        raise StoreError(
            f"A stored {kind.__name__} cannot be read ({first_line(error)}): "
            "`summarizer db check` says which."
        ) from error


def first_line(error: Exception) -> str:
    """What is wrong, in one line and without the value itself."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}" if place else str(first["msg"])
    return str(error).splitlines()[0]


def _to_column(value: Any) -> Column:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps(value)
    if isinstance(value, BaseModel):
        return pack(value)
    assert value is None or isinstance(value, int | float)  # noqa: S101 - no other field types
    return value


def _from_column(annotation: Any, value: Any) -> Any:
    if isinstance(value, bytes):
        return unpack(annotation, value)
    if isinstance(value, str) and get_origin(annotation) is tuple:
        return json.loads(value)
    return value
