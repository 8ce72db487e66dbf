"""Files, standard input, encodings, JSON and HTML pages as articles."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from summarizer.errors import InputError
from summarizer.models import Article
from summarizer.settings import Settings
from summarizer.sources import article_from_text, read_article
from summarizer.sources.article_rule import MIN_PROSE_WORDS, WALL_WORDS
from summarizer.web.addresses import is_public

SETTINGS = Settings()

PARAGRAPHS = (
    "The harbour council of Port Ellery voted on Tuesday to close the old grain pier, ending a "
    "dispute that had run for almost three years between dock workers and the city.",
    "“We did not want this, but the pilings are rotten,” said Marta Lindqvist, who chairs the "
    "council, after a session that lasted until midnight.",
    "The pier, built in 1911, will be fenced off from 1 March and taken down before the winter "
    "storms, according to a plan published the same evening.",
    "The dockers' union said that it would go to court. Its secretary, Owen Hale, called the vote "
    "“a gift to the developers” and demanded a second survey.",
    "A survey of 2023 found that 38 of 120 pilings had lost more than half of their strength. A "
    "second one, paid for by the union, put the number at 11.",
    "Trade in the port fell by 4 percent last year, to 2.1 million tonnes.",
    "The regional government promised 6.5 million crowns for a new quay, on condition that the "
    "city pays the same amount.",
    "Lindqvist said that the city would find the money. The opposition doubts it and points to a "
    "budget that has been in deficit since 2021.",
    "Two police officers were hurt on Monday when protesters tried to enter the town hall; nobody "
    "was arrested.",
    "The council will meet again on 14 February to choose the company that takes the pier down.",
)
CONSENT = (
    "<h1>Before you continue</h1><p>We value your privacy. We and our 842 partners store and "
    "access information on a device, such as cookies, and process personal data for personalised "
    "advertising and content, audience research and services development.</p><p>With your "
    "permission we may use precise geolocation data and identification through device scanning. "
    "You may click to consent to this processing, or change your preferences before you do.</p>"
    "<button>Accept all</button>"
)
LOGIN = "<h1>Log in</h1><form><p>Please log in to continue reading.</p><input name=user></form>"
MENU = "".join(
    f'<div><a href="/s/{i}">Council of Port Ellery votes on pier number {i} after dispute</a></div>'
    for i in range(60)
)
STUB = (
    f"<article><h1>Pier</h1><p>{PARAGRAPHS[0]}</p><p>Subscribe to continue reading.</p></article>"
)


def story(paragraphs: tuple[str, ...] = PARAGRAPHS) -> str:
    """The main part of a page with an article."""
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    table = "<table><tr><td>Year</td><td>Tonnes</td></tr><tr><td>2023</td><td>2.2</td></tr></table>"
    comment = "<div class='comment'><p>First! I never liked that pier, and nor does my cousin.</p>"
    return (
        f"<article><h1>Port Ellery closes its old pier</h1>{body}{table}</article>"
        f"<section id='comments'><h2>Comments</h2>{comment}</div></section>"
    )


def page(main: str, head: str = "", lang: str = ' lang="en-GB"', charset: str = "utf-8") -> str:
    """A news site's page around `main`."""
    return f"""<!DOCTYPE html>
<html{lang}><head><meta charset="{charset}"><title>Port Ellery closes its old pier | Post</title>
{head}</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies to show you advertising.</p>
<button>Accept all</button></div>
<main>{main}</main>
<footer><p>© 2026 Ellery Post. All rights reserved. Imprint, terms and privacy.</p></footer>
</body></html>"""


METADATA = """<meta property="og:site_name" content="Ellery Post">
<link rel="canonical" href="https://www.ellery.example/news/pier">
<meta property="article:published_time" content="2026-01-14T08:30:00+01:00">"""


def write(folder: Path, name: str, content: bytes | str) -> str:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def refusal(source: str, settings: Settings = SETTINGS, stdin: bytes | None = None) -> str:
    """The sentence with which `source` is refused."""
    with pytest.raises(InputError) as caught:
        read_article(source, settings, stdin=None if stdin is None else io.BytesIO(stdin))
    assert caught.value.source == source
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence.isprintable()
    return sentence


