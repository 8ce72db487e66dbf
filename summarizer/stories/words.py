"""Text to words, word beginnings, names and shingles, in any script; pure."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from itertools import islice

STEM = 6
SHINGLE = 4

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s(?!\w)")
# Scripts that part no words by spaces (Thai to Khmer, kana, Han), or hang particles on to them
# (Hangul).
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
# A word after something other than the end of a sentence: a capital letter there says a name.
_INNER_WORD = re.compile(r"(?<=[\w,;)’'-] )[^\W\d_][^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?\"”])\s+|(?<=[。！？])\s*|\n+")


def words(text: str) -> list[str]:
    """Words in order, without case and possessive ending; pairs of signs where a script has no
    spaces."""
    folded = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", text).casefold())
    found: list[str] = _WORD.findall(folded)
    if not _UNSPACED.search(folded):
        return found
    return [part for w in found for part in (_pairs(w) if _UNSPACED.search(w) else [w])]


def stems(text: str) -> list[str]:
    """The beginnings of its words, which most forms of a word share; coarse, and of no
    language."""
    return [word[:STEM] for word in words(text)]


def inner_names(text: str) -> frozenset[str]:
    """Stems of the words that begin with a capital letter within a sentence."""
    found = _INNER_WORD.findall(unicodedata.normalize("NFKC", text))
    return frozenset(stem for word in found if word[0].isupper() for stem in stems(word))


def is_proper(name: str) -> bool:
    """Whether it is written as a name: a capital letter in it, or a script without any."""
    return any(c.isupper() for c in name) or not any(c.islower() for c in name)


def sentences(text: str) -> list[str]:
    """Pieces of about a sentence; good enough to ask what stands together."""
    return [piece for piece in _SENTENCE_END.split(text) if piece and not piece.isspace()]


def shingles(said: Sequence[str]) -> list[int]:
    """Hashes of every four words in a row, in order; of all the words where there are fewer.

    CRC-32 and not `hash`, because that differs from one process to the next.
    """
    if len(said) < SHINGLE:
        return [_crc(said)] if said else []
    runs = zip(*(islice(said, start, None) for start in range(SHINGLE)), strict=False)
    return [_crc(run) for run in runs]


def _crc(run: Sequence[str]) -> int:
    return zlib.crc32(" ".join(run).encode("utf-8", "surrogatepass"))


def _pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(max(1, len(word) - 1))]
