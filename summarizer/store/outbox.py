"""Messages to post, each once.

    pending ──> sending ──> sent        the reply said so, or it was found in the channel
                   │ └────> failed      a definite no
                   └──────> ambiguous   the reply was lost, or the sender died

`sending` is on the disk before the post begins. What is ambiguous is never posted again by itself:
it becomes `sent` where it is found, and `pending` only by `retry_part`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import timedelta

from summarizer.errors import StoreError
from summarizer.store.codec import clean, from_row, stamp, to_row
from summarizer.store.database import Table, insert
from summarizer.store.records import LEASE, NewPart, OutboxPart, PartKey, PartState

_ALLOWED: dict[PartState, tuple[PartState, ...]] = {
    "pending": ("failed", "ambiguous"),
    "sending": ("pending",),
    "sent": ("sending", "ambiguous"),
    "failed": ("pending", "sending", "ambiguous"),
    "ambiguous": ("sending",),
}
_MOVE = """UPDATE outbox
    SET state = :to, ts = :ts, error = :error, changed_at = :now,
        attempts = attempts + (:to = 'sending')
    WHERE digest = :digest AND channel = :channel AND part = :part
      AND state IN (SELECT value FROM json_each(:allowed))
    RETURNING *"""


class Outbox(Table):
    """Parts by (digest, channel, part)."""

    def queue_parts(self, parts: Sequence[NewPart]) -> tuple[OutboxPart, ...]:
        """Add messages to post, all or none; one that is there already stays as it is.

        Returns:
            The parts as they now stand, in the given order.

        Raises:
            StoreError: the store cannot be written.
        """
        now = self._clock()
        with self._db.writing() as sql:
            for new in parts:
                part = OutboxPart(**dict(new), queued_at=now, changed_at=now)
                insert(sql, OutboxPart.table, part)
            return tuple(_part(sql, new) for new in parts)

    def start_sending(self, key: PartKey) -> bool:
        """Take the part for posting; False when it is not pending (any more), and then it must
        not be posted. Of several callers exactly one gets True.

        Raises:
            StoreError: there is no such part, or the store cannot be written.
        """
        with self._db.writing() as sql:
            if self._move(sql, key, "sending") is None:
                _part(sql, key)
                return False
        return True

    def mark_sent(self, key: PartKey, ts: str) -> OutboxPart:
        """The post arrived under `ts`: the reply said so, or an ambiguous one was found.

        Raises:
            StoreError: the part is neither sending nor ambiguous, or the store cannot be written.
        """
        if not ts:
            raise StoreError("A sent message has a ts: pass the one that Slack gave.")
        return self._moved(key, "sent", ts=ts)

    def mark_failed(self, key: PartKey, error: str) -> OutboxPart:
        """The post was refused for good, or somebody drops the part.

        Raises:
            StoreError: the part is sent, or failed already, or the store cannot be written.
        """
        return self._moved(key, "failed", error=error)

    def mark_ambiguous(self, key: PartKey, error: str) -> OutboxPart:
        """Nobody knows whether the post arrived.

        Raises:
            StoreError: the part is not sending, or the store cannot be written.
        """
        return self._moved(key, "ambiguous", error=error)

    def retry_part(self, key: PartKey) -> OutboxPart:
        """Make a failed or ambiguous part pending again: a person wants it, or it was looked for
        and is not in the channel.

        Raises:
            StoreError: the part is neither, or the store cannot be written.
        """
        return self._moved(key, "pending")

    def recover_sending(self, lease: timedelta = LEASE) -> tuple[OutboxPart, ...]:
        """Mark ambiguous what began to be sent longer ago than `lease`: its sender died.

        Raises:
            StoreError: the store cannot be written.
        """
        with self._db.writing() as sql:
            oldest = self._clock() - lease
            rows = sql.execute(
                """SELECT * FROM outbox WHERE state = 'sending' AND changed_at <= ?
                ORDER BY digest, channel, part""",
                (stamp(oldest),),
            ).fetchall()
            lost = "the sender stopped before the reply came"
            moved = [self._move(sql, from_row(PartKey, r), "ambiguous", error=lost) for r in rows]
        return tuple(part for part in moved if part)

    def outbox_parts(
        self, *, digest: str | None = None, state: PartState | None = None
    ) -> tuple[OutboxPart, ...]:
        """Parts (of one digest, in one state) in the order of digest, channel and part.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            rows = sql.execute(
                """SELECT * FROM outbox
                WHERE digest = coalesce(?, digest) AND state = coalesce(?, state)
                ORDER BY digest, channel, part""",
                (digest, state),
            ).fetchall()
        return tuple(from_row(OutboxPart, row) for row in rows)

    def _moved(self, key: PartKey, to: PartState, *, ts: str = "", error: str = "") -> OutboxPart:
        with self._db.writing() as sql:
            part = self._move(sql, key, to, ts=ts, error=error)
            if part is None:
                state = _part(sql, key).state
                raise StoreError(
                    f"Part {key.part} of {key.digest} for {key.channel} is {state} and cannot "
                    f"become {to}: `summarizer outbox list` shows what stands where."
                )
        return part

    def _move(
        self, sql: sqlite3.Connection, key: PartKey, to: PartState, *, ts: str = "", error: str = ""
    ) -> OutboxPart | None:
        row = to_row(PartKey(digest=key.digest, channel=key.channel, part=key.part)) | {
            "to": to,
            "ts": clean(ts),
            "error": clean(error),
            "now": stamp(self._clock()),
            "allowed": json.dumps(_ALLOWED[to]),
        }
        rows = sql.execute(_MOVE, row).fetchall()
        return from_row(OutboxPart, rows[0]) if rows else None


def _part(sql: sqlite3.Connection, key: PartKey) -> OutboxPart:
    row = sql.execute(
        "SELECT * FROM outbox WHERE digest = ? AND channel = ? AND part = ?",
        (clean(key.digest), clean(key.channel), key.part),
    ).fetchone()
    if row is None:
        raise StoreError(
            f"The outbox has no part {key.part} of {key.digest} for {key.channel}: queue it first."
        )
    return from_row(OutboxPart, row)
