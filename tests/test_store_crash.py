"""The store under kill -9, a full disk, a file that may not be written, and two processes at once.

Run as a program this file is the child process that writes: `test_store_crash.py MODE STORE ...`.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from brief_factory import TEXT, make_article, make_brief, make_provenance

from summarizer.digest_models import Filed
from summarizer.errors import StoreError
from summarizer.store import NewEntry, NewPart, PartKey, Store, open_store

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
KILLS = 12
ENTRIES = 500
KEY = PartKey(digest="2026-03-04", channel="C1", part=0)


def now() -> datetime:
    """A clock that stands still."""
    return NOON


def url(n: int) -> str:
    """The address of edition `n`."""
    return f"https://courier.example/{n}"


def filed(n: int) -> Filed:
    """Edition `n` with its brief."""
    read = make_article(text=f"{TEXT}\n\nEdition {n}.")
    return Filed(
        id=read.sha256,
        url=url(n),
        title=read.title,
        outlet=read.outlet,
        feed="Courier",
        tier=1,
        published=NOON,
        fetched=NOON,
        brief=make_brief(article=read, provenance=make_provenance(article_sha256=read.sha256)),
    )


# --- the child --------------------------------------------------------------------------------


def say(*words: object) -> None:
    """One line, at once: what is said before a kill has been done."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def file_what_is_pending(store: Store) -> None:
    """As a daily run does."""
    for entry in store.pending_entries():
        say("filed", store.file_article(filed(int(entry.url.rpartition("/")[2]))).id)


def file_editions(store: Store, first: int, count: int) -> None:
    """Editions from `first` on, each remembered before."""
    for n in range(first, first + count):
        store.remember_entries([NewEntry(url=url(n), feed="Courier")])
        say("filed", store.file_article(filed(n)).id)


def take_parts(store: Store) -> None:
    """Post as many parts as others leave."""
    for n in range(50):
        key = KEY.model_copy(update={"part": n})
        if store.start_sending(key):
            say("posts", n)
            store.mark_sent(key, f"1.{n}")


def post_and_die(store: Store) -> NoReturn:
    """Killed between the post and its record."""
    store.start_sending(KEY)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def child(mode: str, path: str, *numbers: str) -> None:
    """What the child process does."""
    with open_store(Path(path), clock=now) as store:
        say("ready")
        match mode:
            case "pending":
                file_what_is_pending(store)
            case "editions":
                file_editions(store, *map(int, numbers))
            case "fill":
                resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, 800_000))
                file_editions(store, 0, 1000)
            case "take":
                take_parts(store)
            case "post":
                post_and_die(store)


