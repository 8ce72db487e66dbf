"""Names resolved to the cast, and whether an actor stands in a piece of text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from summarizer.grounding.text import fold, same_name, words
from summarizer.models import (
    Actor,
    Dropped,
    DropReason,
    ExtractedActor,
    Quote,
    Sentence,
)

_PERSONAL = re.compile(
    r"\b(?:he|him|his|himself|she|her|hers|herself|who|whom|whose|i|me|my)\b", re.IGNORECASE
)
_PLURAL = re.compile(
    r"\b(?:they|them|their|theirs|themselves|we|us|our|ours|who|whom|whose|both|each|sides"
    r"|parties|countries|governments|neighbours|neighbors|leaders|ministers)\b",
    re.IGNORECASE,
)
_THING = re.compile(r"\b(?:it|its|itself|which)\b", re.IGNORECASE)
_FUNCTION_WORDS = frozenset({"the", "a", "an", "of", "and", "for", "in", "on", "de", "al", "el"})
_ARTICLES = ("the ", "a ", "an ")


class CastIndex:
    """The kept actors, found by any of their names."""

    def __init__(self, actors: Sequence[Actor]) -> None:
        self.actors = tuple(actors)
        self._by_name = self._unambiguous(
            (fold(name), actor) for actor in actors for name in (actor.name, *actor.aliases)
        )
        # A short form counts only where it means one member of the cast.
        self._by_short = self._unambiguous(
            (short, actor) for actor in actors for short in _short_forms(actor)
        )
        self._forms = {actor.name: self._forms_of(actor) for actor in actors}
        self._by_word: dict[str, list[str]] = {}
        for actor in actors:
            for word in words(fold(" ".join((actor.name, actor.role, *actor.aliases)))):
                self._by_word.setdefault(word, []).append(actor.name)

    def resolve(self, name: str) -> Actor | None:
        """The actor meant by `name`: by name or alias, then by surname or acronym."""
        folded = fold(name)
        for form in (folded, _without_article(folded)):
            if actor := self._by_name.get(form) or self._by_short.get(form):
                return actor
        return self._by_short.get(_last_word(folded)) if " " in folded else None

    def mentions(self, actor: Actor, text: str) -> bool:
        """Whether a name, alias or short form of `actor` stands in `text`."""
        folded = fold(text)
        return any(_stands_in(form, folded) for form in self._forms[actor.name]) or (
            actor.kind == "government" and _people_named(actor, folded)
        )

    def named_by(self, word: str) -> list[str]:
        """Names of the actors in whose name, role or alias the folded word stands."""
        return self._by_word.get(word, [])

    def may_be_meant(self, actor: Actor, text: str) -> bool:
        """Whether `text` has a pronoun that can stand for such an actor."""
        if actor.kind == "person":
            return bool(_PERSONAL.search(text) or _PLURAL.search(text))
        if actor.kind == "group":
            return bool(_PLURAL.search(text))
        return bool(_THING.search(text) or _PLURAL.search(text))

    def _forms_of(self, actor: Actor) -> frozenset[str]:
        names = {fold(name) for name in (actor.name, *actor.aliases)}
        names |= {_without_article(name) for name in names}
        return frozenset(names | {s for s in _short_forms(actor) if self._by_short.get(s) is actor})

    @staticmethod
    def _unambiguous(pairs: object) -> dict[str, Actor]:
        found: dict[str, Actor | None] = {}
        for form, actor in pairs:  # type: ignore[attr-defined]
            known = found.setdefault(form, actor)
            if known is not actor:
                found[form] = None
        return {form: actor for form, actor in found.items() if actor is not None}


def keep_actors(
    said: Sequence[ExtractedActor], sentences: Sequence[Sentence]
) -> tuple[list[Actor], list[Dropped]]:
    """Actors whose name, or else an alias, stands in the article; the first of a name wins."""
    folded = [fold(sentence.text) for sentence in sentences]
    kept: dict[str, Actor] = {}
    dropped: list[Dropped] = []
    for actor in said:
        names = [n for n in (actor.name, *actor.aliases) if n.strip()]
        standing = [n for n in names if any(_stands_in(fold(n), text) for text in folded)]
        if not standing:
            dropped.append(_drop_actor(actor.name))
            continue
        if fold(standing[0]) in kept:
            continue
        dropped += [_drop_alias(n, standing[0]) for n in names if n not in standing]
        kept[fold(standing[0])] = _actor(actor, standing, sentences, folded, dropped)
    return list(kept.values()), dropped


def _actor(
    said: ExtractedActor,
    standing: Sequence[str],
    sentences: Sequence[Sentence],
    folded: Sequence[str],
    dropped: list[Dropped],
) -> Actor:
    first = next(
        s
        for s, text in zip(sentences, folded, strict=True)
        if any(_stands_in(fold(n), text) for n in standing)
    )
    role = " ".join(said.role.split())
    if role and not _words_stand(role, folded):
        dropped.append(
            Dropped(
                section="field",
                what=role,
                sentences=(),
                reason=DropReason.NOT_IN_ARTICLE,
                detail=f"The role of {standing[0]} is not in the words of the article.",
            )
        )
        role = ""
    aliases = dict.fromkeys(n for n in standing[1:] if fold(n) != fold(standing[0]))
    return Actor(
        name=standing[0],
        kind=said.kind,
        role=role,
        aliases=tuple(aliases),
        evidence=(Quote(sentence=first.number, start=first.start, end=first.end, text=first.text),),
    )


def _drop_actor(name: str) -> Dropped:
    return Dropped(
        section="actor",
        what=name,
        sentences=(),
        reason=DropReason.NOT_IN_ARTICLE,
        detail=f"Neither {name!r} nor another name given for it stands in the article.",
    )


def _drop_alias(alias: str, name: str) -> Dropped:
    return Dropped(
        section="field",
        what=alias,
        sentences=(),
        reason=DropReason.NOT_IN_ARTICLE,
        detail=f"{alias!r}, given as another name of {name}, does not stand in the article.",
    )


def _words_stand(text: str, folded: Sequence[str]) -> bool:
    """Whether all words of `text` stand somewhere in the article, up to a people's ending."""
    wanted = [w for w in words(fold(text)) if w not in _FUNCTION_WORDS]
    present = {word for sentence in folded for word in words(sentence)}
    return all(w in present or any(same_name(w, p) for p in present) for w in wanted)


