"""What is wrong with gold: one plain line a problem; pure but for `check_folder`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from evals.errors import GoldError
from evals.gold import Cited, GoldCase, GoldItem, Span, load_case, load_split
from evals.similarity import normal

MAX_WORDS = 25
MAX_SENTENCES = {"item": 3, "summary": 6}
_QUOTED = re.compile(r'["“”„«]([^"“”„«»]+)["“”»]')
_PARAGRAPH_END = re.compile(r"\n\s*\n")


def check_folder(gold: Path, split: Path) -> list[str]:
    """Problems of all gold files and of the split; a file in no split is one."""
    names = load_split(split).names
    problems = [f"{split}: {name} stands there twice" for name in _repeated(names)]
    files = {path.stem: path for path in sorted(gold.glob("*.json"))}
    problems += [f"{split}: {name} has no file in {gold}" for name in names if name not in files]
    problems += [f"{files[name]}: not in {split}" for name in files if name not in names]
    for path in files.values():
        problems += [f"{path}: {problem}" for problem in _check_file(path)]
    return problems


def check_annotations(folder: Path, gold: Path) -> list[str]:
    """Problems of the two annotations of each article: both sound, and of the gold's text."""
    names = sorted({path.name for path in folder.glob("*/*.json")})
    problems = []
    for path in (folder / side / name for name in names for side in ("first", "second")):
        problems += [f"{path}: {problem}" for problem in _check_file(path)]
        problems += [f"{path}: {problem}" for problem in _other_text(path, gold / path.name)]
    return problems


def _other_text(path: Path, gold: Path) -> Iterator[str]:
    """A file that cannot be read is told of elsewhere."""
    try:
        same = load_case(path).article.text == load_case(gold).article.text
    except GoldError:
        return
    if not same:
        yield f"its text is not that of {gold}"


def check(case: GoldCase) -> list[str]:
    """Problems of one case."""
    return [*_draft(case), *_actors(case), *_items(case), *_summary(case), *_numbering(case)]


def _check_file(path: Path) -> list[str]:
    try:
        case = load_case(path)
    except GoldError as error:
        return [str(error).removeprefix(f"{path}: ").removesuffix(".")]
    wrong_id = [] if case.id == path.stem else [f'id is "{case.id}"']
    return wrong_id + check(case)


def _draft(case: GoldCase) -> Iterator[str]:
    if case.draft:
        yield 'is a draft: correct it by hand, then take the line "draft" out'


def _actors(case: GoldCase) -> Iterator[str]:
    """A name or alias must mean one actor, or the scorer could not tell who is meant."""
    called = [normal(n) for actor in case.actors for n in {actor.name, *actor.aliases}]
    for name in _repeated(called):
        yield f'actors: "{name}" names two actors'


def _items(case: GoldCase) -> Iterator[str]:
    cast = {actor.name for actor in case.actors}
    for place, item in enumerate(case.items, start=1):
        where = f"item {place}"
        for name in (*item.who, *item.whom, *item.reported_by):
            if name not in cast and name != case.article.outlet:
                yield f'{where}: "{name}" is not in the cast'
        yield from (f"{where}: {p}" for p in _cited(item, case.article.text, "item"))
        yield from (f"{where}: {p}" for p in _wording(item, case.article.text))
        if item.pinned and not item.must:
            yield f"{where}: is pinned, but optional; what may not be lost is must"


def _wording(item: GoldItem, text: str) -> Iterator[str]:
    evidence = normal(" ".join(text[s.start : s.end] for s in item.evidence))
    for what in (item.what, *item.alternates):
        if not what.strip():
            yield "an alternate is empty"
        if len(what.split()) > MAX_WORDS:
            yield f'"{what}" has more than {MAX_WORDS} words'
        for quoted in _QUOTED.findall(what):
            if normal(quoted) not in evidence:
                yield f'"{quoted}" does not stand in the cited sentences'


def _summary(case: GoldCase) -> Iterator[str]:
    for place, sentence in enumerate(case.summary, start=1):
        problems = _cited(sentence, case.article.text, "summary")
        yield from (f"summary {place}: {problem}" for problem in problems)


def _cited(cited: Cited, text: str, kind: str) -> Iterator[str]:
    numbers = cited.sentences
    if not 1 <= len(numbers) <= MAX_SENTENCES[kind]:
        yield f"cites {len(numbers)} sentences, not 1 to {MAX_SENTENCES[kind]}"
    if list(numbers) != sorted(set(numbers)) or any(n < 1 for n in numbers):
        yield "sentence numbers must rise, from 1"
    if not cited.evidence:
        yield "has no evidence"
    if any(b.start < a.end for a, b in pairwise(cited.evidence)):
        yield "evidence spans must rise and not overlap"
    for span in cited.evidence:
        yield from _span(span, text)


def _span(span: Span, text: str) -> Iterator[str]:
    where = f"span {span.start} to {span.end}"
    quote = text[span.start : span.end]
    if not span.start < span.end <= len(text):
        yield f"{where} is not in the text"
    elif quote != quote.strip() or _PARAGRAPH_END.search(quote):
        yield f"{where} is not a trimmed piece of one paragraph"
    elif text[: span.start][-1:].strip() or text[span.end :][:1].strip():
        yield f"{where} begins or ends inside a word"


def _numbering(case: GoldCase) -> Iterator[str]:
    """Later evidence has no lower number; catches most slips without splitting the text."""
    cited = [c for c in (*case.items, *case.summary) if c.sentences and c.evidence]
    rising = sorted(cited, key=lambda c: (c.evidence[0].start, c.sentences[0]))
    for before, after in pairwise(rising):
        if after.sentences[0] < before.sentences[0]:
            yield f"sentence {after.sentences[0]} stands after sentence {before.sentences[0]}"


def _repeated(names: tuple[str, ...] | list[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
