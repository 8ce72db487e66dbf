"""What was made of a day: its stories and its digest."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date

from summarizer.digest_models import Digest, Origin, Story
from summarizer.store.cited import cited_articles
from summarizer.store.codec import clean, pack, unpack
from summarizer.store.database import Table


class Days(Table):
    """Stories and digests by day. Both name stored articles only, and keep them from pruning."""

    def save_stories(self, day: date, stories: Sequence[Story]) -> None:
        """Store the stories of `day` in their order, in place of those it had.

        Raises:
            StoreError: a story names an article that is not filed, two have one id, or the store
                cannot be written.
        """
        with self._db.writing() as sql:
            sql.execute("DELETE FROM stories WHERE day = ?", (day.isoformat(),))
            write_stories(sql, day, stories)

    def load_stories(self, day: date) -> tuple[Story, ...]:
        """The stories of `day` as they were saved; none when nothing was.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            return read_stories(sql, day.isoformat())

    def latest_stories_before(self, day: date) -> tuple[Story, ...]:
        """The stories of the last day before `day` that has any.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            query = "SELECT max(day) AS day FROM stories WHERE day < ?"
            row = sql.execute(query, (day.isoformat(),)).fetchone()
            return read_stories(sql, row["day"]) if row["day"] else ()

    def save_digest(self, digest: Digest) -> None:
        """Store the digest of its day, in place of the one it had.

        Raises:
            StoreError: it cites an article that is not filed, or the store cannot be written.
        """
        with self._db.writing() as sql:
            sql.execute("DELETE FROM digests WHERE day = ?", (digest.day.isoformat(),))
            write_digest(sql, digest)

    def load_digest(self, day: date) -> Digest | None:
        """The digest of `day`, None if there is none.

        Raises:
            StoreError: the store cannot be read.
        """
        return self._digest("SELECT digest FROM digests WHERE day = ?", day)

    def latest_digest_before(self, day: date) -> Digest | None:
        """The digest of the last day before `day` that has one, None if there is none.

        Raises:
            StoreError: the store cannot be read.
        """
        query = "SELECT digest FROM digests WHERE day < ? ORDER BY day DESC LIMIT 1"
        return self._digest(query, day)

    def digest_days(self) -> tuple[date, ...]:
        """The days that have a digest, the first one first.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            rows = sql.execute("SELECT day FROM digests ORDER BY day").fetchall()
        return tuple(date.fromisoformat(row["day"]) for row in rows)

    def _digest(self, query: str, day: date) -> Digest | None:
        with self._db.reading() as sql:
            row = sql.execute(query, (day.isoformat(),)).fetchone()
        return unpack(Digest, row["digest"]) if row else None


def write_stories(sql: sqlite3.Connection, day: date, stories: Sequence[Story]) -> None:
    """Add the stories of a day that has none."""
    for position, story in enumerate(stories):
        row = (day.isoformat(), clean(story.id), position)
        sql.execute("INSERT INTO stories (day, id, position) VALUES (?, ?, ?)", row)
        members = [
            (day.isoformat(), clean(story.id), number, place, article)
            for number, origin in enumerate(story.origins)
            for place, article in enumerate(origin.articles)
        ]
        sql.executemany(
            """INSERT INTO story_articles (day, story, origin, position, article)
            VALUES (?, ?, ?, ?, ?)""",
            members,
        )


def read_stories(sql: sqlite3.Connection, day: str) -> tuple[Story, ...]:
    """The stories of an ISO day in their order."""
    origins: dict[str, dict[int, list[str]]] = {}
    for row in sql.execute("SELECT id FROM stories WHERE day = ? ORDER BY position", (day,)):
        origins[row["id"]] = {}
    members = sql.execute(
        """SELECT story, origin, article FROM story_articles WHERE day = ?
        ORDER BY story, origin, position""",
        (day,),
    )
    for row in members:
        origins[row["story"]].setdefault(row["origin"], []).append(row["article"])
    return tuple(
        Story(id=id_, origins=tuple(Origin(articles=tuple(a)) for a in groups.values()))
        for id_, groups in origins.items()
    )


def write_digest(sql: sqlite3.Connection, digest: Digest) -> None:
    """Add the digest of a day that has none."""
    day = digest.day.isoformat()
    sql.execute("INSERT INTO digests (day, digest) VALUES (?, ?)", (day, pack(digest)))
    sql.executemany(
        "INSERT INTO digest_articles (day, article) VALUES (?, ?)",
        [(day, article) for article in sorted(cited_articles(digest))],
    )
