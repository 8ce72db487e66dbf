"""What SQLite complains of, as one sentence that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from summarizer.errors import StoreError

BUSY_S = 30.0
"""Seconds that a statement waits for another thread or process."""

_NOT_WRITABLE = "{path} may not be written: get write access to the file and its folder."
_SENTENCES = {
    sqlite3.SQLITE_FULL: "The disk of {path} is full: free space there and run again; what was "
    "finished is kept.",
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: it must be a file in a folder that may be "
    "read and written.",
    sqlite3.SQLITE_NOTADB: "{path} is no SQLite file: name another file for the store, or move "
    "this one away.",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged: restore it from a copy, or move it away and import "
    "an export.",
    sqlite3.SQLITE_BUSY: "{path} is held by another process for more than {busy:.0f} seconds: let "
    "that one finish and run again.",
    sqlite3.SQLITE_CONSTRAINT: "What should be stored in {path} contradicts itself or what is "
    "there ({error}): correct it and store it again.",
    sqlite3.SQLITE_IOERR: "{path} cannot be read or written ({error}): check its disk and the "
    "space there and run again; what was finished is kept.",
}
_MISSING_ARTICLE = (
    "What should be stored in {path} names an article that is not there: file the article first."
)
_OTHER = "{path} cannot be used as asked ({error}): `summarizer db check` says whether it is whole."


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Raises a StoreError in place of SQLite's own errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(_sentence(error).format(path=path, error=error, busy=BUSY_S)) from error


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another thread or process was in the way."""
    return _code(error) & 0xFF == sqlite3.SQLITE_BUSY


def _sentence(error: sqlite3.Error) -> str:
    code = _code(error)
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return _MISSING_ARTICLE
    return _SENTENCES.get(code & 0xFF, _OTHER)  # the low byte is the kind, the rest details it


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0)  # Python's own complaints have none
