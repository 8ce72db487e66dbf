"""Articles by the hash of their text, each with one brief, and the places where they stood."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from summarizer.digest_models import Filed
from summarizer.errors import StoreError
from summarizer.models import Brief
from summarizer.store.codec import clean, from_row, stamp, unpack
from summarizer.store.database import Table, insert
from summarizer.store.records import Filing, StoredArticle

_BETWEEN = {
    "published": """SELECT * FROM filings WHERE published >= ? AND published < ?
        ORDER BY published, url, article""",
    "fetched": """SELECT * FROM filings WHERE fetched >= ? AND fetched < ?
        ORDER BY published, url, article""",
}


class Articles(Table):
    """Filed articles."""

    def file_article(self, filed: Filed, *, entry_url: str = "") -> Filed:
        """Store an article with its brief and mark its entry briefed, in one transaction.

        The same text at another URL is filed beside the first and shares the first brief; the
        same text at the same URL is filed once. `entry_url` is the entry's own URL where a
        redirect led to `filed.url`.

        Returns:
            The article as it now stands in the store, with the brief that counts.

        Raises:
            StoreError: `filed.id` is not the hash of its text, or the store cannot be written.
        """
        article = StoredArticle(id=filed.id, filed_at=self._clock(), brief=filed.brief)
        refuse_wrong_id(article)
        with self._db.writing() as sql:
            insert(sql, StoredArticle.table, article)
            insert(sql, Filing.table, Filing.of(filed))
            sql.execute(
                "UPDATE entries SET state = 'briefed', reason = '', article = ? WHERE url = ?",
                (filed.id, clean(entry_url or filed.url)),
            )
            key = (filed.id, clean(filed.url))
            rows = sql.execute("SELECT * FROM filings WHERE article = ? AND url = ?", key)
            return _with_briefs(sql, rows)[0]

    def brief_of(self, article: str) -> Brief | None:
        """The brief of the text whose SHA-256 is `article`, None if there is none: look here
        before a model is asked, another outlet may have printed the very text.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            row = sql.execute("SELECT brief FROM articles WHERE id = ?", (article,)).fetchone()
        return unpack(Brief, row["brief"]) if row else None

    def filed_between(
        self, start: datetime, end: datetime, *, by: Literal["fetched", "published"] = "fetched"
    ) -> tuple[Filed, ...]:
        """Filings from `start` on and before `end`, in the order of publication.

        By the time of fetching each stands in exactly one of a row of such spans, also one that
        was published the day before and found today. A text at several URLs comes once for each,
        with the same id and brief.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            return _with_briefs(sql, sql.execute(_BETWEEN[by], (stamp(start), stamp(end))))

    def filings_of(self, articles: Iterable[str]) -> tuple[Filed, ...]:
        """All filings of the articles with these ids, in the order of publication; an id that is
        not stored gives none.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            rows = sql.execute(
                """SELECT * FROM filings WHERE article IN (SELECT value FROM json_each(?))
                ORDER BY published, url, article""",
                (json.dumps(list(articles)),),
            )
            return _with_briefs(sql, rows)


def refuse_wrong_id(article: StoredArticle) -> None:
    """Raise StoreError where the id is not the hash of the text."""
    if article.id != article.brief.article.sha256:
        raise StoreError(
            f"The article {article.brief.article.url or article.id} has an id that is not the "
            "SHA-256 of its text: file it under `article.sha256`."
        )


def _with_briefs(sql: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> tuple[Filed, ...]:
    briefs: dict[str, Brief] = {}
    filed = []
    for filing in [from_row(Filing, row) for row in rows]:
        if filing.article not in briefs:
            key = (filing.article,)
            row = sql.execute("SELECT brief FROM articles WHERE id = ?", key).fetchone()
            briefs[filing.article] = unpack(Brief, row["brief"])
        filed.append(filing.with_brief(briefs[filing.article]))
    return tuple(filed)
