"""Twelve feeds, good and hostile, over two days: what the reader gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from feed_server import FeedServer, Told, billion_laughs, gzip_bomb, rss
from test_daily import Newsroom, bare_page

from evals.stories.gold import GoldArticle, load_stories
from summarizer.daily import DayRun
from summarizer.digest import verify_digest
from summarizer.digest_models import Digest, Feed
from summarizer.models import Request
from summarizer.testing import FakeModel

pytestmark = pytest.mark.network_loopback

ARTICLES = [article for story in load_stories("test") for article in story.articles]
BY_TITLE = {article.title: article for article in ARTICLES}
FIRST = min(article.published for article in ARTICLES).date()


def noted(request: Request) -> Mapping[str, Any]:
    """What the annotator noted of the article in the question, and no summary."""
    asked = "\n".join(message.content for message in request.messages)
    title = max((t for t in BY_TITLE if f"Title: {t}\n" in asked), key=len, default="")
    if not title:
        return {"actors": [], "items": [], "headline": "", "summary": []}
    article = BY_TITLE[title]
    return {
        "actors": [actor.model_dump(mode="json") | {"role": ""} for actor in article.actors],
        "items": [item_answer(item) for item in article.items],
        "headline": article.headline,
        "summary": [],
    }


def item_answer(item: Any) -> dict[str, Any]:
    """The noted item with all that a model must say of its type."""
    own = {"claim": ("act",), "threat": ("condition", "mode"), "action": ("event",)}
    kept = ("type", "sentences", "who", "whom", "what", "status", *own.get(item.type, ()))
    data = item.model_dump(mode="json")
    return {**{name: data[name] for name in kept}, "reported_by": data.get("reported_by", [])}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, DayRun, DayRun]]:
    """Both days, read by the real desk."""
    with FeedServer() as server:
        newsroom = Newsroom(server, tmp_path_factory.mktemp("newsroom"))
        newsroom.settings = newsroom.settings.model_copy(update={"fetch_timeout_s": 1.5})
        newsroom.model = FakeModel(noted)
        hostile(newsroom)
        evening = datetime(FIRST.year, FIRST.month, FIRST.day, 23, 0, tzinfo=UTC)
        publish(newsroom, [a for a in ARTICLES if a.published.date() == FIRST])
        newsroom.now = evening
        one = newsroom.run()
        publish(newsroom, ARTICLES)
        newsroom.now = evening + timedelta(days=1)
        yield newsroom, one, newsroom.run()


def publish(newsroom: Newsroom, articles: list[GoldArticle]) -> None:
    """A feed an outlet, a page an article."""
    feeds: dict[str, list[Told]] = defaultdict(list)
    for article in articles:
        path = f"/{ARTICLES.index(article)}"
        page = bare_page(article.title, list(article.paragraphs))
        newsroom.server.serve(path, page, content_type="text/html; charset=utf-8")
        told = Told(article.title, newsroom.server.url(path), article.published)
        feeds[article.outlet].append(told)
    for outlet, told in feeds.items():
        newsroom.publish(outlet, *told)


def hostile(newsroom: Newsroom) -> None:
    """Feeds that must stop nothing: each a fault of its own."""
    server = newsroom.server
    urls = {
        "fault": server.serve("/fault", "", 500),
        "circle": server.serve("/circle", "", 302, location="/circle"),
        "silent": server.serve("/silent", rss(), wait_s=30),
        "bomb": server.serve("/bomb", gzip_bomb(), content_encoding="gzip"),
        "broken": server.serve("/broken", "<rss><channel><item>"),
        "laughs": server.serve("/laughs", billion_laughs()),
    }
    newsroom.feeds = tuple(Feed(name=name, url=url) for name, url in urls.items())
    old = datetime(FIRST.year, FIRST.month, FIRST.day, 5, tzinfo=UTC) - timedelta(days=40)
    flood = [Told(f"Old {n}", f"/old/{n}", old) for n in range(5000)]
    newsroom.publish("flood", *flood)


def unread(digest: Digest) -> dict[str, str]:
    """Why what was not read was not."""
    return {entry.feed: entry.reason for entry in digest.left_out.unread}


def test_hostile_feeds_are_named_and_stop_nothing(days: tuple[Newsroom, DayRun, DayRun]) -> None:
    """Every article of the day is read; each bad feed has its own plain sentence."""
    newsroom, one, _ = days
    assert len(newsroom.feeds) >= 12
    first_day = [a for a in ARTICLES if a.published.date() == FIRST]
    assert one.read == len(first_day)
    assert {"fault", "circle", "silent", "bomb", "broken", "laughs"} <= set(unread(one.digest))


def test_both_days_verify(days: tuple[Newsroom, DayRun, DayRun]) -> None:
    """Every line of both digests holds against the pages as they were read."""
    _, one, two = days
    assert verify_digest(one.digest) == verify_digest(two.digest) == ()
    assert len(one.digest.stories) >= 12


def test_the_second_day_reads_and_tells_only_what_is_new(
    days: tuple[Newsroom, DayRun, DayRun],
) -> None:
    """No article twice at the model, no item twice in the digests."""
    newsroom, one, two = days
    assert two.read == len(ARTICLES) - one.read
    assert len(newsroom.model.requests) == one.briefed + two.briefed
    said = {(s.id, i.what) for s in one.digest.stories for i in s.items}
    assert not said & {(s.id, i.what) for s in two.digest.stories for i in s.items}


def test_the_withdrawn_threat_and_the_signed_accord_are_told(
    days: tuple[Newsroom, DayRun, DayRun],
) -> None:
    """Through feeds, pages, grounding, store and joining."""
    changes = {c.kind: c.text for s in days[2].digest.stories for c in s.changes}
    assert changes["withdrawn"] == "Withdrawn: stop buying gas"
    items = [i for s in days[2].digest.stories for i in s.items]
    assert any(i.type == "agreement" and i.status == "signed" for i in items)


def test_only_news_of_the_last_days_is_asked_for(days: tuple[Newsroom, DayRun, DayRun]) -> None:
    """Of a feed of 5,000 old entries no page is read."""
    assert not [path for path in days[0].server.paths() if path.startswith("/old/")]


def test_the_store_holds(days: tuple[Newsroom, DayRun, DayRun], tmp_path: Path) -> None:
    """After both days every stored quote stands."""
    from summarizer.store import open_store

    newsroom = days[0]
    with open_store(newsroom.folder / "news.db", clock=newsroom.clock) as store:
        assert store.check() == ()
