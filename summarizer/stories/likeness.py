"""How alike two origins are, from 0 to 1, and which pairs are worth asking; pure.

likeness = sqrt(names x (0.15 + deeds)) x cover

names    cosine of the names, those of two persons with one surname left out
deeds    cosine of the deeds
cover    share of the sentences with names that hold a shared one, in the origin where it is less:
         a round-up, or a text that recalls an old event in passing, shares names with another
         report in few of its sentences

It is a product on purpose: the same actors in another event share no deeds, the same kind of
event in another town shares no names, and either alone must not join.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from summarizer.stories.meaning import Meaning
from summarizer.stories.profiles import Profile

UNSAID = 0.15
"""Likeness of deeds that all pairs have: two reports of one event may share hardly a word."""
NEAR_DAYS = 6
"""Days apart from which on two origins tell nothing of each other."""

# An origin is held against those that share one of its heaviest names; where many do, against
# the last before it. Of those, against the ones with the most names in common.
_HEAVIEST = 16
_LAST = 160
_MOST = 80
_LEAST_NAMES = 0.05


@dataclass(frozen=True, slots=True)
class Edge:
    """A pair of places, the lower one first, with their likeness."""

    one: int
    other: int
    likeness: float


class Likeness:
    """Likeness of profiles, which are by date, by their places; each pair is worked out once."""

    def __init__(self, profiles: Sequence[Profile], meaning: Meaning) -> None:
        self._profiles = profiles
        self._meaning = meaning
        self._known: dict[tuple[int, int], float] = {}

    def __call__(self, one: int, other: int) -> float:
        """How alike the two are."""
        pair = (one, other) if one < other else (other, one)
        if pair not in self._known:
            a, b = self._profiles[pair[0]], self._profiles[pair[1]]
            self._known[pair] = likeness(a, b, self._meaning(*pair))
        return self._known[pair]

    def nearness(self, one: int, other: int) -> float:
        """1 within a day, falling to 0 at six days apart."""
        days = abs((self._profiles[one].day - self._profiles[other].day).days)
        return min(1.0, max(0.0, (NEAR_DAYS - days) / (NEAR_DAYS - 1)))

    def edges(self, least: float) -> list[Edge]:
        """The pairs of at least this likeness that share a weighty name, in order."""
        pairs = _candidates(self._profiles)
        found = (Edge(one, other, self(one, other)) for one, other in pairs)
        return [edge for edge in found if edge.likeness >= least]


def likeness(one: Profile, other: Profile, meaning: float = 0.0) -> float:
    """The product above; `meaning` is what embeddings add to the deeds."""
    shared = (one.names.keys() & other.names.keys()) - _namesakes(one, other)
    if not shared:
        return 0.0
    names = math.fsum(one.names[name] * other.names[name] for name in shared)
    deeds = max(0.0, UNSAID + _dot(one.deeds, other.deeds) + meaning)
    return math.sqrt(names * deeds) * min(_cover(one, shared), _cover(other, shared))


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return math.fsum(one[stem] * other[stem] for stem in one.keys() & other.keys())


def _namesakes(one: Profile, other: Profile) -> Set[str]:
    """Surnames that belong to other persons here than there."""
    both = one.given.keys() & other.given.keys()
    return {name for name in both if not _one_person(one.given[name], other.given[name])}


def _one_person(given: Set[str], other: Set[str]) -> bool:
    """Whether one given name can stand for the other, whole or by its first letters."""
    return any(a.startswith(b) or b.startswith(a) for a in given for b in other)


def _cover(profile: Profile, shared: Set[str]) -> float:
    """Share of its sentences with names that hold a shared one, each by its rarest name."""
    heaviest: dict[int, float] = {}
    for name in shared:
        weight = profile.rarity[name]
        for sentence in profile.held[name]:
            heaviest[sentence] = max(weight, heaviest.get(sentence, 0.0))
    return math.fsum(heaviest.values()) / profile.room if profile.room else 0.0


# --- pairs worth asking -----------------------------------------------------------------------


def _candidates(profiles: Sequence[Profile]) -> Iterator[tuple[int, int]]:
    """Pairs of places, the lower first, in order of the higher; `profiles` are by date."""
    having: dict[str, list[int]] = defaultdict(list)
    for place, profile in enumerate(profiles):
        common: dict[int, float] = defaultdict(float)
        for name in heapq.nsmallest(_HEAVIEST, profile.names, key=lambda n: (-profile.names[n], n)):
            weight = profile.names[name]
            for other in having[name][-_LAST:]:
                common[other] += weight * profiles[other].names[name]
        worth = [(-weight, other) for other, weight in common.items() if weight >= _LEAST_NAMES]
        yield from sorted((other, place) for _, other in heapq.nsmallest(_MOST, worth))
        for name in profile.names:
            having[name].append(place)
