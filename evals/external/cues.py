"""What a cue ("said", "vowed", "thinks") says of an attribution: is it a statement, and which
act; pure.

The verbs are those of the brief's seven acts, gathered from the cues of PolNeAR's train and dev
parts. A cue with none of them is no statement by the brief's measure: a thought or a wish
("thinks", "hopes"), a deed ("endorsed"), a finding ("the poll shows"), a question ("asked"), or
"according to", after which a fact stays a fact. Nor is a negated one ("declined to say").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from summarizer.models import Act, Frozen


class CueReading(Frozen):
    """`act` is "says" where the cue is no statement."""

    statement: bool
    act: Act


# The first act with a verb of the cue wins; "says" stands last, for "said, denying it".
_VERBS: Mapping[Act, str] = {
    "denies": "deny dispute refute reject dismiss disavow",
    "accuses": "accuse allege attack blame blast condemn criticize decry denounce lambast mock "
    "rebuke rip scold slam",
    "demands": "demand implore request urge",
    "promises": "assure pledge promise swear vow",
    "predicts": "caution forecast predict warn",
    "confirms": "acknowledge admit concede confirm",
    "says": "add announce answer argue assert boast call chant claim comment complain conclude "
    "contend continue counter declare describe email emphasize explain insist joke lament "
    "maintain note observe post quip read recall reiterate remark repeat reply respond "
    "retweet say shout state stress suggest tell tweet write yell",
}
_IRREGULAR = {
    "said": "say",
    "told": "tell",
    "wrote": "write",
    "written": "write",
    "swore": "swear",
    "sworn": "swear",
}
_ACT_OF = {verb: act for act, verbs in _VERBS.items() for verb in verbs.split()}
_ENDINGS = {"s": "", "es": "", "ed": "", "d": "", "ing": "", "ies": "y", "ied": "y"}
_NOT = re.compile(r"\b(?:not|never|no|without|declin\w+|refus\w+)\b|n['’]t\b")
_CALL_FOR = re.compile(r"\bcall(?:s|ed|ing)? (?:on|for|upon)\b")
# The cue of a line of a transcript or a headline, as in "CLINTON: We will."
_MARK = re.compile(r"[:―—–-]+")


def read_cue(cue: str) -> CueReading:
    """Read the words of one cue."""
    words = cue.casefold().strip()
    if _NOT.search(words):
        return CueReading(statement=False, act="says")
    if _CALL_FOR.search(words):
        return CueReading(statement=True, act="demands")
    acts = {_ACT_OF[base] for base in _bases(words) if base in _ACT_OF}
    act: Act = next((act for act in _VERBS if act in acts), "says")
    return CueReading(statement=bool(acts or _MARK.fullmatch(words)), act=act)


def _bases(words: str) -> Iterator[str]:
    """What each word may be a form of; a form of no verb does no harm."""
    for word in re.findall(r"[a-z]+", words):
        yield _IRREGULAR.get(word, word)
        for ending, back in _ENDINGS.items():
            if word.endswith(ending):
                stem = word.removesuffix(ending) + back
                yield from (stem, f"{stem}e", re.sub(r"(.)\1$", r"\1", stem))
