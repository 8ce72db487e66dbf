"""A model that answers from recordings, and asks the real one only for what is not recorded."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from evals.errors import RecordingMissing
from evals.tape import (
    Header,
    Key,
    Record,
    Sampling,
    Tape,
    Unusable,
    key_of,
    load_tape,
    tape_path,
)
from summarizer.errors import (
    AnswerCutOff,
    AnswerInvalid,
    ModelError,
    PromptTooLong,
    SummarizerError,
)
from summarizer.models import Answer, AnswerT, Model, Profile, Request, Usage

_PARTS = {
    "model": "the model or its provider",
    "system": "the system prompt",
    "article": "the part of the prompt with the article",
    "answer_schema": "the schema of the answer",
    "choices": "the sentences or names to choose from",
    "parameters": "the parameters (output limit, temperature, seed, answer mode)",
    "repeat": "the number of times it is asked",
}
_ERRORS: dict[str, type[ModelError]] = {
    "AnswerCutOff": AnswerCutOff,
    "AnswerInvalid": AnswerInvalid,
    "PromptTooLong": PromptTooLong,
}
_ADVICE = "run the evals without --offline to ask the model"


class RecordedModel:
    """Replays answers from `folder`; without one it asks `inner` and records, or, when
    `offline` or without `inner`, raises RecordingMissing. An answer that the pipeline works around
    (cut off, invalid, prompt too long) is recorded as such; any other error of `inner` never is.

    Safe to call from several threads. An answer is written to its file as soon as it is there,
    so that an interrupted run keeps what it has paid for. `of(case)` gives the view for one
    article, which knows what was used and what was missing.
    """

    def __init__(
        self,
        inner: Model | None,
        name: str,
        profile: Profile,
        folder: Path,
        offline: bool,
        *,
        sampling: Sampling | None = None,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.name = name
        self.profile = profile
        self.sampling = sampling or Sampling()
        self._inner = None if offline else inner
        self._timer = timer
        self._lock = threading.Lock()
        self._tape = _open(folder, name)

    def of(self, case: str) -> CaseModel:
        """The model for one article."""
        return CaseModel(self, case)

    def ask(self, request: Request, answer_type: type[AnswerT]) -> Answer[AnswerT]:
        """Answer a question that belongs to no gold case."""
        return self.of("").ask(request, answer_type)

    def key(self, request: Request, answer_type: type[AnswerT]) -> Key:
        """The key of a question to this model, for its first repeat."""
        return key_of(self.name, request, answer_type, self.sampling)

    def recorded(self, case: str, key: Key) -> Record | None:
        """The recorded answer, if there is one."""
        with self._lock:
            return self._tape.get(case, key)

    def record(self, case: str, key: Key, request: Request, answer_type: type[AnswerT]) -> Record:
        """Ask the real model and keep its answer.

        Raises:
            SummarizerError: what the real model raises, of which nothing is kept.
            RecordingMissing: there is no model to ask.
            RecordingError: the answer cannot be written.
        """
        if self._inner is None:
            raise self._missing(case, request, key)
        start = self._timer()
        value, unusable = None, None
        try:
            answer = self._inner.ask(request, answer_type)
            value, usage = answer.value.model_dump(mode="json"), answer.usage
        except (AnswerCutOff, AnswerInvalid, PromptTooLong) as error:
            kind = type(error).__name__
            unusable = Unusable.model_validate({"kind": kind, "message": str(error)})
            usage = error.usage or Usage()
        record = Record(
            case=case,
            purpose=request.purpose,
            key=key,
            value=value,
            unusable=unusable,
            usage=usage,
            seconds=round(self._timer() - start, 3),
        )
        with self._lock:
            self._tape.put(record)
            self._tape.save()
        return record

    def prune(self, used: Sequence[Record], keep_cases: Sequence[str] = ()) -> int:
        """Drop records that are not `used` and of no case in `keep_cases`; how many went."""
        with self._lock:
            kept = [r for r in self._tape.records if r.case in keep_cases]
            gone = self._tape.keep([*used, *kept])
            if gone:
                self._tape.save()
        return gone

    def _missing(self, case: str, request: Request, key: Key) -> RecordingMissing:
        with self._lock:
            about = [r for r in self._tape.records if r.case == case]
        keys = [r.key for r in about if r.purpose == request.purpose]
        changed = _changed_parts(key, keys)
        return RecordingMissing(
            f'There is no usable recorded answer to the "{request.purpose}" question, because '
            f"{_reason(changed, keys, about)}; {_ADVICE}.",
            case=case,
            changed=changed,
        )


class CaseModel:
    """`RecordedModel` for one article: what was used, and what was missing."""

    def __init__(self, recorded: RecordedModel, case: str) -> None:
        self.name = recorded.name
        self.profile = recorded.profile
        self._recorded = recorded
        self._case = case
        self._lock = threading.Lock()
        self._repeats: Counter[Key] = Counter()
        self._used: list[Record] = []
        self._misses: list[RecordingMissing] = []

    @property
    def used(self) -> tuple[Record, ...]:
        """Records that answered, in no certain order."""
        with self._lock:
            return tuple(self._used)

    @property
    def misses(self) -> tuple[RecordingMissing, ...]:
        """Questions without a recording, also where the caller swallowed the error."""
        with self._lock:
            return tuple(self._misses)

    def ask(self, request: Request, answer_type: type[AnswerT]) -> Answer[AnswerT]:
        """Replay or ask; raises the real model's errors, and RecordingMissing."""
        key = self._next(self._recorded.key(request, answer_type))
        record = self._recorded.recorded(self._case, key)
        if record is None or not _fits(record, answer_type):
            record = self._ask(key, request, answer_type)
        with self._lock:
            self._used.append(record)
        if record.unusable:
            raise _ERRORS[record.unusable.kind](record.unusable.message, usage=record.usage)
        return Answer(value=answer_type.model_validate(record.value), usage=record.usage)

    def _ask(self, key: Key, request: Request, answer_type: type[AnswerT]) -> Record:
        try:
            return self._recorded.record(self._case, key, request, answer_type)
        except SummarizerError as error:
            with self._lock:
                # A failed question leaves its number to the next equal one, as it leaves no record.
                self._repeats[key.model_copy(update={"repeat": 0})] -= 1
                if isinstance(error, RecordingMissing):
                    self._misses.append(error)
            raise

    def _next(self, key: Key) -> Key:
        """The key with the number of equal questions before it."""
        with self._lock:
            self._repeats[key] += 1
            return key.model_copy(update={"repeat": self._repeats[key] - 1})


def _open(folder: Path, name: str) -> Tape:
    """The model's recordings, or empty ones."""
    path = tape_path(folder, name)
    return load_tape(path) if path.exists() else Tape(path, Header(name=name))


def _fits(record: Record, answer_type: type[BaseModel]) -> bool:
    """Whether today's validators still take the answer: they check more than the schema says."""
    if record.unusable:
        return True
    try:
        answer_type.model_validate(record.value)
    except ValidationError:
        return False
    return True


def _reason(changed: Sequence[str], recorded: Sequence[Key], about: Sequence[Record]) -> str:
    if changed:
        return f"{' and '.join(_PARTS[part] for part in changed)} changed since it was recorded"
    if recorded:
        return "it no longer fits its type"
    if about:
        return "the model gave none when this article was recorded"
    return "nothing is recorded for this article"


def _changed_parts(key: Key, recorded: Sequence[Key]) -> tuple[str, ...]:
    """Parts that differ from the recorded key with the fewest; () without one."""
    changes = [tuple(p for p in _PARTS if getattr(key, p) != getattr(old, p)) for old in recorded]
    return min(changes, key=len, default=())
