"""One daily run at a time; one that died is taken over.

A run holds the store from `claim_run` to `finish_run`. It is dead when its process is gone (which
is seen at once on the same machine) or when it gave no sign of life for the length of the lease.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import psutil

from summarizer.errors import RunInProgress, StoreError
from summarizer.store.codec import from_row, stamp
from summarizer.store.database import Table, insert
from summarizer.store.records import LEASE, Run

_RUNNING = "SELECT * FROM runs WHERE state = 'running'"
_CLOCK_SLACK_S = 5.0  # a process's start is told relative to a boot time that may be corrected


class Runs(Table):
    """Who is making the day's digest."""

    def claim_run(self, day: date, *, lease: timedelta = LEASE) -> Run:
        """Begin the run for `day`; a run that died is marked so and taken over.

        Raises:
            RunInProgress: another run is alive.
            StoreError: the store cannot be written.
        """
        with self._db.writing() as sql:
            now = self._clock()
            row = sql.execute(_RUNNING).fetchone()
            if row:
                self._bury(sql, from_row(Run, row), now, lease)
            run = _new_run(day, now)
            insert(sql, Run.table, run)
        return run

    def heartbeat(self, run: Run) -> Run:
        """Say that `run` is alive; call it well within the lease, from any thread.

        Raises:
            StoreError: the run has ended or was taken over, or the store cannot be written.
        """
        with self._db.writing() as sql:
            return _change(
                sql,
                run,
                "UPDATE runs SET heartbeat = ? WHERE id = ? AND state = 'running' RETURNING *",
                (stamp(self._clock()), run.id),
            )

    def finish_run(self, run: Run, state: Literal["finished", "failed"] = "finished") -> Run:
        """End `run`, so that the next may begin at once.

        Raises:
            StoreError: the run has ended or was taken over, or the store cannot be written.
        """
        with self._db.writing() as sql:
            now = stamp(self._clock())
            return _change(
                sql,
                run,
                """UPDATE runs SET heartbeat = ?, finished = ?, state = ?
                WHERE id = ? AND state = 'running' RETURNING *""",
                (now, now, state, run.id),
            )

    def latest_run(self, day: date | None = None) -> Run | None:
        """The run that began last (for `day`, if given), None if there is none.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._db.reading() as sql:
            row = sql.execute(
                """SELECT * FROM runs WHERE day = coalesce(?, day)
                ORDER BY started DESC, rowid DESC LIMIT 1""",
                (day.isoformat() if day else None,),
            ).fetchone()
        return from_row(Run, row) if row else None

    def _bury(self, sql: sqlite3.Connection, run: Run, now: datetime, lease: timedelta) -> None:
        if not _process_is_gone(run) and now - run.heartbeat < lease:
            raise RunInProgress(
                f"A daily run (process {run.pid}, begun {run.started:%Y-%m-%d %H:%M} UTC) is "
                f"going on in {self._db.path}: wait until it ends."
            )
        sql.execute("UPDATE runs SET state = 'died', finished = heartbeat WHERE id = ?", (run.id,))


def _new_run(day: date, now: datetime) -> Run:
    return Run(
        id=uuid.uuid4().hex,
        day=day,
        machine=_machine(),
        pid=os.getpid(),
        process_started=psutil.Process().create_time(),
        started=now,
        heartbeat=now,
    )


def _change(sql: sqlite3.Connection, run: Run, statement: str, row: tuple[str, ...]) -> Run:
    changed = sql.execute(statement, row).fetchone()
    if changed is None:
        raise StoreError(
            f"The daily run for {run.day} has ended or was taken over by another: stop it, what "
            "it filed is kept."
        )
    return from_row(Run, changed)


def _process_is_gone(run: Run) -> bool:
    if run.machine != _machine():
        return False
    try:
        started = psutil.Process(run.pid).create_time()
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
    return bool(abs(started - run.process_started) > _CLOCK_SLACK_S)


def _machine() -> str:
    """Names the machine; on Linux with the name space in which process numbers count, which
    containers have of their own.
    """
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{socket.gethostname()} {space}".strip()
