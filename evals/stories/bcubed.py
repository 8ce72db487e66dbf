"""B-cubed: how well a grouping meets the gold, article by article; pure.

Method: Bagga and Baldwin, "Entity-based cross-document coreferencing using the vector space
model", COLING-ACL 1998. Of each article it is asked which share of its found group belongs there
(precision), and which share of its gold group was found (recall); the scores are the plain means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping

from summarizer.models import Frozen


class BCubed(Frozen):
    """Precision, recall and F1, each from 0 to 1; all are 1 where there is nothing to group."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def b_cubed(gold: Mapping[str, Hashable], found: Mapping[str, Hashable]) -> BCubed:
    """Score of `found` against `gold`, both from an article's id to the label of its group.

    Raises:
        ValueError: the two do not group the same articles.
    """
    if gold.keys() != found.keys():
        strays = sorted(gold.keys() ^ found.keys())
        raise ValueError(f"Gold and found must hold the same articles; only one has {strays[0]}.")
    if not gold:
        return BCubed(precision=1.0, recall=1.0)
    shared = Counter((gold[article], found[article]) for article in gold)
    in_gold, in_found = Counter(gold.values()), Counter(found.values())
    pairs = [(n, g, f) for (g, f), n in shared.items()]
    return BCubed(
        precision=sum(n * n / in_found[f] for n, _, f in pairs) / len(gold),
        recall=sum(n * n / in_gold[g] for n, g, _ in pairs) / len(gold),
    )
