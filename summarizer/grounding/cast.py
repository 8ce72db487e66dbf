"""Names resolved to the cast, and whether an actor stands in a piece of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from summarizer.grounding.text import STOP_WORDS, Names, capital_words, fold, same_name, words
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
# Somebody can be called Will or May.
_NO_NAMES = STOP_WORDS - {"will", "may"}
_TITLES = frozenset(
    """admiral ambassador archbishop attorney baroness bishop captain cardinal chairman chairwoman
    chancellor chief col colonel commissioner congressman congresswoman dame deputy dr emir
    ex foreign former gen general gov governor imam interim judge justice king lady lord
    lt madam maj major mayor minister miss mr mrs ms officer pope premier president prime prince
    princess prof professor queen rabbi rep representative rev sec secretary sen senator sergeant
    sheikh sheriff sir speaker sultan vice""".split()
)


class CastIndex:
    """The kept actors, found by any of their names; also by the name that the model gave to one
    who is kept under another."""

    def __init__(self, actors: Sequence[Actor], said: Sequence[ExtractedActor] = ()) -> None:
        self.actors = tuple(actors)
        # What is the name of one is no alias of another.
        own = {fold(actor.name): actor for actor in actors}
        aliases = [(fold(alias), actor) for actor in actors for alias in actor.aliases]
        meant = [(fold(o.name), own[fold(n)]) for o in said for n in o.aliases if fold(n) in own]
        self._by_name = self._unambiguous(meant) | self._unambiguous(aliases) | own
        # A short form counts only where it means one member of the cast.
        self._by_short = self._unambiguous(
            (short, actor) for actor in actors for short in _short_forms(actor)
        )
        self._forms = {actor.name: self._forms_of(actor) for actor in actors}
        self._capital = {actor.name: _capital_forms(actor) for actor in actors}
        self._by_word: dict[str, list[str]] = {}
        for actor in actors:
            for word in words(fold(" ".join((actor.name, actor.role, *actor.aliases)))):
                self._by_word.setdefault(word, []).append(actor.name)

    def resolve(self, name: str) -> Actor | None:
        """The actor meant by `name`: by name or alias, then by surname, with a title or not, or
        by acronym."""
        folded = fold(name)
        for form in (folded, _without_article(folded)):
            if actor := self._by_name.get(form) or self._by_short.get(form):
                return actor
        *before, last = words(folded) or [""]
        actor = self._by_short.get(last)
        known = actor is not None and all(
            w in _TITLES or len(w) == 1 or actor.name in self.named_by(w) for w in before
        )
        return actor if known else None

    def mentions(self, actor: Actor, text: str) -> bool:
        """Whether a name, alias or short form of `actor` stands in `text`."""
        forms, folded = self._forms[actor.name], fold(text)
        if actor.kind == "person":
            # Brown is not brown, nor May may.
            forms -= {f for f in self._capital[actor.name] if f not in capital_words(text)}
        return any(_stands_in(form, folded) for form in forms) or (
            actor.kind == "government" and _people_named(forms, folded)
        )

    def standing_in(self, text: str) -> tuple[str, ...]:
        """Names of the actors who stand in `text` by name, alias or short form."""
        return tuple(actor.name for actor in self.actors if self.mentions(actor, text))

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
    def _unambiguous(pairs: Iterable[tuple[str, Actor]]) -> dict[str, Actor]:
        found: dict[str, Actor | None] = {}
        for form, actor in pairs:
            known = found.setdefault(form, actor)
            if known is not actor:
                found[form] = None
        return {form: actor for form, actor in found.items() if actor is not None}


def keep_actors(
    said: Sequence[ExtractedActor], sentences: Sequence[Sentence]
) -> tuple[list[Actor], list[Dropped]]:
    """Actors whose name, or else an alias, stands in the article; the first of a name wins."""
    folded = [fold(sentence.text) for sentence in sentences]
    vocabulary = _Vocabulary(folded)
    kept: dict[str, Actor] = {}
    dropped: list[Dropped] = []
    for actor in said:
        names = [n for n in (actor.name, *actor.aliases) if _is_name(n)]
        standing = [n for n in names if any(_stands_in(fold(n), text) for text in folded)]
        if not standing:
            detail = f"Neither {actor.name!r} nor another name given for it stands in the article."
            dropped.append(_dropped("actor", actor.name, detail))
            continue
        if fold(standing[0]) in kept:
            detail = f"{standing[0]} is in the cast already."
            dropped.append(_dropped("actor", actor.name, detail, DropReason.REPEATED))
            continue
        for alias in (n for n in names if n not in standing):
            detail = (
                f"{alias!r}, given as another name of {standing[0]}, does not stand in the article."
            )
            dropped.append(_dropped("field", alias, detail))
        role = " ".join(actor.role.split())
        if not vocabulary.has_all(role):
            detail = f"The role of {standing[0]} is not in the words of the article."
            dropped.append(_dropped("field", role, detail))
            role = ""
        kept[fold(standing[0])] = _actor(actor, role, standing, sentences, folded)
    return list(kept.values()), dropped


def _actor(
    said: ExtractedActor,
    role: str,
    standing: Sequence[str],
    sentences: Sequence[Sentence],
    folded: Sequence[str],
) -> Actor:
    first = next(
        s
        for s, text in zip(sentences, folded, strict=True)
        if any(_stands_in(fold(n), text) for n in standing)
    )
    aliases = dict.fromkeys(n for n in standing[1:] if fold(n) != fold(standing[0]))
    return Actor(
        name=standing[0],
        kind=said.kind,
        role=role,
        aliases=tuple(aliases),
        evidence=(Quote(sentence=first.number, start=first.start, end=first.end, text=first.text),),
    )


def _dropped(
    section: Literal["actor", "field"],
    what: str,
    detail: str,
    reason: DropReason = DropReason.NOT_IN_ARTICLE,
) -> Dropped:
    return Dropped(section=section, what=what, sentences=(), reason=reason, detail=detail)


class _Vocabulary:
    """The words of an article, each also without the s of a plural."""

    def __init__(self, folded: Sequence[str]) -> None:
        present = {word for sentence in folded for word in words(sentence)}
        self._words = present | {word.removesuffix("s") for word in present}
        self._names = Names(self._words)

    def has_all(self, text: str) -> bool:
        """Whether all words of `text` stand there, up to a people's ending or a plural's s."""
        wanted = [w for w in words(fold(text)) if w not in _FUNCTION_WORDS]
        return all(w.removesuffix("s") in self._words or w in self._names for w in wanted)


def _is_name(text: str) -> bool:
    """Whether there is more in it than pronouns and such, which stand in every article."""
    return not _NO_NAMES.issuperset(words(fold(text)))


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
    return frozenset(forms)


def _capital_forms(actor: Actor) -> frozenset[str]:
    """Those of the actor's names that are one word with a capital."""
    names = (actor.name, *actor.aliases, *(n.split()[-1] for n in (actor.name, *actor.aliases)))
    return frozenset(fold(n) for n in names if n.isalnum() and n[0].isupper())


def _people_named(forms: Iterable[str], folded: str) -> bool:
    """Whether a state stands there as its people or an adjective (Colombia, Colombian)."""
    singles = [form for form in forms if " " not in form]
    return any(same_name(form, word) for form in singles for word in words(folded))


def _without_article(folded: str) -> str:
    for article in _ARTICLES:
        if folded.startswith(article):
            return folded.removeprefix(article)
    return folded
