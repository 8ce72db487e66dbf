"""The retriever that the library reader is given: conditional requests by the guarded way.

It uses `reader._parser`, whose interface the library documents as internal but made for this.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import urlsplit

from reader import ParseError
from reader._parser import HTTPInfo, NotModified, RetrievedFeed, RetrieveError
from reader.types import JSONType

from summarizer.errors import InputError
from summarizer.feeds.polite import Fetch
from summarizer.web.fetching import Fetched
from summarizer.web.wording import shown

_ASKED_BY = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


class GuardedRetriever:
    """Fetches feeds with `fetch`; its errors have an InputError as their cause."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def validate_url(self, url: str) -> None:
        """Raise ValueError if `url` is not of the web."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("not an http or https address")

    @contextmanager
    def __call__(
        self, url: str, caching_info: JSONType | None, accept: str | None
    ) -> Iterator[RetrievedFeed[IO[bytes]]]:
        """The feed at `url`, unless it is as it was at the time of `caching_info`."""
        known = caching_info if isinstance(caching_info, dict) else {}
        sent = {name: _sent(known.get(key)) for key, name in _ASKED_BY.items()}
        asked = {name: value for name, value in sent.items() if value}
        try:
            answer = self._fetch(url, accept=accept or "*/*", headers=asked)
            info = HTTPInfo(answer.status, _told(answer))
            if answer.status == 304 and asked:
                raise NotModified(url, http_info=info)
            _refuse(answer, url)
        except InputError as error:
            raise RetrieveError(url, message=str(error)) from error
        yield RetrievedFeed(
            io.BytesIO(answer.body),
            mime_type=_mime_type(answer),
            caching_info={k: answer.headers[k] for k in _ASKED_BY if k in answer.headers} or None,
            http_info=info,
        )


def reason_of(error: ParseError, url: str) -> str:
    """Why a feed could not be read, in a plain sentence."""
    cause = error.__cause__
    if isinstance(cause, InputError):
        return str(cause)
    what = shown(str(cause or error.message)).rstrip(".")
    return f"{shown(url)} is no feed that can be read ({what}); check it in a browser."


def _sent(value: object) -> str:
    """A stored value if it is fit for a header, or ""."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else ""


def _told(answer: Fetched) -> dict[str, str]:
    """Headers for the parser: the final URL for relative links, and nothing of compression."""
    headers = {k: v for k, v in answer.headers.items() if k != "content-encoding"}
    return {**headers, "content-location": answer.url}


def _mime_type(answer: Fetched) -> str | None:
    """What the body is by its first character, since servers often name feeds wrongly."""
    start = answer.body[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    if start == b"{":
        return "application/feed+json"
    return "application/xml" if start == b"<" else answer.content_type or None


def _refuse(answer: Fetched, url: str) -> None:
    """Raise InputError if the answer holds no feed, or one that could expand without end."""
    if not answer.is_success:
        raise InputError(_why_status(answer, url), source=url)
    # In UTF-16 and UTF-32 the letters stand between zeros.
    if b"<!ENTITY" in answer.body.replace(b"\0", b""):
        raise InputError(
            f"{shown(url)} declares XML entities, which may expand without end; tell its owner.",
            source=url,
        )


def _why_status(answer: Fetched, url: str) -> str:
    name, status = shown(url), f"HTTP {answer.status}"
    match answer.status:
        case 401 | 402 | 403:
            return f"{name} refuses readers ({status}); check it in a browser, or remove the feed."
        case 404:
            return f"There is no feed at {name} ({status}); correct its url."
        case 410:
            return f"{name} is gone for good ({status}); remove the feed."
        case 429:
            return f"{name} asks for fewer requests ({status}); read it less often."
        case code if code >= 500:
            return f"The server of {name} has a fault ({status}); try again later."
        case _:
            return f"{name} was not delivered ({status}); check it in a browser."
