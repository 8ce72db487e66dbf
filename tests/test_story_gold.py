"""Joining articles to stories, on the gold groupings."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from evals.stories.baselines import by_title
from evals.stories.bcubed import b_cubed
from evals.stories.gold import load_gold
from evals.stories.report import TITLE_COSINE, rows, table
from summarizer.stories import join_stories

GOLD = load_gold("all")


def test_the_gold_is_as_large_as_its_traps_need() -> None:
    """At least 60 articles in 20 stories, both halves with wire copies."""
    assert len(GOLD) >= 60
    assert len({article.story for article in GOLD}) >= 20
    for part in ("tune", "test"):
        half = load_gold(part)
        assert len({(a.story, a.origin) for a in half}) < len(half)


@pytest.mark.parametrize(("half", "least"), [("tune", 0.97), ("test", 0.93)])
def test_joining_meets_the_gold(half: str, least: float) -> None:
    """B-cubed F1 as measured less a margin, and wrong merges rarer than missed ones matter."""
    row = next(r for r in rows() if (r.half, r.way) == (half, "summarizer"))
    assert row.stories.f1 >= least
    assert row.stories.precision >= 0.95
    assert row.origins.f1 >= 0.97


def test_joining_beats_both_baselines() -> None:
    """Titles alone and every article alone are worse on either half."""
    for half in ("tune", "test"):
        scores = {r.way: r.stories.f1 for r in rows() if r.half == half}
        assert scores["summarizer"] > max(scores["like titles"], scores["each alone"]) + 0.1


def test_the_order_of_articles_changes_nothing() -> None:
    """The same stories, ids and origins."""
    articles = [article.filed for article in GOLD]
    first = join_stories(articles)
    Random(5).shuffle(articles)
    assert join_stories(articles) == first


def test_a_storys_id_stays_when_the_next_days_articles_join() -> None:
    """Known stories keep their ids and articles, and follow-ups find them."""
    articles = sorted((a.filed for a in GOLD), key=lambda a: (a.published, a.id))
    first_day = [a for a in articles if a.published < articles[0].published + timedelta(days=1)]
    later = [a for a in articles if a not in first_day]
    known = join_stories(first_day)
    after = {story.id: story for story in join_stories(later, known, first_day)}
    for story in known:
        assert set(story.articles) <= set(after[story.id].articles)
    assert sum(len(s.articles) for s in after.values()) == len({a.id for a in articles})
    assert any(len(after[s.id].articles) > len(s.articles) for s in known)


def test_b_cubed_by_hand() -> None:
    """Two pairs fused: precision a half, recall whole; split: the other way round."""
    gold = {"a": 1, "b": 1, "c": 2, "d": 2}
    fused = b_cubed(gold, dict.fromkeys(gold, 1))
    assert (fused.precision, fused.recall) == (0.5, 1.0)
    split = b_cubed(gold, {k: k for k in gold})
    assert (split.precision, split.recall) == (1.0, 0.5)
    with pytest.raises(ValueError, match="only one has d"):
        b_cubed(gold, {"a": 1, "b": 1, "c": 2})


def test_the_table_is_narrow_and_names_all_ways() -> None:
    """80 columns."""
    text = table(rows())
    assert max(map(len, text.splitlines())) <= 80
    assert all(way in text for way in ("summarizer", "like titles", "each alone"))


def test_the_baseline_by_titles_has_its_best_threshold_on_the_tune_half() -> None:
    """A weak baseline would flatter the joining."""
    half = load_gold("tune")
    gold = {a.filed.id: a.story for a in half}
    articles = [a.filed for a in half]
    scores = {t / 10: b_cubed(gold, by_title(articles, t / 10)).f1 for t in range(1, 10)}
    assert scores[TITLE_COSINE] == max(scores.values())