# --- the parent -------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def start(mode: str, path: Path, *numbers: int) -> subprocess.Popen[str]:
    """A child at work."""
    return subprocess.Popen(
        [sys.executable, __file__, mode, str(path), *map(str, numbers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(*children: subprocess.Popen[str]) -> list[list[str]]:
    """What the children said, each until its end, in words without the first one; none failed."""
    lines: list[list[str]] = []
    for process in children:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        lines += [line.split()[1:] for line in out.splitlines() if line != "ready"]
    return lines


def assert_sound(path: Path, ids: set[str], entries: int) -> None:
    """The store is whole, holds `ids`, nothing twice, and every entry is either done or new."""
    with open_store(path, clock=now) as store:
        assert store.check() == ()
        stored = [f.id for f in store.filed_between(NOON, NOON + timedelta(days=1))]
        waiting = len(store.pending_entries())
    assert len(stored) == len(set(stored))
    assert ids <= set(stored)
    assert len(stored) + waiting == entries


def kill(process: subprocess.Popen[str], *, lines: int, seconds: float) -> set[str]:
    """Kill -9 `seconds` after the child said `lines` lines; the ids whose filing had returned."""
    assert process.stdout is not None
    heard = [process.stdout.readline() for _ in range(lines)]
    time.sleep(seconds)
    process.kill()
    heard += process.stdout.readlines()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    return {line.split()[1] for line in heard if line.startswith("filed ")}


def test_kill_9_at_random_moments_loses_nothing_and_doubles_nothing(path: Path) -> None:
    """Twelve children are killed while they start, open the store or file into it, each going on
    where the one before stopped; a last one is left alone.

    After each kill all that was said to be filed is there once, and what is not there is still
    pending; no child files what an earlier one had filed; in the end everything is there.
    """
    moments = random.Random(4)
    with open_store(path, clock=now) as store:
        store.remember_entries([NewEntry(url=url(n), feed="Courier") for n in range(ENTRIES)])
    began = time.monotonic()
    done = kill(start("pending", path), lines=1, seconds=0)
    start_s = time.monotonic() - began
    for number in range(1, KILLS):
        lines = 0 if number % 4 == 3 else moments.randint(1, 12)
        seconds = moments.uniform(0, 0.02) if lines else moments.uniform(0.5, 1.1) * start_s
        new = kill(start("pending", path), lines=lines, seconds=seconds)
        assert not new & done
        done |= new
        assert_sound(path, done, ENTRIES)
    assert KILLS < len(done) < ENTRIES
    rest = {line[0] for line in said(start("pending", path))}
    assert not rest & done
    with open_store(path, clock=now) as store:
        assert store.pending_entries() == ()
        assert len(store.filed_between(NOON, NOON + timedelta(days=1))) == ENTRIES


def test_kill_9_while_the_file_is_made_leaves_a_file_that_opens(tmp_path: Path) -> None:
    """Whatever step of the making it hits."""
    moments = random.Random(5)
    for number in range(4):
        path = tmp_path / f"{number}.db"
        process = start("editions", path, 0, 1000)
        deadline = time.monotonic() + 60
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.001)
        kill(process, lines=0, seconds=moments.uniform(0, 0.02))
        with open_store(path, clock=now) as store:
            assert store.check() == ()
            store.file_article(filed(1))


def test_a_sender_that_is_killed_leaves_its_part_ambiguous(path: Path) -> None:
    """`sending` was on the disk before the post; nobody posts it again by himself."""
    with open_store(path, clock=now) as store:
        store.queue_parts([NewPart(**dict(KEY))])
    process = start("post", path)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    with open_store(path, clock=lambda: NOON + timedelta(hours=1)) as store:
        assert not store.start_sending(KEY)
        assert [part.state for part in store.recover_sending()] == ["ambiguous"]
        assert not store.start_sending(KEY)


# --- two processes ----------------------------------------------------------------------------


def test_two_processes_write_at_once(path: Path) -> None:
    """Both make the file, file articles that overlap, and wait for each other; none is doubled."""
    ids = {
        line[0] for line in said(start("editions", path, 0, 60), start("editions", path, 30, 60))
    }
    assert len(ids) == 90
    assert_sound(path, ids, 90)


def test_a_reader_goes_on_while_another_process_writes(path: Path) -> None:
    """What it reads is whole each time, and grows."""
    counts = []
    process = start("editions", path, 0, 80)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    with open_store(path, clock=now) as store:
        while process.poll() is None:
            counts.append(len(store.filed_between(NOON, NOON + timedelta(days=1))))
            time.sleep(0.01)
        assert len(store.filed_between(NOON, NOON + timedelta(days=1))) == 80
    process.communicate(timeout=60)
    assert counts == sorted(counts)
    assert any(0 < count < 80 for count in counts)


def test_two_processes_post_each_part_once(path: Path) -> None:
    """Of fifty parts each has one sender."""
    parts = [NewPart(digest=KEY.digest, channel=KEY.channel, part=n) for n in range(50)]
    with open_store(path, clock=now) as store:
        store.queue_parts(parts)
    posted = [line[0] for line in said(start("take", path), start("take", path))]
    assert sorted(map(int, posted)) == list(range(50))


def test_a_file_held_by_another_is_told_in_one_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the wait, which is cut short here; what it wanted to store is not stored."""
    monkeypatch.setattr("summarizer.store.database.BUSY_S", 0.1)
    with open_store(path, clock=now) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="held by another process"):
            store.file_article(filed(0))
        other.rollback()
        store.file_article(filed(0))


# --- no space, no right to write --------------------------------------------------------------


def assert_one_sentence(text: str, path: Path) -> None:
    """What a user reads."""
    assert str(path) in text
    assert text.endswith(".")
    assert "\n" not in text


def test_no_more_space_for_the_file_loses_nothing_finished(path: Path) -> None:
    """The kernel refuses the child's file any growth: one sentence, and all it said is there."""
    process = start("fill", path)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert_one_sentence(err.strip(), path)
    ids = {line.split()[1] for line in out.splitlines() if line != "ready"}
    assert len(ids) > 3
    assert_sound(path, ids, len(ids) + 1)


def test_a_full_disk_is_told_and_the_store_goes_on_once_there_is_space(path: Path) -> None:
    """SQLite itself is held to the pages that the file has, which it reports as a full disk."""
    with open_store(path, clock=now) as store:
        store.file_article(filed(0))
        with store._db.alone() as sql:
            pages = sql.execute("PRAGMA page_count").fetchone()[0]
            sql.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="full") as caught:
            file_editions(store, 1, 50)
        assert_one_sentence(str(caught.value), path)
        assert store.check() == ()
        with store._db.alone() as sql:
            sql.execute(f"PRAGMA max_page_count = {pages + 1000}")
        store.file_article(filed(50))
        assert store.check() == ()


@contextlib.contextmanager
def without_rights() -> Iterator[None]:
    """As somebody whom file permissions bind: root acts as nobody meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody may enter; pytest's own are private."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def test_a_file_that_may_not_be_written_is_told_in_one_sentence(public: Path) -> None:
    """At the first write; nothing changes."""
    path = public / "store.db"
    with open_store(path, clock=now) as store:
        store.file_article(filed(0))
    path.chmod(0o444)
    public.chmod(0o777)
    before = path.read_bytes()
    with without_rights(), open_store(path, clock=now) as store:
        with pytest.raises(StoreError, match="may not be written") as caught:
            store.file_article(filed(1))
        assert len(list(store.export_lines())) == 3
    assert_one_sentence(str(caught.value), path)
    assert path.read_bytes() == before


def test_a_folder_that_may_not_be_written_is_told_in_one_sentence(public: Path) -> None:
    """A store cannot be made in it."""
    public.chmod(0o555)
    path = public / "store.db"
    with (
        without_rights(),
        pytest.raises(StoreError, match="cannot be opened") as caught,
        open_store(path, clock=now),
    ):
        pass
    assert_one_sentence(str(caught.value), path)


if __name__ == "__main__":
    try:
        child(*sys.argv[1:])
    except StoreError as error:
        sys.exit(str(error))
