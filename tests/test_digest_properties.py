"""Whatever the articles of two days say, the digest holds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from digest_factory import actor, at, day_of, digest, filed, item, options, story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarizer.digest import verify_digest
from summarizer.digest.actors import Cast
from summarizer.digest.citations import citations_in
from summarizer.digest.counts import counts
from summarizer.digest.dates import find_deadline
from summarizer.digest.items import merge, read_items
from summarizer.digest.sources import Archive, StoryDay
from summarizer.digest.window import Window
from summarizer.digest.wording import clause, covers, same_content, same_subject
from summarizer.digest_models import Digest, Filed, Story, Unread
from summarizer.models import Frozen

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(max_examples=100, deadline=None)

# Names that share words, an acronym and what it stands for, a name that is a verb, hostile ones.
KINDS = {
    "Ana Ito": "person", "Ito": "person", "Bo Ito": "person", "Norland": "government",
    "Sudal": "government", "the Norland army": "government", "police": "government",
    "European Union": "organization", "EU": "organization", "Will May": "person",
    "<script>alert(1)</script>": "group", "[x](javascript:alert(1))": "media",
    "İnci Şahin": "person", "120 officers": "group", "最高裁": "government",
}  # fmt: skip
TWO = ("Norland", "Sudal")
BLAST = "people were killed in a market blast in Tarma"


def said(line: str, what: str, type_: str, who: Sequence[str], **more: Any) -> dict[str, Any]:
    """A sentence of an article, and the item that it proves."""
    return {"line": line, "item": item(type_, what, who=tuple(who), **more)}


def of_both(what: str, status: str) -> dict[str, Any]:
    """An agreement of the two."""
    return said(f"Norland and Sudal: {what}.", what, "agreement", TWO, status=status)


# Sentences that repeat, move, deny, close or contradict each other when they meet in a story.
SAID = (
    *(
        said(f"{n} {BLAST}, police said.", f"{n} {BLAST}", "claim", ["police"])
        for n in (12, 19, 25)
    ),
    said("Police: the toll of the blast is now nineteen.", "the toll of the blast is now nineteen",
         "claim", ["police"]),
    *(
        said(f"{w} shelled the plant.", "shelled the plant", "action", [w], event="ASSAULT")
        for w in (*TWO, "the Norland army")
    ),
    said("Norland accused Sudal of shelling a plant.", "Sudal was shelling a plant", "claim",
         ["Norland"], whom=("Sudal",), act="accuses"),
    said("Sudal denied shelling a plant.", "denied shelling a plant", "claim", ["Sudal"],
         act="denies"),
    *(
        said(f"Sudal closed {q} schools there.", f"closed {q} schools there", "action", ["Sudal"])
        for q in ("all", "some")
    ),
    *(
        said(f"Norland will close the border to Sudal {by}.", f"close the border to Sudal {by}",
             "threat", ["Norland"], whom=("Sudal",), mode="restrict")
        for by in ("by Friday", "soon")
    ),
    said("Norland closed the border to Sudal.", "closed the border to Sudal", "action", ["Norland"],
         whom=("Sudal",), event="SANCTION"),
    said("Norland withdrew its threat against Sudal.", "withdrew its threat", "action", ["Norland"],
         event="RETREAT"),
    said("The European Union promised to pay 40 million euros by tonight.",
         "pay 40 million euros by tonight", "claim", ["European Union"], act="promises"),
    said("The EU paid 40 million euros.", "paid 40 million euros", "action", ["EU"], event="AID"),
    *(of_both("a treaty on the crossing", s) for s in ("proposed", "agreed", "signed", "broken")),
    *(said(f"{w} spoke of “peace” in Tarma.", "“peace” in Tarma", "claim", [w]) for w in KINDS),
)  # fmt: skip
OUTLETS = ("Courier", "Herald", "Post", "", "a|b\n*c*")
URLS = ("", "javascript:alert(1)", "https://a.example/")

hostile = st.text(max_size=20)


@st.composite
def articles(draw: st.DrawFn) -> Filed:
    """An article of one of two days, now and then with a brief that says what it does not."""
    chosen = draw(st.lists(st.sampled_from(SAID), min_size=1, max_size=3))
    number = draw(st.integers(0, 2000))
    odd = draw(hostile)
    text = [*(one["line"] for one in chosen), f"More of it at {number}: {odd}"]
    items = [{**one["item"], "sentences": (n,)} for n, one in enumerate(chosen, 1)]
    wrong = draw(st.sampled_from(("", "", "", "what", "who", "sentences", "headline", "summary")))
    if wrong in ("what", "who", "sentences"):
        values = {"what": f"{odd} 77", "who": (odd,), "sentences": (len(text),)}
        items[-1][wrong] = values[wrong]
    cast = dict.fromkeys(n for one in items for n in (*one["who"], *one["whom"]) if n)
    summary = [(line, n) for n, line in enumerate(text, 1)]
    return filed(
        OUTLETS[number % 5],
        at(1 + number % 2, number % 19),
        *text,
        tier=1 + number % 3,
        extent="feed_summary" if number % 7 == 0 else "full",
        url=URLS[number % 3],
        title=odd,
        headline=f"{odd} 77" if wrong == "headline" else "",
        actors=[actor(name, kind=KINDS.get(name, "group")) for name in cast],
        items=items,
        summary=[(f"Atlantis {odd}", 1), *summary] if wrong == "summary" else summary,
    )


class Days(Frozen):
    """Articles of two days, and the stories that they were joined to."""

    filed: tuple[Filed, ...]
    stories: tuple[Story, ...]

    def until(self, day: int) -> tuple[Filed, ...]:
        """The articles that were out by the end of a day."""
        return tuple(f for f in self.filed if f.published < at(day + 1, 0))

    def stories_until(self, day: int) -> tuple[Story, ...]:
        """Stories with their articles so far."""
        ids = {f.id for f in self.until(day)}
        found = []
        for one in self.stories:
            origins = [[a for a in o.articles if a in ids] for o in one.origins]
            by_id = {f.id: f for f in self.filed}
            groups = [[by_id[a] for a in group] for group in origins if group]
            if groups:
                found.append(story(*groups, id_=one.id))
        return tuple(found)

    def digests(self) -> tuple[Digest, Digest]:
        """The digests of both days."""
        one = digest(1, self.stories_until(1), self.until(1))
        return one, digest(2, self.stories_until(2), self.until(2), yesterday=one)


@st.composite
def two_days(draw: st.DrawFn) -> Days:
    """Up to seven articles in up to two stories, some as copies of others."""
    made = draw(st.lists(articles(), min_size=2, max_size=8, unique_by=lambda f: f.id))
    origins: dict[tuple[int, int], list[Filed]] = {}
    for one in made:
        place = draw(st.sampled_from((0, 0, 0, 1))), draw(st.integers(0, 5))
        origins.setdefault(place, []).append(one)
    stories = [
        story(*(group for (at_, _), group in origins.items() if at_ == number), id_=f"s{number}")
        for number in (0, 1)
        if any(at_ == number for at_, _ in origins)
    ]
    return Days(filed=tuple(made), stories=tuple(stories))


@few
@given(two_days())
def test_a_digest_always_verifies(days: Days) -> None:
    """Whatever the briefs say, each digest passes its own check, on both days, also stored."""
    for made in days.digests():
        assert verify_digest(made) == ()
        assert Digest.model_validate_json(made.model_dump_json()) == made


@few
@given(two_days(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(days: Days, chance: random.Random) -> None:
    """Stories, origins, articles, the ledger and the unread in any order give the same digest."""
    one, two = days.digests()
    unread = [Unread(url=f"https://a.example/{n}", title="x", feed="f", reason="r") for n in "abc"]

    def shuffled(values: Sequence[Any]) -> list[Any]:
        return chance.sample(list(values), len(values))

    stories = []
    for told in shuffled(days.stories_until(2)):
        origins = [
            o.model_copy(update={"articles": tuple(shuffled(o.articles))}) for o in told.origins
        ]
        stories.append(told.model_copy(update={"origins": tuple(shuffled(origins))}))
    articles_ = shuffled(days.until(2))
    ledger = shuffled(one.ledger)
    again = digest(2, stories, articles_, yesterday=one, ledger=ledger, unread=shuffled(unread))
    straight = digest(2, days.stories_until(2), days.until(2), yesterday=one, unread=unread)
    assert again == straight
    assert straight.stories == two.stories


@few
@given(two_days())
def test_every_line_is_cited(days: Days) -> None:
    """No headline, sentence, item, actor, side, change or commitment is without a quote."""
    for made in days.digests():
        for told in made.stories:
            cited = [told.headline, *told.summary, *told.actors, *told.items]
            assert all(part.citations for part in cited)
            assert 1 <= len(told.summary) <= 3
        held = {article.id for article in made.articles}
        assert {citation.article for citation in citations_in(made)} <= held


def _read(days: Days) -> list[StoryDay]:
    archive = Archive(days.filed, Window(day_of(2), None, options(2)))
    return [archive.story(one) for one in days.stories]


@few
@given(two_days())
def test_merging_loses_and_doubles_nothing(days: Days) -> None:
    """Every item is in exactly one merged item, none has two of one article, and each member's
    evidence is among the citations; every member of a cast is in exactly one actor."""
    for read in _read(days):
        cast = Cast(read)
        said = read_items(read, cast)
        merged = merge(said)
        places = Counter((m.source.article, m.item.id) for one in merged for m in one.members)
        assert places == Counter((s.source.article, s.item.id) for s in said)
        assert set(places.values()) <= {1}
        for one in merged:
            own = [m.source.article for m in one.members]
            assert len(own) == len(set(own))
            shown = one.shown(read.id, cast)
            assert {c for m in one.members for c in m.citations} == set(shown.citations)
            assert 1 <= shown.origins <= len(own)
        members = Counter(
            (m.source.article, m.actor.name) for person in cast.people for m in person.members
        )
        actors = Counter((s.article, a.name) for s in read.sources for a in s.brief.actors)
        assert members == actors


@few
@given(two_days())
def test_a_second_digest_repeats_no_item(days: Days) -> None:
    """No item and no sentence of a story's summary stands in the digests of both days."""
    one, two = days.digests()
    before = {told.id: told for told in one.stories}
    for told in two.stories:
        old = before.get(told.id)
        known = {i.id for i in old.items} if old else set()
        assert known.isdisjoint(i.id for i in told.items)


whats = st.sampled_from([one["item"]["what"] for one in SAID]) | hostile


@many
@given(whats, whats)
def test_likeness_is_mutual(a: str, b: str) -> None:
    """Who says the same as another is said the same by it; a text says the same as itself."""
    one, other = clause(a), clause(b)
    assert same_content(one, other) == same_content(other, one)
    assert same_subject(one, other) == same_subject(other, one)
    assert same_content(one, one)
    assert not covers(one, other) or len(other.words) >= 2


@many
@given(hostile | st.text("0123456789-./, abydhourskwe", max_size=30))
def test_reading_numbers_and_dates_never_fails(text: str) -> None:
    """Any text gives counts and a deadline on or after its day, or none."""
    assert all(count.amount >= 0 for count in counts(text, "en"))
    found = find_deadline(f"by {text}", at(1).date()) or find_deadline(text, at(1).date())
    assert found is None or found.due >= at(1).date()
