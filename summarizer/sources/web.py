"""A URL to bytes: redirects hop by hop, within limits of time and size."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from socket import gaierror

import httpx2

from summarizer.errors import InputError
from summarizer.settings import Settings
from summarizer.sources.network import (
    AddressRefused,
    BodyTooLarge,
    Deadline,
    GuardedTransport,
    Network,
)
from summarizer.sources.raw import OPEN_IT, Kind, Raw, no_text, shown

_KINDS: dict[str, Kind] = {
    "": "unknown",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "unknown",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
}


def fetch(source: str, settings: Settings, network: Network | None = None) -> Raw:
    """Read the page at the URL `source`, following redirects.

    Without `network`, public addresses are allowed, and all others too if
    `settings.allow_private` is set. The limits are `fetch_timeout_s` for everything,
    `connect_timeout_s` for one connection, `max_redirects`, and `max_download_bytes` before and
    after decompression.

    Raises InputError if anything else than a page of text comes.
    """
    deadline = Deadline(settings.fetch_timeout_s)
    transport = GuardedTransport(
        network or _network(settings), deadline, settings.max_download_bytes
    )
    with _translated(source, settings, deadline), _client(transport, settings) as client:
        return _follow(client, source, settings)


def _network(settings: Settings) -> Network:
    return Network(is_allowed=lambda _: True) if settings.allow_private else Network()


def _client(transport: GuardedTransport, settings: Settings) -> httpx2.Client:
    return httpx2.Client(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(settings.fetch_timeout_s, connect=settings.connect_timeout_s),
        headers={
            "User-Agent": f"summarizer/{_version()} (+news brief reader)",
            "Accept": "text/html, application/xhtml+xml, text/plain;q=0.9, text/markdown;q=0.9",
            "Accept-Encoding": "gzip, deflate",
        },
    )


def _version() -> str:
    try:
        return version("summarizer")
    except PackageNotFoundError:
        return "dev"


def _follow(client: httpx2.Client, source: str, settings: Settings) -> Raw:
    url = _checked(_parsed(source), shown(source), source)
    seen: set[str] = set()
    for _ in range(settings.max_redirects + 1):
        # A page may redirect to itself once it has set a cookie; that is no circle.
        seen.add(f"{url} {client.cookies}")
        with client.stream("GET", url) as response:
            if not response.has_redirect_location:
                return _page(response, source, settings)
            url = _target(response, source)
        if f"{url} {client.cookies}" in seen:
            raise InputError(f"{shown(source)} redirects in a circle; {OPEN_IT}.", source=source)
    raise InputError(
        f"{shown(source)} redirects more than {settings.max_redirects} times; give the URL that "
        "a browser ends at, or raise max_redirects.",
        source=source,
    )


def _parsed(source: str) -> httpx2.URL:
    try:
        return httpx2.URL(source)
    except (httpx2.InvalidURL, ValueError) as error:
        raise InputError(f"{shown(source)} is no valid URL; correct it.", source=source) from error


def _checked(url: httpx2.URL, subject: str, source: str) -> httpx2.URL:
    """`url` without fragment if it may be asked for; `subject` begins the sentence if not."""
    if url.userinfo:
        raise InputError(
            f"{subject} holds a user name or password, which is not sent; remove it.", source=source
        )
    if url.scheme not in ("http", "https") or not url.host:
        raise InputError(
            f"{subject} is no complete http or https address; give one, or a file.", source=source
        )
    return url.copy_with(fragment=None)


def _target(response: httpx2.Response, source: str) -> httpx2.URL:
    """Where a redirect leads, checked as the first URL was, and not from https down to http."""
    if response.next_request is None:
        raise InputError(
            f"{shown(source)} redirects to something that is no URL; {OPEN_IT}.", source=source
        )
    url = response.next_request.url
    subject = f"{shown(source)} redirects to {shown(str(url))}, which"
    if response.url.scheme == "https" and url.scheme == "http":
        raise InputError(
            f"{subject} gives up the encryption; give that URL if you trust the way there.",
            source=source,
        )
    return _checked(url, subject, source)


def _page(response: httpx2.Response, source: str, settings: Settings) -> Raw:
    """The body of an answer that is neither an error nor anything but text."""
    if not response.is_success:
        raise InputError(_why_status(response, source), source=source)
    kind = _kind(response, source)
    codings = response.headers.get("content-encoding", "").lower()
    if codings not in ("", "identity", "gzip", "deflate"):
        raise InputError(
            f"{shown(source)} comes compressed in a way that was not asked for "
            f"({shown(codings)}); {OPEN_IT}.",
            source=source,
        )
    body = _body(response, settings)
    charset = response.charset_encoding or ""
    return Raw(source=source, body=body, kind=kind, charset=charset, url=str(response.url))


def _kind(response: httpx2.Response, source: str) -> Kind:
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type in ("application/pdf", "application/x-pdf"):
        raise no_text(source, "a PDF")
    if content_type not in _KINDS:
        raise no_text(source, f'of the type "{shown(content_type)}"')
    return _KINDS[content_type]


def _body(response: httpx2.Response, settings: Settings) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > settings.max_download_bytes:
            raise BodyTooLarge("the body is larger than allowed", request=response.request)
    return bytes(body)


def _why_status(response: httpx2.Response, source: str) -> str:
    name, status = shown(source), f"HTTP {response.status_code}"
    match response.status_code:
        case 401 | 402 | 403:
            return f"{name} is behind a paywall or login, or refuses readers ({status}); {OPEN_IT}."
        case 404 | 410:
            return f"There is no page at {name} ({status}); check the URL."
        case 429:
            return f"{shown(response.url.host)} asks for fewer requests ({status}); wait and retry."
        case code if code >= 500:
            return f"{shown(response.url.host)} has a fault ({status}); try again later."
        case _:
            return f"{name} was not delivered ({status}); {OPEN_IT}."


@contextmanager
def _translated(source: str, settings: Settings, deadline: Deadline) -> Iterator[None]:
    """Turn the client's errors into InputError."""
    try:
        yield
    except httpx2.TimeoutException as error:
        raise InputError(_why_late(error, source, settings, deadline), source=source) from error
    except BodyTooLarge as error:
        raise InputError(
            f"{shown(source)} is larger than {settings.max_download_bytes:,} bytes; {OPEN_IT}, "
            "or raise max_download_bytes.",
            source=source,
        ) from error
    except httpx2.RequestError as error:
        raise InputError(_why(error), source=source) from error
    except (httpx2.InvalidURL, httpx2.CookieConflict, ValueError) as error:
        raise InputError(
            f"{shown(source)} does not answer as a web page does; {OPEN_IT}.", source=source
        ) from error


