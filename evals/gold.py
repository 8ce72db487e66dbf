"""Gold: annotated articles, how they are read, and what is wrong with one.

Sentence numbers are for the reader; the character spans beside them are what is scored, so
that another way to split sentences changes no score.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from evals.errors import GoldError
from summarizer.models import (
    Act,
    ActorKind,
    AgreementStatus,
    Article,
    Event,
    Frozen,
    Mode,
    Status,
)

ROOT = Path(__file__).parent
GOLD = ROOT / "gold"
SPLIT = ROOT / "split.toml"
Part = Literal["test", "tune", "all"]


class Span(Frozen):
    """Code points `start` to `end`, end exclusive, of an article's text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Cited(Frozen):
    """Something tied to the text: `sentences` as numbered by the product, `evidence` as spans."""

    sentences: tuple[int, ...]
    evidence: tuple[Span, ...]


class GoldActor(Frozen):
    """A member of the cast."""

    name: str
    kind: ActorKind
    role: str
    aliases: tuple[str, ...]


class GoldItem(Cited):
    """What the four types share.

    `must` is false for an item that another annotator left out or that is marginal; `pinned` is
    true for one that, once found, may never be lost again; `alternates` are other good wordings
    of `what`.
    """

    who: tuple[str, ...]
    whom: tuple[str, ...]
    what: str = Field(min_length=1)
    reported_by: tuple[str, ...]
    must: bool = True
    pinned: bool = False
    alternates: tuple[str, ...] = ()


class GoldClaim(GoldItem):
    """A statement by somebody."""

    type: Literal["claim"]
    status: Status
    act: Act


class GoldThreat(GoldItem):
    """Harm signalled by `who` to `whom`."""

    type: Literal["threat"]
    status: Status
    condition: str
    mode: Mode


class GoldAction(GoldItem):
    """A deed of `who`, done to `whom`."""

    type: Literal["action"]
    status: Status
    event: Event


class GoldAgreement(GoldItem):
    """What the parties in `who` commit to together."""

    type: Literal["agreement"]
    status: AgreementStatus


AnyGoldItem = Annotated[
    GoldClaim | GoldThreat | GoldAction | GoldAgreement, Field(discriminator="type")
]


class GoldSentence(Cited):
    """A sentence of the summary."""

    text: str


class GoldCase(Frozen):
    """An annotated article; `id` is the file's name without its ending. `draft` is true as long
    as nobody has corrected what a model wrote."""

    id: str
    domain: str
    draft: bool = False
    article: Article
    actors: tuple[GoldActor, ...]
    items: tuple[AnyGoldItem, ...]
    headline: str
    summary: tuple[GoldSentence, ...]

    @property
    def sha256(self) -> str:
        """Hex digest of all that the scorer reads, whatever the file's layout."""
        return hashlib.sha256(self.model_dump_json().encode("utf-8")).hexdigest()


class Split(Frozen):
    """Ids of the articles that score, and of those that prompts and models may be tuned on."""

    test: tuple[str, ...] = Field(min_length=1)
    tune: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Test articles first, each part in the order of the file."""
        return (*self.test, *self.tune)


ModelT = TypeVar("ModelT", bound=BaseModel)


def load_case(path: Path) -> GoldCase:
    """Read one gold file; GoldError names the file and its first fault."""
    try:
        return TypeAdapter(GoldCase).validate_json(path.read_bytes())
    except OSError as error:
        raise GoldError(f"{path}: cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        raise GoldError(f"{path}: {_first_fault(error)}.") from error


def load_split(path: Path = SPLIT) -> Split:
    """The split; GoldError where the file has no test articles."""
    try:
        return Split.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GoldError(f"{path}: cannot be read as TOML ({error}).") from error
    except ValidationError as error:
        raise GoldError(f"{path}: {_first_fault(error)}.") from error


def load_cases(
    gold: Path = GOLD, split: Path = SPLIT, only: str = "", part: Part = "test"
) -> tuple[GoldCase, ...]:
    """The cases of a part of the split, or the one of either part named by `only`.

    Raises:
        GoldError: no article is named so, or a file cannot be read.
    """
    known = load_split(split)
    if only and only not in known.names:
        raise GoldError(f'No article is named "{only}"; the names are in {split}.')
    names = {"test": known.test, "tune": known.tune, "all": known.names}[part]
    return tuple(load_case(gold / f"{name}.json") for name in ([only] if only else names))


def gold_sha256(cases: tuple[GoldCase, ...]) -> str:
    """Hex digest of all that the scorer reads of these cases."""
    return hashlib.sha256("".join(case.sha256 for case in cases).encode("ascii")).hexdigest()


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    return f"{place}: {fault['msg']}" if place else str(fault["msg"])
