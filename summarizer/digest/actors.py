"""The same actor over the articles of a story.

Two of one article's cast are two, whatever they are called elsewhere: the article itself tells
them apart. Names join by being equal, by an alias that is a name, and, where it can mean one
person only, by surname. A doubt leaves them apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from summarizer.digest.evidence import is_named
from summarizer.digest.sources import Source, StoryDay
from summarizer.digest_models import Citation, StoryActor
from summarizer.grounding.text import fold, plain, words
from summarizer.models import Actor, Frozen

_ARTICLES = frozenset({"the", "a", "an"})
# Words that many actors share: "the President" of one article is not that of the next.
_COMMON = frozenset(
    """administration admiral agency ambassador army assembly association authority bank board
    bureau cabinet captain chairman chief club colonel commission committee company congress
    corporation council court department deputy director force forces foreign former general
    government governor group head house interior justice king lady leader lord majesty major
    mayor military minister ministry mr mrs ms navy officer office officials opposition parliament
    party pope police premier president prime prince princess professor queen rebels republic
    secretary senate senator spokesman spokesperson spokeswoman state states the union""".split()
)
_TITLES = frozenset(
    """admiral ambassador captain chairman chancellor colonel dr foreign former gen general gov
    governor judge justice king lady lord major mayor minister mr mrs ms pope premier president
    prime prince princess prof professor queen rep secretary sen senator sheikh sir""".split()
)


class Member(Frozen):
    """An actor as one article has it."""

    source: Source
    actor: Actor

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Where the article names it."""
        return self.source.cite(self.actor.evidence)


class Person(Frozen):
    """An actor of a story, of whatever kind; `members` in the order of publication."""

    key: int
    name: str
    members: tuple[Member, ...]

    @property
    def first(self) -> Member:
        """As the first article has it that has its name."""
        return next(m for m in self.members if m.actor.name == self.name)

    @property
    def today(self) -> tuple[Member, ...]:
        """As the day's articles have it."""
        return tuple(member for member in self.members if member.source.today)

    @property
    def kind(self) -> str:
        """That of most articles."""
        return _most(m.actor.kind for m in self.members)

    @property
    def names(self) -> frozenset[str]:
        """All its names and aliases."""
        return frozenset(n for m in self.members for n in (m.actor.name, *m.actor.aliases))

    def shown(self) -> StoryActor:
        """The actor as the digest tells of it: cited from the day's articles, and from the first
        that has the name."""
        cited = [self.first, *self.today]
        aliases = {n for m in cited for n in (m.actor.name, *m.actor.aliases)} - {self.name}
        return StoryActor(
            name=self.name,
            kind=self.kind,
            role=_most(m.actor.role for m in cited if m.actor.role),
            aliases=tuple(sorted(aliases, key=lambda n: (fold(n), n))),
            citations=tuple(dict.fromkeys(c for m in cited for c in m.citations)),
        )


def _most(values: Iterable[str]) -> str:
    """The most frequent, of these the longest, of these the first by letter."""
    counted = Counter(values)
    return min(counted, key=lambda v: (-counted[v], -len(v), v), default="")


class Cast:
    """All actors of a story, found by the name that an article gives them."""

    def __init__(self, story: StoryDay) -> None:
        clusters = _join(story)
        self.people = tuple(_person(key, members) for key, members in enumerate(clusters))
        self._by_name = {
            (member.source.article, member.actor.name): person.key
            for person in self.people
            for member in person.members
        }

    def find(self, source: Source, names: Iterable[str]) -> frozenset[int]:
        """Keys of the actors whom `source` calls so."""
        return frozenset(self._by_name[source.article, name] for name in names)

    def names(self, keys: Iterable[int]) -> tuple[str, ...]:
        """The names under which the digest shows them, by letter."""
        return tuple(sorted({self.people[key].name for key in keys}))

    def names_in(self, source: Source, keys: Iterable[int]) -> tuple[str, ...]:
        """The same, but as `source` calls them where it has not that name."""
        found = set()
        for key in keys:
            person = self.people[key]
            if is_named(person.name, source.brief.article.text):
                found.add(person.name)
            else:
                own = (m for m in person.members if m.source.article == source.article)
                found.update(member.actor.name for member in own)
        return tuple(sorted(found))

    def all_names(self, keys: Iterable[int]) -> frozenset[str]:
        """Every name of theirs."""
        return frozenset(name for key in keys for name in self.people[key].names)

    def known_as(self, name: str) -> int | None:
        """The key of the one actor who goes by this name, None for nobody or several."""
        found = [p.key for p in self.people if bare(name) in {bare(n) for n in p.names}]
        exact = [p.key for p in self.people if p.name == name]
        return exact[0] if len(exact) == 1 else found[0] if len(found) == 1 else None


