"""Who is named by a phrase, and who of an article is the same; pure.

The sets mark whole phrases ("former tech executive Carly Fiorina, who ran in 2016"), a brief
names people without title. So a name is cut out of the phrase, and a surname alone is taken to
mean the full name that stands most often in the text. That is a rule of thumb, no coreference:
a pronoun ("he") and a description ("the campaign", "a spokesman") name nobody here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from evals.gold import GoldActor
from evals.similarity import normal_name

_PRONOUNS = frozenset(
    "a all another anybody anyone both each everybody everyone few he her hers him his i it its "
    "many me most my nobody none one others our she some several somebody someone that the their "
    "them they these this those us we which who whom whose you your".split()
)
_TITLE = re.compile(
    r"^.*\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Sen|Senator|Senators|Rep|Reps|Representative|Congressman|"
    r"Congresswoman|Gov|Governor|Vice President|President|Premier|Secretary-General|"
    r"Secretary of [A-Z]\w+|Secretary|Chancellor|Minister|Speaker|Judge|Gen|General|Col|Colonel|"
    r"Capt|Captain|Lt|Sgt|Rev|Pope|Mayor|Ambassador|Chairman|Chairwoman|Prof|Professor|Sheriff|"
    r"Director|Spokesman|Spokeswoman|Chief Justice|Democrat)"
    r"\b\.?\s+(?=[A-Z])"
)
_CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.&-]*|(?:al|el)-[A-Z]\w*)"
_LINK = r"(?:of the|of|for the|for|and the|&|de|del|van|von|bin|al|el|la|the)"
_RUN = re.compile(rf"(?<!\S){_CAPITAL}(?:\s+(?:{_LINK}\s+)?{_CAPITAL})*$")
_DETERMINER = re.compile(r"^(?:The|An?|His|Her|Its|Our|My|Their)\s+")
# After one of these the name is part of a description: "the government in Beijing".
_IN = re.compile(r"\b(?:at|by|filed|for|from|in|of|on|to|under|with)\s+(?:[a-z]+\s+)?$")
_OF = re.compile(r"\s+(?:of|for)\s+.*")
_LIST = re.compile(r",?\s+and\s+|,\s+")
_REST = re.compile(r"\s*(?:[,;:(\[]|\s--|\s(?:who|which|that)\s).*", re.DOTALL)
_POSSESSIVE = re.compile(r"['’]s?$")
_OWNER = re.compile(r"^.*['’]s\s+(?=[A-Z])")


def named(phrase: str) -> tuple[str, ...]:
    """The names in a phrase that is nothing but names, with or without what is said beside them;
    () where somebody in it has none."""
    plain = " ".join(phrase.split())
    head = _REST.sub("", plain)
    for listed in (plain, head):
        names = [_name(part) for part in _LIST.split(listed)]
        if all(names) and (" and " in listed or len(names) == 1):
            return tuple(dict.fromkeys(names))
    return ()


def cast_of(names: Iterable[str], text: str) -> tuple[GoldActor, ...]:
    """The actors that go by these names in `text`, by the fullest one each.

    `kind` is always "person": none of the sets says what somebody is.
    """
    fullest = _Fullest(Counter(names), text)
    groups: dict[str, set[str]] = {}
    for name in sorted(fullest.names):
        full = fullest.of(name)
        plain = _without_initials(full)
        groups.setdefault(normal_name(plain), set()).update((full, plain, name))
    for forms in groups.values():
        surnames = {form.split()[-1] for form in forms}
        forms.update(s for s in surnames if fullest.of(s) in forms)
    return tuple(_actors(groups))


def who_of(names: Iterable[str], cast: Iterable[GoldActor]) -> tuple[str, ...]:
    """The members of the cast that are called so, each once."""
    called = {normal_name(n): actor.name for actor in cast for n in (*actor.aliases, actor.name)}
    return tuple(dict.fromkeys(called[normal_name(name)] for name in names))


# --- a name out of a phrase -------------------------------------------------------------------


def _name(part: str) -> str:
    """The capitalized words that end it, without title; "" where it ends otherwise."""
    part = _POSSESSIVE.sub("", part.strip(" .,;:\"'“”‘’")).strip()
    run = _RUN.search(part)
    if not run or _IN.search(part[: run.start()]):
        return ""
    name = _DETERMINER.sub("", _OWNER.sub("", run[0]))
    bare = _TITLE.sub("", name)
    before_of = _OF.sub("", bare)
    if bare != name or len(before_of.split()) > 1:
        # "Mr. Malloy of Ohio" and "Neil Malloy of Ohio", but "University of Ohio".
        bare = before_of
    return "" if bare.casefold() in _PRONOUNS else bare


# --- one actor by several names ---------------------------------------------------------------


class _Fullest:
    """The full name that a surname alone most likely means in a text."""

    def __init__(self, names: Mapping[str, int], text: str) -> None:
        self.names = names
        self._text = " ".join(text.split())
        self._lower = frozenset(re.findall(r"\b[a-z]+\b", text))

    def of(self, name: str) -> str:
        """The most frequent full name that ends with it; of more than one word, itself."""
        if " " in name:
            return name
        found = Counter({n: count for n, count in self.names.items() if n.endswith(f" {name}")})
        found.update(self._in_text(name))
        return min(found, key=lambda full: (-found[full], full)) if found else name

    def _in_text(self, name: str) -> Iterator[str]:
        before = rf"\b([A-Z][\w'’-]+(?: [A-Z]\.)?) {re.escape(name)}(?!\w)"
        for first in re.findall(before, self._text):
            full = f"{first} {name}"
            # A word that the text has in lower case too only began a sentence.
            if first.casefold() not in self._lower and _TITLE.sub("", full) == full:
                yield full


def _without_initials(name: str) -> str:
    return re.sub(r"(?<=\S) [A-Z]\.(?= )", "", name)


def _actors(groups: Mapping[str, set[str]]) -> Iterator[GoldActor]:
    names = {key: max(sorted(forms), key=len) for key, forms in groups.items()}
    taken = {normal_name(name) for name in names.values()}
    for key, forms in sorted(groups.items()):
        aliases = {normal_name(form): form for form in sorted(forms)}
        free = [form for alias, form in aliases.items() if alias not in taken]
        taken.update(map(normal_name, free))
        yield GoldActor(name=names[key], kind="person", role="", aliases=tuple(free))
