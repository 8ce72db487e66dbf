"""Web pages as articles: what is fetched, what is refused, and which addresses are reached."""

from __future__ import annotations

import contextlib
import gzip
import select
import socket
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from summarizer.errors import InputError
from summarizer.models import Article
from summarizer.settings import Settings
from summarizer.sources import read_article
from summarizer.sources.web import fetch
from summarizer.web.addresses import Address
from summarizer.web.network import Network

pytestmark = pytest.mark.network_loopback

LOCAL = ip_address("127.0.0.1")
OTHER = ip_address("127.0.0.2")
OPEN = Settings(allow_private=True, fetch_timeout_s=10)
TEXT = "The council of Port Ellery – “a quiet town” – voted to close its old grain pier. 😀\r\n"
PARAGRAPH = (
    "The harbour council of Port Ellery voted on Tuesday to close the old grain pier – ending a "
    "“quiet war” that had run for almost three years between dock workers and the city council."
)
PAGE = (
    '<!DOCTYPE html><html lang="en-GB"><head><title>Pier closes</title>{head}</head><body>'
    "<nav><a href='/'>Home</a></nav><article><h1>Pier closes</h1>"
    f"<p>{PARAGRAPH}</p><p>{PARAGRAPH} Twice.</p><p>{PARAGRAPH} Thrice.</p>"
    "</article><footer>Imprint</footer></body></html>"
)
HTML = PAGE.format(head="")
CONTEXT = ssl.create_default_context()
"""Shared where a test makes hundreds of fetches: loading the certificates takes a while."""

# Made for these tests alone: a certificate for news.example that signs itself, until 2120.
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBgTCCASigAwIBAgIBATAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBzdW1tYXJp
emVyIHRlc3RzMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAbMRkw
FwYDVQQDDBBzdW1tYXJpemVyIHRlc3RzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
QgAE8B+QJM96ZRmWd53c05/hGqNnFeEeuLzLMwkmvv0z+KfkEDqimtIr/sHcsMHq
W5ymTPK82s1zUKJsBdG++sV9yaNbMFkwDwYDVR0TAQH/BAUwAwEB/zAXBgNVHREE
EDAOggxuZXdzLmV4YW1wbGUwDgYDVR0PAQH/BAQDAgKEMB0GA1UdDgQWBBRQaY1e
QIQiGbSOlKNIVTLo7V21XjAKBggqhkjOPQQDAgNHADBEAiBGUkOX1Hz1tvjxquUm
fVf4imxtt8bA/E3jNSvmEJEncgIgF7eZXUExAIRhWCTwCEjS2cxu0KROcN0FeyU+
73Zz3bM=
-----END CERTIFICATE-----
"""
KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggy7f2qf7b1jP6sT1
9f49ahWCjOVtDURZxMS8OyMJMkOhRANCAATwH5Akz3plGZZ3ndzTn+Eao2cV4R64
vMszCSa+/TP4p+QQOqKa0iv+wdywwepbnKZM8rzazXNQomwF0b76xX3J
-----END PRIVATE KEY-----
"""


def refusal(source: str, settings: Settings = OPEN, network: Network | None = None) -> str:
    """The sentence with which `source` is refused, by `fetch` if a network is given."""
    with pytest.raises(InputError) as caught:
        read_article(source, settings) if network is None else fetch(source, settings, network)
    assert caught.value.source == source
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence.isprintable()
    return sentence


def only_local(address: Address) -> bool:
    """Allow 127.0.0.1 and treat every other address as private."""
    return address == LOCAL


def names(*answers: list[Address]) -> Callable[[str, int], list[Address]]:
    """A name service that gives one answer after the other, and none when they are used up."""
    left = iter(answers)
    return lambda host, port: next(left, [])


def serve(server: HTTPServer, body: bytes | str = HTML, **answer: object) -> str:
    """Answer /news/pier with `body` and return its URL."""
    answer.setdefault("content_type", "text/html; charset=utf-8")
    server.expect_request("/news/pier").respond_with_data(body, **answer)  # type: ignore[arg-type]
    return server.url_for("/news/pier")


