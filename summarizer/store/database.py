"""The SQLite file: opened, checked to be ours, brought to the newest version, and locked."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from summarizer.errors import StoreError
from summarizer.store.codec import to_row
from summarizer.store.faults import BUSY_S, in_plain_words, is_busy
from summarizer.store.schema import APPLICATION_ID, MIGRATIONS, migrate, version

Clock = Callable[[], datetime]

OLDEST_SQLITE = (3, 37, 0)  # STRICT tables


class Database:
    """One connection, used by one thread at a time; other processes have their own.

    Do not carry it over a fork: open the store again in the child.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file.

        Raises:
            StoreError: it is no store, is damaged, is of a newer version, or may not be read.
        """
        self.path = path
        self._lock = threading.RLock()
        _make_folder(path)
        with in_plain_words(path):
            self._sql = _connect(path)
            try:
                _prepare(self._sql, path)
            except BaseException:
                self._sql.close()
                raise

    def close(self) -> None:
        """Let go of the file; using the store afterwards is a StoreError."""
        with self._lock, in_plain_words(self.path):
            self._sql.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on the disk afterwards, or nothing.

        Waits for other threads and processes that write.

        Raises:
            StoreError: SQLite's complaint in one sentence.
        """
        with self._transaction("BEGIN IMMEDIATE") as sql:
            yield sql

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Several reads of one and the same state.

        Raises:
            StoreError: as in `writing`.
        """
        with self._transaction("BEGIN DEFERRED") as sql:
            yield sql

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """As `reading`, on a connection of its own, so that long reads hold up nobody.

        Raises:
            StoreError: as in `writing`.
        """
        with in_plain_words(self.path):
            sql = _connect(self.path)
            try:
                sql.execute("PRAGMA query_only = ON")
                sql.execute("BEGIN DEFERRED")
                version(sql)  # the state is that of the first read, not of BEGIN
                yield sql
            finally:
                sql.close()

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """The connection outside of any transaction, for what SQLite wants done so.

        Raises:
            StoreError: as in `writing`.
        """
        with self._lock, in_plain_words(self.path):
            yield self._sql

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self.alone() as sql:
            try:
                sql.execute(begin)
                yield sql
                sql.execute("COMMIT")
            except BaseException:
                if sql.in_transaction:
                    sql.execute("ROLLBACK")
                raise


class Table:
    """Base of the store's subjects: the file and the clock."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock


def insert(sql: sqlite3.Connection, table: str, record: BaseModel) -> bool:
    """Add `record`, whose fields are the columns of `table`; False when its key is there already,
    and then nothing is changed.
    """
    row = to_row(record)
    names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    statement = f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 - our own names
    return sql.execute(statement, row).rowcount == 1


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder of {path} cannot be made ({error.strerror}): name another file for the "
            "store."
        ) from error


def _connect(path: Path) -> sqlite3.Connection:
    sql = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    sql.row_factory = sqlite3.Row
    try:
        sql.execute("PRAGMA foreign_keys = ON")
        # FULL, not NORMAL: a post recorded as begun must stay so after a power cut as well.
        sql.execute("PRAGMA synchronous = FULL")
    except BaseException:
        sql.close()
        raise
    return sql


def _prepare(sql: sqlite3.Connection, path: Path) -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(
            f"The SQLite {sqlite3.sqlite_version} of this Python is too old: use a Python with "
            f"SQLite {'.'.join(map(str, OLDEST_SQLITE))} or newer."
        )
    _refuse_others(sql, path)  # before anything is written to a file that may not be ours
    use_wal(sql)
    migrate(sql)


def _refuse_others(sql: sqlite3.Connection, path: Path) -> None:
    sql.execute("BEGIN DEFERRED")  # another process may be making the file just now
    owner = sql.execute("PRAGMA application_id").fetchone()[0]
    number, newest = version(sql), len(MIGRATIONS)
    tables = sql.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    sql.execute("COMMIT")
    if owner != APPLICATION_ID and (owner or number or tables):
        raise StoreError(
            f"{path} is the database of another program: name another file for the store."
        )
    if number > newest:
        raise StoreError(
            f"{path} was written by a newer summarizer (version {number} of the store, this one "
            f"knows {newest}): update summarizer, or name another file."
        )


def use_wal(sql: sqlite3.Connection) -> None:
    """Readers do not wait for the writer then. A file system that cannot do it keeps SQLite's
    older journal, which is as safe.
    """
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            sql.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.Error as error:
            # Where several processes make this switch at once, SQLite sometimes does not wait.
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
