"""What embeddings add to the likeness of deeds, where a caller has some; pure.

Cosines of one model are not those of another: unrelated articles have 0.1 in one and 0.7 in the
next. So a cosine counts by how far it lies between the day's median and 1.
"""

from __future__ import annotations

import math
import operator
import statistics
from array import array
from collections.abc import Mapping, Sequence
from itertools import pairwise

from summarizer.digest_models import Filed

Vector = Sequence[float]

WEIGHT = 0.4
EVEN = 0.3
"""Share of the way from the median to 1 at which an embedding neither adds nor takes."""
FEWEST = 16
"""Vectors below which a median says nothing of unrelated articles, and none is used."""


class Meaning:
    """Vectors of origins by their places, as far as there are any."""

    def __init__(self, vectors: Mapping[int, Vector]) -> None:
        unit = {place: _unit(vector) for place, vector in sorted(vectors.items())}
        self._vectors = unit if len(unit) >= FEWEST else {}
        cosines = [_cosine(a, b) for a, b in pairwise(self._vectors.values())]
        self._median = min(statistics.median(cosines), 0.99) if cosines else 0.0

    def __call__(self, one: int, other: int) -> float:
        """What to add to the likeness of deeds or, below 0, to take from it."""
        if one not in self._vectors or other not in self._vectors:
            return 0.0
        cosine = _cosine(self._vectors[one], self._vectors[other])
        return WEIGHT * ((cosine - self._median) / (1 - self._median) - EVEN)


def vectors_of(
    origins: Sequence[Sequence[Filed]], vectors: Mapping[str, Vector]
) -> dict[int, Vector]:
    """For each origin the vector of its first article that has one, by the origin's place.

    Raises:
        ValueError: two vectors differ in length.
    """
    if len({len(vector) for vector in vectors.values()}) > 1:
        raise ValueError("All vectors must have one length: give those of one model.")
    found = (
        (place, next((vectors[a.id] for a in origin if a.id in vectors), None))
        for place, origin in enumerate(origins)
    )
    return {place: vector for place, vector in found if vector is not None}


def _cosine(one: Vector, other: Vector) -> float:
    return math.fsum(map(operator.mul, one, other))


def _unit(vector: Vector) -> array[float]:
    length = math.sqrt(_cosine(vector, vector)) or 1.0
    return array("d", (x / length for x in vector))