@contextlib.contextmanager
def answering(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that hands each connection to `talk`; gives its URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = listener.accept()[0]
                Thread(target=_talk, args=(talk, connection), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/news/pier"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _talk(talk: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        talk(connection)


def dripping(connection: socket.socket, start: bytes, drop: bytes) -> None:
    """Send `start`, then `drop` ten times a second for as long as anybody listens."""
    connection.sendall(start)
    while True:
        connection.sendall(drop)
        time.sleep(0.1)


# --- what is fetched --------------------------------------------------------------------------


def test_article_of_a_web_page(httpserver: HTTPServer) -> None:
    """The page's text, title, host and final URL make the Article, the user's URL its source."""
    httpserver.expect_request("/old").respond_with_data(
        status=301, headers={"Location": "news/pier"}
    )
    url = serve(httpserver)
    source = httpserver.url_for("/old#top")
    article = read_article(source, OPEN)
    assert PARAGRAPH in article.text.split("\n")
    assert article.model_copy(update={"text": ""}) == Article(
        text="", title="Pier closes", outlet=httpserver.host, url=url, language="en", source=source
    )


def test_canonical_url_of_the_same_host_only(httpserver: HTTPServer) -> None:
    """A canonical URL is taken from the same host, unless it is the home page."""
    base = httpserver.url_for("/").rstrip("/")
    for path, canonical, expected in [
        ("/a?from=mail", f"{base}/a", f"{base}/a"),
        ("/b", "https://elsewhere.example/b", f"{base}/b"),
        ("/c", f"{base}/", f"{base}/c"),
        ("/d", "http://[", f"{base}/d"),
        ("/e", "javascript:alert(1)", f"{base}/e"),
    ]:
        html = PAGE.format(head=f'<link rel="canonical" href="{canonical}">')
        httpserver.expect_request(path.partition("?")[0]).respond_with_data(
            html, content_type="text/html"
        )
        assert read_article(base + path, OPEN).url == expected


def test_plain_text_and_markdown_are_kept_verbatim(httpserver: HTTPServer) -> None:
    """A page of plain text or Markdown is the article as it is."""
    body = "# Pier closes\r\n\r\n" + TEXT
    url = serve(httpserver, body, content_type="text/markdown")
    article = read_article(url, OPEN)
    assert article == Article(
        text=body, title="Pier closes", outlet=httpserver.host, url=url, source=url
    )


def test_unnamed_type_is_told_by_its_beginning(httpserver: HTTPServer) -> None:
    """HTML that comes as plain text is HTML; JSON that does is text."""
    assert read_article(serve(httpserver, content_type="text/plain"), OPEN).title == "Pier closes"
    httpserver.clear()
    url = serve(httpserver, '{"text": "A pier."}', content_type="text/plain")
    assert read_article(url, OPEN).text == '{"text": "A pier."}'


def test_request_says_who_asks(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user agent names this program, and proxies of the environment are not used."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    read_article(serve(httpserver), OPEN)
    headers = httpserver.log[0][0].headers
    assert headers["User-Agent"].startswith("summarizer/")
    assert headers["User-Agent"].endswith(" (+news brief reader)")
    assert "text/html" in headers["Accept"]
    assert headers["Host"] == f"{httpserver.host}:{httpserver.port}"


@pytest.mark.parametrize(
    ("codec", "content_type", "meta"),
    [
        ("utf-8", "text/html", ""),
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-8", "text/html; charset=none-such", ""),
        ("cp1252", "text/html; charset=ISO-8859-1", ""),
        ("cp1252", "text/html; charset=utf-8", ""),
        ("cp1252", "text/html", '<meta charset="windows-1252">'),
        ("cp1252", "text/html; charset=cp1252", '<meta charset="utf-8">'),
        ("utf-16", "text/html; charset=utf-8", ""),
        ("utf-16-le", "text/html; charset=utf-16", ""),
    ],
)
def test_charset_of_a_web_page(
    httpserver: HTTPServer, codec: str, content_type: str, meta: str
) -> None:
    """A right declaration is used, a wrong one passed over, and a byte order mark wins."""
    url = serve(httpserver, PAGE.format(head=meta).encode(codec), content_type=content_type)
    assert PARAGRAPH in read_article(url, OPEN).text


def test_latin_1_that_is_utf_8_is_read_as_utf_8(httpserver: HTTPServer) -> None:
    """A server's habit of declaring Latin-1 does not garble UTF-8 that Latin-1 could read."""
    url = serve(httpserver, "Le préfet – déjà là.", content_type="text/plain; charset=iso-8859-1")
    assert read_article(url, OPEN).text == "Le préfet – déjà là."


def test_compressed_page(httpserver: HTTPServer) -> None:
    """gzip and deflate are read."""
    for body, coding in [
        (gzip.compress(HTML.encode()), "gzip"),
        (zlib.compress(HTML.encode()), "deflate"),
    ]:
        httpserver.clear()
        url = serve(httpserver, body, headers={"Content-Encoding": coding})
        assert read_article(url, OPEN).title == "Pier closes"


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "part"),
    [
        *((code, "is behind a paywall or login, or refuses readers") for code in (401, 402, 403)),
        *((code, "There is no page at") for code in (404, 410)),
        (429, "asks for fewer requests"),
        *((code, "has a fault") for code in (500, 503, 599)),
        *((code, "was not delivered") for code in (300, 304, 400, 418, 451)),
    ],
)
def test_http_errors_are_refused(httpserver: HTTPServer, status: int, part: str) -> None:
    """Each kind of HTTP error has its sentence, with the status."""
    sentence = refusal(serve(httpserver, status=status))
    assert part in sentence
    assert f"(HTTP {status})" in sentence


@pytest.mark.parametrize(
    ("content_type", "what"),
    [
        ("application/pdf", "is a PDF, not text; copy the article's text into a .txt file"),
        ("image/png", 'of the type "image/png"'),
        ("application/json", 'of the type "application/json"'),
        ("text/css; charset=utf-8", 'of the type "text/css"'),
    ],
)
def test_other_content_types_are_refused(
    httpserver: HTTPServer, content_type: str, what: str
) -> None:
    """A content type that is neither HTML nor plain text is refused by its name."""
    assert what in refusal(serve(httpserver, content_type=content_type))


def test_content_is_believed_more_than_its_type(httpserver: HTTPServer) -> None:
    """A PDF that says it is HTML is a PDF."""
    assert "is a PDF" in refusal(serve(httpserver, b"%PDF-1.7 x"))


@pytest.mark.parametrize("body", ["", " \n", "<html><body></body></html>"])
def test_pages_without_content_are_refused(httpserver: HTTPServer, body: str) -> None:
    """An empty answer is no article."""
    assert any(part in refusal(serve(httpserver, body)) for part in ("is empty", "no article"))


def test_consent_wall_is_refused(httpserver: HTTPServer) -> None:
    """A page that asks for consent in place of the article is refused."""
    wall = "We value your privacy. We and our 842 partners store information on a device. " * 5
    sentence = refusal(serve(httpserver, f"<html><body><div><p>{wall}</p></div></body></html>"))
    assert "shows a consent, login or subscription page" in sentence


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("ftp://news.example/a", "is no complete http or https address"),
        ("file:///etc/passwd", "is no complete http or https address"),
        ("http:///a", "is no complete http or https address"),
        ("https://", "is no complete http or https address"),
        ("http://[::1/", "is no valid URL"),
        ("http://news.example:99999/", "There is no host"),
        ("http://news.example/\ud800", "is no valid URL"),
        ("http://news.example/\x1b[31m", "is no valid URL"),
    ],
)
def test_other_urls_are_refused(source: str, part: str) -> None:
    """Other schemes and broken URLs are refused before anything is sent."""
    network = Network(resolve=lambda host, port: list(map(_fail, [host])))
    assert part in refusal(source, OPEN, network)


