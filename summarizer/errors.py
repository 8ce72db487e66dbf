"""Every error a user can meet, in one tree.

    SummarizerError            one plain sentence that says what to do next
    ├── InputError             exit 1: the source cannot be read as an article
    │   └── VerificationError  exit 1: a stored brief does not hold against its article
    ├── StoreError             exit 1: the store, an SQLite file, cannot be used as asked
    │   └── RunInProgress      exit 1: another daily run is going on
    ├── SettingsError          exit 2: a setting or flag is wrong
    ├── ModelError             exit 3: no usable answer came from the model
    │   ├── ModelUnreachable   connection, time-out, rate limit or server fault, after all retries
    │   ├── ModelRejected      the endpoint said no: key, model name, request
    │   │   └── PromptTooLong  the prompt does not fit the model's context
    │   ├── AnswerInvalid      the answer did not fit the schema, after all re-asks
    │   ├── AnswerCutOff       the answer stopped at the token limit
    │   ├── AnswerRefused      a refusal or a content filter
    │   └── EmbeddedModelError the embedded model could not be fetched or started
    └── BudgetExceeded         exit 4: the run's limit of tokens or money is used up

An error carries its evidence as attributes, and its text never holds a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.models import Usage


class SummarizerError(Exception):
    """Base of all expected errors; `exit_code` is what the command line returns."""

    exit_code = 1


class InputError(SummarizerError):
    """The source could not be read as an article.

    Attributes:
        source: the path, URL or "-" as the user gave it.
    """

    exit_code = 1

    def __init__(self, message: str, *, source: str = "") -> None:
        super().__init__(message)
        self.source = source


class VerificationError(InputError):
    """A stored brief does not hold against the text of its article."""


class StoreError(SummarizerError):
    """The store cannot be opened, read or written as asked; what it held is as it was."""

    exit_code = 1


class RunInProgress(StoreError):
    """Another daily run holds the store and is alive."""


class SettingsError(SummarizerError):
    """A setting, environment variable or flag is unknown or out of range."""

    exit_code = 2


class ModelError(SummarizerError):
    """No usable answer came from the model.

    Attributes:
        usage: what was spent on the failed call, if the endpoint said so.
        last_answer: the last text the model gave, cut to 2,000 characters, or "".
    """

    exit_code = 3

    def __init__(self, message: str, *, usage: Usage | None = None, last_answer: str = "") -> None:
        super().__init__(message)
        self.usage = usage
        self.last_answer = last_answer[:2000]


class ModelUnreachable(ModelError):
    """Connection fault, time-out, rate limit or server fault that outlasted every retry."""


class ModelRejected(ModelError):
    """The endpoint refused the request itself (401, 403, 404, 400, ...)."""


class PromptTooLong(ModelRejected):
    """The prompt does not fit into the model's context."""


class AnswerInvalid(ModelError):
    """The answer did not fit the schema, also after the re-asks."""


class AnswerCutOff(ModelError):
    """The answer stopped at the token limit, also with the highest limit allowed."""


class AnswerRefused(ModelError):
    """The model refused, or a content filter stopped the answer."""


class EmbeddedModelError(ModelError):
    """The embedded model could not be found, fetched, verified or started."""


class BudgetExceeded(SummarizerError):
    """The run's limit of tokens or money is used up; finished work is kept."""

    exit_code = 4