# --- plain text and Markdown ------------------------------------------------------------------


def test_text_is_kept_verbatim_with_line_ends_and_emoji(tmp_path: Path) -> None:
    """CRLF, tabs, emoji and trailing blanks stay, so offsets count the file's code points."""
    text = "First 😀 line.\r\n\r\n\tSecond “line” – 👩‍🚀 done. \r\n"
    article = read_article(write(tmp_path, "a.txt", text), SETTINGS)
    assert article.text == text
    assert article.text[6] == "😀"
    assert article.text[article.text.index("👩‍🚀") :].startswith("👩‍🚀 done.")


def test_text_has_no_guessed_metadata(tmp_path: Path) -> None:
    """Plain text tells neither title nor outlet, URL or date, and English is the default."""
    source = write(tmp_path, "a.txt", "# Not a heading\n\n14 January 2026. Bonjour.")
    expected = Article(text="# Not a heading\n\n14 January 2026. Bonjour.", source=source)
    assert read_article(source, SETTINGS) == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Pier closes\n\nText.", "Pier closes"),
        ("# Pier closes ##\r\n\r\nText.", "Pier closes"),
        ("# About C#\n\nText.", "About C#"),
        ("\ufeff# After a mark\nText.", "After a mark"),
        ("## Second level\n\nText.", ""),
        ("#No blank\n\nText.", ""),
        ("Text.\n\n# Later", ""),
        ("# ", ""),
        ("# #\nText.", ""),
    ],
)
def test_markdown_title_is_its_first_heading(tmp_path: Path, text: str, title: str) -> None:
    """A Markdown file has a title only if it begins with a heading of the first level."""
    article = read_article(write(tmp_path, "a.md", text), SETTINGS)
    assert article.title == title
    assert article.text == text.removeprefix("\ufeff")


