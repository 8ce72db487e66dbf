"""The daily brief from feeds to digest: real feeds and pages on loopback, a real store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from pathlib import Path
from random import Random
from typing import Any

import pytest
from feed_server import FeedServer, Told, rss
from scripted_server import Asked, Reply, completion, scripted

from evals.gold import GOLD, load_case
from summarizer.daily import DayRun, Desk
from summarizer.digest import DigestOptions, verify_digest
from summarizer.digest_models import Digest, Feed
from summarizer.errors import BudgetExceeded, ModelUnreachable, RunInProgress
from summarizer.feeds import HostTurns, Robots, open_reader, polite_fetch, read_entry, save_feeds
from summarizer.models import Request
from summarizer.pipeline import summarize
from summarizer.settings import Settings
from summarizer.sources import read_article
from summarizer.store import open_store
from summarizer.testing import FakeModel

pytestmark = pytest.mark.network_loopback

CASES = {
    case.article.title: case
    for case in (load_case(GOLD / f"{n}.json") for n in ("B12", "D02", "D07", "C13"))
}
B12, D02, D07, C13 = CASES.values()
COMMAND = "from summarizer.cli import main; main()"
MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


class Newsroom:
    """A server with feeds, a model that knows the articles, and a folder for the store."""

    def __init__(self, server: FeedServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.now = MORNING
        self.feeds: tuple[Feed, ...] = ()
        self.model = FakeModel(gold_answer)
        self.settings = Settings(allow_private=True, host_pause_s=0.0)

    def publish(self, feed: str, *told: Told, status: int = 200) -> None:
        """Put a feed up, or a new version of it."""
        path = f"/{feed.lower()}.xml".replace(" ", "-")
        url = self.server.serve(path, rss(*told, title=feed), status=status)
        if feed not in {f.name for f in self.feeds}:
            self.feeds = (*self.feeds, Feed(name=feed, url=url))

    def story(self, case: Any, path: str, status: int = 200) -> Told:
        """Serve an article, as a feed tells it an hour ago."""
        text = case.article.text.split("\n\n")
        self.server.serve(
            path, bare_page(case.article.title, text), status, content_type="text/html"
        )
        published = self.now - timedelta(hours=1)
        return Told(case.article.title, self.server.url(path), published=published)

    def run(self, limit: int = 0) -> DayRun:
        """One run now."""
        with self.desk() as desk:
            plan = desk.plan(self.now - timedelta(hours=36), limit)
            return desk.run(self.now.date(), plan, lambda now: DigestOptions(now=now))

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """A desk as the command sets it up, with a clock that stands."""
        turns = HostTurns(0.0)
        fetch = polite_fetch(self.settings, turns)
        pages = partial(
            read_entry,
            robots=Robots(fetch, turns),
            turns=turns,
            read=lambda url: read_article(url, self.settings),
        )
        with (
            open_store(self.folder / "news.db", clock=self.clock) as store,
            open_reader(self.folder / "feeds.db", self.feeds, self.settings, fetch=fetch) as reader,
        ):
            yield Desk(store, reader, pages, partial(summarize, model=self.model), self.clock)

    def clock(self) -> datetime:
        """Every look at it is a moment later."""
        self.now += timedelta(milliseconds=1)
        return self.now


def bare_page(title: str, paragraphs: list[str]) -> str:
    """A page whose text is the gold's own, so that the sentences have its numbers."""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    head = f"<head><title>{escape(title)}</title></head>"
    return f'<!DOCTYPE html><html lang="en">{head}<body><article>{body}</article></body></html>'


def gold_answer(request: Request) -> Mapping[str, Any]:
    """What the gold says of the article in the question."""
    asked = "\n".join(message.content for message in request.messages)
    return answer_about(asked)