def _fail(host: str) -> Address:
    raise socket.gaierror(f"no such host: {host}")


@pytest.mark.parametrize("source", ["http://ann:secret@127.0.0.1/", "https://ann:secret@[::1/"])
def test_urls_with_credentials_are_refused_without_showing_them(source: str) -> None:
    """A password in a URL is neither sent nor repeated in the message."""
    assert "secret" not in refusal(source)


def test_unknown_host_is_refused() -> None:
    """A name that the name service does not know says so."""
    sentence = refusal("http://no.example/a", OPEN, Network(resolve=lambda h, p: [_fail(h)]))
    assert sentence == "There is no host no.example; check the URL and your connection."


def test_label_that_is_too_long_is_refused() -> None:
    """A host that no name service could know is an unknown one."""
    assert refusal(f"http://{'a' * 70}.example/").startswith("There is no host aaa")


def test_closed_port_is_refused() -> None:
    """A host where nobody listens refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert refusal(f"http://127.0.0.1:{port}/").startswith("127.0.0.1 refuses connections")


@given(
    reply=st.binary(max_size=200),
    start=st.sampled_from(
        [
            b"",
            b"HTTP/1.1 ",
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"HTTP/1.1 302 Found\r\nLocation: ",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nSet-Cookie: ",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Type: ",
        ]
    ),
)
@examples(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_answers_are_an_article_or_an_input_error(start: bytes, reply: bytes) -> None:
    """No answer of a server raises anything but InputError."""

    def talk(connection: socket.socket) -> None:
        connection.recv(10_000)
        connection.sendall(start + reply + b"\r\n\r\n")

    with answering(talk) as url, contextlib.suppress(InputError):
        network = Network(
            resolve=lambda host, port: [LOCAL] if host == "127.0.0.1" else [_fail(host)],
            is_allowed=only_local,
            ssl_context=CONTEXT,
        )
        assert fetch(url, OPEN, network).source == url


# --- limits -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b""),
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>A pier closes.</p>"),
    ],
)
def test_slow_answers_end_at_the_deadline(start: bytes, drop: bytes) -> None:
    """fetch_timeout_s limits the whole, also when a byte comes now and then."""
    settings = Settings(allow_private=True, fetch_timeout_s=0.5)
    with answering(lambda connection: dripping(connection, start, drop)) as url:
        begin = time.monotonic()
        sentence = refusal(url, settings)
    assert time.monotonic() - begin < 5
    assert sentence == (
        f"{url} could not be read within 0.5 seconds; try later or raise fetch_timeout_s."
    )


def test_silent_tls_server_ends_at_the_connect_timeout() -> None:
    """A server that takes the connection and never shakes hands has connect_timeout_s."""
    settings = Settings(allow_private=True, fetch_timeout_s=30, connect_timeout_s=0.3)
    with answering(lambda connection: dripping(connection, b"", b"")) as url:
        sentence = refusal(url.replace("http:", "https:"), settings)
    assert sentence.startswith("127.0.0.1 could not be reached within 0.3 seconds")


def test_slow_redirects_share_one_deadline() -> None:
    """Each redirect takes from the same seconds."""

    def talk(connection: socket.socket) -> None:
        request = connection.recv(10_000)
        time.sleep(0.3)
        path = request.split()[1] + b"x"
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + path + b"\r\n\r\n")

    settings = Settings(allow_private=True, fetch_timeout_s=0.8, max_redirects=20)
    with answering(talk) as url:
        assert "could not be read within 0.8 seconds" in refusal(url, settings)


def test_slow_name_service_ends_at_the_deadline() -> None:
    """Resolving a name is part of the time."""

    def resolve(host: str, port: int) -> list[Address]:
        time.sleep(10)
        return [LOCAL]

    begin = time.monotonic()
    refused = refusal("http://slow.example/", Settings(fetch_timeout_s=0.3), Network(resolve))
    assert "could not be read within 0.3 seconds" in refused
    assert time.monotonic() - begin < 5


def test_large_body_is_refused_and_the_limit_is_allowed(httpserver: HTTPServer) -> None:
    """Exactly max_download_bytes are read, and one more is refused."""
    body = HTML.encode().ljust(5000)
    url = serve(httpserver, body)
    allowed = Settings(allow_private=True, max_download_bytes=5000)
    assert read_article(url, allowed).title == "Pier closes"
    sentence = refusal(url, Settings(allow_private=True, max_download_bytes=4999))
    assert "is larger than 4,999 bytes" in sentence


def test_gzip_bomb_does_not_fill_the_memory(httpserver: HTTPServer) -> None:
    """A small body that unpacks to 200 million bytes is refused on the way."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    assert len(bomb) < 300_000
    url = serve(httpserver, bomb, headers={"Content-Encoding": "gzip"})
    settings = Settings(allow_private=True, max_download_bytes=1_000_000)
    refusal("http://127.0.0.1:1/", settings)  # imports what is needed
    tracemalloc.start()
    try:
        assert "is larger than 1,000,000 bytes" in refusal(url, settings)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_endless_bytes_that_unpack_to_nothing_are_refused() -> None:
    """What comes after the end of a gzip stream counts as well."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"

    def talk(connection: socket.socket) -> None:
        connection.sendall(head + gzip.compress(b"<p>"))
        while True:
            connection.sendall(bytes(100_000))

    with answering(talk) as url:
        assert "is larger than 10,000,000 bytes" in refusal(url)


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "zstd"])
def test_other_compressions_are_refused(httpserver: HTTPServer, coding: str) -> None:
    """A compression that was not asked for, or one within another, is refused."""
    url = serve(httpserver, b"\x0b\x01", headers={"Content-Encoding": coding})
    assert f"not asked for ({coding})" in refusal(url)


def test_broken_compression_is_refused(httpserver: HTTPServer) -> None:
    """A body that is not compressed as it says is refused."""
    url = serve(httpserver, b"<html>", headers={"Content-Encoding": "gzip"})
    assert f"{httpserver.host} does not answer as a web server does" in refusal(url)


# --- redirects --------------------------------------------------------------------------------


def redirecting(server: HTTPServer, target: str | None, status: int = 302) -> str:
    """Answer /start with a redirect to `target` and return its URL."""
    headers = {"Location": target} if target is not None else {}
    server.expect_request("/start").respond_with_data(status=status, headers=headers)
    return server.url_for("/start")


def test_redirects_up_to_the_limit_are_followed(httpserver: HTTPServer) -> None:
    """max_redirects of them are followed, and one more is refused."""
    for i in range(3):
        httpserver.expect_request(f"/{i}").respond_with_data(
            status=307, headers={"Location": f"/{i + 1}"}
        )
    httpserver.expect_request("/3").respond_with_data(HTML, content_type="text/html")
    url = httpserver.url_for("/0")
    settings = Settings(allow_private=True, max_redirects=3)
    assert read_article(url, settings).url == httpserver.url_for("/3")
    sentence = refusal(url, Settings(allow_private=True, max_redirects=2))
    assert "redirects more than 2 times" in sentence


def test_redirect_loop_is_refused(httpserver: HTTPServer) -> None:
    """Two pages that redirect to each other are named as a circle."""
    httpserver.expect_request("/back").respond_with_data(status=302, headers={"Location": "/start"})
    assert "redirects in a circle" in refusal(redirecting(httpserver, "/back"))
    assert len(httpserver.log) == 2


def test_redirect_to_itself_after_a_cookie_is_followed(httpserver: HTTPServer) -> None:
    """A page that sets a cookie and redirects to itself is no circle."""

    def handle(request: Request) -> Response:
        if "seen" in request.cookies:
            return Response(HTML, content_type="text/html")
        return Response(status=302, headers={"Location": "/start", "Set-Cookie": "seen=1"})

    httpserver.expect_request("/start").respond_with_handler(handle)
    assert read_article(httpserver.url_for("/start"), OPEN).title == "Pier closes"


@pytest.mark.parametrize(
    ("target", "part"),
    [
        ("ftp://127.0.0.1/a", "which is no complete http or https address"),
        ("file:///etc/passwd", "which is no complete http or https address"),
        ("javascript:alert(1)", "redirects to something that is no URL"),
        ("http://ann:secret@127.0.0.1/", "which holds a user name or password"),
    ],
)
def test_redirects_to_other_schemes_are_refused(
    httpserver: HTTPServer, target: str, part: str
) -> None:
    """A redirect is checked as the first URL was."""
    sentence = refusal(redirecting(httpserver, target))
    assert part in sentence
    assert "secret" not in sentence


def test_redirect_without_a_location_is_refused(httpserver: HTTPServer) -> None:
    """A redirect that leads nowhere is an error of the page."""
    assert "was not delivered (HTTP 302)" in refusal(redirecting(httpserver, None))


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"]
)
def test_private_addresses_are_refused_before_anything_is_sent(host: str) -> None:
    """Without allow_private nobody at such an address sees even a connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sentence = refusal(f"http://{host}:{listener.getsockname()[1]}/", Settings())
        assert select.select([listener], [], [], 0)[0] == []
    assert f"{host.strip('[]')} is at a private or reserved address" in sentence
    assert "--allow-private" in sentence


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "10.0.0.1", "fd00:ec2::254", "64:ff9b::a00:1"]
)
def test_name_with_a_private_address_is_refused(address: str) -> None:
    """The address counts, not the name that leads there."""
    network = Network(resolve=names([ip_address(address)]))
    assert "metadata.example is at a private" in refusal("https://metadata.example/", OPEN, network)


