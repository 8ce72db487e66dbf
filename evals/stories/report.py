"""How well the joining meets the gold, beside two simple baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.stories.baselines import alone, by_title
from evals.stories.bcubed import BCubed, b_cubed
from evals.stories.gold import Grouped, load_gold
from summarizer.models import Frozen
from summarizer.stories import join_stories

TITLE_COSINE = 0.2
"""Of the baseline by titles: the best threshold on the tune half, in steps of a tenth."""


class Row(Frozen):
    """One way to group the articles of one half, scored for stories and for origins."""

    half: str
    way: str
    articles: int
    groups: int
    stories: BCubed
    origins: BCubed


def rows() -> tuple[Row, ...]:
    """Both halves: the product's joining, titles alone, and every article alone."""
    halves = (("tune", load_gold("tune")), ("test", load_gold("test")))
    return tuple(row for name, gold in halves for row in _half(name, gold))


def table(shown: Sequence[Row]) -> str:
    """Precision, recall and F1, 80 columns."""
    lines = [
        f"{'half':<6}{'way':<14}{'articles':>9}{'groups':>8}  {'stories P R F1':<20}origins P R F1"
    ]
    lines += [
        f"{r.half:<6}{r.way:<14}{r.articles:>9}{r.groups:>8}  {_scores(r.stories):<20}"
        f"{_scores(r.origins)}"
        for r in shown
    ]
    return "\n".join(lines) + "\n"


def joined(gold: Sequence[Grouped]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """By article: the story and the origin that the product finds."""
    stories = join_stories([article.filed for article in gold])
    by_story = {a: story.id for story in stories for a in story.articles}
    by_origin = {
        a: f"{story.id}-{place}"
        for story in stories
        for place, origin in enumerate(story.origins)
        for a in origin.articles
    }
    return by_story, by_origin


def _half(name: str, gold: Sequence[Grouped]) -> tuple[Row, ...]:
    by_story, by_origin = joined(gold)
    articles = [article.filed for article in gold]
    titles, single = by_title(articles, TITLE_COSINE), alone(articles)
    return (
        _row(name, "summarizer", gold, by_story, by_origin),
        _row(name, "like titles", gold, titles, titles),
        _row(name, "each alone", gold, single, single),
    )


def _row(
    half: str,
    way: str,
    gold: Sequence[Grouped],
    stories: Mapping[str, str],
    origins: Mapping[str, str],
) -> Row:
    return Row(
        half=half,
        way=way,
        articles=len(gold),
        groups=len(set(stories.values())),
        stories=b_cubed({a.filed.id: a.story for a in gold}, stories),
        origins=b_cubed({a.filed.id: f"{a.story} {a.origin}" for a in gold}, origins),
    )


def _scores(score: BCubed) -> str:
    return f"{score.precision:.2f} {score.recall:.2f} {score.f1:.2f}"
