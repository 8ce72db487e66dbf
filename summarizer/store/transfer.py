"""The whole store as JSONL, one typed record a line, out and in again.

The first line names the format. Records come in an order in which each names only earlier ones.
A run that is going on is left out: it belongs to its process.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, RootModel

from summarizer.digest_models import Digest, Story
from summarizer.errors import StoreError
from summarizer.models import Frozen
from summarizer.store.articles import refuse_wrong_id
from summarizer.store.codec import first_line, from_json, from_row, to_json, unpack
from summarizer.store.database import Table, insert
from summarizer.store.days import read_stories, write_digest, write_stories
from summarizer.store.records import (
    Entry,
    EventClaim,
    Feedback,
    Filing,
    Imported,
    OutboxPart,
    Run,
    StoredArticle,
)

FORMAT_VERSION = 1


class Header(Frozen):
    """The first line."""

    kind: Literal["header"] = "header"
    format: Literal["summarizer-store"] = "summarizer-store"
    version: int = FORMAT_VERSION


class ArticleLine(Frozen):
    """A text with its brief."""

    kind: Literal["article"] = "article"
    record: StoredArticle


class FilingLine(Frozen):
    """A place where a text stood."""

    kind: Literal["filing"] = "filing"
    record: Filing


class EntryLine(Frozen):
    """An entry of a feed."""

    kind: Literal["entry"] = "entry"
    record: Entry


class StoriesLine(Frozen):
    """All stories of a day."""

    kind: Literal["stories"] = "stories"
    day: date
    stories: tuple[Story, ...]


class DigestLine(Frozen):
    """The digest of a day."""

    kind: Literal["digest"] = "digest"
    digest: Digest


class RunLine(Frozen):
    """A run that has ended."""

    kind: Literal["run"] = "run"
    record: Run


class OutboxLine(Frozen):
    """A message posted or to post."""

    kind: Literal["outbox"] = "outbox"
    record: OutboxPart


class ClaimLine(Frozen):
    """An event that was taken up."""

    kind: Literal["claim"] = "claim"
    record: EventClaim


class FeedbackLine(Frozen):
    """A reader's word."""

    kind: Literal["feedback"] = "feedback"
    record: Feedback


Row = ArticleLine | FilingLine | EntryLine | RunLine | OutboxLine | ClaimLine | FeedbackLine
Line = Header | Row | StoriesLine | DigestLine


class _AnyLine(RootModel[Annotated[Line, Field(discriminator="kind")]]):
    pass


class Transfer(Table):
    """Export and import."""

    def export_lines(self) -> Iterator[str]:
        """Every record as a line of JSON without its line end, of one state of the store, while
        others go on writing; the same store gives the same lines.

        Raises:
            StoreError: the store cannot be read, or a record in it is broken.
        """
        with self._db.snapshot() as sql:
            yield to_json(Header())
            for line in _lines(sql):
                yield to_json(line)

    def import_lines(self, lines: Iterable[str]) -> Imported:
        """Add the records of an export, all or none. What the store has already stays as it is,
        so the same import twice is the same as once.

        Raises:
            StoreError: a line is no record of an export that this version knows, or the store
                cannot be written; nothing was imported then.
        """
        added = present = 0
        with self._db.writing() as sql:
            for number, line in _read(lines):
                if _add(sql, line, number):
                    added += 1
                else:
                    present += 1
        return Imported(added=added, present=present)


def _lines(sql: sqlite3.Connection) -> Iterator[Line]:
    for row in sql.execute("SELECT * FROM articles ORDER BY id"):
        yield ArticleLine(record=from_row(StoredArticle, row))
    for row in sql.execute("SELECT * FROM filings ORDER BY article, url"):
        yield FilingLine(record=from_row(Filing, row))
    for row in sql.execute("SELECT * FROM entries ORDER BY url"):
        yield EntryLine(record=from_row(Entry, row))
    for row in sql.execute("SELECT DISTINCT day FROM stories ORDER BY day"):
        yield StoriesLine(day=row["day"], stories=read_stories(sql, row["day"]))
    for row in sql.execute("SELECT digest FROM digests ORDER BY day"):
        yield DigestLine(digest=unpack(Digest, row["digest"]))
    for row in sql.execute("SELECT * FROM runs WHERE state <> 'running' ORDER BY started, id"):
        yield RunLine(record=from_row(Run, row))
    for row in sql.execute("SELECT * FROM outbox ORDER BY digest, channel, part"):
        yield OutboxLine(record=from_row(OutboxPart, row))
    for row in sql.execute("SELECT * FROM claims ORDER BY kind, key"):
        yield ClaimLine(record=from_row(EventClaim, row))
    for row in sql.execute("SELECT * FROM feedback ORDER BY id"):
        yield FeedbackLine(record=from_row(Feedback, row))


def _read(lines: Iterable[str]) -> Iterator[tuple[int, Row | StoriesLine | DigestLine]]:
    headed = False
    for number, text in enumerate(_decoded(lines), start=1):
        if not text.strip():
            continue
        line = _parse(text, number)
        if headed == isinstance(line, Header):
            raise StoreError(
                f"Line {number} of the import is {'a second' if headed else 'no'} header: give "
                "one whole file that `summarizer db export` wrote."
            )
        headed = True
        if not isinstance(line, Header):
            yield number, line
    if not headed:
        raise StoreError("The import is empty: give a file that `summarizer db export` wrote.")


def _decoded(lines: Iterable[str]) -> Iterator[str]:
    try:
        yield from lines
    except UnicodeDecodeError as error:
        raise StoreError(
            "The import is not text in UTF-8: give a file that `summarizer db export` wrote."
        ) from error


def _parse(text: str, number: int) -> Line:
    try:
        line = from_json(_AnyLine, text).root
    except ValueError as error:
        raise StoreError(
            f"Line {number} of the import is no record of an export ({first_line(error)}): give a "
            "file that `summarizer db export` wrote, unchanged."
        ) from error
    if isinstance(line, Header) and line.version > FORMAT_VERSION:
        raise StoreError(
            f"The export is of version {line.version}, this summarizer knows {FORMAT_VERSION}: "
            "update summarizer."
        )
    return line


def _add(sql: sqlite3.Connection, line: Row | StoriesLine | DigestLine, number: int) -> bool:
    try:
        return _insert(sql, line)
    except sqlite3.IntegrityError as error:
        raise StoreError(
            f"Line {number} of the import does not fit what stands before it ({error}): give a "
            "file that `summarizer db export` wrote, unchanged."
        ) from error


def _insert(sql: sqlite3.Connection, line: Row | StoriesLine | DigestLine) -> bool:
    if isinstance(line, StoriesLine):
        if _has_day(sql, "SELECT 1 FROM stories WHERE day = ?", line.day):
            return False
        write_stories(sql, line.day, line.stories)
        return True
    if isinstance(line, DigestLine):
        if _has_day(sql, "SELECT 1 FROM digests WHERE day = ?", line.digest.day):
            return False
        write_digest(sql, line.digest)
        return True
    if isinstance(line, ArticleLine):
        refuse_wrong_id(line.record)
    return insert(sql, line.record.table, line.record)


def _has_day(sql: sqlite3.Connection, query: str, day: date) -> bool:
    return sql.execute(query, (day.isoformat(),)).fetchone() is not None
