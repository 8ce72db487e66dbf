"""Two simple ways to group articles, to hold the joining against; pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from evals.similarity import STOP_WORDS, normal
from summarizer.digest_models import Filed


def alone(articles: Sequence[Filed]) -> dict[str, str]:
    """Every article in a group of its own."""
    return {article.id: article.id for article in articles}


def by_title(articles: Sequence[Filed], least: float) -> dict[str, str]:
    """Articles whose titles have a TF-IDF cosine of `least` or more, and all that hang together
    by such pairs; a group is called by its first article's id."""
    group = alone(sorted(articles, key=lambda a: (a.published, a.id)))
    vectors = _vectors(articles)
    for one, other in combinations(group, 2):
        if group[one] != group[other] and _dot(vectors[one], vectors[other]) >= least:
            kept, gone = group[one], group[other]
            group = {article: kept if g == gone else g for article, g in group.items()}
    return group


def _vectors(articles: Sequence[Filed]) -> dict[str, dict[str, float]]:
    counts = {article.id: Counter(_words(article.title)) for article in articles}
    having = Counter(word for count in counts.values() for word in count)
    return {
        article: _unit({w: n * math.log(len(articles) / having[w]) for w, n in count.items()})
        for article, count in counts.items()
    }


def _words(title: str) -> list[str]:
    kept = "".join(c if c.isalnum() else " " for c in normal(title)).split()
    return [word for word in kept if word not in STOP_WORDS]


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(x * x for x in vector.values())) or 1.0
    return {word: x / length for word, x in vector.items()}


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(one[word] * other[word] for word in one.keys() & other.keys())
