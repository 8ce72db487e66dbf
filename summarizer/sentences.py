"""Article text to numbered sentences with their spans; pure.

Boundaries come from sentencex, which knows abbreviations and quotes in some 300 languages. It
is asked paragraph by paragraph, so that no sentence crosses one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from sentencex import get_sentence_boundaries

from summarizer.models import Sentence

_LINE_END = r"(?>\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])"
_LINE = re.compile(_LINE_END)
_BLANK = re.compile(rf"{_LINE_END}[^\S\r\n\x0b\x0c\x85\u2028\u2029]*{_LINE_END}\s*")
_WORD = re.compile(r"\w")

# sentencex takes quadratic time on a long paragraph of very short sentences, so it sees a window.
_WINDOW = 5_000
_WRAP_WIDTH = 100


def split_sentences(text: str, language: str = "en") -> list[Sentence]:
    """Split `text` into sentences.

    The spans are ordered and do not overlap, and between them is nothing but white space: with
    that white space they give the text back. A piece without a letter or digit joins the
    sentence before it in its paragraph.
    """
    sentences: list[Sentence] = []
    for paragraph, (begin, end) in enumerate(_paragraphs(text), start=1):
        for start, stop in _spans(text, begin, end, language):
            sentences.append(
                Sentence(
                    number=len(sentences) + 1,
                    start=start,
                    end=stop,
                    paragraph=paragraph,
                    text=text[start:stop],
                )
            )
    return sentences


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Spans of paragraphs: by blank lines in hard-wrapped text, else by lines."""
    pattern = _BLANK if _is_hard_wrapped(text) else _LINE
    begin = 0
    for match in pattern.finditer(text):
        if text[begin : match.start()].strip():
            yield begin, match.start()
        begin = match.end()
    if text[begin:].strip():
        yield begin, len(text)


def _is_hard_wrapped(text: str) -> bool:
    """Whether single line ends are mere wrapping: lines short, and most run on into the next."""
    lines = [line.strip() for line in _LINE.split(text)]
    pairs = [(a, b) for a, b in pairwise(lines) if a and b]
    if not pairs or max(map(len, lines)) > _WRAP_WIDTH:
        return False
    running_on = sum(a[-1] not in '.!?:"”’»)。！？' for a, _ in pairs)
    return running_on * 2 > len(pairs)


def _spans(text: str, begin: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Trimmed sentence spans of one paragraph."""
    pending: tuple[int, int] | None = None
    for start, stop in _boundaries(text, begin, end, language):
        start, stop = _trim(text, start, stop)
        if start >= stop:
            continue
        if pending and not _WORD.search(text, start, stop):
            pending = (pending[0], stop)
            continue
        if pending:
            yield pending
        pending = (start, stop)
    if pending:
        yield pending


def _boundaries(text: str, begin: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Sentence spans by windows; the last one of a window may be cut, so the next begins there."""
    while begin < end:
        window = text[begin : min(begin + _WINDOW, end)]
        found = [
            (begin + b["start_index"], begin + b["end_index"])
            for b in get_sentence_boundaries(language, window)
        ]
        if begin + len(window) < end and len(found) > 1:
            found.pop()
        yield from found
        begin = found[-1][1] if found else begin + len(window)


def _trim(text: str, start: int, stop: int) -> tuple[int, int]:
    piece = text[start:stop]
    return start + len(piece) - len(piece.lstrip()), stop - (len(piece) - len(piece.rstrip()))
