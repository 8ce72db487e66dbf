"""What several articles say alike, as one item with its corroboration."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from summarizer.digest.actors import Cast
from summarizer.digest.dates import deadline_of
from summarizer.digest.sources import Source, StoryDay
from summarizer.digest.wording import Clause, clause, one_holds_other, same_content, shared_words
from summarizer.digest_models import Citation, StoryItem
from summarizer.models import (
    Action,
    Agreement,
    AnyItem,
    Claim,
    Frozen,
    ItemType,
    Threat,
)

# Statuses and acts that say nearly the same; a model often takes the one for the other.
_ASSERTED = ("alleged", "ongoing", "happened")
_AHEAD = ("conditional", "planned")
_STATED = ("promises", "accuses", "predicts", "confirms", "says")


class Said(Frozen):
    """An item of one article. `who`, `whom` and `by` are keys of the story's cast."""

    source: Source
    item: AnyItem
    who: frozenset[int]
    whom: frozenset[int]
    by: frozenset[int]
    clause: Clause

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Its evidence."""
        return self.source.cite(self.item.evidence)

    @property
    def order(self) -> tuple[datetime, str, str]:
        """By publication, then by place in the article."""
        return self.source.time, self.source.article, self.item.id

    @property
    def asserted(self) -> bool:
        """Whether it is told as a fact, or as somebody's word for a fact."""
        if isinstance(self.item, Claim) and self.item.act not in ("says", "confirms", "accuses"):
            return False
        return self.item.status in _ASSERTED

    def cite(self, numbers: Iterable[str] = ()) -> Citation:
        """Its one quote that says most of it, before all these numbers."""
        wanted = frozenset(numbers) or self.clause.numbers
        language = self.source.language

        def fit(citation: Citation) -> tuple[int, int, int]:
            quoted = clause(citation.quote.text, language, frozenset())
            shown = len(wanted & quoted.numbers), len(shared_words(self.clause, quoted))
            return (*shown, -citation.quote.start)

        return max(self.citations, key=fit)


class Merged(Frozen):
    """Items of several articles that say the same, in the order of publication."""

    members: tuple[Said, ...]

    @property
    def today(self) -> Merged:
        """Those of the day's articles; none may be left."""
        return Merged(members=tuple(m for m in self.members if m.source.today))

    @property
    def is_new(self) -> bool:
        """Whether no earlier article said it."""
        return all(member.source.today for member in self.members)

    @property
    def type(self) -> ItemType:
        """Type of all of them."""
        return self.members[0].item.type

    @property
    def origins(self) -> frozenset[str]:
        """Independent pieces of reporting that say it."""
        return frozenset(member.source.origin for member in self.members)

    @property
    def outlets(self) -> frozenset[str]:
        """Outlets that print it."""
        return frozenset(outlet for m in self.members for outlet in m.source.outlets)

    @property
    def best(self) -> Said:
        """The wording to show: read in full before a feed's summary, of the best tier, with most
        content, the first."""
        return min(
            self.members,
            key=lambda m: (
                m.source.filed.extent != "full",
                m.source.tier,
                -len(m.clause.numbers),
                -len(m.clause.words),
                m.order,
            ),
        )

    @property
    def status(self) -> str:
        """That of most origins, of these the most cautious."""
        return _by_origins(self.members, [m.item.status for m in self.members])

    def shown(self, story: str, cast: Cast) -> StoryItem:
        """The item as the digest tells of it."""
        best = self.best
        item = best.item
        due = _due(self.members)
        return StoryItem(
            id=item_id(story, self),
            type=item.type,
            who=cast.names(best.who),
            whom=cast.names(key for m in self.members for key in m.whom),
            what=item.what,
            status=self.status,
            act=item.act if isinstance(item, Claim) else None,
            mode=item.mode if isinstance(item, Threat) else None,
            event=item.event if isinstance(item, Action) else None,
            condition=item.condition if isinstance(item, Threat) else "",
            reported_by=cast.names(best.by),
            due=due,
            outlets=len(self.outlets),
            origins=len(self.origins),
            citations=_citations([best, *self.members]),
        )


def item_id(story: str, merged: Merged) -> str:
    """An id that stays while the first article that says it stays."""
    first = merged.members[0]
    key = "\x00".join((story, first.source.article, first.item.id, first.item.what))
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{merged.type}-{digest[:12]}"


