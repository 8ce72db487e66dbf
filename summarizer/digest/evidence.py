"""Whether a text stands in what it cites; the one measure for making a digest and for checking it.

A brief is proven when it is made, but a digest is made of stored briefs, so each part is measured
again and fails closed: a quote must stand at its offsets, and every number, quotation and name of
a sentence in what it cites.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from summarizer.grounding.text import (
    STOP_WORDS,
    Names,
    Stems,
    claimed_numbers,
    fold,
    numbers,
    one_line,
    plain,
    quoted_phrases,
    words,
)
from summarizer.models import Actor, Article, Brief, Frozen, Item, Quote, Threat


def stands(quote: Quote, text: str) -> bool:
    """Whether the quote is not empty and stands at its offsets."""
    return bool(quote.text) and quote.start >= 0 and text[quote.start : quote.end] == quote.text


class Passage(Frozen):
    """A piece of an article's text with its language (ISO 639-1)."""

    text: str
    language: str


def unproven_number(said: str, passages: Sequence[Passage]) -> str | None:
    """A number or a quotation of `said` that stands in none of the passages, or None; `said` is
    in the language of the first."""
    shown = {n for p in passages for n in _numbers(p.text, p.language)}
    if foreign := claimed_numbers(said, passages[0].language) - shown:
        return min(foreign)
    folded = " ".join(_folded(p.text) for p in passages)
    return next((phrase for phrase in quoted_phrases(said) if phrase not in folded), None)


def unproven_name(said: str, texts: Sequence[str]) -> str | None:
    """A capital word of `said` that stands in none of the texts, or None. Acronyms are let
    pass, and so is a first word that is an ordinary one."""
    known = [_vocabulary(text) for text in texts]
    for position, word in enumerate(words(plain(said))):
        if not word[0].isupper() or (len(word) > 1 and word.isupper()):
            continue
        if any(v.has_name(word) or (position == 0 and v.has_common(word)) for v in known):
            continue
        if position or fold(word) not in STOP_WORDS:
            return word
    return None


def is_named(name: str, text: str) -> bool:
    """Whether the name stands in the text."""
    return bool(fold(name)) and fold(name) in _folded(text)


def is_web_address(url: str) -> bool:
    """Whether a URL is http or https, with a host, and hides nothing."""
    if not url.isprintable() or any(c.isspace() or c == "\\" for c in url):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc


class _Vocabulary:
    """The words of a text."""

    def __init__(self, text: str) -> None:
        self._names = Names(words(fold(text)))
        self._small = Stems(fold(word) for word in words(plain(text)) if word[0].islower())

    def has_name(self, word: str) -> bool:
        """Whether it stands there, up to the ending of a people's name."""
        return fold(word) in self._names

    def has_common(self, word: str) -> bool:
        """Whether a form of it stands there written small."""
        return fold(word) in self._small


@lru_cache(maxsize=512)
def _vocabulary(text: str) -> _Vocabulary:
    return _Vocabulary(text)


@lru_cache(maxsize=2048)
def _numbers(text: str, language: str) -> frozenset[str]:
    return numbers(one_line(text), language)


@lru_cache(maxsize=2048)
def _folded(text: str) -> str:
    return fold(text)


class Proven(Frozen):
    """A brief less the parts that its article does not prove, and how many those were."""

    brief: Brief
    broken: int


def keep_proven(brief: Brief) -> Proven:
    """The brief with only those parts that hold against its article's text."""
    article = brief.article
    actors = tuple(
        _actor(actor, article)
        for actor in brief.actors
        if _cited(actor.evidence, article) and is_named(actor.name, article.text)
    )
    cast = {actor.name for actor in actors}
    kept: dict[str, object] = {
        "actors": actors,
        "summary": tuple(s for s in brief.summary if _proven(s.text, s.evidence, article)),
    }
    for section in ("claims", "threats", "actions", "agreements"):
        items = getattr(brief, section)
        kept[section] = tuple(item for item in items if _item_holds(item, article, cast))
    if not _headline_holds(brief):
        kept |= {"headline": "", "headline_evidence": ()}
    made = brief.model_copy(update=kept)
    return Proven(brief=made, broken=_parts(brief) - _parts(made))


def _actor(actor: Actor, article: Article) -> Actor:
    """The actor with a role and aliases that stand in the article."""
    whole = Passage(text=article.text, language=article.language)
    stands_there = (
        unproven_number(actor.role, [whole]) is None
        and unproven_name(actor.role, [article.text]) is None
    )
    aliases = tuple(alias for alias in actor.aliases if is_named(alias, article.text))
    role = actor.role if stands_there else ""
    return actor.model_copy(update={"aliases": aliases, "role": role})


def _parts(brief: Brief) -> int:
    return len(brief.items) + len(brief.actors) + len(brief.summary) + bool(brief.headline)


def _cited(quotes: Sequence[Quote], article: Article) -> bool:
    return bool(quotes) and all(stands(quote, article.text) for quote in quotes)


def _proven(said: str, quotes: Sequence[Quote], article: Article) -> bool:
    passages = [Passage(text=quote.text, language=article.language) for quote in quotes]
    return (
        bool(said.strip())
        and _cited(quotes, article)
        and unproven_number(said, passages) is None
        and unproven_name(said, [article.text]) is None
    )


def _headline_holds(brief: Brief) -> bool:
    texts = [brief.article.text, brief.article.title]
    passages = [Passage(text=text, language=brief.article.language) for text in texts]
    return (
        bool(brief.headline.strip())
        and _cited(brief.headline_evidence, brief.article)
        and unproven_number(brief.headline, passages) is None
        and unproven_name(brief.headline, texts) is None
    )


def _item_holds(item: Item, article: Article, cast: set[str]) -> bool:
    return {*item.who, *item.whom, *item.reported_by} <= cast and all(
        _proven(said, item.evidence, article) for said in _said_by(item)
    )


def _said_by(item: Item) -> Iterator[str]:
    yield item.what
    if isinstance(item, Threat) and item.condition:
        yield item.condition
