"""One attempt at a completion: limits, retries, counting, and what went wrong in plain words.

This is the only retry layer for transport faults; the openai client's own is off, and
instructor repeats only answers that do not fit the schema.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import openai
from openai.types.chat import ChatCompletion
from openai.types.chat.chat_completion import Choice
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from summarizer.errors import (
    AnswerCutOff,
    AnswerRefused,
    ModelError,
    ModelRejected,
    ModelUnreachable,
    PromptTooLong,
)
from summarizer.llm.spending import Budget, Price
from summarizer.models import Usage

_RETRIED_STATUS = frozenset({408, 409, 429})
_TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_UNSUPPORTED = frozenset({"unsupported_parameter", "unsupported_value"})
_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?```\s*\Z", re.DOTALL)


class Caller:
    """Sends completions to one endpoint within its limits.

    Args:
        client: openai client with its own retries off.
        where: the endpoint in words, for messages; never holds a key.
        secret: the key, blotted out of the endpoint's own messages.
        in_flight: calls at once; `calls_per_minute` 0 is no limit.
    """

    def __init__(
        self,
        client: openai.OpenAI,
        *,
        where: str,
        secret: str,
        price: Price,
        budget: Budget,
        in_flight: int,
        calls_per_minute: int = 0,
        max_retries: int = 4,
        max_wait_s: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._where = where
        self._secret = secret
        self._price = price
        self._budget = budget
        self._slots = threading.BoundedSemaphore(in_flight)
        self._limiter = _per_minute(calls_per_minute)
        self._max_retries = max_retries
        self._max_wait_s = max_wait_s
        self._sleep = sleep
        self._unsupported: set[str] = set()

    def complete(self, tally: list[Usage], parameters: dict[str, Any]) -> ChatCompletion:
        """Send one completion; every attempt's usage is appended to `tally`.

        Raises:
            ModelUnreachable, ModelRejected, PromptTooLong, AnswerRefused, AnswerCutOff,
            BudgetExceeded.
        """
        retrying = Retrying(
            retry=retry_if_exception(self._worth_retrying),
            stop=stop_after_attempt(self._max_retries + 1),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            completion = retrying(self._once, tally, parameters)
        except openai.OpenAIError as error:
            raise self._in_plain_words(error, len(tally)) from error
        return _checked(completion)

    def _once(self, tally: list[Usage], parameters: dict[str, Any]) -> ChatCompletion:
        self._budget.check()
        with self._slots:
            if self._limiter:
                self._limiter()
            usage = Usage(calls=1)
            try:
                completion = self._client.chat.completions.create(**self._supported(parameters))
                usage = self._usage(completion)
            except openai.BadRequestError as error:
                if not self._learn(error, parameters):
                    raise
                completion = None
            finally:
                self._budget.add(usage)
                tally.append(usage)
        if completion is None:
            return self._once(tally, parameters)
        if not isinstance(completion, ChatCompletion):
            raise ModelRejected(
                f"{self._where} does not speak the OpenAI API: check base_url "
                "(it usually ends in /v1)."
            )
        return completion

    def _usage(self, completion: object) -> Usage:
        counted = getattr(completion, "usage", None)
        if counted is None:
            return Usage(calls=1)
        details = getattr(counted, "prompt_tokens_details", None)
        cached = (getattr(details, "cached_tokens", 0) or 0) if details else 0
        return Usage(
            calls=1,
            input_tokens=counted.prompt_tokens,
            cached_input_tokens=cached,
            output_tokens=counted.completion_tokens,
            cost_usd=self._price(counted.prompt_tokens, cached, counted.completion_tokens),
        )

    def _supported(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Without what this endpoint has said it does not take."""
        kept = {k: v for k, v in parameters.items() if k not in self._unsupported}
        if "max_tokens" in self._unsupported and "max_tokens" in parameters:
            kept["max_completion_tokens"] = parameters["max_tokens"]
        return kept

    def _learn(self, error: openai.BadRequestError, parameters: dict[str, Any]) -> bool:
        """Note a parameter that the model does not take, once (reasoning models take no
        temperature, newer ones no max_tokens).
        """
        name = error.param or ""
        known = error.code in _UNSUPPORTED and name in {"temperature", "seed", "max_tokens"}
        if not known or name in self._unsupported or name not in parameters:
            return False
        self._unsupported.add(name)
        return True

    def _worth_retrying(self, error: BaseException) -> bool:
        if isinstance(error, openai.APIStatusError):
            if error.code == "insufficient_quota":
                return False
            if error.status_code not in _RETRIED_STATUS and error.status_code < 500:
                return False
            return (_retry_after(error) or 0.0) <= self._max_wait_s
        return isinstance(error, openai.APIConnectionError)

    def _wait(self, state: RetryCallState) -> float:
        backoff = wait_exponential_jitter(initial=0.5, max=self._max_wait_s, jitter=0.5)(state)
        error = state.outcome.exception() if state.outcome else None
        asked = _retry_after(error) if isinstance(error, openai.APIStatusError) else None
        return max(asked, min(backoff, 0.5)) if asked is not None else backoff

    def _in_plain_words(self, error: openai.OpenAIError, attempts: int) -> ModelError:
        tries = "once" if attempts == 1 else f"{attempts} times"
        if isinstance(error, openai.APIStatusError):
            return self._status_in_plain_words(error, tries)
        if isinstance(error, openai.APITimeoutError):
            return ModelUnreachable(
                f"{self._where} gave no answer in time (tried {tries}): "
                "try again later or raise read_timeout_s."
            )
        if isinstance(error, openai.APIConnectionError):
            return ModelUnreachable(
                f"{self._where} could not be reached (tried {tries}): "
                "check that it runs and that base_url is right."
            )
        return ModelRejected(f"{self._where} answered what cannot be read: {self._said(error)}")

    def _status_in_plain_words(self, error: openai.APIStatusError, tries: str) -> ModelError:
        status, said = error.status_code, self._said(error)
        body = error.body if isinstance(error.body, dict) else {}
        if {error.code, error.type, body.get("type")} & _TOO_LONG:
            return PromptTooLong(f"The text is too long for the model at {self._where}: {said}")
        if status in (401, 403):
            return ModelRejected(
                f"{self._where} refused the key ({status}: {said}): "
                "set OPENAI_API_KEY or SUMMARIZER_API_KEY."
            )
        if status == 404:
            return ModelRejected(
                f"{self._where} does not know this model or path (404: {said}): "
                "check model and base_url."
            )
        if error.code == "insufficient_quota":
            return ModelRejected(f"{self._where} says that the account has no quota left: {said}")
        wait = _retry_after(error)
        if wait is not None and wait > self._max_wait_s:
            return ModelUnreachable(
                f"{self._where} asks to wait {wait:.0f} s ({status}): "
                "run again then, or raise max_retry_wait_s."
            )
        if status in _RETRIED_STATUS or status >= 500:
            return ModelUnreachable(
                f"{self._where} answered {status} (tried {tries}): try again later. {said}"
            )
        return ModelRejected(f"{self._where} rejected the request ({status}): {said}")

    def _said(self, error: openai.OpenAIError) -> str:
        body = getattr(error, "body", None)
        text = body.get("message") if isinstance(body, dict) else None
        line = " ".join(str(text or error).split())[:300]
        return line.replace(self._secret, "***") if len(self._secret) > 3 else line