@examples(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_file_is_read_as_it_decodes(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """The text of a .txt article is exactly the decoded file, or the file is refused."""
    body = text.encode()
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(body)
    expected = body.decode("utf-8-sig")
    if expected.strip():
        assert read_article(str(path), SETTINGS).text == expected
    else:
        assert "is empty" in refusal(str(path))


# --- what cannot be read ----------------------------------------------------------------------


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """A wrong path says so, and how a web address would begin."""
    source = str(tmp_path / "none.txt")
    expected = f"There is no file {source}; check the path, or begin a web address with https://."
    assert refusal(source) == expected


def test_directory_is_refused(tmp_path: Path) -> None:
    """A directory is named as one."""
    assert "is a directory" in refusal(str(tmp_path))


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Give up the superuser's right to read everything."""
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(65534)
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)


def test_file_without_permission_is_refused(tmp_path: Path) -> None:
    """A file that this user may not read says so."""
    source = write(tmp_path, "closed.txt", "Text.")
    Path(source).chmod(0)
    with as_nobody():
        assert "You may not read" in refusal(source)


@pytest.mark.parametrize("source", ["a\0b.txt", "x" * 5000, "\udcff/y.txt", "a\nb.txt"])
def test_impossible_paths_are_refused_in_one_line(source: str) -> None:
    """A path that no file can have gives a sentence, without control characters."""
    assert len(refusal(source)) < 400


def test_no_source_is_refused() -> None:
    """An empty source is not the current directory."""
    assert refusal("").startswith("No source was given")


def test_endless_device_is_refused() -> None:
    """A device without an end is read up to the limit only."""
    assert "is larger than 10,000,000 bytes" in refusal("/dev/zero")


@pytest.mark.parametrize("content", [b"", b" \r\n\t \n", b"\xef\xbb\xbf", "\u2003\n".encode()])
def test_empty_and_blank_files_are_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing, white space, and a byte order mark alone are empty."""
    assert "is empty" in refusal(write(tmp_path, "a.txt", content))


def test_too_long_text_is_refused_and_the_limit_is_allowed(tmp_path: Path) -> None:
    """Exactly max_article_chars are read, one more is refused, counted in characters."""
    settings = Settings(max_article_chars=100)
    assert len(read_article(write(tmp_path, "a.txt", "😀" * 100), settings).text) == 100
    sentence = refusal(write(tmp_path, "b.txt", "😀" * 101), settings)
    assert "has 101 characters and 100 are allowed" in sentence


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\nsome text", "is a PDF"),
        (b"PK\x03\x04rest", "a zip archive or an office document"),
        (b"\x89PNG\r\n\x1a\nrest", "is an image"),
        (b"\xff\xd8\xff\xe0rest", "is an image"),
        (gzip.compress(b"text"), "is a gzip archive"),
        (b"{\\rtf1 text}", "is an RTF document"),
        (b"plain\0text", "is a binary file"),
        (b"\xe9\0\xff\xfe", "is a binary file"),
    ],
)
def test_binary_files_are_refused_by_what_they_are(
    tmp_path: Path, content: bytes, what: str
) -> None:
    """A PDF, an archive, an image or other binary data is not read as text."""
    sentence = refusal(write(tmp_path, "a.txt", content))
    assert what in sentence
    assert "copy the article's text into a .txt file" in sentence


# --- encodings --------------------------------------------------------------------------------

FRENCH = "Le préfet a déclaré que « l’accord » était signé ; une réunion suivra à Genève.\r\n" * 3


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_of_text_files(tmp_path: Path, codec: str) -> None:
    """A byte order mark is believed and taken off; without one an old code page is guessed."""
    assert read_article(write(tmp_path, "a.txt", FRENCH.encode(codec)), SETTINGS).text == FRENCH


def test_big_endian_mark(tmp_path: Path) -> None:
    """The byte order mark decides the byte order."""
    content = b"\xfe\xff" + FRENCH.encode("utf-16-be")
    assert read_article(write(tmp_path, "a.txt", content), SETTINGS).text == FRENCH


@pytest.mark.parametrize("content", [bytes(range(1, 256)), b"\xef\xbb\xbfcaf\xe9", b"\xff\xfeabc"])
def test_unknown_encoding_is_refused(tmp_path: Path, content: bytes) -> None:
    """Bytes that fit no text's encoding, or not the one of their mark, are not guessed at."""
    sentence = refusal(write(tmp_path, "a.txt", content))
    assert sentence.startswith("The encoding of ")
    assert sentence.endswith("cannot be told; save it as UTF-8.")


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("windows-1252", "cp1252"),
        ("ISO-8859-1", "cp1252"),  # quotes stand where Latin-1 has control characters
        ("us-ascii", "cp1252"),
        ("iso-8859-1", "utf-8"),
        ("utf-16", "utf-8"),
        ("no-such-charset", "utf-8"),
        ("unicode_escape", "utf-8"),
        ("windows-1250", "cp1250"),
    ],
)
def test_charset_of_a_page(tmp_path: Path, declared: str, codec: str) -> None:
    """The meta element's charset is read as browsers do, and passed over where it is wrong."""
    content = page(story(), charset=declared).replace("©", "").encode(codec)
    article = read_article(write(tmp_path, "a.html", content), SETTINGS)
    assert PARAGRAPHS[1] in article.text


# --- standard input ---------------------------------------------------------------------------


def test_standard_input_is_told_apart_by_its_beginning() -> None:
    """HTML, an Article's JSON and text are recognised; the source stays "-"."""
    html = read_article("-", SETTINGS, stdin=io.BytesIO(page(story()).encode()))
    stored = read_article("-", SETTINGS, stdin=io.BytesIO(b' {"text": "A pier.", "title": "T"}'))
    text = read_article("-", SETTINGS, stdin=io.BytesIO(b"{Port Ellery} - A pier.\r\n"))
    assert html.title == "Port Ellery closes its old pier"
    assert (stored.text, stored.title, stored.source) == ("A pier.", "T", "-")
    assert text == Article(text="{Port Ellery} - A pier.\r\n", source="-")


def test_comments_before_a_page_do_not_slow_it_down() -> None:
    """Many comments and no element after them are told apart from HTML at once."""
    text = "<!-- x --> " * 2000 + "end"
    assert read_article("-", SETTINGS, stdin=io.BytesIO(text.encode())).text == text


