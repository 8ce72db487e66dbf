"""What the loaders of public sets share: the result's type, evidence, wordings, a fair pick."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from evals.check import MAX_SENTENCES, MAX_WORDS
from evals.gold import Cited, GoldCase, Span
from summarizer.models import Frozen, Sentence

ThingT = TypeVar("ThingT")


class LeftOut(Frozen):
    """How many annotations of the set became no item, and why."""

    reason: str
    count: int


class Loaded(Frozen):
    """A set as cases. `available` counts the documents of the set, of which `cases` may be a
    part; `left_out` is of all that was read."""

    cases: tuple[GoldCase, ...]
    available: int
    left_out: tuple[LeftOut, ...] = ()


def left_out(reasons: Iterable[str]) -> tuple[LeftOut, ...]:
    """Count the reasons, the most frequent first."""
    counts = sorted(Counter(reasons).items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(LeftOut(reason=reason, count=count) for reason, count in counts)


def spread(things: Sequence[ThingT], limit: int) -> tuple[ThingT, ...]:
    """At most `limit` of `things`, evenly spaced, so that a part of a sorted set holds some of
    every kind; all of them for 0 or less."""
    if not 0 < limit < len(things):
        return tuple(things)
    return tuple(things[place * len(things) // limit] for place in range(limit))


def cited(spans: Iterable[Span], sentences: Sequence[Sentence]) -> Cited:
    """The sentences that the spans touch. All of them are evidence, so that an item is found
    from any of them; the numbers are for the reader, the first three."""
    spans = list(spans)
    touched = [s for s in sentences if any(p.start < s.end and s.start < p.end for p in spans)]
    return Cited(
        sentences=tuple(s.number for s in touched[: MAX_SENTENCES["item"]]),
        evidence=tuple(Span(start=s.start, end=s.end) for s in touched),
    )


def wordings(pieces: Iterable[str]) -> tuple[str, ...]:
    """The words of all pieces as wordings of an item, each of at most 25 words and without the
    marks of quotations that may begin or end outside of it."""
    return tuple(
        " ".join(words[start : start + MAX_WORDS])
        for words in (re.sub(r'["“”„«»]', " ", piece).split() for piece in pieces)
        for start in range(0, len(words), MAX_WORDS)
    )
