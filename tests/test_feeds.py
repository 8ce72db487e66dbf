"""Feeds: what is read and kept, what is refused, and how politely it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from feed_server import (
    SUMMARY,
    FeedServer,
    Told,
    atom,
    billion_laughs,
    gzip_bomb,
    json_feed,
    page,
    rss,
)
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from typer.testing import CliRunner

from summarizer.digest_models import Feed, Unread
from summarizer.errors import InputError, SettingsError, StoreError
from summarizer.feeds import (
    FeedEntry,
    FeedProblem,
    HostTurns,
    Reading,
    Robots,
    export_opml,
    import_opml,
    load_feeds,
    open_reader,
    polite_fetch,
    read_entry,
    save_feeds,
)
from summarizer.feeds.text import plain_text
from summarizer.feeds_cli import feeds_app
from summarizer.models import Article
from summarizer.settings import Settings
from summarizer.sources import read_article

OPEN = Settings(allow_private=True, fetch_timeout_s=10, host_pause_s=0)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
PARAGRAPHS = (SUMMARY, f"{SUMMARY} Nobody was hurt.", f"{SUMMARY} The owners said nothing.")


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """A web server of this test alone."""
    with FeedServer() as running:
        yield running


class Day:
    """Feeds read into one file."""

    def __init__(self, folder: Path, settings: Settings = OPEN) -> None:
        self.path = folder / "entries.sqlite"
        self.settings = settings
        self.progress: list[tuple[str, int, int]] = []

    def read(
        self, *urls: str, since: datetime = LONG_AGO, limit: int = 50
    ) -> tuple[tuple[FeedEntry, ...], tuple[FeedProblem, ...]]:
        """Update the feeds at `urls`, named by their paths; their entries and problems."""
        feeds = [Feed(name=u.partition("//")[2].partition("/")[2], url=u) for u in urls]
        fetch = polite_fetch(self.settings, HostTurns(self.settings.host_pause_s))
        with open_reader(self.path, feeds, self.settings, fetch=fetch) as reader:
            problems = reader.update(lambda *told: self.progress.append(told))
            return reader.entries(since, limit), problems


@pytest.fixture
def day(tmp_path: Path) -> Day:
    """A file of entries in a fresh folder."""
    return Day(tmp_path)


def reason(day: Day, url: str) -> str:
    """The sentence with which the only feed is refused."""
    entries, (problem,) = day.read(url)
    assert entries == ()
    assert problem.reason.endswith(".")
    assert problem.reason.isprintable()
    return problem.reason


# --- reading feeds ----------------------------------------------------------------------------


@pytest.mark.network_loopback
@pytest.mark.parametrize(
    ("write", "outlet"),
    [(rss, "The Ellery Post"), (atom, "Ellery Atom"), (json_feed, "Ellery JSON")],
)
def test_entry_of_each_kind_of_feed(server: FeedServer, day: Day, write: type, outlet: str) -> None:
    """RSS, Atom and JSON Feed give the same entry, with an absolute link and plain text."""
    url = server.serve("/feed", write(Told("Pier closes", server.url("/pier"))))
    (entry,), problems = day.read(url)
    assert problems == ()
    assert entry == FeedEntry(
        url=server.url("/pier"),
        title="Pier closes",
        feed="feed",
        outlet=outlet,
        published=datetime(2026, 1, 2, 6, tzinfo=UTC),
        seen=entry.seen,
        summary=SUMMARY,
    )
    assert day.progress == [("feed", 1, 1)]


@pytest.mark.network_loopback
def test_summary_is_text(server: FeedServer, day: Day) -> None:
    """Markup, entities and scripts of a summary and a title go; paragraphs become lines."""
    told = Told("Pier &amp; port", "/pier", summary="<p>One &amp; <b>two</b>.</p>three<script>x()")
    url = server.serve("/news/feed", rss(told))
    (entry,), _ = day.read(url)
    assert (entry.title, entry.summary) == ("Pier & port", "One & two.\nthree")
    assert entry.url == server.url("/pier")


@pytest.mark.network_loopback
def test_unchanged_feed_is_not_sent_again(server: FeedServer, day: Day) -> None:
    """The second request carries the ETag; the answer 304 is no problem and keeps the entries."""
    url = server.serve("/feed", rss(Told("Pier closes", "/pier")), etag='"one"')
    first = day.read(url)
    assert day.read(url) == first
    assert [r.headers.get("if-none-match") for r in server.asked] == [None, '"one"']


@pytest.mark.network_loopback
def test_changed_feed_adds_entries(server: FeedServer, day: Day) -> None:
    """A new ETag brings the new entries beside the old ones, newest first."""
    old, new = Told("Old", "/old"), Told("New", "/new", NOON)
    day.read(server.serve("/feed", rss(old), etag='"one"'))
    entries, _ = day.read(server.serve("/feed", rss(new, old), etag='"two"'))
    assert [e.title for e in entries] == ["New", "Old"]


@pytest.mark.network_loopback
def test_entries_since_a_moment(server: FeedServer, day: Day) -> None:
    """An entry counts by its date, and one without by when it was first seen."""
    told = (Told("Old", "/old", NOON - timedelta(seconds=1)), Told("Now", "/now", NOON))
    url = server.serve("/feed", rss(*told, Told("Undated", "/u", None)))
    entries, _ = day.read(url, since=NOON)
    assert [(e.title, e.published) for e in entries] == [("Undated", None), ("Now", NOON)]
    entries, _ = day.read(url, since=datetime.now(UTC) + timedelta(days=1))
    assert entries == ()


@pytest.mark.network_loopback
def test_large_feed_does_not_flood(server: FeedServer, day: Day) -> None:
    """Of 5,000 entries the newest are given, and a small feed beside them is not lost."""
    first = datetime(2025, 1, 1, tzinfo=UTC)
    told = [Told(str(n), f"/{n}", first + timedelta(minutes=n), "x") for n in range(5_000)]
    big, small = rss(*told), rss(Told("Small", "/small", first))
    urls = server.serve("/big", big), server.serve("/small", small)
    entries, problems = day.read(*urls, limit=20)
    assert problems == ()
    assert [e.title for e in entries] == [*(str(n) for n in range(4_999, 4_979, -1)), "Small"]


@pytest.mark.network_loopback
def test_entry_without_a_page(server: FeedServer, day: Day) -> None:
    """A link that is none of the web is not followed; the entry points into its feed."""
    told = [Told("No link", ""), Told("Local file", "file:///etc/passwd")]
    url = server.serve("/feed", rss(*told))
    entries, _ = day.read(url)
    assert {(e.url, e.has_page) for e in entries} == {
        (f"{url}#No%20link", False),
        (f"{url}#Local%20file", False),
    }


@pytest.mark.network_loopback
def test_feed_that_is_no_longer_listed(server: FeedServer, day: Day) -> None:
    """Entries are those of the feeds given, and of no other that the file once held."""
    urls = [server.serve(f"/{n}", rss(Told(n, f"/p/{n}"))) for n in "ab"]
    day.read(*urls)
    entries, _ = day.read(urls[1])
    assert [e.title for e in entries] == ["b"]


@pytest.mark.network_loopback
@pytest.mark.parametrize("declared", ["utf-8", "us-ascii", ""])
def test_wrong_charset(server: FeedServer, day: Day, declared: str) -> None:
    """A feed whose bytes do not fit its declared charset is read as what they are."""
    body = rss(Told("Préfet – déjà", "/p")).replace("UTF-8", declared or "UTF-8")
    url = server.serve("/feed", body.encode("cp1252"), content_type="application/rss+xml")
    (entry,), problems = day.read(url)
    assert problems == ()
    assert entry.title == "Préfet – déjà"


# --- feeds that cannot be read ----------------------------------------------------------------


@pytest.mark.network_loopback
def test_bad_feeds_do_not_stop_the_good_one(server: FeedServer, tmp_path: Path) -> None:
    """Each bad feed is a problem with its own sentence; the good one is read all the same."""
    settings = OPEN.model_copy(update={"fetch_timeout_s": 1.0})
    bad = {
        server.serve("/fault", "", status=500): "fault (HTTP 500)",
        server.serve("/gone", "", status=410): "gone for good",
        server.serve("/closed", "", status=403): "refuses readers",
        server.url("/nowhere"): "There is no feed",
        server.serve("/circle", "", status=302, location="/circle"): "redirects in a circle",
        server.serve("/hang", "", wait_s=60): "within 1 seconds",
        server.serve("/bomb", gzip_bomb(), content_encoding="gzip"): "larger than 10,000,000 bytes",
        server.serve("/broken", "<rss><channel><title>x</chan"): "no feed that can be read",
        server.serve("/page", page("Pier", PARAGRAPHS)): "no feed that can be read",
        server.serve("/json", '{"version": 7}'): "no feed that can be read",
        server.serve("/laughs", billion_laughs()): "declares XML entities",
        server.serve("/wide", billion_laughs().encode("utf-16")): "declares XML entities",
        server.serve("/empty", ""): "no feed that can be read",
        server.serve("/half", json_feed(Told("\ud83d", "/p"))): "cannot be kept",
    }
    good = server.serve("/good", rss(Told("Pier closes", "/pier")))
    day = Day(tmp_path, settings)
    started = monotonic()
    entries, problems = day.read(*bad, good)
    assert monotonic() - started < 60
    assert [e.title for e in entries] == ["Pier closes"]
    told = {problem.feed: problem.reason for problem in problems}
    for url, part in bad.items():
        sentence = told.pop(url.rpartition("/")[2])
        assert part in sentence
        assert sentence.endswith(".")
        assert sentence.isprintable()
    assert told == {}
    assert {done for _, done, _ in day.progress} == set(range(1, 16))


@pytest.mark.network_loopback
def test_private_address_of_a_feed_is_refused(server: FeedServer, tmp_path: Path) -> None:
    """Without allow_private a feed at a private address is not asked for."""
    url = server.serve("/feed", rss(Told("Pier closes", "/pier")))
    assert "private or reserved address" in reason(Day(tmp_path, Settings(host_pause_s=0)), url)
    assert server.asked == []


@pytest.mark.network_loopback
def test_feed_recovers(server: FeedServer, day: Day) -> None:
    """A feed that failed once is read when it answers again."""
    url = server.serve("/feed", "", status=503, retry_after="3600")
    assert "HTTP 503" in reason(day, url)
    server.serve("/feed", rss(Told("Pier closes", "/pier")))
    assert len(day.read(url)[0]) == 1


def test_file_of_entries_that_is_none(tmp_path: Path) -> None:
    """A file that is no database is refused in one sentence and left as it is."""
    path = tmp_path / "entries.sqlite"
    path.write_text("not a database, " * 100)
    with pytest.raises(StoreError, match=r"cannot be used .*made anew from the feeds\.$"):
        open_reader(path, (), OPEN, fetch=polite_fetch(OPEN, HostTurns(0)))
    assert path.read_text().startswith("not a database")


# --- reading entries --------------------------------------------------------------------------


class Visit:
    """A reader of the pages behind entries."""

    def __init__(self, server: FeedServer) -> None:
        self.server = server
        self.turns = HostTurns(0)
        self.robots = Robots(polite_fetch(OPEN, self.turns), self.turns)

    def read(self, path: str, summary: str = SUMMARY, **more: object) -> Reading | Unread:
        """Read the entry whose page is at `path`."""
        entry = FeedEntry(
            url=self.server.url(path),
            title="Told title",
            feed="feed",
            outlet="The Post",
            published=NOON,
            seen=NOON,
            summary=summary,
        ).model_copy(update=more)
        return read_entry(
            entry,
            robots=self.robots,
            turns=self.turns,
            read=lambda url: read_article(url, OPEN),
        )


@pytest.fixture
def visit(server: FeedServer) -> Visit:
    """A reader of the pages of `server`."""
    return Visit(server)


@pytest.mark.network_loopback
def test_full_text_of_an_entry(server: FeedServer, visit: Visit) -> None:
    """A page that is open is read in full; the feed gives the date that the page lacks."""
    server.serve("/pier", page("Pier closes", PARAGRAPHS), content_type="text/html")
    read = visit.read("/pier")
    assert isinstance(read, Reading)
    assert (read.extent, read.why) == ("full", "")
    assert read.article.title == "Pier closes"
    assert read.article.date == "2026-01-02"
    assert PARAGRAPHS[2] in read.article.text


@pytest.mark.network_loopback
@pytest.mark.parametrize(
    ("status", "part"), [(402, "paywall"), (403, "refuses readers"), (500, "fault")]
)
def test_closed_page_gives_the_summary(
    server: FeedServer, visit: Visit, status: int, part: str
) -> None:
    """Where the page refuses, the feed's summary is read, marked as such, with the reason."""
    server.serve("/pier", "", status=status)
    read = visit.read("/pier")
    assert isinstance(read, Reading)
    assert read.extent == "feed_summary"
    assert part in read.why
    assert read.article == Article(
        text=SUMMARY,
        title="Told title",
        outlet="The Post",
        url=server.url("/pier"),
        date="2026-01-02",
        source=server.url("/pier"),
    )


