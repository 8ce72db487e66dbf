"""Text for display: what the eye cannot see, or is deceived by, is shown or taken out; pure.

Only display goes through here. Quotes and offsets are always of the article as it was read.
"""

from __future__ import annotations

import re

# Control characters (ANSI escapes start with one), lone surrogates, and the marks that turn the
# direction of text: they change how all that follows is read, so they are shown by number.
_SHOWN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

# Without width or effect of their own: hints for line breaks, direction marks, fillers, tags,
# the supplement of variation selectors. Web pages are full of some; others smuggle data.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u2065"
    "\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)

# Joiners shape Arabic, Persian and Indic words and emoji; between other letters they only hide.
_JOINED = "[^\u0000-\u058f\u200c\u200d\\s]"
_STRAY_JOINER = re.compile(
    f"(?<!{_JOINED})[\u200c\u200d]|[\u200c\u200d](?!{_JOINED})", flags=re.UNICODE
)


def make_visible(text: str) -> str:
    """`text` with control and direction characters shown as ‹U+202E› and hidden ones taken out.

    Line ends and tabs stay. Giving the result in again changes nothing.
    """
    shown = _SHOWN.sub(lambda match: f"‹U+{ord(match[0]):04X}›", text)
    return _STRAY_JOINER.sub("", _HIDDEN.sub("", shown))


def one_line(text: str) -> str:
    """`make_visible(text)` on one line, each run of white space as one space."""
    return " ".join(make_visible(text).split())


def typed(text: str) -> str:
    """A word of the vocabulary as a reader would write it: "in_force" as "in force"."""
    return text.replace("_", " ").lower()
