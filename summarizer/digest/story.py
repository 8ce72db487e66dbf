"""One story of the day: read, compared with what was known, and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from summarizer.digest.actors import Cast
from summarizer.digest.changes import Past, changes
from summarizer.digest.disagree import disagreements, untold
from summarizer.digest.items import Merged, merge, read_items
from summarizer.digest.ledger import LedgerDay, keep_ledger
from summarizer.digest.options import DigestOptions
from summarizer.digest.ranking import rank
from summarizer.digest.sources import StoryDay
from summarizer.digest.tallies import old_figures, tallies
from summarizer.digest.telling import tell
from summarizer.digest_models import Commitment, DigestStory
from summarizer.models import Frozen, ItemType

_ITEM_ORDER: tuple[ItemType, ...] = ("threat", "agreement", "action", "claim")


class ToldStory(Frozen):
    """A story as it would be shown, whether anything of it is new, its commitments, and the ids
    of all its articles."""

    story: DigestStory
    known: tuple[str, ...]
    is_new: bool
    ledger: LedgerDay


def tell_story(
    story: StoryDay,
    day: date,
    before: DigestStory | None,
    ledger: Sequence[Commitment],
    past: Past,
    options: DigestOptions,
    *,
    first: bool,
) -> ToldStory | None:
    """A story that has articles of the day; None where none of them has a word to quote.

    `before` is the story in the digest before, `ledger` its open commitments, `first` whether
    there was no digest before: then all is new that the day's articles say.
    """
    cast = Cast(story)
    said = read_items(story, cast)
    items = merge(said)
    counted = tallies(said)
    told = tell(story, items, old_figures(counted), before.summary if before else ())
    if told is None:
        return None
    kept = keep_ledger(story, cast, items, ledger, day, first=first)
    differ = untold(disagreements(items, counted, cast), before.disagreements if before else ())
    moved = changes(story, cast, items, counted, kept.changes, past)
    shown = _shown(items, first=first)
    today = story.today
    made = DigestStory(
        id=story.id,
        first_seen=_first_seen(story, before),
        headline=told.headline,
        summary=told.summary,
        actors=tuple(
            sorted(
                (person.shown() for person in cast.people if person.today),
                key=lambda actor: (-len(actor.citations), actor.name, actor.kind),
            )
        ),
        items=tuple(merged.shown(story.id, cast) for merged in shown),
        disagreements=differ,
        changes=moved,
        articles=tuple(source.article for source in today),
        outlets=len({outlet for source in today for outlet in source.outlets}),
        origins=len({source.origin for source in today}),
        rank=rank(story, cast, shown, options),
        tags=tuple(sorted({tag for source in today for tag in source.tags})),
    )
    is_new = first or not story.earlier or bool(shown or differ or moved)
    return ToldStory(
        story=made,
        known=tuple(source.article for source in story.sources),
        is_new=is_new,
        ledger=kept,
    )


def _shown(items: Sequence[Merged], *, first: bool) -> list[Merged]:
    """Items that only the day's articles tell; those most corroborated first."""
    found = [m.today for m in items if (m.today.members if first else m.is_new)]
    return sorted(found, key=_prominence)


def _prominence(merged: Merged) -> tuple[int, int, int, object]:
    place = _ITEM_ORDER.index(merged.type)
    return -len(merged.origins), -len(merged.outlets), place, merged.members[0].order


def _first_seen(story: StoryDay, before: DigestStory | None) -> date:
    seen = min(source.day for source in story.sources)
    return min(seen, before.first_seen) if before else seen