@pytest.mark.network_loopback
def test_short_summary_is_no_article(server: FeedServer, visit: Visit) -> None:
    """29 words of summary leave the entry unread, with the reason; 30 are read."""
    server.serve("/pier", "", status=403)
    words = ["word"] * 29
    assert isinstance(visit.read("/pier", " ".join([*words, "end."])), Reading)
    unread = visit.read("/pier", " ".join(words))
    assert isinstance(unread, Unread)
    assert (unread.url, unread.title, unread.feed) == (server.url("/pier"), "Told title", "feed")
    assert "HTTP 403" in unread.reason


@pytest.mark.network_loopback
def test_robots_close_a_page(server: FeedServer, visit: Visit) -> None:
    """A page closed by robots.txt is never asked for; the file itself is asked for once."""
    server.serve("/robots.txt", "User-agent: *\nDisallow: /*?print=\nDisallow: /closed/")
    server.serve("/open", page("Pier closes", PARAGRAPHS), content_type="text/html")
    for path in ("/closed/pier", "/pier?print=1"):
        read = visit.read(path)
        assert isinstance(read, Reading)
        assert read.extent == "feed_summary"
        assert "robots.txt" in read.why
    open_page = visit.read("/open")
    assert isinstance(open_page, Reading)
    assert open_page.extent == "full"
    assert server.paths() == ["/robots.txt", "/open"]


