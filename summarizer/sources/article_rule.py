"""What counts as an article among HTML pages; pure.

The rule can be stated: the page's extracted text has at least MIN_PROSE_WORDS words of running
text, and it is no wall. Running text is lines that end like a sentence or are long; a menu has
neither. A wall (consent, login, subscription) is a text of fewer than WALL_WORDS words that holds
a phrase typical of one, or whose page declares itself as not free to read (schema.org's
isAccessibleForFree).
"""

from __future__ import annotations

import re

from summarizer.errors import InputError
from summarizer.sources.raw import OPEN_IT
from summarizer.web.wording import shown

MIN_PROSE_WORDS = 50
"""Fewest words of running text that make an article."""

WALL_WORDS = 250
"""A text with as many words is no wall, whatever it says."""

_LONG_LINE_WORDS = 25
# Scripts without spaces: each of their characters counts as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")
_SENTENCE_END = re.compile(r"[.!?…。！？।۔؟።]['\"”’»›“‘)\]」』]*$")
_WALL = re.compile(
    r"""\b(?:
      we\ value\ your\ privacy
    | we\ and\ our\ (?:\d+\ )?(?:partners|vendors)
    | (?:accept|reject|manage)\ (?:all\ )?cookies
    | (?:subscribe|sign\ (?:in|up)|log\ ?in)\ (?:now\ )?to\ continue
    | to\ (?:continue|keep)\ reading
    | to\ (?:read|unlock|view)\ (?:this|the\ full|the\ whole)\ (?:article|story)
    | already\ (?:a\ subscriber|have\ an\ account)
    | for\ subscribers\ only | subscriber[- ]only
    | (?:enable|turn\ on)\ javascript
    | verify\ (?:that\ )?you\ are\ (?:a\ )?human
    | alle\ cookies\ akzeptieren | akzeptieren\ und\ weiter | nur\ für\ abonnenten
    | accepter\ et\ continuer | réservée?\ aux\ abonnés
    | aceptar\ (?:las\ |todas\ las\ )?cookies | exclusivo\ para\ suscriptores
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?false\b', re.IGNORECASE)


def refuse_no_article(text: str, html: str, source: str) -> None:
    """Raise InputError if `text`, extracted from the page `html`, is no article."""
    _refuse_wall(text, html, source)
    _refuse_scraps(text, source)


def _refuse_wall(text: str, html: str, source: str) -> None:
    if len(_WORD.findall(text)) >= WALL_WORDS:
        return
    if _WALL.search(text) or _NOT_FREE.search(html):
        raise InputError(
            f"{shown(source)} shows a consent, login or subscription page in place of the whole "
            f"article; {OPEN_IT}.",
            source=source,
        )


def _refuse_scraps(text: str, source: str) -> None:
    if (words := _prose_words(text)) < MIN_PROSE_WORDS:
        raise InputError(
            f"{shown(source)} holds no article: {words} words of running text were found, and "
            f"{MIN_PROSE_WORDS} are the least; {OPEN_IT}.",
            source=source,
        )


def _prose_words(text: str) -> int:
    """Words in lines that end like a sentence or are long."""
    total = 0
    for line in text.splitlines():
        words = len(_WORD.findall(line))
        if words >= _LONG_LINE_WORDS or _SENTENCE_END.search(line.rstrip()):
            total += words
    return total
