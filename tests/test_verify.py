"""A stored brief checked again: it passes as it was made, and no edit of it does."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import action, actor, article_of, brief_of, claim, extraction, item
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from summarizer.models import Article, Brief
from summarizer.pipeline import verify

ARTICLE = article_of(
    "LINDHAVEN, 3 March - Dock workers shut all 14 berths of Lindhaven harbour on Tuesday.",
    "“Nobody will unload a single crate,” said Layla Haddad, who leads the Dockers’ Union.",
    "Port director Tomas Wrede accused the union of sabotaging two cranes.",
    "Haddad denied it, Radio Delta reported.",
    "Mayor Ines Calloway said she would send the police unless the pickets leave by Friday.",
    "Both sides agreed to meet a mediator.",
    title="Lindhaven harbour shut",
)
CAST = (
    actor("Layla Haddad", "person", "Haddad", role="leads the Dockers’ Union"),
    actor("Dockers’ Union", "organization", "the union"),
    actor("Tomas Wrede", "person", "Wrede", role="Port director"),
    actor("Radio Delta", "media"),
    actor("Ines Calloway", "person", role="Mayor"),
    actor("Dock workers", "group"),
)
ITEMS = (
    claim("“Nobody will unload a single crate”", 2, who=["Layla Haddad"]),
    claim("the union sabotaged two cranes", 3, who=["Tomas Wrede"], whom=["Dockers’ Union"]),
    claim("Haddad denied it", 4, who=["Layla Haddad"], reported_by=["Radio Delta"], act="denies"),
    item(
        "threat",
        "send the police",
        5,
        who=["Ines Calloway"],
        condition="Unless the pickets leave by Friday",
    ),
    action("shut all 14 berths on Tuesday", 1, who=["Dock workers"]),
    item("agreement", "to meet a mediator", 6, who=["Dockers’ Union"]),
)
SAID = extraction(
    CAST,
    ITEMS,
    "Dock workers shut Lindhaven harbour",
    [("Dock workers shut all 14 berths.", [1]), ("Norland shut them.", [2])],
)
BRIEF = brief_of(ARTICLE, SAID)


def edited(where: tuple[str | int, ...], value: Any) -> Brief:
    """The brief with one value of its JSON changed."""
    made = BRIEF.model_dump(mode="json")
    target = made
    for key in where[:-1]:
        target = target[key]
    assert target[where[-1]] != value
    target[where[-1]] = value
    return Brief.model_validate(made)


def wheres(brief: Brief, text: str | None = None) -> list[str]:
    """Which parts have problems, each once, items by their id alone."""
    found = dict.fromkeys(problem.where for problem in verify(brief, text))
    return [where.split(" (")[0] for where in found]


def test_the_brief_of_these_tests_holds_all_there_is() -> None:
    """Every kind of item, a proven and a replaced sentence, fields of all kinds."""
    sections = (BRIEF.claims, BRIEF.threats, BRIEF.actions, BRIEF.agreements)
    assert [len(part) for part in sections] == [3, 1, 1, 1]
    assert len(BRIEF.actors) == 6
    assert BRIEF.agreements[0].context
    assert [sentence.replaced for sentence in BRIEF.summary] == [False, True]
    assert BRIEF.threats[0].condition
    assert BRIEF.claims[2].reported_by == ("Radio Delta",)
    assert BRIEF.headline == "Dock workers shut Lindhaven harbour"


def test_a_fresh_brief_holds() -> None:
    """As it was made, out of its JSON, and against the text given anew."""
    assert verify(BRIEF) == []
    assert verify(BRIEF, ARTICLE.text) == []
    assert verify(Brief.model_validate_json(BRIEF.model_dump_json())) == []


@pytest.mark.parametrize("title", ["", "  A  title ", "word " * 70 + "30 000 left", "“Half"])
@pytest.mark.parametrize("headline", ["", "Norland sank", "Dock workers shut harbour"])
def test_a_fresh_brief_holds_whatever_its_headline(title: str, headline: str) -> None:
    """A proven headline, a title, a first sentence, and one that was cut verify alike."""
    article = Article(text=ARTICLE.text, title=title)
    assert verify(brief_of(article, extraction(CAST, headline=headline))) == []


def test_a_letter_changed_in_the_evidence_is_found() -> None:
    """A changed word breaks the quotes of it, by name, and the article's digest."""
    text = ARTICLE.text.replace("single crate", "simple crate")
    found = wheres(BRIEF, text)
    assert {"claim-1", "summary-2", "actor Layla Haddad", "article"} <= set(found)
    assert "claim-2" not in found


def test_a_letter_changed_elsewhere_is_found() -> None:
    """A change in a sentence that nothing quotes breaks the digest alone."""
    said = extraction(CAST[:1], ITEMS[:1], "", [("Nobody will unload a crate.", [2])])
    brief = brief_of(Article(text=ARTICLE.text, title="Crates"), said)
    text = ARTICLE.text.replace("Both sides agreed", "Both hides agreed")
    assert wheres(brief, text) == ["article"]


def test_text_before_the_evidence_is_found() -> None:
    """A character put before everything breaks every quote."""
    found = set(wheres(BRIEF, " " + ARTICLE.text))
    assert {"claim-1", "threat-1", "action-1", "summary-1", "headline", "article"} <= found
    assert wheres(BRIEF, "")
    assert wheres(BRIEF, "Another article. It is short.")