@pytest.mark.network_loopback
@pytest.mark.parametrize(
    ("status", "extent"),
    [(404, "full"), (401, "full"), (429, "feed_summary"), (503, "feed_summary")],
)
def test_robots_that_cannot_be_read(
    server: FeedServer, visit: Visit, status: int, extent: str
) -> None:
    """No robots.txt allows all; a fault or a call for fewer requests allows nothing."""
    server.serve("/robots.txt", "User-agent: *\nDisallow: /", status=status)
    server.serve("/pier", page("Pier closes", PARAGRAPHS), content_type="text/html")
    read = visit.read("/pier")
    assert isinstance(read, Reading)
    assert read.extent == extent


@pytest.mark.network_loopback
def test_entry_without_a_page_is_not_fetched(server: FeedServer, visit: Visit) -> None:
    """An entry whose feed names no page is read from the feed alone."""
    read = visit.read("/feed#1", has_page=False)
    assert isinstance(read, Reading)
    assert read.extent == "feed_summary"
    assert server.asked == []


@pytest.mark.network_loopback
def test_user_agent_says_whom_to_ask(server: FeedServer) -> None:
    """The user agent names this program and the contact of the settings."""
    settings = OPEN.model_copy(update={"contact_url": "https://example.org/reader"})
    polite_fetch(settings, HostTurns(0))(server.url("/"), accept="*/*")
    agent = server.asked[0].headers["user-agent"]
    assert agent.startswith("summarizer/")
    assert agent.endswith(" (+https://example.org/reader)")


