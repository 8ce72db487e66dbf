"""The way of an article to its brief.

    Article -> numbered sentences -> questions -> model -> Extraction -> grounding -> Brief

A capable model gets one question for the whole article. A small one, or a long article, goes by
passages: who is in it (the cast), what is said and done in each passage, what it is about. A
passage that cannot be answered is halved, and what is left unanswered then is a gap that the
brief names.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic

from summarizer import grounding
from summarizer.errors import (
    AnswerCutOff,
    AnswerInvalid,
    AnswerRefused,
    BudgetExceeded,
    InputError,
    ModelError,
    PromptTooLong,
)
from summarizer.grounding import Problem
from summarizer.models import (
    SCHEMA_VERSION,
    Answer,
    AnswerT,
    Article,
    Brief,
    Cast,
    Choices,
    ExtractedActor,
    ExtractedItem,
    Extraction,
    Frozen,
    Gap,
    Message,
    Model,
    Overview,
    PassageItems,
    Provenance,
    Request,
    Sentence,
    Usage,
)
from summarizer.prompts import Prompts, Told
from summarizer.sentences import split_sentences

Clock = Callable[[], datetime]
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Sentences before a passage in which "he" and "the ministry" are mostly named.
_BEFORE = 2
_TOO_MUCH = (AnswerCutOff, PromptTooLong)
_UNANSWERED = (AnswerCutOff, AnswerInvalid, AnswerRefused, PromptTooLong)


class Step(Frozen):
    """Progress of one article: questions answered and questions in all."""

    done: int
    total: int


Report = Callable[[Step], None]


def summarize(
    article: Article,
    *,
    model: Model,
    prompts: Prompts | None = None,
    progress: Report | None = None,
    clock: Clock = lambda: datetime.now(UTC),
) -> Brief:
    """Brief one article with one model.

    Raises:
        InputError: the article has no sentence, or no text that can be stored as UTF-8.
        ModelError: no question was answered at all, or the endpoint cannot be reached.
        BudgetExceeded: the run's limit was reached; finished answers are in the model's cache.
    """
    sentences = _sentences(article)
    began = time.perf_counter()
    prompts = prompts or Prompts()
    reading = _Reading(model, prompts, progress)
    said = reading.read(article, sentences)
    proven = grounding.ground(article, sentences, said)
    return Brief(
        **{name: getattr(proven, name) for name in type(proven).model_fields},
        article=article,
        gaps=tuple(reading.gaps),
        provenance=Provenance(
            model=model.name,
            prompt_sha256=prompts.sha256,
            schema_version=SCHEMA_VERSION,
            article_sha256=article.sha256,
            usage=reading.usage,
            latency_s=round(time.perf_counter() - began, 3),
            created_at=clock(),
        ),
    )


def _sentences(article: Article) -> list[Sentence]:
    if _SURROGATE.search(article.text + article.title):
        raise InputError(
            "The article holds half a character (a lone surrogate): read it again as UTF-8.",
            source=article.source,
        )
    sentences = split_sentences(article.text, article.language)
    if not sentences:
        raise InputError("The article is empty: give a text with sentences.", source=article.source)
    return sentences


def verify(brief: Brief, text: str | None = None) -> list[Problem]:
    """Check a stored brief again, against `text` or the text stored in it; offline."""
    text = brief.article.text if text is None else text
    return grounding.verify(brief, text, split_sentences(text, brief.article.language))


class _Part(Frozen, Generic[AnswerT]):
    """The answer about some of the sentences."""

    value: AnswerT
    sentences: tuple[Sentence, ...]


class _Reading:
    """The questions about one article, what they cost and where they stayed unanswered."""

    def __init__(self, model: Model, prompts: Prompts, report: Report | None) -> None:
        self._model = model
        self._profile = model.profile
        self._prompts = prompts
        self._report = report or (lambda step: None)
        self._step = Step(done=0, total=0)
        self._lock = threading.Lock()
        self.usage = Usage()
        self.gaps: list[Gap] = []

    def read(self, article: Article, sentences: Sequence[Sentence]) -> Extraction:
        """All that the model says of the article."""
        fits = len(sentences) <= self._profile.article_sentences
        if self._profile.prompt_set == "article" and fits:
            try:
                return self._whole(article, sentences)
            except _TOO_MUCH:
                self._step = Step(done=0, total=0)
        return self._by_passages(sentences)

    def _whole(self, article: Article, sentences: Sequence[Sentence]) -> Extraction:
        self._plan(1)
        messages = self._prompts.article(article, sentences)
        choices = Choices(sentences=tuple(s.number for s in sentences))
        return self._ask("article", messages, Extraction, choices)

    def _by_passages(self, sentences: Sequence[Sentence]) -> Extraction:
        """The cast window by window, then all passages and the overview, several at once."""
        actors, told = self._cast(sentences)
        runs = [
            (part, passage)
            for part in told
            for passage in _passages(part.sentences, self._profile.passage_sentences)
        ]
        self._plan(len(runs) + 1)
        names = _NamesAtHand(actors, sentences)
        pool = ThreadPoolExecutor(max_workers=self._profile.parallel)
        try:
            found = [pool.submit(self._items, part, passage, names) for part, passage in runs]
            overview = pool.submit(self._overview, told[0])
            _raise_first((*found, overview))
            items = [item for future in found for item in future.result()]
            about = overview.result()
        except BudgetExceeded:
            # What is in flight is paid for: its answers are waited for and kept.
            pool.shutdown(wait=True, cancel_futures=True)
            raise
        finally:
            # After a fault or Ctrl-C nobody waits for what is still being answered.
            pool.shutdown(wait=False, cancel_futures=True)
        self._refuse_nothing()
        # Built without validation: the limits of one answer are not those of all together.
        return Extraction.model_construct(
            actors=actors, items=items, headline=about.headline, summary=about.summary
        )

    def _cast(self, sentences: Sequence[Sentence]) -> tuple[list[ExtractedActor], list[Told]]:
        """Everybody in the article, and what was asked and answered about each window, in
        which each is told the names found before."""
        windows = _chunks(sentences, self._profile.article_sentences)
        self._plan(len(windows))
        actors: dict[str, ExtractedActor] = {}
        told: list[Told] = []
        for window in windows:
            known = tuple(actors)
            ask = partial(self._prompts.cast, known=known)
            parts = self._over(window, "cast", ask, Cast, ())
            for part in _with_unheard(parts, window):
                answer = part.value.model_dump_json()
                told.append(Told(sentences=part.sentences, known=known, answer=answer))
                actors.update((a.name, a) for a in part.value.actors if a.name not in actors)
        return list(actors.values()), told

    def _items(
        self, told: Told, passage: Sequence[Sentence], names: _NamesAtHand
    ) -> list[ExtractedItem]:
        parts = self._over(
            passage,
            "items",
            lambda part: self._prompts.items(told, part),
            PassageItems,
            names.of(passage),
        )
        return [item for part in parts for item in part.value.items]

    def _overview(self, told: Told) -> Overview:
        choices = Choices(sentences=tuple(s.number for s in told.sentences))
        try:
            return self._ask("overview", self._prompts.overview(told), Overview, choices)
        except _UNANSWERED as error:
            self._miss("overview", told.sentences, error)
            return Overview(headline="", summary=[])

    def _refuse_nothing(self) -> None:
        """A brief of gaps alone would be no brief."""
        self.gaps.sort(key=lambda gap: (gap.stage, gap.sentences))
        if len(self.gaps) == self._step.total:
            reason = self.gaps[0].reason.rstrip(".")
            raise AnswerInvalid(
                f"The model answered no question about the article ({reason}): "
                "use a more capable one.",
                usage=self.usage,
            )

    def _over(
        self,
        sentences: Sequence[Sentence],
        stage: str,
        messages: Callable[[Sequence[Sentence]], _Chat],
        answer_type: type[AnswerT],
        names: tuple[str, ...],
    ) -> list[_Part[AnswerT]]:
        """Ask about the sentences; in halves where the answer does not fit, and with a gap
        where there is none."""
        numbers = tuple(s.number for s in sentences)
        choices = Choices(sentences=numbers, names=names if stage == "items" else None)
        try:
            value = self._ask(stage, messages(sentences), answer_type, choices)
            return [_Part(value=value, sentences=tuple(sentences))]
        except _UNANSWERED as error:
            if isinstance(error, _TOO_MUCH) and len(sentences) > 1:
                half = (len(sentences) + 1) // 2
                self._plan(1)
                return [
                    part
                    for piece in (sentences[:half], sentences[half:])
                    for part in self._over(piece, stage, messages, answer_type, names)
                ]
            self._miss(stage, sentences, error)
            return []

    def _ask(
        self, stage: str, messages: _Chat, answer_type: type[AnswerT], choices: Choices
    ) -> AnswerT:
        request = Request.model_validate(
            {
                "purpose": stage,
                "messages": messages,
                "choices": choices,
                "max_output_tokens": self._profile.max_output_tokens,
            }
        )
        try:
            answer: Answer[AnswerT] = self._model.ask(request, answer_type)
        except ModelError as error:
            self._spent(error.usage or Usage())
            raise
        self._spent(answer.usage)
        self._done()
        return answer.value

    def _spent(self, usage: Usage) -> None:
        with self._lock:
            self.usage = self.usage + usage

    def _miss(self, stage: str, sentences: Sequence[Sentence], error: ModelError) -> None:
        numbers = tuple(s.number for s in sentences)
        gap = Gap.model_validate({"stage": stage, "sentences": numbers, "reason": str(error)})
        with self._lock:
            self.gaps.append(gap)
        self._done()

    def _plan(self, questions: int) -> None:
        self._move(done=0, more=questions)

    def _done(self) -> None:
        self._move(done=1, more=0)

    def _move(self, done: int, more: int) -> None:
        with self._lock:
            step = Step(done=self._step.done + done, total=self._step.total + more)
            self._step = step
            self._report(step)


class _NamesAtHand:
    """Who can be meant in a passage: nobody else could be proven there."""

    def __init__(self, said: Sequence[ExtractedActor], sentences: Sequence[Sentence]) -> None:
        kept, _ = grounding.keep_actors(said, sentences)
        self._cast = grounding.CastIndex(kept)
        self._sentences = sentences

    def of(self, passage: Sequence[Sentence]) -> tuple[str, ...]:
        """Names of the cast that stand in the passage or in the two sentences before it."""
        first, last = passage[0].number, passage[-1].number
        near = self._sentences[max(0, first - 1 - _BEFORE) : last]
        return self._cast.standing_in("\n".join(sentence.text for sentence in near))


_Chat = tuple[Message, ...]


def _with_unheard(parts: Sequence[_Part[Cast]], window: Sequence[Sentence]) -> list[_Part[Cast]]:
    """The parts, and one of nobody for the sentences whose cast stayed unanswered: what is said
    and done there is asked for all the same."""
    heard = {sentence.number for part in parts for sentence in part.sentences}
    unheard = tuple(s for s in window if s.number not in heard)
    nobody: _Part[Cast] = _Part(value=Cast(actors=[]), sentences=unheard)
    return [*parts, nobody] if unheard else [*parts]


def _raise_first(futures: Sequence[Future[Any]]) -> None:
    """Wait for all, or for the first error, which then need not wait for those before it."""
    for future in wait(futures, return_when=FIRST_EXCEPTION).done:
        future.result()


def _passages(sentences: Sequence[Sentence], size: int) -> list[Sequence[Sentence]]:
    """Runs of at most `size` sentences, broken between paragraphs where a run is long enough."""
    passages: list[list[Sentence]] = [[]]
    for sentence in sentences:
        run = passages[-1]
        new_paragraph = bool(run) and run[-1].paragraph != sentence.paragraph
        if len(run) >= size or (new_paragraph and len(run) * 2 > size):
            passages.append([])
        passages[-1].append(sentence)
    return list(passages)


def _chunks(sentences: Sequence[Sentence], size: int) -> list[Sequence[Sentence]]:
    return [sentences[i : i + size] for i in range(0, len(sentences), size)]
