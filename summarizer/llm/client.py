"""A model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from summarizer.errors import (
    AnswerCutOff,
    AnswerInvalid,
    ModelError,
    SettingsError,
    SummarizerError,
)
from summarizer.llm.answers import AnswerCache, question_key
from summarizer.llm.spending import Budget, Price, free, listed_price
from summarizer.llm.wire import constrained_schema, strict_schema
from summarizer.models import Answer, AnswerT, Frozen, Profile, Request, Usage
from summarizer.settings import Settings

if TYPE_CHECKING:
    import openai
    from instructor.core.exceptions import InstructorRetryException
    from openai.types.chat import ChatCompletion

    from summarizer.llm.attempts import Caller

# How much further than the first limit an answer may run before the passage is made smaller.
_ROOMS = (1, 2, 4)


class Endpoint(Frozen):
    """What identifies a model and how it is spoken to.

    `identity` stands for the model in the cache of answers: the base URL for a hosted one, the
    weights' digest for an embedded one, whose port changes at every start. `where` names the
    endpoint in messages. `direct` leaves the environment's proxies aside.
    """

    model: str
    identity: str
    where: str
    profile: Profile
    priced_at: str | None
    direct: bool = False


class Connection(Frozen):
    """Where the endpoint is reached; an empty base_url is OpenAI's own."""

    base_url: str
    api_key: SecretStr


