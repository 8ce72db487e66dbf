"""Near-equal texts to origins: wire copies, cut, retitled or with a paragraph added; pure.

Method: word shingles and their containment (Broder, "On the resemblance and containment of
documents", SEQUENCES 1997). Resemblance (Jaccard, MinHash) would miss a copy cut to a third.
Every text is held against the fullest text of an origin alone, so that no chain of half-equal
texts grows; pairs worth asking come from an index of a sample of the shingles.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from summarizer.digest_models import Filed
from summarizer.stories.words import shingles, words

CONTAINED = 0.5
"""Share of a copy's shingles that stand in the fuller text."""
COVERED = 0.6
"""Share of the fuller text that a copy without its lead must hold, so that a text which strings
two others together makes no origin of them."""
LEAD = 32
"""Shingles at the beginning of a text that are its lead."""

# One shingle in four finds a pair as surely as all of them, in a quarter of the memory; a text
# too short for that keeps them all.
_SAMPLE = 4
_SHORT = 64
# A shingle pairs its texts with the fullest of those that have it; the origin's fullest text is
# among them, unless the shingle is boilerplate.
_FULLEST = 8
_RANK = 2**32 - 1


@dataclass(frozen=True, slots=True)
class _Print:
    """Shingles of a text: all, sorted and each once, and those of its lead."""

    all: array[int]
    lead: array[int]


@dataclass(slots=True)
class _Group:
    """Articles of one origin by place; `label` is its known origin's, if it has one."""

    fullest: int
    label: str | None
    members: list[int] = field(default_factory=list)


def group_origins(articles: Sequence[Filed], known: Mapping[str, str]) -> list[list[int]]:
    """Places of the articles of each origin, in the order of their first article.

    `known` gives the label of the origin that an article (by id) already is in: articles of one
    label stay together, those of two never meet.
    """
    prints = [_print(article) for article in articles]
    order = sorted(range(len(articles)), key=lambda i: (-len(prints[i].all), i))
    near = _near(prints, order)
    groups: list[_Group] = []
    group_of: dict[int, _Group] = {}
    labelled: dict[str, _Group] = {}
    for place in order:
        label = known.get(articles[place].id)
        group = labelled.get(label) if label is not None else None
        group = group or _best(place, label, near[place], prints, group_of)
        if group is None:
            group = _Group(fullest=place, label=label)
            groups.append(group)
        if label is not None:
            group.label = label
            labelled[label] = group
        group.members.append(place)
        group_of[place] = group
    return sorted(sorted(group.members) for group in groups)


def _best(
    place: int,
    label: str | None,
    near: Iterable[int],
    prints: Sequence[_Print],
    group_of: Mapping[int, _Group],
) -> _Group | None:
    """The origin whose fullest text holds most of this one, of those that it may join."""
    best, most = None, 0.0
    for other in near:
        group = group_of[other]
        if group.fullest != other or (label is not None and group.label not in (None, label)):
            continue
        share = _contained(prints[place], prints[other])
        if share > most:
            best, most = group, share
    return best


def _contained(copy: _Print, full: _Print) -> float:
    """Share of the copy that stands in the fuller text, or 0 where it is no copy of it."""
    own, whole = set(copy.all), set(full.all)
    shared = len(own & whole)
    if not shared or shared < CONTAINED * len(own):
        return 0.0
    lead = sum(shingle in own for shingle in full.lead)
    if shared < COVERED * len(whole) and lead < CONTAINED * len(full.lead):
        return 0.0
    return shared / len(own)


# --- pairs worth asking -----------------------------------------------------------------------


def _print(article: Filed) -> _Print:
    found = shingles(words(article.brief.article.text))
    return _Print(all=array("I", sorted(set(found))), lead=array("I", found[:LEAD]))


def _near(prints: Sequence[_Print], order: Sequence[int]) -> list[list[int]]:
    """For each text the fuller ones that share enough of the sample, by place."""
    shared: Counter[tuple[int, int]] = Counter()
    for _, postings in groupby(_sampled(prints, order), key=lambda posting: posting >> 32):
        ranks = [posting & _RANK for posting in postings]
        shared.update((rank, full) for full in ranks[:_FULLEST] for rank in ranks if full < rank)
    near: dict[int, list[int]] = defaultdict(list)
    for rank, full in sorted(shared):
        near[order[rank]].append(order[full])
    return [near[place] for place in range(len(prints))]


def _sampled(prints: Sequence[_Print], order: Sequence[int]) -> list[int]:
    """The postings of an index without its dictionary, sorted: a shingle's hash in the upper
    bits, the text's rank in `order` in the lower 32."""

    def sample() -> Iterator[int]:
        for rank, place in enumerate(order):
            whole = prints[place].all
            every = len(whole) < _SHORT
            yield from (s << 32 | rank for s in whole if every or s % _SAMPLE == 0)

    return sorted(sample())
