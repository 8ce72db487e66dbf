"""Items: kept with their quotes, or dropped with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from rapidfuzz import fuzz

from summarizer.grounding.cast import CastIndex
from summarizer.grounding.content import (
    Evidence,
    Fault,
    find_actor,
    find_context,
    find_evidence,
    find_fault,
)
from summarizer.grounding.text import claimed_numbers, fold, one_line
from summarizer.models import (
    Action,
    Agreement,
    AnyItem,
    Claim,
    Dropped,
    DropReason,
    ExtractedAction,
    ExtractedAgreement,
    ExtractedClaim,
    ExtractedItem,
    ExtractedThreat,
    ItemType,
    Quote,
    Sentence,
    Threat,
)

# One fact is one item, of the most specific type in this order.
_SPECIFIC: tuple[ItemType, ...] = ("agreement", "threat", "action", "claim")
_SAME_CONTENT = 85
_SAME_CONTENT_OTHER_TYPE = 92


class ItemGrounder:
    """Grounds items one by one against the sentences and the kept cast."""

    def __init__(self, sentences: Sequence[Sentence], cast: CastIndex, language: str) -> None:
        self._by_number = {sentence.number: i for i, sentence in enumerate(sentences)}
        self._sentences = sentences
        self._texts = [sentence.text for sentence in sentences]
        self._cast = cast
        self._language = language
        self._evidence: dict[tuple[int, ...], Evidence] = {}
        self.dropped: list[Dropped] = []

    def keep(self, said: Iterable[ExtractedItem]) -> list[AnyItem]:
        """The items that are proven, repeats removed, in the order of the article."""
        kept = [item for one in said if (item := self._ground(one)) is not None]
        kept = self._without_repeats(kept)
        kept.sort(key=lambda item: (item.sentences[0], item.sentences))
        return _numbered(kept)

    def quotes(self, numbers: Iterable[int]) -> tuple[Quote, ...]:
        """The sentences of these numbers, verbatim."""
        found = (self._sentences[self._by_number[n]] for n in numbers)
        return tuple(Quote(sentence=s.number, start=s.start, end=s.end, text=s.text) for s in found)

    def evidence(self, numbers: Iterable[int]) -> Evidence:
        """The cited sentences with those before them."""
        cited = self.known(numbers)
        if cited not in self._evidence:
            places = [self._by_number[n] for n in cited]
            self._evidence[cited] = find_evidence(self._texts, places, self._language)
        return self._evidence[cited]

    def context(
        self, clauses: Sequence[str], names: Sequence[str], numbers: Iterable[int]
    ) -> tuple[Quote, ...]:
        """The sentences before the cited ones that show names which these do not show."""
        evidence = self.evidence(numbers)
        found = {i for one in clauses for i in find_context(one, names, evidence, self._cast)}
        return self.quotes(self._sentences[i].number for i in sorted(found))

    def known(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """The numbers that exist, ascending, each once."""
        return tuple(sorted({n for n in numbers if n in self._by_number}))

    def _ground(self, said: ExtractedItem) -> AnyItem | None:
        fault = self._fault(said)
        if fault is None:
            who, lost = self._actors(said.who, said.sentences)
            if lost is None and (who or said.type == "action"):
                return self._item(said, who)
            fault = lost or Fault(
                reason=DropReason.EMPTY, detail=f"The {said.type} names nobody who makes it."
            )
        self._drop(said, fault)
        return None

    def _fault(self, said: ExtractedItem) -> Fault | None:
        if not said.what.strip():
            return Fault(reason=DropReason.EMPTY, detail="It says nothing.")
        if not said.sentences:
            return Fault(reason=DropReason.NO_EVIDENCE, detail="It cites no sentence.")
        foreign = sorted(set(said.sentences) - set(self._by_number))
        if foreign:
            return Fault(
                reason=DropReason.BAD_SENTENCE, detail=f"There is no sentence {foreign[0]}."
            )
        return find_fault(one_line(said.what), self.evidence(said.sentences), self._cast)

    def _actors(
        self, names: Sequence[str], sentences: Sequence[int], clause: str = ""
    ) -> tuple[tuple[str, ...], Fault | None]:
        """Names of the cast, and what is wrong with the first that is not proven."""
        evidence = self.evidence(sentences)
        found: dict[str, None] = {}
        for name in names:
            actor = self._cast.resolve(name)
            if actor is None:
                detail = f"{name!r} is nobody of the article's cast."
                return tuple(found), Fault(reason=DropReason.ACTOR_NOT_FOUND, detail=detail)
            if not find_actor(actor.name, evidence, self._cast, clause).stands:
                detail = f"{actor.name} stands neither in the cited sentences nor within reach."
                return tuple(found), Fault(reason=DropReason.ACTOR_NOT_IN_EVIDENCE, detail=detail)
            found[actor.name] = None
        return tuple(found), None

    def _item(self, said: ExtractedItem, who: tuple[str, ...]) -> AnyItem:
        numbers, what = self.known(said.sentences), one_line(said.what)
        whom = tuple(n for n in self._proven(said, "whom") if n not in who)
        reported_by = self._proven(said, "reported_by")
        condition = self._condition(said) if isinstance(said, ExtractedThreat) else ""
        shared = {
            "id": "",
            "sentences": numbers,
            "who": who,
            "whom": whom,
            "what": what,
            "reported_by": reported_by,
            "evidence": self.quotes(numbers),
            "context": self.context((what, condition), (*who, *whom, *reported_by), numbers),
        }
        match said:
            case ExtractedClaim():
                return Claim.model_validate({**shared, "status": said.status, "act": said.act})
            case ExtractedThreat():
                return Threat.model_validate(
                    {**shared, "status": said.status, "mode": said.mode, "condition": condition}
                )
            case ExtractedAction():
                return Action.model_validate({**shared, "status": said.status, "event": said.event})
            case ExtractedAgreement():
                return Agreement.model_validate({**shared, "status": said.status})

    def _proven(self, said: ExtractedItem, field: str) -> tuple[str, ...]:
        """The names of `whom` or `reported_by` that are proven; the others are left out of the
        item and reported, since it stands without them."""
        kept: dict[str, None] = {}
        for name in getattr(said, field):
            found, fault = self._actors([name], said.sentences, one_line(said.what))
            if fault is None:
                kept.update(dict.fromkeys(found))
            else:
                self._drop_field(said, f"{field}: {name}", fault)
        return tuple(kept)

    def _condition(self, said: ExtractedThreat) -> str:
        condition = one_line(said.condition)
        fault = condition and find_fault(condition, self.evidence(said.sentences), self._cast)
        if not fault:
            return condition
        self._drop_field(said, f"condition: {condition}", fault)
        return ""

    def _without_repeats(self, items: Sequence[AnyItem]) -> list[AnyItem]:
        kept: list[AnyItem] = []
        # Only items that share a sentence can repeat each other.
        citing: dict[int, list[AnyItem]] = {}
        for item in sorted(items, key=lambda i: _SPECIFIC.index(i.type)):
            others = (other for number in item.sentences for other in citing.get(number, ()))
            first = next((o for o in others if _repeats(item, o, self._language)), None)
            if first is None:
                kept.append(item)
                for number in item.sentences:
                    citing.setdefault(number, []).append(item)
                continue
            detail = f"It repeats the {first.type} {first.what!r}."
            self._drop(item, Fault(reason=DropReason.REPEATED, detail=detail))
        return kept

    def _drop(self, item: ExtractedItem | AnyItem, fault: Fault) -> None:
        self.dropped.append(
            Dropped(
                section=item.type,
                what=item.what,
                sentences=tuple(item.sentences),
                reason=fault.reason,
                detail=fault.detail,
            )
        )

    def _drop_field(self, said: ExtractedItem, field: str, fault: Fault) -> None:
        self.dropped.append(
            Dropped(
                section="field",
                what=field,
                sentences=tuple(said.sentences),
                reason=fault.reason,
                detail=f"In the {said.type} {said.what!r}: {fault.detail}",
            )
        )


def _repeats(item: AnyItem, other: AnyItem, language: str) -> bool:
    """Same parties, evidence that overlaps, nearly the same content with no other number."""
    if not set(item.sentences) & set(other.sentences) or set(item.who) != set(other.who):
        return False
    numbers = claimed_numbers(item.what, language), claimed_numbers(other.what, language)
    if not _one_holds_other(set(item.whom), set(other.whom)) or not _one_holds_other(*numbers):
        return False
    least = _SAME_CONTENT if item.type == other.type else _SAME_CONTENT_OTHER_TYPE
    return fuzz.token_set_ratio(fold(item.what), fold(other.what)) >= least


def _one_holds_other(a: Set[str], b: Set[str]) -> bool:
    return a <= b or b <= a


def _numbered(items: Sequence[AnyItem]) -> list[AnyItem]:
    counts: dict[str, int] = {}
    numbered = []
    for item in items:
        counts[item.type] = counts.get(item.type, 0) + 1
        numbered.append(item.model_copy(update={"id": f"{item.type}-{counts[item.type]}"}))
    return numbered
