"""The command line against an endpoint: a real child process, a real HTTP server on loopback."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from scripted_server import (
    Asked,
    Reply,
    ScriptedServer,
    always,
    completion,
    failure,
    hang,
    scripted,
)

from summarizer import pipeline
from summarizer.models import Brief, Usage

pytestmark = pytest.mark.network_loopback

REPOSITORY = Path(__file__).parent.parent
KEY = "sk-test-4f1c9a7be2d04c55"
MODEL = ("--model", "gpt-test")
# Where the tests themselves run in the background of a shell, SIGINT is ignored in children.
COMMAND = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from summarizer.cli import main; main()"
)
SENTENCES = (
    "Mayor Ines Calloway ordered 120 officers to the eastern gate on Tuesday.",
    "Tomas Wrede accused the union of sabotaging two cranes on pier 7.",
)
ANSWERS: Mapping[str, Mapping[str, object]] = {
    "Cast": {
        "actors": [
            {"name": "Ines Calloway", "kind": "person", "role": "Mayor", "aliases": ["Calloway"]}
        ]
    },
    "PassageItems": {
        "items": [
            {
                "type": "action",
                "sentences": [1],
                "who": ["Ines Calloway"],
                "whom": [],
                "what": "ordered 120 officers to the eastern gate",
                "status": "happened",
                "reported_by": [],
                "event": "MOBILIZE",
            }
        ]
    },
    "Overview": {
        "headline": "Mayor orders 120 officers to the eastern gate",
        "summary": [{"text": "Calloway ordered 120 officers to the gate.", "sentences": [1]}],
    },
}
EXTRACTION = {**ANSWERS["Cast"], **ANSWERS["PassageItems"], **ANSWERS["Overview"]}
PAID = Usage(calls=1, input_tokens=100, output_tokens=10, cost_usd=None)


def capable(asked: Asked) -> Reply:
    """Answers every question well."""
    return completion({"Extraction": EXTRACTION, **ANSWERS}[asked.asks_for])


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


class Shell:
    """A folder with three articles, in which commands run with nothing else of this machine."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for name in ("a", "b", "c"):
            text = f"{' '.join(SENTENCES)}\n\nThis was article {name}.\n"
            (home / f"{name}.txt").write_text(text)

    def start(self, url: str, *arguments: str, **env: str) -> subprocess.Popen[str]:
        """Begin a command."""
        variables = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(REPOSITORY),
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "OPENAI_BASE_URL": url,
            "OPENAI_API_KEY": KEY,
        }
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *arguments],
            cwd=self.home,
            env={**variables, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, url: str, *arguments: str, **env: str) -> Ended:
        """Run a command to its end; whatever it says, it shows neither traceback nor key."""
        child = self.start(url, *arguments, **env)
        try:
            out, err = child.communicate(timeout=60)
        finally:
            child.kill()
        assert "Traceback" not in err
        assert "Warning" not in err
        assert KEY not in out + err
        return Ended(child.returncode, out, err)

    def brief(self, server: ScriptedServer, *arguments: str) -> Ended:
        """Run `summarizer brief` with the model of these tests."""
        return self.run(server.base_url, "brief", *arguments, *MODEL)

    def stored(self, path: str) -> Brief:
        """A brief that was written as JSON."""
        return Brief.model_validate_json((self.home / path).read_bytes())


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def complaints(ended: Ended) -> list[str]:
    """The sentences on standard error, progress left out; each is one."""
    lines = [
        line.removeprefix("summarizer: ")
        for line in ended.err.splitlines()
        if line.startswith("summarizer: ")
    ]
    progress = re.compile(r"summarizer: |\S+: \d+ of \d+ questions answered$|\d+ of \d+ briefed\.$")
    assert [line for line in ended.err.splitlines() if not progress.match(line)] == []
    for line in lines:
        own = re.sub(r"\(.*\)", "", line)
        assert line.isprintable()
        assert line.endswith(".")
        assert not re.search(r"[.!?] ", own), line
    return lines