ITEM_EDITS = [
    (("claims", 0, "evidence", 0, "text"), "“Nobody will unload a single crate.”"),
    (("claims", 0, "evidence", 0, "text"), ""),
    (("claims", 0, "evidence", 0, "start"), BRIEF.claims[0].evidence[0].start + 1),
    (("claims", 0, "evidence", 0, "end"), BRIEF.claims[0].evidence[0].end - 1),
    (("claims", 0, "evidence", 0, "sentence"), 3),
    (("claims", 0, "evidence"), []),
    (("claims", 0, "sentences"), [3]),
    (("claims", 0, "what"), "“Nobody will unload a simple crate”"),
    (("claims", 0, "what"), "nobody will unload 20 crates"),
    (("claims", 0, "what"), "nobody will unload a crate of Norland"),
    (("claims", 0, "what"), "nobody will unload a crate, see www.evil.example"),
    (("claims", 0, "what"), "budget talks collapsed over pensions"),
    (("claims", 0, "who"), ["Tomas Wrede"]),
    (("claims", 0, "who"), ["Norland"]),
    (("claims", 0, "whom"), ["Ines Calloway"]),
    (("claims", 0, "reported_by"), ["Radio Delta"]),
]


@pytest.mark.parametrize(("where", "value"), ITEM_EDITS)
def test_an_edit_of_an_item_is_found(where: tuple[str | int, ...], value: Any) -> None:
    """A quote, number, quotation, name, word or actor changed in an item names this item."""
    assert wheres(edited(where, value)) == ["claim-1"]


def test_offsets_and_text_shifted_together_are_found() -> None:
    """A quote that stands at its offsets but is no whole sentence proves nothing."""
    quote = BRIEF.claims[0].evidence[0]
    part = {"sentence": 2, "start": quote.start, "end": quote.start + 20, "text": quote.text[:20]}
    assert wheres(edited(("claims", 0, "evidence", 0), part)) == ["claim-1"]


@pytest.mark.parametrize(
    ("where", "value", "part"),
    [
        (("threats", 0, "condition"), "unless the pickets leave by Monday", "threat-1"),
        (("threats", 0, "condition"), "unless 40 pickets leave", "threat-1"),
        (("actions", 0, "what"), "shut all 15 berths on Tuesday", "action-1"),
        (("headline",), "Dock workers shut Norland harbour", "headline"),
        (("headline_evidence", 0, "end"), 5, "headline"),
        (("summary", 0, "text"), "Dock workers shut all 41 berths.", "summary-1"),
        (("summary", 1, "text"), "Norland shut them.", "summary-2"),
        (("actors", 0, "evidence", 0, "text"), "Haddad", "actor Layla Haddad"),
        (("actors", 4, "role"), "Queen", "actor Ines Calloway"),
        (("actors", 4, "aliases"), ["the fox"], "actor Ines Calloway"),
        (("actors", 3, "name"), "Radio Norland", "actor Radio Norland"),
    ],
)
def test_an_edit_of_any_other_part_is_found(
    where: tuple[str | int, ...], value: Any, part: str
) -> None:
    """Conditions, headline, summary and cast are checked like the items."""
    assert part in wheres(edited(where, value))


def test_a_renamed_actor_is_found_wherever_it_acts() -> None:
    """A name changed in cast and items alike is in no evidence."""
    made = BRIEF.model_dump_json().replace('"Tomas Wrede"', '"Hugo Brown"')
    made = made.replace('"aliases":["Wrede"]', '"aliases":[]')
    found = wheres(Brief.model_validate_json(made))
    assert found == ["claim-2", "actor Hugo Brown"]


@pytest.mark.parametrize(("field", "value"), [("text", "Norland."), ("start", 0), ("sentence", 1)])
def test_an_edit_of_context_is_found(field: str, value: Any) -> None:
    """Context is quoted as strictly as evidence."""
    assert wheres(edited(("agreements", 0, "context", 0, field), value)) == ["agreement-1"]


@given(st.data())
@examples(max_examples=150, deadline=None)
def test_any_character_changed_is_found(data: st.DataObject) -> None:
    """One character of the article changed, put in or left out is never overlooked."""
    text = ARTICLE.text
    place = data.draw(st.integers(0, len(text)))
    new = data.draw(st.text(max_size=2))
    changed = text[:place] + new + text[place + data.draw(st.integers(0, 1)) :]
    assert bool(verify(BRIEF, changed)) == (changed != text)


@given(st.data())
@examples(max_examples=150, deadline=None)
def test_any_quote_changed_is_found(data: st.DataObject) -> None:
    """Offsets, number or text of any quote of any item, changed at will, are found."""
    section = data.draw(st.sampled_from(("claims", "threats", "actions")))
    place = data.draw(st.integers(0, len(getattr(BRIEF, section)) - 1))
    quote = getattr(BRIEF, section)[place].evidence[0]
    field = data.draw(st.sampled_from(("sentence", "start", "end", "text")))
    old = getattr(quote, field)
    kind = st.text(max_size=90) if field == "text" else st.integers(-5, 700)
    value = data.draw(kind.filter(lambda new: new != old))
    brief = edited((section, place, "evidence", 0, field), value)
    assert wheres(brief) == [getattr(BRIEF, section)[place].id]