def answer_about(asked: str) -> dict[str, Any]:
    """A whole extraction of the gold article whose title stands in the prompt."""
    case = CASES[next(title for title in CASES if title in asked)]
    dropped = {"evidence", "must", "pinned", "alternates"}
    return {
        "actors": [actor.model_dump(mode="json") for actor in case.actors],
        "items": [item.model_dump(mode="json", exclude=dropped) for item in case.items],
        "headline": case.headline,
        "summary": [{"text": s.text, "sentences": list(s.sentences)} for s in case.summary],
    }


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    """An empty newsroom."""
    with FeedServer() as server:
        yield Newsroom(server, tmp_path)


def titles(digest: Digest) -> set[str]:
    """Titles of the articles of the day's stories."""
    told = {article for story in digest.stories for article in story.articles}
    return {article.title for article in digest.articles if article.id in told}


def test_a_days_feeds_become_a_digest_whose_every_line_holds(newsroom: Newsroom) -> None:
    """Articles of two feeds, each story with lines, items and quotes that verify."""
    newsroom.publish("Post", newsroom.story(B12, "/1"), newsroom.story(D02, "/2"))
    newsroom.publish("Herald", newsroom.story(D07, "/3"))
    done = newsroom.run()
    assert (done.read, done.briefed, done.unread) == (3, 3, 0)
    assert titles(done.digest) == {c.article.title for c in (B12, D02, D07)}
    assert len(done.digest.stories) == 3
    assert all(story.items and story.summary for story in done.digest.stories)
    assert verify_digest(done.digest) == ()


def test_a_wire_copy_is_briefed_once_and_counts_as_one_origin(newsroom: Newsroom) -> None:
    """The same text at two outlets asks the model once."""
    newsroom.publish("Post", newsroom.story(D07, "/1"))
    newsroom.publish("Herald", newsroom.story(D07, "/2"))
    done = newsroom.run()
    assert (done.read, done.briefed) == (2, 1)
    [story] = done.digest.stories
    assert (story.outlets, story.origins) == (2, 1)


def test_a_second_run_asks_for_nothing_again(newsroom: Newsroom) -> None:
    """What was briefed is kept: no page, no question, the same stories."""
    newsroom.publish("Post", newsroom.story(B12, "/1"), newsroom.story(D02, "/2"))
    first = newsroom.run()
    asked, pages = len(newsroom.model.requests), newsroom.server.paths().count("/1")
    second = newsroom.run()
    assert (second.read, second.briefed) == (0, 0)
    assert len(newsroom.model.requests) == asked
    assert newsroom.server.paths().count("/1") == pages
    assert [s.id for s in second.digest.stories] == [s.id for s in first.digest.stories]


def test_the_next_day_shows_only_what_is_new(newsroom: Newsroom) -> None:
    """Yesterday's stories without news are not told again."""
    old = newsroom.story(B12, "/1")
    newsroom.publish("Post", old)
    newsroom.run()
    newsroom.now = MORNING + timedelta(days=1)
    newsroom.publish("Post", old, newsroom.story(C13, "/2"))
    done = newsroom.run()
    assert (done.read, done.briefed) == (1, 1)
    assert titles(done.digest) == {C13.article.title}
    assert verify_digest(done.digest) == ()


def test_what_cannot_be_read_is_named_and_stops_nothing(newsroom: Newsroom) -> None:
    """A feed with a fault, a page that is gone: the rest is briefed."""
    newsroom.publish(
        "Post",
        newsroom.story(B12, "/1"),
        Told("Gone", newsroom.server.url("/none"), newsroom.now, summary=""),
    )
    newsroom.publish("Broken", status=500)
    done = newsroom.run()
    assert (done.read, done.unread) == (1, 1)
    unread = {entry.feed: entry.reason for entry in done.digest.left_out.unread}
    assert set(unread) == {"Post", "Broken"}
    assert all(unread.values())


def test_a_paywalled_article_stands_by_its_feeds_words(newsroom: Newsroom) -> None:
    """Marked as such; here the model is asked about the summary alone."""
    title = "Grain pier to close"
    CASES_TEXT = {"actors": [], "items": [], "headline": "", "summary": []}
    newsroom.model = FakeModel(lambda request: CASES_TEXT)
    newsroom.server.serve("/wall", "no", status=402)
    newsroom.publish("Post", Told(title, newsroom.server.url("/wall"), newsroom.now))
    done = newsroom.run()
    assert done.read == 1
    assert done.digest.left_out.feed_summaries == 1


