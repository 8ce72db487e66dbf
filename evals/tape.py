"""Recorded answers of one model: a file of JSON lines, the first of which says whose they are.

Questions are kept as hashes, a part at a time, so that a question without a recording can say
which part of it changed. A file is always written whole, in one order, and moved into place.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from evals.errors import RecordingError
from summarizer.models import Frozen, Message, Request, Usage

HASH_DIGITS = 16


class Sampling(Frozen):
    """Settings that shape an answer and that a Request does not carry.

    `provider` is the endpoint's base URL, "embedded", or empty for the client's own default.
    """

    provider: str = ""
    temperature: float = 0.0
    seed: int = 7
    answer_mode: str = "json_schema"


class Key(Frozen):
    """What an answer depends on, each part as the first 16 hex digits of its SHA-256.

    `system` is the system messages, `article` all other messages, `repeat` counts equal
    questions about one article from 0.
    """

    model: str
    system: str
    article: str
    answer_schema: str
    choices: str
    parameters: str
    repeat: int = 0


class Unusable(Frozen):
    """An answer that the pipeline cannot use and works around: it belongs to the model as a good
    one does, and a replay must take the same way. Refusals and faults of the endpoint are none.
    """

    kind: Literal["AnswerCutOff", "AnswerInvalid", "PromptTooLong"]
    message: str


class Record(Frozen):
    """One answer with what it cost when it was given; `seconds` is wall-clock. Either `value`
    or `unusable` is there.
    """

    case: str
    purpose: Literal["article", "cast", "items", "overview"]
    key: Key
    value: dict[str, Any] | None
    unusable: Unusable | None = None
    usage: Usage
    seconds: float


class Header(Frozen):
    """Whose answers they are: `name` is the model's as briefs have it."""

    version: Literal[1] = 1
    name: str


RowT = TypeVar("RowT", Header, Record)


def key_of(name: str, request: Request, answer_type: type[BaseModel], sampling: Sampling) -> Key:
    """The key of a question, for its first repeat."""
    system = [m for m in request.messages if m.role == "system"]
    others = [m for m in request.messages if m.role != "system"]
    shaped = sampling.model_dump(mode="json", exclude={"provider"})
    return Key(
        model=_hash([sampling.provider, name]),
        system=_hash(_dumped(system)),
        article=_hash(_dumped(others)),
        answer_schema=_hash(answer_type.model_json_schema()),
        choices=_hash(request.choices.model_dump(mode="json")),
        parameters=_hash([request.max_output_tokens, shaped]),
    )


class Tape:
    """The recordings of one model in memory, and their file. Not safe across threads."""

    def __init__(self, path: Path, header: Header, records: Iterable[Record] = ()) -> None:
        self.path = path
        self.header = header
        self._records = {(record.case, record.key): record for record in records}

    @property
    def records(self) -> Sequence[Record]:
        """All records, in the file's order."""
        return sorted(self._records.values(), key=_order)

    def get(self, case: str, key: Key) -> Record | None:
        """The answer recorded for this question about this article."""
        return self._records.get((case, key))

    def put(self, record: Record) -> None:
        """Add a record, or replace the one of the same question."""
        self._records[record.case, record.key] = record

    def keep(self, kept: Iterable[Record]) -> int:
        """Drop all other records; the number of those dropped."""
        before = len(self._records)
        self._records = {(record.case, record.key): record for record in kept}
        return before - len(self._records)

    def save(self) -> None:
        """Write the file whole and move it into place; RecordingError where that fails."""
        lines = [_line(self.header), *map(_line, self.records)]
        try:
            _replace(self.path, "".join(f"{line}\n" for line in lines))
        except OSError as error:
            raise RecordingError(f"{self.path}: cannot be written ({error.strerror}).") from error


def tape_path(folder: Path, name: str) -> Path:
    """Where the answers of the model of this name are kept."""
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")
    # Two names may give one slug ("a/b" and "a:b"); the digits keep them apart.
    return folder / f"{slug[:60]}-{_hash(name)[:6]}.jsonl"


def load_tape(path: Path) -> Tape:
    """Read a file of recordings; RecordingError names the line that cannot be read."""
    try:
        # Not splitlines: an answer may hold other characters that end a line.
        lines = path.read_text("utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(f"{path}: cannot be read ({error}).") from error
    header = _parse(Header, path, 1, lines[0])
    records = [_parse(Record, path, n, line) for n, line in enumerate(lines[1:], start=2)]
    return Tape(path, header, records)


def _parse(row: type[RowT], path: Path, number: int, line: str) -> RowT:
    try:
        return row.model_validate_json(line)
    except ValidationError as error:
        raise RecordingError(
            f"{path}:{number}: is no recording; restore the file or delete it."
        ) from error


def load_tapes(folder: Path) -> tuple[Tape, ...]:
    """All recordings of a folder in the order of the files; RecordingError as `load_tape`."""
    return tuple(load_tape(path) for path in sorted(folder.glob("*.jsonl")))


def _dumped(messages: Sequence[Message]) -> list[Any]:
    return [message.model_dump(mode="json") for message in messages]


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:HASH_DIGITS]


def _order(record: Record) -> tuple[str, str, tuple[str, ...]]:
    return record.case, record.purpose, tuple(str(v) for _, v in record.key)


def _line(row: Header | Record) -> str:
    return json.dumps(
        row.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        part.chmod(0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
