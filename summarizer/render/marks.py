"""The article in its paragraphs, cut where the sentences that prove something begin and end; pure.

Only cited sentences are known here, by the offsets of the brief's quotes; the text between two of
them is one plain piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.models import Brief, Frozen, Quote
from summarizer.render.text import make_visible
from summarizer.render.view import all_quotes, stands

# Atomic, so that the two characters of one CRLF never count as two line ends.
_LINE_END = r"(?>\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])"
_LINE = re.compile(rf"\s*{_LINE_END}\s*")
_BLANK = re.compile(rf"{_LINE_END}[^\S\r\n\x0b\x0c\x85\u2028\u2029]*{_LINE_END}\s*")


class Piece(Frozen):
    """A run of text cleaned for display.

    `sentence` is its number if it is cited, else 0; `first` is false for the rest of a sentence
    that a paragraph break cuts.
    """

    text: str
    sentence: int = 0
    first: bool = True


class Paragraph(Frozen):
    """The pieces of one paragraph; joined, they are its text."""

    pieces: tuple[Piece, ...]


def paragraphs(brief: Brief) -> tuple[Paragraph, ...]:
    """The article's paragraphs, none of them empty."""
    quotes = marked(brief)
    text = brief.article.text
    spans = _paragraph_spans(text, quotes)
    return tuple(Paragraph(pieces=tuple(_pieces(text, begin, end, quotes))) for begin, end in spans)


def marked(brief: Brief) -> tuple[Quote, ...]:
    """The quotes that can be shown in the article: in order, one a sentence, none overlapping.

    A quote that does not stand at its place is left out; the view warns of it.
    """
    chosen: list[Quote] = []
    numbers: set[int] = set()
    for quote in sorted(all_quotes(brief), key=lambda q: (q.start, q.end)):
        apart = not chosen or quote.start >= chosen[-1].end
        if apart and quote.sentence not in numbers and stands(quote, brief.article):
            chosen.append(quote)
            numbers.add(quote.sentence)
    return tuple(chosen)


def _paragraph_spans(text: str, quotes: tuple[Quote, ...]) -> Iterator[tuple[int, int]]:
    """Paragraphs end at line ends; where a sentence runs over one, only at blank lines."""
    wrapped = any(_LINE.search(quote.text) for quote in quotes)
    begin = 0
    for match in (_BLANK if wrapped else _LINE).finditer(text):
        if text[begin : match.start()].strip():
            yield begin, match.start()
        begin = match.end()
    if text[begin:].strip():
        yield begin, len(text)


def _pieces(text: str, begin: int, end: int, quotes: tuple[Quote, ...]) -> Iterator[Piece]:
    for quote in quotes:
        start, stop = max(quote.start, begin), min(quote.end, end)
        if start >= stop:
            continue
        if begin < start:
            yield Piece(text=make_visible(text[begin:start]))
        yield Piece(
            text=make_visible(text[start:stop]), sentence=quote.sentence, first=start == quote.start
        )
        begin = stop
    if begin < end:
        yield Piece(text=make_visible(text[begin:end]))