def test_allowed_address_is_chosen_among_several(httpserver: HTTPServer) -> None:
    """A name with a private and an allowed address is read at the allowed one."""
    serve(httpserver)
    network = Network(resolve=names([OTHER, LOCAL]), is_allowed=only_local)
    url = f"http://mixed.example:{httpserver.port}/news/pier"
    assert fetch(url, OPEN, network).url == url
    assert httpserver.log[0][0].headers["Host"] == f"mixed.example:{httpserver.port}"


def test_next_address_is_tried_when_one_does_not_answer(httpserver: HTTPServer) -> None:
    """Of several allowed addresses the first that answers is used."""
    serve(httpserver)
    network = Network(resolve=names([OTHER, LOCAL]), is_allowed=lambda _: True)
    url = f"http://two.example:{httpserver.port}/news/pier"
    assert fetch(url, OPEN, network).url == url


@pytest.mark.parametrize("target", ["http://127.0.0.2:{port}/", "http://inner.example:{port}/"])
def test_redirect_to_a_private_address_is_refused(httpserver: HTTPServer, target: str) -> None:
    """Each hop is checked: an allowed page cannot lead to an address that is not."""
    with socket.create_server(("127.0.0.2", 0)) as listener:
        url = redirecting(httpserver, target.format(port=listener.getsockname()[1]))
        network = Network(resolve=names([LOCAL], [OTHER]), is_allowed=only_local)
        assert "is at a private or reserved address" in refusal(url, OPEN, network)
        assert select.select([listener], [], [], 0)[0] == []


