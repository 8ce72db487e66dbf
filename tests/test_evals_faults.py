"""Planted faults: a copy of the project is changed, and the real command must say so.

The model is a real HTTP server on loopback that answers from the gold, and only what the prompt
asks for.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scripted_server import Asked, Reply, completion, scripted

from evals.gold import GOLD, AnyGoldItem, load_case
from evals.stored import load_results

pytestmark = pytest.mark.network_loopback

REPOSITORY = Path(__file__).parent.parent
# Ten articles, each with a threat, so that a lost section can be significant.
NAMES = ("A05", "A18", "A25", "A29", "B10", "B12", "B18", "C05", "C07", "C18")
PROMPT = "prompts/article/brief.j2"
ITEMS = "summarizer/grounding/items.py"
OTHER_WORDS = {
    "two": "2",
    "three": "3",
    "four": "4",
    "more than": "over",
    "will": "is going to",
    "not": "never",
}
_THREAT_LINE = re.compile(r"^- threat:.*\n", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """What a command did."""

    code: int
    out: str
    error: str

    @property
    def flat(self) -> str:
        """The output on one line, as wrapping may fall anywhere."""
        return " ".join(self.out.split())


@dataclass(frozen=True)
class Copy:
    """A copy of the project that a test may change."""

    root: Path
    base_url: str

    def evals(self, *arguments: str) -> Said:
        """Run the real command in the copy."""
        known = {
            k: v for k, v in os.environ.items() if not k.startswith(("SUMMARIZER_", "OPENAI_"))
        }
        environment = {
            **known,
            "PYTHONPATH": str(self.root),
            "SUMMARIZER_MODEL": "gold-model",
            "SUMMARIZER_BASE_URL": self.base_url,
            "SUMMARIZER_API_KEY": "sk-test",
            "GITHUB_STEP_SUMMARY": "",
        }
        done = subprocess.run(
            [sys.executable, "-m", "evals", *arguments],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def run(self, *arguments: str) -> Said:
        """Run the articles, without a progress display."""
        return self.evals("run", "--quiet", *arguments)

    def change(self, name: str, edit: Callable[[str], str]) -> None:
        """Edit a file, which must make a difference."""
        path = self.root / name
        before = path.read_text("utf-8")
        after = edit(before)
        assert after != before
        path.write_text(after, "utf-8")

    def results(self) -> bytes:
        """The last run's results."""
        return (self.root / ".eval" / "results.json").read_bytes()


# --- the model --------------------------------------------------------------------------------


def answer(asked: Asked) -> Reply:
    """The gold of the article in the prompt; threats only where the prompt tells of them, and in
    other words where it asks for these."""
    case = next(c for c in CASES if c.article.title in asked.text)
    items = [item for item in case.items if item.type != "threat" or "- threat:" in asked.text]
    reword = "Use other words" in asked.text
    return completion(
        {
            "actors": [actor.model_dump(mode="json") for actor in case.actors],
            "items": [said(item, reword) for item in items],
            "headline": case.headline,
            "summary": [{"text": s.text, "sentences": s.sentences} for s in case.summary],
        }
    )


def said(item: AnyGoldItem, reword: bool) -> dict[str, Any]:
    """An item as a model would answer."""
    data = item.model_dump(mode="json", exclude={"evidence", "must", "pinned", "alternates"})
    return {**data, "what": reworded(item)} if reword else data


def reworded(item: AnyGoldItem) -> str:
    """Other words for the same, where nothing is quoted: no articles, figures for numbers."""
    if '"' in item.what or "“" in item.what:
        return item.what
    text = re.sub(r"\b(the|a|an|that) ", "", item.what)
    for word, other in OTHER_WORDS.items():
        text = re.sub(rf"\b{word}\b", other, text)
    return text


CASES = tuple(load_case(GOLD / f"{name}.json") for name in NAMES)


# --- the copy ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Address of the model."""
    with scripted(answer) as server:
        yield server.base_url


