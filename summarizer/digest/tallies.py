"""One thing counted by several articles: what differs on one day, and what moved since."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from summarizer.digest.counts import Count, conflict, counts, same_kind
from summarizer.digest.items import Said
from summarizer.digest.sources import is_update
from summarizer.digest.wording import Clause, clause, same_subject, shared_words, stem
from summarizer.models import Action, Frozen

# "its losses", "our members": whose, only the speaker's article knows.
_OWN = re.compile(r"\b(?:its|their|our|my|his|her)\b", re.IGNORECASE)
# Words that only say that somebody counted.
_COUNTING = frozenset(
    stem(word)
    for word in """people person victims dead killed injured arrested toll lives rise climb jump
    reach stand number total claim leave report confirm count officially""".split()
)


class Counted(Frozen):
    """An item that counts something; `setting` is its clause without the words that count, with
    the names of the parties, and `own` whether it speaks of "its" or "their" things."""

    said: Said
    count: Count
    setting: Clause
    own: bool

    @property
    def digits(self) -> frozenset[str]:
        """The amount as `grounding` writes numbers."""
        return frozenset({f"{self.count.amount:f}"})


class Tally(Frozen):
    """Counts of one thing, in the order of publication."""

    counted: tuple[Counted, ...]

    @property
    def standing(self) -> tuple[Counted, ...]:
        """Those of the day that no later one updates."""
        return tuple(
            one
            for one in self.counted
            if one.said.source.today
            and not any(is_update(o.said.source, one.said.source) for o in self.counted)
        )

    def before(self, one: Counted) -> tuple[Counted, ...]:
        """What `one` updates, in the order of publication."""
        return tuple(o for o in self.counted if is_update(one.said.source, o.said.source))


class OldFigure(Frozen):
    """A number, as `grounding` writes it, that a later article moved away from."""

    article: str
    digits: str


def old_figures(counted: Iterable[Tally]) -> frozenset[OldFigure]:
    """The figures of all articles that one of the day's moved."""
    return frozenset(
        OldFigure(article=old.said.source.article, digits=digits)
        for tally in counted
        for one in tally.standing
        for old in tally.before(one)
        if in_conflict(one, old)
        for digits in old.digits
    )


def tallies(items: Sequence[Said]) -> tuple[Tally, ...]:
    """Counts that are told as facts, those of one thing together.

    An article that gives two numbers for one thing says how it moved itself, and is left out.
    """
    # Only what has a word for the counted in common can count one thing.
    by_word: dict[str, list[list[Counted]]] = {}
    groups: list[list[Counted]] = []
    for one in _counted(items):
        known = (g for word in _counted_words(one.count) for g in by_word.get(word, ()))
        group = next((g for g in known if all(_same_thing(one, other) for other in g)), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(one)
        for word in _counted_words(one.count):
            found = by_word.setdefault(word, [])
            if not any(group is other for other in found):
                found.append(group)
    return tuple(Tally(counted=tuple(_unambiguous(group))) for group in groups)


def _counted_words(count: Count) -> list[str]:
    return [f"{count.kind}:{' '.join(sorted(count.of))}"] if count.kind else sorted(count.of)


def in_conflict(a: Counted, b: Counted) -> bool:
    """Whether both numbers cannot be true at once."""
    return conflict(a.count, b.count)


def _counted(items: Sequence[Said]) -> Iterator[Counted]:
    for said in items:
        # A denial or a negation states no number of its own.
        if said.asserted and not said.clause.negated:
            what, language = said.item.what, said.source.language
            for count in counts(what, language):
                setting = clause(what, language).without(_COUNTING | count.of)
                own = bool(_OWN.search(what))
                yield Counted(said=said, count=count, setting=setting, own=own)


def _unambiguous(group: Sequence[Counted]) -> Iterator[Counted]:
    for one in group:
        article = one.said.source.article
        same = (o for o in group if o.said.source.article == article)
        if all(o.count.amount == one.count.amount for o in same):
            yield one


def _same_thing(a: Counted, b: Counted) -> bool:
    if not same_kind(a.count, b.count) or a.said.clause.ordinals != b.said.clause.ordinals:
        return False
    if isinstance(a.said.item, Action) and isinstance(b.said.item, Action):
        if a.said.who and b.said.who and a.said.who != b.said.who:
            return False
    elif a.said.who != b.said.who and (a.own or b.own):
        return False
    return _same_setting(a, b) if a.count.kind else _same_clause(a.said, b.said)


def _same_setting(a: Counted, b: Counted) -> bool:
    """Of people counted in one story: no name of the one where the other has another, and a word
    in common where both tell more than the count."""
    one, other = a.setting, b.setting
    shared = shared_words(one, other)
    if (one.names - shared) and (other.names - shared):
        return False
    return bool(shared) or not (one.words and other.words)


def _same_clause(a: Said, b: Said) -> bool:
    """Of anything else: the same sentence but for its numbers."""
    others = len(a.clause.numbers - b.clause.numbers), len(b.clause.numbers - a.clause.numbers)
    return (
        a.item.type == b.item.type
        and max(others) <= 1
        and a.clause.negated == b.clause.negated
        and a.clause.extent == b.clause.extent
        and same_subject(a.clause, b.clause)
    )
