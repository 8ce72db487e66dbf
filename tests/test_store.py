"""The store: real SQLite files, opened, filled, checked, pruned, exported and imported."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Timer
from typing import Any

import pytest
from brief_factory import TEXT, make_article, make_brief, make_provenance, quote
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from summarizer.digest_models import (
    Citation,
    Commitment,
    Digest,
    DigestArticle,
    DigestStory,
    Filed,
    LeftOut,
    Line,
    Origin,
    Rank,
    Story,
)
from summarizer.errors import RunInProgress, StoreError
from summarizer.models import Article, Quote, Usage
from summarizer.store import (
    LEASE,
    NewEntry,
    NewPart,
    PartKey,
    Store,
    open_store,
)
from summarizer.store import schema as schema_module
from summarizer.store.database import use_wal
from summarizer.store.schema import APPLICATION_ID, MIGRATIONS, migrate, version

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
TODAY = NOON.date()
DAY = timedelta(days=1)
SLOW = examples(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Hands:
    """A clock set by hand."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "days" / "store.db"


@pytest.fixture
def store(path: Path, clock: Hands) -> Iterator[Store]:
    with open_store(path, clock=clock) as opened:
        yield opened


def article(edition: object = 0, **changes: Any) -> Article:
    """The harbour article with a last paragraph of its own, in which nothing is quoted."""
    return make_article(text=f"{TEXT}\n\nEdition {edition}.", **changes)


def filed(edition: object = 0, **changes: Any) -> Filed:
    """An edition of the harbour article with its brief, with `changes` of its fields."""
    read = article(edition)
    fields: dict[str, Any] = {
        "id": read.sha256,
        "url": f"https://courier.example/{edition}",
        "title": read.title,
        "outlet": read.outlet,
        "feed": "Courier",
        "tier": 1,
        "tags": ("coast", "Häfen"),
        "published": NOON - timedelta(hours=2),
        "fetched": NOON,
        "brief": make_brief(article=read, provenance=make_provenance(article_sha256=read.sha256)),
    }
    return Filed(**(fields | changes))


def entry(n: object = 0, **changes: Any) -> NewEntry:
    """The entry of that edition, with `changes` of its fields."""
    fields = {"url": f"https://courier.example/{n}", "feed": "Courier", "title": f"Number {n}"}
    return NewEntry(**(fields | changes))


def citation(of: Filed, sentence: int = 1) -> Citation:
    """A quote that stands in every edition."""
    return Citation(article=of.id, quote=quote(sentence))


def digest(day: date, *shown: Filed, ledger: tuple[Commitment, ...] = ()) -> Digest:
    """A digest of one story that shows these articles."""
    lines = tuple(Line(text="The harbour is shut.", citations=(citation(f),)) for f in shown)
    story = DigestStory(
        id="harbour",
        first_seen=day,
        headline=lines[0],
        summary=lines,
        actors=(),
        items=(),
        disagreements=(),
        changes=(),
        articles=tuple(f.id for f in shown),
        outlets=1,
        origins=1,
        rank=Rank(points=1.5, reasons=("one origin",)),
    )
    return Digest(
        day=day,
        timezone="Europe/Berlin",
        stories=(story,),
        unchanged=(),
        ledger=ledger,
        left_out=LeftOut(
            articles=len(shown), feed_summaries=0, unread=(), dropped=(), muted=(), usage=Usage()
        ),
        articles=tuple(held(f) for f in shown),
        created_at=NOON,
    )


def held(of: Filed) -> DigestArticle:
    """The article as a digest holds it."""
    shared = DigestArticle.model_fields.keys() & Filed.model_fields.keys()
    return DigestArticle(**{name: getattr(of, name) for name in shared}, text=of.brief.article.text)


def commitment(of: Filed) -> Commitment:
    """An open threat found in an article."""
    return Commitment(
        id="c1",
        story="harbour",
        kind="threat",
        who=("Ines Calloway",),
        whom=(),
        what="send the harbour police",
        made=TODAY,
        state="open",
        citation=citation(of, 6),
    )


def story(id_: str, *origins: tuple[Filed, ...]) -> Story:
    """A story of these origins."""
    return Story(id=id_, origins=tuple(Origin(articles=tuple(f.id for f in o)) for o in origins))


def raw(path: Path, *statements: str) -> list[Any]:
    """What SQL says behind the store's back; foreign keys are not watched there."""
    with closing(sqlite3.connect(path)) as sql, sql:
        return [sql.execute(statement).fetchall() for statement in statements][-1]


def refused(action: Callable[[], object], *words: str, error: type[StoreError] = StoreError) -> str:
    """The one sentence with which the store refuses; it holds `words`."""
    with pytest.raises(error) as caught:
        action()
    text = str(caught.value)
    assert caught.value.exit_code == 1
    assert "\n" not in text
    assert text.endswith(".")
    for word in words:
        assert word in text
    return text


def opening(path: Path) -> Callable[[], object]:
    """Opens a store and closes it again."""

    def action() -> None:
        with open_store(path, clock=Hands()):
            pass

    return action


def whole(store: Store) -> bool:
    """Whether the check finds nothing."""
    assert store.check() == ()
    return True


# --- the file ---------------------------------------------------------------------------------


