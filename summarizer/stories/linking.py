"""Origins to stories: agglomeration by average likeness; pure.

The two groups that are most alike are joined first, as long as the average over the pairs between
them, near ones in time counting more, reaches `JOIN`, and each member of either reaches `FLOOR`
against the other. So one weak link joins nothing, and no chain of them grows. Groups that are
known already are never joined with each other.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from summarizer.stories.likeness import Likeness

JOIN = 0.14
"""Average likeness at which two groups become one."""
FLOOR = 0.07
"""Average likeness that every single member must reach against the other group."""


@dataclass(frozen=True, slots=True)
class _Link:
    """Pairs between two groups: sum of likeness by nearness, sum and maximum of nearness."""

    total: float
    weight: float
    nearest: float

    @property
    def average(self) -> float:
        return self.total / self.weight * self.nearest if self.weight else 0.0

    def __add__(self, other: _Link) -> _Link:
        return _Link(
            self.total + other.total,
            self.weight + other.weight,
            max(self.nearest, other.nearest),
        )


class _Linking:
    """Groups under way: `members` and `labels` by group, `links` by group and neighbour."""

    def __init__(self, likeness: Likeness, groups: Iterable[Sequence[int]]) -> None:
        self.likeness = likeness
        self.members: dict[int, list[int]] = {n: sorted(g) for n, g in enumerate(groups)}
        self.labels: dict[int, str] = {}
        self.links: dict[int, dict[int, _Link]] = {n: {} for n in self.members}
        self._heap: list[tuple[float, int, int, int, int]] = []
        self._next = len(self.members)

    def run(self) -> list[list[int]]:
        while self._heap:
            _, _, _, one, other = heapq.heappop(self._heap)
            if one in self.members and other in self.members and self._no_weak_member(one, other):
                self._join(one, other)
        return sorted(self.members.values())

    def connect(self, one: int, other: int) -> None:
        """Note how alike two groups are, unless both are known stories."""
        if one == other or other in self.links[one] or {one, other} <= self.labels.keys():
            return
        self._note(one, other, self._between(self.members[one], self.members[other]))

    def _note(self, one: int, other: int, link: _Link) -> None:
        self.links[one][other] = self.links[other][one] = link
        if (average := link.average) >= JOIN:
            first, second = sorted([self.members[one][0], self.members[other][0]])
            heapq.heappush(self._heap, (-average, first, second, one, other))

    def _between(self, ones: Sequence[int], others: Sequence[int]) -> _Link:
        near = [(self.likeness.nearness(a, b), a, b) for a in ones for b in others]
        return _Link(
            sum(weight * self.likeness(a, b) for weight, a, b in near if weight),
            sum(weight for weight, _, _ in near),
            max((weight for weight, _, _ in near), default=0.0),
        )

    def _no_weak_member(self, one: int, other: int) -> bool:
        a, b = self.members[one], self.members[other]
        links = [self._between([m], b) for m in a] + [self._between([m], a) for m in b]
        return all(link.average >= FLOOR for link in links if link.weight)

    def _join(self, one: int, other: int) -> None:
        new, self._next = self._next, self._next + 1
        self.members[new] = sorted(self.members[one] + self.members[other])
        label = self.labels.get(one, self.labels.get(other))
        if label is not None:
            self.labels[new] = label
        around = (self.links[one].keys() | self.links[other].keys()) - {one, other}
        self.links[new] = {}
        for neighbour in sorted(around):
            if label is None or neighbour not in self.labels:
                link = self._link(one, neighbour) + self._link(other, neighbour)
                self._note(new, neighbour, link)
        for old in (one, other):
            for neighbour in self.links.pop(old):
                self.links[neighbour].pop(old, None)
            del self.members[old]

    def _link(self, one: int, other: int) -> _Link:
        known = self.links[one].get(other)
        return known or self._between(self.members[one], self.members[other])


def link(likeness: Likeness, count: int, known: Mapping[int, str]) -> list[list[int]]:
    """Places 0 to `count` in groups, each sorted, by their first.

    `known` gives the label of the group that a place already is in.
    """
    groups: dict[str | int, list[int]] = {}
    for place in range(count):
        groups.setdefault(known.get(place, place), []).append(place)
    linking = _Linking(likeness, groups.values())
    group_of = {place: n for n, group in linking.members.items() for place in group}
    linking.labels = {group_of[place]: label for place, label in known.items()}
    for edge in likeness.edges(FLOOR):
        linking.connect(group_of[edge.one], group_of[edge.other])
    return linking.run()
