"""Old data removed, the file made small again.

What is cited is kept: an article stays as long as a kept digest shows, lists or cites it, in its
ledger too (the ledger carries every open commitment on, and the last digest is always kept), as
long as it is in a story of a kept day, or a reader gave feedback on it.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, time

from summarizer.store.codec import stamp
from summarizer.store.database import Table
from summarizer.store.records import Pruned

_STEPS = {
    "digests": """DELETE FROM digests
        WHERE day < :day AND day < (SELECT max(day) FROM digests)""",
    "stories": """DELETE FROM stories
        WHERE day < :day AND day < (SELECT max(day) FROM stories)""",
    "articles": """DELETE FROM articles
        WHERE NOT EXISTS (SELECT 1 FROM filings
                          WHERE article = articles.id AND fetched >= :moment)
          AND NOT EXISTS (SELECT 1 FROM digest_articles WHERE article = articles.id)
          AND NOT EXISTS (SELECT 1 FROM story_articles WHERE article = articles.id)
          AND NOT EXISTS (SELECT 1 FROM feedback WHERE article = articles.id)""",
    "entries": "DELETE FROM entries WHERE last_seen < :moment",
    "outbox": """DELETE FROM outbox
        WHERE changed_at < :moment AND state IN ('sent', 'failed')
          AND digest NOT IN (SELECT day FROM digests)""",
    "claims": "DELETE FROM claims WHERE claimed_at < :moment",
    "runs": "DELETE FROM runs WHERE finished < :moment",
}


class Upkeep(Table):
    """What is done now and then."""

    def prune(self, before: date) -> Pruned:
        """Remove what is older than the day `before` (it begins at midnight UTC), at once or not
        at all.

        Goes: digests and stories of earlier days but the last ones, articles fetched earlier that
        nothing kept cites, entries that no feed has listed since, claims, ended runs, and sent or
        failed messages of digests that are gone. Stays, however old: feedback, and messages that
        wait for somebody's decision. A forgotten entry that its feed lists again counts as new.

        Raises:
            StoreError: the store cannot be written.
        """
        moment = stamp(datetime.combine(before, time(), UTC))
        row = {"day": before.isoformat(), "moment": moment}
        with self._db.writing() as sql:
            return Pruned(
                **{name: sql.execute(step, row).rowcount for name, step in _STEPS.items()}
            )

    def vacuum(self) -> int:
        """Give the space of removed data back to the disk; the bytes that the file shrank by.

        Needs free space of about the file's size meanwhile.

        Raises:
            StoreError: the disk is full, or another process uses the store for too long.
        """
        with self._db.alone() as sql:
            sql.execute("PRAGMA optimize")
            before = self._size(sql)
            sql.execute("VACUUM")
            return before - self._size(sql)

    def _size(self, sql: sqlite3.Connection) -> int:
        """Bytes of the file with all that was written moved into it."""
        sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self._db.path.stat().st_size