# --- politeness -------------------------------------------------------------------------------


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_pause_between_two_requests_to_a_host() -> None:
    """The pause counts from the end of the last request, and only at the same host."""
    time = Time()
    turns = HostTurns(2.0, clock=lambda: time.now, sleep=time.sleep)
    with turns.turn("http://a.example/1"):
        time.now += 5
    with turns.turn("http://b.example/1"):
        pass
    time.now += 0.5
    with turns.turn("http://A.example/2"):
        pass
    assert time.slept == [1.5]


def test_host_may_ask_for_a_longer_pause() -> None:
    """A Crawl-delay lengthens the pause at its host, up to half a minute."""
    time = Time()
    turns = HostTurns(1.0, clock=lambda: time.now, sleep=time.sleep)
    for delay in (10, 86_400):
        turns.slow_down(f"http://{delay}.example", delay)
        for _ in range(2):
            with turns.turn(f"http://{delay}.example/x"):
                pass
    assert time.slept == [10, 30]


@pytest.mark.network_loopback
def test_crawl_delay_of_robots(server: FeedServer) -> None:
    """A Crawl-delay in robots.txt is kept between two pages."""
    server.serve("/robots.txt", "User-agent: *\nCrawl-delay: 7")
    time = Time()
    turns = HostTurns(0, clock=lambda: time.now, sleep=time.sleep)
    assert Robots(polite_fetch(OPEN, turns), turns).refusal(server.url("/pier")) == ""
    for _ in range(2):
        with turns.turn(server.url("/pier")):
            pass
    assert time.slept == [7]