class EndpointModel:
    """Answers questions through an endpoint; safe to call from several threads.

    `connect` is called before the first question that the cache cannot answer. So an embedded
    model is started, and the second that the import of openai and instructor takes is spent,
    only where there is something to ask.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        connect: Callable[[], Connection],
        settings: Settings,
        *,
        budget: Budget | None = None,
        cache: AnswerCache | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._connect = connect
        self._settings = settings
        self._budget = budget or Budget(settings.budget_tokens, settings.budget_usd)
        self._cache = cache
        self._starting = threading.Lock()
        self._opened: _Opened | None = None

    @property
    def name(self) -> str:
        """The model as briefs name it."""
        return self._endpoint.model

    @property
    def profile(self) -> Profile:
        """How to talk to it."""
        return self._endpoint.profile

    @property
    def used(self) -> Usage:
        """All that was used since this object was made."""
        return self._budget.used

    def close(self) -> None:
        """Close the connections, if any were opened; calls in flight fail."""
        if self._opened:
            self._opened.client.close()

    def ask(self, request: Request, answer_type: type[AnswerT]) -> Answer[AnswerT]:
        """The validated answer, from the cache where it has it.

        Raises:
            ModelError: see the tree in errors.py. `usage` holds what was spent in vain.
            BudgetExceeded: the run's limit was reached before a call.
        """
        schema = self._schema(request, answer_type)
        key = self._key(request, schema)
        if self._cache and (known := self._cache.get(key, answer_type)) is not None:
            usage = Usage(cached_answers=1)
            self._budget.add(usage)
            return Answer(value=known, usage=usage)
        tally: list[Usage] = []
        try:
            value = self._ask_with_more_room(request, answer_type, schema, tally)
        except ModelError as error:
            error.usage = sum(tally, Usage())
            raise
        if self._cache:
            self._cache.put(key, value)
        return Answer(value=value, usage=sum(tally, Usage()))

    def _ask_with_more_room(
        self,
        request: Request,
        answer_type: type[AnswerT],
        schema: dict[str, Any],
        tally: list[Usage],
    ) -> AnswerT:
        # Under a grammar a small model that runs on will run on further: no more room for it.
        rooms = _ROOMS[:1] if self.profile.constrain else _ROOMS
        for room in rooms:
            try:
                return self._ask_once(
                    request, answer_type, schema, request.max_output_tokens * room, tally
                )
            except AnswerCutOff:
                if room == rooms[-1]:
                    raise
        raise AssertionError("unreachable")

    def _ask_once(
        self,
        request: Request,
        answer_type: type[AnswerT],
        schema: dict[str, Any],
        max_tokens: int,
        tally: list[Usage],
    ) -> AnswerT:
        """One question with instructor's re-asks for answers that do not fit the schema."""
        import instructor
        from instructor.core.exceptions import InstructorRetryException

        logging.getLogger("instructor.v2.retry").setLevel(logging.CRITICAL)
        tools = self._settings.answer_mode == "tools"
        mode = instructor.Mode.TOOLS if tools else instructor.Mode.JSON_SCHEMA
        create = instructor.patch(create=partial(self._create, tally, schema), mode=mode)
        try:
            value: Any = create(
                response_model=answer_type,
                max_retries=self._settings.max_reasks,
                messages=[m.model_dump() for m in request.messages],
                **self._parameters(max_tokens),
            )
        except InstructorRetryException as error:
            if (known := _own(error)) is not None:
                raise known from known.__cause__
            raise _invalid(_last_text(error)) from error
        except ValidationError as error:
            raise _invalid("") from error
        # instructor returns a subclass made at run time; ours is the type that was asked for.
        return answer_type.model_validate(value.model_dump())

    def _create(
        self, tally: list[Usage], schema: dict[str, Any], **parameters: Any
    ) -> ChatCompletion:
        """What instructor calls in place of the openai client: our schema, our retries."""
        if "tools" in parameters:
            function = {**parameters["tools"][0]["function"], "parameters": schema}
            parameters["tools"] = [{"type": "function", "function": function}]
        else:
            name = parameters["response_format"]["json_schema"]["name"]
            parameters["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": name, "strict": True, "schema": schema},
            }
        return self._open().caller.complete(tally, parameters)

    def _schema(self, request: Request, answer_type: type[AnswerT]) -> dict[str, Any]:
        if self.profile.constrain:
            return constrained_schema(answer_type, request.choices)
        return strict_schema(answer_type)

    def _parameters(self, max_tokens: int) -> dict[str, Any]:
        return {
            "model": self._endpoint.model,
            "temperature": self._settings.temperature,
            "seed": self._settings.seed,
            "max_tokens": max_tokens,
        }

    def _key(self, request: Request, schema: dict[str, Any]) -> str:
        return question_key(
            {
                "identity": self._endpoint.identity,
                "messages": [m.model_dump() for m in request.messages],
                "schema": schema,
                "mode": self._settings.answer_mode,
                "parameters": self._parameters(request.max_output_tokens),
            }
        )

    def _open(self) -> _Opened:
        with self._starting:
            if self._opened is None:
                self._opened = self._opening(self._connect())
            return self._opened

    def _opening(self, connection: Connection) -> _Opened:
        import httpx2
        import openai

        from summarizer.llm.attempts import Caller

        self._budget.refuse_unpriced(self._price)
        settings, key = self._settings, _sendable(connection.api_key)
        timeout = httpx2.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s)
        client = openai.OpenAI(
            api_key=key or "none",
            base_url=connection.base_url or None,
            max_retries=0,
            timeout=timeout,
            http_client=openai.DefaultHttpxClient(
                timeout=timeout, trust_env=not self._endpoint.direct
            ),
        )
        caller = Caller(
            client,
            where=self._endpoint.where,
            secret=key,
            price=self._price,
            budget=self._budget,
            in_flight=settings.max_parallel or self.profile.parallel,
            calls_per_minute=settings.calls_per_minute,
            max_retries=settings.max_retries,
            max_wait_s=settings.max_retry_wait_s,
        )
        return _Opened(client, caller)

    @property
    def _price(self) -> Price:
        if self._endpoint.priced_at is None:
            return free
        return listed_price(self._endpoint.model, self._endpoint.priced_at)


@dataclass(frozen=True)
class _Opened:
    client: openai.OpenAI
    caller: Caller


def _sendable(api_key: SecretStr) -> str:
    """The key without white space around it.

    Raises:
        SettingsError: it has characters that no HTTP header can carry.
    """
    key = api_key.get_secret_value().strip()
    if not (key.isascii() and key.isprintable()):
        raise SettingsError(
            "The API key has characters that no key has: copy it again into OPENAI_API_KEY."
        )
    return key


def _own(error: BaseException) -> SummarizerError | None:
    """Our own error where instructor wrapped one."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, SummarizerError):
        cause = cause.__cause__
    return cause


def _last_text(error: InstructorRetryException) -> str:
    """What the model answered last, as content or as a call of the tool."""
    choices = getattr(error.last_completion, "choices", None)
    if not choices:
        return ""
    message = choices[0].message
    called = [getattr(call, "function", None) for call in message.tool_calls or ()]
    return message.content or "".join(str(getattr(one, "arguments", "")) for one in called)


def _invalid(last: str) -> AnswerInvalid:
    return AnswerInvalid(
        "The model gave no answer that fits the schema: use a more capable model, "
        "or raise max_reasks.",
        last_answer=last,
    )
