"""What ends a threat, promise or agreement: carried out, withdrawn, signed, broken, rejected.

A wrong end is worse than a missed one, so it takes the same doer, a later article, a done deed
and its own words: an intention, a demand or a "may" ends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from summarizer.digest.items import Said
from summarizer.digest.lexicon import WEEKDAYS
from summarizer.digest.wording import Clause, covers, one_holds_other, overlap, stem
from summarizer.grounding.text import fold
from summarizer.models import Action, Agreement, Claim, Event, Frozen

End = Literal["carried_out", "withdrawn", "signed", "broken", "rejected"]

_SETTLED: dict[str, End] = {
    "signed": "signed", "in_force": "signed", "broken": "broken", "rejected": "rejected",
}  # fmt: skip
_NO_DEED: tuple[Event, ...] = ("THREATEN", "REQUEST", "REJECT")
# Verbs of a deed that is not done yet, or not by this.
_BEFOREHAND = frozenset(
    stem(word)
    for word in """threaten vow promise pledge plan prepare consider delay postpone propose ask call
    urge want seek intend order vote approve authorise authorize warn announce agree""".split()
)
_TAKEN_BACK = re.compile(
    r"\b(?:withdr[ae]w\w*|withdrawn|drop(?:s|ped|ping)?|retract\w*|rescind\w*|revok\w*|abandon\w*"
    r"|scrap(?:s|ped|ping)?|cancel\w*|call(?:s|ed|ing) off|back(?:s|ed|ing) (?:down|away|off)"
    r"|lift(?:s|ed|ing)?|t(?:akes?|ook|aken) back|renounc\w*|shelv\w*)"
    r"(?: [\w'-]+){0,6}? (?P<noun>threat|ultimatum|warning|plan|pledge|promise|vow)s?\b"
)
# What else stands in "formally withdrew its threat on Friday".
_STEPS = frozenset(
    stem(word)
    for word in f"""withdraw drop retract rescind revoke abandon scrap cancel call back lift take
    renounce shelve down away formally publicly officially quietly late
    {" ".join(WEEKDAYS)}""".split()
)
_CALLED_OFF = re.compile(
    r"\b(?P<verb>call(?:s|ed|ing) off|cancel\w*|scrap(?:s|ped|ping)?|rescind\w*|revok\w*|retract\w*"
    r"|abandon\w*|back(?:s|ed|ing) (?:down|away|off))\b"
)
_WILL_NOT = re.compile(
    r"\b(?:will not|won't|would not|no longer|decided (?:not to|against)|not going to)\b"
)
_UNSURE = re.compile(
    r"\b(?:may|might|could|consider\w*|if|unless|once|until|provided|whether|ready to|offer\w* to"
    r"|asked|urged|demand\w* that|call\w* (?:on|for))\b"
)
_WILL = re.compile(r"\b(?:will|would|shall)\b")
_PLANS = re.compile(r"\bplan(?:s|ned|ning)? to\b")
_NOUNS: dict[str, tuple[str, ...]] = {
    "threat": ("threat", "ultimatum", "warning", "plan"),
    "promise": ("pledge", "promise", "vow", "plan"),
}


class Pledge(Frozen):
    """A threat, promise or agreement that may end. `who` and `whom` are keys of the story's cast;
    `time` is when its article was out, None where that is not at hand."""

    id: str
    kind: Literal["threat", "promise", "agreement"]
    who: frozenset[int]
    whom: frozenset[int]
    clause: Clause
    article: str
    made: date
    time: datetime | None


def end_of(pledge: Pledge, said: Said, others: Sequence[Pledge]) -> End | None:
    """How `said` ends the pledge, None where it does not; `others` are the open pledges of the
    story, which tell what a bare "withdrew its threat" can mean."""
    if not _is_later(pledge, said):
        return None
    if pledge.kind == "agreement":
        return _settled(pledge, said)
    if _is_withdrawn(pledge, said, others):
        return "withdrawn"
    done = is_done(said) and _same_sides(pledge, said) and covers(said.clause, pledge.clause)
    return "carried_out" if done else None


def is_done(said: Said) -> bool:
    """Whether it tells of a deed as done, and of no intention, refusal or part of it, nor of a
    threat or promise that is taken back."""
    text = fold(said.item.what)
    return (
        isinstance(said.item, Action)
        and not (_TAKEN_BACK.search(text) or _CALLED_OFF.search(text))
        and said.item.status in ("happened", "ongoing")
        and said.item.event not in _NO_DEED
        and not said.clause.negated
        and said.clause.extent != "part"
        and not said.clause.words & _BEFOREHAND
    )


def ties(a: Clause, b: Clause) -> bool:
    """Whether two agreements of the same parties are one."""
    return overlap(a, b) or (bool(a.words) and a.words == b.words and a.numbers == b.numbers)


def _is_later(pledge: Pledge, said: Said) -> bool:
    if said.source.article == pledge.article:
        return False
    if pledge.time is None:
        return said.source.day > pledge.made
    return said.source.time > pledge.time


def _same_sides(pledge: Pledge, said: Said) -> bool:
    return (
        bool(pledge.who)
        and pledge.who <= said.who
        and (one_holds_other(pledge.whom, said.whom) or bool(pledge.whom & said.whom))
    )


def _settled(pledge: Pledge, said: Said) -> End | None:
    if isinstance(said.item, Agreement):
        parties = one_holds_other(pledge.who, said.who) and len(pledge.who & said.who) > 1
        settles = parties and ties(pledge.clause, said.clause)
        return _SETTLED.get(said.item.status) if settles else None
    signs = is_done(said) and re.search(r"\bsign(?:ed|s|ing)\b", fold(said.item.what))
    parties = len(pledge.who) > 1 and pledge.who <= said.who | said.whom
    what = said.clause.without(frozenset({"sign"}))
    return "signed" if signs and parties and ties(pledge.clause, what) else None


def _is_withdrawn(pledge: Pledge, said: Said, others: Sequence[Pledge]) -> bool:
    text = fold(said.item.what)
    if not pledge.who or not pledge.who <= said.who or _UNSURE.search(text):
        return False
    if not isinstance(said.item, Action | Claim) or said.item.status in ("denied", "historical"):
        return False
    if isinstance(said.item, Claim) and said.item.act not in ("says", "confirms", "promises"):
        return False
    if said.clause.negated:
        return bool(_WILL_NOT.search(text)) and _covers_negated(pledge, said)
    if not said.asserted or _WILL.search(text):
        return False
    return _takes_back(pledge, said, text, others) or _calls_off(pledge, said, text)


def _covers_negated(pledge: Pledge, said: Said) -> bool:
    """A pledge of X, that is no negation itself, against "will not X"."""
    same_whom = one_holds_other(pledge.whom, said.whom)
    return not pledge.clause.negated and same_whom and covers(said.clause, pledge.clause)


def _takes_back(pledge: Pledge, said: Said, text: str, others: Sequence[Pledge]) -> bool:
    """As in "withdrew its threat": what it says of the threat is all in the pledge; if it says
    nothing, there is one only that can be meant."""
    found = _TAKEN_BACK.search(text)
    if (
        not found
        or found["noun"] not in _NOUNS[pledge.kind]
        or _PLANS.search(text, 0, found.start())
    ):
        return False
    if said.whom and pledge.whom and not said.whom & pledge.whom:
        return False
    noun = stem(found["noun"])
    if said.clause.words & _BEFOREHAND - {noun}:
        return False
    rest = said.clause.words - {noun} - _STEPS - pledge.clause.parties - said.clause.parties
    rivals = [o for o in others if o.kind == pledge.kind and o.who == pledge.who]
    return rest <= pledge.clause.words and (bool(rest) or len(rivals) == 1)


def _calls_off(pledge: Pledge, said: Said, text: str) -> bool:
    """As in "called off Friday's strike", of a pledge that is no calling off itself."""
    found = _CALLED_OFF.search(text)
    if said.clause.words & _BEFOREHAND - {"call"}:
        return False
    if not found or _PLANS.search(text, 0, found.start()):
        return False
    if stem(found["verb"].split()[0]) in pledge.clause.words:
        return False
    return overlap(said.clause, pledge.clause)
