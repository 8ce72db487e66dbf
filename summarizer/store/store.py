"""The store: every subject of it as one object over one file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from summarizer.store.articles import Articles
from summarizer.store.check import Check
from summarizer.store.database import Clock, Database
from summarizer.store.days import Days
from summarizer.store.entries import Entries
from summarizer.store.outbox import Outbox
from summarizer.store.readers import Readers
from summarizer.store.runs import Runs
from summarizer.store.transfer import Transfer
from summarizer.store.upkeep import Upkeep


class Store(Entries, Articles, Days, Runs, Outbox, Readers, Upkeep, Check, Transfer):
    """What `open_store` gives. Safe to use from several threads; several processes may have the
    same file open. Each method that writes is one transaction.
    """

    @property
    def path(self) -> Path:
        """The file."""
        return self._db.path


@contextmanager
def open_store(path: Path, *, clock: Clock) -> Iterator[Store]:
    """Open the store in the file `path`, making the file and its folder where they are missing
    and bringing an older file to the newest version.

    Args:
        path: the SQLite file.
        clock: gives the present moment, in UTC.

    Raises:
        StoreError: the file is no store, is damaged, was written by a newer summarizer, or may
            not be read or made.
    """
    database = Database(path)
    try:
        yield Store(database, clock)
    finally:
        database.close()
