"""Whether a clause stands in its evidence: numbers, quotations, names, words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property, lru_cache

from summarizer.grounding.cast import CastIndex
from summarizer.grounding.text import (
    STOP_WORDS,
    Names,
    Stems,
    addresses,
    claimed_numbers,
    content_words,
    fold,
    initials,
    numbers,
    one_line,
    plain,
    quoted_phrases,
    words,
)
from summarizer.models import DropReason, Frozen

# A clause may be reworded, the more so a veiled threat. With fewer of the words of its evidence it
# tells something else, or cites the wrong sentence.
_SHARE_CITED = 1 / 5
_SHARE_IN_REACH = 1 / 3
# Sentences before the evidence in which what "he" or "the crossing" means can be named.
_REACH = 5


class Fault(Frozen):
    """Why a clause does not stand in its evidence; `detail` is a plain sentence."""

    reason: DropReason
    detail: str


class Place(Frozen):
    """A sentence by its index from 0; `just_before` is whether a cited one follows it."""

    index: int
    text: str
    just_before: bool


class Evidence(Frozen):
    """Cited sentences, and those in reach: the article's first and up to five before each.

    `cited` is the text of the cited ones, one a line; `in_reach` holds the others singly, the
    nearest first, each with its place in the article.
    """

    cited: str
    in_reach: tuple[Place, ...]
    language: str

    @cached_property
    def around(self) -> str:
        """All of it."""
        return "\n".join([self.cited, *(place.text for place in self.in_reach)])

    @cached_property
    def cited_stems(self) -> Stems:
        """Content words of the cited sentences."""
        return Stems(content_words(self.cited))

    @cached_property
    def stems(self) -> Stems:
        """Content words of all of it."""
        return Stems(content_words(self.around))

    @cached_property
    def small_words(self) -> Stems:
        """Words of all of it that are written small."""
        return Stems(fold(w) for w in words(plain(self.around)) if w[0].islower())


@lru_cache(maxsize=4096)
def _names_in(text: str) -> Names:
    """What the words of `text` can name, also by an acronym."""
    return Names(frozenset(words(fold(text))) | initials(text))


class Found(Frozen):
    """Whether a name or an actor stands there; `context` is the index of the sentence in reach
    that shows it where the cited ones do not."""

    stands: bool
    context: int | None = None


def find_evidence(sentences: Sequence[str], cited: Sequence[int], language: str) -> Evidence:
    """Evidence of the cited places (indices from 0 into `sentences`)."""
    given = sorted(set(cited))
    reach = {i for c in given for i in range(max(0, c - _REACH), c)} | {0}
    nearest = sorted(reach - set(given), reverse=True)
    return Evidence(
        cited="\n".join(one_line(sentences[i]) for i in given),
        in_reach=tuple(
            Place(index=i, text=one_line(sentences[i]), just_before=i + 1 in given) for i in nearest
        ),
        language=language,
    )


def find_fault(clause: str, evidence: Evidence, cast: CastIndex) -> Fault | None:
    """The first thing in `clause` that its evidence does not show, or None."""
    return (
        _foreign_address(clause, evidence)
        or _foreign_number(clause, evidence)
        or _foreign_quotation(clause, evidence)
        or _foreign_name(clause, evidence, cast)
        or _foreign_words(clause, evidence, cast)
    )


def find_actor(name: str, evidence: Evidence, cast: CastIndex, clause: str = "") -> Found:
    """Whether the actor stands in the cited sentences, or stands in reach and is meant there by
    a pronoun.

    Who is acted on or spoken about (`clause` is given) may also stand in the sentence before,
    or be named by `clause`, which is proven itself. Who speaks or acts may not: to put words
    into the wrong mouth is the worst that a brief can do.
    """
    actor = cast.resolve(name)
    if actor is None:
        return Found(stands=False)
    if cast.mentions(actor, evidence.cited):
        return Found(stands=True)
    shown = next((p for p in evidence.in_reach if cast.mentions(actor, p.text)), None)
    if shown is None:
        return Found(stands=False)
    spoken_about = bool(clause) and (shown.just_before or cast.mentions(actor, clause))
    if spoken_about or cast.may_be_meant(actor, evidence.cited):
        return Found(stands=True, context=shown.index)
    return Found(stands=False)


def find_context(
    clause: str, names: Sequence[str], evidence: Evidence, cast: CastIndex
) -> tuple[int, ...]:
    """Indices of the sentences in reach that show names of `clause`, and actors, which the
    cited sentences do not show by name."""
    found = {find_actor(name, evidence, cast, clause).context for name in names}
    found |= {_find_name(word, evidence, cast).context for word in _names(clause, evidence)}
    return tuple(sorted(index for index in found if index is not None))


def _foreign_address(clause: str, evidence: Evidence) -> Fault | None:
    cited = evidence.cited.casefold()
    for address in addresses(clause):
        if address not in cited:
            return Fault(
                reason=DropReason.UNSAFE_TEXT,
                detail=f"The address {address!r} does not stand in the cited sentences.",
            )
    return None


def _foreign_number(clause: str, evidence: Evidence) -> Fault | None:
    said = claimed_numbers(clause, evidence.language)
    foreign = said - numbers(evidence.cited, evidence.language)
    if not foreign:
        return None
    return Fault(
        reason=DropReason.NUMBER_NOT_FOUND,
        detail=f"The number {min(foreign)} does not stand in the cited sentences.",
    )


def _foreign_quotation(clause: str, evidence: Evidence) -> Fault | None:
    cited = fold(evidence.cited)
    for phrase in quoted_phrases(clause):
        if phrase not in cited:
            return Fault(
                reason=DropReason.QUOTE_NOT_FOUND,
                detail=f"The quoted words {phrase!r} do not stand in the cited sentences.",
            )
    return None


def _foreign_name(clause: str, evidence: Evidence, cast: CastIndex) -> Fault | None:
    for word in _names(clause, evidence):
        if not _find_name(word, evidence, cast).stands:
            return Fault(
                reason=DropReason.NAME_NOT_FOUND,
                detail=f"The name {word!r} stands neither in the cited sentences "
                "nor within reach before them.",
            )
    return None


def _names(clause: str, evidence: Evidence) -> list[str]:
    """Capital words of `clause`, but for a first word that is an ordinary one."""
    return [
        word
        for position, word in enumerate(words(plain(clause)))
        if word[0].isupper()
        and not (position == 0 and (fold(word) in STOP_WORDS or _looks_common(word, evidence)))
    ]


def _looks_common(word: str, evidence: Evidence) -> bool:
    """Whether a form of the word stands small in or around the evidence."""
    return fold(word) in evidence.small_words


def _find_name(word: str, evidence: Evidence, cast: CastIndex) -> Found:
    """Whether a capital word stands in the cited sentences or in reach, or is part of the name
    of an actor who does."""
    folded = fold(word)
    if folded in _names_in(evidence.cited):
        return Found(stands=True)
    for place in evidence.in_reach:
        if folded in _names_in(place.text):
            return Found(stands=True, context=place.index)
    named = (found for name in cast.named_by(folded) if (found := find_actor(name, evidence, cast)))
    return next((found for found in named if found.stands), Found(stands=False))


def _foreign_words(clause: str, evidence: Evidence, cast: CastIndex) -> Fault | None:
    said = content_words(clause)
    cited = sum(word in evidence.cited_stems for word in said)
    shared = sum(word in evidence.stems or bool(cast.named_by(word)) for word in said)
    if cited < _SHARE_CITED * len(said):
        return _reworded(cited, said, "in")
    if shared < _SHARE_IN_REACH * len(said):
        return _reworded(shared, said, "in or before")
    return None


def _reworded(found: int, said: Collection[str], where: str) -> Fault:
    return Fault(
        reason=DropReason.NOT_IN_ARTICLE,
        detail=f"Only {found} of its {len(said)} words stand {where} the cited sentences.",
    )