def test_a_spent_budget_stops_cleanly_and_the_next_run_goes_on(newsroom: Newsroom) -> None:
    """What was briefed before is in the digest; the rest is read the next time."""
    newsroom.publish("Post", newsroom.story(B12, "/1"), newsroom.story(D02, "/2"))
    spent = []

    def one_only(request: Request) -> Mapping[str, Any]:
        if spent:
            raise BudgetExceeded("The budget is used up.")
        spent.append(request)
        return gold_answer(request)

    newsroom.model = FakeModel(one_only)
    first = newsroom.run()
    assert (first.briefed, first.stopped) == (1, "The budget is used up.")
    newsroom.model = FakeModel(gold_answer)
    second = newsroom.run()
    assert second.briefed == 1
    assert titles(second.digest) == {B12.article.title, D02.article.title}


def test_a_model_out_of_reach_stops_the_run_and_costs_no_article_its_turn(
    newsroom: Newsroom,
) -> None:
    """However often: once the model answers, all are read."""
    newsroom.publish("Post", newsroom.story(B12, "/1"), newsroom.story(D02, "/2"))

    def down(request: Request) -> Mapping[str, Any]:
        raise ModelUnreachable("The endpoint does not answer.")

    newsroom.model = FakeModel(down)
    for _ in range(5):
        done = newsroom.run()
        assert (done.read, done.unread, done.stopped) == (0, 0, "The endpoint does not answer.")
    newsroom.model = FakeModel(gold_answer)
    assert newsroom.run().read == 2


def test_what_an_interrupted_run_filed_before_midnight_is_in_the_next_days_digest(
    newsroom: Newsroom,
) -> None:
    """No digest was made of it, so it is news still."""
    newsroom.now = MORNING.replace(hour=23, minute=58)
    newsroom.publish("Post", newsroom.story(B12, "/1"), newsroom.story(D02, "/2"))
    asked = []

    def interrupted(request: Request) -> Mapping[str, Any]:
        if asked:
            raise KeyboardInterrupt
        asked.append(request)
        return gold_answer(request)

    newsroom.model = FakeModel(interrupted)
    with pytest.raises(KeyboardInterrupt):
        newsroom.run()
    newsroom.now += timedelta(minutes=5)
    newsroom.model = FakeModel(gold_answer)
    done = newsroom.run()
    assert done.briefed == 1
    assert titles(done.digest) == {B12.article.title, D02.article.title}


def test_two_runs_at_once_are_refused(newsroom: Newsroom) -> None:
    """The second says that one is at work."""
    newsroom.publish("Post", newsroom.story(B12, "/1"))
    with open_store(newsroom.folder / "news.db", clock=newsroom.clock) as store:
        store.claim_run(newsroom.now.date())
        with pytest.raises(RunInProgress):
            newsroom.run()


