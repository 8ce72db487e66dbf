"""A real web server on loopback with feeds and pages, good and hostile."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

SUMMARY = (
    "The harbour council of Port Ellery voted on Tuesday to close the old grain pier, ending a "
    "dispute that had run for almost three years between dock workers and the council, and gave "
    "the owners until March to leave."
)


@dataclass(frozen=True)
class Told:
    """An entry as a feed tells it; `link` is absolute, relative or ""."""

    title: str
    link: str
    published: datetime | None = datetime(2026, 1, 2, 6, tzinfo=UTC)
    summary: str = SUMMARY


@dataclass(frozen=True)
class Answer:
    """What the server says to one request. It first waits `wait_s` seconds."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A request that came; the names of `headers` are in lower case."""

    path: str
    headers: Mapping[str, str]


class FeedServer:
    """Serves `answers` by path, 404 otherwise; an ETag in an answer's headers is honoured."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self._over = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str) -> str:
        """The absolute URL of `path`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def serve(
        self, path: str, body: bytes | str, status: int = 200, wait_s: float = 0.0, **headers: str
    ) -> str:
        """Answer `path` with `body` from now on (`content_type=` is a header); its URL."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        self.answers[path] = Answer(data, status, sent, wait_s)
        return self.url(path)

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [request.path for request in self.asked]

    def answer_to(self, request: Asked) -> Answer:
        """What to say, after the answer's wait or the server's end."""
        self.asked.append(request)
        answer = self.answers.get(request.path, Answer(status=404))
        self._over.wait(answer.wait_s)
        etag = answer.headers.get("etag")
        if etag and request.headers.get("if-none-match") == etag:
            return Answer(status=304, headers=answer.headers)
        return answer


def _handler(server: FeedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = server.answer_to(Asked(self.path, headers))
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)
            except OSError:
                pass  # the client has gone

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def rss(*entries: Told, title: str = "The Ellery Post") -> str:
    """An RSS 2.0 feed."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>{escape(title)}</title>{''.join(map(_item, entries))}</channel></rss>"
    )


def _item(told: Told) -> str:
    link = f"<link>{escape(told.link)}</link>" if told.link else ""
    date = f"<pubDate>{format_datetime(told.published)}</pubDate>" if told.published else ""
    return (
        f"<item><title>{escape(told.title)}</title>{link}{date}"
        f'<guid isPermaLink="false">{escape(told.title)}</guid>'
        f"<description>{escape(told.summary)}</description></item>"
    )


def atom(*entries: Told, title: str = "Ellery Atom") -> str:
    """An Atom feed, whose summaries are HTML."""
    told = "".join(
        f"<entry><id>{escape(e.title)}</id><title>{escape(e.title)}</title>"
        f"<link href={json.dumps(escape(e.link))}/><updated>{_iso(e.published)}</updated>"
        f'<summary type="html">{escape(e.summary)}</summary></entry>'
        for e in entries
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(title)}</title>{told}</feed>'


def json_feed(*entries: Told, title: str = "Ellery JSON") -> str:
    """A JSON feed, version 1.1."""
    items = [
        {"id": e.title, "url": e.link, "title": e.title, "date_published": _iso(e.published)}
        | {"content_text": e.summary}
        for e in entries
    ]
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": title, "items": items})


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def page(title: str, paragraphs: Sequence[str], site: str = "") -> str:
    """A web page with an article."""
    name = f'<meta property="og:site_name" content="{escape(site)}">' if site else ""
    body = "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{escape(title)}</title>{name}</head><body>'
        f"<nav>Home</nav><article><h1>{escape(title)}</h1>{body}</article></body></html>"
    )


def gzip_bomb(megabytes: int = 50) -> bytes:
    """A small body that decompresses to `megabytes`."""
    return gzip.compress(b" " * (megabytes * 1_000_000), 9)


def billion_laughs() -> str:
    """RSS whose entities expand to a billion laughs."""
    layers = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY lol0 "lol">{layers}]>'
        "<rss version='2.0'><channel><title>&lol9;</title></channel></rss>"
    )
