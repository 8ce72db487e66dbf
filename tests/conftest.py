"""What all tests share: no network, and short ways to an article, an extraction and a brief."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

import pytest

from summarizer.grounding import Grounded, ground
from summarizer.models import Article, Brief, Extraction
from summarizer.pipeline import summarize
from summarizer.prompts import Prompts
from summarizer.sentences import split_sentences
from summarizer.testing import FakeClock, FakeModel

MAY_USE_LOOPBACK = ("network_loopback", "embedded", "browser")
PROMPTS = Prompts()


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test opens a connection, but those marked for it, and they only on this machine."""
    marked = any(request.node.get_closest_marker(mark) for mark in MAY_USE_LOOPBACK)

    def guard(name: str) -> None:
        real = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if not (marked and (self.family == socket.AF_UNIX or is_loopback(address[0]))):
                pytest.fail(f"A test may not connect to {address!r}.")
            return real(self, address)

        monkeypatch.setattr(socket.socket, name, connect)

    guard("connect")
    guard("connect_ex")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, without asking anybody."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def article_of(*lines: str, **more: str) -> Article:
    """An article of one paragraph a line."""
    return Article(text="\n".join(lines), **more)


def actor(name: str, kind: str = "person", *aliases: str, role: str = "") -> dict[str, Any]:
    """A member of the cast as a model says it."""
    return {"name": name, "kind": kind, "role": role, "aliases": list(aliases)}


def item(type_: str, what: str, *sentences: int, **more: Any) -> dict[str, Any]:
    """An item as a model says it; without more it is Ana Ito's doing and hits nobody."""
    own: dict[str, dict[str, Any]] = {
        "claim": {"status": "happened", "act": "says"},
        "threat": {"status": "conditional", "condition": "", "mode": "other"},
        "action": {"status": "happened", "event": "OTHER"},
        "agreement": {"status": "agreed"},
    }
    shared = {"sentences": list(sentences), "who": ["Ana Ito"], "whom": [], "reported_by": []}
    return {"type": type_, "what": what, **shared, **own[type_], **more}


def claim(what: str, *sentences: int, **more: Any) -> dict[str, Any]:
    """A claim as a model says it."""
    return item("claim", what, *sentences, **more)


def action(what: str, *sentences: int, **more: Any) -> dict[str, Any]:
    """An action as a model says it."""
    return item("action", what, *sentences, **more)


def extraction(
    actors: Sequence[dict[str, Any]] = (),
    items: Sequence[dict[str, Any]] = (),
    headline: str = "",
    summary: Sequence[tuple[str, list[int]]] = (),
) -> Extraction:
    """All that a model says."""
    said = [{"text": text, "sentences": numbers} for text, numbers in summary]
    return Extraction.model_validate(
        {"actors": actors, "items": items, "headline": headline, "summary": said}
    )


def grounded(article: Article, said: Extraction) -> Grounded:
    """What the article proves of it."""
    return ground(article, split_sentences(article.text, article.language), said)


def brief_of(article: Article, said: Extraction) -> Brief:
    """A brief made of it by the whole pipeline."""
    model = FakeModel({"article": said.model_dump(mode="json")})
    return summarize(article, model=model, prompts=PROMPTS, clock=FakeClock())
