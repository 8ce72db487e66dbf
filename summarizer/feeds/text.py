"""The text of what a feed says in HTML; pure."""

from __future__ import annotations

import re
from html import unescape

from bs4 import BeautifulSoup

# Scripts without spaces: each of their characters counts as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")
_BLOCKS = ["p", "br", "div", "li", "ul", "ol", "tr", "blockquote", "figure", "pre"]
_BLOCKS += [f"h{level}" for level in range(1, 7)]
_UNSEEN = ["script", "style", "template", "iframe", "object", "svg"]


def plain_text(html: str) -> str:
    """The text of `html` (or of plain text), a paragraph a line."""
    if "<" not in html:
        return _lines(unescape(html))
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(_UNSEEN):
        tag.extract()
    for tag in soup.find_all(_BLOCKS):
        tag.insert_before("\n")
        tag.insert_after("\n")
    return _lines(soup.get_text())


def one_line(html: str) -> str:
    """The text of `html` in one line."""
    return " ".join(plain_text(html).split())


def word_count(text: str) -> int:
    """Words of `text`."""
    return len(_WORD.findall(text))


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
