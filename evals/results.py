"""The results of a run: what is stored, printed and compared with a baseline.

Nothing in it depends on the hour: the same recordings give the same bytes.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from evals.counts import ratio
from evals.fingerprint import Fingerprint
from evals.prediction import Prediction
from evals.score import CorpusScore, DocumentScore, total
from evals.tape import Sampling
from summarizer.models import SECTIONS, Brief, Dropped, DropReason, Frozen, Profile, Usage

RESULTS_VERSION: Literal[2] = 2


class ReasonCount(Frozen):
    """How many items were dropped for one reason."""

    reason: DropReason
    count: int


class Grounding(Frozen):
    """What grounding did: `kept` and `dropped` items, gaps, and sentences of the summary."""

    kept: int = 0
    dropped: tuple[ReasonCount, ...] = ()
    gaps: int = 0
    summary: int = 0
    replaced: int = 0

    @property
    def lost(self) -> int:
        """How many items were dropped, for whatever reason."""
        return sum(reason.count for reason in self.dropped)

    @property
    def rate(self) -> float | None:
        """Share of the items that were kept; None where there were none."""
        return ratio(self.kept, self.kept + self.lost)


class DocumentResult(Frozen):
    """One article's run.

    `failure` is empty or says why there is no brief, which then counts as an empty one;
    `unrecorded`: because an answer was not recorded; `broken` are the invariants it breaks;
    `seconds` is the sum of the recorded wall-clock times of its model calls, which may have
    overlapped.
    """

    name: str
    domain: str
    article_sha256: str
    gold_sha256: str
    failure: str = ""
    unrecorded: bool = False
    broken: tuple[str, ...] = ()
    prompt_sha256: str = ""
    prediction: Prediction
    dropped: tuple[Dropped, ...] = ()
    score: DocumentScore
    grounding: Grounding
    usage: Usage
    seconds: float


class Latency(Frozen):
    """Seconds an article, over the articles that ran; the 95th percentile is the nearest rank."""

    median: float
    p95: float


class Results(Frozen):
    """A run over a part of the split, or over one article of it. `reason` says, in a baseline
    alone, why it was blessed."""

    version: Literal[2] = RESULTS_VERSION
    model: str
    profile: Profile
    sampling: Sampling
    product: Fingerprint
    reason: str = ""
    gold_sha256: str
    score: CorpusScore
    grounding: Grounding
    usage: Usage
    latency: Latency
    documents: tuple[DocumentResult, ...]

    @property
    def clean(self) -> bool:
        """Whether every article ran and no invariant is broken."""
        return not any(document.failure or document.broken for document in self.documents)

    def of(self, documents: Sequence[DocumentResult]) -> Results:
        """The same run with these documents, summed up again."""
        return results_of(
            documents,
            model=self.model,
            profile=self.profile,
            sampling=self.sampling,
            product=self.product,
            gold_sha256=self.gold_sha256,
            reason=self.reason,
        )

    def json_text(self) -> str:
        """The stored form, indented, with a line end."""
        return self.model_dump_json(indent=2) + "\n"


def grounding_of(brief: Brief) -> Grounding:
    """Count what grounding did to one brief."""
    reasons = Counter(d.reason for d in brief.dropped if d.section in SECTIONS)
    return Grounding(
        kept=len(brief.items),
        dropped=_reasons(reasons),
        gaps=len(brief.gaps),
        summary=len(brief.summary),
        replaced=sum(sentence.replaced for sentence in brief.summary),
    )


def sum_usage(parts: Sequence[Usage]) -> Usage:
    """The sum, its cost rounded to a millionth of a dollar so that no order shows in it."""
    usage = sum(parts, Usage())
    costs = [part.cost_usd for part in parts]
    known = [cost for cost in costs if cost is not None]
    cost = round(math.fsum(known), 6) if len(known) == len(costs) else None
    return usage.model_copy(update={"cost_usd": cost})


def results_of(
    documents: Sequence[DocumentResult],
    *,
    model: str,
    profile: Profile,
    sampling: Sampling,
    product: Fingerprint,
    gold_sha256: str,
    reason: str = "",
) -> Results:
    """Sum up the documents."""
    return Results(
        model=model,
        profile=profile,
        sampling=sampling,
        product=product,
        reason=reason,
        gold_sha256=gold_sha256,
        score=total([document.score for document in documents]),
        grounding=_sum_grounding([document.grounding for document in documents]),
        usage=sum_usage([document.usage for document in documents]),
        latency=_latency([d.seconds for d in documents if not d.failure]),
        documents=tuple(documents),
    )


def _sum_grounding(parts: Sequence[Grounding]) -> Grounding:
    reasons: Counter[DropReason] = Counter()
    for part in parts:
        reasons.update({r.reason: r.count for r in part.dropped})
    return Grounding(
        kept=sum(part.kept for part in parts),
        dropped=_reasons(reasons),
        gaps=sum(part.gaps for part in parts),
        summary=sum(part.summary for part in parts),
        replaced=sum(part.replaced for part in parts),
    )


def _reasons(counts: Counter[DropReason]) -> tuple[ReasonCount, ...]:
    """Most frequent first, then by name."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(ReasonCount(reason=reason, count=count) for reason, count in ordered)


def _latency(seconds: Sequence[float]) -> Latency:
    if not seconds:
        return Latency(median=0.0, p95=0.0)
    rank = math.ceil(0.95 * len(seconds))
    return Latency(median=round(statistics.median(seconds), 3), p95=sorted(seconds)[rank - 1])
