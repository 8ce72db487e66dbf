"""The way of an article through a model to its brief."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from conftest import PROMPTS, actor, article_of, claim
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from summarizer.errors import (
    AnswerCutOff,
    AnswerInvalid,
    AnswerRefused,
    BudgetExceeded,
    InputError,
    ModelError,
    ModelUnreachable,
    PromptTooLong,
)
from summarizer.models import SCHEMA_VERSION, Article, Brief, Profile, Request, Usage
from summarizer.pipeline import Step, summarize, verify
from summarizer.testing import FakeClock, FakeModel

LINES = tuple(f"Ana Ito said that ferry number {n} left." for n in range(1, 13))
# One paragraph, so that passages are as long as they may be.
FERRIES = Article(text=" ".join(LINES))
PASSAGES = Profile(prompt_set="passage", passage_sentences=4, parallel=2)
Answer = Mapping[str, Any]
Fault = Callable[[Request], ModelError | BudgetExceeded | None]


def answer(request: Request) -> dict[str, Any]:
    """What a perfect model says of the ferries."""
    numbers = request.choices.sentences or ()
    cast = {"actors": [actor("Ana Ito")]}
    items = {"items": [claim(f"ferry number {n} left", n) for n in numbers]}
    about = {
        "headline": "Ferry number 1 left",
        "summary": [{"text": "Ferry number 1 left.", "sentences": [1]}],
    }
    return {
        "cast": cast,
        "items": items,
        "overview": about,
        "article": {**cast, **items, **about},
    }[request.purpose]


def faulty(fault: Fault) -> Callable[[Request], Answer]:
    """The perfect model, but for the questions that meet with a fault."""

    def script(request: Request) -> Answer:
        if error := fault(request):
            raise error
        return answer(request)

    return script


def brief(model: FakeModel, article: Article = FERRIES, **more: Any) -> Brief:
    """The brief that the model gives of the article."""
    return summarize(article, model=model, prompts=PROMPTS, **more)


def asked(model: FakeModel, purpose: str) -> list[tuple[int, ...]]:
    """The sentences of each question of a kind, in order."""
    return sorted(r.choices.sentences or () for r in model.requests if r.purpose == purpose)


def claimed(made: Brief) -> list[int]:
    """The sentences that the claims cite."""
    return [number for one in made.claims for number in one.sentences]


def test_a_capable_model_is_asked_once() -> None:
    """One question holds the whole article, and may cite all of its sentences."""
    model = FakeModel(answer, profile=Profile(max_output_tokens=777))
    made = brief(model)
    (request,) = model.requests
    assert (request.purpose, request.max_output_tokens) == ("article", 777)
    assert request.choices.sentences == tuple(range(1, 13))
    assert claimed(made) == list(range(1, 13))
    assert verify(made) == []


def test_a_brief_says_what_made_it() -> None:
    """Model, prompts, article, usage and the moment are in the brief."""
    usage = Usage(calls=1, input_tokens=70, output_tokens=7, cost_usd=0.5)
    now = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    made = brief(FakeModel(answer, name="m", usage=usage), clock=FakeClock(now))
    found = made.provenance
    assert (found.model, found.created_at, found.usage) == ("m", now, usage)
    assert found.prompt_sha256 == PROMPTS.sha256
    assert (found.article_sha256, made.article) == (FERRIES.sha256, FERRIES)
    assert found.schema_version == made.schema_version == SCHEMA_VERSION
    assert found.latency_s >= 0


def test_the_moment_is_in_utc_where_no_clock_is_given() -> None:
    """Without an injected clock the present moment is taken, with its zone."""
    before = datetime.now(UTC)
    assert before <= brief(FakeModel(answer)).provenance.created_at <= datetime.now(UTC)


def test_a_small_model_is_asked_by_passages() -> None:
    """Cast, items of each passage, overview: each may cite the sentences it is about."""
    model = FakeModel(answer, profile=PASSAGES)
    made = brief(model)
    everything = tuple(range(1, 13))
    assert asked(model, "cast") == [everything]
    assert asked(model, "items") == [everything[:4], everything[4:8], everything[8:]]
    assert asked(model, "overview") == [everything]
    assert Counter(r.purpose for r in model.requests) == {"cast": 1, "items": 3, "overview": 1}
    assert claimed(made) == list(everything)
    assert (made.gaps, verify(made)) == ((), [])


def test_a_passage_may_name_the_cast_that_is_at_hand() -> None:
    """Names are narrowed to members who stand in the passage or shortly before it."""
    lines = list(LINES)
    lines[8] = "Hugo Brown said that ferry number 9 left."
    cast = {"actors": [actor("Ana Ito"), actor("Hugo Brown"), actor("Norland", "government")]}
    model = FakeModel(lambda r: cast if r.purpose == "cast" else answer(r), profile=PASSAGES)
    brief(model, Article(text=" ".join(lines)))
    names = {r.choices.sentences: r.choices.names for r in model.requests if r.purpose == "items"}
    assert names[1, 2, 3, 4] == ("Ana Ito",)
    assert names[9, 10, 11, 12] == ("Ana Ito", "Hugo Brown")
    others = [r.choices.names for r in model.requests if r.purpose != "items"]
    assert others == [None, None]


def test_all_questions_about_an_article_begin_alike() -> None:
    """Items and overview go on from the question about the cast and its answer."""
    model = FakeModel(answer, profile=PASSAGES)
    brief(model)
    (cast,) = (r for r in model.requests if r.purpose == "cast")
    for request in model.requests:
        if request is not cast:
            *head, told, question = request.messages
            assert tuple(head) == cast.messages
            assert (told.role, question.role) == ("assistant", "user")
            assert '"Ana Ito"' in told.content


@pytest.mark.parametrize("prompt_set", ["article", "passage"])
def test_a_long_article_goes_by_windows_with_the_cast_carried_along(prompt_set: str) -> None:
    """Whatever the prompt set, each window is told who was found before it."""
    profile = Profile.model_validate(
        {**PASSAGES.model_dump(), "prompt_set": prompt_set, "article_sentences": 5}
    )
    lines = [
        "Hugo Brown came.",
        *(f"Ana Ito said that ferry number {n} left." for n in range(2, 13)),
    ]

    def script(request: Request) -> Answer:
        if request.purpose == "cast" and request.choices.sentences == (1, 2, 3, 4, 5):
            return {"actors": [actor("Hugo Brown")]}
        return answer(request)

    model = FakeModel(script, profile=profile)
    made = brief(model, article_of(*lines))
    assert asked(model, "cast") == [(1, 2, 3, 4, 5), (6, 7, 8, 9, 10), (11, 12)]
    first, *later = (r.messages[-1].content for r in model.requests if r.purpose == "cast")
    assert "Hugo Brown came" in first
    assert all("Hugo Brown" in question for question in later)
    assert sum(asked(model, "items"), ()) == tuple(range(1, 13))
    assert {one.name for one in made.actors} == {"Ana Ito", "Hugo Brown"}
    assert claimed(made) == list(range(2, 13))


@pytest.mark.parametrize("error", [AnswerCutOff, PromptTooLong])
def test_an_article_too_long_for_one_answer_goes_by_passages(error: type[ModelError]) -> None:
    """Where one question does not do, passages are asked for, and all is paid for."""
    spent = Usage(calls=1, input_tokens=5, output_tokens=3)
    script = faulty(lambda r: error("too long", usage=spent) if r.purpose == "article" else None)
    model = FakeModel(script, usage=Usage(calls=1), profile=Profile(passage_sentences=12))
    made = brief(model)
    assert claimed(made) == list(range(1, 13))
    assert made.provenance.usage == spent + Usage(calls=3)
    assert made.gaps == ()


@pytest.mark.parametrize("error", [AnswerCutOff, PromptTooLong])
@pytest.mark.parametrize("purpose", ["items", "cast"])
def test_a_passage_that_does_not_fit_is_halved(purpose: str, error: type[ModelError]) -> None:
    """What was cut off is asked again in halves, until it fits."""

    def too_long(request: Request) -> ModelError | None:
        numbers = request.choices.sentences or ()
        return error("cut") if request.purpose == purpose and len(numbers) > 3 else None

    model = FakeModel(faulty(too_long), profile=PASSAGES)
    made = brief(model)
    assert claimed(made) == list(range(1, 13))
    assert made.gaps == ()
    answered = [numbers for numbers in asked(model, purpose) if len(numbers) <= 3]
    assert sum(answered, ()) == tuple(range(1, 13))


def test_a_sentence_that_is_always_cut_off_is_a_gap() -> None:
    """Halving ends at one sentence, which the brief then names; the others are there."""

    def endless(request: Request) -> ModelError | None:
        numbers = request.choices.sentences or ()
        return AnswerCutOff("cut") if request.purpose == "items" and 7 in numbers else None

    made = brief(FakeModel(faulty(endless), profile=PASSAGES))
    assert [(gap.stage, gap.sentences, gap.reason) for gap in made.gaps] == [("items", (7,), "cut")]
    assert claimed(made) == [n for n in range(1, 13) if n != 7]


@pytest.mark.parametrize("error", [AnswerInvalid, AnswerRefused])
def test_an_unanswered_passage_is_a_gap(error: type[ModelError]) -> None:
    """A passage refused or answered with nonsense is not asked again, but named."""

    def refuse(request: Request) -> ModelError | None:
        return error("no") if request.choices.sentences == (5, 6, 7, 8) else None

    model = FakeModel(faulty(refuse), profile=PASSAGES)
    made = brief(model)
    assert [(gap.stage, gap.sentences) for gap in made.gaps] == [("items", (5, 6, 7, 8))]
    assert claimed(made) == [1, 2, 3, 4, 9, 10, 11, 12]
    assert len(asked(model, "items")) == 3
    assert verify(made) == []


def test_an_unanswered_overview_is_a_gap() -> None:
    """Headline and summary are then the article's own words."""
    made = brief(
        FakeModel(
            faulty(lambda r: AnswerRefused("no") if r.purpose == "overview" else None),
            profile=PASSAGES,
        )
    )
    assert [gap.stage for gap in made.gaps] == ["overview"]
    assert made.headline == "Ana Ito said that ferry number 1 left."
    assert [sentence.replaced for sentence in made.summary] == [True]


