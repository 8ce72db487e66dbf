"""One request at a time to a host, and a pause between two."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Protocol
from urllib.parse import urlsplit

from summarizer.settings import Settings
from summarizer.web.fetching import Fetched, get
from summarizer.web.network import Network

MAX_PAUSE_S = 30.0
"""The longest pause that a host can ask for, in seconds."""

_ADVICE = "check the address in a browser"


class Fetch(Protocol):
    """Asks for a URL; any status is an answer. Raises InputError if there is none."""

    def __call__(
        self, url: str, *, accept: str, headers: Mapping[str, str] | None = None
    ) -> Fetched: ...


class HostTurns:
    """Turns of asking a host; safe to use from several threads.

    `pause_s` seconds go by between the end of one turn and the beginning of the next at the same
    host. `clock` gives seconds that never run back.
    """

    def __init__(
        self,
        pause_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause_s = pause_s
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    @contextmanager
    def turn(self, url: str) -> Iterator[None]:
        """Wait until the host of `url` is free, and hold it."""
        host = self._host(url)
        with host.lock:
            if (wait := host.free_at - self._clock()) > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                host.free_at = self._clock() + max(self._pause_s, host.pause_s)

    def slow_down(self, url: str, pause_s: float) -> None:
        """Pause for at least `pause_s` seconds, at most MAX_PAUSE_S, at the host of `url`."""
        self._host(url).pause_s = min(pause_s, MAX_PAUSE_S)

    def _host(self, url: str) -> _Host:
        try:
            name = urlsplit(url).netloc.lower()
        except ValueError:
            name = ""
        with self._lock:
            return self._hosts.setdefault(name, _Host())


class _Host:
    """When a host may be asked again."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.free_at = float("-inf")
        self.pause_s = 0.0


def polite_fetch(settings: Settings, turns: HostTurns, network: Network | None = None) -> Fetch:
    """The guarded way to the web, in turns."""

    def fetch(url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Fetched:
        with turns.turn(url):
            return get(
                url, settings, accept=accept, advice=_ADVICE, headers=headers, network=network
            )

    return fetch
