"""Entries of feeds: which were seen, and what is still to be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from summarizer.digest_models import Unread
from summarizer.errors import StoreError
from summarizer.store.codec import clean, from_row, stamp
from summarizer.store.database import Table, insert
from summarizer.store.records import MAX_ATTEMPTS, Entry, NewEntry


class Entries(Table):
    """An entry is `new` until it is filed (`briefed`) or could not be read (`unreadable`)."""

    def remember_entries(self, entries: Iterable[NewEntry]) -> int:
        """Store what feeds list now; the number of entries never seen before.

        An entry is known by its URL: one that two feeds list belongs to the first. What is known
        stays as it is, but for the time when it was last listed.

        Raises:
            StoreError: the store cannot be written.
        """
        now = self._clock()
        with self._db.writing() as sql:
            added = 0
            for new in entries:
                entry = Entry(**dict(new), first_seen=now, last_seen=now)
                fresh = insert(sql, Entry.table, entry)
                added += fresh
                if not fresh:
                    row = (stamp(now), clean(new.url))
                    sql.execute("UPDATE entries SET last_seen = ? WHERE url = ?", row)
        return added

    def pending_entries(
        self, *, since: datetime | None = None, max_attempts: int = MAX_ATTEMPTS
    ) -> tuple[Entry, ...]:
        """What is still to be read: new entries, and unreadable ones tried fewer than
        `max_attempts` times; the newest first.

        `since` leaves out what was published before it (where the feed says no time: first seen).

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            rows = sql.execute(
                """SELECT * FROM entries
                WHERE (state = 'new' OR (state = 'unreadable' AND attempts < ?))
                  AND coalesce(published, first_seen) >= ?
                ORDER BY coalesce(published, first_seen) DESC, url""",
                (max_attempts, stamp(since) if since else ""),
            ).fetchall()
        return tuple(from_row(Entry, row) for row in rows)

    def entry(self, url: str) -> Entry | None:
        """The entry at `url`, None if no feed ever listed it.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            row = sql.execute("SELECT * FROM entries WHERE url = ?", (clean(url),)).fetchone()
        return from_row(Entry, row) if row else None

    def mark_unreadable(self, url: str, reason: str) -> None:
        """Count a reading of the entry that failed; one that was briefed meanwhile stays so.

        Raises:
            StoreError: there is no such entry, or the store cannot be written.
        """
        with self._db.writing() as sql:
            sql.execute(
                """UPDATE entries SET state = 'unreadable', reason = ?, attempts = attempts + 1,
                tried_at = ? WHERE url = ? AND state <> 'briefed'""",
                (clean(reason), stamp(self._clock()), clean(url)),
            )
            if not sql.execute("SELECT 1 FROM entries WHERE url = ?", (clean(url),)).fetchone():
                raise StoreError(
                    f"No feed's entry {url} is stored: remember it before marking it unreadable."
                )

    def unread_between(self, start: datetime, end: datetime) -> tuple[Unread, ...]:
        """Entries that could not be read when last tried from `start` on and before `end`.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            rows = sql.execute(
                """SELECT url, title, feed, reason FROM entries
                WHERE state = 'unreadable' AND tried_at >= ? AND tried_at < ?
                ORDER BY feed, url""",
                (stamp(start), stamp(end)),
            ).fetchall()
        return tuple(from_row(Unread, row) for row in rows)
