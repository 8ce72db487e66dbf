"""Filed articles and stories made by hand for the tests of the digest; offsets are computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from summarizer.digest import DigestOptions, make_digest
from summarizer.digest_models import Commitment, Digest, DigestStory, Filed, Origin, Story, Unread
from summarizer.models import (
    Action,
    Actor,
    Agreement,
    Article,
    Brief,
    Claim,
    Dropped,
    Provenance,
    Quote,
    SummarySentence,
    Threat,
    Usage,
)

FIRST_DAY = date(2026, 3, 3)  # a Tuesday


def day_of(number: int) -> date:
    """Day 1, 2, ... of the tests."""
    return FIRST_DAY + timedelta(days=number - 1)


def at(day: int, hour: float = 8) -> datetime:
    """An hour of a day, in UTC."""
    midnight = datetime.combine(day_of(day), datetime.min.time(), UTC)
    return midnight + timedelta(hours=hour)


class Text:
    """An article of one sentence a line, with its quotes by number (from 1)."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        self.text = "\n".join(lines)

    def quote(self, number: int) -> Quote:
        """A sentence as evidence."""
        start = sum(len(line) + 1 for line in self.lines[: number - 1])
        line = self.lines[number - 1]
        return Quote(sentence=number, start=start, end=start + len(line), text=line)

    def quotes(self, numbers: Sequence[int]) -> tuple[Quote, ...]:
        """Sentences as evidence."""
        return tuple(self.quote(number) for number in numbers)


def item(type_: str, what: str, *sentences: int, **more: Any) -> dict[str, Any]:
    """An item to be, of sentence 1 where none is given."""
    own: dict[str, dict[str, Any]] = {
        "claim": {"status": "happened", "act": "says"},
        "threat": {"status": "planned", "condition": "", "mode": "other"},
        "action": {"status": "happened", "event": "OTHER"},
        "agreement": {"status": "agreed"},
    }
    shared = {"who": (), "whom": (), "reported_by": ()}
    fields = {"type": type_, "what": what, "sentences": sentences or (1,), **shared, **own[type_]}
    return {**fields, **{k: tuple(v) if isinstance(v, list) else v for k, v in more.items()}}


def claim(what: str, *sentences: int, **more: Any) -> dict[str, Any]:
    """A claim to be."""
    return item("claim", what, *sentences, **more)


def threat(what: str, *sentences: int, **more: Any) -> dict[str, Any]:
    """A threat to be."""
    return item("threat", what, *sentences, **more)


def action(what: str, *sentences: int, **more: Any) -> dict[str, Any]:
    """An action to be."""
    return item("action", what, *sentences, **more)


def agreement(what: str, *sentences: int, **more: Any) -> dict[str, Any]:
    """An agreement to be."""
    return item("agreement", what, *sentences, **more)


def actor(name: str, *aliases: str, kind: str = "government", role: str = "") -> dict[str, Any]:
    """A member of the cast to be, first mentioned where the article first has the name."""
    return {"name": name, "kind": kind, "role": role, "aliases": aliases}


_CLASSES = {"claim": Claim, "threat": Threat, "action": Action, "agreement": Agreement}
_SECTIONS = {"claim": "claims", "threat": "threats", "action": "actions", "agreement": "agreements"}


def brief(
    text: Text,
    actors: Sequence[dict[str, Any]] = (),
    items: Sequence[dict[str, Any]] = (),
    headline: str = "",
    summary: Sequence[tuple[str, int]] | None = None,
    dropped: Sequence[Dropped] = (),
    usage: Usage | None = None,
    **article: Any,
) -> Brief:
    """A brief with real quotes; headline and summary are the first sentence where none is given."""
    sections: dict[str, list[Any]] = {name: [] for name in _SECTIONS.values()}
    for one in items:
        made = sections[_SECTIONS[one["type"]]]
        evidence = text.quotes(one["sentences"])
        id_ = f"{one['type']}-{len(made) + 1}"
        made.append(_CLASSES[one["type"]](id=id_, evidence=evidence, **one))
    said = summary if summary is not None else [(text.lines[0], 1)]
    read = Article(text=text.text, **article)
    return Brief(
        article=read,
        headline=headline or text.lines[0],
        headline_evidence=text.quotes([1]),
        summary=tuple(SummarySentence(text=t, evidence=text.quotes([n])) for t, n in said),
        actors=tuple(Actor(evidence=text.quotes([_mention(text, a)]), **a) for a in actors),
        dropped=tuple(dropped),
        provenance=Provenance(
            model="hand",
            prompt_sha256="00" * 32,
            schema_version="1",
            article_sha256=read.sha256,
            usage=usage or Usage(calls=1, input_tokens=100, output_tokens=10),
            latency_s=1.0,
            created_at=at(1),
        ),
        **{name: tuple(made) for name, made in sections.items()},
    )


