"""A fake model and a fake clock, for this project's tests and for yours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from summarizer.models import Answer, AnswerT, Profile, Request, Usage

Script = Callable[[Request], Mapping[str, Any]]


class FakeModel:
    """Answers from a function or from a table by `Request.purpose`; keeps what it was asked.

    An answer is the JSON object the real model would give; it is validated as one. A script
    may raise any error of the ModelError tree.
    """

    def __init__(
        self,
        script: Script | Mapping[str, Mapping[str, Any]],
        *,
        name: str = "fake",
        profile: Profile | None = None,
        usage: Usage | None = None,
    ) -> None:
        self.name = name
        self.profile = profile or Profile()
        self.requests: list[Request] = []
        self._script: Script = script if callable(script) else lambda r: script[r.purpose]
        self._usage = usage or Usage(calls=1, input_tokens=100, output_tokens=10)
        self._lock = threading.Lock()

    def ask(self, request: Request, answer_type: type[AnswerT]) -> Answer[AnswerT]:
        """Validate the scripted answer as `answer_type`."""
        with self._lock:
            self.requests.append(request)
        return Answer(value=answer_type.model_validate(self._script(request)), usage=self._usage)


class FakeClock:
    """A clock that moves on by `step_s` seconds at each reading."""

    def __init__(self, start: datetime | None = None, step_s: float = 0.0) -> None:
        self._now = start or datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        self._step = timedelta(seconds=step_s)

    def __call__(self) -> datetime:
        """The present moment, in UTC."""
        now = self._now
        self._now += self._step
        return now