def test_a_missing_file_is_made_with_its_folder(path: Path) -> None:
    """A new store is of the newest version, in WAL, and marked as ours."""
    with open_store(path, clock=Hands()) as store:
        assert store.path == path
        assert raw(path, "PRAGMA journal_mode") == [("wal",)]
        assert raw(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
        assert raw(path, "PRAGMA application_id") == [(APPLICATION_ID,)]


def test_what_was_stored_is_there_after_reopening(path: Path, clock: Hands) -> None:
    """Closing and opening changes nothing."""
    with open_store(path, clock=clock) as store:
        store.file_article(filed())
    with open_store(path, clock=clock) as store:
        assert store.filed_between(NOON, NOON + DAY) == (filed(),)


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    """As left by a crash before anything was written."""
    path.parent.mkdir()
    path.touch()
    opening(path)()
    assert raw(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE theirs (x)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"],
)
def test_the_database_of_another_program_is_refused_and_untouched(
    path: Path, statement: str
) -> None:
    """Whatever shows that the file is not ours, not a byte of it changes."""
    path.parent.mkdir()
    raw(path, statement)
    before = path.read_bytes()
    refused(opening(path), str(path), "another program")
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_untouched(path: Path) -> None:
    """A text file, for instance."""
    path.parent.mkdir()
    path.write_text("Dear diary, " * 100)
    refused(opening(path), str(path), "no SQLite file")
    assert path.read_text().startswith("Dear diary, ")


def test_a_newer_file_is_refused_and_untouched(path: Path) -> None:
    """Its version is named with what to do."""
    opening(path)()
    raw(path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()
    refused(opening(path), str(path), "newer summarizer", "update")
    assert path.read_bytes() == before


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder cannot be the store."""
    refused(opening(tmp_path), str(tmp_path), "cannot be opened")


def test_a_file_below_a_file_is_refused(tmp_path: Path) -> None:
    """The folder cannot be made where a file stands."""
    (tmp_path / "taken").touch()
    refused(opening(tmp_path / "taken" / "store.db"), "cannot be made")


def test_a_damaged_file_is_refused_when_opened(path: Path, clock: Hands) -> None:
    """A file cut short is told as damage, not as a traceback."""
    with open_store(path, clock=clock) as store:
        for n in range(30):
            store.file_article(filed(n))
    path.write_bytes(path.read_bytes()[:4096])
    refused(opening(path), str(path), "damaged")


def test_damage_inside_the_file_is_told_by_use_and_by_check(path: Path, clock: Hands) -> None:
    """Pages overwritten in the middle: reading fails in one sentence and check lists them."""
    with open_store(path, clock=clock) as store:
        for n in range(30):
            store.file_article(filed(n))
    content = bytearray(path.read_bytes())
    start = 4096 * (len(content) // 8192)
    content[start : start + 8192] = b"\x5a" * 8192
    path.write_bytes(content)
    with open_store(path, clock=clock) as store:
        refused(lambda: list(store.export_lines()), str(path), "damaged")
        assert any(problem.where == "file" for problem in store.check())


def test_a_closed_store_says_so(path: Path, clock: Hands) -> None:
    """Using it after its context is an error in one sentence."""
    with open_store(path, clock=clock) as store:
        pass
    refused(store.pending_entries, "closed")


def test_an_old_sqlite_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python with an SQLite that lacks what the schema needs says so, before making a file."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    refused(opening(path), "too old")


def test_many_threads_make_the_same_new_file(path: Path) -> None:
    """All of them get the store, whoever is first."""
    gate = Barrier(8)

    def make(n: int) -> None:
        gate.wait()
        with open_store(path, clock=Hands()) as store:
            store.remember_entries([entry(n)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(8)))
    with open_store(path, clock=Hands()) as store:
        assert len(store.pending_entries()) == 8


def test_the_switch_to_wal_waits_where_sqlite_does_not(path: Path) -> None:
    """Two processes that make the file may meet so: one reads while the other wants it alone."""
    path.parent.mkdir()
    raw(path, "CREATE TABLE t (x)")
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(reader), closing(sqlite3.connect(path, timeout=0)) as sql:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM t").fetchone()
        release = Timer(0.2, reader.execute, ["COMMIT"])
        release.start()
        use_wal(sql)
        release.join()
        assert sql.execute("PRAGMA journal_mode").fetchone() == ("wal",)


# --- migrations -------------------------------------------------------------------------------

VERSION_1 = """
PRAGMA journal_mode = WAL;
PRAGMA application_id = 1398099277;
CREATE TABLE articles (
    id TEXT PRIMARY KEY CHECK (length(id) = 64), filed_at TEXT NOT NULL, brief BLOB NOT NULL
) STRICT;
CREATE TABLE filings (
    article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, url TEXT NOT NULL,
    title TEXT NOT NULL, outlet TEXT NOT NULL, feed TEXT NOT NULL, tier INTEGER NOT NULL,
    tags TEXT NOT NULL, published TEXT NOT NULL, fetched TEXT NOT NULL,
    extent TEXT NOT NULL CHECK (extent IN ('full', 'feed_summary')), PRIMARY KEY (article, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX filings_published ON filings (published);
CREATE INDEX filings_fetched ON filings (fetched);
CREATE TABLE entries (
    url TEXT PRIMARY KEY, feed TEXT NOT NULL, title TEXT NOT NULL, published TEXT,
    summary TEXT NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'briefed', 'unreadable')), reason TEXT NOT NULL,
    attempts INTEGER NOT NULL, tried_at TEXT,
    article TEXT REFERENCES articles (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX entries_state ON entries (state);
CREATE INDEX entries_article ON entries (article);
CREATE TABLE stories (
    day TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (day, id),
    UNIQUE (day, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE story_articles (
    day TEXT NOT NULL, story TEXT NOT NULL, origin INTEGER NOT NULL, position INTEGER NOT NULL,
    article TEXT NOT NULL REFERENCES articles (id), PRIMARY KEY (day, story, origin, position),
    FOREIGN KEY (day, story) REFERENCES stories (day, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX story_articles_article ON story_articles (article);
CREATE TABLE digests (day TEXT PRIMARY KEY, digest BLOB NOT NULL) STRICT;
CREATE TABLE digest_articles (
    day TEXT NOT NULL REFERENCES digests (day) ON DELETE CASCADE,
    article TEXT NOT NULL REFERENCES articles (id), PRIMARY KEY (day, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_articles_article ON digest_articles (article);
CREATE TABLE runs (
    id TEXT PRIMARY KEY, day TEXT NOT NULL, machine TEXT NOT NULL, pid INTEGER NOT NULL,
    process_started REAL NOT NULL, started TEXT NOT NULL, heartbeat TEXT NOT NULL, finished TEXT,
    state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'failed', 'died'))
) STRICT;
CREATE UNIQUE INDEX one_run ON runs (state) WHERE state = 'running';
PRAGMA user_version = 1;
"""
STAMP = "2026-03-04T12:00:00.000000+00:00"


def make_version_1(path: Path, of: Filed) -> None:
    """A file as the first version of the store left it, with something in every table."""
    path.parent.mkdir(exist_ok=True)
    brief = zlib.compress(of.brief.model_dump_json().encode())
    made = zlib.compress(digest(TODAY, of).model_dump_json().encode())
    published = "2026-03-04T10:00:00.000000+00:00"
    tags = json.dumps(of.tags)
    rows: dict[str, tuple[Any, ...]] = {
        "articles": (of.id, STAMP, brief),
        "filings": (
            of.id, of.url, of.title, of.outlet, of.feed, 1, tags, published, STAMP, "full",
        ),
        "entries": (
            "https://courier.example/9", "Courier", "Nine", None, "", STAMP, STAMP, "unreadable",
            "The page is empty.", 2, STAMP, None,
        ),
        "stories": ("2026-03-04", "harbour", 0),
        "story_articles": ("2026-03-04", "harbour", 0, 0, of.id),
        "digests": ("2026-03-04", made),
        "digest_articles": ("2026-03-04", of.id),
        "runs": ("r1", "2026-03-04", "m", 1, 0.0, STAMP, STAMP, STAMP, "finished"),
    }  # fmt: skip
    with closing(sqlite3.connect(path)) as sql:
        sql.executescript(VERSION_1)
        for table, row in rows.items():
            places = ", ".join("?" * len(row))
            sql.execute(f"INSERT INTO {table} VALUES ({places})", row)  # noqa: S608
        sql.commit()


def test_a_file_of_version_1_is_brought_up_with_all_it_held(path: Path, clock: Hands) -> None:
    """Everything of the older file is read by the newer methods, and the new ones work."""
    make_version_1(path, filed())
    with open_store(path, clock=clock) as store:
        assert store.filed_between(NOON, NOON + DAY) == (filed(),)
        assert [e.reason for e in store.pending_entries()] == ["The page is empty."]
        assert store.load_stories(TODAY) == (story("harbour", (filed(),)),)
        assert store.load_digest(TODAY) == digest(TODAY, filed())
        assert store.latest_run() is not None
        assert store.claim_event("E1")
        assert store.queue_parts([NewPart(digest="d", channel="C", part=0)])
        assert whole(store)


def test_an_older_file_ends_with_the_same_schema_as_a_new_one(path: Path, tmp_path: Path) -> None:
    """Migrated or new, the tables are the same."""
    make_version_1(path, filed())
    opening(path)()
    opening(tmp_path / "new.db")()
    query = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"

    def tables(of: Path) -> list[tuple[str, str, str]]:
        return [(kind, name, "".join((sql or "").split())) for kind, name, sql in raw(of, query)]

    assert tables(path) == tables(tmp_path / "new.db")
    assert raw(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]


def test_a_migration_that_fails_leaves_the_version_before(path: Path) -> None:
    """Nothing of the failed step stays, all of the earlier ones does."""
    opening(path)()
    third = ("CREATE TABLE half (x)", "INSERT INTO nowhere VALUES (1)")
    with closing(sqlite3.connect(path, isolation_level=None)) as sql:
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            migrate(sql, (*MIGRATIONS, third))
        assert version(sql) == len(MIGRATIONS)
        assert not sql.in_transaction
        assert not sql.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()


def test_migrations_run_in_order_and_once(
    path: Path, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two later steps, the second built on the first, are both done at the next opening."""
    with open_store(path, clock=clock) as store:
        store.file_article(filed())
    later = (("CREATE TABLE a (x) STRICT".replace("(x)", "(x INTEGER)"),),)
    later += (("INSERT INTO a VALUES (1)",),)
    steps = (*MIGRATIONS, *later)
    for module in (schema_module, sys.modules["summarizer.store.database"]):
        monkeypatch.setattr(module, "MIGRATIONS", steps)
    monkeypatch.setattr(migrate, "__defaults__", (steps,))
    opening(path)()
    opening(path)()
    assert raw(path, "SELECT x FROM a") == [(1,)]
    assert raw(path, "PRAGMA user_version") == [(len(steps),)]


# --- entries ----------------------------------------------------------------------------------


def test_entries_are_remembered_once(store: Store, clock: Hands) -> None:
    """A second listing adds nothing and changes only when it was last seen."""
    assert store.remember_entries([entry(1), entry(2), entry(1)]) == 2
    clock.now += DAY
    assert store.remember_entries([entry(1, title="Other", feed="Other")]) == 0
    known = store.entry(entry(1).url)
    assert known is not None
    assert (known.title, known.feed, known.state) == ("Number 1", "Courier", "new")
    assert (known.first_seen, known.last_seen) == (NOON, NOON + DAY)
    assert store.entry("https://nowhere.example/") is None


def test_pending_entries_come_newest_first(store: Store) -> None:
    """By publication; an entry without a time counts from when it was seen."""
    store.remember_entries(
        [
            entry("old", published=NOON - 3 * DAY),
            entry("undated"),
            entry("new", published=NOON + timedelta(hours=1)),
        ]
    )
    assert [e.title for e in store.pending_entries()] == [
        "Number new", "Number undated", "Number old",
    ]  # fmt: skip
    assert [e.title for e in store.pending_entries(since=NOON)] == ["Number new", "Number undated"]


def test_time_zones_do_not_change_the_order(store: Store) -> None:
    """Moments are compared as moments, whatever zone they were written in."""
    berlin = datetime.fromisoformat("2026-03-04T13:30:00+01:00")
    utc = datetime.fromisoformat("2026-03-04T13:00:00+00:00")
    store.remember_entries([entry("berlin", published=berlin), entry("utc", published=utc)])
    assert [e.title for e in store.pending_entries()] == ["Number utc", "Number berlin"]


def test_an_unreadable_entry_is_tried_a_bounded_number_of_times(store: Store) -> None:
    """It is pending until the last attempt, and its reason is told."""
    store.remember_entries([entry()])
    for attempt in (1, 2):
        store.mark_unreadable(entry().url, f"Server fault {attempt}.")
        assert [e.attempts for e in store.pending_entries(max_attempts=3)] == [attempt]
    store.mark_unreadable(entry().url, "Server fault 3.")
    assert store.pending_entries(max_attempts=3) == ()
    assert [u.reason for u in store.unread_between(NOON, NOON + DAY)] == ["Server fault 3."]
    assert store.unread_between(NOON - DAY, NOON) == ()


def test_an_unreadable_entry_can_still_be_filed(store: Store) -> None:
    """A later reading that works makes it briefed, and nobody is told of the failures."""
    store.remember_entries([entry()])
    store.mark_unreadable(entry().url, "Server fault.")
    store.file_article(filed())
    assert store.pending_entries() == ()
    assert store.unread_between(NOON, NOON + DAY) == ()


def test_a_briefed_entry_does_not_become_unreadable(store: Store) -> None:
    """Another process may have been faster; its work stays."""
    store.remember_entries([entry()])
    store.file_article(filed())
    store.mark_unreadable(entry().url, "Server fault.")
    known = store.entry(entry().url)
    assert known is not None
    assert (known.state, known.article, known.reason) == ("briefed", filed().id, "")


def test_an_unknown_entry_cannot_be_marked(store: Store) -> None:
    """It says which, and what to do."""
    refused(lambda: store.mark_unreadable("https://x.example/", "no"), "https://x.example/")


# --- articles ---------------------------------------------------------------------------------


def test_filing_marks_the_entry_briefed(store: Store) -> None:
    """Article, brief and the entry's state come together."""
    store.remember_entries([entry(0), entry(1)])
    assert store.file_article(filed(0)) == filed(0)
    assert [e.title for e in store.pending_entries()] == ["Number 1"]
    assert store.brief_of(filed(0).id) == filed(0).brief
    assert store.brief_of(filed(1).id) is None


def test_an_entry_that_redirects_is_marked_by_its_own_url(store: Store) -> None:
    """The article is filed where it was found, the entry is the one that was listed."""
    store.remember_entries([entry("short")])
    store.file_article(filed(0), entry_url=entry("short").url)
    assert store.pending_entries() == ()
    assert [f.url for f in store.filings_of([filed(0).id])] == [filed(0).url]


def test_wire_copies_are_filed_apart_and_share_one_brief(store: Store) -> None:
    """The same text at a second outlet is a second filing; the first brief counts."""
    first = store.file_article(filed(0))
    other = make_brief(article=article(0), provenance=make_provenance(model="another"))
    second = store.file_article(
        filed(0, url="https://herald.example/x", outlet="Herald", tier=3, tags=(), brief=other)
    )
    assert second.brief == first.brief
    assert second.outlet == "Herald"
    assert store.filed_between(NOON, NOON + DAY) == (first, second)
    assert store.filings_of([first.id]) == (first, second)


def test_filing_the_same_again_changes_nothing(store: Store) -> None:
    """The same text at the same URL is one filing, with what was known of it first."""
    store.file_article(filed())
    again = store.file_article(filed(feed="Other", fetched=NOON + DAY))
    assert again == filed()
    assert store.filed_between(NOON, NOON + 2 * DAY) == (filed(),)


def test_a_corrected_text_at_the_same_url_is_another_article(store: Store) -> None:
    """Both texts are kept, and the entry points to the later one."""
    store.remember_entries([entry(0)])
    store.file_article(filed(0))
    store.file_article(filed("0, corrected", url=filed(0).url))
    known = store.entry(entry(0).url)
    assert known is not None
    assert known.article == filed("0, corrected").id
    assert len(store.filed_between(NOON, NOON + DAY)) == 2


def test_filed_between_takes_the_start_and_leaves_the_end(store: Store) -> None:
    """Spans that touch hold each article once, by fetching or by publication."""
    early, late = filed(0, fetched=NOON), filed(1, fetched=NOON + DAY, published=NOON - DAY)
    store.file_article(early)
    store.file_article(late)
    assert store.filed_between(NOON, NOON + DAY) == (early,)
    assert store.filed_between(NOON + DAY, NOON + 2 * DAY) == (late,)
    assert store.filed_between(NOON - DAY, NOON, by="published") == (late, early)
    assert store.filed_between(NOON - DAY, NOON) == ()


def test_filings_come_in_the_order_of_publication(store: Store) -> None:
    """Not in that of filing."""
    for n, hours in enumerate((3, 1, 2)):
        store.file_article(filed(n, published=NOON + timedelta(hours=hours)))
    order = [f.brief.article.text[-2] for f in store.filed_between(NOON, NOON + DAY)]
    assert order == ["1", "2", "0"]
    assert store.filings_of(["0" * 64]) == ()


def test_an_id_that_is_not_the_hash_of_the_text_is_refused(store: Store) -> None:
    """Nothing is stored then."""
    refused(lambda: store.file_article(filed(0, id=filed(1).id)), "SHA-256")
    assert store.filed_between(NOON, NOON + DAY) == ()


def test_texts_that_utf_8_cannot_hold_are_kept(store: Store) -> None:
    """A lone surrogate, which a JSON feed can send, stays in the text that is quoted."""
    odd = filed("\ud83d\x00 end", title="half \ud83d emoji", url="https://x.example/\ud83d")
    kept = store.file_article(odd)
    assert kept.brief == odd.brief
    assert kept.title == "half \ufffd emoji"
    store.remember_entries([entry("\ud83d", summary="\x00")])
    store.mark_unreadable(entry("\ud83d").url, "cannot read \udcff")
    assert [e.reason for e in store.pending_entries()] == ["cannot read \ufffd"]
    assert whole(store)


# --- stories and digests ----------------------------------------------------------------------


def test_stories_come_back_as_they_were_saved(store: Store) -> None:
    """Order, origins and repeated articles; saving again replaces the day."""
    a, b, c = (store.file_article(filed(n)) for n in range(3))
    saved = (story("z", (b, a), (c,)), story("a", (c, c)))
    store.save_stories(TODAY, saved)
    assert store.load_stories(TODAY) == saved
    store.save_stories(TODAY, saved[1:])
    assert store.load_stories(TODAY) == saved[1:]
    assert store.load_stories(TODAY + DAY) == ()


def test_the_last_stories_before_a_day_are_found(store: Store) -> None:
    """Days without any are passed over."""
    a = store.file_article(filed(0))
    store.save_stories(TODAY - 5 * DAY, [story("old", (a,))])
    store.save_stories(TODAY - 3 * DAY, [story("later", (a,))])
    assert store.latest_stories_before(TODAY) == (story("later", (a,)),)
    assert store.latest_stories_before(TODAY - 5 * DAY) == ()


def test_stories_of_unknown_articles_are_refused_whole(store: Store) -> None:
    """The stories that the day had stay."""
    a = store.file_article(filed(0))
    store.save_stories(TODAY, [story("kept", (a,))])
    wrong = [story("one", (a,)), story("two", (filed(1),))]
    refused(lambda: store.save_stories(TODAY, wrong), "file the article first")
    assert store.load_stories(TODAY) == (story("kept", (a,)),)
    refused(lambda: store.save_stories(TODAY, [story("x", (a,)), story("x", (a,))]), "contradicts")


def test_digests_come_back_as_they_were_saved(store: Store) -> None:
    """By day, and the last one before a day."""
    a = store.file_article(filed(0))
    first, second = digest(TODAY - 2 * DAY, a), digest(TODAY, a, ledger=(commitment(a),))
    for made in (first, second, second):
        store.save_digest(made)
    assert store.load_digest(TODAY) == second
    assert store.load_digest(TODAY - DAY) is None
    assert store.latest_digest_before(TODAY) == first
    assert store.latest_digest_before(TODAY - 2 * DAY) is None
    assert store.digest_days() == (TODAY - 2 * DAY, TODAY)


def test_a_digest_that_cites_an_unknown_article_is_refused(store: Store) -> None:
    """Also when only its ledger cites it; the digest that the day had stays."""
    a = store.file_article(filed(0))
    store.save_digest(digest(TODAY, a))
    unproven = digest(TODAY, a, ledger=(commitment(filed(1)),))
    refused(lambda: store.save_digest(unproven), "file the article first")
    assert store.load_digest(TODAY) == digest(TODAY, a)


# --- runs -------------------------------------------------------------------------------------


def test_one_run_at_a_time(store: Store, clock: Hands) -> None:
    """A second is refused until the first ends, and then begins at once."""
    first = store.claim_run(TODAY)
    refused(lambda: store.claim_run(TODAY), "going on", error=RunInProgress)
    clock.now += timedelta(minutes=1)
    ended = store.finish_run(first)
    assert (ended.state, ended.finished) == ("finished", clock.now)
    second = store.claim_run(TODAY + DAY)
    assert store.latest_run() == second
    assert store.latest_run(TODAY) == ended
    assert store.latest_run(TODAY - DAY) is None


def test_a_run_that_shows_life_keeps_its_claim(store: Store, clock: Hands) -> None:
    """Each heartbeat begins the lease anew."""
    run = store.claim_run(TODAY)
    for _ in range(3):
        clock.now += LEASE - timedelta(seconds=1)
        assert store.heartbeat(run).heartbeat == clock.now
    clock.now += LEASE - timedelta(seconds=1)
    refused(lambda: store.claim_run(TODAY), error=RunInProgress)


def test_a_run_that_hangs_is_taken_over_after_the_lease(store: Store, clock: Hands) -> None:
    """The one that hung learns it at its next sign of life and cannot end the other's."""
    hung = store.claim_run(TODAY)
    clock.now += LEASE
    taken = store.claim_run(TODAY)
    refused(lambda: store.heartbeat(hung), "taken over")
    refused(lambda: store.finish_run(hung), "taken over")
    assert store.latest_run() == taken
    assert store.finish_run(taken, "failed").state == "failed"


def test_a_run_whose_process_is_gone_is_taken_over_at_once(store: Store, path: Path) -> None:
    """No lease is waited for after kill -9 on this machine."""
    child = f"""
import os, signal
from datetime import UTC, date, datetime
from pathlib import Path
from summarizer.store import open_store
with open_store(Path({str(path)!r}), clock=lambda: datetime(2026, 3, 4, 12, tzinfo=UTC)) as store:
    store.claim_run(date(2026, 3, 4))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", child], check=False, timeout=60)
    left = store.latest_run()
    assert left is not None
    assert left.state == "running"
    assert store.claim_run(TODAY).state == "running"
    assert raw(path, "SELECT state FROM runs WHERE state <> 'running'") == [("died",)]


def test_a_run_of_another_machine_counts_until_its_lease_ends(
    store: Store, path: Path, clock: Hands
) -> None:
    """Whether its process lives cannot be seen from here."""
    store.claim_run(TODAY)
    raw(path, "UPDATE runs SET machine = 'elsewhere', pid = 999999")
    refused(lambda: store.claim_run(TODAY), error=RunInProgress)
    clock.now += LEASE
    store.claim_run(TODAY)


def test_another_process_with_the_same_number_is_not_the_run(store: Store, path: Path) -> None:
    """Process numbers are used again, as after a restart of the machine."""
    store.claim_run(TODAY)
    raw(path, "UPDATE runs SET process_started = process_started - 1000")
    assert store.claim_run(TODAY).state == "running"


def test_of_many_threads_one_claims_the_run(store: Store) -> None:
    """The others are refused."""

    def claim(_: int) -> bool:
        try:
            store.claim_run(TODAY)
        except RunInProgress:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(16))) == 1


# --- the outbox -------------------------------------------------------------------------------

PART = NewPart(digest="2026-03-04", channel="C1", part=0, payload='{"text": "Harbour"}')
KEY = PART.key


def test_a_part_is_queued_once(store: Store, clock: Hands) -> None:
    """Queueing again gives what is there, with its state and first payload."""
    (queued,) = store.queue_parts([PART])
    assert (queued.state, queued.attempts, queued.ts) == ("pending", 0, "")
    store.start_sending(KEY)
    clock.now += DAY
    (again,) = store.queue_parts([PART.model_copy(update={"payload": "other"})])
    assert (again.state, again.payload, again.queued_at) == ("sending", PART.payload, NOON)
    assert [p.part for p in store.queue_parts([NewPart(**dict(KEY, part=1)), PART])] == [1, 0]


def test_a_part_is_sent(store: Store, clock: Hands) -> None:
    """Pending, sending, sent with the ts that Slack gave; then nothing moves it."""
    store.queue_parts([PART])
    assert store.start_sending(KEY)
    assert not store.start_sending(KEY)
    clock.now += DAY
    sent = store.mark_sent(KEY, "1709.1")
    assert (sent.state, sent.ts, sent.attempts, sent.changed_at) == (
        "sent",
        "1709.1",
        1,
        NOON + DAY,
    )
    assert not store.start_sending(KEY)
    for move in (
        lambda: store.retry_part(KEY),
        lambda: store.mark_failed(KEY, "no"),
        lambda: store.mark_ambiguous(KEY, "lost"),
        lambda: store.mark_sent(KEY, "1709.2"),
    ):
        refused(move, "is sent")
    assert store.outbox_parts() == (sent,)


def test_a_failed_part_is_sent_again_only_when_asked(store: Store) -> None:
    """The error is kept until the retry, and attempts are counted."""
    store.queue_parts([PART])
    store.start_sending(KEY)
    assert store.mark_failed(KEY, "channel_not_found").error == "channel_not_found"
    assert not store.start_sending(KEY)
    assert store.retry_part(KEY).state == "pending"
    assert store.start_sending(KEY)
    assert store.mark_sent(KEY, "1").attempts == 2


def test_an_ambiguous_part_is_held(store: Store) -> None:
    """It is not posted again by itself; found in the channel it is sent."""
    store.queue_parts([PART])
    store.start_sending(KEY)
    store.mark_ambiguous(KEY, "the reply was lost")
    assert not store.start_sending(KEY)
    assert [p.error for p in store.outbox_parts(state="ambiguous")] == ["the reply was lost"]
    assert store.mark_sent(KEY, "1709.1").error == ""


def test_what_was_being_sent_when_the_sender_died_is_ambiguous(store: Store, clock: Hands) -> None:
    """Only after the lease: another process may be posting just now."""
    store.queue_parts([PART, NewPart(**dict(KEY, part=1))])
    store.start_sending(KEY)
    clock.now += LEASE - timedelta(seconds=1)
    assert store.recover_sending() == ()
    clock.now += timedelta(seconds=1)
    assert [(p.part, p.state) for p in store.recover_sending()] == [(0, "ambiguous")]
    assert [p.state for p in store.outbox_parts(digest=KEY.digest)] == ["ambiguous", "pending"]
    assert store.outbox_parts(digest="another") == ()


def test_a_pending_part_can_be_dropped(store: Store) -> None:
    """It fails without an attempt."""
    store.queue_parts([PART])
    dropped = store.mark_failed(KEY, "dropped by hand")
    assert (dropped.state, dropped.attempts) == ("failed", 0)


def test_moves_that_make_no_sense_are_refused(store: Store) -> None:
    """What was not begun cannot be sent; what is not there cannot be begun."""
    refused(lambda: store.start_sending(KEY), "queue it first")
    store.queue_parts([PART])
    refused(lambda: store.mark_sent(KEY, "1"), "is pending")
    refused(lambda: store.mark_ambiguous(KEY, "?"), "is pending")
    refused(lambda: store.retry_part(KEY), "is pending")
    store.start_sending(KEY)
    refused(lambda: store.mark_sent(KEY, ""), "ts")


def test_of_many_threads_one_sends_a_part(store: Store) -> None:
    """Each part gets exactly one sender."""
    parts = [NewPart(**dict(KEY, part=n)) for n in range(10)]
    store.queue_parts(parts)
    with ThreadPoolExecutor(8) as pool:
        takers = list(pool.map(lambda n: store.start_sending(parts[n % 10].key), range(80)))
    assert sum(takers) == 10


@SLOW
@given(st.lists(st.sampled_from(["send", "sent", "fail", "lose", "retry", "recover"])))
def test_a_sent_part_stays_sent_whatever_is_tried(
    tmp_path_factory: pytest.TempPathFactory, moves: list[str]
) -> None:
    """Posts begin only from pending, and after a sent one none begins."""
    clock = Hands()
    with (
        tempfile.TemporaryDirectory(dir=tmp_path_factory.getbasetemp()) as folder,
        open_store(Path(folder) / "s.db", clock=clock) as store,
    ):
        store.queue_parts([PART])
        doing: dict[str, Callable[[], object]] = {
            "send": lambda: store.start_sending(KEY),
            "sent": lambda: store.mark_sent(KEY, "1"),
            "fail": lambda: store.mark_failed(KEY, "no"),
            "lose": lambda: store.mark_ambiguous(KEY, "?"),
            "retry": lambda: store.retry_part(KEY),
            "recover": lambda: store.recover_sending(timedelta(0)),
        }
        for move in moves:
            (before,) = store.outbox_parts()
            try:
                done = doing[move]()
            except StoreError:
                done = None
            (after,) = store.outbox_parts()
            assert (done is True) == (move == "send" and before.state == "pending")
            assert after.attempts == before.attempts + (done is True)
            if before.state == "sent" or done is None:
                assert after == before
            if after.state == "pending" != before.state:
                assert (move, before.state) in {("retry", "failed"), ("retry", "ambiguous")}


# --- readers ----------------------------------------------------------------------------------


def test_an_event_is_claimed_once_also_after_a_restart(path: Path, clock: Hands) -> None:
    """Slack sends it up to four times."""
    with open_store(path, clock=clock) as store:
        assert store.claim_event("Ev1", channel="C1", ts="1.1")
        assert not store.claim_event("Ev1", channel="C1", ts="1.1")
    with open_store(path, clock=clock) as store:
        assert not store.claim_event("Ev1", channel="C1", ts="1.1")


def test_one_message_that_comes_as_two_events_is_claimed_once(store: Store) -> None:
    """A mention fires app_mention and message; the second one's id is claimed with it."""
    assert store.claim_event("Ev1", channel="C1", ts="1.1")
    assert not store.claim_event("Ev2", channel="C1", ts="1.1")
    assert not store.claim_event("Ev2", channel="C1", ts="1.2")
    assert store.claim_event("Ev3", channel="C2", ts="1.1")
    assert store.claim_event("Ev4")
    assert not store.claim_event("Ev4")


def test_of_many_threads_one_claims_an_event(store: Store) -> None:
    """For each of ten events, delivered eight times at once."""
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: store.claim_event(f"Ev{n % 10}"), range(80)))
    assert sum(claims) == 10


def test_feedback_is_kept_once(store: Store, clock: Hands) -> None:
    """The same word twice is one record, another word another."""
    a = store.file_article(filed(0))
    said = store.add_feedback(a.id, "wrong", part="claim-2", text="It was pier 8.", reader="U1")
    clock.now += DAY
    assert (
        store.add_feedback(a.id, "wrong", part="claim-2", text="It was pier 8.", reader="U1")
        == said
    )
    more = store.add_feedback(a.id, "missing", text="the fire", reader="U1")
    assert store.feedback() == (said, more)
    refused(lambda: store.add_feedback(filed(1).id, "wrong"), "file the article first")


# --- pruning ----------------------------------------------------------------------------------


def old(n: object, **changes: Any) -> Filed:
    """An article fetched and published ninety days ago."""
    then = NOON - 90 * DAY
    return filed(n, fetched=then, published=then, **changes)


def test_old_things_go_and_new_ones_stay(store: Store, clock: Hands) -> None:
    """Every table loses what is older than the day, and says how much."""
    clock.now = NOON - 90 * DAY
    store.remember_entries([entry(0), entry(1)])
    gone = store.file_article(old(0))
    store.save_stories(TODAY - 90 * DAY, [story("old", (gone,))])
    store.save_digest(digest(TODAY - 90 * DAY, gone))
    store.claim_event("Ev1", channel="C", ts="1")
    store.queue_parts([NewPart(digest=f"{TODAY - 90 * DAY}", channel="C", part=0)])
    store.mark_failed(PartKey(digest=f"{TODAY - 90 * DAY}", channel="C", part=0), "no")
    store.finish_run(store.claim_run(TODAY - 90 * DAY))
    clock.now = NOON
    store.remember_entries([entry(1), entry(2)])
    new = store.file_article(filed(2))
    store.save_stories(TODAY, [story("new", (new,))])
    store.save_digest(digest(TODAY, new))
    pruned = store.prune(TODAY - 30 * DAY)
    assert pruned.model_dump() == {
        "digests": 1, "stories": 1, "articles": 1, "entries": 1, "outbox": 1, "claims": 2,
        "runs": 1,
    }  # fmt: skip
    assert store.digest_days() == (TODAY,)
    assert store.brief_of(gone.id) is None
    assert store.entry(entry(0).url) is None
    assert [e.title for e in store.pending_entries()] == ["Number 1"]
    assert store.filed_between(NOON - 99 * DAY, NOON + DAY) == (new,)
    assert sum(store.prune(TODAY - 30 * DAY).model_dump().values()) == 0
    assert whole(store)


def test_the_last_digest_and_its_stories_stay_however_old(store: Store) -> None:
    """After a long pause the next day still has a yesterday."""
    a = store.file_article(old(0))
    for days in (90, 80):
        store.save_stories(TODAY - days * DAY, [story("s", (a,))])
        store.save_digest(digest(TODAY - days * DAY, a))
    store.prune(TODAY)
    assert store.digest_days() == (TODAY - 80 * DAY,)
    assert store.latest_stories_before(TODAY) == (story("s", (a,)),)
    assert store.brief_of(a.id) is not None


def test_what_an_open_commitment_cites_stays(store: Store) -> None:
    """The article that proves a threat still open is kept, as the ledger goes on citing it."""
    threat, other = store.file_article(old(0)), store.file_article(old(1))
    new = store.file_article(filed(2))
    store.save_digest(digest(TODAY, new, ledger=(commitment(threat),)))
    assert store.prune(TODAY).articles == 1
    assert store.brief_of(threat.id) is not None
    assert store.brief_of(other.id) is None


def test_what_a_kept_story_or_a_reader_needs_stays(store: Store) -> None:
    """A follow-up's first article, and an article with feedback."""
    first, doubted = store.file_article(old(0)), store.file_article(old(1))
    store.save_stories(TODAY, [story("s", (first,))])
    store.add_feedback(doubted.id, "wrong")
    assert store.prune(TODAY + DAY).articles == 0
    assert len(store.feedback()) == 1


def test_an_article_stays_while_one_of_its_filings_is_new(store: Store) -> None:
    """The same text printed again today is not old."""
    store.file_article(old(0))
    store.file_article(old(0, url="https://herald.example/again").model_copy(
        update={"fetched": NOON}
    ))  # fmt: skip
    assert store.prune(TODAY).articles == 0


def test_what_waits_for_a_decision_stays(store: Store, clock: Hands) -> None:
    """Pending and ambiguous messages are not forgotten, nor sent ones of a digest that stays."""
    clock.now = NOON - 90 * DAY
    a = store.file_article(filed(0))
    store.save_digest(digest(TODAY, a))
    parts = [NewPart(digest=d, channel="C", part=n) for d in ("gone", f"{TODAY}") for n in range(4)]
    store.queue_parts(parts)
    for part in parts:
        if part.part:
            store.start_sending(part.key)
        if part.part == 2:
            store.mark_ambiguous(part.key, "lost")
        if part.part == 3:
            store.mark_sent(part.key, "1")
    assert store.prune(TODAY).outbox == 1
    assert [(p.digest, p.part) for p in store.outbox_parts()] == [
        *((f"{TODAY}", n) for n in range(4)), ("gone", 0), ("gone", 1), ("gone", 2),
    ]  # fmt: skip


def test_an_entry_stays_briefed_when_its_article_is_pruned(store: Store, clock: Hands) -> None:
    """A feed that lists it for months does not get it briefed again."""
    store.remember_entries([entry(0)])
    store.file_article(old(0))
    assert store.prune(TODAY).articles == 1
    known = store.entry(entry(0).url)
    assert known is not None
    assert (known.state, known.article) == ("briefed", None)
    assert store.remember_entries([entry(0)]) == 0
    assert store.pending_entries() == ()


def test_vacuum_gives_space_back(store: Store, path: Path) -> None:
    """After pruning the file shrinks by what it says, and stays whole."""
    for n in range(60):
        store.file_article(old(n))
    store.prune(TODAY)
    freed = store.vacuum()
    assert freed > 50_000
    assert store.vacuum() == 0
    assert whole(store)


# --- check ------------------------------------------------------------------------------------


def full_store(store: Store) -> Filed:
    """Something in every table; the article that all of it is about."""
    store.remember_entries([entry(0), entry(1)])
    a = store.file_article(filed(0))
    store.mark_unreadable(entry(1).url, "The page is empty.")
    store.save_stories(TODAY, [story("harbour", (a,))])
    store.save_digest(digest(TODAY, a, ledger=(commitment(a),)))
    store.finish_run(store.claim_run(TODAY))
    store.queue_parts([PART])
    store.claim_event("Ev1", channel="C1", ts="1.1")
    store.add_feedback(a.id, "missing", text="the fire")
    return a


def test_a_good_store_has_no_problems(store: Store) -> None:
    """Nothing is found where nothing is wrong."""
    full_store(store)
    assert store.check() == ()


@pytest.mark.parametrize(
    ("statement", "where", "detail"),
    [
        ("DELETE FROM articles", "filings", "not there"),
        ("DELETE FROM filings", "article ", "no URL"),
        ("UPDATE articles SET brief = x'00'", "article ", "cannot be read"),
        ("UPDATE filings SET tags = 'torn'", "Filing https", "cannot be read"),
        ("UPDATE filings SET published = 'noon'", "Filing https", "published"),
        ("UPDATE entries SET first_seen = 'noon'", "Entry https", "first_seen"),
        ("UPDATE entries SET article = 'gone'", "entries", "not there"),
        ("UPDATE runs SET day = 'someday'", "Run ", "day"),
        ("UPDATE outbox SET attempts = -1", "OutboxPart 2026-03-04 C1 0", "attempts"),
        ("UPDATE claims SET claimed_at = ''", "EventClaim event Ev1", "claimed_at"),
        ("UPDATE feedback SET given_at = ''", "Feedback ", "given_at"),
        ("UPDATE digests SET digest = zeroblob(9)", "digest 2026-03-04", "cannot be read"),
        ("UPDATE digests SET day = '2026-03-05'", "digest 2026-03-05", "not the one"),
        ("DELETE FROM digest_articles", "digest 2026-03-04", "not the one"),
    ],
)
def test_a_planted_fault_is_found(
    store: Store, path: Path, statement: str, where: str, detail: str
) -> None:
    """Each kind of record and link is examined."""
    full_store(store)
    raw(path, statement)
    problems = store.check()
    assert any(p.where.startswith(where) and detail in p.detail for p in problems), problems


def change_brief(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Edit the JSON of the one stored brief."""
    packed = raw(path, "SELECT brief FROM articles")[0][0]
    content = json.loads(zlib.decompress(packed))
    change(content)
    repacked = zlib.compress(json.dumps(content).encode()).hex()
    raw(path, f"UPDATE articles SET brief = x'{repacked}'")  # noqa: S608


def test_a_changed_word_of_the_text_is_found(store: Store, path: Path) -> None:
    """The id no longer fits, and the quote around the word does not hold, in the digest either."""
    full_store(store)
    change_brief(
        path, lambda b: b["article"].update(text=b["article"]["text"].replace("14", "15", 1))
    )
    found = {(p.where.split()[0], p.detail.split()[0]) for p in store.check()}
    assert found == {("article", "Its"), ("article", "A"), ("digest", "Its"), ("digest", "A")}


def test_a_changed_quote_is_found(store: Store, path: Path) -> None:
    """In any part of the brief, here one of an actor."""
    full_store(store)
    change_brief(path, lambda b: b["actors"][3]["evidence"][0].update(start=1))
    (problem,) = store.check()
    assert problem.detail.startswith("A quote of sentence 2 does not stand at characters 1 to ")


def test_a_quote_of_nothing_is_found(store: Store, path: Path) -> None:
    """An empty quote proves nothing."""
    empty = Quote(sentence=1, start=5, end=5, text="")
    full_store(store)
    change_brief(path, lambda b: b["claims"][0].update(evidence=[empty.model_dump()]))
    assert len(store.check()) == 1


# --- export and import ------------------------------------------------------------------------


def copied(store: Store, folder: Path) -> list[str]:
    """The export of a new store into which the store's export was imported."""
    with open_store(folder / "copy.db", clock=Hands()) as copy:
        imported = copy.import_lines(store.export_lines())
        assert imported.present == 0
        again = copy.import_lines(store.export_lines())
        assert (again.added, again.present) == (0, imported.added)
        assert whole(copy)
        return list(copy.export_lines())


def test_an_export_names_its_version_and_types_every_line(store: Store) -> None:
    """One JSON object a line, with its kind, in an order in which each names earlier ones."""
    full_store(store)
    lines = [json.loads(line) for line in store.export_lines()]
    assert lines[0] == {"kind": "header", "format": "summarizer-store", "version": 1}
    kinds = ["header", "article", "filing", "entry", "entry", "stories", "digest", "run"]
    assert [line["kind"] for line in lines] == [*kinds, "outbox", "claim", "claim", "feedback"]


def test_a_full_store_survives_export_and_import(store: Store, tmp_path: Path) -> None:
    """The copy exports the same lines, and its methods give the same."""
    a = full_store(store)
    assert copied(store, tmp_path) == list(store.export_lines())
    with open_store(tmp_path / "copy.db", clock=Hands()) as copy:
        assert copy.load_digest(TODAY) == store.load_digest(TODAY)
        assert copy.load_stories(TODAY) == store.load_stories(TODAY)
        assert copy.filings_of([a.id]) == (a,)
        assert copy.pending_entries() == store.pending_entries()
        assert not copy.claim_event("Ev1")
        assert copy.prune(TODAY + DAY).articles == 0


def test_a_running_run_is_not_exported(store: Store) -> None:
    """It belongs to its process."""
    store.claim_run(TODAY)
    assert len(list(store.export_lines())) == 1


def test_an_import_leaves_what_is_there(store: Store, path: Path, tmp_path: Path) -> None:
    """Records with the same key are counted and not changed; others are added."""
    a = full_store(store)
    with open_store(tmp_path / "other.db", clock=Hands()) as other:
        mine = other.file_article(filed(0, title="My title"))
        other.save_stories(TODAY, [story("mine", (mine,))])
        other.save_digest(digest(TODAY, mine))
        other.queue_parts([PART])
        other.start_sending(KEY)
        other.import_lines(store.export_lines())
        assert [f.title for f in other.filings_of([a.id])] == ["My title"]
        assert other.load_stories(TODAY) == (story("mine", (mine,)),)
        assert other.load_digest(TODAY) == digest(TODAY, mine)
        assert [p.state for p in other.outbox_parts()] == ["sending"]
        assert len(other.feedback()) == 1
        assert whole(other)


texts = st.text(st.characters(codec=None, exclude_categories=()), max_size=12)
moments = st.datetimes(
    datetime(1999, 1, 1),
    datetime(2099, 1, 1),
    timezones=st.timezones(),
)
entries = st.builds(
    NewEntry,
    url=st.integers(0, 5).map(lambda n: f"https://courier.example/{n}") | texts.filter(bool),
    feed=texts,
    title=texts,
    published=st.none() | moments,
    summary=texts,
)
filings = st.builds(
    filed,
    st.integers(0, 3) | texts,
    url=st.integers(0, 5).map(lambda n: f"https://courier.example/{n}"),
    title=texts,
    outlet=texts,
    tags=st.lists(texts, max_size=2).map(tuple),
    tier=st.integers(1, 3),
    published=moments,
    fetched=moments,
    extent=st.sampled_from(["full", "feed_summary"]),
)
days = st.dates(date(2026, 3, 1), date(2026, 3, 5))
parts = st.builds(
    NewPart,
    digest=st.sampled_from(["a", "2026-03-04"]),
    channel=st.text(min_size=1, max_size=3),
    part=st.integers(0, 2),
    payload=texts,
)


@SLOW
@given(data=st.data())
def test_any_store_survives_export_and_import(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever was stored, imported into a new file it exports to the same lines."""
    with (
        tempfile.TemporaryDirectory(dir=tmp_path_factory.getbasetemp()) as folder,
        open_store(Path(folder) / "s.db", clock=Hands()) as store,
    ):
        fill(store, data)
        assert copied(store, Path(folder)) == list(store.export_lines())


def fill(store: Store, data: st.DataObject) -> None:
    """Anything that the store's methods can bring about."""
    store.remember_entries(data.draw(st.lists(entries, max_size=6)))
    for known in store.pending_entries()[: data.draw(st.integers(0, 2))]:
        store.mark_unreadable(known.url, data.draw(texts))
    have = [store.file_article(f) for f in data.draw(st.lists(filings, min_size=1, max_size=5))]
    some = st.lists(st.sampled_from(have), min_size=1, max_size=4)
    for day in data.draw(st.lists(days, max_size=3)):
        names = data.draw(st.lists(st.integers(0, 9).map(str), unique=True, max_size=3))
        store.save_stories(day, [story(n, tuple(data.draw(some)), tuple(have)) for n in names])
        store.save_digest(digest(day, *data.draw(some), ledger=(commitment(have[0]),)))
    queued = store.queue_parts(data.draw(st.lists(parts, max_size=4)))
    for part in queued:
        if store.start_sending(part.key) and data.draw(st.booleans()):
            store.mark_failed(part.key, data.draw(texts))
    for event in data.draw(st.lists(texts, max_size=3)):
        store.claim_event(event, channel="C", ts=data.draw(texts))
    store.add_feedback(have[-1].id, "wrong", text=data.draw(texts), reader=data.draw(texts))
    if data.draw(st.booleans()):
        store.finish_run(store.claim_run(data.draw(days)), "failed")


HEADER = '{"kind":"header","format":"summarizer-store","version":1}'


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], ["empty"]),
        (["", " "], ["empty"]),
        (["Dear diary"], ["Line 1"]),
        (['{"kind":"claim"}'], ["Line 1"]),
        ([HEADER.replace("1}", "2}")], ["version 2", "update"]),
        ([HEADER.replace("summarizer-store", "other")], ["Line 1"]),
        ([HEADER, HEADER], ["Line 2", "second header"]),
        ([HEADER, '{"kind":"diary","record":{}}'], ["Line 2"]),
        ([HEADER, '{"kind":"claim","record":{"kind":"event"}}'], ["Line 2"]),
        ([HEADER, '{"kind":"claim","record":{"kind":"\\ud800"}}'], ["Line 2"]),
    ],
)
def test_what_is_no_export_is_refused_in_one_sentence(
    store: Store, lines: list[str], words: list[str]
) -> None:
    """The line is named with what to do."""
    refused(lambda: store.import_lines(lines), *words)


def test_an_export_without_its_first_line_is_refused(store: Store) -> None:
    """A part of a file is not taken for all of it."""
    full_store(store)
    lines = list(store.export_lines())
    refused(lambda: store.import_lines(lines[1:]), "Line 1", "no header")


def test_a_file_that_is_no_text_is_refused(store: Store, tmp_path: Path) -> None:
    """A database in place of its export, for instance."""
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    with (tmp_path / "x").open(encoding="utf-8") as lines:
        refused(lambda: store.import_lines(lines), "UTF-8")


def test_an_import_that_fails_imports_nothing(store: Store, tmp_path: Path) -> None:
    """A torn last line, a missing article, an edited text: the store stays as it was."""
    full_store(store)
    lines = list(store.export_lines())
    edited = [line.replace("14 berths", "15 berths") for line in lines]
    for wrong in ([*lines[:-1], lines[-1][:-9]], [lines[0], *lines[2:]], edited):
        with open_store(tmp_path / "copy.db", clock=Hands()) as copy:
            refused(lambda wrong=wrong, copy=copy: copy.import_lines(wrong))  # type: ignore[misc]
            assert list(copy.export_lines()) == [HEADER]


# --- several at once --------------------------------------------------------------------------


def test_threads_that_file_the_same_articles_double_none(store: Store) -> None:
    """Eight threads file thirty editions in different orders; each is there once."""
    store.remember_entries([entry(n) for n in range(30)])

    def work(start: int) -> None:
        for n in range(30):
            store.file_article(filed((n * 7 + start) % 30))
            store.pending_entries()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(store.filed_between(NOON, NOON + DAY)) == 30
    assert store.pending_entries() == ()
    assert whole(store)


def test_an_export_shows_one_state_while_others_write(store: Store) -> None:
    """What is filed after it began is not in it, and the writer does not wait."""
    store.file_article(filed(0))
    export = store.export_lines()
    next(export)
    store.file_article(filed(1))
    store.save_stories(TODAY, [story("s", (filed(1),))])
    assert [json.loads(line)["kind"] for line in export] == ["article", "filing"]


def test_a_write_that_fails_half_way_leaves_nothing(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption between the statements of a transaction undoes the first ones."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("summarizer.store.articles._with_briefs", interrupted)
    store.remember_entries([entry(0)])
    with pytest.raises(KeyboardInterrupt):
        store.file_article(filed(0))
    monkeypatch.undo()
    assert raw(path, "SELECT count(*) FROM articles") == [(0,)]
    assert [e.state for e in store.pending_entries()] == ["new"]
