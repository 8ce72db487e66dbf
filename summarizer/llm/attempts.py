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
from json import JSONDecodeError
from typing import Any, TypeGuard

import openai
from openai.types.chat import ChatCompletion, ChatCompletionMessage
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
from summarizer.llm.spending import Budget, Price, free
from summarizer.models import Usage

_RETRIED_STATUS = frozenset({408, 409, 429})
_TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error"})
# vLLM gives no code.
_TOO_LONG_IN_WORDS = "maximum context length"
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
        before = len(tally)
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
            raise self._in_plain_words(error, len(tally) - before) from error
        return _checked(completion)

    def _once(self, tally: list[Usage], parameters: dict[str, Any]) -> ChatCompletion:
        with self._slots:
            completion = self._send(tally, parameters)
        if not _is_completion(completion):
            raise ModelRejected(
                f"{self._where} does not speak the OpenAI API: check base_url "
                "(it usually ends in /v1)."
            )
        return completion

    def _send(self, tally: list[Usage], parameters: dict[str, Any]) -> object:
        """The endpoint's answer; again where it names a parameter that it does not take."""
        if self._limiter:
            self._limiter()
        # Checked last: whoever waited for a slot must see what the others used meanwhile.
        self._budget.check()
        sent = self._supported(parameters)
        try:
            return self._counted(tally, sent)
        except openai.BadRequestError as error:
            if not self._learn(error, sent):
                raise
        return self._send(tally, parameters)

    def _counted(self, tally: list[Usage], sent: dict[str, Any]) -> object:
        usage = Usage(calls=1)
        try:
            completion = self._client.chat.completions.create(**sent)
            usage = self._usage(completion)
        except (JSONDecodeError, UnicodeDecodeError):
            # A body that is no JSON though its header says so.
            completion = None
        finally:
            self._budget.add(usage)
            tally.append(usage)
        return completion

    def _usage(self, completion: object) -> Usage:
        if not isinstance(completion, ChatCompletion):
            return Usage(calls=1)
        counted = completion.usage
        prompt, answer = _count(counted, "prompt_tokens"), _count(counted, "completion_tokens")
        if prompt is None or answer is None:
            return Usage(calls=1, cost_usd=0.0 if self._price is free else None)
        details = getattr(counted, "prompt_tokens_details", None)
        cached = min(_count(details, "cached_tokens") or 0, prompt)
        return Usage(
            calls=1,
            input_tokens=prompt,
            cached_input_tokens=cached,
            output_tokens=answer,
            cost_usd=self._price(prompt, cached, answer),
        )

    def _supported(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Without what this endpoint has said it does not take."""
        kept = {k: v for k, v in parameters.items() if k not in self._unsupported}
        if "max_tokens" in self._unsupported and "max_tokens" in parameters:
            kept["max_completion_tokens"] = parameters["max_tokens"]
        return kept

    def _learn(self, error: openai.BadRequestError, sent: dict[str, Any]) -> bool:
        """Note a parameter that the model does not take (reasoning models take no temperature,
        newer ones no max_tokens); calls in flight together may learn the same one.
        """
        name = str(error.param)
        known = str(error.code) in _UNSUPPORTED and name in {"temperature", "seed", "max_tokens"}
        if not known or name not in sent:
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
        # After close() nobody waits for the answer any more.
        return isinstance(error, openai.APIConnectionError) and not self._client.is_closed()

    def _wait(self, state: RetryCallState) -> float:
        backoff = wait_exponential_jitter(multiplier=0.5, max=self._max_wait_s, jitter=0.5)(state)
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
        return ModelRejected(
            f"{self._where} answered what cannot be read{self._said(error)}: check base_url."
        )

    def _status_in_plain_words(self, error: openai.APIStatusError, tries: str) -> ModelError:
        status, said = error.status_code, self._said(error)
        body = error.body if isinstance(error.body, dict) else {}
        coded = {str(error.code), str(error.type), str(body.get("type"))} & _TOO_LONG
        if coded or (status == 400 and _TOO_LONG_IN_WORDS in said):
            return PromptTooLong(
                f"{self._where} finds the text too long ({status}{said}): "
                "use a model with a larger context."
            )
        if status in (401, 403):
            return ModelRejected(
                f"{self._where} refused the key ({status}{said}): "
                "set OPENAI_API_KEY or SUMMARIZER_API_KEY."
            )
        if status == 404:
            return ModelRejected(
                f"{self._where} does not know this model or path (404{said}): "
                "check model and base_url."
            )
        if error.code == "insufficient_quota":
            return ModelRejected(
                f"{self._where} says that the account has no quota left ({status}{said}): "
                "add credit or use another key."
            )
        wait = _retry_after(error)
        if wait is not None and wait > self._max_wait_s:
            return ModelUnreachable(
                f"{self._where} asks to wait {wait:.0f} s ({status}{said}): "
                "run again then, or raise max_retry_wait_s."
            )
        if status in _RETRIED_STATUS or status >= 500:
            return ModelUnreachable(
                f"{self._where} failed (tried {tries}, {status}{said}): try again later."
            )
        return ModelRejected(
            f"{self._where} rejected the request ({status}{said}): check model and settings."
        )

    def _said(self, error: openai.OpenAIError) -> str:
        """The endpoint's own words after a colon; nothing where it gave none or a web page."""
        body = getattr(error, "body", None)
        words = (body.get("message") or body.get("detail")) if isinstance(body, dict) else body
        line = str(words or "")
        # Before it is cut: half a key is no key to find.
        line = line.replace(self._secret, "***") if len(self._secret) > 3 else line
        line = _one_line(line)
        return f": {line}" if line and not line.startswith("<") else ""


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


def _is_completion(answer: object) -> TypeGuard[ChatCompletion]:
    """Whether it has the parts that are read here: openai builds its types unchecked."""
    choices = getattr(answer, "choices", None)
    return isinstance(choices, list) and all(
        isinstance(message := getattr(choice, "message", None), ChatCompletionMessage)
        and isinstance(message.content, str | None)
        and isinstance(message.refusal, str | None)
        for choice in choices
    )


def _count(counted: object, name: str) -> int | None:
    found = getattr(counted, name, None)
    return max(0, found) if isinstance(found, int) else None


def _one_line(text: str) -> str:
    """Others' words for use in a message: short, printable, without a full stop."""
    words = "".join(c if c.isprintable() else " " for c in text).split()
    return " ".join(words)[:300].rstrip(" .")


def _checked(completion: ChatCompletion) -> ChatCompletion:
    """The completion with clean content; refusals and cut-offs as what they are."""
    if not completion.choices:
        return _with_content(completion, None, "")
    choice = completion.choices[0]
    content = choice.message.content or ""
    if choice.message.refusal:
        raise AnswerRefused(
            f"The model refused ({_one_line(choice.message.refusal)}): "
            "use another model or leave this article out.",
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