def test_name_that_changes_its_address_is_reached_at_the_checked_one(
    httpserver: HTTPServer,
) -> None:
    """A name is resolved once a hop, and connected to at what was checked (DNS rebinding)."""
    serve(httpserver)
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[Address]:
        asked.append(host)
        return [LOCAL] if len(asked) == 1 else [OTHER]

    url = f"http://rebind.example:{httpserver.port}/news/pier"
    assert fetch(url, OPEN, Network(resolve, only_local)).body == HTML.encode()
    assert asked == ["rebind.example"]


def test_name_that_turns_private_between_hops_is_refused(httpserver: HTTPServer) -> None:
    """The next hop to the same name is resolved and checked anew."""
    redirecting(httpserver, "/news/pier")
    network = Network(names([LOCAL], [OTHER]), only_local)
    source = f"http://rebind.example:{httpserver.port}/start"
    assert "rebind.example is at a private" in refusal(source, OPEN, network)


# --- TLS --------------------------------------------------------------------------------------


@pytest.fixture
def secure_server(tmp_path: Path) -> Iterator[HTTPServer]:
    """An https server on 127.0.0.1 with the certificate of news.example."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_text(CERTIFICATE)
    key.write_text(KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=context) as server:
        yield server


def trusting() -> ssl.SSLContext:
    """A context that trusts the tests' certificate alone."""
    return ssl.create_default_context(cadata=CERTIFICATE)


