"""The one place where a link is made of a URL that came from outside; pure."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit

from summarizer.models import Frozen
from summarizer.render.text import make_visible

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?")
_ADDRESS = re.compile(r"[0-9a-f:.]+")
# Quotes, brackets, backticks and the like are percent-encoded, so no format can trip over them.
_SAFE = "/%:@!$&*+,;=~-._"


class Link(Frozen):
    """A link that is safe to follow and to print.

    `href` is ASCII, http or https; `host` shows where it leads, in punycode if it must.
    """

    href: str
    host: str


def web_link(url: str) -> Link | None:
    """The link of an http(s) URL, or None where it is another scheme, malformed or deceptive."""
    if make_visible(url) != url or any(c.isspace() or c == "\\" for c in url):
        return None
    try:
        parts = urlsplit(url)
        host, port = _ascii_host(parts), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    return Link(href=_href(parts, host, port), host=host.removeprefix("www."))


def _ascii_host(parts: SplitResult) -> str:
    """The host in ASCII, or "" where there is none; UnicodeError (a ValueError) if malformed."""
    host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
    if ":" in host:
        return f"[{host}]" if _ADDRESS.fullmatch(host) else ""
    return host if _HOST.fullmatch(host) else ""


def _href(parts: SplitResult, host: str, port: int | None) -> str:
    place = f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")
    query = f"?{quote(parts.query, safe=_SAFE + '?')}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe=_SAFE + '?')}" if parts.fragment else ""
    return place + quote(parts.path, safe=_SAFE) + query + fragment