def _stands_in(form: str, folded: str) -> bool:
    """Whether `form` stands in `folded` as whole words."""
    at = folded.find(form) if form else -1
    while at >= 0:
        end = at + len(form)
        if not (_joins(folded, at - 1, at) or _joins(folded, end - 1, end)):
            return True
        at = folded.find(form, at + 1)
    return False


def _joins(text: str, left: int, right: int) -> bool:
    """Whether the characters at both places belong to one word (never in unspaced scripts)."""
    if left < 0 or right >= len(text):
        return False
    return _spaced(text[left]) and _spaced(text[right])


def _spaced(character: str) -> bool:
    return character.isalnum() and not "\u3040" <= character <= "\u9fff"


def _short_forms(actor: Actor) -> frozenset[str]:
    """Surname of a person; acronym of any other name of several words."""
    forms = set()
    for name in (actor.name, *actor.aliases):
        parts = name.split()
        if len(parts) < 2:
            continue
        if actor.kind == "person" and parts[-1][:1].isupper() and len(parts[-1]) > 2:
            forms.add(fold(parts[-1]))
        capitals = "".join(p[0] for p in parts if p[0].isupper())
        if actor.kind != "person" and len(capitals) >= 2:
            forms.add(fold(capitals))
            forms.add(".".join(fold(capitals)) + ".")
    return frozenset(forms)


def _people_named(actor: Actor, folded: str) -> bool:
    """Whether a state stands there as its people or an adjective (Colombia, Colombian)."""
    names = [fold(n) for n in (actor.name, *actor.aliases)]
    singles = [n for n in names if " " not in n]
    return any(same_name(n, w) for n in singles for w in words(folded))


def _without_article(folded: str) -> str:
    for article in _ARTICLES:
        if folded.startswith(article):
            return folded.removeprefix(article)
    return folded


def _last_word(folded: str) -> str:
    return folded.rsplit(" ", 1)[-1]
