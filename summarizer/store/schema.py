"""The tables, as migrations in order: number n brings a file from version n-1 to n.

A migration that was released is never changed; a change of the schema is a new one at the end.
Moments are UTC text of one width (`codec.stamp`), days ISO dates, briefs and digests packed JSON.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

APPLICATION_ID = 0x53554D4D
"""Stands in the file's header ("SUMM"), so that no other program's database is taken for ours."""

Migration = tuple[str, ...]

_DAILY: Migration = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    """CREATE TABLE articles (
        id TEXT PRIMARY KEY CHECK (length(id) = 64),
        filed_at TEXT NOT NULL,
        brief BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE filings (
        article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        outlet TEXT NOT NULL,
        feed TEXT NOT NULL,
        tier INTEGER NOT NULL,
        tags TEXT NOT NULL,
        published TEXT NOT NULL,
        fetched TEXT NOT NULL,
        extent TEXT NOT NULL CHECK (extent IN ('full', 'feed_summary')),
        PRIMARY KEY (article, url)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX filings_published ON filings (published)",
    "CREATE INDEX filings_fetched ON filings (fetched)",
    """CREATE TABLE entries (
        url TEXT PRIMARY KEY,
        feed TEXT NOT NULL,
        title TEXT NOT NULL,
        published TEXT,
        summary TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('new', 'briefed', 'unreadable')),
        reason TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        tried_at TEXT,
        article TEXT REFERENCES articles (id) ON DELETE SET NULL
    ) STRICT""",
    "CREATE INDEX entries_state ON entries (state)",
    "CREATE INDEX entries_article ON entries (article)",
    """CREATE TABLE stories (
        day TEXT NOT NULL,
        id TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (day, id),
        UNIQUE (day, position)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE story_articles (
        day TEXT NOT NULL,
        story TEXT NOT NULL,
        origin INTEGER NOT NULL,
        position INTEGER NOT NULL,
        article TEXT NOT NULL REFERENCES articles (id),
        PRIMARY KEY (day, story, origin, position),
        FOREIGN KEY (day, story) REFERENCES stories (day, id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX story_articles_article ON story_articles (article)",
    """CREATE TABLE digests (
        day TEXT PRIMARY KEY,
        digest BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE digest_articles (
        day TEXT NOT NULL REFERENCES digests (day) ON DELETE CASCADE,
        article TEXT NOT NULL REFERENCES articles (id),
        PRIMARY KEY (day, article)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX digest_articles_article ON digest_articles (article)",
    """CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        day TEXT NOT NULL,
        machine TEXT NOT NULL,
        pid INTEGER NOT NULL,
        process_started REAL NOT NULL,
        started TEXT NOT NULL,
        heartbeat TEXT NOT NULL,
        finished TEXT,
        state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'failed', 'died'))
    ) STRICT""",
    "CREATE UNIQUE INDEX one_run ON runs (state) WHERE state = 'running'",
)

_DELIVERY: Migration = (
    """CREATE TABLE outbox (
        digest TEXT NOT NULL,
        channel TEXT NOT NULL,
        part INTEGER NOT NULL,
        payload TEXT NOT NULL,
        state TEXT NOT NULL
            CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'ambiguous')),
        ts TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        error TEXT NOT NULL,
        queued_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        PRIMARY KEY (digest, channel, part),
        CHECK ((state = 'sent') = (ts <> ''))
    ) STRICT""",
    """CREATE TABLE claims (
        kind TEXT NOT NULL CHECK (kind IN ('event', 'message')),
        key TEXT NOT NULL,
        claimed_at TEXT NOT NULL,
        PRIMARY KEY (kind, key)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE feedback (
        id TEXT PRIMARY KEY,
        article TEXT NOT NULL REFERENCES articles (id),
        kind TEXT NOT NULL CHECK (kind IN ('wrong', 'missing')),
        part TEXT NOT NULL,
        text TEXT NOT NULL,
        reader TEXT NOT NULL,
        given_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX feedback_article ON feedback (article)",
)

MIGRATIONS: tuple[Migration, ...] = (_DAILY, _DELIVERY)


def version(sql: sqlite3.Connection) -> int:
    """Number of the last migration that the file has seen; 0 is an empty file."""
    return int(sql.execute("PRAGMA user_version").fetchone()[0])


def migrate(sql: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the file to the newest version, each step in a transaction of its own.

    Safe while other processes do the same: each step looks again once it holds the lock.
    """
    while version(sql) < len(migrations):
        try:
            sql.execute("BEGIN IMMEDIATE")
            _step(sql, migrations)
            sql.execute("COMMIT")
        except BaseException:
            if sql.in_transaction:
                sql.execute("ROLLBACK")
            raise


def _step(sql: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    done = version(sql)
    if done < len(migrations):
        for statement in migrations[done]:
            sql.execute(statement)
        sql.execute(f"PRAGMA user_version = {done + 1}")
