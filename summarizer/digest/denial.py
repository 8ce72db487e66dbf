"""What one states and another denies."""

from __future__ import annotations

from summarizer.digest.items import Said
from summarizer.digest.sources import stand_side_by_side
from summarizer.digest.wording import one_holds_other, overlap, stem
from summarizer.models import Action, Claim

# What is left of a denial that says nothing but that it denies.
_EMPTY = frozenset(
    stem(word)
    for word in """accusation accusations accuse allegation allegations charge charges claim claims
    wrongdoing involvement responsibility report reports""".split()
)
_SENTENCES_BEHIND = 2


def is_denied(a: Said, b: Said) -> bool:
    """Whether one of two items denies what the other states."""
    return _denies(a, b) or _denies(b, a)


def may_deny(said: Said) -> bool:
    """Whether an item is a denial."""
    return said.item.status == "denied" or (
        isinstance(said.item, Claim) and said.item.act == "denies"
    )


def _denies(denial: Said, stated: Said) -> bool:
    if not stated.asserted or denial.clause.extent != stated.clause.extent:
        return False
    if isinstance(denial.item, Claim) and denial.item.act == "denies":
        return _answers(denial, stated) and (
            overlap(denial.clause, stated.clause) or _denies_all(denial, stated)
        )
    return (
        denial.item.status == "denied"
        and denial.item.type == stated.item.type
        and denial.who == stated.who
        and one_holds_other(denial.whom, stated.whom)
        and stand_side_by_side(denial.source, stated.source)
        and overlap(denial.clause, stated.clause)
    )


def _answers(denial: Said, stated: Said) -> bool:
    """Whether who denies is the doer, or the one spoken of by another, or denies to that other
    one; not his own word, which he may take back."""
    if isinstance(stated.item, Action):
        # A deed done after it was denied is news, no contradiction.
        return bool(denial.who & stated.who) and stated.source.time <= denial.source.time
    if not isinstance(stated.item, Claim) or stated.who & denial.who:
        return False
    return bool(denial.who & stated.whom) or bool(denial.whom & stated.who)


def _denies_all(denial: Said, stated: Said) -> bool:
    """A denial of no content ("denied it") right after an accusation in one article."""
    if not isinstance(stated.item, Claim) or stated.item.act != "accuses":
        return False
    if denial.source.article != stated.source.article or not denial.clause.words <= _EMPTY:
        return False
    behind = min(denial.item.sentences) - max(stated.item.sentences)
    return bool(denial.who & stated.whom) and 0 <= behind <= _SENTENCES_BEHIND
