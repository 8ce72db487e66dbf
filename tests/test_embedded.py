"""The embedded model as a real child process, with the smallest model on one thread."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

import httpx2
import psutil
import pytest
from pydantic import BaseModel, Field

from summarizer.doors import open_model
from summarizer.embedded import RunningServer, ensure_weights, find_model, running_server
from summarizer.errors import EmbeddedModelError, ModelUnreachable, PromptTooLong
from summarizer.llm import EndpointModel
from summarizer.models import Answer, Brief, Choices, Message, PassageItems, Request, Usage
from summarizer.settings import Settings

pytestmark = [pytest.mark.embedded, pytest.mark.network_loopback]

NAME = "smollm2-135m"
ROOT = Path(__file__).parents[1]
SENTENCES = (
    "Mayor Ines Calloway ordered 120 officers to the eastern gate on Tuesday.",
    "Tomas Wrede accused the union of sabotaging two cranes.",
    "The union and Wrede agreed to meet a mediator on Thursday.",
)
EXAMPLE = (
    '{"items":[{"type":"action","sentences":[1],"who":["Carla Quispe"],"whom":[],'
    '"what":"visited the mine","status":"happened","reported_by":[],"event":"CONSULT"}]}'
)


class Verdict(BaseModel):
    """An answer of a few tokens."""

    answer: Literal["yes", "no"]


class Words(BaseModel):
    """Room for chance."""

    words: Annotated[list[str], Field(min_length=1, max_length=1)]


class Endless(BaseModel):
    """An answer that takes minutes."""

    words: Annotated[list[str], Field(min_length=400, max_length=400)]


def question(text: str, opening: str = "Answer as JSON.") -> Request:
    """A question that a Verdict answers."""
    messages = (Message(role="system", content=opening), Message(role="user", content=text))
    return Request(purpose="items", messages=messages, max_output_tokens=500)


def settings(cache_dir: Path, **changes: Any) -> Settings:
    """The smallest model on one thread, without a cache of answers."""
    wanted = {"model": f"embedded:{NAME}", "embedded_threads": 1, "embedded_slots": 1}
    return Settings(**{**wanted, "cache": False, "cache_dir": cache_dir, **changes})


def put_weights(weights: Path, cache_dir: Path) -> None:
    """The file and its stamp, as if they had been fetched into this cache."""
    folder = cache_dir / "models"
    folder.mkdir(parents=True)
    for path in (weights, weights.with_suffix(".verified")):
        (folder / path.name).symlink_to(path)


def servers() -> set[int]:
    """The servers that this process has started and that still run."""
    return {
        child.pid
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE and "server.py" in " ".join(child.cmdline())
    }


def is_asked(pids: set[int]) -> bool:
    """Whether somebody is connected to these servers."""
    opened = [c for pid in pids for c in psutil.Process(pid).net_connections()]
    return any(c.status == psutil.CONN_ESTABLISHED for c in opened)


def is_gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def assert_one_sentence(error: Exception) -> None:
    """One plain sentence; what llama.cpp said stands in brackets."""
    text = str(error)
    assert text.isprintable()
    assert text.endswith(".")
    assert not re.search(r"[.!?] ", re.sub(r"\(.*\)", "", text)), text


@pytest.fixture(scope="session")
def weights() -> Path:
    """The smallest model's file, fetched into the user's cache if need be."""
    return ensure_weights(find_model(NAME), Settings().cache_dir)


@pytest.fixture(scope="module")
def model(weights: Path) -> Iterator[EndpointModel]:
    """The model as users open it; its server starts with the first question."""
    with open_model(settings(weights.parents[1])) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(weights: Path) -> Iterator[RunningServer]:
    """A server of one's own, whose key is known."""
    with running_server(find_model(NAME), weights, threads=1, slots=1) as running:
        yield running


# --- answers ----------------------------------------------------------------------------------


def test_an_answer_names_only_what_it_may(model: EndpointModel) -> None:
    """Sentence numbers and names come from the choices, though the text itself suggests others;
    the tokens are counted and cost nothing."""
    messages = (
        Message(role="user", content="[1] Carla Quispe visited the mine."),
        Message(role="assistant", content=EXAMPLE),
        Message(role="user", content=f"[4] {SENTENCES[0]}"),
    )
    choices = Choices(sentences=(17,), names=("Jens Okoro", "Harbour Front"))
    asked = Request(purpose="items", messages=messages, choices=choices, max_output_tokens=400)
    answer = model.ask(asked, PassageItems)
    assert type(answer.value) is PassageItems
    assert answer.value.items
    for item in answer.value.items:
        assert item.sentences == [17]
        assert {*item.who, *item.whom, *item.reported_by} <= {"Jens Okoro", "Harbour Front"}
    assert answer.usage.calls == 1
    assert answer.usage.input_tokens > 100
    assert 0 < answer.usage.output_tokens <= 400
    assert answer.usage.cost_usd == 0


