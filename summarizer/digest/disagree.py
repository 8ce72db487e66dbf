"""Where sources differ, both sides with their quotes and no verdict.

Only what stands side by side can differ: other reporting by other outlets on one day. What tells a
later state of things is a change (`changes.py`). Every rule rather misses than guesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import combinations
from typing import Literal

from summarizer.digest.actors import Cast
from summarizer.digest.denial import is_denied, may_deny
from summarizer.digest.evidence import Passage, unproven_number
from summarizer.digest.items import Merged, Said
from summarizer.digest.sources import stand_side_by_side
from summarizer.digest.tallies import Counted, Tally, in_conflict
from summarizer.digest.wording import one_holds_other, same_subject, shared_words, stem
from summarizer.digest_models import Disagreement, Side
from summarizer.grounding.text import fold, one_line, words
from summarizer.models import Action, Claim, Event

# Deeds that one party does; a vote, a visit or a protest can be many parties' at once.
_DEEDS_OF_ONE: tuple[Event, ...] = ("ASSAULT", "COERCE")
# What two can do to each other over and over, so that both accusers may be right.
_REPEATED = frozenset(
    stem(word) for word in "violate violation breach break lie escalate provoke interfere".split()
)
_MOST_OUTLETS = 4

_Kind = Literal["attribution", "denial", "scope"]


def disagreements(
    items: Sequence[Merged], counted: Sequence[Tally], cast: Cast
) -> tuple[Disagreement, ...]:
    """All disagreements of a story that the day's articles show."""
    found = [
        *(d for tally in counted for d in _numbers(tally)),
        *_pairs("attribution", items, _has_doer, partial(_other_doer, cast=cast)),
        *_pairs("denial", items, may_deny, is_denied),
        *_pairs("scope", items, _has_part, _other_scope),
    ]
    return tuple(dict.fromkeys(found))


def untold(found: Iterable[Disagreement], told: Iterable[Disagreement]) -> tuple[Disagreement, ...]:
    """Those that the digest before did not show with the same sides."""
    known = {(d.kind, frozenset(side.text for side in d.sides)) for d in told}
    return tuple(
        one for one in found if (one.kind, frozenset(s.text for s in one.sides)) not in known
    )


def _numbers(tally: Tally) -> Iterator[Disagreement]:
    """The figures that stand at the day's end, where two cannot both be true."""
    standing = tally.standing
    at_odds = [one for one in standing if any(_at_odds(one, other) for other in standing)]
    by_amount: dict[Decimal, list[Counted]] = {}
    for one in sorted(at_odds, key=lambda c: (c.count.amount, c.said.order)):
        by_amount.setdefault(one.count.amount, []).append(one)
    if by_amount:
        about = min(one.count.label for one in at_odds)
        sides = (_side([c.said for c in same], same[0].digits) for same in by_amount.values())
        yield Disagreement(kind="number", about=about, sides=tuple(sides))


def _at_odds(a: Counted, b: Counted) -> bool:
    return in_conflict(a, b) and stand_side_by_side(a.said.source, b.said.source)


def _pairs(
    kind: _Kind,
    items: Sequence[Merged],
    may: Callable[[Said], bool],
    differ: Callable[[Said, Said], bool],
) -> Iterator[Disagreement]:
    """Two merged items of which some members differ; the side that was first said is first. One
    of them `may` be a side of such a difference, which spares the others the comparison."""
    marked = [any(may(member) for member in merged.members) for merged in items]
    for a, b in combinations(range(len(items)), 2):
        if (marked[a] or marked[b]) and (sides := _sides(kind, items[a], items[b], differ)):
            yield Disagreement(kind=kind, about=sides[0].text, sides=sides)


def _sides(
    kind: _Kind, a: Merged, b: Merged, differ: Callable[[Said, Said], bool]
) -> tuple[Side, ...]:
    if kind != "denial" and _one_tells_both(a, b):
        return ()
    pairs = [(x, y) for x in a.members for y in b.members if differ(x, y)]
    if not any(x.source.today or y.source.today for x, y in pairs):
        return ()
    both = ({s.order: s for s in side}.values() for side in zip(*pairs, strict=True))
    ordered = sorted(
        (sorted(side, key=lambda s: s.order) for side in both), key=lambda side: side[0].order
    )
    return tuple(_side(side) for side in ordered)


def _one_tells_both(a: Merged, b: Merged) -> bool:
    """Whether one article has both, so that they are two things; but it may report that two
    accuse each other."""
    articles = ({m.source.article for m in merged.members} for merged in (a, b))
    return a.type != "claim" and not set.isdisjoint(*articles)


# --- attribution ------------------------------------------------------------------------------