def _why_late(
    error: httpx2.TimeoutException, source: str, settings: Settings, deadline: Deadline
) -> str:
    if isinstance(error, httpx2.ConnectTimeout) and not deadline.passed:
        host, limit = shown(error.request.url.host), f"{settings.connect_timeout_s:g} seconds"
        return f"{host} could not be reached within {limit}; try later or raise connect_timeout_s."
    limit = f"{settings.fetch_timeout_s:g} seconds"
    return f"{shown(source)} could not be read within {limit}; try later or raise fetch_timeout_s."


def _why(error: httpx2.RequestError) -> str:
    host = shown(error.request.url.host)
    match _system_error(error):
        case AddressRefused():
            return (
                f"{host} is at a private or reserved address; if you trust it, allow such "
                "addresses with --allow-private."
            )
        case gaierror() | UnicodeError():
            return f"There is no host {host}; check the URL and your connection."
        case ssl.SSLError() as fault:
            return f"No trusted connection to {host} is possible ({_tls(fault)}); {OPEN_IT}."
        case ConnectionRefusedError():
            return f"{host} refuses connections; check the URL or try again later."
        case OSError():
            return f"The connection to {host} failed; check your connection and try again later."
        case _:
            return f"{host} does not answer as a web server does; {OPEN_IT}."


def _system_error(error: httpx2.RequestError) -> BaseException:
    """The system's error under httpcore2's under httpx2's, or `error` itself."""
    arguments = error.__cause__.args if error.__cause__ else ()
    return next((a for a in arguments if isinstance(a, Exception)), error)


def _tls(fault: ssl.SSLError) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {shown(fault.verify_message)}"
    return shown((fault.reason or "TLS failed").replace("_", " ").lower())
