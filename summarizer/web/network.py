"""An HTTP transport that connects only to addresses it has checked, and only until a deadline.

The name is resolved once, each of its addresses is judged, and the connection is made to a
judged address, so that no second answer of the name service can slip in between. TLS and the
Host header keep the name. Environment proxies are not used: behind one, the address that is
connected to could not be judged.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Thread
from typing import Any

import httpcore2
import httpx2

from summarizer.web.addresses import Address, is_public

Resolve = Callable[[str, int], list[Address]]

_CORE_ERRORS = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
)


class AddressRefused(httpx2.TransportError):
    """None of a host's addresses may be connected to."""


class BodyTooLarge(httpx2.TransportError):
    """More bytes came than are allowed."""


def resolve(host: str, port: int) -> list[Address]:
    """Addresses of `host`, in the order in which the system prefers them.

    Raises OSError or UnicodeError if the name is unknown or no name.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class Network:
    """How names become addresses, which of them may be connected to, and whom TLS trusts."""

    resolve: Resolve = resolve
    is_allowed: Callable[[Address], bool] = is_public
    ssl_context: ssl.SSLContext | None = None


class Deadline:
    """The moment at which everything about one URL must be over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """Whether that moment is over."""
        return time.monotonic() >= self._end

    def cap(self, timeout: float | None) -> float:
        """Seconds that one step may take. Raises httpcore2.ReadTimeout if none are left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the deadline has passed")
        return left if timeout is None else min(left, timeout)


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose every step ends by the deadline, so that a slow drip of bytes cannot last."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.cap(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.cap(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        seconds = self._deadline.cap(timeout)
        secured = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore2.NetworkBackend):
    """Opens connections to allowed addresses only."""

    def __init__(self, network: Network, deadline: Deadline) -> None:
        self._network = network
        self._deadline = deadline
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first allowed address of `host` that answers.

        Raises AddressRefused if no address is allowed, httpcore2's errors if none answers.
        """
        failure: Exception = AddressRefused(f"{host} has no address that may be connected to")
        for address in self._allowed(host, port):
            try:
                stream = self._sockets.connect_tcp(
                    str(address), port, self._deadline.cap(timeout), local_address, socket_options
                )
                return _TimedStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    def _allowed(self, host: str, port: int) -> list[Address]:
        return [a for a in self._resolved(host, port) if self._network.is_allowed(a)]

    def _resolved(self, host: str, port: int) -> list[Address]:
        """Resolve in a thread of its own: the system's resolver knows no time-out."""
        answer: Future[list[Address]] = Future()
        Thread(target=_settle, args=(answer, self._network, host, port), daemon=True).start()
        try:
            return answer.result(self._deadline.cap(None))
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(error) from error
        except (OSError, ValueError) as error:
            raise httpcore2.ConnectError(error) from error


def _settle(answer: Future[list[Address]], network: Network, host: str, port: int) -> None:
    try:
        answer.set_result(network.resolve(host, port))
    except Exception as error:  # whatever it is belongs to the thread that waits for it
        answer.set_exception(error)


class GuardedTransport(httpx2.BaseTransport):
    """httpx2 over a pool of guarded connections.

    httpx2's own transport takes no network backend. Errors come out as httpx2's, with the
    system's error as the first argument of their cause.
    """

    def __init__(self, network: Network, deadline: Deadline, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._pool = httpcore2.ConnectionPool(
            ssl_context=network.ssl_context or httpx2.create_ssl_context(trust_env=False),
            max_keepalive_connections=0,
            network_backend=GuardedBackend(network, deadline),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request` and return the response with its body still to be read."""
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with _as_httpx2():
            response = self._pool.handle_request(
                httpcore2.Request(
                    request.method, url, headers=request.headers.raw, extensions=request.extensions
                )
            )
        return httpx2.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response, self._max_bytes),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """The bytes of a body as they come over the wire, up to a limit."""

    def __init__(self, response: httpcore2.Response, max_bytes: int) -> None:
        self._response = response
        self._left = max_bytes

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx2():
            for piece in self._response.iter_stream():
                self._left -= len(piece)
                if self._left < 0:
                    raise BodyTooLarge("the body is larger than allowed")
                yield piece

    def close(self) -> None:
        self._response.close()


@contextmanager
def _as_httpx2() -> Iterator[None]:
    try:
        yield
    except _CORE_ERRORS as error:
        named: type[httpx2.TransportError] = getattr(httpx2, type(error).__name__)
        raise named(str(error)) from error
