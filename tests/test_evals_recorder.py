"""Recorded answers: replayed when the question is the same, asked for and kept when it is not."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from evals.errors import RecordingError, RecordingMissing
from evals.recorder import CaseModel, RecordedModel
from evals.tape import Header, Sampling, Tape, load_tape, load_tapes, tape_path
from summarizer.errors import (
    AnswerCutOff,
    AnswerInvalid,
    AnswerRefused,
    ModelError,
    ModelUnreachable,
    PromptTooLong,
)
from summarizer.models import Cast, Choices, Message, Overview, Profile, Request, Usage
from summarizer.testing import FakeModel

USAGE = Usage(calls=2, input_tokens=70, output_tokens=9, cost_usd=0.25)


def question(article: str = "Ada spoke.", system: str = "List them.", **changes: Any) -> Request:
    """A cast question about a text."""
    messages = (
        Message(role="system", content=system),
        Message(role="user", content=article),
    )
    fields: dict[str, Any] = {"purpose": "cast", "messages": messages, "max_output_tokens": 100}
    return Request.model_validate(fields | changes)


def echo(request: Request) -> Mapping[str, Any]:
    """An answer that depends on the article alone."""
    text = request.messages[-1].content
    return {"actors": [{"name": text, "kind": "person", "role": "", "aliases": []}]}


def recorded(
    folder: Path, inner: FakeModel | None = None, *, offline: bool = False, **changes: Any
) -> RecordedModel:
    """A recorder over a folder."""
    given: dict[str, Any] = {"name": "acme/large", "profile": Profile()}
    return RecordedModel(inner, folder=folder, offline=offline, **(given | changes))


def fake(script: Any = echo) -> FakeModel:
    """A model whose answers have a price."""
    return FakeModel(script, name="acme/large", usage=USAGE)


def told(model: CaseModel | RecordedModel, request: Request) -> str:
    """The name in the answer."""
    return model.ask(request, Cast).value.actors[0].name


def test_an_answer_is_on_disk_before_the_next_question(tmp_path: Path) -> None:
    """A run that is killed keeps what it has paid for."""
    model = recorded(tmp_path, fake()).of("A1")
    for number in (1, 2):
        model.ask(question(f"text {number}"), Cast)
        [path] = tmp_path.iterdir()
        assert len(load_tape(path).records) == number


def test_an_answer_is_recorded_once_and_then_replayed(tmp_path: Path) -> None:
    """The second run asks nothing and gets the same value and usage."""
    first = fake()
    recorder = recorded(tmp_path, first)
    answer = recorder.of("A1").ask(question(), Cast)
    again = fake()
    replayed = recorded(tmp_path, again).of("A1").ask(question(), Cast)
    assert replayed == answer
    assert replayed.usage == USAGE
    assert (len(first.requests), len(again.requests)) == (1, 0)


def test_offline_replays_without_any_model(tmp_path: Path) -> None:
    """What is recorded needs no model."""
    recorder = recorded(tmp_path, fake())
    told(recorder.of("A1"), question())
    assert told(recorded(tmp_path, offline=True).of("A1"), question()) == "Ada spoke."


def test_offline_never_asks_a_model_that_it_has(tmp_path: Path) -> None:
    """A miss is an error although a model stands ready."""
    inner = fake()
    with pytest.raises(RecordingMissing):
        recorded(tmp_path, inner, offline=True).of("A1").ask(question(), Cast)
    assert inner.requests == []


@pytest.mark.parametrize(
    ("request_changes", "model_changes", "answer_type", "part", "words"),
    [
        ({"system": "List all."}, {}, Cast, "system", "the system prompt changed"),
        ({"article": "Bo spoke."}, {}, Cast, "article", "the part of the prompt with the article"),
        ({"max_output_tokens": 99}, {}, Cast, "parameters", "the parameters"),
        ({"choices": Choices(sentences=(1,))}, {}, Cast, "choices", "to choose from"),
        ({}, {}, Overview, "answer_schema", "the schema of the answer"),
        ({}, {"sampling": Sampling(temperature=0.5)}, Cast, "parameters", "the parameters"),
        ({}, {"sampling": Sampling(seed=8)}, Cast, "parameters", "the parameters"),
        ({}, {"sampling": Sampling(provider="http://x")}, Cast, "model", "or its provider"),
    ],
)
def test_an_offline_miss_names_the_part_that_changed(
    tmp_path: Path,
    request_changes: dict[str, Any],
    model_changes: dict[str, Any],
    answer_type: type[BaseModel],
    part: str,
    words: str,
) -> None:
    """One changed part of the key is named, alone, in the error and in its text."""
    recorder = recorded(tmp_path, fake())
    recorder.of("A1").ask(question(), Cast)
    model = recorded(tmp_path, offline=True, **model_changes).of("A1")
    with pytest.raises(RecordingMissing, match=words) as caught:
        model.ask(question(**request_changes), answer_type)
    assert caught.value.changed == (part,)
    assert caught.value.case == "A1"
    assert model.misses == (caught.value,)


def test_a_miss_compares_with_the_nearest_recording(tmp_path: Path) -> None:
    """Among several passages it is the one whose text is the same that tells what changed."""
    recorder = recorded(tmp_path, fake())
    for text in ("one", "two", "three"):
        recorder.of("A1").ask(question(text), Cast)
    with pytest.raises(RecordingMissing) as caught:
        recorded(tmp_path, offline=True).of("A1").ask(question("two", system="New."), Cast)
    assert caught.value.changed == ("system",)


def test_a_miss_without_any_recording_says_so(tmp_path: Path) -> None:
    """Recordings of another article or of another question are no near ones."""
    recorder = recorded(tmp_path, fake())
    recorder.of("A1").ask(question(), Cast)
    offline = recorded(tmp_path, offline=True)
    with pytest.raises(RecordingMissing, match="nothing is recorded for this article") as caught:
        offline.of("B2").ask(question(), Cast)
    assert caught.value.changed == ()
    with pytest.raises(RecordingMissing, match="the model gave none when this article was"):
        offline.of("A1").ask(question(purpose="overview"), Overview)


@pytest.mark.parametrize("error", [ModelUnreachable("down"), AnswerRefused("no")])
def test_faults_and_refusals_are_never_recorded(tmp_path: Path, error: ModelError) -> None:
    """The error passes through, and the next run asks again."""

    def refuse(request: Request) -> Mapping[str, Any]:
        raise error

    recorder = recorded(tmp_path, fake(refuse))
    with pytest.raises(type(error)):
        recorder.of("A1").ask(question(), Cast)
    assert list(tmp_path.iterdir()) == []
    assert told(recorded(tmp_path, fake()).of("A1"), question()) == "Ada spoke."


@pytest.mark.parametrize("error", [AnswerCutOff("cut"), AnswerInvalid("no"), PromptTooLong("long")])
def test_an_unusable_answer_replays_as_one(tmp_path: Path, error: ModelError) -> None:
    """The pipeline works around such answers, so a replay must meet them again."""

    def fail(request: Request) -> Mapping[str, Any]:
        raise error

    with pytest.raises(type(error)):
        recorded(tmp_path, fake(fail)).of("A1").ask(question(), Cast)
    replayed = recorded(tmp_path, offline=True).of("A1")
    with pytest.raises(type(error), match=str(error)):
        replayed.ask(question(), Cast)
    assert [record.unusable is not None for record in replayed.used] == [True]


def test_equal_questions_of_one_article_have_their_own_answers(tmp_path: Path) -> None:
    """The second asking of a question is another recording, in the same order on replay."""
    count = iter(range(9))
    recorder = recorded(tmp_path, fake(lambda request: echo(question(f"answer {next(count)}"))))
    model = recorder.of("A1")
    assert [told(model, question()) for _ in range(2)] == ["answer 0", "answer 1"]
    replayed = recorded(tmp_path, offline=True).of("A1")
    assert [told(replayed, question()) for _ in range(2)] == ["answer 0", "answer 1"]
    with pytest.raises(RecordingMissing, match="the number of times it is asked changed"):
        replayed.ask(question(), Cast)


def test_a_failed_asking_leaves_its_number_to_the_next(tmp_path: Path) -> None:
    """A question that is answered at the second try replays at the first."""
    tries = iter([ModelUnreachable("down"), None])

    def second_time(request: Request) -> Mapping[str, Any]:
        if error := next(tries):
            raise error
        return echo(request)

    recorder = recorded(tmp_path, fake(second_time))
    model = recorder.of("A1")
    with pytest.raises(ModelUnreachable):
        model.ask(question(), Cast)
    model.ask(question(), Cast)
    assert told(recorded(tmp_path, offline=True).of("A1"), question()) == "Ada spoke."


def test_seconds_are_those_of_the_recorded_call(tmp_path: Path) -> None:
    """The wall-clock time of the real call comes back with the replay."""
    ticks = iter([10.0, 12.5])
    recorder = recorded(tmp_path, fake(), timer=lambda: next(ticks))
    recorder.of("A1").ask(question(), Cast)
    replayed = recorded(tmp_path, offline=True).of("A1")
    replayed.ask(question(), Cast)
    assert [record.seconds for record in replayed.used] == [2.5]


def test_many_threads_may_ask_at_once(tmp_path: Path) -> None:
    """No answer is lost, mixed up or asked for twice, and calls do overlap."""
    together = threading.Barrier(4, timeout=10)

    def meet(request: Request) -> Mapping[str, Any]:
        together.wait()
        return echo(request)

    inner = fake(meet)
    recorder = recorded(tmp_path, inner)
    model = recorder.of("A1")
    texts = [f"text {n}" for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: told(model, question(text)), texts)) == texts
    replayed = recorded(tmp_path, offline=True).of("A1")
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: told(replayed, question(text)), texts)) == texts
    assert (len(inner.requests), len(model.used), len(replayed.used)) == (40, 40, 40)


def test_the_file_has_one_order_and_no_prompt(tmp_path: Path) -> None:
    """Whatever the order of asking the bytes are the same, and no message stands in them."""
    texts = ["one secret text", "another secret text", "a third"]
    files = []
    for name, order in (("a", texts), ("b", texts[::-1])):
        recorder = recorded(tmp_path / name, fake(lambda r: {"actors": []}), timer=lambda: 0.0)
        for text in order:
            recorder.of("A1").ask(question(text), Cast)
            [path] = (tmp_path / name).iterdir()
        files.append(path.read_bytes())
    assert files[0] == files[1]
    assert b"secret" not in files[0]
    assert all(list(row) == sorted(row) for row in map(json.loads, files[0].splitlines()))


def test_an_answer_may_hold_any_line_separator(tmp_path: Path) -> None:
    """A line of the file ends at a line feed and nowhere else."""
    text = "one\u2028two\u0085three\r\nfour"
    recorder = recorded(tmp_path, fake())
    recorder.of("A1").ask(question(text), Cast)
    assert told(recorded(tmp_path, offline=True).of("A1"), question(text)) == text


def test_nothing_is_written_when_nothing_is_new(tmp_path: Path) -> None:
    """A replay leaves the file as it is."""
    recorder = recorded(tmp_path, fake())
    recorder.of("A1").ask(question(), Cast)
    [path] = tmp_path.iterdir()
    before = path.stat()
    replayed = recorded(tmp_path, fake())
    replayed.of("A1").ask(question(), Cast)
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_failed_write_leaves_no_half_file(tmp_path: Path) -> None:
    """The file is replaced whole or not at all, and the error names it."""
    recorder = recorded(tmp_path, fake())
    path = tape_path(tmp_path, "acme/large")
    path.mkdir()
    with pytest.raises(RecordingError, match=r"acme-large-\w+\.jsonl: cannot be written"):
        recorder.of("A1").ask(question(), Cast)
    assert list(tmp_path.iterdir()) == [path]


def test_an_answer_that_no_longer_fits_is_asked_for_again(tmp_path: Path) -> None:
    """Validators check more than the schema says; offline such an answer is a miss."""
    recorder = recorded(tmp_path, fake())
    recorder.of("A1").ask(question(), Cast)
    [path] = tmp_path.iterdir()
    path.write_text(path.read_text().replace("Ada spoke.", "x" * 161))
    with pytest.raises(RecordingMissing, match="it no longer fits its type"):
        recorded(tmp_path, offline=True).of("A1").ask(question(), Cast)
    assert told(recorded(tmp_path, fake()).of("A1"), question()) == "Ada spoke."


def test_prune_keeps_what_is_used_and_cases_that_must_stay(tmp_path: Path) -> None:
    """The unused goes from the file, and how many is told."""
    recorder = recorded(tmp_path, fake())
    for case in ("A1", "A2", "A3"):
        recorder.of(case).ask(question(f"old {case}"), Cast)
        recorder.of(case).ask(question(f"new {case}"), Cast)
    pruning = recorded(tmp_path, offline=True)
    model = pruning.of("A1")
    model.ask(question("new A1"), Cast)
    assert pruning.prune(model.used, keep_cases=["A2"]) == 3
    [path] = tmp_path.iterdir()
    left = [record.case for record in load_tape(path).records]
    assert left == ["A1", "A2", "A2"]
    assert told(recorded(tmp_path, offline=True).of("A1"), question("new A1")) == "new A1"


def test_models_have_files_of_their_own(tmp_path: Path) -> None:
    """Two names that look alike as file names do not share a file."""
    for name in ("acme/large", "acme:large", "../ACME large"):
        Tape(tape_path(tmp_path, name), Header(name=name)).save()
    assert sorted(tape.header.name for tape in load_tapes(tmp_path)) == [
        "../ACME large",
        "acme/large",
        "acme:large",
    ]
    assert {path.parent for path in tmp_path.iterdir()} == {tmp_path}


@pytest.mark.parametrize(
    ("content", "place"),
    [(b"", ":1:"), (b"{}\n", ":1:"), (b"\xff", "cannot be read"), (b"HEADER\nnonsense\n", ":2:")],
)
def test_a_broken_file_is_an_error_with_its_line(
    tmp_path: Path, content: bytes, place: str
) -> None:
    """An empty, foreign or cut file is named, never overwritten."""
    path = tape_path(tmp_path, "acme/large")
    header = Header(name="acme/large").model_dump_json().encode()
    path.write_bytes(content.replace(b"HEADER", header))
    with pytest.raises(RecordingError, match=place):
        recorded(tmp_path, fake())
    assert path.read_bytes() == content.replace(b"HEADER", header)
