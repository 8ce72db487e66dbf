"""The types of each stage: Article, Sentence, Extraction (said), Brief (proven).

Terms are those of the PLOVER event ontology where it has them. Offsets count Unicode code
points of `Article.text`, start inclusive, end exclusive. Every type is frozen and rejects
unknown fields.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

SCHEMA_VERSION = "1"
"""Version of the Brief's JSON form; raised when a field changes its meaning or goes away."""


class Frozen(BaseModel):
    """Base of all types here: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- what is read -----------------------------------------------------------------------------


class Article(Frozen):
    """A news article as it was read; `text` is never changed afterwards.

    `date` is ISO 8601 (YYYY-MM-DD) or empty; `language` is an ISO 639-1 code; `source` is the
    path, URL or "-" it was read from.
    """

    text: str
    title: str = ""
    outlet: str = ""
    url: str = ""
    date: str = ""
    language: str = "en"
    source: str = ""

    @property
    def sha256(self) -> str:
        """Hex digest of the UTF-8 text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


class Sentence(Frozen):
    """A numbered sentence: `text == article.text[start:end]`; numbers and paragraphs from 1."""

    number: int
    start: int
    end: int
    paragraph: int
    text: str


# --- vocabulary -------------------------------------------------------------------------------

ActorKind = Literal[
    "person", "government", "organization", "company", "armed_group", "media", "group"
]
Status = Literal["happened", "ongoing", "planned", "conditional", "alleged", "denied", "historical"]
AgreementStatus = Literal["proposed", "agreed", "signed", "in_force", "broken", "rejected"]
Act = Literal["says", "confirms", "denies", "accuses", "demands", "promises", "predicts"]
Mode = Literal[
    "violence",
    "restrict",
    "arrest",
    "expel",
    "relations",
    "territory",
    "legal",
    "economic",
    "dismissal",
    "strike",
    "other",
]
Event = Literal[
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
    "OTHER",
]
ItemType = Literal["claim", "threat", "action", "agreement"]
SECTIONS: tuple[ItemType, ...] = ("claim", "threat", "action", "agreement")

# --- what the model says ----------------------------------------------------------------------
# Every field is required and has no default: OpenAI's strict mode wants it so, and a small
# model under a grammar then decides each of them in this order: what is said first, its type
# after it (asked for the type first, a small model calls everything a claim). The strict mode
# knows no maxLength either, so lengths are checked here and kept out of the schema.