def bare(name: str) -> str:
    """A name folded, without an article and titles before it."""
    said = words(fold(name))
    while len(said) > 1 and (said[0] in _TITLES or said[0] in _ARTICLES):
        said = said[1:]
    return " ".join(said) or fold(name)


def is_name(text: str) -> bool:
    """Whether it is a proper name: a capital, and not only words that many share."""
    said = words(plain(text))
    return any(w[0].isupper() for w in said) and not all(fold(w) in _COMMON for w in said)


def _person(key: int, members: Sequence[Member]) -> Person:
    ordered = sorted(members, key=lambda m: (m.source.time, m.source.article, m.actor.name))
    articles = Counter(m.actor.name for m in members)
    name = min(articles, key=lambda n: (-_fullness(n), -articles[n], len(n), n))
    return Person(key=key, name=name, members=tuple(ordered))


def _fullness(name: str) -> int:
    """Words of a name that are no initials."""
    return sum(len(word) > 1 for word in bare(name).split())


class _Group:
    """Members of one name, or of names already joined."""

    def __init__(self, members: list[Member]) -> None:
        self.members = members
        self.articles = {m.source.article for m in members}
        self.person = members[0].actor.kind == "person"
        self.names = {bare(m.actor.name) for m in members}
        self.written = {m.actor.name for m in members if is_name(m.actor.name)}
        aliases = {a for m in members for a in m.actor.aliases if is_name(a)}
        self.aliases = {bare(a) for a in aliases}

    def take(self, other: _Group) -> None:
        """Join another one to this."""
        self.members += other.members
        self.articles |= other.articles
        self.names |= other.names
        self.written |= other.written
        self.aliases |= other.aliases


_Link = Callable[[_Group, _Group], bool]


def _join(story: StoryDay) -> list[list[Member]]:
    groups = _by_equal_name(story)
    for link in (_by_alias, _by_fuller_name, _by_acronym, _by_surname):
        groups = _linked(groups, link)
    return [group.members for group in groups]


def _by_equal_name(story: StoryDay) -> list[_Group]:
    found: dict[tuple[str, bool, int], list[Member]] = {}
    for source in story.sources:
        # A cast that has a name twice means two by it.
        seen: Counter[tuple[str, bool]] = Counter()
        for actor in source.brief.actors:
            name = (bare(actor.name), actor.kind == "person")
            found.setdefault((*name, seen[name]), []).append(Member(source=source, actor=actor))
            seen[name] += 1
    return [_Group(found[key]) for key in sorted(found)]


def _linked(groups: list[_Group], link: _Link) -> list[_Group]:
    """Groups joined where a group has one partner by `link` and no article tells them apart."""
    groups = list(groups)
    at = 0
    while at < len(groups):
        partners = [
            other
            for other in groups
            if other is not groups[at]
            and other.person == groups[at].person
            and link(groups[at], other)
        ]
        if len(partners) == 1 and not partners[0].articles & groups[at].articles:
            partners[0].take(groups.pop(at))
        else:
            at += 1
    return groups


def _by_alias(group: _Group, other: _Group) -> bool:
    """A full name of the one is an alias of the other."""
    names = {n for n in group.names if len(n.split()) > 1 or not group.person}
    return bool(group.written) and bool(names & other.aliases)


def _by_fuller_name(group: _Group, other: _Group) -> bool:
    """A person's name is within the other's, which begins or ends alike (Gustavo Petro, Gustavo
    Petro Urrego; G. Petro)."""
    return group.person and any(
        _is_within(mine.split(), theirs.split()) for mine, theirs in _pairs(group, other)
    )


def _pairs(group: _Group, other: _Group) -> Iterator[tuple[str, str]]:
    return ((mine, theirs) for mine in sorted(group.names) for theirs in sorted(other.names))


def _is_within(mine: list[str], theirs: list[str]) -> bool:
    if len(mine) < 2 or len(theirs) < 2 or len(mine) > len(theirs) or mine == theirs:
        return False
    if len(mine[0]) == 1:
        return mine[1:] == theirs[1:] and theirs[0].startswith(mine[0])
    return set(mine) <= set(theirs) and (mine[0] == theirs[0] or mine[-1] == theirs[-1])


def _by_acronym(group: _Group, other: _Group) -> bool:
    """The capitals of an organization's name."""
    short = {n for n in group.written if n.isupper() and len(n) > 1}
    return not group.person and any(_capitals(name) in short for name in other.written)


def _capitals(name: str) -> str:
    parts = [word for word in words(plain(name)) if word[0].isupper()]
    return "".join(word[0] for word in parts) if len(parts) > 1 else ""


def _by_surname(group: _Group, other: _Group) -> bool:
    """A person's only name is the surname, or an alias, of the other."""
    if not (group.person and group.written) or any(len(n.split()) > 1 for n in group.names):
        return False
    surnames = {n.split()[-1] for n in other.names if len(n.split()) > 1}
    return bool(group.names & (surnames | other.aliases))