def test_standard_input_in_small_pieces() -> None:
    """A pipe that gives a few bytes at a time is read to its end."""

    class Pipe(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(3, size if size and size > 0 else 3))

    text = "A pier closes. " * 10
    assert read_article("-", SETTINGS, stdin=Pipe(text.encode())).text == text


def test_standard_input_of_the_process() -> None:
    """Without a stream, the process's own standard input is read as bytes."""
    code = (
        "from summarizer.settings import Settings\n"
        "from summarizer.sources import read_article\n"
        "print(ascii(read_article('-', Settings()).text))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=b"A \xe2\x80\x9cpier\xe2\x80\x9d.\r\n",
        capture_output=True,
    )
    assert done.stdout.decode().strip() == ascii("A “pier”.\r\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "standard input is empty"),
        (b'{"text": "A pier', "standard input is not valid JSON"),
        (b"%PDF-1.4", "standard input is a PDF"),
    ],
)
def test_standard_input_is_refused_by_name(content: bytes, sentence: str) -> None:
    """Messages about "-" say standard input."""
    assert refusal("-", stdin=content).startswith(sentence)


def test_closed_standard_input_is_refused() -> None:
    """A stream that is closed already gives a sentence."""
    stream = io.BytesIO(b"text")
    stream.close()
    with pytest.raises(InputError, match="standard input cannot be opened"):
        read_article("-", SETTINGS, stdin=stream)


@examples(deadline=None)
@given(body=st.binary() | st.text().map(str.encode), suffix=st.sampled_from(["txt", "md", "json"]))
def test_random_bytes_are_an_article_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, suffix: str
) -> None:
    """No content of a file or of standard input raises anything but InputError."""
    path = tmp_path_factory.getbasetemp() / f"random.{suffix}"
    path.write_bytes(body)
    for source in (str(path), "-"):
        with contextlib.suppress(InputError):
            article = read_article(source, SETTINGS, stdin=io.BytesIO(body))
            assert article.text.strip()


PIECES = r"""<p> </p> <div <!-- --> <![CDATA[ <?xml &amp; &#xD800; &#0; <meta charset=x>
<html lang= > " <script type="application/ld+json">{ </script> <time datetime=9999-99-99>
<table> <td> <li> <a href='http://[' <link rel=canonical href='//:x'> <base href=x> <article>
😀 word. </html>"""
MARKUP = st.lists(st.sampled_from(PIECES.split()) | st.text(max_size=8), max_size=30)


@examples(deadline=None)
@given(parts=MARKUP)
def test_random_markup_is_an_article_or_an_input_error(parts: list[str]) -> None:
    """No broken page raises anything but InputError."""
    body = ("<html>" + " ".join(parts) + "A pier closes. " * 20).encode("utf-8", "replace")
    with contextlib.suppress(InputError):
        assert read_article("-", SETTINGS, stdin=io.BytesIO(body)).text.strip()


# --- an Article's JSON ------------------------------------------------------------------------


def test_stored_article_is_read_back(tmp_path: Path) -> None:
    """An Article's own JSON gives the same Article, with the file as its source."""
    stored = Article(
        text="A pier.\r\n😀",
        title="T",
        outlet="Post",
        url="https://e.example/a",
        date="2026-01-14",
        language="de",
        source="elsewhere",
    )
    source = write(tmp_path, "a.json", stored.model_dump_json())
    assert read_article(source, SETTINGS) == stored.model_copy(update={"source": source})