@pytest.mark.parametrize("lost", [range(1, 4), range(4, 7), range(1, 13)])
def test_passages_are_asked_for_where_the_cast_stayed_unanswered(lost: range) -> None:
    """A gap in the cast takes no sentence out of the questions about items."""

    def fault(request: Request) -> ModelError | None:
        numbers = request.choices.sentences or ()
        if request.purpose != "cast":
            return None
        if len(numbers) > 3:
            return AnswerCutOff("cut")
        return AnswerInvalid("nonsense") if set(numbers) & set(lost) else None

    model = FakeModel(faulty(fault), profile=PASSAGES)
    made = brief(model)
    assert sorted(sum(asked(model, "items"), ())) == list(range(1, 13))
    gaps = [number for gap in made.gaps for number in gap.sentences]
    assert ({gap.stage for gap in made.gaps}, gaps) == ({"cast"}, list(lost))


def test_gaps_alone_are_no_brief() -> None:
    """Where no question is answered that is an error, with all that was spent."""
    spent = Usage(calls=1, output_tokens=2)
    model = FakeModel(faulty(lambda r: AnswerInvalid("nonsense", usage=spent)), profile=PASSAGES)
    with pytest.raises(AnswerInvalid, match="nonsense") as caught:
        brief(model)
    assert caught.value.usage == Usage(calls=5, output_tokens=10)


