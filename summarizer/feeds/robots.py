"""What a host closes to programs, by its robots.txt (RFC 9309)."""

from __future__ import annotations

from threading import Lock
from urllib.parse import urlsplit

from protego import Protego

from summarizer.errors import InputError
from summarizer.feeds.polite import Fetch, HostTurns
from summarizer.web.fetching import AGENT
from summarizer.web.wording import shown

_MAX_BYTES = 512_000


class Robots:
    """The robots.txt of every host, fetched once; make one for each run.

    A file that is not there (4xx) allows everything; a fault (5xx, no answer) and a call for
    fewer requests (429) allow nothing. `turns` are told of a Crawl-delay.
    """

    def __init__(self, fetch: Fetch, turns: HostTurns) -> None:
        self._fetch = fetch
        self._turns = turns
        self._rules: dict[str, _Rules] = {}
        self._lock = Lock()

    def refusal(self, url: str) -> str:
        """Why `url` may not be read, in a plain sentence, or "" if it may."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return f"{shown(url)} is no valid URL; tell the feed's owner."
        home = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            rules = self._rules.setdefault(home, _Rules())
        with rules.lock:
            if not rules.known:
                self._learn(rules, home)
        if rules.fault:
            return rules.fault
        allowed = rules.parsed is None or rules.parsed.can_fetch(url, AGENT)
        return "" if allowed else f"{shown(home)} closes this page to programs (robots.txt)."

    def _learn(self, rules: _Rules, home: str) -> None:
        rules.known = True
        try:
            answer = self._fetch(f"{home}/robots.txt", accept="text/plain, */*;q=0.1")
        except InputError as error:
            rules.fault = f"The robots.txt of {shown(home)} cannot be read: {error}"
            return
        if answer.is_success:
            rules.parsed = Protego.parse(answer.body[:_MAX_BYTES].decode("utf-8", "replace"))
            self._turns.slow_down(home, rules.parsed.crawl_delay(AGENT) or 0)
        elif answer.status == 429 or not 400 <= answer.status <= 499:
            rules.fault = (
                f"The robots.txt of {shown(home)} cannot be read (HTTP {answer.status}); try again "
                "later."
            )


class _Rules:
    """What is known of one host."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.known = False
        self.parsed: Protego | None = None
        self.fault = ""