def test_stored_date_and_language_are_normalised(tmp_path: Path) -> None:
    """A time becomes its day and a language tag its two letters."""
    source = write(
        tmp_path, "a.json", '{"text": "A.", "date": "2026-01-14T08:30:00Z", "language": "pt-BR"}'
    )
    article = read_article(source, SETTINGS)
    assert (article.date, article.language) == ("2026-01-14", "pt")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ('{"text": "A."', "is not valid JSON (EOF"),
        ('{"text": "\\ud800"}', "is not valid JSON ("),
        ('["text"]', "is JSON but no object; an Article is one with the keys text, title,"),
        ("3", "is JSON but no object"),
        ("{}", 'lacks the key "text"'),
        ('{"text": 3}', 'The key "text" in'),
        ('{"text": "A.", "title": null}', 'The key "title" in'),
        ('{"text": "A.", "body": 1, "x\\u0007": 2}', "keys that no Article has: body, x\ufffd;"),
        ('{"text": "A.", "date": "yesterday"}', 'The "date" in'),
        ('{"text": "A.", "language": "english"}', 'The "language" in'),
        ('{"text": " "}', "is empty"),
        ("[" * 100_000, "is not valid JSON ("),
    ],
)
def test_json_that_is_no_article_is_refused(tmp_path: Path, content: str, part: str) -> None:
    """Malformed JSON, other JSON, unknown keys and wrong values are each named."""
    assert part in refusal(write(tmp_path, "a.json", content))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
FIELDS = st.dictionaries(st.sampled_from([*Article.model_fields, "more"]), st.text() | JSON)


@examples(deadline=None)
@given(value=JSON | FIELDS)
def test_random_json_is_an_article_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    """No JSON raises anything but InputError."""
    path = tmp_path_factory.getbasetemp() / "random.json"
    path.write_text(json.dumps(value))
    with contextlib.suppress(InputError):
        assert read_article(str(path), SETTINGS).text.strip()


# --- HTML pages -------------------------------------------------------------------------------


def test_article_of_a_page(tmp_path: Path) -> None:
    """The paragraphs are lines, and the metadata is what the page's markup says."""
    source = write(tmp_path, "a.html", page(story(), METADATA))
    article = read_article(source, SETTINGS)
    assert [line for line in article.text.split("\n") if line in PARAGRAPHS] == list(PARAGRAPHS)
    assert article.model_copy(update={"text": ""}) == Article(
        text="",
        title="Port Ellery closes its old pier",
        outlet="Ellery Post",
        url="https://www.ellery.example/news/pier",
        date="2026-01-14",
        language="en",
        source=source,
    )


def test_page_without_its_noise(tmp_path: Path) -> None:
    """Menu, banner, footer, tables and comments are not in the text."""
    text = read_article(write(tmp_path, "a.htm", page(story())), SETTINGS).text
    for noise in ("Home", "cookies", "All rights reserved", "Tonnes", "cousin"):
        assert noise not in text


def test_page_without_metadata_has_no_guessed_date(tmp_path: Path) -> None:
    """Days named in the text or in a copyright line are no date of publication."""
    article = read_article(write(tmp_path, "a.html", page(story(), lang="")), SETTINGS)
    assert (article.date, article.outlet, article.url) == ("", "", "")
    assert article.language == "en"


@pytest.mark.parametrize(
    ("lang", "head", "language"),
    [
        (' lang="de-AT"', "", "de"),
        (' lang="DE"', "", "de"),
        (' xml:lang="fr"', "", "fr"),
        (' lang=""', '<meta http-equiv="Content-Language" content="it, en">', "it"),
        ("", '<meta property="og:locale" content="es_MX">', "es"),
        (' lang="deu"', '<meta property="og:locale" content="de_DE">', "de"),
        (' lang="x-none"', "", "en"),
    ],
)
def test_language_of_a_page(tmp_path: Path, lang: str, head: str, language: str) -> None:
    """The lang attribute, then meta elements, tell the language as two letters."""
    source = write(tmp_path, "a.html", page(story(), head, lang))
    assert read_article(source, SETTINGS).language == language


def test_publisher_url_is_no_outlet(tmp_path: Path) -> None:
    """A publisher given as a social network's URL gives way to the page's host."""
    head = (
        '<meta property="article:publisher" content="https://social.example/post">'
        '<link rel="canonical" href="https://www.ellery.example/news/pier">'
    )
    assert read_article(write(tmp_path, "a.html", page(story(), head)), SETTINGS).outlet == (
        "ellery.example"
    )


@pytest.mark.parametrize("main", [f"<p>{' '.join(PARAGRAPHS)}</p>", story()])
def test_fragment_of_a_page_is_read(tmp_path: Path, main: str) -> None:
    """An HTML file may be a fragment without html and body elements."""
    assert PARAGRAPHS[4] in read_article(write(tmp_path, "a.html", main), SETTINGS).text


