"""How alike two pieces are, from 0 to 1: evidence, wording, names; pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from evals.gold import GoldActor, GoldItem, Span
from evals.prediction import PredictedActor, PredictedItem

EVIDENCE_WEIGHT = 0.6
WORDING_WEIGHT = 0.4

_TOKEN = re.compile(r"\d[\d.,]*\d|\w+")
_QUOTES = str.maketrans("’‘“”„«»", '\'\'"""""')
# "us" and "who" are left out: US and WHO are names.
_STOP_WORDS = (
    "a an the this that these those and or but as at by for from in into of on to up with over "
    "is are was were be been being am has have had do does did it its he him his she her they "
    "them their we our you your i me my whom which what there than then so if would will"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())


def normal(text: str) -> str:
    """`text` without what two writings of one thing differ in: case, width, quotes, spaces."""
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    return " ".join(folded.split())


def normal_name(name: str) -> str:
    """A name as a person compares it: `normal`, and without a leading article."""
    return re.sub(r"^(?:the|an?) ", "", normal(name))


def item_similarity(gold: GoldItem, predicted: PredictedItem) -> float:
    """0.6 of the evidence's overlap and 0.4 of the best wording's token F1."""
    evidence = span_overlap(gold.evidence, predicted.evidence)
    wording = max(token_f1(what, predicted.what) for what in (gold.what, *gold.alternates))
    return round(EVIDENCE_WEIGHT * evidence + WORDING_WEIGHT * wording, 9)


def actor_similarity(gold: GoldActor, predicted: PredictedActor) -> float:
    """1 where the names or aliases meet, else the token F1 of the names."""
    if _called(gold) & _called(predicted):
        return 1.0
    return round(token_f1(gold.name, predicted.name), 9)


def span_overlap(one: Iterable[Span], other: Iterable[Span]) -> float:
    """Code points in both over those of the shorter one; 0 where either is empty."""
    first, second = _points(one), _points(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0


def token_f1(one: str, other: str) -> float:
    """F1 of the words, each as often as it stands there, stop words left out."""
    first, second = _tokens(one), _tokens(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


class Names:
    """Who is meant by a name in the gold or in the prediction.

    A name is the gold actor that has it as name or alias; a name of the prediction that is
    none may get there by the aliases that the prediction's own cast gives it, or by leaving out
    a title: "Justice Teresa Amorim" is the gold's "Teresa Amorim", but "Mrs Amorim" need not be
    its "Amorim".
    """

    def __init__(self, gold: Sequence[GoldActor], predicted: Sequence[PredictedActor]) -> None:
        self._known: dict[str, str] = {}
        for alias, name in _aliases(gold):
            self._known.setdefault(alias, name)
        self._known.update({normal_name(actor.name): actor.name for actor in gold})
        for actor in sorted(predicted, key=lambda a: (a.name, a.aliases)):
            self._add(actor)

    def same(self, one: Iterable[str], other: Iterable[str]) -> bool:
        """Whether both lists mean the same people, in any order."""
        return {self._who(n) for n in one} == {self._who(n) for n in other}

    def _add(self, actor: PredictedActor) -> None:
        called = [normal_name(name) for name in (actor.name, *actor.aliases)]
        meant = next((self._known[name] for name in called if name in self._known), None)
        if meant is not None:
            self._known.setdefault(called[0], meant)

    def _who(self, name: str) -> str:
        # A name that nobody in the gold has gets a mark, so that it equals no gold actor.
        called = normal_name(name)
        return self._known.get(called) or self._untitled(called) or f"?{called}"

    def _untitled(self, called: str) -> str:
        """Who has the longest full name that `called` ends with; "" if nobody has."""
        ends = [k for k in self._known if " " in k and called.endswith(f" {k}")]
        return self._known[max(ends, key=len)] if ends else ""


def _aliases(actors: Sequence[GoldActor]) -> list[tuple[str, str]]:
    pairs = {(normal_name(alias), actor.name) for actor in actors for alias in actor.aliases}
    return sorted(pairs)


def _called(actor: GoldActor | PredictedActor) -> set[str]:
    return {normal_name(name) for name in (actor.name, *actor.aliases)} - {""}


def _points(spans: Iterable[Span]) -> set[int]:
    return {point for span in spans for point in range(span.start, span.end)}


@lru_cache(maxsize=65_536)
def _tokens(text: str) -> Counter[str]:
    """Only to be read: every item's words are compared with those of all others of its section."""
    words = _TOKEN.findall(re.sub(r"'s\b", "", normal(text)))
    content = [word.replace(",", "") for word in words if word not in STOP_WORDS]
    return Counter(content or words)
