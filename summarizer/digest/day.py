"""A day's stories to its digest: the way of the data.

filed articles -> proven, dated, each with its origin        sources.py, window.py, evidence.py
a story's casts -> its actors                                actors.py
its items -> merged, with their corroboration                items.py, wording.py
merged items -> where sources differ                         disagree.py, denial.py
             -> which commitments they make and end          ledger.py, closing.py, dates.py
             -> what moved since the digest before           changes.py
their numbers -> counts of one thing                         tallies.py, counts.py
briefs' sentences -> headline and summary                    telling.py
all of it -> the story, with its points                      story.py, ranking.py
the rest -> what was left out                                left_out.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from summarizer.digest.changes import Past
from summarizer.digest.citations import citations_in
from summarizer.digest.evidence import stands
from summarizer.digest.ledger import in_order, lapse
from summarizer.digest.left_out import left_out
from summarizer.digest.options import DigestOptions
from summarizer.digest.ranking import is_muted, mutes
from summarizer.digest.sources import Archive, StoryDay
from summarizer.digest.story import ToldStory, tell_story
from summarizer.digest.window import Window
from summarizer.digest_models import (
    Citation,
    Commitment,
    Digest,
    DigestArticle,
    Filed,
    Line,
    Story,
    Unread,
)


def make_digest(
    day: date,
    stories: Sequence[Story],
    filed: Sequence[Filed],
    yesterday: Digest | None,
    ledger: Sequence[Commitment],
    unread: Sequence[Unread],
    options: DigestOptions,
) -> Digest:
    """The day's brief; the same for the same input in whatever order.

    Args:
        day: the reader's date.
        stories: the stories with an article of the day, others are passed over; so are articles
            of a story that are not filed (any more).
        filed: the articles of the stories, those of earlier days too, which show what is new;
            a text at several URLs comes once for each and is one article with several outlets.
        yesterday: the digest before, None for the first.
        ledger: the commitments as that digest left them; those that had ended leave.
        unread: entries of the day that gave no brief.
        options: the reader's choices, and the moment of making.
    """
    archive = Archive(filed, Window(day, yesterday, options))
    before = _Before(yesterday, ledger, archive)
    told: list[ToldStory] = []
    muted: list[ToldStory] = []
    for story in sorted((archive.story(s) for s in stories), key=lambda s: s.id):
        if story.today and (one := before.tell(story, day, options)):
            (muted if is_muted(story, options) else told).append(one)
    shown = [one.story for one in told if one.is_new]
    unchanged = [one.story.headline for one in told if not one.is_new]
    unchanged += before.unheard([*told, *muted], options)
    digest = Digest(
        day=day,
        timezone=options.timezone,
        stories=tuple(sorted(shown, key=lambda s: (-s.rank.points, s.id))),
        unchanged=tuple(sorted(unchanged, key=lambda line: line.text)),
        ledger=before.ledger(told, muted, day, options),
        left_out=left_out(archive, unread, [one.story.headline.text for one in muted]),
        articles=(),
        created_at=options.now,
    )
    return digest.model_copy(update={"articles": before.articles_of(digest)})


class _Before:
    """What the digest before left: its stories, its commitments, its texts."""

    def __init__(
        self, yesterday: Digest | None, ledger: Sequence[Commitment], archive: Archive
    ) -> None:
        self._archive = archive
        self._is_first = yesterday is None
        self._stories = {story.id: story for story in yesterday.stories} if yesterday else {}
        self._articles = (
            {article.id: article for article in yesterday.articles} if yesterday else {}
        )
        self._open = [c for c in ledger if c.state == "open" and self._stands(c.citation)]
        earlier = (source for source in archive.sources() if not source.today)
        self._past = Past(earlier, ledger)

    def tell(self, story: StoryDay, day: date, options: DigestOptions) -> ToldStory | None:
        """A story of the day against what was known of it."""
        ledger = [c for c in self._open if c.story == story.id]
        known = self._stories.get(story.id)
        return tell_story(story, day, known, ledger, self._past, options, first=self._is_first)

    def unheard(self, told: Iterable[ToldStory], options: DigestOptions) -> Iterator[Line]:
        """Headlines of the stories told before of which the day has no article; those that go on
        within another story, and those muted since, are left out."""
        heard = {one.story.id for one in told} | {a for one in told for a in one.known}
        for story in self._stories.values():
            if story.id in heard or not heard.isdisjoint(story.articles):
                continue
            if not mutes(story.headline.text, story.tags, options):
                yield story.headline

    def ledger(
        self,
        told: Sequence[ToldStory],
        muted: Sequence[ToldStory],
        day: date,
        options: DigestOptions,
    ) -> tuple[Commitment, ...]:
        """What is open, and what ended this day; of stories muted nothing."""
        heard = {one.story.id for one in (*told, *muted)}
        kept = [c for c in self._open if c.story not in heard]
        kept += (c for one in told for c in one.ledger.entries)
        return in_order((lapse(c, day, after_days=options.ledger_days) for c in kept), day)

    def articles_of(self, digest: Digest) -> tuple[DigestArticle, ...]:
        """The articles that a digest cites or lists, in the order of publication."""
        ids = {citation.article for citation in citations_in(digest)}
        ids |= {article for story in digest.stories for article in story.articles}
        found = [article for id_ in ids if (article := self._article(id_))]
        return tuple(sorted(found, key=lambda article: (article.published, article.id)))

    def _article(self, id_: str) -> DigestArticle | None:
        return self._archive.article(id_) or self._articles.get(id_)

    def _stands(self, citation: Citation) -> bool:
        article = self._article(citation.article)
        return article is not None and stands(citation.quote, article.text)