def _per_minute(calls: int) -> Callable[[], object] | None:
    if not calls:
        return None
    from pyrate_limiter import Duration, Limiter, Rate

    return Limiter(Rate(calls, Duration.MINUTE)).try_acquire


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds that the endpoint asks to wait (RFC 9110, 10.2.3), or None."""
    header = error.response.headers.get("retry-after")
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None


def _checked(completion: ChatCompletion) -> ChatCompletion:
    """The completion with clean content; refusals and cut-offs as what they are."""
    if not completion.choices:
        return _with_content(completion, None, "")
    choice = completion.choices[0]
    content = choice.message.content or ""
    if choice.message.refusal:
        raise AnswerRefused(
            f"The model refused: {' '.join(choice.message.refusal.split())[:300]}",
            last_answer=choice.message.refusal,
        )
    if choice.finish_reason == "content_filter":
        raise AnswerRefused(
            "The endpoint's content filter stopped the answer: "
            "use another model or leave this article out.",
            last_answer=content,
        )
    if choice.finish_reason == "length":
        raise AnswerCutOff(
            "The answer was cut off at the token limit: raise max_output_tokens.",
            last_answer=content,
        )
    return _with_content(completion, choice, _clean(content))


def _clean(content: str) -> str:
    """Without a think block before the JSON and a code fence around it."""
    content = _THINKING.sub("", content)
    fenced = _FENCE.match(content)
    return (fenced.group(1) if fenced else content).strip()


def _with_content(
    completion: ChatCompletion, choice: Choice | None, content: str
) -> ChatCompletion:
    if choice is not None:
        message = choice.message.model_copy(update={"content": content})
        changed = choice.model_copy(update={"message": message})
    else:
        changed = Choice.model_validate(
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content},
            }
        )
    return completion.model_copy(update={"choices": [changed]})
