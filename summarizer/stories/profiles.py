"""What an origin is known by: names (who, where) and deeds (what), weighed by rarity; pure.

Names are the stems of the cast's names and of words with a capital letter within a sentence; in
a script without capital letters, of the cast's names. Deeds are the stems of all other words,
those of the brief's items and headline counting more, and what each actor is said to take part in
(an ASSAULT of Dorvan's). Both weigh by rarity, `RARE / (RARE + origins that have it)`, a common
word of the language as if `COMMON` more had it. No number of all articles is in it, so that an
article which shares no word with two others cannot change how alike they are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import chain

from summarizer.digest_models import Filed
from summarizer.models import Action, Actor, AnyItem, Brief, Claim
from summarizer.stories.common import common_stems
from summarizer.stories.words import STEM, inner_names, is_proper, sentences, stems, words

RARE = 16
"""Origins beside which a word counts half as much as alone."""
COMMON = 64
"""Origins that a common word counts as having beside those at hand."""
IN_TITLE, IN_LEAD = 3.0, 2.0
"""How much more a name counts that stands in title or headline, or in the first paragraph."""
IN_ITEMS = 1.5
"""How much more a word counts that stands in an item, in title or headline."""

BYLINE = 8
"""Most words of a line that may be a byline, a date or a caption."""

# The heaviest deeds of an origin; the rest weighs next to nothing and would be most of the work.
_DEEDS = 96


@dataclass(frozen=True, slots=True)
class Facts:
    """What an origin's articles say, before it is weighed.

    `names` and `deeds` give each stem its salience; `given` the given names that go with a
    surname in the cast; `named` the names of each sentence that has any.
    """

    day: date
    language: str
    names: Mapping[str, float]
    deeds: Mapping[str, float]
    given: Mapping[str, frozenset[str]]
    named: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Weighed facts: `names` and `deeds` are vectors of length 1. `held` gives each name the
    places of the sentences in which it stands, `rarity` its weight there, and `room` is the
    weight of all sentences with names, each by its rarest.
    """

    day: date
    names: Mapping[str, float]
    deeds: Mapping[str, float]
    given: Mapping[str, frozenset[str]]
    held: Mapping[str, tuple[int, ...]]
    rarity: Mapping[str, float]
    room: float


def facts_of(articles: Sequence[Filed]) -> Facts:
    """The facts of an origin, its articles by date: the text of the fullest, the briefs of
    all."""
    fullest = max(articles, key=lambda a: (len(a.brief.article.text), a.id))
    briefs = [article.brief for article in articles]
    text = fullest.brief.article.text
    count = Counter(stems(f"{fullest.title}\n{text}"))
    cast = [actor for brief in briefs for actor in brief.actors]
    names = (inner_names(text) | _cast_names(cast)) & count.keys()
    return Facts(
        day=articles[0].published.date(),
        language=fullest.brief.article.language,
        names=_names(names, count, _head(articles), _lead(text)),
        deeds=_deeds(count.keys() - names, _head(articles), briefs),
        given=_given_names(cast),
        named=tuple(found for piece in sentences(text) if (found := names & set(stems(piece)))),
    )


def weighed(facts: Sequence[Facts]) -> list[Profile]:
    """The profiles, each stem weighed by the number of them that have it."""
    having = Counter(chain.from_iterable(chain(f.names, f.deeds) for f in facts))
    return [_profile(f, having) for f in facts]


def _profile(facts: Facts, having: Mapping[str, int]) -> Profile:
    rarity = _rarity(facts, having)
    deeds = {stem: rarity[stem] * salience for stem, salience in facts.deeds.items()}
    heaviest = sorted(deeds, key=lambda stem: (-deeds[stem], stem))[:_DEEDS]
    return Profile(
        day=facts.day,
        names=_unit({stem: rarity[stem] * salience for stem, salience in facts.names.items()}),
        deeds=_unit({stem: deeds[stem] for stem in heaviest}),
        given=facts.given,
        held=_held(facts),
        rarity={name: rarity[name] for name in facts.names},
        room=math.fsum(max(rarity[name] for name in named) for named in facts.named),
    )


def _rarity(facts: Facts, having: Mapping[str, int]) -> dict[str, float]:
    common = common_stems(facts.language)
    known = (
        (stem, having[stem] + COMMON * (stem in common)) for stem in (*facts.names, *facts.deeds)
    )
    return {stem: RARE / (RARE + origins) for stem, origins in known}


# --- names ------------------------------------------------------------------------------------


def _names(
    names: Set[str], count: Mapping[str, int], head: Set[str], lead: Set[str]
) -> dict[str, float]:
    def place(name: str) -> float:
        return IN_TITLE if name in head else IN_LEAD if name in lead else 1.0

    return {name: (1 + math.log(count[name])) * place(name) for name in sorted(names)}


def _head(articles: Iterable[Filed]) -> frozenset[str]:
    """Stems of the titles and headlines."""
    return frozenset(s for a in articles for s in stems(f"{a.title}\n{a.brief.headline}"))


def _lead(text: str) -> frozenset[str]:
    """Stems of the first paragraph, bylines passed over."""
    lines = (found for line in text.splitlines() if len(found := stems(line)) > BYLINE)
    return frozenset(next(lines, ()))


def _cast_names(cast: Iterable[Actor]) -> frozenset[str]:
    called = (name for actor in cast for name in (actor.name, *actor.aliases))
    return frozenset(stem for name in called if is_proper(name) for stem in stems(name))


def _given_names(cast: Iterable[Actor]) -> dict[str, frozenset[str]]:
    """The word before the surname, of persons whose name has several words."""
    given: dict[str, set[str]] = {}
    for actor in cast:
        parts = words(actor.name)
        if actor.kind == "person" and len(parts) > 1:
            given.setdefault(parts[-1][:STEM], set()).add(parts[-2])
    return {surname: frozenset(names) for surname, names in given.items()}


def _held(facts: Facts) -> dict[str, tuple[int, ...]]:
    held: dict[str, list[int]] = {name: [] for name in facts.names}
    for place, named in enumerate(facts.named):
        for name in named:
            held[name].append(place)
    return {name: tuple(places) for name, places in held.items()}


# --- deeds ------------------------------------------------------------------------------------


def _deeds(found: Set[str], head: Set[str], briefs: Sequence[Brief]) -> dict[str, float]:
    items = [item for brief in briefs for item in brief.items]
    told = head | {stem for item in items for stem in stems(item.what)}
    said = {stem: IN_ITEMS if stem in told else 1.0 for stem in found}
    done = {part: 1.0 for item in items for part in _parts(item)}
    return dict(sorted((said | done).items()))


def _parts(item: AnyItem) -> Iterator[str]:
    """Each actor's part in an item, by the last word of its name; no word reads like it."""
    if isinstance(item, Action):
        what: str = item.event
    else:
        what = item.act if isinstance(item, Claim) else item.type
    for name in (*item.who, *item.whom):
        if called := stems(name):
            yield f"{called[-1]} {what}"


def _unit(weights: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(math.fsum(w * w for w in weights.values()))
    return {stem: w / length for stem, w in weights.items()} if length else {}