def test_the_command_writes_a_digest_that_verifies(newsroom: Newsroom) -> None:
    """`summarizer daily` and `summarizer verify` as real processes; a changed word fails."""
    newsroom.now = datetime.now(UTC)
    newsroom.publish("Post", newsroom.story(B12, "/1"), newsroom.story(D07, "/2"))
    feeds, out = newsroom.folder / "feeds.toml", newsroom.folder / "digest.json"
    save_feeds(feeds, newsroom.feeds)

    def answer(asked: Asked) -> Reply:
        return completion(answer_about(asked.text))

    with scripted(answer) as server:
        options = [f"data_dir={newsroom.folder / 'data'}", "host_pause_s=0", "allow_private=true"]
        options += [f"base_url={server.base_url}", f"cache_dir={newsroom.folder / 'cache'}"]
        done = command(
            "daily",
            "--feeds",
            feeds,
            "--output",
            out,
            "--model",
            "gpt-test",
            "--quiet",
            *(part for option in options for part in ("--set", option)),
        )
    assert done.returncode == 0, done.stderr
    assert command("verify", out).returncode == 0
    text = out.read_text()
    word = B12.article.text.split()[3]
    out.write_text(text.replace(word, "changed", 1))
    assert command("verify", out).returncode == 1


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the real command line."""
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "SUMMARIZER_API_KEY": "sk-test"},
        check=False,
    )


def test_kill_nine_loses_no_finished_brief_and_doubles_none(newsroom: Newsroom) -> None:
    """Ten runs are killed at any moment; the last one's digest is that of an undisturbed run."""
    newsroom.now = datetime.now(UTC)
    told = [newsroom.story(case, f"/{place}") for place, case in enumerate((B12, D02, D07, C13))]
    newsroom.publish("Post", *told)
    save_feeds(newsroom.folder / "feeds.toml", newsroom.feeds)
    random = Random(7)
    with scripted(lambda asked: completion(answer_about(asked.text), delay_s=0.2)) as server:
        for _ in range(10):
            started = daily_process(newsroom, server.base_url, "killed")
            with suppress(subprocess.TimeoutExpired):
                started.wait(random.uniform(0.3, 3.0))
            started.kill()
            started.wait()
        assert daily_process(newsroom, server.base_url, "killed").wait(60) == 0
        # A call in flight at a kill is asked again; one that was answered and kept never is.
        assert server.calls <= len(told) + 10
        calls = server.calls
        assert daily_process(newsroom, server.base_url, "killed").wait(60) == 0
        assert server.calls == calls
        assert daily_process(newsroom, server.base_url, "calm").wait(60) == 0
    assert command("db", "check", "--store", newsroom.folder / "killed" / "news.db").returncode == 0
    killed, calm = (stored_digest(newsroom, name) for name in ("killed", "calm"))
    assert told_in(killed) == told_in(calm)
    assert len(killed.stories) == len(told)


def daily_process(newsroom: Newsroom, base_url: str, name: str) -> subprocess.Popen[bytes]:
    """Start the real command with a store of its own and no cache of answers."""
    options = {
        "data_dir": newsroom.folder / name,
        "host_pause_s": 0,
        "allow_private": True,
        "base_url": base_url,
        "cache": False,
    }
    pairs = [part for key, value in options.items() for part in ("--set", f"{key}={value}")]
    where = (
        "--feeds",
        newsroom.folder / "feeds.toml",
        "--output",
        newsroom.folder / f"{name}.json",
    )
    arguments = ("daily", *where, "--model", "gpt-test", "--quiet", *pairs)
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *map(str, arguments)],
        env={**os.environ, "SUMMARIZER_API_KEY": "sk-test"},
        stderr=subprocess.DEVNULL,
    )


def stored_digest(newsroom: Newsroom, name: str) -> Digest:
    """What a run wrote."""
    return Digest.model_validate_json((newsroom.folder / f"{name}.json").read_bytes())


def told_in(digest: Digest) -> set[tuple[str, tuple[str, ...]]]:
    """Each story with what its items say; points and times may differ."""
    return {(s.headline.text, tuple(sorted(i.what for i in s.items))) for s in digest.stories}


def test_the_command_says_why_it_stopped_also_when_quiet(newsroom: Newsroom) -> None:
    """Exit code 4 and one sentence; the digest of what there is is written."""
    newsroom.now = datetime.now(UTC)
    newsroom.publish("Post", newsroom.story(B12, "/1"))
    feeds, out = newsroom.folder / "feeds.toml", newsroom.folder / "digest.md"
    save_feeds(feeds, newsroom.feeds)
    settings = {
        "data_dir": newsroom.folder / "data",
        "allow_private": True,
        "base_url": "http://127.0.0.1:9/v1",
        "max_retries": 0,
        "host_pause_s": 0,
    }
    pairs = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    where = ("--feeds", feeds, "--output", out, "--model", "gpt-test", "--quiet")
    done = command("daily", *where, *pairs)
    assert done.returncode == 4
    assert done.stderr.startswith("summarizer: stopped before the end: ")
    assert done.stderr.count("\n") == 1
    assert out.exists()