@pytest.mark.parametrize("purpose", ["cast", "items", "overview", "article"])
@pytest.mark.parametrize("error", [ModelUnreachable, BudgetExceeded])
def test_a_model_out_of_reach_ends_the_brief(
    purpose: str, error: type[ModelUnreachable | BudgetExceeded]
) -> None:
    """An unreachable endpoint or a spent budget is no gap but an error, at every question."""
    profile = Profile() if purpose == "article" else PASSAGES
    model = FakeModel(
        faulty(lambda r: error("gone") if r.purpose == purpose else None), profile=profile
    )
    with pytest.raises(error, match="gone"):
        brief(model)


@pytest.mark.parametrize("parallel", [1, 8])
def test_progress_goes_from_nothing_to_all(parallel: int) -> None:
    """Steps never go back, also where a passage is halved or missed, and end with all done."""
    steps: list[Step] = []

    def fault(request: Request) -> ModelError | None:
        numbers = request.choices.sentences or ()
        if request.purpose == "items" and 1 in numbers and len(numbers) > 1:
            return AnswerCutOff("cut")
        return AnswerInvalid("no") if request.purpose == "items" and 12 in numbers else None

    profile = PASSAGES.model_copy(update={"parallel": parallel})
    brief(FakeModel(faulty(fault), profile=profile), progress=steps.append)
    assert steps[0].done == 0
    for before, after in pairwise(steps):
        assert before.done <= after.done
        assert before.total <= after.total
        assert after.done <= after.total
    # Cast, overview, three passages, of which one is parted twice.
    assert (steps[-1].done, steps[-1].total) == (7, 7)