def _due(members: Sequence[Said]) -> date | None:
    found = (deadline_of(m.item, m.source) for m in members)
    return next((deadline.due for deadline in found if deadline), None)


def _citations(members: Iterable[Said]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(c for member in members for c in member.citations))


def _by_origins(members: Sequence[Said], values: Sequence[str]) -> str:
    said = {(m.source.origin, value) for m, value in zip(members, values, strict=True)}
    counted = Counter(value for _, value in said)
    caution = (*_AHEAD, *_ASSERTED)
    return min(
        counted,
        key=lambda v: (-counted[v], caution.index(v) if v in caution else len(caution), v),
    )


def read_items(story: StoryDay, cast: Cast) -> tuple[Said, ...]:
    """Every item of every article of the story."""
    found = [_said(source, item, cast) for source in story.sources for item in source.brief.items]
    return tuple(sorted(found, key=lambda said: said.order))


def _said(source: Source, item: AnyItem, cast: Cast) -> Said:
    who, whom = cast.find(source, item.who), cast.find(source, item.whom)
    return Said(
        source=source,
        item=item,
        who=who,
        whom=whom,
        by=cast.find(source, item.reported_by),
        clause=clause(item.what, source.language, cast.all_names(who | whom)),
    )


def merge(said: Sequence[Said]) -> tuple[Merged, ...]:
    """Items joined where each pair of them says the same, no two of one article.

    Same type, same doers, whom of the one within whom of the other, a status that can be the
    same, and near-equal content without another number. The likest are joined first.
    """
    clusters = {place: [place] for place in range(len(said))}
    of = list(range(len(said)))
    alike = {(a, b): score for a, b, score in _alike(said)}
    for a, b in sorted(alike, key=lambda pair: (-alike[pair], pair)):
        one, other = clusters[of[a]], clusters[of[b]]
        if one is other or not all((min(x, y), max(x, y)) in alike for x in one for y in other):
            continue
        keep, gone = min(of[a], of[b]), max(of[a], of[b])
        for place in clusters[gone]:
            of[place] = keep
        clusters[keep] = sorted(clusters[keep] + clusters.pop(gone))
    return tuple(
        Merged(members=tuple(said[place] for place in clusters[key])) for key in sorted(clusters)
    )


def _alike(said: Sequence[Said]) -> Iterator[tuple[int, int, float]]:
    for places in _buckets(said):
        for at, a in enumerate(places):
            for b in places[at + 1 :]:
                if _may_join(said[a], said[b]):
                    yield a, b, _likeness(said[a].clause, said[b].clause)


def _buckets(said: Sequence[Said]) -> Iterable[list[int]]:
    """Places of items that can be one at all."""
    found: dict[tuple[str, frozenset[int]], list[int]] = {}
    for place, one in enumerate(said):
        doers = frozenset[int]() if one.item.type == "agreement" else one.who
        found.setdefault((one.item.type, doers), []).append(place)
    return found.values()


def _may_join(a: Said, b: Said) -> bool:
    """Whether two items of different articles say the same."""
    return (
        a.source.article != b.source.article
        and same_parties(a, b)
        and _same_sort(a.item, b.item)
        and same_content(a.clause, b.clause)
    )


def same_parties(a: Said, b: Said) -> bool:
    """Whether the same act on the same: parties of an agreement may be told in part, two at
    least, and so may those acted on."""
    if isinstance(a.item, Agreement) and isinstance(b.item, Agreement):
        return a.who == b.who or (one_holds_other(a.who, b.who) and len(a.who & b.who) > 1)
    return a.item.type == b.item.type and a.who == b.who and one_holds_other(a.whom, b.whom)


def _same_sort(a: AnyItem, b: AnyItem) -> bool:
    if isinstance(a, Agreement) or isinstance(b, Agreement):
        return a.status == b.status
    if isinstance(a, Claim) and isinstance(b, Claim) and not _alike_in(_STATED, a.act, b.act):
        return False
    return _alike_in(_ASSERTED, a.status, b.status) or _alike_in(_AHEAD, a.status, b.status)


def _alike_in(group: Sequence[str], a: str, b: str) -> bool:
    return a == b or (a in group and b in group)


def _likeness(a: Clause, b: Clause) -> float:
    both = len(a.words) + len(b.words)
    return 2 * len(shared_words(a, b)) / both if both else 1.0
