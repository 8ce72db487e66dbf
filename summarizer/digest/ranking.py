"""Which story comes first: points by stated rules, each with its reason in words.

    origins   2 for each independent origin of the day, five at most
    tier      3 where a feed of tier 1 has it, 1.5 where one of tier 2 has it
    event     the weight of its gravest item of the day (see `EVENT_WEIGHTS`, `ITEM_WEIGHTS`)
    recency   up to 2, less with each hour since its last article, none after 24
    followed  6 where it has a topic or an actor that the reader follows

The points are `RankingWeights`, a reader may set them. Equal points are ordered by id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set

from summarizer.digest.actors import Cast, bare
from summarizer.digest.items import Merged
from summarizer.digest.options import DigestOptions
from summarizer.digest.sources import Source, StoryDay
from summarizer.digest_models import Rank
from summarizer.grounding.text import fold
from summarizer.models import Action, Event, Frozen, ItemType

EVENT_WEIGHTS: dict[Event, float] = {
    "ASSAULT": 4, "COERCE": 3, "MOBILIZE": 3, "SANCTION": 3, "AGREE": 2.5, "RETREAT": 2.5,
    "CONCEDE": 2.5, "THREATEN": 2.5, "REJECT": 2, "PROTEST": 2, "AID": 1.5, "COOPERATE": 1.5,
    "ACCUSE": 1.5, "SUPPORT": 1, "CONSULT": 1, "REQUEST": 1, "OTHER": 0.5,
}  # fmt: skip
"""Weight of an action by its PLOVER event, material conflict above words."""

ITEM_WEIGHTS: dict[ItemType, float] = {"agreement": 3, "threat": 3, "action": 0.5, "claim": 0.5}
"""Weight of an item by its type; an action weighs what its event weighs."""


class _Rule(Frozen):
    points: float
    reason: str


def rank(story: StoryDay, cast: Cast, items: Sequence[Merged], options: DigestOptions) -> Rank:
    """Points of a story that has articles of the day."""
    rules = [
        _origins(story, options),
        _tier(story, options),
        _event(items, options),
        _recency(story, options),
        _followed(story, cast, options),
    ]
    gained = [rule for rule in rules if rule.points]
    return Rank(
        points=round(sum(rule.points for rule in gained), 2),
        reasons=tuple(f"{rule.reason}: +{rule.points:g}" for rule in gained),
    )


def is_muted(story: StoryDay, options: DigestOptions) -> bool:
    """Whether the reader muted a topic of the story, or an actor who stands in its headlines, and
    follows nothing of it. Who is only quoted further down mutes nothing."""
    today = story.today or story.sources
    return mutes(_headlines(today), {tag for s in today for tag in s.tags}, options)


def mutes(headlines: str, tags: Iterable[str], options: DigestOptions) -> bool:
    """The same of headlines and tags alone."""
    tags = {fold(tag) for tag in tags}

    def concerns(topics: Iterable[str], actors: Iterable[str]) -> bool:
        return bool(_topics(headlines, tags, topics)) or any(
            _stands_in(name, headlines) for name in actors
        )

    muted = concerns(options.mute_topics, options.mute_actors)
    return muted and not concerns(options.follow_topics, options.follow_actors)


def _origins(story: StoryDay, options: DigestOptions) -> _Rule:
    weights = options.weights
    count = len({source.origin for source in story.today})
    words = "1 origin" if count == 1 else f"{count} independent origins"
    points = weights.origin * min(count, weights.origins_counted)
    return _Rule(points=_rounded(points), reason=words)


def _tier(story: StoryDay, options: DigestOptions) -> _Rule:
    best = min(source.tier for source in story.today)
    points = {1: options.weights.first_tier, 2: options.weights.second_tier}.get(best, 0.0)
    return _Rule(points=_rounded(points), reason=f"a feed of tier {best} has it")


def _event(items: Sequence[Merged], options: DigestOptions) -> _Rule:
    weighed = sorted(_weighed(items), key=lambda rule: (-rule.points, rule.reason))
    if not weighed:
        return _Rule(points=0, reason="")
    gravest = weighed[0]
    points = _rounded(gravest.points * options.weights.event)
    return gravest.model_copy(update={"points": points})


def _weighed(items: Iterable[Merged]) -> Iterator[_Rule]:
    for merged in items:
        for said in merged.members:
            if not said.source.today or said.item.status in ("historical", "denied"):
                continue
            item = said.item
            if isinstance(item, Action):
                reason = f"an action of the kind {item.event.lower()}"
                yield _Rule(points=EVENT_WEIGHTS[item.event], reason=reason)
            else:
                article = "an" if item.type == "agreement" else "a"
                yield _Rule(points=ITEM_WEIGHTS[item.type], reason=f"{article} {item.type}")


def _recency(story: StoryDay, options: DigestOptions) -> _Rule:
    last = max(source.time for source in story.today)
    hours = max(0.0, (options.now - last).total_seconds() / 3600)
    left = max(0.0, 1 - hours / options.weights.recency_hours)
    whole = round(hours)
    ago = "within the hour" if whole < 1 else f"{whole} hour{'s' * (whole != 1)} ago"
    return _Rule(points=_rounded(options.weights.recency * left), reason=f"last article {ago}")


def _followed(story: StoryDay, cast: Cast, options: DigestOptions) -> _Rule:
    names = {bare(n) for person in cast.people if person.today for n in person.names}
    tags = {fold(tag) for source in story.today for tag in source.tags}
    found = [
        *_topics(_headlines(story.today), tags, options.follow_topics),
        *(name for name in options.follow_actors if bare(name) in names),
    ]
    points = options.weights.followed if found else 0.0
    return _Rule(points=_rounded(points), reason=f"you follow {', '.join(sorted(set(found)))}")


def _topics(headlines: str, tags: Set[str], topics: Iterable[str]) -> list[str]:
    """Those that are among the folded tags, or stand in the headlines."""
    return [t for t in topics if fold(t) in tags or _stands_in(t, headlines)]


def _headlines(sources: Iterable[Source]) -> str:
    lines = (line for source in sources for line in (source.filed.title, source.brief.headline))
    return "\n".join(lines)


def _stands_in(wanted: str, text: str) -> bool:
    form = rf"(?<!\w){re.escape(fold(wanted))}(?!\w)"
    return bool(fold(wanted)) and bool(re.search(form, fold(text)))


def _rounded(points: float) -> float:
    return round(points, 2)
