"""A story's headline and summary: sentences of its briefs, chosen and never rewritten.

The best supported come first: a sentence is supported by an origin whose text has all its numbers
and nearly all its words. Each keeps the quotes of its own article, so nothing is mixed of two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import datetime
from functools import lru_cache

from summarizer.digest.items import Merged
from summarizer.digest.sources import Source, StoryDay
from summarizer.digest.tallies import OldFigure
from summarizer.digest.wording import clause, one_holds_other, shared_words
from summarizer.digest_models import Line
from summarizer.grounding.text import fold, numbers, one_line
from summarizer.models import Frozen, Quote

MOST_LINES = 3
_SUPPORTED = 0.8
_SAYS_THE_SAME = 0.7


class Told(Frozen):
    """Headline and summary of a story."""

    headline: Line
    summary: tuple[Line, ...]


class _Sentence(Frozen):
    """A candidate, with the order in which it is taken (the least first)."""

    line: Line
    language: str
    place: tuple[bool, int, bool, int, int, float, str]


def tell(
    story: StoryDay,
    items: Sequence[Merged],
    old: Set[OldFigure],
    told: Iterable[Line],
) -> Told | None:
    """The best headline and up to three sentences of the day's articles, no two alike and none
    that was `told` the day before; None where no article has a word to quote.

    What states one of the `old` figures comes last.
    """
    sources = story.today
    headlines = _ranked(_headlines(sources), sources, old)
    sentences = _ranked(_summaries(sources), sources, old)
    quoted = [s for m in items for s in _quoted(m)] or [*_first_lines(sources)]
    best = next(iter(headlines or sentences or _ranked(quoted, sources, old)), None)
    if best is None:
        return None
    spare = sentences or _ranked(quoted, sources, old)
    lines = _distinct(spare, best, told) or [one.line for one in spare[:1]]
    return Told(headline=best.line, summary=tuple(lines))


class _Candidate(Frozen):
    line: Line
    source: Source
    position: int


def _headlines(sources: Iterable[Source]) -> Iterator[_Candidate]:
    for source in sources:
        if source.brief.headline:
            line = _line(source.brief.headline, source, source.brief.headline_evidence)
            yield _Candidate(line=line, source=source, position=0)


def _summaries(sources: Iterable[Source]) -> Iterator[_Candidate]:
    for source in sources:
        for position, sentence in enumerate(source.brief.summary):
            line = _line(sentence.text, source, sentence.evidence)
            yield _Candidate(line=line, source=source, position=position)


def _quoted(merged: Merged) -> Iterator[_Candidate]:
    for said in merged.today.members[:1]:
        quote = said.cite().quote
        line = _line(quote.text, said.source, [quote])
        yield _Candidate(line=line, source=said.source, position=quote.sentence)


def _first_lines(sources: Iterable[Source]) -> Iterator[_Candidate]:
    """The first line of each text, for briefs of which nothing is left."""
    for source in sources:
        text = source.brief.article.text
        first = next((line for line in text.splitlines() if line.strip()), "").strip()
        if first:
            start = text.index(first)
            quote = Quote(sentence=1, start=start, end=start + len(first), text=first)
            line = _line(first, source, [quote])
            yield _Candidate(line=line, source=source, position=0)


def _line(text: str, source: Source, quotes: Iterable[Quote]) -> Line:
    return Line(text=one_line(text), citations=source.cite(quotes))


def _ranked(
    candidates: Iterable[_Candidate], sources: Sequence[Source], old: Set[OldFigure]
) -> list[_Sentence]:
    """Without old figures, then supported by most origins, read in full, of the best tier, the
    first of its article, the latest."""
    ranked = [
        _Sentence(
            line=one.line,
            language=one.source.language,
            place=(
                _is_old(one, old),
                -_support(one, sources),
                one.source.filed.extent != "full",
                one.source.tier,
                one.position,
                -_seconds(one.source.time),
                f"{one.source.article} {one.line.text}",
            ),
        )
        for one in candidates
    ]
    return sorted(ranked, key=lambda sentence: sentence.place)


def _seconds(time: datetime) -> float:
    return time.timestamp()


def _is_old(one: _Candidate, old: Set[OldFigure]) -> bool:
    figures = {figure.digits for figure in old if figure.article == one.source.article}
    return bool(figures & numbers(one.line.text, one.source.language))


def _support(one: _Candidate, sources: Sequence[Source]) -> int:
    said = clause(one.line.text, one.source.language)
    return len(
        {
            source.origin
            for source in sources
            if source.article == one.source.article
            or (
                said.numbers <= _numbers(source.brief.article.text, source.language)
                and len(said.words & _stems(source.brief.article.text, source.language))
                >= _SUPPORTED * len(said.words)
            )
        }
    )


@lru_cache(maxsize=512)
def _stems(text: str, language: str) -> frozenset[str]:
    return clause(text, language).words


@lru_cache(maxsize=512)
def _numbers(text: str, language: str) -> frozenset[str]:
    return numbers(text, language)


def _distinct(ranked: Iterable[_Sentence], headline: _Sentence, told: Iterable[Line]) -> list[Line]:
    known = {fold(line.text) for line in told}
    kept: list[_Sentence] = []
    for one in ranked:
        if len(kept) < MOST_LINES and fold(one.line.text) not in known:
            repeats = fold(one.line.text) == fold(headline.line.text)
            if not repeats and not any(_says_the_same(one, other) for other in kept):
                kept.append(one)
    return [one.line for one in kept]


def _says_the_same(a: _Sentence, b: _Sentence) -> bool:
    """Whether the one would tell the reader little that the other has not told; two that give
    other numbers tell more."""
    one, other = clause(a.line.text, a.language), clause(b.line.text, b.language)
    least = min(len(one.words), len(other.words))
    shared = len(shared_words(one, other))
    return shared >= _SAYS_THE_SAME * least and one_holds_other(one.numbers, other.numbers)
