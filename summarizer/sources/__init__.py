"""A path, a URL or standard input to an Article; the way of the data:

    source -> Raw (bytes, kind, charset) -> text -> Article

`files` and `web` bring the bytes, `decoding` makes text of them, `page` (HTML) and `stored`
(an Article's JSON) make the Article. Plain text and Markdown stay exactly as they were read, so
that offsets into them hold.
"""

from __future__ import annotations

import re
import sys
from typing import BinaryIO

from summarizer.errors import InputError
from summarizer.models import Article
from summarizer.settings import Settings
from summarizer.sources.decoding import decode
from summarizer.sources.files import read_file, read_stdin
from summarizer.sources.metadata import host_name
from summarizer.sources.page import article_from_html
from summarizer.sources.raw import Raw, kind_of
from summarizer.sources.stored import article_from_json
from summarizer.web.wording import shown

__all__ = ["article_from_text", "read_article"]

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def read_article(source: str, settings: Settings, *, stdin: BinaryIO | None = None) -> Article:
    """Read the article at `source`.

    `source` is an http or https URL, "-" for standard input (`stdin`, or the process's own), or
    the path of a .txt, .md, .html or .json file, the last with an object that has the fields of
    Article. Standard input and files with another suffix are told apart by their beginning.

    Raises InputError, with one sentence that says what to do, if no article can be read there.
    """
    if not source:
        raise InputError("No source was given; name a file, a URL, or - for standard input.")
    raw = _read(source, settings, stdin)
    text = decode(raw)
    _refuse_empty(text, source)
    article = _parsed(text, raw)
    _refuse_empty(article.text, source)
    _refuse_long(article, settings)
    return article


def article_from_text(text: str, source: str = "") -> Article:
    """An Article of `text` as it is, without metadata.

    Raises InputError if there is nothing but white space in it.
    """
    _refuse_empty(text, source)
    return Article(text=text, source=source)


def _read(source: str, settings: Settings, stdin: BinaryIO | None) -> Raw:
    if source == "-":
        return read_stdin(sys.stdin.buffer if stdin is None else stdin, settings)
    if not _URL.match(source):
        return read_file(source, settings)
    from summarizer.sources.web import fetch  # late: the HTTP client is slow to import

    return fetch(source, settings)


def _parsed(text: str, raw: Raw) -> Article:
    kind = kind_of(text) if raw.kind == "unknown" else raw.kind
    # JSON is an Article's stored form in a user's hands, and no form of web page.
    if kind == "json" and not raw.url:
        return article_from_json(text, raw.source)
    if kind == "html":
        return article_from_html(text, raw)
    title = _heading(text) if kind == "markdown" else ""
    outlet = host_name(raw.url)
    return Article(text=text, title=title, outlet=outlet, url=raw.url, source=raw.source)


def _heading(text: str) -> str:
    """The heading "# ..." that a Markdown text begins with, or ""."""
    if not text.startswith("# "):
        return ""
    line = text.splitlines()[0][2:].strip()
    opened = line.rstrip("#")  # "# Title #" closes its heading, "# About C#" does not
    return opened.strip() if opened.endswith((" ", "\t")) or not opened else line


def _refuse_empty(text: str, source: str) -> None:
    if not text.strip():
        raise InputError(
            f"{shown(source) or 'The text'} is empty; give one that holds an article.",
            source=source,
        )


def _refuse_long(article: Article, settings: Settings) -> None:
    if len(article.text) > settings.max_article_chars:
        raise InputError(
            f"{shown(article.source)} has {len(article.text):,} characters and "
            f"{settings.max_article_chars:,} are allowed; shorten it or raise max_article_chars.",
            source=article.source,
        )