@pytest.fixture(scope="module")
def blessed(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy with ten articles, all answers recorded, and a baseline."""
    root = tmp_path_factory.mktemp("blessed")
    for name in ("summarizer", "evals", "prompts"):
        shutil.copytree(
            REPOSITORY / name,
            root / name,
            ignore=shutil.ignore_patterns("__pycache__", "recordings", "gold", "baseline.json"),
        )
    (root / "evals" / "gold").mkdir()
    for name in NAMES:
        shutil.copy(GOLD / f"{name}.json", root / "evals" / "gold")
    (root / "evals" / "split.toml").write_text(f"test = {json.dumps(NAMES)}\n")
    copy = Copy(root, endpoint)
    done = copy.evals("bless", "--quiet", "--reason", "the gold's own answers")
    assert done.code == 0, done.error
    return copy


@pytest.fixture
def copy(blessed: Copy, tmp_path: Path) -> Copy:
    """A fresh copy of the blessed one."""
    root = tmp_path / "copy"
    shutil.copytree(blessed.root, root)
    return Copy(root, blessed.base_url)


def without_last_item(text: str) -> str:
    """A gold file with one item less."""
    data = json.loads(text)
    data["items"].pop()
    return json.dumps(data)


def found_threats(copy: Copy) -> list[AnyGoldItem]:
    """The gold's threats that the baseline found."""
    documents = load_results(copy.root / "evals/baseline.json").documents
    items = [
        next(case for case in CASES if case.id == document.name).items[pair.gold]
        for document in documents
        for pair in document.score.pairs
    ]
    return [item for item in items if item.type == "threat" and item.must]


# --- the faults -------------------------------------------------------------------------------


def test_a_prompt_that_drops_a_section_fails_and_names_the_lost_items(copy: Copy) -> None:
    """(a) Without its line about threats the prompt loses the threats."""
    copy.change(PROMPT, lambda text: _THREAT_LINE.sub("", text))
    done = copy.run("--verbose")
    assert done.code == 1
    assert done.out.startswith("FAIL: threats lost ")
    lost = found_threats(copy)
    assert len(lost) > 10
    assert f"{len(lost)} threats lost in " in done.flat
    assert len(re.findall(r"LOST +threat", done.out)) == len(lost)
    for item in lost:
        assert " ".join(item.what.split()[:4]) in done.flat
    assert "prompts: article/brief.j2" in done.flat
    assert "FAIL: claims" not in done.out


def test_an_unchanged_run_passes_with_the_same_bytes(copy: Copy) -> None:
    """(b) Nothing changed, nothing lost, and no two runs differ."""
    first = copy.run("--offline")
    before = copy.results()
    second = copy.run("--offline")
    assert (first.code, second.code) == (0, 0)
    assert first.out.startswith("PASS")
    assert first.out == second.out
    assert copy.results() == before


def test_harmless_rewording_does_not_fail(copy: Copy) -> None:
    """(c) Other words for the same facts are no loss."""
    copy.change(PROMPT, lambda text: text.replace("=== user", "Use other words.\n=== user", 1))
    done = copy.run()
    assert done.code == 0
    assert not done.out.startswith("FAIL")
    changed = json.loads(copy.results())["documents"][0]["prediction"]["items"]
    stored = json.loads((copy.root / "evals/baseline.json").read_text())
    assert changed != stored["documents"][0]["prediction"]["items"]


def test_an_offset_shifted_by_one_in_the_code_fails_as_an_invariant(copy: Copy) -> None:
    """(d) A quote that does not stand at its offsets is no matter of statistics."""
    copy.change(ITEMS, lambda text: text.replace("start=s.start,", "start=s.start + 1,"))
    done = copy.run("--offline")
    assert done.code == 1
    assert done.out.startswith("FAIL")
    assert "does not stand at" in done.flat


def test_an_offset_shifted_by_one_in_stored_results_fails_as_an_invariant(copy: Copy) -> None:
    """(d) One number in one stored item is enough."""
    data = json.loads((copy.root / "evals/baseline.json").read_text())
    data["documents"][3]["prediction"]["items"][0]["evidence"][0]["start"] += 1
    (copy.root / "shifted.json").write_text(json.dumps(data))
    done = copy.evals("compare", "evals/baseline.json", "shifted.json")
    assert done.code == 1
    assert done.out.startswith("FAIL")
    assert "does not stand at" in done.flat
    assert NAMES[3] in done.flat


def test_edited_gold_scores_the_baseline_again_and_says_so(copy: Copy) -> None:
    """(e) A change of the gold is no change of the product."""
    copy.change("evals/gold/B12.json", without_last_item)
    done = copy.run("--offline")
    assert done.code == 0
    assert "gold of B12 changed" in done.flat
    assert "scored again" in done.flat


def test_edited_text_cannot_be_compared(copy: Copy) -> None:
    """(e) Another text is another article: exit 3 where its answers are there."""
    copy.change(
        "evals/gold/B12.json", lambda text: text.replace('"text": "', '"text": "Update. ', 1)
    )
    done = copy.run()
    assert done.code == 3
    assert "B12" in done.flat


def test_a_removed_article_fails_by_name(copy: Copy) -> None:
    """(f) Leaving out an article is no way to pass."""
    (copy.root / "evals/gold/C07.json").unlink()
    copy.change("evals/split.toml", lambda text: text.replace('"C07", ', ""))
    done = copy.run("--offline")
    assert done.code == 1
    assert done.out.startswith("FAIL")
    assert "C07" in done.flat


def test_a_replay_miss_names_the_part_of_the_key(copy: Copy) -> None:
    """(g) Offline, a changed prompt is an error, no verdict."""
    copy.change(PROMPT, lambda text: text.replace("present tense", "in the present tense"))
    done = copy.run("--offline")
    assert done.code == 2
    assert done.out == ""
    assert done.error.count("error:") == 1
    assert "10 of 10 articles" in done.error
    assert "the system prompt changed since it was recorded" in done.error


def test_one_article_is_compared_alone(copy: Copy) -> None:
    """ONLY=name compares the one article and misses no other."""
    done = copy.run("--offline", "--only", "B12")
    assert done.code == 0
    assert "B18" not in done.out
