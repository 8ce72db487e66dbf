"""What readers send: events taken up once, and their word on a brief."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from summarizer.store.codec import clean, from_row
from summarizer.store.database import Table, insert
from summarizer.store.records import EventClaim, Feedback


class Readers(Table):
    """Events of Slack and feedback."""

    def claim_event(self, event_id: str, *, channel: str = "", ts: str = "") -> bool:
        """Take up an event, and the message (`channel`, `ts`) that it is about; True when neither
        was taken up before, also not by another process or before a restart.

        One message may come as two events, and one event several times.

        Raises:
            StoreError: the store cannot be written.
        """
        now = self._clock()
        claims = [EventClaim(kind="event", key=event_id, claimed_at=now)]
        if ts:
            key = json.dumps([channel, ts])
            claims.append(EventClaim(kind="message", key=key, claimed_at=now))
        with self._db.writing() as sql:
            return sum(insert(sql, EventClaim.table, claim) for claim in claims) == len(claims)

    def add_feedback(
        self,
        article: str,
        kind: Literal["wrong", "missing"],
        *,
        part: str = "",
        text: str = "",
        reader: str = "",
    ) -> Feedback:
        """Keep a reader's word on the brief of `article`; the same word twice is kept once.

        Raises:
            StoreError: the article is not filed, or the store cannot be written.
        """
        said = [clean(word) for word in (article, kind, part, text, reader)]
        id_ = hashlib.sha256(json.dumps(said).encode()).hexdigest()
        given = Feedback(
            id=id_,
            article=article,
            kind=kind,
            part=part,
            text=text,
            reader=reader,
            given_at=self._clock(),
        )
        with self._db.writing() as sql:
            insert(sql, Feedback.table, given)
            row = sql.execute("SELECT * FROM feedback WHERE id = ?", (id_,)).fetchone()
        return from_row(Feedback, row)

    def feedback(self) -> tuple[Feedback, ...]:
        """All feedback, the oldest first.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            rows = sql.execute("SELECT * FROM feedback ORDER BY given_at, id").fetchall()
        return tuple(from_row(Feedback, row) for row in rows)
