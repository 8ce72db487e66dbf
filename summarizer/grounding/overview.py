"""Headline and summary: proven, or replaced by the article's own words."""

from __future__ import annotations

from collections.abc import Sequence

from summarizer.grounding.cast import CastIndex
from summarizer.grounding.content import Evidence, Fault, find_fault
from summarizer.grounding.items import ItemGrounder
from summarizer.grounding.text import Stems, content_words, one_line
from summarizer.models import (
    Article,
    Dropped,
    DropReason,
    ExtractedSentence,
    Quote,
    Sentence,
    SummarySentence,
)

_HEADLINE_EVIDENCE = 3
_LONGEST_HEADLINE = 200
_SAID_ALREADY = Fault(reason=DropReason.REPEATED, detail="The summary says it already.")


def ground_headline(
    said: str,
    article: Article,
    sentences: Sequence[Sentence],
    grounder: ItemGrounder,
    cast: CastIndex,
) -> tuple[str, tuple[Quote, ...], list[Dropped]]:
    """The headline where the article shows all of it, else the article's title or first
    sentence; with the sentences that show most of it."""
    said = one_line(said)
    evidence = whole_article(article, sentences)
    fault = _fault(said, evidence, cast)
    if fault is None:
        numbers = _best_evidence(said, sentences)
        return said, grounder.quotes(numbers), []
    dropped = [_dropped("headline", said, (), fault)] if said else []
    own = own_headline(article, sentences)
    return own, grounder.quotes(_best_evidence(own, sentences)), dropped


def own_headline(article: Article, sentences: Sequence[Sentence]) -> str:
    """The article's title or else its first sentence, cut where it is too long."""
    own = one_line(article.title) or one_line(sentences[0].text if sentences else "")
    if len(own) > _LONGEST_HEADLINE:
        own = own[:_LONGEST_HEADLINE].rsplit(" ", 1)[0] + " …"
    return own


def ground_summary(
    said: Sequence[ExtractedSentence],
    sentences: Sequence[Sentence],
    grounder: ItemGrounder,
    cast: CastIndex,
) -> tuple[list[SummarySentence], list[Dropped]]:
    """Each sentence proven by those it cites, else replaced by the first of them that exists,
    else by the one most like it; an empty summary by the article's first sentence."""
    kept: list[SummarySentence] = []
    dropped: list[Dropped] = []
    for one in said:
        text = one_line(one.text)
        numbers = grounder.known(one.sentences)
        fault = _summary_fault(text, numbers, one.sentences, grounder, cast)
        if fault is not None:
            dropped.append(_dropped("summary", text, tuple(one.sentences), fault))
            for number in (numbers or _best_evidence(text, sentences))[:1]:
                _append(kept, _own(grounder, number))
        else:
            context = grounder.context((text,), (), numbers)
            quotes = grounder.quotes(numbers)
            proven = SummarySentence(text=text, evidence=quotes, context=context)
            if not _append(kept, proven):
                dropped.append(_dropped("summary", text, tuple(one.sentences), _SAID_ALREADY))
    if not kept and sentences:
        kept.append(_own(grounder, sentences[0].number))
    return kept, dropped


def whole_article(article: Article, sentences: Sequence[Sentence]) -> Evidence:
    """All sentences, and the title, as evidence."""
    text = "\n".join(one_line(text) for text in (article.title, *(s.text for s in sentences)))
    return Evidence(cited=text, in_reach=(), language=article.language)


def _summary_fault(
    text: str,
    numbers: tuple[int, ...],
    cited: Sequence[int],
    grounder: ItemGrounder,
    cast: CastIndex,
) -> Fault | None:
    if not numbers:
        return Fault(reason=DropReason.NO_EVIDENCE, detail="It cites no sentence that exists.")
    if len(numbers) < len(set(cited)):
        return Fault(reason=DropReason.BAD_SENTENCE, detail="It cites a sentence there is not.")
    return _fault(text, grounder.evidence(numbers), cast)


def _fault(text: str, evidence: Evidence, cast: CastIndex) -> Fault | None:
    if not text:
        return Fault(reason=DropReason.EMPTY, detail="It says nothing.")
    return find_fault(text, evidence, cast)


def _own(grounder: ItemGrounder, number: int) -> SummarySentence:
    (quote,) = grounder.quotes([number])
    return SummarySentence(text=one_line(quote.text), evidence=(quote,), replaced=True)


def _append(kept: list[SummarySentence], sentence: SummarySentence) -> bool:
    """Whether it was not there yet."""
    new = all(sentence.text != other.text for other in kept)
    if new:
        kept.append(sentence)
    return new


def _best_evidence(text: str, sentences: Sequence[Sentence]) -> list[int]:
    """Numbers of up to three sentences that together show most words of `text`."""
    missing = set(content_words(text))
    known = {s.number: Stems(content_words(s.text)) for s in sentences}
    chosen: list[int] = []
    for _ in range(_HEADLINE_EVIDENCE):
        best, shown = 0, set[str]()
        for number, stems in known.items():
            here = {word for word in missing if word in stems}
            if len(here) > len(shown):
                best, shown = number, here
        if not shown:
            break
        chosen.append(best)
        missing -= shown
    return sorted(chosen) or [s.number for s in sentences[:1]]


def _dropped(section: str, what: str, sentences: tuple[int, ...], fault: Fault) -> Dropped:
    return Dropped.model_validate(
        {
            "section": section,
            "what": what,
            "sentences": sentences,
            "reason": fault.reason,
            "detail": fault.detail,
        }
    )