def test_one_request_at_a_time() -> None:
    """Threads hold a host one after the other."""
    turns = HostTurns(0)
    inside: list[int] = []
    most: list[int] = []

    def visit() -> None:
        with turns.turn("http://a.example/"):
            inside.append(1)
            sleep(0.01)  # long enough for another thread to come in
            most.append(len(inside))
            inside.pop()

    threads = [Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


# --- the list of feeds ------------------------------------------------------------------------

BY_HAND = """# my feeds
[[feed]]
name = "Post"  # the local paper
url = "https://post.example/rss"
tier = 1
tags = ["harbour", "council"]

# far away
[[feed]]
name = "Wire"
url = "https://wire.example/atom"
"""
POST = Feed(name="Post", url="https://post.example/rss", tier=1, tags=("harbour", "council"))
WIRE = Feed(name="Wire", url="https://wire.example/atom")


def test_feeds_file(tmp_path: Path) -> None:
    """A file written by hand gives its feeds, with tier 2 where it says none."""
    path = tmp_path / "feeds.toml"
    path.write_text(BY_HAND)
    assert load_feeds(path) == (POST, WIRE)


def test_saving_keeps_comments(tmp_path: Path) -> None:
    """Only what changed is written anew; the file's own comments stay."""
    path = tmp_path / "feeds.toml"
    path.write_text(BY_HAND)
    more = Feed(name="New", url="https://new.example/feed", tags=("x",))
    save_feeds(path, (POST, WIRE.model_copy(update={"tier": 3}), more))
    assert load_feeds(path) == (POST, WIRE.model_copy(update={"tier": 3}), more)
    for comment in ("# my feeds", "# the local paper", "# far away"):
        assert comment in path.read_text()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("feeds = 1", "unknown key 'feeds'"),
        ("[feed]\nname = 'a'", r"write \[\[feed\]\]"),
        ("[[feed]]\nname = 'a'", "lacks the key 'url'"),
        ("[[feed]]\nname = 'a'\nurl = 'http://a.b'\nteir = 1", "unknown key 'teir'"),
        ("[[feed]]\nname = 'a'\nurl = 'http://a.b'\ntier = 4", "The tier of feed 1"),
        ("[[feed]]\nname = 'a'\nurl = 'file:///x'", "no complete http or https address"),
        ("[[feed]]\nname = 'a'\nurl = 'http://me:pw@a.b'", "user name"),
        ("[[feed]]\nname = 'a'\nurl = 'http://a.b'\ntags = ['x,y']", "the tag 'x,y'"),
        ("[[feed]]\nname = 'a'\nurl = 'http://a.b'\n" * 2, "two feeds with 'a'"),
        ("[[feed", "written in TOML"),
    ],
)
def test_faults_of_the_feeds_file(tmp_path: Path, text: str, part: str) -> None:
    """Each fault of the file is one sentence that names it."""
    path = tmp_path / "feeds.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=part) as caught:
        load_feeds(path)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_no_feeds_file(tmp_path: Path) -> None:
    """A list that is not there is refused with the command that makes one."""
    with pytest.raises(SettingsError, match="feeds add"):
        load_feeds(tmp_path / "feeds.toml")


# --- OPML -------------------------------------------------------------------------------------

_LINE = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20
).filter(lambda s: s == " ".join(s.split()) and s.isprintable())
_TAG = _LINE.filter(lambda s: "," not in s and s == s.strip("/ "))
_FEEDS = st.lists(
    st.builds(
        Feed,
        name=_LINE,
        url=st.from_regex(r"https?://[a-z]{1,8}\.example/[a-z?&='<]{0,8}", fullmatch=True),
        tier=st.integers(1, 3),
        tags=st.lists(_TAG, max_size=3, unique=True).map(tuple),
    ),
    max_size=4,
    unique_by=(lambda f: f.name, lambda f: f.url),
)


