"""A URL to the bytes of a page of text, by the guarded way of `summarizer.web`."""

from __future__ import annotations

from urllib.parse import urlsplit

from summarizer.errors import InputError
from summarizer.settings import Settings
from summarizer.sources.raw import OPEN_IT, Kind, Raw, no_text
from summarizer.web.fetching import Head, get
from summarizer.web.network import Network
from summarizer.web.wording import shown

_ACCEPT = "text/html, application/xhtml+xml, text/plain;q=0.9, text/markdown;q=0.9"

_KINDS: dict[str, Kind] = {
    "": "unknown",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "unknown",
    "text/markdown": "markdown",
}


def fetch(source: str, settings: Settings, network: Network | None = None) -> Raw:
    """Read the page at the URL `source`, following redirects, within the limits of `get`.

    Raises InputError if anything else than a page of text comes.
    """

    def judge(head: Head) -> None:
        _refuse_error(head, source)
        _kind(head, source)

    page = get(source, settings, accept=_ACCEPT, advice=OPEN_IT, network=network, judge=judge)
    kind = _kind(page, source)
    return Raw(source=source, body=page.body, kind=kind, charset=page.charset, url=page.url)


def _refuse_error(head: Head, source: str) -> None:
    if not head.is_success:
        raise InputError(_why_status(head, source), source=source)


def _kind(head: Head, source: str) -> Kind:
    if head.content_type in ("application/pdf", "application/x-pdf"):
        raise no_text(source, "a PDF")
    if head.content_type not in _KINDS:
        raise no_text(source, f'of the type "{shown(head.content_type)}"')
    return _KINDS[head.content_type]


def _why_status(head: Head, source: str) -> str:
    name, status = shown(source), f"HTTP {head.status}"
    host = shown(urlsplit(head.url).hostname or "")
    match head.status:
        case 401 | 402 | 403:
            return f"{name} is behind a paywall or login, or refuses readers ({status}); {OPEN_IT}."
        case 404 | 410:
            return f"There is no page at {name} ({status}); check the URL."
        case 429:
            return f"{host} asks for fewer requests ({status}); wait and retry."
        case code if code >= 500:
            return f"{host} has a fault ({status}); try again later."
        case _:
            return f"{name} was not delivered ({status}); {OPEN_IT}."
