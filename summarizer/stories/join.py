"""Filed articles and known stories to stories; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime

from summarizer.digest_models import Filed, Origin, Story
from summarizer.stories.likeness import Likeness
from summarizer.stories.linking import link
from summarizer.stories.meaning import Meaning, Vector, vectors_of
from summarizer.stories.origins import group_origins
from summarizer.stories.profiles import facts_of, weighed

_ID_LENGTH = 16
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def join_stories(
    filed: Sequence[Filed],
    known: Sequence[Story] = (),
    known_articles: Sequence[Filed] = (),
    vectors: Mapping[str, Vector] | None = None,
) -> tuple[Story, ...]:
    """All known stories, with what joins them, and the new ones, by their first article.

    The result is the same for every order of the input. Each article of `filed` is in exactly
    one story; an article that a known story has stays there, and one id given twice counts once.
    Known stories keep their ids and articles and are never joined with each other. A new story's
    id comes from its first article's.

    `known_articles` are articles of known stories as far as the store still has them: without
    them a known story cannot be recognised, so one gives those of the last six days. Articles
    among them that no known story has are joined like the others.

    `vectors` are embeddings by article id, all of one model; they help where there are some, and
    nothing needs them. ValueError where they differ in length.
    """
    articles = _each_once([*known_articles, *filed])
    shelf = _Shelf(known)
    labels = {article: place.origin for article, place in shelf.places.items()}
    origins = [[articles[n] for n in group] for group in group_origins(articles, labels)]
    meaning = Meaning(vectors_of(origins, vectors or {}))
    likeness = Likeness(weighed([facts_of(origin) for origin in origins]), meaning)
    groups = link(likeness, len(origins), shelf.stories_of(origins))
    return shelf.with_groups([[origins[n] for n in group] for group in groups])


def _each_once(articles: Iterable[Filed]) -> list[Filed]:
    """By publication; of two with one id the first."""
    ordered = sorted(articles, key=lambda a: (a.published, a.id, a.fetched, a.outlet, a.url))
    once: dict[str, Filed] = {}
    for article in ordered:
        once.setdefault(article.id, article)
    return list(once.values())


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a known article is: its story's id and a label of its origin."""

    story: str
    origin: str


class _Shelf:
    """Known stories, and where each of their articles is."""

    def __init__(self, known: Sequence[Story]) -> None:
        self.known = sorted(known, key=lambda story: story.id)
        self.places = {
            article: _Place(story.id, f"{story.id}/{number}")
            for story in self.known
            for number, origin in enumerate(story.origins)
            for article in origin.articles
        }

    def stories_of(self, origins: Sequence[Sequence[Filed]]) -> dict[int, str]:
        """The known story of each origin that is in one, by the origin's place."""
        found = ((n, self._place(origin)) for n, origin in enumerate(origins))
        return {n: place.story for n, place in found if place is not None}

    def with_groups(self, groups: Sequence[Sequence[Sequence[Filed]]]) -> tuple[Story, ...]:
        """The known stories with the groups that hold articles of theirs, and the others as
        new stories."""
        dates = {a.id: a.published for group in groups for origin in group for a in origin}
        held: dict[str, list[list[str]]] = {
            story.id: [list(origin.articles) for origin in story.origins] for story in self.known
        }
        for group in groups:
            story = self._story_of(group) or _new_id(group, held.keys())
            self._add(held.setdefault(story, []), group)
        stories = [_story(name, origins, dates) for name, origins in held.items()]
        return tuple(sorted(stories, key=lambda s: (_first_date(s.articles, dates), s.id)))

    def _add(self, origins: list[list[str]], group: Sequence[Sequence[Filed]]) -> None:
        """Put a group's articles into the origins of its story."""
        known = {article: origin for origin in origins for article in origin}
        for added in group:
            ids = [article.id for article in added]
            there = next((known[i] for i in ids if i in known), None)
            if there is None:
                origins.append(ids)
            else:
                there += [i for i in ids if i not in known]

    def _place(self, origin: Sequence[Filed]) -> _Place | None:
        return next((self.places[a.id] for a in origin if a.id in self.places), None)

    def _story_of(self, group: Sequence[Sequence[Filed]]) -> str | None:
        place = next((p for origin in group if (p := self._place(origin))), None)
        return place.story if place else None


def _story(name: str, origins: Iterable[Iterable[str]], dates: Mapping[str, datetime]) -> Story:
    """Articles and origins by publication; those whose date is not known stay in front."""
    ordered = [sorted(origin, key=lambda a: dates.get(a, _LONG_AGO)) for origin in origins]
    ordered.sort(key=lambda articles: _first_date(articles, dates))
    return Story(id=name, origins=tuple(Origin(articles=tuple(ids)) for ids in ordered))


def _first_date(articles: Sequence[str], dates: Mapping[str, datetime]) -> datetime:
    return dates.get(articles[0], _LONG_AGO) if articles else _LONG_AGO


def _new_id(group: Sequence[Sequence[Filed]], taken: Set[str]) -> str:
    """From the first article's id; more of it where an older story has that name."""
    first = group[0][0].id
    lengths = (_ID_LENGTH, len(first))
    return next((n for k in lengths if (n := f"story-{first[:k]}") not in taken), f"story-{first}")
