"""A URL to bytes: redirects hop by hop, within limits of time and size."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from socket import gaierror

import httpx2

from summarizer.errors import InputError
from summarizer.settings import Settings
from summarizer.web.network import (
    AddressRefused,
    BodyTooLarge,
    Deadline,
    GuardedTransport,
    Network,
)
from summarizer.web.wording import shown

AGENT = "summarizer"
"""The name by which a robots.txt may speak of this program."""


@dataclass(frozen=True)
class Head:
    """What an answer says before its body: `url` is the final one, the names of `headers` are in
    lower case, `charset` is the declared one or "".
    """

    status: int
    url: str
    headers: Mapping[str, str]
    charset: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status <= 299

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters, or ""."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Fetched(Head):
    """An answer with its decompressed body, which is empty unless the status is 2xx."""

    body: bytes = b""


def get(
    source: str,
    settings: Settings,
    *,
    accept: str,
    advice: str,
    headers: Mapping[str, str] | None = None,
    network: Network | None = None,
    judge: Callable[[Head], None] | None = None,
) -> Fetched:
    """Ask for the URL `source`, following redirects; any final status is an answer.

    `accept` is the header of that name, `headers` are more. `judge` may raise before the body is
    read. `advice` ends the sentences of the errors ("open it in a browser").

    Without `network`, public addresses are allowed, and all others too if
    `settings.allow_private` is set. The limits are `fetch_timeout_s` for everything,
    `connect_timeout_s` for one connection, `max_redirects`, and `max_download_bytes` before and
    after decompression.

    Raises InputError if the URL is none, or no answer comes within the limits.
    """
    deadline = Deadline(settings.fetch_timeout_s)
    transport = GuardedTransport(
        network or _network(settings), deadline, settings.max_download_bytes
    )
    asking = _Asking(source, settings, advice, deadline, judge or (lambda head: None))
    sent = {"Accept": accept, **(headers or {})}
    with asking.translated(), _client(transport, settings, sent) as client:
        return asking.follow(client)


def user_agent(settings: Settings) -> str:
    """How this program names itself to servers."""
    return f"{AGENT}/{_version()} (+{settings.contact_url or 'news brief reader'})"


def _network(settings: Settings) -> Network:
    return Network(is_allowed=lambda _: True) if settings.allow_private else Network()


def _client(
    transport: GuardedTransport, settings: Settings, headers: Mapping[str, str]
) -> httpx2.Client:
    return httpx2.Client(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(settings.fetch_timeout_s, connect=settings.connect_timeout_s),
        headers={
            "User-Agent": user_agent(settings),
            "Accept-Encoding": "gzip, deflate",
            **headers,
        },
    )


def _version() -> str:
    try:
        return version("summarizer")
    except PackageNotFoundError:
        return "dev"


@dataclass(frozen=True)
class _Asking:
    """One question to the web, with all that its errors have to say."""

    source: str
    settings: Settings
    advice: str
    deadline: Deadline
    judge: Callable[[Head], None]

    @property
    def name(self) -> str:
        return shown(self.source)

    def error(self, sentence: str) -> InputError:
        return InputError(sentence, source=self.source)

    def follow(self, client: httpx2.Client) -> Fetched:
        url = self._checked(self._parsed(), self.name)
        seen: set[str] = set()
        for _ in range(self.settings.max_redirects + 1):
            # A page may redirect to itself once it has set a cookie; that is no circle.
            seen.add(f"{url} {client.cookies}")
            with client.stream("GET", url) as response:
                if not response.has_redirect_location:
                    return self._fetched(response)
                url = self._target(response)
            if f"{url} {client.cookies}" in seen:
                raise self.error(f"{self.name} redirects in a circle; {self.advice}.")
        raise self.error(
            f"{self.name} redirects more than {self.settings.max_redirects} times; give the URL "
            "that a browser ends at, or raise max_redirects."
        )

    def _parsed(self) -> httpx2.URL:
        try:
            return httpx2.URL(self.source)
        except (httpx2.InvalidURL, ValueError) as error:
            raise self.error(f"{self.name} is no valid URL; correct it.") from error

    def _checked(self, url: httpx2.URL, subject: str) -> httpx2.URL:
        """`url` without fragment if it may be asked for; `subject` begins the sentence if not."""
        if url.userinfo:
            raise self.error(
                f"{subject} holds a user name or password, which is not sent; remove it."
            )
        if url.scheme not in ("http", "https") or not url.host:
            raise self.error(
                f"{subject} is no complete http or https address; give one, or a file."
            )
        return url.copy_with(fragment=None)

    def _target(self, response: httpx2.Response) -> httpx2.URL:
        """Where a redirect leads, checked as the first URL was, and not from https to http."""
        if response.next_request is None:
            raise self.error(f"{self.name} redirects to something that is no URL; {self.advice}.")
        url = response.next_request.url
        subject = f"{self.name} redirects to {shown(str(url))}, which"
        if response.url.scheme == "https" and url.scheme == "http":
            raise self.error(
                f"{subject} gives up the encryption; give that URL if you trust the way there."
            )
        return self._checked(url, subject)

    def _fetched(self, response: httpx2.Response) -> Fetched:
        head = Head(
            status=response.status_code,
            url=str(response.url),
            headers=dict(response.headers),
            charset=response.charset_encoding or "",
        )
        self.judge(head)
        body = self._body(response) if head.is_success else b""
        return Fetched(head.status, head.url, head.headers, head.charset, body)

    def _body(self, response: httpx2.Response) -> bytes:
        codings = response.headers.get("content-encoding", "").lower()
        if codings not in ("", "identity", "gzip", "deflate"):
            raise self.error(
                f"{self.name} comes compressed in a way that was not asked for "
                f"({shown(codings)}); {self.advice}."
            )
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self.settings.max_download_bytes:
                raise BodyTooLarge("the body is larger than allowed", request=response.request)
        return bytes(body)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the client's errors into InputError."""
        try:
            yield
        except httpx2.TimeoutException as error:
            raise self.error(self._why_late(error)) from error
        except BodyTooLarge as error:
            raise self.error(
                f"{self.name} is larger than {self.settings.max_download_bytes:,} bytes; "
                f"{self.advice}, or raise max_download_bytes."
            ) from error
        except httpx2.RequestError as error:
            raise self.error(self._why(error)) from error
        except (httpx2.InvalidURL, httpx2.CookieConflict, ValueError) as error:
            raise self.error(
                f"{self.name} does not answer as a web page does; {self.advice}."
            ) from error

    def _why_late(self, error: httpx2.TimeoutException) -> str:
        settings = self.settings
        if isinstance(error, httpx2.ConnectTimeout) and not self.deadline.passed:
            host, limit = shown(error.request.url.host), f"{settings.connect_timeout_s:g} seconds"
            return (
                f"{host} could not be reached within {limit}; try later or raise connect_timeout_s."
            )
        limit = f"{settings.fetch_timeout_s:g} seconds"
        return f"{self.name} could not be read within {limit}; try later or raise fetch_timeout_s."

    def _why(self, error: httpx2.RequestError) -> str:
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
                why = _tls(fault)
                return f"No trusted connection to {host} is possible ({why}); {self.advice}."
            case ConnectionRefusedError():
                return f"{host} refuses connections; check the URL or try again later."
            case OSError():
                return (
                    f"The connection to {host} failed; check your connection and try again later."
                )
            case _:
                return f"{host} does not answer as a web server does; {self.advice}."


def _system_error(error: httpx2.RequestError) -> BaseException:
    """The system's error under httpcore2's under httpx2's, or `error` itself."""
    arguments = error.__cause__.args if error.__cause__ else ()
    return next((a for a in arguments if isinstance(a, Exception)), error)


def _tls(fault: ssl.SSLError) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {shown(fault.verify_message)}"
    return shown((fault.reason or "TLS failed").replace("_", " ").lower())