def test_a_seed_gives_the_same_answer_again(weights: Path) -> None:
    """What two servers draw by chance, without the cache of answers, is the same."""
    drawn = []
    for _ in range(2):
        with open_model(settings(weights.parents[1], temperature=1.0)) as model:
            drawn.append(model.ask(question("A sentence about a strike?"), Words).value)
    assert drawn[0] == drawn[1]


def test_a_common_opening_is_computed_once(model: EndpointModel) -> None:
    """Of a second article's prompt only what differs from the first is computed."""
    opening = "You judge whether an article speaks of a strike. " * 10
    first = model.ask(question(SENTENCES[0], opening), Verdict).usage
    second = model.ask(question(SENTENCES[1], opening), Verdict).usage
    assert first.cached_input_tokens < 50
    assert second.cached_input_tokens > 80
    assert second.cached_input_tokens < second.input_tokens


def test_a_prompt_that_does_not_fit_is_said(model: EndpointModel) -> None:
    """It is the error on which the pipeline halves a passage."""
    with pytest.raises(PromptTooLong, match="larger context") as caught:
        model.ask(question("word " * 4000), Verdict)
    assert_one_sentence(caught.value)


def test_the_server_starts_with_the_first_question_that_is_new(
    weights: Path, tmp_path: Path
) -> None:
    """Opening the model starts nothing; nor do answers that are kept need server or weights."""
    put_weights(weights, tmp_path)
    kept = settings(tmp_path, cache=True)
    before = servers()
    with open_model(kept) as model:
        assert servers() == before
        first = model.ask(question("Is it?"), Verdict)
        assert len(servers() - before) == 1
    assert servers() == before
    assert first.usage.calls == 1
    (tmp_path / "models" / weights.name).unlink()
    with open_model(kept) as model:
        second = model.ask(question("Is it?"), Verdict)
        assert servers() == before
    assert second == Answer(value=first.value, usage=Usage(cached_answers=1))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [("garbage", "gguf_init"), ("cut off", "corrupted or incomplete")],
)
def test_a_broken_file_is_said_at_once(
    weights: Path, tmp_path: Path, damage: str, reason: str
) -> None:
    """A GGUF file that llama.cpp cannot load: one sentence with its reason, within seconds,
    and no server is left."""
    path = tmp_path / "broken.gguf"
    with weights.open("rb") as file:
        path.write_bytes(b"GGUF" + bytes(range(256)) if damage == "garbage" else file.read(5 << 20))
    before, began = servers(), time.monotonic()
    with (
        open_model(settings(tmp_path, model=str(path))) as model,
        pytest.raises(EmbeddedModelError, match=rf"{path.name} .*{reason}") as caught,
    ):
        model.ask(question("Is it?"), Verdict)
    assert time.monotonic() - began < 15
    assert_one_sentence(caught.value)
    assert servers() == before


# --- what others on the machine can see -------------------------------------------------------


def test_the_server_is_reached_from_this_machine_alone(server: RunningServer) -> None:
    """It listens on one port of 127.0.0.1."""
    opened = psutil.Process(server.pid).net_connections(kind="all")
    listening = [c.laddr for c in opened if c.status == psutil.CONN_LISTEN]
    assert [address.ip for address in listening] == ["127.0.0.1"]
    assert server.base_url == f"http://127.0.0.1:{listening[0].port}/v1"


@pytest.mark.parametrize("key", [None, "wrong"])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/completion", "/v1/embeddings"])
def test_the_server_answers_its_key_alone(
    server: RunningServer, path: str, key: str | None
) -> None:
    """Without the key, or with another, nothing is computed."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = {"messages": [{"role": "user", "content": "Hi"}], "prompt": "Hi", "max_tokens": 1}
    url = server.base_url.removesuffix("/v1") + path
    reply = httpx2.post(url, json=body, headers=headers, timeout=10, trust_env=False)
    assert reply.status_code == 401


def test_the_key_cannot_be_read_from_outside(server: RunningServer) -> None:
    """It stands neither in the command line nor in the environment of the child."""
    child, key = psutil.Process(server.pid), server.key.get_secret_value()
    assert len(key) >= 32
    assert key not in " ".join(child.cmdline())
    assert key not in " ".join(child.environ().values())
    assert key not in repr(server)


# --- its end ----------------------------------------------------------------------------------

# Where the tests themselves run in the background of a shell, SIGINT is ignored in children.
PARENT = """
import http.client, json, signal, sys, threading, time
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from summarizer.embedded import find_model, running_server

signal.signal(signal.SIGINT, signal.default_int_handler)
weights, ending = Path(sys.argv[1]), sys.argv[2]