@given(_FEEDS)
@examples(max_examples=60, deadline=None)
def test_opml_round_trip(feeds: list[Feed]) -> None:
    """What is exported is imported as it was: markup in names, tags, tiers, order."""
    assert import_opml(export_opml(feeds)) == tuple(feeds)


@given(st.text(max_size=200))
@examples(max_examples=60, deadline=None)
def test_any_name_is_exported_as_valid_opml(name: str) -> None:
    """Control characters and lone surrogates do not break the document."""
    (feed,) = import_opml(export_opml([Feed(name=name or "x", url="http://a.example/")]))
    assert feed.url == "http://a.example/"


def test_opml_of_another_reader() -> None:
    """Folders become tags, a feed in two folders comes once, equal names are told apart."""
    text = """<?xml version="1.0" encoding="UTF-8"?>
    <opml version="1.0"><body><outline text="World">
      <outline type="rss" text="News" xmlUrl="http://a.example/" category="/wire, east"/>
      <outline type="rss" text="News" xmlUrl="http://b.example/"/></outline>
      <outline text="Again"><outline xmlUrl="http://a.example/" text="News"/></outline>
      <outline text="A link" type="link" url="http://c.example/"/></body></opml>"""
    assert import_opml(text) == (
        Feed(name="News", url="http://a.example/", tags=("World", "wire", "east")),
        Feed(name="News (2)", url="http://b.example/", tags=("World",)),
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (billion_laughs(), "document type"),
        ("<opml>", "no valid XML"),
        ("", "no valid XML"),
        ("<rss/>", "no OPML"),
        ("<opml><outline xmlUrl='file:///x' text='a'/></opml>", "no complete http"),
    ],
)
def test_opml_that_is_refused(text: str, part: str) -> None:
    """Entity expansion, broken XML and feeds that cannot be fetched are refused."""
    with pytest.raises(InputError, match=part):
        import_opml(text)


def test_deep_opml() -> None:
    """A document 5,000 levels deep is read, or refused in a sentence, and exhausts nothing."""
    inner = "<outline xmlUrl='http://a.example/' text='a'/>"
    text = "<opml>" + "<outline text='x'>" * 5_000 + inner + "</outline>" * 5_000 + "</opml>"
    assert [feed.tags for feed in import_opml(text)] == [("x",)]


# --- text and commands ------------------------------------------------------------------------


@given(st.text(max_size=300))
@examples(max_examples=100, deadline=None)
def test_plain_text_never_fails(html: str) -> None:
    """Whatever a feed holds becomes lines without space around them."""
    lines = plain_text(html).split("\n")
    assert all(line == " ".join(line.split()) for line in lines)


def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Feeds are added, listed, exported, imported and removed by commands."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> str:
        result = CliRunner().invoke(feeds_app, list(words))
        assert result.exit_code == 0, result.output
        return result.output

    run("add", POST.url, "--name", "Post", "--tier", "1", "--tag", "harbour", "--tag", "council")
    run("add", WIRE.url)
    assert load_feeds(Path("feeds.toml"))[0] == POST
    assert "wire.example  (tier 2)" in run("list")
    run("export", "-o", "out.opml")
    run("remove", WIRE.url)
    assert load_feeds(Path("feeds.toml")) == (POST,)
    assert "1 added" in run("import", "out.opml")
    assert [f.url for f in load_feeds(Path("feeds.toml"))] == [POST.url, WIRE.url]
    assert CliRunner().invoke(feeds_app, ["remove", "nobody"]).exit_code == 2
    assert CliRunner().invoke(feeds_app, ["add", "no-url"]).exit_code == 2


@pytest.mark.network_loopback
def test_check_command(server: FeedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` says what each feed holds or why not, and exits with 4 if one cannot be read."""
    monkeypatch.setenv("SUMMARIZER_HOST_PAUSE_S", "0")
    path = tmp_path / "feeds.toml"
    good = Feed(name="Good", url=server.serve("/good", rss(Told("Pier", "/pier"))))
    bad = Feed(name="Bad", url=server.serve("/bad", "", status=500))
    save_feeds(path, (good, bad))
    result = CliRunner().invoke(feeds_app, ["check", "--allow-private", "--feeds", str(path)])
    assert result.exit_code == 4
    assert "Good: 1 newest entries" in result.output
    assert "Bad: The server of" in result.output
    assert "1 of 2 feeds can be read." in result.output