def test_several_sources_of_which_one_fails(shell: Shell) -> None:
    """The others are written as JSON that is a brief and proves itself; exit code 4."""
    with scripted(capable) as server:
        ended = shell.brief(server, "a.txt", "no.txt", "b.txt", "-o", "out", "-f", "json")
    assert ended.code == 4
    assert ended.out == ""
    (complaint,) = [c for c in ended.err.splitlines() if c.startswith("summarizer: ")]
    assert "no.txt" in complaint
    assert "2 of 3 briefed." in ended.err
    assert sorted(path.name for path in (shell.home / "out").iterdir()) == ["a.json", "b.json"]
    assert server.calls == 2
    for name in ("a", "b"):
        brief = shell.stored(f"out/{name}.json")
        assert brief.article.text == (shell.home / f"{name}.txt").read_text()
        assert [item.id for item in brief.items] == ["action-1"]
        assert brief.provenance.model == "gpt-test"
        assert brief.provenance.usage == PAID
        assert pipeline.verify(brief) == []
    kept = [path for path in shell.home.rglob("*") if path.is_file()]
    assert len([path for path in kept if "answers" in path.parts]) == 2
    assert all(KEY not in path.read_text() for path in kept)


def test_a_stored_brief_is_verified(shell: Shell) -> None:
    """It holds; after one letter of the article is changed it does not, and the item is named."""
    with scripted(capable) as server:
        ended = shell.brief(server, "a.txt", "--output", "a.json", "--quiet")
        assert ended == Ended(0, "", "")
        held = shell.run(server.base_url, "verify", "a.json")
        assert held == Ended(0, "a.json: 1 items and their 1 quotes hold.\n", "")
        stored = (shell.home / "a.json").read_text()
        # The first one is in the article's text, which comes first.
        changed = stored.replace("120 officers", "120 0fficers", 1)
        assert (
            Brief.model_validate_json(changed).article.text != shell.stored("a.json").article.text
        )
        (shell.home / "changed.json").write_text(changed)
        broken = shell.run(server.base_url, "verify", "changed.json")
        assert server.calls == 1
    assert (broken.code, broken.out) == (1, "")
    named = "changed.json: action-1 (ordered 120 officers to the eastern gate): "
    assert f"{named}Its quote of sentence 1 does not stand at" in broken.err
    assert "changed.json: article: " in broken.err


def test_an_answered_article_is_not_asked_again(shell: Shell) -> None:
    """Neither tokens nor requests in the second run, until --no-cache; the file's ending says
    the format."""
    with scripted(capable) as server:
        assert shell.brief(server, "a.txt", "-o", "first.json").code == 0
        second = shell.brief(server, "a.txt", "--format", "json", "-q")
        assert (second.code, second.err, server.calls) == (0, "", 1)
        third = shell.brief(server, "a.txt", "--no-cache", "-o", "third.md")
        assert (third.code, third.out, server.calls) == (0, "", 2)
    again = Brief.model_validate_json(second.out)
    assert shell.stored("first.json").provenance.usage == PAID
    assert again.provenance.usage == Usage(cached_answers=1)
    assert again.actions == shell.stored("first.json").actions
    assert "ordered 120 officers" in (shell.home / "third.md").read_text()


def test_each_failing_article_says_why(shell: Shell) -> None:
    """An answer that never fits, a refusal, then a rejected key, after which no more is asked;
    exit code 3."""

    def answer(asked: Asked) -> Reply:
        if "was article a." in asked.text:
            return completion("no JSON")
        if "was article b." in asked.text:
            return completion(None, refusal="I would rather not.\nReally.")
        return failure(401, f"Incorrect API key provided: {KEY}.")

    with scripted(answer) as server:
        ended = shell.brief(server, "a.txt", "b.txt", "c.txt", "a.txt", "-o", "out")
    assert (ended.code, ended.out) == (3, "")
    said = ended.err.splitlines()
    assert "a.txt: The model gave no answer that fits the schema" in ended.err
    assert "b.txt: The model refused (I would rather not. Really):" in ended.err
    assert "c.txt: The endpoint 127.0.0.1:" in ended.err
    assert "refused the key (401: Incorrect API key provided: ***):" in ended.err
    assert said[-2:] == ["summarizer: not begun: a.txt", "0 of 4 briefed."]
    assert server.calls == 3 + 1 + 1
    assert list((shell.home / "out").iterdir()) == []


def test_a_silent_endpoint(shell: Shell) -> None:
    """One sentence, exit code 3, and exactly the requests that the settings allow."""
    with scripted(always(hang())) as server:
        limits = ("--set", "read_timeout_s=0.3", "--set", "max_retries=1")
        ended = shell.brief(server, "a.txt", *limits)
    (complaint,) = complaints(ended)
    assert (ended.code, ended.out, server.calls) == (3, "", 2)
    assert "gave no answer in time (tried 2 times)" in complaint


