"""A real HTTP server on loopback that speaks the chat-completions API and answers by a script.

It keeps every request it got and how many it had in flight at once. Faults are real ones: a
reset is a TCP reset, a hang is a connection that stays open and silent.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal


@dataclass(frozen=True)
class Asked:
    """One request as the server got it; header names are in small letters."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """All messages, one below the other."""
        return "\n".join(str(m.get("content")) for m in self.body["messages"])

    @property
    def last(self) -> str:
        """The last message."""
        return str(self.body["messages"][-1]["content"])

    @property
    def asks_for(self) -> str:
        """Name of the type that is asked for ("Extraction", "Cast", ...)."""
        if "tools" in self.body:
            return str(self.body["tools"][0]["function"]["name"])
        return str(self.body["response_format"]["json_schema"]["name"])


@dataclass(frozen=True)
class Reply:
    """What the server does with one request, after `delay_s` seconds."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    fault: Literal["", "reset", "hang"] = ""


Script = Callable[[Asked], Reply]


def completion(
    content: object,
    *,
    finish: str = "stop",
    tokens: tuple[int, int] | None = (100, 10),
    cached: int = 0,
    refusal: str | None = None,
    tool: str = "",
    delay_s: float = 0.0,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """A chat completion; `content` that is no string is sent as JSON, by a call of `tool` where
    that is given. `tokens` are those of prompt and answer, None leaves them out."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": refusal}
    if tool:
        called = {"name": tool, "arguments": text}
        message |= {
            "content": None,
            "tool_calls": [{"id": "call-1", "type": "function", "function": called}],
        }
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": "gpt-test",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
    }
    if tokens:
        body["usage"] = {
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[1],
            "total_tokens": sum(tokens),
            "prompt_tokens_details": {"cached_tokens": cached},
        }
    return as_json(body, delay_s=delay_s, headers=headers)


def as_json(
    body: object,
    status: int = 200,
    *,
    delay_s: float = 0.0,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Any JSON."""
    sent = {"Content-Type": "application/json", **(headers or {})}
    return Reply(status=status, body=json.dumps(body).encode(), headers=sent, delay_s=delay_s)


def failure(
    status: int,
    message: str = "Something went wrong.",
    *,
    headers: Mapping[str, str] | None = None,
    **fields: object,
) -> Reply:
    """An error as OpenAI writes it; `fields` are `code`, `type` and `param`."""
    body = {"error": {"message": message, "type": None, "param": None, "code": None, **fields}}
    return as_json(body, status, headers=headers)


def reset() -> Reply:
    """The connection is reset instead of an answer."""
    return Reply(fault="reset")


def hang() -> Reply:
    """The connection stays open and silent until the server stops."""
    return Reply(fault="hang")


class ScriptedServer:
    """Answers requests by a script: a function, or replies given out one after the other.

    A request after the last reply gets a 418, which no client repeats.
    """

    def __init__(self, script: Script | Sequence[Reply]) -> None:
        self.asked: list[Asked] = []
        self.most_in_flight = 0
        self._in_flight = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.script = script
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._http.block_on_close = False

    @property
    def base_url(self) -> str:
        """What a client takes as base_url."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    @property
    def calls(self) -> int:
        """Requests so far."""
        return len(self.asked)

    @property
    def script(self) -> Script:
        """What is answered from now on."""
        return self._script

    @script.setter
    def script(self, script: Script | Sequence[Reply]) -> None:
        self._script = script if callable(script) else _one_after_the_other(script)

    def wait_for(self, calls: int, within_s: float = 10.0) -> None:
        """Return once so many requests have come, or fail."""
        ends = time.monotonic() + within_s
        while self.calls < calls:
            assert time.monotonic() < ends, f"{self.calls} of {calls} requests came"
            time.sleep(0.01)

    def start(self) -> None:
        """Serve in a thread."""
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """End, with whatever hangs."""
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            reply = self._script(asked)
            self._stopping.wait(600 if reply.fault == "hang" else reply.delay_s)
        finally:
            with self._lock:
                self._in_flight -= 1
        return reply

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                asked = Asked(
                    self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(raw)
                )
                reply = server._answer(asked)
                if reply.fault:
                    self._drop(reply.fault)
                else:
                    self._send(reply)

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def _drop(self, fault: str) -> None:
                if fault == "reset":
                    # Closed with this option set, a connection is reset.
                    now = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
                self.close_connection = True
                self.connection.close()

            def log_message(self, *said: object) -> None:
                pass

        return Handler


@contextmanager
def scripted(*script: Script | Reply) -> Iterator[ScriptedServer]:
    """A running server, by one function or by replies in their order."""
    first = script[0] if len(script) == 1 else None
    given = first if callable(first) else [one for one in script if isinstance(one, Reply)]
    server = ScriptedServer(given)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def always(reply: Reply) -> Script:
    """The same reply to every request."""
    return lambda asked: reply


def _one_after_the_other(replies: Sequence[Reply]) -> Script:
    left = iter(replies)
    lock = threading.Lock()

    def next_reply(asked: Asked) -> Reply:
        with lock:
            return next(left, failure(418, "The script is used up."))

    return next_reply