def at_loopback(context: ssl.SSLContext | None = None) -> Network:
    """Every name leads to 127.0.0.1."""
    return Network(lambda host, port: [LOCAL], only_local, context)


def test_tls_keeps_the_name(secure_server: HTTPServer) -> None:
    """The certificate is checked against the name, although the address is connected to."""
    serve(secure_server)
    url = f"https://news.example:{secure_server.port}/news/pier"
    assert fetch(url, OPEN, at_loopback(trusting())).body == HTML.encode()
    wrong = url.replace("news.", "other.")
    assert "its certificate is not valid: Hostname mismatch" in refusal(
        wrong, OPEN, at_loopback(trusting())
    )


def test_untrusted_certificate_is_refused(secure_server: HTTPServer) -> None:
    """A certificate that signs itself is not believed."""
    sentence = refusal(f"https://news.example:{secure_server.port}/", OPEN, at_loopback())
    assert sentence.startswith("No trusted connection to news.example is possible (its certificate")


def test_plain_server_at_an_https_url_is_refused(httpserver: HTTPServer) -> None:
    """A server that does not speak TLS says so."""
    sentence = refusal(serve(httpserver).replace("http:", "https:"))
    assert f"No trusted connection to {httpserver.host} is possible" in sentence


def test_redirect_may_go_up_to_https_and_not_down(
    httpserver: HTTPServer, secure_server: HTTPServer
) -> None:
    """A redirect from http to https is followed; one that gives up the encryption is not."""
    serve(secure_server)
    up = redirecting(httpserver, f"https://news.example:{secure_server.port}/news/pier")
    assert fetch(up, OPEN, at_loopback(trusting())).body == HTML.encode()
    redirecting(secure_server, f"http://news.example:{httpserver.port}/")
    down = f"https://news.example:{secure_server.port}/start"
    assert "gives up the encryption" in refusal(down, OPEN, at_loopback(trusting()))