def _at_most(characters: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(text) > characters:
            raise ValueError(f"at most {characters} characters, not {len(text)}")
        return text

    return AfterValidator(check)


class _AnyOf:
    """Writes a tagged union as anyOf: the strict mode knows no oneOf and no discriminator."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core_schema)
        schema["anyOf"] = schema.pop("oneOf")
        del schema["discriminator"]
        return schema


Name = Annotated[str, _at_most(160)]
Clause = Annotated[str, _at_most(400)]
Numbers = Annotated[list[int], Field(max_length=3)]
Names = Annotated[list[Name], Field(max_length=8)]


class ExtractedActor(Frozen):
    """Somebody who says, does, threatens or agrees something, or to whom it is said or done."""

    name: Name
    kind: ActorKind
    role: Name
    aliases: Annotated[list[Name], Field(max_length=6)]


class ExtractedClaim(Frozen):
    """Somebody states, confirms, denies, accuses, demands, promises or predicts."""

    sentences: Numbers
    who: Names
    whom: Names
    what: Clause
    type: Literal["claim"]
    status: Status
    reported_by: Names
    act: Act


class ExtractedThreat(Frozen):
    """Somebody signals harm to another."""

    sentences: Numbers
    who: Names
    whom: Names
    what: Clause
    type: Literal["threat"]
    status: Status
    reported_by: Names
    condition: Clause
    mode: Mode


class ExtractedAction(Frozen):
    """A concrete deed."""

    sentences: Numbers
    who: Names
    whom: Names
    what: Clause
    type: Literal["action"]
    status: Status
    reported_by: Names
    event: Event


class ExtractedAgreement(Frozen):
    """Two or more parties commit together."""

    sentences: Numbers
    who: Names
    whom: Names
    what: Clause
    type: Literal["agreement"]
    status: AgreementStatus
    reported_by: Names


ExtractedItem = Annotated[
    ExtractedClaim | ExtractedThreat | ExtractedAction | ExtractedAgreement,
    Field(discriminator="type"),
    _AnyOf(),
]


class ExtractedSentence(Frozen):
    """A sentence of the summary with the numbers of the sentences that prove it."""

    text: Clause
    sentences: Annotated[list[int], Field(max_length=6)]


class Cast(Frozen):
    """Answer to "who is in it?"."""

    actors: Annotated[list[ExtractedActor], Field(max_length=40)]


class PassageItems(Frozen):
    """Answer to "what is said and done in this passage?"."""

    items: Annotated[list[ExtractedItem], Field(max_length=16)]


class Overview(Frozen):
    """Answer to "what is the article about?"."""

    headline: Annotated[str, _at_most(200)]
    summary: Annotated[list[ExtractedSentence], Field(max_length=4)]


class Extraction(Frozen):
    """All that the model said of one article; nothing of it is proven yet."""

    actors: Annotated[list[ExtractedActor], Field(max_length=60)]
    items: Annotated[list[ExtractedItem], Field(max_length=80)]
    headline: Annotated[str, _at_most(200)]
    summary: Annotated[list[ExtractedSentence], Field(max_length=4)]


# --- what is proven ---------------------------------------------------------------------------


class Quote(Frozen):
    """Verbatim evidence: `text == article.text[start:end]`, which is sentence `sentence`."""

    sentence: int
    start: int
    end: int
    text: str


class Actor(Frozen):
    """A member of the cast that the article names; `evidence` is its first mention."""

    name: str
    kind: ActorKind
    role: str
    aliases: tuple[str, ...]
    evidence: tuple[Quote, ...]


class Item(Frozen):
    """A kept item. `id` is stable within a brief ("claim-1"); who, whom, reported_by are names
    of `Brief.actors`.
    """

    id: str
    sentences: tuple[int, ...]
    who: tuple[str, ...]
    whom: tuple[str, ...]
    what: str
    reported_by: tuple[str, ...]
    evidence: tuple[Quote, ...]
    context: tuple[Quote, ...] = ()


class Claim(Item):
    """A statement by somebody."""

    type: Literal["claim"] = "claim"
    status: Status
    act: Act


class Threat(Item):
    """Harm signalled by `who` to `whom`; `condition` is empty when there is none."""

    type: Literal["threat"] = "threat"
    status: Status
    condition: str
    mode: Mode


class Action(Item):
    """A deed of `who`, done to `whom`."""

    type: Literal["action"] = "action"
    status: Status
    event: Event


class Agreement(Item):
    """What the parties in `who` commit to together."""

    type: Literal["agreement"] = "agreement"
    status: AgreementStatus


AnyItem = Claim | Threat | Action | Agreement


class SummarySentence(Frozen):
    """`replaced` is true where the model's sentence could not be proven and the article's own
    sentence stands instead.
    """

    text: str
    evidence: tuple[Quote, ...]
    context: tuple[Quote, ...] = ()
    replaced: bool = False


class DropReason(StrEnum):
    """Why something the model said is not in the brief."""

    NO_EVIDENCE = "no_evidence"
    BAD_SENTENCE = "bad_sentence"
    NUMBER_NOT_FOUND = "number_not_found"
    QUOTE_NOT_FOUND = "quote_not_found"
    NAME_NOT_FOUND = "name_not_found"
    ACTOR_NOT_FOUND = "actor_not_found"
    ACTOR_NOT_IN_EVIDENCE = "actor_not_in_evidence"
    NOT_IN_ARTICLE = "not_in_article"
    REPEATED = "repeated"
    EMPTY = "empty"
    UNSAFE_TEXT = "unsafe_text"


class Dropped(Frozen):
    """One thing that the model said and that could not be proven.

    `section` is an item type, "actor", "headline", "summary" or "field" (a part of a kept
    item, named in `detail`); `detail` is a plain sentence.
    """

    section: Literal[
        "claim", "threat", "action", "agreement", "actor", "headline", "summary", "field"
    ]
    what: str
    sentences: tuple[int, ...]
    reason: DropReason
    detail: str


class Gap(Frozen):
    """A part of the article for which the model gave no usable answer."""

    stage: Literal["cast", "items", "overview"]
    sentences: tuple[int, ...]
    reason: str


class Usage(Frozen):
    """Exact sums over all attempts. `cost_usd` is None where the model has no known price."""

    calls: int = 0
    cached_answers: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: Usage) -> Usage:
        cost = (
            None
            if self.cost_usd is None or other.cost_usd is None
            else self.cost_usd + other.cost_usd
        )
        return Usage(
            calls=self.calls + other.calls,
            cached_answers=self.cached_answers + other.cached_answers,
            input_tokens=self.input_tokens + other.input_tokens,
            cached_input_tokens=self.cached_input_tokens + other.cached_input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=cost,
        )


class Provenance(Frozen):
    """What made a brief. `prompt_sha256` covers every template used; `latency_s` is wall-clock
    seconds; `created_at` is UTC.
    """

    model: str
    prompt_sha256: str
    schema_version: str
    article_sha256: str
    usage: Usage
    latency_s: float
    created_at: datetime


class Brief(Frozen):
    """What survived grounding, with the article it is proven against."""

    schema_version: str = SCHEMA_VERSION
    article: Article
    headline: str
    headline_evidence: tuple[Quote, ...] = ()
    summary: tuple[SummarySentence, ...]
    actors: tuple[Actor, ...]
    claims: tuple[Claim, ...]
    threats: tuple[Threat, ...]
    actions: tuple[Action, ...]
    agreements: tuple[Agreement, ...]
    dropped: tuple[Dropped, ...]
    gaps: tuple[Gap, ...] = ()
    provenance: Provenance

    @property
    def items(self) -> tuple[AnyItem, ...]:
        """All kept items in the order claims, threats, actions, agreements."""
        return (*self.claims, *self.threats, *self.actions, *self.agreements)


# --- the model, as the pipeline knows it ------------------------------------------------------

AnswerT = TypeVar("AnswerT", bound=BaseModel)


class Profile(Frozen):
    """How to talk to a model.

    `prompt_set`: "article" asks once for everything, "passage" asks per passage;
    `passage_sentences`: sentences in a passage; `article_sentences`: above this many an article
    goes by passages whatever the prompt set; `parallel`: calls worth having in flight at once;
    `constrain`: the endpoint decodes under a grammar, so sentence numbers and names can be
    narrowed to those of the passage; `max_output_tokens`: per call.
    """

    prompt_set: Literal["article", "passage"] = "article"
    passage_sentences: int = Field(default=12, ge=1)
    article_sentences: int = Field(default=80, ge=1)
    parallel: int = Field(default=4, ge=1)
    constrain: bool = False
    max_output_tokens: int = Field(default=4096, ge=64)


class Message(Frozen):
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


class Choices(Frozen):
    """What an answer may name, when the endpoint can be held to it; None leaves it free."""

    sentences: tuple[int, ...] | None = None
    names: tuple[str, ...] | None = None


class Request(Frozen):
    """One question to a model."""

    purpose: Literal["article", "cast", "items", "overview"]
    messages: tuple[Message, ...]
    choices: Choices = Choices()
    max_output_tokens: int


class Answer(Frozen, Generic[AnswerT]):
    """A validated answer with what it cost over all attempts."""

    value: AnswerT
    usage: Usage


class Model(Protocol):
    """Anything that answers a question in a given type.

    Implementations raise the ModelError tree and BudgetExceeded, and are safe to call from
    several threads.
    """

    @property
    def name(self) -> str: ...

    @property
    def profile(self) -> Profile: ...

    def ask(self, request: Request, answer_type: type[AnswerT]) -> Answer[AnswerT]: ...


def brief_json_schema() -> dict[str, Any]:
    """JSON schema of a stored brief."""
    return Brief.model_json_schema(mode="serialization")