@pytest.mark.parametrize("main", [CONSENT, LOGIN, STUB])
def test_walls_are_refused(tmp_path: Path, main: str) -> None:
    """A consent wall, a login wall and a paywall's stub are no articles."""
    sentence = refusal(write(tmp_path, "a.html", page(main)))
    assert "shows a consent, login or subscription page" in sentence


def test_short_page_that_declares_itself_as_not_free_is_refused(tmp_path: Path) -> None:
    """schema.org's isAccessibleForFree tells a stub in any language, and not a whole article."""
    head = '<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>'
    short, whole = PARAGRAPHS[:4], PARAGRAPHS
    assert len(" ".join(short).split()) > MIN_PROSE_WORDS
    assert "subscription page" in refusal(write(tmp_path, "a.html", page(story(short), head)))
    assert len(" ".join(whole * 2).split()) > WALL_WORDS
    long = page(story(tuple(f"{p} {i}." for i in range(2) for p in whole)), head)
    assert PARAGRAPHS[0] in read_article(write(tmp_path, "b.html", long), SETTINGS).text


@pytest.mark.parametrize("main", [MENU, "", "<p>Page not found.</p>"])
def test_pages_with_hardly_any_running_text_are_refused(tmp_path: Path, main: str) -> None:
    """A menu, an empty page and a notice hold no article."""
    assert "holds no article" in refusal(write(tmp_path, "a.html", page(main)))


def test_short_news_in_a_script_without_spaces_is_an_article(tmp_path: Path) -> None:
    """Each ideograph counts as a word."""
    text = "港口委员会周二投票决定关闭旧粮食码头。" * 4
    body = f"<html lang='zh-Hans'><body><article><p>{text}</p></article></body></html>"
    article = read_article(write(tmp_path, "a.html", body), SETTINGS)
    assert (article.text, article.language) == (text, "zh")


def test_long_page_is_refused(tmp_path: Path) -> None:
    """The limit of characters counts the extracted text."""
    sentence = refusal(write(tmp_path, "a.html", page(story())), Settings(max_article_chars=500))
    assert "500 are allowed" in sentence


# --- the rest ---------------------------------------------------------------------------------


def test_article_from_text_keeps_the_text() -> None:
    """A string is an article as it is, and an empty one is refused."""
    assert article_from_text("Two\r\nwords", "memo") == Article(text="Two\r\nwords", source="memo")
    with pytest.raises(InputError, match=r"^The text is empty"):
        article_from_text(" \n")


def test_importing_sources_is_light() -> None:
    """The HTTP client, trafilatura and charset-normalizer are imported when they are needed."""
    code = "import sys, summarizer.sources; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    loaded = set(done.stdout.split())
    assert "summarizer.sources" in loaded
    assert loaded.isdisjoint({"httpx2", "httpcore2", "trafilatura", "lxml", "charset_normalizer"})


@pytest.mark.parametrize(
    "address",
    [
        *("10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3"),
        *("169.254.169.254", "100.64.0.1", "100.100.100.200", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "192.0.0.192", "192.0.2.1", "198.18.0.1", "203.0.113.9"),
        *("192.88.99.1", "168.63.129.16"),
        *("::", "::1", "fe80::1", "fe80::1%2", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:7f00:1", "::127.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::"),
        *("2002:808:808::1", "2001:0:5ef5:79fb::1", "2001:db8::1", "3fff::1", "100::1"),
        "5f00::1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    """Special addresses, and IPv6 ones that stand for a special IPv4 one, are not public."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_addresses_that_are_public(address: str) -> None:
    """Ordinary addresses, also those that stand for an ordinary IPv4 one, are public."""
    assert is_public(ip_address(address))


@given(number=st.integers(0, 2**32 - 1))
def test_embedded_addresses_are_judged_alike(number: int) -> None:
    """An IPv4 address and the IPv6 ones that lead to it are public or not together."""
    plain = is_public(ip_address(number))
    mapped = ip_address((0xFFFF << 32) | number)
    translated = ip_address(int(ip_address("64:ff9b::")) | number)
    assert is_public(mapped) == is_public(translated) == plain
