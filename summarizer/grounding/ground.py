"""Extraction to what is proven, all of it together."""

from __future__ import annotations

from collections.abc import Sequence

from summarizer.grounding.cast import CastIndex, keep_actors
from summarizer.grounding.items import ItemGrounder
from summarizer.grounding.overview import ground_headline, ground_summary
from summarizer.models import (
    Action,
    Actor,
    Agreement,
    Article,
    Claim,
    Dropped,
    Extraction,
    Frozen,
    Quote,
    Sentence,
    SummarySentence,
    Threat,
)


class Grounded(Frozen):
    """The proven parts of a brief, and what was dropped on the way."""

    headline: str
    headline_evidence: tuple[Quote, ...]
    summary: tuple[SummarySentence, ...]
    actors: tuple[Actor, ...]
    claims: tuple[Claim, ...]
    threats: tuple[Threat, ...]
    actions: tuple[Action, ...]
    agreements: tuple[Agreement, ...]
    dropped: tuple[Dropped, ...]


def ground(article: Article, sentences: Sequence[Sentence], said: Extraction) -> Grounded:
    """Keep what the article shows; everything else is in `dropped` with its reason."""
    actors, dropped = keep_actors(said.actors, sentences)
    cast = CastIndex(actors, said.actors)
    grounder = ItemGrounder(sentences, cast, article.language)
    items = grounder.keep(said.items)
    headline, quotes, lost = ground_headline(said.headline, article, sentences, grounder, cast)
    summary, replaced = ground_summary(said.summary, sentences, grounder, cast)
    return Grounded(
        headline=headline,
        headline_evidence=quotes,
        summary=tuple(summary),
        actors=tuple(actors),
        claims=tuple(i for i in items if isinstance(i, Claim)),
        threats=tuple(i for i in items if isinstance(i, Threat)),
        actions=tuple(i for i in items if isinstance(i, Action)),
        agreements=tuple(i for i in items if isinstance(i, Agreement)),
        dropped=(*dropped, *grounder.dropped, *lost, *replaced),
    )
