"""Whether the store is whole: the file, the links between tables, and every quote."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from summarizer.digest_models import Citation, Digest
from summarizer.errors import StoreError
from summarizer.models import Frozen, Quote
from summarizer.store.cited import cited_articles, parts_of
from summarizer.store.codec import from_row, unpack
from summarizer.store.database import Table
from summarizer.store.records import (
    Entry,
    EventClaim,
    Feedback,
    Filing,
    OutboxPart,
    Problem,
    Run,
    StoredArticle,
)

_ROWS: tuple[tuple[type[Frozen], str], ...] = (
    (Filing, "SELECT *, url AS name FROM filings"),
    (Entry, "SELECT *, url AS name FROM entries"),
    (Run, "SELECT *, id AS name FROM runs"),
    (OutboxPart, "SELECT *, digest || ' ' || channel || ' ' || part AS name FROM outbox"),
    (EventClaim, "SELECT *, kind || ' ' || key AS name FROM claims"),
    (Feedback, "SELECT *, id AS name FROM feedback"),
)


class Check(Table):
    """The store examined."""

    def check(self) -> tuple[Problem, ...]:
        """Everything that does not hold; nothing found is the promise that the file is sound, each
        record is of its type, each article has the text that its id says, and each quote of a
        brief or digest stands in its article.

        Reads one state of the store while others go on writing.

        Raises:
            StoreError: the file cannot be opened.
        """
        problems: list[Problem] = []
        try:
            with self._db.snapshot() as sql:
                for part in (_file, _links, _articles, _rows, _digests):
                    problems.extend(part(sql))
        except StoreError as error:
            problems.append(Problem(where="file", detail=str(error)))
        return tuple(problems)


def _file(sql: sqlite3.Connection) -> Iterator[Problem]:
    for (found,) in sql.execute("PRAGMA integrity_check").fetchall():
        if found != "ok":
            yield Problem(where="file", detail=f"SQLite finds it damaged: {found}.")


def _links(sql: sqlite3.Connection) -> Iterator[Problem]:
    for row in sql.execute("PRAGMA foreign_key_check").fetchall():
        detail = f"A record names one of {row['parent']} that is not there."
        yield Problem(where=row["table"], detail=detail)
    orphans = """SELECT id FROM articles
        WHERE NOT EXISTS (SELECT 1 FROM filings WHERE article = articles.id)"""
    for row in sql.execute(orphans).fetchall():
        yield Problem(where=f"article {row['id']}", detail="It is filed under no URL.")


def _articles(sql: sqlite3.Connection) -> Iterator[Problem]:
    for row in sql.execute("SELECT * FROM articles ORDER BY id"):
        try:
            yield from _brief(from_row(StoredArticle, row))
        except StoreError as error:
            yield Problem(where=f"article {row['id']}", detail=str(error))


def _brief(stored: StoredArticle) -> Iterator[Problem]:
    where, article = f"article {stored.id}", stored.brief.article
    if not stored.id == article.sha256 == stored.brief.provenance.article_sha256:
        yield Problem(where=where, detail="Its text is not the one that its id says.")
    for quote in parts_of(stored.brief, Quote):
        if not _stands(quote, article.text):
            yield Problem(where=where, detail=_broken(quote))


def _rows(sql: sqlite3.Connection) -> Iterator[Problem]:
    for kind, query in _ROWS:
        for row in sql.execute(query):
            try:
                from_row(kind, row)
            except StoreError as error:
                yield Problem(where=f"{kind.__name__} {row['name']}", detail=str(error))


def _digests(sql: sqlite3.Connection) -> Iterator[Problem]:
    for row in sql.execute("SELECT * FROM digests ORDER BY day"):
        where = f"digest {row['day']}"
        try:
            digest = unpack(Digest, row["digest"])
        except StoreError as error:
            yield Problem(where=where, detail=str(error))
            continue
        query = "SELECT article FROM digest_articles WHERE day = ?"
        listed = {r["article"] for r in sql.execute(query, (row["day"],))}
        if digest.day.isoformat() != row["day"] or listed != cited_articles(digest):
            yield Problem(where=where, detail="It is not the one that was saved for its day.")
        yield from _citations(digest, where, _texts(sql, listed))


def _texts(sql: sqlite3.Connection, articles: set[str]) -> dict[str, str]:
    texts = {}
    for article in articles:
        row = sql.execute("SELECT * FROM articles WHERE id = ?", (article,)).fetchone()
        try:
            texts[article] = from_row(StoredArticle, row).brief.article.text if row else ""
        except StoreError:  # reported with the articles
            continue
    return texts


def _citations(digest: Digest, where: str, texts: dict[str, str]) -> Iterator[Problem]:
    for held in digest.articles:
        if held.text != texts.get(held.id, held.text):
            detail = f"Its copy of article {held.id} is not the stored text."
            yield Problem(where=where, detail=detail)
    for citation in parts_of(digest, Citation):
        text = texts.get(citation.article)
        if text is not None and not _stands(citation.quote, text):
            yield Problem(where=where, detail=_broken(citation.quote))


def _stands(quote: Quote, text: str) -> bool:
    return bool(quote.text) and text[quote.start : quote.end] == quote.text


def _broken(quote: Quote) -> str:
    return (
        f"A quote of sentence {quote.sentence} does not stand at characters {quote.start} to "
        f"{quote.end} of its article."
    )
