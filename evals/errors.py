"""Errors that a user of the harness can meet.

SummarizerError
└── EvalsError            exit 2: the harness cannot start on what it was given
    ├── GoldError         a gold file or the split cannot be read
    ├── ResultsError      stored results cannot be read or compared
    └── RecordingError    a file of recorded answers cannot be read, or there is none
        └── RecordingMissing  offline, and the question has no recorded answer
"""

from __future__ import annotations

from summarizer.errors import SummarizerError


class EvalsError(SummarizerError):
    """The harness cannot start on what it was given."""

    exit_code = 2


class GoldError(EvalsError):
    """A gold file or the split cannot be read."""


class ResultsError(EvalsError):
    """Stored results cannot be read or compared."""


class RecordingError(EvalsError):
    """A file of recorded answers cannot be read, or there is none of the model."""


class RecordingMissing(RecordingError):
    """Offline, and the question has no recorded answer.

    It is no ModelError on purpose: the pipeline answers a ModelError with a gap in the brief,
    and a question that was never asked must not look like a model that failed.

    Attributes:
        case: id of the gold case.
        changed: parts of the key that differ from the nearest recording, or () without one.
    """

    def __init__(self, message: str, *, case: str, changed: tuple[str, ...]) -> None:
        super().__init__(message)
        self.case = case
        self.changed = changed
