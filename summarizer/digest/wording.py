"""Whether two clauses of different articles say the same thing in other words."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache
from typing import Literal, TypeVar

import snowballstemmer  # type: ignore[import-untyped]
from rapidfuzz import fuzz, process

from summarizer.digest.lexicon import CONTRARY, IRREGULAR, NEGATIONS, ORDINALS, QUANTITIES, SAME
from summarizer.grounding.text import STOP_WORDS, claimed_numbers, fold, numbers, plain, words
from summarizer.models import Frozen

T = TypeVar("T")

_STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip
# Shares of words that two clauses have in common to say the same; see `same_content`.
_OF_THE_SHORTER = 0.8
_OF_THE_SHORTER_WHERE_TIED = 0.6
_OF_BOTH = 0.75
_OF_BOTH_WHERE_ONE_HOLDS_THE_OTHER = 0.5
# centre and center, organise and organize; no higher difference, protest is no protect.
_SAME_SPELLING = 88
_SHORTEST_RESPELT = 6
_NO_CONTENT = STOP_WORDS | NEGATIONS | ORDINALS | QUANTITIES
_WHOLE = re.compile(
    r"(?<!\bat )(?<!\bafter )(?<!\bfirst of )\ball\b(?! (?:day|night|over|along)\b)(?! \d)"
    r"|\b(?:every|entire|entirely|whole|wholly|fully|completely)\b"
)
# "some 200 people" are about 200, and who takes part takes no part of a thing.
_PART = re.compile(
    r"\b(?:some|several|half)\b(?! \d)|\ba few\b|\b(?:parts?|most|many|portions?) of\b"
    r"|\bpart(?:ly|ial|ially)\b"
)


class Clause(Frozen):
    """A clause taken apart.

    `words` are stems of its content words, without numbers and without the names of the parties
    to it (`parties`); `names` are those of them with a capital; `numbers` are in one form;
    `ordinals` tell one event from the next ("second"); `extent` is whether it speaks of the whole
    of a thing or of a part of it.
    """

    text: str
    words: frozenset[str]
    names: frozenset[str]
    parties: frozenset[str]
    numbers: frozenset[str]
    ordinals: frozenset[str]
    extent: Literal["", "whole", "part"]
    negated: bool

    def without(self, known: Set[str]) -> Clause:
        """The same less some of its words."""
        if self.words.isdisjoint(known):
            return self
        return self.model_copy(update={"words": self.words - known, "names": self.names - known})


@lru_cache(maxsize=8192)
def clause(text: str, language: str = "en", parties: frozenset[str] = frozenset()) -> Clause:
    """Take `text` apart; `parties` are names whose words are left out."""
    party_words = frozenset(stem(w, language) for name in parties for w in words(fold(name)))
    found: set[str] = set()
    names: set[str] = set()
    for word in words(plain(text)):
        if not _carries_content(word, language):
            continue
        root = stem(fold(word), language)
        if root in party_words:
            continue
        found.add(root)
        if word[0].isupper():
            names.add(root)
    return Clause(
        text=text,
        words=frozenset(found),
        names=frozenset(names),
        parties=party_words,
        numbers=claimed_numbers(text, language),
        ordinals=ORDINALS.intersection(words(fold(text))),
        extent=_extent(fold(text), language),
        negated=any(word in NEGATIONS for word in words(fold(text))),
    )


def _carries_content(word: str, language: str) -> bool:
    folded = fold(word)
    if folded in _NO_CONTENT:
        return False
    return not (folded[0].isdigit() or numbers(folded, language))


def _extent(folded: str, language: str) -> Literal["", "whole", "part"]:
    if language != "en":
        return ""
    whole, part = bool(_WHOLE.search(folded)), bool(_PART.search(folded))
    if whole == part:
        return ""
    return "whole" if whole else "part"


@lru_cache(maxsize=65536)
def stem(word: str, language: str = "en") -> str:
    """The stem of a folded word; in English one stem for words of `lexicon` that mean alike."""
    if language == "en":
        word = IRREGULAR.get(word, word)
        word = SAME.get(word, word)
    root = _root(word, language)
    return _SAME_STEMS.get(root, root) if language == "en" else root


def _root(word: str, language: str) -> str:
    name = _STEMMERS.get(language)
    # A stemmer keeps its word in itself, so threads must not share one.
    return str(snowballstemmer.stemmer(name).stemWord(word)) if name else word


_SAME_STEMS = {
    _root(form, "en"): _root(word, "en")
    for table in (IRREGULAR, SAME)
    for form, word in table.items()
}
_CONTRARY_STEMS: dict[str, frozenset[str]] = {}
for _word, _others in CONTRARY.items():
    _CONTRARY_STEMS[stem(_word)] = _CONTRARY_STEMS.get(stem(_word), frozenset()) | {
        stem(other) for other in _others
    }


def same_content(a: Clause, b: Clause) -> bool:
    """Whether both say the same: no other number, negation, extent, name or contrary word, and
    enough words in common."""
    return (
        a.negated == b.negated
        and (a.extent == "part") == (b.extent == "part")
        and one_holds_other(a.numbers, b.numbers)
        and same_subject(a, b)
    )


def same_subject(a: Clause, b: Clause) -> bool:
    """The same but for negation, extent and numbers."""
    if a.ordinals != b.ordinals:
        return False
    if not (a.words or b.words):
        return fold(a.text) == fold(b.text)
    if a.words.isdisjoint(b.words):
        return False
    a, b = a.without(b.parties), b.without(a.parties)
    shared = shared_words(a, b)
    rest_a, rest_b = a.words - shared, b.words - shared
    if _exclude(rest_a, rest_b) or (a.names & rest_a and b.names & rest_b):
        return False
    return _enough(len(shared), len(a.words), len(b.words))


def overlap(a: Clause, b: Clause) -> bool:
    """Whether two clauses whose parties tie them together speak of one thing: most words of the
    shorter, two or more, and nothing that excludes it; whatever they say of it."""
    if a.words.isdisjoint(b.words):
        return False
    a, b = a.without(b.parties), b.without(a.parties)
    shared = shared_words(a, b)
    rest_a, rest_b = a.words - shared, b.words - shared
    if _exclude(rest_a, rest_b) or (a.names & rest_a and b.names & rest_b):
        return False
    told = min(len(a.words & shared), len(b.words & shared))
    return (
        told >= 2
        and told >= _OF_THE_SHORTER_WHERE_TIED * min(len(a.words), len(b.words))
        and a.ordinals == b.ordinals
        and one_holds_other(a.numbers, b.numbers)
    )


def shared_words(a: Clause, b: Clause) -> frozenset[str]:
    """Stems of both that stand in the other, also in another spelling."""
    shared = a.words & b.words
    left_a = [w for w in a.words - shared - a.names if len(w) >= _SHORTEST_RESPELT]
    left_b = [w for w in b.words - shared - b.names if len(w) >= _SHORTEST_RESPELT]
    for word in sorted(left_a):
        found = process.extractOne(
            word, sorted(left_b), scorer=fuzz.ratio, score_cutoff=_SAME_SPELLING
        )
        if found:
            shared |= {word, found[0]}
    return shared


def covers(whole: Clause, part: Clause) -> bool:
    """Whether `whole` tells what `part` told: nearly all of its words, two or more, and nothing
    contrary; numbers of `part` stand in `whole` where it states any."""
    if whole.ordinals != part.ordinals or whole.words.isdisjoint(part.words):
        return False
    whole, part = whole.without(part.parties), part.without(whole.parties)
    shared = shared_words(part, whole)
    rest_part, rest_whole = part.words - shared, whole.words - shared
    if _exclude(rest_part, rest_whole) or (part.names & rest_part and whole.names & rest_whole):
        return False
    told = len(part.words & shared)
    return (
        told >= 2
        and told >= _OF_THE_SHORTER * len(part.words)
        and one_holds_other(part.numbers, whole.numbers)
    )


def one_holds_other(a: Set[T], b: Set[T]) -> bool:
    """Whether one set is within the other."""
    return a <= b or b <= a


def _enough(shared: int, a: int, b: int) -> bool:
    if a == b == shared:
        return shared > 0
    of_both = 2 * shared / (a + b)
    if shared < 2 or shared < _OF_THE_SHORTER * min(a, b):
        return False
    least = _OF_BOTH_WHERE_ONE_HOLDS_THE_OTHER if shared >= min(a, b) else _OF_BOTH
    return of_both >= least


def _exclude(a: Set[str], b: Set[str]) -> bool:
    return any(_CONTRARY_STEMS.get(word, frozenset()) & b for word in a)