def _has_doer(said: Said) -> bool:
    item = said.item
    return (isinstance(item, Action) and item.event in _DEEDS_OF_ONE) or (
        isinstance(item, Claim) and item.act == "accuses"
    )


def _other_doer(a: Said, b: Said, cast: Cast) -> bool:
    """One deed told of two doers, by outlets or by those who accuse."""
    if isinstance(a.item, Action) and isinstance(b.item, Action):
        return (
            a.item.event == b.item.event
            and a.item.event in _DEEDS_OF_ONE
            and a.asserted
            and b.asserted
            and one_holds_other(a.whom, b.whom)
            and stand_side_by_side(a.source, b.source)
            and _same_deed(a, b)
            and _distinct(a.who, b.who, cast)
        )
    if isinstance(a.item, Claim) and isinstance(b.item, Claim):
        return (
            a.item.act == b.item.act == "accuses"
            and not a.who & b.who
            and a.source.day == b.source.day
            and not (a.clause.words | b.clause.words) & _REPEATED
            and _same_deed(a, b)
            and _distinct(a.whom, b.whom, cast)
        )
    return False


def _distinct(a: frozenset[int], b: frozenset[int], cast: Cast) -> bool:
    """Whether two doers are surely others: both named, or both unnamed bodies. "Gunmen" may be
    anybody's, "the army" that of a state named, and a word in common makes them kin."""
    if not a or not b or a & b:
        return False
    sorts = {_sort(cast.people[key].kind, cast.people[key].name) for key in a | b}
    if len(sorts) > 1 or "" in sorts:
        return False
    one, other = (_name_words(cast.all_names(keys)) for keys in (a, b))
    return not one & other


def _sort(kind: str, name: str) -> str:
    if any(word[0].isupper() for word in words(name)):
        return "named"
    return "body" if kind in ("government", "organization", "company", "armed_group") else ""


def _name_words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for name in names for word in words(fold(name)))


def _same_deed(a: Said, b: Said) -> bool:
    """The same clause but for the doers, with two words or more in common besides all parties."""
    parties = a.clause.parties | b.clause.parties
    one, other = a.clause.without(parties), b.clause.without(parties)
    return (
        len(shared_words(one, other)) >= 2
        and one.negated == other.negated
        and one.extent == other.extent
        and one_holds_other(one.numbers, other.numbers)
        and same_subject(one, other)
    )


# --- scope ------------------------------------------------------------------------------------

_PART_OF = re.compile(
    r"\b(?:parts?|some|half|most|portions?) of (?:the |its |his |her |their )?(\w+)"
)


def _has_part(said: Said) -> bool:
    return said.clause.extent == "part"


def _other_scope(a: Said, b: Said) -> bool:
    """Of one thing the whole here, a part of it there."""
    return (
        a.asserted
        and b.asserted
        and a.item.type == b.item.type
        and a.who == b.who
        and one_holds_other(a.whom, b.whom)
        and (_is_part_of(a, b) or _is_part_of(b, a))
        and a.clause.negated == b.clause.negated
        and one_holds_other(a.clause.numbers, b.clause.numbers)
        and stand_side_by_side(a.source, b.source)
        and same_subject(a.clause, b.clause)
    )


def _is_part_of(part: Said, whole: Said) -> bool:
    """As "some schools" of "all schools", and "part of the town" of "the town"."""
    if part.clause.extent != "part" or whole.clause.extent == "part":
        return False
    if whole.clause.extent == "whole":
        return True
    named = _PART_OF.search(fold(part.item.what))
    return named is not None and f"the {named.group(1)} " in f"{fold(whole.item.what)} "


# --- a side -----------------------------------------------------------------------------------


def _side(said: Sequence[Said], numbers: frozenset[str] = frozenset()) -> Side:
    """What the first of them says, those read in full before others; the outlets of all."""
    first = min(said, key=lambda s: (s.source.filed.extent != "full", s.source.tier, s.order))
    citation = first.cite(numbers)
    quoted = Passage(text=citation.quote.text, language=first.source.language)
    proven = unproven_number(first.item.what, [quoted]) is None
    text = first.item.what if proven else one_line(citation.quote.text)
    return Side(text=text, outlet=_outlets(first, said), citation=citation)


def _outlets(first: Said, said: Sequence[Said]) -> str:
    """That of the article cited, then the others."""
    own = first.source.outlet
    outlets = [own, *sorted({o for s in said for o in s.source.outlets} - {own})]
    more = len(outlets) - _MOST_OUTLETS
    return ", ".join(outlets[:_MOST_OUTLETS]) + (f" and {more} more" if more > 0 else "")