def test_an_endpoint_that_is_not_there(shell: Shell) -> None:
    """A refused connection: exit code 3, and what to check."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    ended = shell.run(url, "brief", "a.txt", *MODEL, "--set", "max_retry_wait_s=0")
    (complaint,) = complaints(ended)
    assert (ended.code, ended.out) == (3, "")
    assert "could not be reached (tried 5 times): check that it runs" in complaint


@pytest.mark.parametrize(
    ("arguments", "env", "words"),
    [
        (("--set", "temperature=9"), {}, "The setting temperature (flag) is wrong"),
        (("--set", "budget_usd=1"), {}, "budget_usd cannot be held"),
        ((), {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}, "There is no key for the model"),
    ],
    ids=["range", "no price", "no key"],
)
def test_a_wrong_setting(
    arguments: tuple[str, ...], env: dict[str, str], words: str, shell: Shell
) -> None:
    """One sentence, exit code 2, and nothing is asked."""
    with scripted(capable) as server:
        ended = shell.run(server.base_url, "brief", "a.txt", *MODEL, *arguments, **env)
    (complaint,) = complaints(ended)
    assert (ended.code, ended.out, server.calls) == (2, "", 0)
    assert words in complaint


def test_a_source_that_cannot_be_read(shell: Shell) -> None:
    """One sentence, exit code 1, and nothing is asked."""
    (shell.home / "empty.txt").write_text(" \n")
    with scripted(capable) as server:
        ended = shell.brief(server, "empty.txt")
    (complaint,) = complaints(ended)
    assert (ended.code, ended.out, server.calls) == (1, "", 0)
    assert "empty" in complaint


def test_a_used_up_budget(shell: Shell) -> None:
    """What was done is written, what was not begun is named; exit code 4."""
    with scripted(capable) as server:
        ended = shell.brief(
            server,
            "a.txt",
            "b.txt",
            "c.txt",
            "-o",
            "out",
            "-f",
            "json",
            "--set",
            "budget_tokens=50",
        )
    assert (ended.code, ended.out, server.calls) == (4, "", 1)
    assert "b.txt: The budget of 50 tokens is used up (110 in 1 calls): raise" in ended.err
    assert ended.err.splitlines()[-2:] == ["summarizer: not begun: c.txt", "1 of 3 briefed."]
    assert [path.name for path in (shell.home / "out").iterdir()] == ["a.json"]


def test_an_unanswered_passage(shell: Shell) -> None:
    """The brief is written with its gap; exit code 4."""

    def answer(asked: Asked) -> Reply:
        return completion("no") if asked.asks_for == "Overview" else capable(asked)

    with scripted(answer) as server:
        ended = shell.brief(
            server, "a.txt", "-o", "a.json", "--set", "prompt_set=passage", "--set", "max_reasks=0"
        )
    assert (ended.code, ended.out, server.calls) == (4, "", 3)
    brief = shell.stored("a.json")
    assert [gap.stage for gap in brief.gaps] == ["overview"]
    assert brief.provenance.usage == Usage(
        calls=3, input_tokens=300, output_tokens=30, cost_usd=None
    )
    assert pipeline.verify(brief) == []


@pytest.mark.parametrize("prompt_set", ["article", "passage"])
def test_an_interrupt_ends_it_at_once(prompt_set: str, shell: Shell) -> None:
    """Ctrl-C while the endpoint is silent: exit code 130 within three seconds, also when other
    threads wait; what was answered is kept."""

    def answer(asked: Asked) -> Reply:
        return capable(asked) if asked.asks_for == "Cast" else hang()

    first = 0 if prompt_set == "article" else 1
    with scripted(answer) as server:
        child = shell.start(
            server.base_url, "brief", "a.txt", *MODEL, "--set", f"prompt_set={prompt_set}"
        )
        try:
            server.wait_for(calls=first + 1, within_s=30)
            began = time.monotonic()
            child.send_signal(signal.SIGINT)
            out, err = child.communicate(timeout=10)
            took = time.monotonic() - began
        finally:
            child.kill()
    assert (child.returncode, out) == (130, "")
    assert took < 3
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "summarizer: interrupted; finished answers are kept."
    assert len(list((shell.home / "cache").rglob("*.json"))) == first
