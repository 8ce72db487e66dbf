"""Gold from a brief, for a person to correct; and evidence from sentence numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from evals.errors import GoldError
from evals.gold import AnyGoldItem, GoldActor, GoldCase, GoldSentence, Span
from summarizer.models import AnyItem, Article, Brief, Quote, Sentence
from summarizer.sentences import split_sentences

_ITEM: TypeAdapter[AnyGoldItem] = TypeAdapter(AnyGoldItem)
_OWN = ("type", "who", "whom", "what", "status", "reported_by", "act", "mode", "event", "condition")


def draft(brief: Brief, name: str, domain: str = "") -> GoldCase:
    """The brief as gold, marked as a draft: nobody has checked it yet."""
    return GoldCase(
        id=name,
        domain=domain,
        draft=True,
        article=brief.article,
        actors=tuple(
            GoldActor(name=a.name, kind=a.kind, role=a.role, aliases=a.aliases)
            for a in brief.actors
        ),
        items=tuple(sorted(map(_item, brief.items), key=lambda item: item.sentences)),
        headline=brief.headline,
        summary=tuple(
            GoldSentence(text=s.text, sentences=_numbers(s.evidence), evidence=_spans(s.evidence))
            for s in brief.summary
        ),
    )


def _item(item: AnyItem) -> AnyGoldItem:
    said: dict[str, Any] = {name: getattr(item, name) for name in _OWN if hasattr(item, name)}
    cited = {"sentences": item.sentences, "evidence": _spans(item.evidence)}
    return _ITEM.validate_python({**said, **cited})


def _numbers(quotes: Sequence[Quote]) -> tuple[int, ...]:
    return tuple(sorted({quote.sentence for quote in quotes}))


def _spans(quotes: Sequence[Quote]) -> tuple[Span, ...]:
    spans = sorted({(quote.start, quote.end) for quote in quotes})
    return tuple(Span(start=start, end=end) for start, end in spans)


def filled(case: GoldCase) -> GoldCase:
    """The case with the evidence of its items and summary taken from their sentence numbers.

    Raises:
        GoldError: the article has no sentence of such a number.
    """
    sentences = {s.number: s for s in _sentences(case.article)}
    return case.model_copy(
        update={
            "items": tuple(_filled(case.id, item, sentences) for item in case.items),
            "summary": tuple(_filled(case.id, s, sentences) for s in case.summary),
        }
    )


def _filled(name: str, cited: Any, sentences: dict[int, Sentence]) -> Any:
    unknown = [n for n in cited.sentences if n not in sentences]
    if unknown:
        raise GoldError(f"{name}: sentence {unknown[0]} is cited, but there are {len(sentences)}.")
    spans = [Span(start=sentences[n].start, end=sentences[n].end) for n in cited.sentences]
    return cited.model_copy(update={"evidence": tuple(spans)})


def numbered(article: Article) -> str:
    """The article with its sentences numbered, a blank line between paragraphs."""
    lines: list[str] = []
    paragraph = 1
    for sentence in _sentences(article):
        if sentence.paragraph != paragraph:
            lines.append("")
        paragraph = sentence.paragraph
        lines.append(f"[{sentence.number}] {' '.join(sentence.text.split())}")
    return "\n".join(lines) + "\n"


def _sentences(article: Article) -> list[Sentence]:
    """With the numbers that the product gives them, which depend on the language."""
    return split_sentences(article.text, article.language)


def case_name(source: str, folder: Path) -> str:
    """A free file name out of a path, URL or title: its last part, lower case, dashes."""
    stem = re.sub(r"\.\w{1,5}$", "", source.rstrip("/").rpartition("/")[2])
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii")
    base = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:40].strip("-") or "article"
    names = (base if k == 1 else f"{base}-{k}" for k in range(1, 1000))
    return next(name for name in names if not (folder / f"{name}.json").exists())
