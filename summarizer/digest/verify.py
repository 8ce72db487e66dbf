"""A stored digest checked again, alone and offline: every line resolves to a quote in an article
that the digest holds.

Checked are each article's text against its id and its URL; every quote at its offsets; that every
line has one; that numbers and quotations of a line stand in its quotes (of a headline, a change, a
commitment: in the articles it cites); that its names stand in these articles; and that actors,
outlets and origins are not more than what is cited.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from summarizer.digest.evidence import (
    Passage,
    is_named,
    is_web_address,
    stands,
    unproven_name,
    unproven_number,
)
from summarizer.digest_models import (
    Change,
    Citation,
    Commitment,
    Digest,
    DigestArticle,
    DigestStory,
    Disagreement,
    Line,
    StoryActor,
    StoryItem,
)
from summarizer.errors import VerificationError
from summarizer.models import Frozen


class DigestProblem(Frozen):
    """Something in a digest that its articles do not show; `where` names the part."""

    where: str
    detail: str


def verify_digest(digest: Digest) -> tuple[DigestProblem, ...]:
    """Every problem of the digest; none is proof."""
    articles = {article.id: article for article in digest.articles}
    checker = _Checker(articles)
    found = (
        *_articles(digest),
        *(p for story in digest.stories for p in _story(story, checker)),
        *(p for line in digest.unchanged for p in checker.headline("unchanged", line)),
        *(p for commitment in digest.ledger for p in _commitment(commitment, checker)),
    )
    return tuple(dict.fromkeys(found))


def check_digest(digest: Digest, *, source: str = "") -> None:
    """Raise VerificationError with the first problem of the digest that came from `source`."""
    problems = verify_digest(digest)
    if problems:
        first, more = problems[0], len(problems) - 1
        others = f" and in {more} more places" if more else ""
        raise VerificationError(
            f"The digest of {digest.day} does not hold{others}: {first.where}: "
            f"{first.detail.rstrip('.')}; make it again from the stored articles.",
            source=source,
        )


def _articles(digest: Digest) -> Iterator[DigestProblem]:
    seen: set[str] = set()
    for article in digest.articles:
        where = f"article {article.title or article.id}"
        if article.id in seen:
            yield DigestProblem(where=where, detail="It is there twice.")
        seen.add(article.id)
        if hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest() != article.id:
            yield DigestProblem(where=where, detail="Its text is not the one that was read.")
        yield from _url(where, article.url)
    for unread in digest.left_out.unread:
        yield from _url(f"unread {unread.title}", unread.url)


def _url(where: str, url: str) -> Iterator[DigestProblem]:
    if url and not is_web_address(url):
        yield DigestProblem(where=where, detail=f"Its address {url!r} is no http or https one.")


def _story(story: DigestStory, checker: _Checker) -> Iterator[DigestProblem]:
    where = f"story {story.headline.text!r}"
    yield from checker.headline(f"{where}, headline", story.headline)
    for number, line in enumerate(story.summary, start=1):
        yield from checker.line(f"{where}, summary {number}", line)
    for article in story.articles:
        if not checker.has(article):
            yield DigestProblem(where=where, detail=f"Its article {article} is not there.")
    for actor in story.actors:
        yield from _actor(f"{where}, actor {actor.name}", actor, checker)
    known: dict[str, set[str]] = {}
    for actor in story.actors:
        known.setdefault(actor.name, set()).update((actor.name, *actor.aliases))
    for item in story.items:
        yield from _item(f"{where}, {item.type} {item.what!r}", item, known, checker)
    for disagreement in story.disagreements:
        yield from _disagreement(f"{where}, disagreement", disagreement, checker)
    for change in story.changes:
        yield from _change(f"{where}, change {change.text!r}", change, checker)


def _actor(where: str, actor: StoryActor, checker: _Checker) -> Iterator[DigestProblem]:
    yield from checker.citations(where, actor.citations)
    texts = [article.text for article in checker.cited(actor.citations)]
    for name in (actor.name, *actor.aliases):
        if not any(is_named(name, text) for text in texts):
            yield DigestProblem(where=where, detail=f"No article that it cites names {name!r}.")


def _item(
    where: str, item: StoryItem, known: Mapping[str, Set[str]], checker: _Checker
) -> Iterator[DigestProblem]:
    yield from checker.said(where, [item.what, item.condition], item.citations)
    cited = checker.cited(item.citations)
    for name in (*item.who, *item.whom, *item.reported_by):
        names = known.get(name, frozenset[str]())
        if not any(is_named(n, article.text) for n in names for article in cited):
            yield DigestProblem(where=where, detail=f"No article that it cites names {name!r}.")
    outlets = {article.outlet or article.feed for article in cited}
    if not 1 <= item.origins <= len(cited) or item.outlets < len(outlets):
        yield DigestProblem(where=where, detail="Its outlets or origins are not those it cites.")


def _disagreement(
    where: str, disagreement: Disagreement, checker: _Checker
) -> Iterator[DigestProblem]:
    cited = [side.citation for side in disagreement.sides]
    yield from checker.said(where, [disagreement.about], cited, in_quotes=False)
    for side in disagreement.sides:
        yield from checker.said(where, [side.text], [side.citation])
        for article in checker.cited([side.citation]):
            if not side.outlet.startswith(article.outlet or article.feed):
                detail = f"{side.outlet} did not print its quote."
                yield DigestProblem(where=where, detail=detail)


def _change(where: str, change: Change, checker: _Checker) -> Iterator[DigestProblem]:
    cited = [citation for citation in (change.after, change.before) if citation]
    # The words before the colon are the digest's own.
    _, _, said = change.text.partition(": ")
    moved = change.kind == "number_moved"
    yield from checker.said(where, [change.text], cited, in_quotes=moved, names=False)
    yield from checker.said(where, [said], cited, in_quotes=False)


def _commitment(commitment: Commitment, checker: _Checker) -> Iterator[DigestProblem]:
    where = f"ledger, {commitment.kind} {commitment.what!r}"
    cited = [commitment.citation]
    yield from checker.said(where, [commitment.what, commitment.due_text], cited, in_quotes=False)
    if commitment.closed_by:
        yield from checker.citations(where, [commitment.closed_by])
    elif commitment.state not in ("open", "lapsed"):
        yield DigestProblem(where=where, detail=f"No article is cited for {commitment.state!r}.")
    for name in (*commitment.who, *commitment.whom):
        if not any(is_named(name, article.text) for article in checker.cited(cited)):
            yield DigestProblem(where=where, detail=f"The article it cites does not name {name!r}.")


class _Checker:
    """Checks against the articles of one digest."""

    def __init__(self, articles: dict[str, DigestArticle]) -> None:
        self._articles = articles

    def has(self, article: str) -> bool:
        """Whether the digest holds the article."""
        return article in self._articles

    def cited(self, citations: Iterable[Citation]) -> list[DigestArticle]:
        """The articles cited, each once."""
        ids = dict.fromkeys(citation.article for citation in citations)
        return [self._articles[id_] for id_ in ids if id_ in self._articles]

    def citations(self, where: str, cited: Sequence[Citation]) -> Iterator[DigestProblem]:
        """Whether there is one, and each quote stands."""
        if not cited:
            yield DigestProblem(where=where, detail="It cites nothing.")
        for citation in cited:
            article = self._articles.get(citation.article)
            if article is None:
                detail = f"The article {citation.article} that it cites is not there."
                yield DigestProblem(where=where, detail=detail)
            elif not stands(citation.quote, article.text):
                quote = citation.quote
                detail = f"Its quote does not stand at characters {quote.start} to {quote.end}."
                yield DigestProblem(where=where, detail=detail)

    def line(self, where: str, line: Line) -> Iterator[DigestProblem]:
        """A sentence against its quotes."""
        yield from self.said(where, [line.text], line.citations)

    def headline(self, where: str, line: Line) -> Iterator[DigestProblem]:
        """A headline against its articles with their titles."""
        yield from self.said(where, [line.text], line.citations, in_quotes=False, titles=True)

    def said(
        self,
        where: str,
        texts: Sequence[str],
        cited: Sequence[Citation],
        *,
        in_quotes: bool = True,
        titles: bool = False,
        names: bool = True,
    ) -> Iterator[DigestProblem]:
        """Citations, and of what they prove the numbers and quotations, and the names."""
        broken = list(self.citations(where, cited))
        yield from broken
        if broken:
            return
        articles = self.cited(cited)
        whole = [text for a in articles for text in (a.text, *([a.title] if titles else []))]
        passages = self._quotes(cited) if in_quotes else _passages(articles, titles=titles)
        for text in texts:
            if (foreign := unproven_number(text, passages)) is not None:
                detail = f"{foreign!r} does not stand in what it cites."
                yield DigestProblem(where=where, detail=detail)
            if names and (name := unproven_name(text, whole)) is not None:
                detail = f"The name {name!r} does not stand in what it cites."
                yield DigestProblem(where=where, detail=detail)

    def _quotes(self, cited: Sequence[Citation]) -> list[Passage]:
        return [
            Passage(text=c.quote.text, language=self._articles[c.article].language) for c in cited
        ]


def _passages(articles: Iterable[DigestArticle], *, titles: bool) -> list[Passage]:
    return [
        Passage(text=text, language=article.language)
        for article in articles
        for text in (article.text, *([article.title] if titles else []))
    ]
