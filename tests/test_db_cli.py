"""The commands `summarizer db ...` on a real store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from brief_factory import make_brief
from typer.testing import CliRunner

from summarizer.cli import app
from summarizer.digest_models import Filed
from summarizer.store import NewEntry, open_store

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one article."""
    path, brief = tmp_path / "news.db", make_brief()
    filed = Filed(
        id=brief.article.sha256,
        url="https://post.example/1",
        title="One",
        outlet="Post",
        feed="Post",
        tier=2,
        published=NOW,
        fetched=NOW,
        brief=brief,
    )
    with open_store(path, clock=lambda: NOW) as opened:
        opened.remember_entries([NewEntry(url=filed.url, feed="Post")])
        opened.file_article(filed)
    return path


def run(*arguments: str | Path, given: str = "") -> tuple[int, str]:
    """Exit code and output."""
    done = CliRunner().invoke(app, ["db", *map(str, arguments)], input=given)
    return done.exit_code, done.output


def test_a_sound_store_says_so(store: Path) -> None:
    """Exit code 0."""
    assert run("check", "--store", store) == (0, "The store is sound.\n")


def test_export_and_import_give_the_same_store(store: Path, tmp_path: Path) -> None:
    """Everything goes over, and a second import adds nothing."""
    code, lines = run("export", "--store", store)
    assert code == 0
    other = tmp_path / "other.db"
    code, said = run("import", "--store", other, given=lines)
    assert code == 0
    assert said.endswith(" records added, 0 were there.\n")
    assert run("export", "--store", other) == (0, lines)
    code, said = run("import", "--store", other, given=lines)
    assert (code, said.startswith("0 records added")) == (0, True)


def test_vacuum_gives_back_space(store: Path) -> None:
    """It says how many bytes."""
    code, said = run("vacuum", "--store", store)
    assert code == 0
    assert said.endswith(" bytes given back.\n")