def test_progress_of_one_question() -> None:
    """One question is one step."""
    steps: list[Step] = []
    brief(FakeModel(answer), progress=steps.append)
    assert steps == [Step(done=0, total=1), Step(done=1, total=1)]


def test_the_number_of_calls_at_once_changes_nothing() -> None:
    """Answers are put together in the order of the article, whichever comes first."""
    made = [
        brief(
            FakeModel(answer, profile=PASSAGES.model_copy(update={"parallel": n})),
            clock=FakeClock(),
        )
        for n in (1, 6)
    ]
    one, other = (m.model_dump(exclude={"provenance": {"latency_s"}}) for m in made)
    assert one == other


def test_more_items_than_one_answer_may_hold() -> None:
    """The limits of one answer are not those of all passages together."""
    lines = [f"Ana Ito said that ferry number {n} left." for n in range(1, 101)]
    model = FakeModel(answer, profile=PASSAGES.model_copy(update={"article_sentences": 200}))
    assert len(brief(model, article_of(*lines)).claims) == 100


@given(st.lists(st.integers(1, 6), min_size=1, max_size=8), st.integers(1, 9))
@examples(max_examples=40, deadline=None)
def test_passages_part_an_article_without_rest(paragraphs: list[int], size: int) -> None:
    """Of any paragraphs and any size: each sentence in one passage, none too long, in order."""
    article = article_of(*(" ".join(["Ana Ito left."] * count) for count in paragraphs))
    empty = {
        "cast": {"actors": []},
        "items": {"items": []},
        "overview": {"headline": "", "summary": []},
    }
    profile = Profile(prompt_set="passage", passage_sentences=size, article_sentences=20)
    model = FakeModel(empty, profile=profile)
    brief(model, article)
    passages = asked(model, "items")
    assert sum(passages, ()) == tuple(range(1, sum(paragraphs) + 1))
    assert all(0 < len(passage) <= size for passage in passages)


@pytest.mark.parametrize("text", ["", " \n ", "Ana \ud800 left.", "\udfff"])
def test_an_article_without_readable_text_is_refused(text: str) -> None:
    """No sentence, or half a character, is an error that names the source, before any call."""
    model = FakeModel(answer)
    with pytest.raises(InputError) as caught:
        brief(model, Article(text=text, source="a.txt"))
    assert caught.value.source == "a.txt"
    assert model.requests == []


def test_the_packaged_prompts_are_used_where_none_are_given() -> None:
    """Without prompts the packaged ones are taken."""
    made = summarize(FERRIES, model=FakeModel(answer))
    assert made.provenance.prompt_sha256 == PROMPTS.sha256


@pytest.mark.parametrize("address", [("127.0.0.1", 9), ("192.0.2.1", 9), ("::1", 9)])
def test_an_unmarked_test_reaches_no_network(address: tuple[str, int]) -> None:
    """Not even this machine: so nothing above has asked a real model."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as one, pytest.raises(pytest.fail.Exception):
        one.connect(address)
