"""Gold groupings: articles by story and origin, and the briefs that their annotations make.

`stories_gold/STORY.json` holds the articles of a story with a minimal annotation by hand, and
`stories_gold/split.toml` says which stories thresholds may be set on. No model is needed: actors,
items and headline become a `Brief` whose quotes are those sentences of the text that the
annotation names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from evals.errors import GoldError
from evals.gold import Split
from summarizer.digest_models import Filed
from summarizer.models import (
    SCHEMA_VERSION,
    Action,
    Actor,
    ActorKind,
    Agreement,
    AnyItem,
    Article,
    Brief,
    Claim,
    Frozen,
    ItemType,
    Provenance,
    Quote,
    Sentence,
    Threat,
    Usage,
)
from summarizer.sentences import split_sentences

FOLDER = Path(__file__).parent.parent / "stories_gold"
SPLIT_NAME = "split.toml"
Part = Literal["tune", "test", "all"]

_ITEM_TYPES: dict[ItemType, type[AnyItem]] = {
    "claim": Claim,
    "threat": Threat,
    "action": Action,
    "agreement": Agreement,
}


class NotedActor(Frozen):
    """A member of the cast, as noted by hand."""

    name: str = Field(min_length=1)
    kind: ActorKind
    aliases: tuple[str, ...] = ()


class NotedItem(Frozen):
    """An item, as noted by hand; which of act, mode, condition and event it has, its type says."""

    type: ItemType
    sentences: tuple[int, ...] = Field(min_length=1)
    who: tuple[str, ...]
    whom: tuple[str, ...]
    what: str = Field(min_length=1)
    status: str
    act: str | None = None
    mode: str | None = None
    condition: str | None = None
    event: str | None = None


class GoldArticle(Frozen):
    """An article with what is noted of it; `origin` is a label within its story."""

    outlet: str
    published: datetime
    title: str
    origin: str
    paragraphs: tuple[str, ...]
    headline: str
    actors: tuple[NotedActor, ...]
    items: tuple[NotedItem, ...]

    @property
    def text(self) -> str:
        """The article's text, a blank line between paragraphs."""
        return "\n\n".join(self.paragraphs)


class GoldStory(Frozen):
    """A story; `about` says what it tells and which trap it holds."""

    story: str
    about: str
    articles: tuple[GoldArticle, ...] = Field(min_length=1)


class Grouped(Frozen):
    """An article as it is joined, with the labels that joining should find."""

    story: str
    origin: str
    filed: Filed


def load_gold(part: Part = "all", folder: Path = FOLDER) -> tuple[Grouped, ...]:
    """The articles of a part, by story in the order of the split.

    Raises:
        GoldError: the split or a story cannot be read, or an annotation names a sentence that
            its text has not, or an actor whom its text does not name.
    """
    return tuple(article for story in load_stories(part, folder) for article in grouped(story))


def load_stories(part: Part = "all", folder: Path = FOLDER) -> tuple[GoldStory, ...]:
    """The stories of a part in the order of the split; GoldError where one cannot be read."""
    split = _split(folder / SPLIT_NAME)
    names = {"tune": split.tune, "test": split.test, "all": (*split.tune, *split.test)}[part]
    return tuple(_story(folder / f"{name}.json") for name in names)


def grouped(story: GoldStory) -> Iterator[Grouped]:
    """Its articles with their labels; GoldError names the article that cannot be built."""
    for article in story.articles:
        try:
            yield Grouped(
                story=story.story, origin=f"{story.story}/{article.origin}", filed=filed(article)
            )
        except (LookupError, ValidationError) as error:
            raise GoldError(f'{story.story}, "{article.title}": {error}') from error


def filed(article: GoldArticle) -> Filed:
    """The article as the store would keep it, fetched five minutes after it was published."""
    brief = brief_of(article)
    return Filed(
        id=brief.article.sha256,
        url=brief.article.url,
        title=article.title,
        outlet=article.outlet,
        feed=article.outlet,
        tier=2,
        published=article.published,
        fetched=article.published + timedelta(minutes=5),
        brief=brief,
    )


def brief_of(noted: GoldArticle) -> Brief:
    """The brief of the noted actors, items and headline, with quotes out of the text."""
    article = Article(
        text=noted.text,
        title=noted.title,
        outlet=noted.outlet,
        url=f"https://{_slug(noted.outlet)}.example/{_slug(noted.title)}",
        date=noted.published.date().isoformat(),
    )
    sentences = split_sentences(article.text, article.language)
    items = [_item(n, item, sentences) for n, item in enumerate(noted.items, start=1)]
    return Brief(
        article=article,
        headline=noted.headline,
        summary=(),
        actors=tuple(_actor(actor, sentences) for actor in noted.actors),
        claims=tuple(i for i in items if isinstance(i, Claim)),
        threats=tuple(i for i in items if isinstance(i, Threat)),
        actions=tuple(i for i in items if isinstance(i, Action)),
        agreements=tuple(i for i in items if isinstance(i, Agreement)),
        dropped=(),
        provenance=_provenance(article),
    )


# --- reading ----------------------------------------------------------------------------------


def _split(path: Path) -> Split:
    try:
        return Split.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise GoldError(
            f"{path}: cannot be read as a split ({error}); it needs the lists tune and test."
        ) from error


def _story(path: Path) -> GoldStory:
    try:
        return TypeAdapter(GoldStory).validate_json(path.read_bytes())
    except OSError as error:
        raise GoldError(f"{path}: cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in fault["loc"])
        raise GoldError(f"{path}: {place}: {fault['msg']}.") from error


# --- briefs -----------------------------------------------------------------------------------


def _actor(noted: NotedActor, sentences: Sequence[Sentence]) -> Actor:
    names = (noted.name, *noted.aliases)
    first = next((s for s in sentences if any(_names(s, name) for name in names)), None)
    if first is None:
        raise LookupError(f"the text does not name the actor {noted.name}.")
    return Actor(
        name=noted.name,
        kind=noted.kind,
        role="",
        aliases=noted.aliases,
        evidence=(_quote(first),),
    )


def _names(sentence: Sentence, name: str) -> bool:
    return name.casefold() in sentence.text.casefold()


def _item(number: int, noted: NotedItem, sentences: Sequence[Sentence]) -> AnyItem:
    fields: dict[str, Any] = noted.model_dump(exclude={"type"}, exclude_none=True)
    fields["id"] = f"{noted.type}-{number}"
    fields["reported_by"] = ()
    fields["evidence"] = tuple(_quote(_numbered(n, sentences)) for n in noted.sentences)
    return _ITEM_TYPES[noted.type].model_validate(fields)


def _numbered(number: int, sentences: Sequence[Sentence]) -> Sentence:
    found = next((s for s in sentences if s.number == number), None)
    if found is None:
        raise LookupError(f"there is no sentence {number}; it has {len(sentences)}.")
    return found


def _quote(sentence: Sentence) -> Quote:
    return Quote(
        sentence=sentence.number, start=sentence.start, end=sentence.end, text=sentence.text
    )


def _provenance(article: Article) -> Provenance:
    return Provenance(
        model="by hand",
        prompt_sha256="0" * 64,
        schema_version=SCHEMA_VERSION,
        article_sha256=article.sha256,
        usage=Usage(),
        latency_s=0.0,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