def ask():
    # Goes on until it is stopped.
    body = {"messages": [{"role": "user", "content": "Words?"}], "ignore_eos": True}
    headers = {"Authorization": f"Bearer {server.key.get_secret_value()}"}
    connection = http.client.HTTPConnection(urlsplit(server.base_url).netloc)
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
        connection.getresponse()
    except OSError:
        pass

with running_server(find_model("smollm2-135m"), weights, threads=1, slots=1) as server:
    asking = threading.Thread(target=ask)
    asking.start()
    child = psutil.Process(server.pid)
    while not any(c.status == "ESTABLISHED" for c in child.net_connections()):
        time.sleep(0.05)
    time.sleep(0.2)
    assert asking.is_alive()
    print(server.pid, flush=True)
    if ending == "exception":
        raise RuntimeError("some fault")
    if ending == "exit":
        sys.exit(3)
    time.sleep(60)
"""


def is_gone_within_5_s(pid: int) -> bool:
    ends = time.monotonic() + 5
    while not is_gone(pid) and time.monotonic() < ends:
        time.sleep(0.05)
    return is_gone(pid)


@pytest.mark.parametrize("ending", ["SIGKILL", "SIGTERM", "SIGINT", "exception", "exit"])
def test_no_server_outlives_its_parent(weights: Path, ending: str) -> None:
    """However a program ends that is in the middle of a question: within 5 s the server is
    gone, and the program itself does not hang."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(weights), ending],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    try:
        pid = int(parent.stdout.readline())
        if ending.startswith("SIG"):
            parent.send_signal(signal.Signals[ending])
        assert is_gone_within_5_s(pid)
        parent.wait(10)
    finally:
        parent.kill()
        parent.communicate()
    ended = {"SIGINT": -signal.SIGINT, "exception": 1, "exit": 3}
    assert parent.returncode == ended.get(ending, -getattr(signal, ending, 0))


def test_closing_the_model_ends_a_question_in_flight(weights: Path) -> None:
    """A fault while another thread waits for an answer: the server is gone, and that thread
    gets its error instead of waiting on."""
    before = servers()
    with ThreadPoolExecutor(1) as pool:
        with suppress(RuntimeError), open_model(settings(weights.parents[1])) as model:
            asking = pool.submit(model.ask, question("Words?"), Endless)
            while not (started := servers() - before) or not is_asked(started):
                time.sleep(0.05)
            raise RuntimeError("some fault")
        assert is_gone_within_5_s(*started)
        with pytest.raises(ModelUnreachable):
            asking.result(10)


# --- all of it --------------------------------------------------------------------------------

# The shipped opening takes this model many seconds on one thread.
CONVERSATION = """\
=== system
You list who says and does what in an article, as JSON.
=== user
<article>
[1] Peru's minister, Carla Quispe, visited the mine.
</article>
Who is in it?
=== assistant
{"actors":[{"name":"Carla Quispe","kind":"person","role":"minister","aliases":[]}]}
=== user
Headline and summary?
=== assistant
{"headline":"Minister visits mine","summary":[{"text":"Quispe visited the mine.","sentences":[1]}]}
=== user
A new article.
<article>
{% for sentence in sentences %}
[{{ sentence.number }}] {{ sentence.text | inline }}
{% endfor %}
</article>
Who is in it?
"""


def summarizer(cache_home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    return subprocess.run(
        [sys.executable, "-c", "from summarizer.cli import main; main()", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache_home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_article_becomes_a_brief_that_verifies(weights: Path, tmp_path: Path) -> None:
    """`summarizer brief` with the real model writes a brief, whole or with gaps, of which
    `summarizer verify` finds every quote in the article."""
    put_weights(weights, tmp_path / "summarizer")
    prompts = tmp_path / "prompts"
    for folder in ("article", "passage"):
        (prompts / folder).mkdir(parents=True)
        for template in (ROOT / "prompts" / folder).iterdir():
            (prompts / folder / template.name).write_text(template.read_text("utf-8"), "utf-8")
    (prompts / "passage" / "conversation.j2").write_text(CONVERSATION)
    article, stored = tmp_path / "article.txt", tmp_path / "brief.json"
    article.write_text(" ".join(SENTENCES))
    options = ["--set", "max_output_tokens=200", "--set", f"prompts_dir={prompts}"]
    options += ["--set", "embedded_threads=1", "--format", "json", "--output", str(stored)]
    done = summarizer(tmp_path, "brief", str(article), "--model", f"embedded:{NAME}", *options)
    assert done.returncode in (0, 4), done.stderr
    brief = Brief.model_validate_json(stored.read_bytes())
    assert brief.provenance.model == f"embedded:{NAME}"
    assert brief.provenance.usage.calls >= 3
    assert (done.returncode == 4) == bool(brief.gaps)
    assert brief.headline
    verified = summarizer(tmp_path, "verify", str(stored), "--article", str(article))
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "hold" in verified.stdout
