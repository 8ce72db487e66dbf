"""How many of what a clause counts; English, because the counted thing is known by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from text_to_num import alpha2digit

from summarizer.digest.lexicon import (
    COUNTED_AFTER,
    COUNTED_BEFORE,
    MONTHS,
    PARTIAL_COUNT,
    PEOPLE,
    WEEKDAYS,
)
from summarizer.digest.wording import one_holds_other, stem
from summarizer.grounding.text import STOP_WORDS, numbers, plain
from summarizer.models import Frozen

Bound = Literal["", "about", "above", "below"]

_TOKEN = re.compile(
    r"(?P<number>(?<![\w.,])[$€£]?\d+(?:[,.]\d+)*%?)|(?P<word>[^\W\d_][\w'-]*)|(?P<stop>[^\s\w])"
)
_LARGE = re.compile(
    r"(?<![\w.,])\d+(?:[,.]\d+)*(?:[ -](?:thousand|million|billion|trillion)|mn|bn|tn|m|k)\b", re.I
)
_OLD_FIGURE = re.compile(r"\bfrom \d[\d,.]*(?= to \d)|(?<=\d) from \d[\d,.]*\b")
_SUFFIX = re.compile(
    r"^\s?-?(?:year|month|week|day|hour|minute)s?[- ]old\b|^:\d|^(?:st|nd|rd|th)\b|^-\d|^/"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = frozenset(MONTHS) | {m[:3] for m in MONTHS} | {"sept"}
_BOUNDS: dict[str, Bound] = {
    "about": "about", "around": "about", "roughly": "about", "approximately": "about",
    "some": "about", "estimated": "about", "over": "above", "nearly": "below", "almost": "below",
    "under": "below",
}  # fmt: skip
_BOUNDS_OF_TWO: dict[tuple[str, str], Bound] = {
    ("more", "than"): "above", ("up", "to"): "below", ("fewer", "than"): "below",
    ("less", "than"): "below", ("close", "to"): "about",
}  # fmt: skip
# "killed at least 12", "killed up to 12": words between the verb and its number.
_QUALIFIERS = frozenset(
    "at least about around some nearly almost over more than up to as many".split()
)
_PASSIVE = frozenset("were was been are being is people persons".split())
_AFTER_PASSIVE = frozenset(WEEKDAYS) | frozenset(
    """in at on by when as after during near since along overnight yesterday today and but while
    or so across around from outside inside between within if because""".split()
)
_TOLLS = frozenset({"toll", "deaths", "lives"})
# How many words around a number are read.
_AFTER, _BEFORE, _BEFORE_TOLL = 6, 5, 12
_JOINTS = frozenset({"and", "but", "while", "as", "or", "after", "when", "with"})


class Count(Frozen):
    """A number and what it counts.

    `amount` is exact; `kind` is one of the things counted of people ("dead", "injured"), or
    empty; `of` are stems that say which people ("12 police officers killed") or, without a kind,
    the thing itself ("14 berths"); `label` are the words for it; `bound` is how the number is
    qualified.
    """

    amount: Decimal
    kind: str
    of: frozenset[str]
    label: str
    bound: Bound

    @property
    def digits(self) -> str:
        """The amount with thousands apart."""
        return f"{self.amount:,f}"


class _Token(Frozen):
    text: str
    kind: Literal["number", "word", "stop"]
    start: int
    end: int

    @property
    def folded(self) -> str:
        return self.text.casefold()


@lru_cache(maxsize=8192)
def counts(text: str, language: str) -> tuple[Count, ...]:
    """Every count in an English clause that is no date, age, time, score, ordinal, part of
    another number or addition to one; of another language none."""
    if language != "en":
        return ()
    said = _in_digits(plain(text))
    tokens = list(_tokens(said))
    return () if _is_partial(tokens) else tuple(_counts(said, tokens))


def conflict(a: Count, b: Count) -> bool:
    """Whether both numbers cannot be true of one thing, with room for "about" and rounding."""
    if a.amount == b.amount:
        return False
    return not (_allows(a, b.amount) or _allows(b, a.amount) or _rounded(a.amount, b.amount))


def same_kind(a: Count, b: Count) -> bool:
    """Whether both count the same sort of thing: "12 dead" and "19 killed", no "19 houses"."""
    if a.kind or b.kind:
        return a.kind == b.kind and a.of == b.of
    return one_holds_other(a.of, b.of)


def _in_digits(text: str) -> str:
    """Number words as digits, and old figures ("from 12 to 19") left out."""
    text = _LARGE.sub(lambda m: next(iter(numbers(m.group()))), text)
    # Above a threshold of one a number word is read; "one" mostly is a pronoun.
    return _OLD_FIGURE.sub("", str(alpha2digit(text, "en", threshold=1)))


def _is_partial(tokens: Sequence[_Token]) -> bool:
    """Whether the clause counts an increase, a part or another occasion ("7 more", no "more
    than 7")."""
    said = [t.folded for t in tokens]
    return any(
        word in PARTIAL_COUNT and not (word == "more" and following == "than")
        for word, following in pairwise([*said, ""])
    )


def _allows(count: Count, amount: Decimal) -> bool:
    match count.bound:
        case "about":
            return abs(amount - count.amount) * 100 <= count.amount * 15
        case "above":
            return count.amount <= amount < count.amount * 2
        case "below":
            return count.amount * 8 <= amount * 10 and amount <= count.amount
    return False


def _rounded(a: Decimal, b: Decimal) -> bool:
    """Whether one is the other in whole hundreds, thousands and so on."""
    return any(
        x % step == 0 and abs(x - y) * 2 < step
        for x, y in ((a, b), (b, a))
        for step in (Decimal(10) ** n for n in range(2, 13))
        if step <= x
    )


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind in ("number", "word", "stop"):
            yield _Token.model_validate(
                {"text": match.group(), "kind": kind, "start": match.start(), "end": match.end()}
            )


def _counts(text: str, tokens: Sequence[_Token]) -> Iterator[Count]:
    for place, token in enumerate(tokens):
        if token.kind != "number" or _counts_nothing(text, tokens, place):
            continue
        read = numbers(token.text.strip("$€£%"))
        if len(read) == 1 and (count := _counted(tokens, place, Decimal(next(iter(read))))):
            yield count


def _counts_nothing(text: str, tokens: Sequence[_Token], place: int) -> bool:
    """Whether the number is part of a date, time, age, name, score or fraction."""
    token = tokens[place]
    before = tokens[place - 1].folded if place else ""
    named = place > 1 and tokens[place - 1].text[:1].isupper()
    after = tokens[place + 1].folded if place + 1 < len(tokens) else ""
    if _SUFFIX.match(text[token.end :]) or (named and after not in PEOPLE):
        return True
    if before in _MONTHS | {"age", "aged", "no", "number", "-"} or _in_range(tokens, place):
        return True
    if after in _MONTHS | {"of", "am", "pm", "p", "o'clock", "to", "-"}:
        return True
    if _YEAR.fullmatch(token.text) and after not in PEOPLE and not after.endswith("s"):
        return True
    return before in {"in", "since", "by", "until"} and bool(_YEAR.fullmatch(token.text))


def _in_range(tokens: Sequence[_Token], place: int) -> bool:
    """Whether it is an end of "300 to 400" or "between 12 and 19"."""
    said = [t.folded for t in tokens[max(0, place - 3) : place]]
    joined = len(said) > 1 and tokens[place - 2].kind == "number"
    follows = [t.folded for t in tokens[place + 1 : place + 2]]
    opens = said[-1:] == ["between"] and follows == ["and"]
    return opens or (joined and (said[-1] in ("to", "or") or said[:1] == ["between"]))


def _counted(tokens: Sequence[_Token], place: int, amount: Decimal) -> Count | None:
    before = _run(tokens[:place][::-1], _BEFORE_TOLL)
    after = _run(tokens[place + 1 :], _AFTER)
    bound = _bound(before)
    if near := _verb_just_before(before):
        return _people(amount, near, after, bound)
    for position, word in enumerate(after):
        kind = COUNTED_AFTER.get(word)
        if kind and not _is_active(tokens[place + 1 :], position):
            return _people(amount, kind, after[:position], bound)
    if _TOLLS.intersection(before):
        return _people(amount, "dead", after, bound)
    kind = next((COUNTED_BEFORE[w] for w in before[:_BEFORE] if w in COUNTED_BEFORE), None)
    if kind and _noun(after, PEOPLE):
        return _people(amount, kind, after, bound)
    return None if kind else _things(tokens[place], amount, _noun(after), bound)


def _is_active(after: Sequence[_Token], position: int) -> bool:
    """Whether the verb there has an object: "3 gunmen killed 12", no "12 soldiers killed in"."""
    if any(token.folded in _PASSIVE for token in after[:position]):
        return False
    follows = after[position + 1] if position + 1 < len(after) else None
    if follows is None or follows.kind == "stop":
        return False
    return follows.kind == "number" or follows.folded not in _AFTER_PASSIVE


def _run(tokens: Sequence[_Token], most: int) -> list[str]:
    """Words up to the next number, stop or joint."""
    found: list[str] = []
    for token in tokens[:most]:
        if token.kind != "word" or token.folded in _JOINTS:
            break
        found.append(token.folded)
    return found


def _verb_just_before(before: Sequence[str]) -> str | None:
    rest = [word for word in before if word not in _QUALIFIERS]
    return COUNTED_BEFORE.get(rest[0]) if rest else None


def _bound(before: Sequence[str]) -> Bound:
    if len(before) > 1 and (bound := _BOUNDS_OF_TWO.get((before[1], before[0]))):
        return bound
    return _BOUNDS.get(before[0], "") if before else ""


def _noun(after: Sequence[str], over: Set[str] = frozenset()) -> list[str]:
    """The words right after the number, up to a function word (but `over` these) or a day."""
    found: list[str] = []
    for word in after:
        if (word in STOP_WORDS and word not in over) or word in WEEKDAYS:
            break
        found.append(word)
    return found


def _people(amount: Decimal, kind: str, noun: Sequence[str], bound: Bound) -> Count:
    which = [w for w in _noun(noun, PEOPLE) if w not in PEOPLE and w not in COUNTED_AFTER]
    label = " ".join([*which, kind])
    return Count(amount=amount, kind=kind, of=_stems(which), label=label, bound=bound)


def _things(token: _Token, amount: Decimal, noun: Sequence[str], bound: Bound) -> Count | None:
    signs = [sign for sign in "$€£%" if sign in token.text]
    of = signs or list(noun[:3])
    if not of:
        return None
    return Count(amount=amount, kind="", of=_stems(of), label=" ".join(of), bound=bound)


def _stems(found: Sequence[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in found)
