"""What is new in a story since the digest before, or since an outlet's own earlier article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from summarizer.digest.actors import Cast, Person, bare, is_name
from summarizer.digest.closing import is_done, ties
from summarizer.digest.evidence import is_named
from summarizer.digest.items import Merged, Said, same_parties
from summarizer.digest.sources import Source, StoryDay, is_update
from summarizer.digest.tallies import Counted, Tally, in_conflict
from summarizer.digest.wording import covers
from summarizer.digest_models import Change, Commitment
from summarizer.grounding.text import fold, words
from summarizer.models import Action, Agreement

_KINDS = ("withdrawn", "carried_out", "status_moved", "number_moved", "first_threat", "new_actor")
_FORWARD = ("proposed", "agreed", "signed", "in_force")
_ENDED = ("broken", "rejected")
_NO_THREAT = ("denied", "historical", "alleged")


class Past:
    """What earlier articles, of whatever story, and the ledger know: who threatened whom, and
    who has been heard of at all."""

    def __init__(self, earlier: Iterable[Source], ledger: Iterable[Commitment]) -> None:
        self._threats: set[tuple[str, str]] = set()
        self._names: set[str] = set()
        for source in earlier:
            names = {a.name: {bare(n) for n in (a.name, *a.aliases)} for a in source.brief.actors}
            self._names.update(*names.values())
            for threat in source.brief.threats:
                whos = {name for actor in threat.who for name in names[actor]}
                whoms = {name for actor in threat.whom for name in names[actor]}
                self._threats.update(product(whos, whoms))
        for commitment in ledger:
            if commitment.kind == "threat":
                self._threats.update(
                    (bare(who), bare(whom)) for who in commitment.who for whom in commitment.whom
                )

    def knows_threat(self, who: Person, whom: Person) -> bool:
        """Whether the one threatened the other before, under any of their names."""
        return any((a, b) in self._threats for a in _bare_names(who) for b in _bare_names(whom))

    def knows(self, person: Person) -> bool:
        """Whether an article named the actor before."""
        return not self._names.isdisjoint(_bare_names(person))


def _bare_names(person: Person) -> frozenset[str]:
    return frozenset(bare(name) for name in person.names)


def changes(
    story: StoryDay,
    cast: Cast,
    items: Sequence[Merged],
    counted: Sequence[Tally],
    ended: Sequence[Change],
    past: Past,
) -> tuple[Change, ...]:
    """All changes of a story: `ended` are those that the ledger found. Withdrawn and carried out
    come first, actors who are merely new come last."""
    found = [
        *ended,
        *_carried_out(items, ended),
        *_moved_status(items),
        *(change for tally in counted for change in _moved_numbers(tally)),
        *_first_threats(story, cast, items, past),
        *_new_actors(story, cast, items),
    ]
    return tuple(sorted(dict.fromkeys(found), key=_order))


def _order(change: Change) -> tuple[int, str, int, str]:
    quote = change.after.quote
    return _KINDS.index(change.kind), change.after.article, quote.start, change.text


def _carried_out(items: Sequence[Merged], ended: Sequence[Change]) -> Iterator[Change]:
    """Planned deeds that are done; threats and promises are the ledger's."""
    told = {change.after for change in ended}
    planned = [m for m in items if m.type == "action" and m.status == "planned"]
    for merged in items:
        for said in merged.members if merged.is_new else ():
            plan = next((p for p in planned if _carries_out(said, p.members[-1])), None)
            if plan and said.cite() not in told:
                text = f"Carried out: {said.item.what}"
                before = plan.members[-1].cite()
                yield Change(kind="carried_out", text=text, before=before, after=said.cite())
                break


def _carries_out(said: Said, plan: Said) -> bool:
    return (
        is_done(said)
        and isinstance(said.item, Action)
        and isinstance(plan.item, Action)
        and said.item.event == plan.item.event
        and not plan.clause.negated
        and bool(said.who)
        and same_parties(said, plan)
        and is_update(said.source, plan.source)
        and covers(said.clause, plan.clause)
    )


