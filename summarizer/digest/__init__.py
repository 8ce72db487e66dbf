"""A day's stories to its brief; pure, deterministic, and every line of it cited.

The way of the data stands in `day.py`, the rules in the modules that it names. What is shown are
sentences and items of proven briefs, chosen and put together, never written anew.
"""

from summarizer.digest.day import make_digest
from summarizer.digest.options import DigestOptions, RankingWeights
from summarizer.digest.verify import DigestProblem, check_digest, verify_digest

__all__ = [
    "DigestOptions",
    "DigestProblem",
    "RankingWeights",
    "check_digest",
    "make_digest",
    "verify_digest",
]
