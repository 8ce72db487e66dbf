"""Two days of written articles through joining and digest: what a reader would see."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest

from evals.stories.gold import load_gold
from summarizer.digest import DigestOptions, make_digest, verify_digest
from summarizer.digest_models import Digest, DigestStory, Filed
from summarizer.stories import join_stories

Half = Literal["tune", "test"]
FIRST_DAYS: dict[Half, date] = {"tune": date(2026, 6, 2), "test": date(2026, 9, 15)}


def two_days(half: Half) -> tuple[Digest, Digest]:
    """Digests of the half's two days, each made at its end."""
    first = FIRST_DAYS[half]
    articles = [fetched(article.filed) for article in load_gold(half)]
    old = [a for a in articles if a.published.date() == first]
    new = [a for a in articles if a.published.date() > first]
    evening = datetime(first.year, first.month, first.day, 23, 59, tzinfo=UTC)
    known = join_stories(old)
    one = make_digest(first, known, old, None, (), (), DigestOptions(now=evening))
    later = DigestOptions(now=evening + timedelta(days=1))
    stories = join_stories(new, known, old)
    day = first + timedelta(days=1)
    return one, make_digest(day, stories, [*old, *new], one, one.ledger, (), later)


def fetched(article: Filed) -> Filed:
    """Fetched as soon as it was out."""
    return article.model_copy(update={"fetched": article.published + timedelta(minutes=5)})


def story_with(digest: Digest, word: str) -> DigestStory:
    """The story with an item that has the word."""
    return next(s for s in digest.stories if any(word in item.what for item in s.items))


@pytest.mark.parametrize("half", ["tune", "test"])
def test_every_line_of_both_days_verifies(half: Half) -> None:
    """Of 14 stories with copies, follow-ups and traps."""
    one, two = two_days(half)
    assert verify_digest(one) == verify_digest(two) == ()
    assert len(one.stories) >= 12


@pytest.mark.parametrize("half", ["tune", "test"])
def test_the_second_day_repeats_nothing(half: Half) -> None:
    """No item and no line of the first day stands in the second day's stories."""
    one, two = two_days(half)
    said = {(s.id, i.what) for s in one.stories for i in s.items}
    assert not said & {(s.id, i.what) for s in two.stories for i in s.items}
    told = {line.text for s in one.stories for line in s.summary}
    assert not told & {line.text for s in two.stories for line in s.summary}


def test_a_withdrawn_threat_is_withdrawn_and_not_carried_out() -> None:
    """ "withdraws its threat to stop gas purchases" ends the threat to "stop buying gas"."""
    _, two = two_days("test")
    story = story_with(two, "accord on fishing")
    assert [c.kind for c in story.changes] == ["withdrawn"]
    [ended] = [c for c in two.ledger if c.state != "open"]
    assert (ended.state, ended.what) == ("withdrawn", "stop buying gas")
    assert any(i.type == "agreement" and i.status == "signed" for i in story.items)


def test_copies_of_one_agency_are_one_origin() -> None:
    """Four outlets, two origins: the ferry fire's wire copies count once."""
    one, _ = two_days("tune")
    story = next(s for s in one.stories if s.outlets == 4)
    assert story.origins == 2