def _moved_status(items: Sequence[Merged]) -> Iterator[Change]:
    """Agreements a step on: the last step before against the first article that tells this."""
    agreements = [m for m in items if m.type == "agreement"]
    for merged in agreements:
        after = next((m for m in merged.members if m.source.today), None)
        if after is None or not merged.is_new:
            continue
        steps = [s for m in agreements for s in m.members if _is_step(s, after)]
        if steps:
            before = max(steps, key=lambda s: s.order)
            moved = f"{_in_words(before.item.status)} → {_in_words(after.item.status)}"
            text = f"{moved}: {after.item.what}"
            yield Change(kind="status_moved", text=text, before=before.cite(), after=after.cite())


def _is_step(before: Said, after: Said) -> bool:
    if not isinstance(before.item, Agreement) or not is_update(after.source, before.source):
        return False
    return (
        _is_forward(before.item.status, after.item.status)
        and before.clause.negated == after.clause.negated
        and same_parties(before, after)
        and ties(before.clause, after.clause)
    )


def _is_forward(before: str, after: str) -> bool:
    if before in _ENDED:
        return False
    return after in _ENDED or _FORWARD.index(after) > _FORWARD.index(before)


def _in_words(status: str) -> str:
    return status.replace("_", " ")


def _moved_numbers(tally: Tally) -> Iterator[Change]:
    """A figure of the day against the last before it, of the same outlet where it gave one.

    Where the day's figures differ among themselves, only an outlet's own has moved."""
    amounts: dict[str, Counted] = {}
    for one in tally.standing:
        amounts.setdefault(one.count.digits, one)
    agreed = not any(in_conflict(a, b) for a in amounts.values() for b in amounts.values())
    for one in amounts.values():
        if before := _figure_before(one, tally, agreed=agreed):
            text = f"{before.count.digits} → {one.count.digits} {one.count.label}"
            yield Change(
                kind="number_moved",
                text=text,
                before=before.said.cite(before.digits),
                after=one.said.cite(one.digits),
            )
            if agreed:
                return


def _figure_before(one: Counted, tally: Tally, *, agreed: bool) -> Counted | None:
    before = tally.before(one)
    # A figure that somebody gave before is not new.
    if any(not in_conflict(one, old) for old in before):
        return None
    outlets = one.said.source.outlets
    own = [old for old in before if old.said.source.outlets & outlets]
    found = own or (before if agreed else ())
    return found[-1] if found else None


def _first_threats(
    story: StoryDay, cast: Cast, items: Sequence[Merged], past: Past
) -> Iterator[Change]:
    """The first threat of one against the other, in a story or between actors known before."""
    told: set[tuple[int, int]] = set()
    for merged in items:
        if merged.type != "threat" or not merged.is_new or merged.status in _NO_THREAT:
            continue
        said = merged.members[0]
        for pair in ((who, whom) for who in sorted(said.who) for whom in sorted(said.whom)):
            who, whom = (cast.people[key] for key in pair)
            known = bool(story.earlier) or (past.knows(who) and past.knows(whom))
            if pair in told or not known or past.knows_threat(who, whom):
                continue
            told.add(pair)
            of, against = (", ".join(cast.names_in(said.source, [key])) for key in pair)
            text = f"First threat of {of} against {against}: {said.item.what}"
            yield Change(kind="first_threat", text=text, after=said.cite())


def _new_actors(story: StoryDay, cast: Cast, items: Sequence[Merged]) -> Iterator[Change]:
    """Named actors who act or speak today and whom no earlier article of the story names."""
    acting = {key for m in items if m.is_new for said in m.members for key in said.who}
    for key in sorted(acting) if story.earlier else ():
        person = cast.people[key]
        if _is_new(person, story):
            first = person.first
            text = f"New: {person.name}" + (f" ({first.actor.role})" if first.actor.role else "")
            yield Change(kind="new_actor", text=text, after=first.citations[0])


def _is_new(person: Person, story: StoryDay) -> bool:
    """Nobody of the earlier articles: neither a name nor the last word of one stands there."""
    if not is_name(person.name) or any(not m.source.today for m in person.members):
        return False
    if any(m.actor.kind == "media" for m in person.members):
        return False
    forms = {name for name in person.names if is_name(name)}
    forms |= {words(fold(name))[-1] for name in forms if words(fold(name))}
    return not any(
        is_named(form, source.brief.article.text) for form in forms for source in story.earlier
    )