def _mention(text: Text, member: dict[str, Any]) -> int:
    names = (member["name"], *member["aliases"])
    places = (n for n, line in enumerate(text.lines, 1) if any(name in line for name in names))
    return next(places, 1)


def filed(
    outlet: str,
    when: datetime,
    *lines: str,
    tier: int = 2,
    tags: Sequence[str] = (),
    extent: str = "full",
    url: str = "",
    title: str = "",
    feed: str = "",
    fetched: datetime | None = None,
    **content: Any,
) -> Filed:
    """An article of `outlet`, out at `when` and fetched ten minutes later."""
    made = brief(Text(*lines), title=title, **content)
    address = f"https://{outlet.lower().replace(' ', '-')}.example/{made.article.sha256[:8]}"
    return Filed.model_validate(
        {
            "id": made.article.sha256,
            "url": url or address,
            "title": title,
            "outlet": outlet,
            "feed": feed or f"{outlet} feed",
            "tier": tier,
            "tags": tuple(tags),
            "published": when,
            "fetched": fetched or when + timedelta(minutes=10),
            "extent": extent,
            "brief": made,
        }
    )


def story(*origins: Filed | Sequence[Filed], id_: str = "s1") -> Story:
    """A story; each argument is one piece of reporting, with its copies."""
    groups = [[o] if isinstance(o, Filed) else list(o) for o in origins]
    return Story(
        id=id_,
        origins=tuple(Origin(articles=tuple(dict.fromkeys(f.id for f in g))) for g in groups),
    )


def options(day: int, hour: float = 20, **more: Any) -> DigestOptions:
    """Options of a digest made at this hour of the day."""
    return DigestOptions(now=at(day, hour), **more)


def digest(
    day: int,
    stories: Sequence[Story],
    articles: Sequence[Filed],
    yesterday: Digest | None = None,
    ledger: Sequence[Commitment] | None = None,
    unread: Sequence[Unread] = (),
    hour: float = 20,
    **more: Any,
) -> Digest:
    """The digest of a day, with the ledger of `yesterday` where no other is given."""
    known = ledger if ledger is not None else (yesterday.ledger if yesterday else ())
    chosen = options(day, hour, **more)
    return make_digest(day_of(day), stories, articles, yesterday, known, unread, chosen)


def one_day(*origins: Filed | Sequence[Filed], **more: Any) -> DigestStory:
    """The one story of day 1 of these pieces of reporting."""
    articles = [f for o in origins for f in ([o] if isinstance(o, Filed) else o)]
    (told,) = digest(1, [story(*origins)], articles, **more).stories
    return told


class TwoDays:
    """A story of which day 1 has some articles and day 2 others, each its own reporting."""

    def __init__(self, first: Sequence[Filed], second: Sequence[Filed], **more: Any) -> None:
        self.one = digest(1, [story(*first)], first, **more)
        both = [*first, *second]
        self.two = digest(2, [story(*both)], both, yesterday=self.one, **more)

    @property
    def story(self) -> DigestStory:
        """The story as day 2 tells it."""
        (told,) = self.two.stories
        return told

    def kinds(self) -> list[str]:
        """Kinds of the changes of day 2, actors who are merely new left out."""
        return [c.kind for c in self.story.changes if c.kind != "new_actor"]
