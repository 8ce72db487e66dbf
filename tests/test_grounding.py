"""The rules of grounding, each with what it accepts and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import action, actor, article_of, brief_of, claim, extraction, grounded, item

from summarizer.grounding import Grounded
from summarizer.grounding.text import claimed_numbers, numbers, quoted_phrases, same_name
from summarizer.models import AnyItem, Article, Dropped, DropReason, Frozen
from summarizer.pipeline import verify

ITO = actor("Ana Ito", "person", "Ito")


def keep(
    what: str,
    *lines: str,
    cite: tuple[int, ...] = (1,),
    cast: tuple[dict[str, Any], ...] = (ITO,),
    language: str = "en",
    **more: Any,
) -> Grounded:
    """What becomes of one claim, Ana Ito's, in an article of these lines."""
    said = extraction(cast, [claim(what, *cite, **more)])
    return grounded(article_of(*lines, language=language), said)


def items(result: Grounded) -> list[AnyItem]:
    """Everything kept."""
    return [*result.claims, *result.threats, *result.actions, *result.agreements]


def reasons(result: Grounded, *sections: str) -> list[str]:
    """Why things were dropped, in the given sections or in all."""
    return [d.reason.value for d in result.dropped if not sections or d.section in sections]


def lost_claims(result: Grounded) -> list[Dropped]:
    """The claims that were dropped."""
    return [one for one in result.dropped if one.section == "claim"]


# --- numbers ----------------------------------------------------------------------------------

SAME_NUMBERS = [
    ("30,000", "30 000"),
    ("30,000", "30\u202f000"),
    ("30,000", "30\xa0000"),
    ("30,000", "30’000"),
    ("30,000", "thirty thousand"),
    ("30,000", "30k"),
    ("30,000", "30000"),
    ("1,500,000", "1.5 million"),
    ("1,125,000", "1.125 million"),
    ("two million", "2 million"),
    ("2 million", "2m"),
    ("2.3 billion", "2.3bn"),
    ("2,300 million", "2.3 billion"),
    ("3.5", "3,5"),
    ("3.50", "3.5"),
    ("12%", "12 percent"),
    ("12%", "twelve percent"),
    ("25", "twenty-five"),
    ("205", "two hundred and five"),
    ("100,000", "1,00,000"),
    ("5 May 2024", "May 5, 2024"),
    ("second", "2nd"),
    ("0.125", "0,125"),
]
OTHER_NUMBERS = [
    ("30,000", "3,000"),
    ("30,000", "30"),
    ("1.5 million", "1.5 billion"),
    ("1.5 million", "1.5"),
    ("$5m", "5 dollars"),
    ("12%", "13%"),
    ("3.5", "35"),
    ("0.125", "125"),
    (".38", "38"),
    (".38", ".45"),
    ("5 May 2024", "5 May 2025"),
    ("5 May 2024", "6 May 2024"),
    ("4.5.2024", "4.5.2025"),
    ("1,00,000", "1,00,500"),
    ("1,2,3", "1,2,4"),
    ("no", "three"),
    ("hundreds of", "400"),
    ("F-16", "F-35"),
]


@pytest.mark.parametrize(("a", "b"), [*SAME_NUMBERS, *(pair[::-1] for pair in SAME_NUMBERS)])
def test_a_number_stands_in_any_of_its_forms(a: str, b: str) -> None:
    """A number of the article may be said in another form, either way round."""
    result = keep(f"people owed {b} last year", f"Ana Ito said people owed {a} last year.")
    assert len(result.claims) == 1, result.dropped


@pytest.mark.parametrize(("stands", "said"), OTHER_NUMBERS)
def test_a_changed_number_is_dropped(stands: str, said: str) -> None:
    """A number that the cited sentence does not state drops the item, and is reported."""
    result = keep(f"people owed {said} last year", f"Ana Ito said people owed {stands} last year.")
    assert reasons(result) == ["number_not_found"]


@pytest.mark.parametrize("said", ["hundreds of people", "one of the people", "thousands of people"])
def test_a_round_word_asks_for_no_number(said: str) -> None:
    """Hundreds, thousands and the pronoun one state no number."""
    assert len(keep(f"{said} left", "Ana Ito said that many people left.").claims) == 1


def test_the_figure_one_asks_for_a_number() -> None:
    """The figure 1 does state a number, and the word one proves it."""
    assert claimed_numbers("1 of the people") == {"1"}
    assert not claimed_numbers("one of the people")
    assert numbers("one of the people") == {"1"}


def test_no_number_runs_over_two_sentences() -> None:
    """The end of one cited sentence and the start of the next make no number together."""
    lines = ("Ana Ito said rooms held twenty", "Five people left.", "It rained.", "It snowed.")
    assert reasons(keep("rooms held 25", *lines, cite=(1, 2))) == ["number_not_found"]
    assert len(keep("rooms held 20, five people left", *lines, cite=(1, 2)).claims) == 1


def test_a_number_of_another_sentence_proves_nothing() -> None:
    """Only the cited sentences prove a number, not the one before."""
    lines = ("Some 300 people left.", "Ana Ito said that the people left.")
    assert reasons(keep("300 people left", *lines, cite=(2,))) == ["number_not_found"]
    assert len(keep("300 people left", *lines, cite=(1, 2)).claims) == 1


def test_numbers_in_words_are_read_in_the_language_of_the_article() -> None:
    """Number words of another language than English are numbers too."""
    line = "Ana Ito sagte, dreißig Leute seien gegangen."
    assert len(keep("30 Leute seien gegangen", line, language="de").claims) == 1
    assert reasons(keep("31 Leute seien gegangen", line, language="de")) == ["number_not_found"]


def test_a_number_in_a_condition_is_checked_too() -> None:
    """A condition that the sentence does not show is left out of its threat, and reported."""
    line = "Ana Ito said she would shut the port unless 40 tanks leave."
    for condition, kept in (
        ("Unless 40 tanks leave", "Unless 40 tanks leave"),
        ("unless 50 tanks leave", ""),
    ):
        said = extraction([ITO], [item("threat", "shut the port", 1, condition=condition)])
        result = grounded(article_of(line), said)
        assert [threat.condition for threat in result.threats] == [kept]
        assert reasons(result, "field") == ([] if kept else ["number_not_found"])


# --- quotations -------------------------------------------------------------------------------

MARKS = [
    "“”",
    '""',
    "‘’",
    "''",
    "«»",
    "»«",
    "„“",
    "„”",
    "””",
    "’’",
    "‹›",
    "‚‘",
    "「」",
    "『』",
    "`'",
]


@pytest.mark.parametrize("marks", MARKS)
@pytest.mark.parametrize("marks_of_article", ["“”", '""', "«»"])
def test_quoted_words_must_stand_whatever_the_marks(marks: str, marks_of_article: str) -> None:
    """Words in any kind of quotation marks must stand in the cited sentence as they are."""
    left, right = marks
    line = "Ana Ito called the fleet {}a sick man of the sea{}.".format(*marks_of_article)
    assert len(keep(f"the fleet is {left}a sick man{right}", line).claims) == 1
    result = keep(f"the fleet is {left}a dead man{right}", line)
    assert reasons(result) == ["quote_not_found"]


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("said “We don’t know,” twice", True),
        ("said 'We don't know' twice", True),
        ("said 'We don't care' twice", False),
        ("said 'We don't know what's next' twice", False),
        ("said “we DON'T know.” twice", True),
        ("said “We do not know” twice", False),
        ("said “We … know” twice", False),
    ],
)
def test_a_quotation_is_compared_letter_by_letter(said: str, stands: bool) -> None:
    """Case, the kind of apostrophe and a last stop are all in which a quotation may differ."""
    result = keep(said, "“We don’t know,” Ana Ito said twice.")
    assert reasons(result) == ([] if stands else ["quote_not_found"])


def test_a_quotation_may_run_over_cited_sentences() -> None:
    """Words quoted over two sentences stand where both are cited."""
    lines = ("“We will stay,” Ana Ito said.", "“We will not move.", "We will win.”")
    what = "“We will not move. We will win.”"
    assert len(keep(what, *lines, cite=(1, 2, 3)).claims) == 1
    assert reasons(keep(what, *lines, cite=(1, 2))) == ["quote_not_found"]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("the dockers' union of Ana's town", []),
        ("it's the '90s", []),
        ("“a ‘b c’ d”", ["a 'b c' d"]),
        ("“ ”", []),
        ('5" pipes', []),
    ],
)
def test_apostrophes_quote_nothing(text: str, phrases: list[str]) -> None:
    """An apostrophe or an inch is no quotation; a quotation within one is."""
    assert sorted(quoted_phrases(text)) == phrases


# --- names ------------------------------------------------------------------------------------


def test_an_invented_name_drops_the_item() -> None:
    """A name that stands nowhere near drops the item."""
    result = keep("the fleet of Norland left", "Ana Ito said that the fleet left.")
    assert reasons(result) == ["name_not_found"]


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        ("Colombia", "Colombian"),
        ("Colombia", "Colombians"),
        ("France", "French"),
        ("Germany", "German"),
        ("Germany", "Germans"),
        ("Britain", "British"),
        ("Mexico", "Mexican"),
        ("Italy", "Italian"),
        ("Turkey", "Turkish"),
        ("Iraq", "Iraqi"),
        ("Lebanon", "Lebanese"),
        ("Belgium", "Belgian"),
        ("Peru", "Peruvian"),
        ("the US", "American"),
        ("the U.S.", "US"),
        ("the UN", "U.N."),
        ("the European Union", "EU"),
        ("the United States", "U.S."),
        ("the United Kingdom", "British"),
        ("Hugo Brown’s", "Brown"),
        ("Hugo Brown", "Brown's"),
        ("al-Mizan", "Mizan"),
        ("Guinea-Bissau", "Guinea"),
        ("Ta‘izz", "Ta'izz"),
        ("İzmir", "İzmir"),
        ("O’Hara", "O'Hara"),
        ("Łódź", "Łódź"),
        ("Saint Lucia", "SAINT LUCIA"),
    ],
)
def test_a_name_stands_in_its_other_forms(stands: str, said: str) -> None:
    """Peoples, acronyms, possessives, parts and other marks: the name is the same."""
    line = f"Ana Ito said that ships of {stands} left the port."
    known = keep(f"the {said} ships left", line)
    # An acronym and its long form meet in the cited words alone, whichever comes first.
    assert len(known.claims) == 1, known.dropped


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        ("Austria", "Australian"),
        ("Australia", "Austrian"),
        ("Niger", "Nigerian"),
        ("John", "Johnson"),
        ("Robert", "Robertson"),
        ("Jordi", "Jordan"),
        ("Iran", "Iraq"),
        ("Rome", "Romanian"),
        ("Slovakia", "Slovenian"),
        ("Mali", "Malian Malaysian"),
        ("Ireland", "Icelandic"),
        ("us", "US"),
        ("those who", "WHO"),
    ],
)
def test_a_like_name_is_another(stands: str, said: str) -> None:
    """Names that look alike, and a pronoun that reads like an acronym, prove nothing."""
    line = f"Ana Ito said that ships of {stands} left the port."
    assert reasons(keep(f"the ships of {said} left", line)) == ["name_not_found"]


def test_same_name_is_symmetric() -> None:
    """Which of two names is given first does not matter."""
    names = ("germany", "german", "germans", "belgium", "belgian", "usa", "american", "us", "uk")
    assert all(same_name(a, b) == same_name(b, a) for a in names for b in names)


def test_an_ordinary_first_word_is_no_name() -> None:
    """A first word with a capital is a name only where no form of it stands small nearby."""
    line = "Ana Ito said that fishing boats must stay in port."
    assert len(keep("Fishing boats must stay in port", line).claims) == 1
    assert len(keep("The boats must stay in port", line).claims) == 1
    assert reasons(keep("Norland boats must stay in port", line)) == ["name_not_found"]
    assert reasons(keep("US boats must stay in port", line)) == ["name_not_found"]


def test_a_name_from_the_sentence_before_is_kept_with_it() -> None:
    """The sentence that shows the name goes with the item as its context."""
    lines = ("The ferry left Port Ellery at dawn.", "Ana Ito said that it sank.")
    (kept,) = keep("the ferry from Port Ellery sank", *lines, cite=(2,)).claims
    assert [quote.sentence for quote in kept.evidence] == [2]
    assert [quote.text for quote in kept.context] == [lines[0]]


def test_a_name_within_reach_is_kept_with_its_sentence() -> None:
    """A name may stand up to five sentences before the cited one, or in the first."""
    fill = [f"Nothing happened on day number {n}." for n in range(1, 9)]
    lines = ["The ferry left Ellery.", *fill, "Ana Ito said the ferry sank."]
    last = len(lines)
    (kept,) = keep("the Ellery ferry sank", *lines, cite=(last,)).claims
    assert [quote.sentence for quote in kept.context] == [1]
    lines[0], lines[1] = lines[1], lines[0]
    assert reasons(keep("the Ellery ferry sank", *lines, cite=(last,))) == ["name_not_found"]
    lines[1], lines[4] = lines[4], lines[1]
    (kept,) = keep("the Ellery ferry sank", *lines, cite=(last,)).claims
    assert [quote.sentence for quote in kept.context] == [5]


def test_a_name_after_the_cited_sentence_proves_nothing() -> None:
    """What comes later in the article is out of reach."""
    lines = ("Nothing happened.", "Ana Ito said the ferry sank.", "It had left Ellery.")
    assert reasons(keep("the Ellery ferry sank", *lines, cite=(2,))) == ["name_not_found"]


def test_a_name_in_a_condition_brings_its_sentence() -> None:
    """The sentence that shows a name of the condition goes with the threat too."""
    lines = ("The tanks came from Norland.", "Ana Ito said she would shut the port.")
    said = extraction(
        [ITO], [item("threat", "shut the port", 2, condition="if Norland uses the port")]
    )
    (threat,) = grounded(article_of(*lines), said).threats
    assert threat.condition == "if Norland uses the port"
    assert [quote.sentence for quote in threat.context] == [1]


def test_a_clause_in_other_words_than_its_evidence_is_dropped() -> None:
    """A clause that shares hardly a word with its evidence cites the wrong sentence."""
    line = "Ana Ito said that the ferry left."
    assert reasons(keep("budget talks collapsed over pensions", line)) == ["not_in_article"]


# --- unsafe text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/x", "www.evil.example", "ana@evil.example", "@evil", "evil.com"],
)
def test_a_foreign_address_is_unsafe(address: str) -> None:
    """A link, mail address or @name that the evidence lacks drops the item, one it has not."""
    line = "Ana Ito said that the ferry left port"
    assert reasons(keep(f"the ferry left port {address}", f"{line}.")) == ["unsafe_text"]
    assert len(keep(f"the ferry left port {address}", f"{line}: {address} .").claims) == 1


# --- actors -----------------------------------------------------------------------------------

PRESS = (
    "Gustavo Mora, the mayor, met Elena Mora and the World Fishing Union.",
    "Rees left.",
    "Mora left.",
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Gustavo Mora", "Gustavo Mora"),
        ("gustavo  MORA", "Gustavo Mora"),
        ("the mayor", "Gustavo Mora"),
        ("mayor", "Gustavo Mora"),
        ("World Fishing Union", "World Fishing Union"),
        ("WFU", "World Fishing Union"),
        ("W.F.U.", "World Fishing Union"),
        ("the World Fishing Union", "World Fishing Union"),
        ("Rees", "Will Rees"),
        ("Mr. Rees", "Will Rees"),
        ("Prime Minister W. Rees", "Will Rees"),
        ("Mora", None),
        ("Hugo Rees", None),
        ("Ines Calloway", None),
        ("he", None),
        ("", None),
    ],
)
def test_actors_are_found_by_their_names(name: str, meant: str | None) -> None:
    """Alias, title and surname, and acronym mean somebody; two of a surname mean nobody."""
    cast = (
        actor("Gustavo Mora", "person", "the mayor", "mayor"),
        actor("Elena Mora"),
        actor("World Fishing Union", "organization"),
        actor("Will Rees", "person", "Rees"),
    )
    lines = ("Will Rees is here.", *PRESS)
    said = extraction(cast, [action("met and left", 1, 2, 3, who=[name])])
    result = grounded(article_of(*lines), said)
    assert [one.who for one in result.actions] == ([(meant,)] if meant else [])
    assert reasons(result, "action") == ([] if meant else ["actor_not_found"])


def test_the_name_of_one_is_no_alias_of_another() -> None:
    """A name that is also given as an alias of another member means its own bearer."""
    cast = (actor("Mora", "person"), actor("Gustavo Mora", "person", "Mora"))
    said = extraction(cast, [action("left the port", 1, who=["Mora"])])
    (kept,) = grounded(article_of("Mora left the port.", "Gustavo Mora stayed."), said).actions
    assert kept.who == ("Mora",)


def test_an_actor_kept_by_an_alias_is_found_by_the_name_said() -> None:
    """Where the article has but the alias, items that use the model's name mean it."""
    cast = (actor("Gustavo Mora Vega", "person", "Gustavo Mora"),)
    said = extraction(cast, [action("left the port", 1, who=["Gustavo Mora Vega"])])
    result = grounded(article_of("Gustavo Mora left the port."), said)
    assert [one.who for one in result.actions] == [("Gustavo Mora",)]
    assert [one.name for one in result.actors] == ["Gustavo Mora"]
    assert reasons(result) == ["not_in_article"]


def test_an_actor_said_twice_is_reported() -> None:
    """The second of a name is dropped as a repeat."""
    said = extraction([ITO, actor("ana ito")])
    result = grounded(article_of("Ana Ito left."), said)
    assert [one.name for one in result.actors] == ["Ana Ito"]
    assert reasons(result, "actor") == ["repeated"]


@pytest.mark.parametrize("name", ["Norland", "Ana", "he", "The", "who", "", "  ", "—", "to"])
def test_an_actor_that_the_article_does_not_name_is_dropped(name: str) -> None:
    """Names that do not stand there as whole words, and words that are no names."""
    text = "An to-do: he and Anabel, who left the port — to sea."
    result = grounded(article_of(text), extraction([actor(name, "group")]))
    assert not result.actors
    assert reasons(result) == ["not_in_article"]


def test_an_actor_stands_with_its_first_mention() -> None:
    """The first sentence with any of its names is an actor's evidence."""
    said = extraction([actor("Ana Ito", "person", "the mayor")])
    result = grounded(article_of("It rained.", "The mayor left.", "Ana Ito is back."), said)
    (kept,) = result.actors
    assert [quote.sentence for quote in kept.evidence] == [2]


def test_names_in_scripts_without_spaces_stand_within_a_run() -> None:
    """In such a script a name needs no space around it."""
    said = extraction([actor("最高裁", "government")])
    (kept,) = grounded(article_of("日本の最高裁が判決を下した。", language="ja"), said).actors
    assert kept.name == "最高裁"


def test_roles_and_aliases_not_in_the_article_are_reported() -> None:
    """A role or alias that the article's words do not give is left out and reported."""
    cast = [
        actor("Ana Ito", "person", "Ito", "the fox", role="mayors of Port Ellery"),
        actor("Hugo Brown", role="murderer"),
    ]
    lines = ("Ana Ito, mayor of Port Ellery, left with Hugo Brown.", "Ito is back.")
    result = grounded(article_of(*lines), extraction(cast))
    assert [(one.role, one.aliases) for one in result.actors] == [
        ("mayors of Port Ellery", ("Ito",)),
        ("", ()),
    ]
    assert [(d.section, d.what) for d in result.dropped] == [
        ("field", "the fox"),
        ("field", "murderer"),
    ]


def test_who_unproven_drops_the_item() -> None:
    """A doer who is nobody, or not there, takes the item along."""
    lines = ("Hugo Brown came.", "It rained.", "It snowed.", "Ana Ito left the port.")
    cast = (ITO, actor("Hugo Brown"))
    for who, reason in (
        ([], "empty"),
        (["Nobody Known"], "actor_not_found"),
        (["Ana Ito", "Nobody Known"], "actor_not_found"),
        (["Hugo Brown"], "actor_not_in_evidence"),
    ):
        result = keep("she left the port", *lines, cite=(4,), cast=cast, who=who)
        assert reasons(result) == [reason]


def test_a_deed_needs_no_doer() -> None:
    """An action may be nobody's, every other item has to be somebody's."""
    said = [item(kind, "left the port", 1, who=[]) for kind in ("action", "threat", "agreement")]
    result = grounded(article_of("They left the port."), extraction([], said))
    assert [one.who for one in items(result)] == [()]
    assert reasons(result) == ["empty", "empty"]


def test_whom_unproven_is_left_out_and_reported() -> None:
    """The item stands without an unproven object or source, which is reported by its field."""
    more = {"whom": ["Norland", "Hugo Brown"], "reported_by": ["The Herald", "Radio Ellery"]}
    cast = (ITO, actor("Hugo Brown"), actor("Radio Ellery", "media"))
    result = keep(
        "he left", "Ana Ito said Hugo Brown left, Radio Ellery reported.", cast=cast, **more
    )
    (kept,) = result.claims
    assert (kept.whom, kept.reported_by) == (("Hugo Brown",), ("Radio Ellery",))
    assert [(d.section, d.what) for d in result.dropped] == [
        ("field", "whom: Norland"),
        ("field", "reported_by: The Herald"),
    ]


def test_a_pronoun_means_somebody_within_reach() -> None:
    """A speaker named shortly before and meant by a pronoun stands, with that sentence."""
    lines = ("Ana Ito came.", "It rained.", "“We are late,” she said.")
    (kept,) = keep("we are late", *lines, cite=(3,)).claims
    assert (kept.who, [quote.sentence for quote in kept.context]) == (("Ana Ito",), [1])


def test_no_words_are_put_into_the_mouth_of_a_neighbour() -> None:
    """Without a pronoun the sentence before proves whom a claim is about, not whose it is."""
    lines = ("Ana Ito met Hugo Brown.", "The deal is dead, officials said.")
    cast = (ITO, actor("Hugo Brown"), actor("officials", "group"))
    assert reasons(keep("the deal is dead", *lines, cite=(2,), cast=cast)) == [
        "actor_not_in_evidence"
    ]
    result = keep(
        "the deal is dead", *lines, cite=(2,), cast=cast, who=["officials"], whom=["Hugo Brown"]
    )
    assert [(c.whom, [q.sentence for q in c.context]) for c in result.claims] == [
        (("Hugo Brown",), [1])
    ]


@pytest.mark.parametrize(
    ("kind", "name", "pronoun", "stands"),
    [
        ("person", "Ana Ito", "she", True),
        ("person", "Ana Ito", "it", False),
        ("company", "Norrvik Lines", "it", True),
        ("company", "Norrvik Lines", "he", False),
        ("group", "dock workers", "they", True),
        ("group", "dock workers", "he", False),
        ("government", "Peru", "its", True),
    ],
)
def test_a_pronoun_fits_its_kind_of_actor(kind: str, name: str, pronoun: str, stands: bool) -> None:
    """People are he or she, bodies are it, groups are they."""
    lines = (f"The day began badly for {name}.", "It rained.", f"Today {pronoun} left the port.")
    said = extraction([actor(name, kind)], [action("left the port", 3, who=[name])])
    result = grounded(article_of(*lines), said)
    assert len(result.actions) == stands


def test_a_surname_is_no_common_word() -> None:
    """Brown is not brown, and Theresa May is not what may happen."""
    cast = (actor("Hugo Brown"), actor("Theresa May", "person", "May"))
    lines = ("Hugo Brown and Theresa May came.", "It rained.", "The brown ferry may leave.")
    for who in ("Hugo Brown", "Theresa May"):
        assert reasons(keep("the ferry may leave", *lines, cite=(3,), cast=cast, who=[who])) == [
            "actor_not_in_evidence"
        ]
    more = (*lines[:2], "Brown said that May may leave.")
    for who in ("Hugo Brown", "Theresa May"):
        assert len(keep("May may leave", *more, cite=(3,), cast=cast, who=[who]).claims) == 1


@pytest.mark.parametrize(
    ("line", "stands"),
    [
        ("“They told us nothing,” Ana Ito said.", False),
        ("“They told nothing to the US,” Ana Ito said.", True),
        ("They told nothing, U.S. officials said.", True),
        ("“They told nothing to Americans,” Ana Ito said.", True),
    ],
)
def test_us_is_not_the_us(line: str, stands: bool) -> None:
    """The pronoun us does not stand for the country, its other forms do."""
    cast = (actor("US", "government"),)
    lines = (line, "The US sent ships.")
    result = keep("they told nothing", *lines, cast=cast, who=["US"])
    assert reasons(result) == ([] if stands else ["actor_not_in_evidence"])


def test_a_state_is_named_by_its_people() -> None:
    """A government stands where its people or its adjective does."""
    said = extraction(
        [actor("Colombia", "government")], [action("sent ships", 2, who=["Colombia"])]
    )
    lines = ("Colombia is near.", "The Colombian navy sent ships.")
    assert len(grounded(article_of(*lines), said).actions) == 1
    assert not grounded(article_of(lines[0], "The Columbian navy sent ships."), said).actions


# --- sentence numbers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cite", "reason"),
    [((), "no_evidence"), ((0,), "bad_sentence"), ((-1,), "bad_sentence"), ((3,), "bad_sentence"),
     ((1, 3), "bad_sentence")],
)  # fmt: skip
def test_sentence_numbers_must_exist(cite: tuple[int, ...], reason: str) -> None:
    """No number, or one of no sentence, drops the item."""
    lines = ("Ana Ito said that the ferry left.", "It rained.")
    assert reasons(keep("the ferry left", *lines, cite=cite)) == [reason]


def test_sentence_numbers_are_sorted_and_each_kept_once() -> None:
    """Numbers said twice or out of order cite the same sentences."""
    lines = ("Ana Ito said that the ferry left.", "It rained.")
    (kept,) = keep("the ferry left", *lines, cite=(2, 1, 2)).claims
    assert kept.sentences == (1, 2)
    assert [quote.text for quote in kept.evidence] == list(lines)


@pytest.mark.parametrize("what", ["", " ", "\n\t\u2028"])
def test_an_item_that_says_nothing_is_dropped(what: str) -> None:
    """An empty clause is no item."""
    assert reasons(keep(what, "Ana Ito said that the ferry left.")) == ["empty"]


def test_white_space_in_a_clause_is_made_one() -> None:
    """A clause is kept as one line, and checked as it is kept."""
    (kept,) = keep("  30\n000 people \t left ", "Ana Ito said that 30 000 people left.").claims
    assert kept.what == "30 000 people left"


# --- repeats, order, ids ----------------------------------------------------------------------

FERRY = (
    "Ana Ito said that the old ferry left Port Ellery at dawn.",
    "Hugo Brown and Ana Ito agreed to sell the old ferry, and Ito fined France and Peru.",
)
PAIR = (ITO, actor("Hugo Brown"), actor("France", "government"), actor("Peru", "government"))


def both(*said: dict[str, Any]) -> Grounded:
    """What becomes of several items in the article about the ferry."""
    return grounded(article_of(*FERRY), extraction(PAIR, said))


def test_a_repeat_within_a_type_is_dropped() -> None:
    """Of two that say the same, the first said stays, and the other names it."""
    result = both(
        claim("the old ferry left Port Ellery", 1), claim("old ferry left Port Ellery at dawn", 1)
    )
    assert [one.what for one in result.claims] == ["the old ferry left Port Ellery"]
    (lost,) = result.dropped
    assert (lost.reason, lost.what) == (DropReason.REPEATED, "old ferry left Port Ellery at dawn")
    assert "'the old ferry left Port Ellery'" in lost.detail


def test_a_repeat_across_types_leaves_the_most_specific() -> None:
    """One fact is one item: agreement before threat, action and claim, however it was said."""
    kinds = ("claim", "action", "threat", "agreement")
    result = both(
        *(item(kind, "sell the old ferry", 2, who=["Hugo Brown", "Ana Ito"]) for kind in kinds)
    )
    assert [one.id for one in items(result)] == ["agreement-1"]
    assert reasons(result) == ["repeated"] * 3


@pytest.mark.parametrize(
    "other",
    [
        {"sentences": [2]},
        {"who": ["Hugo Brown"], "sentences": [2]},
        {"what": "the old ferry left Port Ellery in 2019"},
        {"what": "two people went fishing"},
    ],
)
def test_what_differs_in_evidence_party_or_content_is_no_repeat(other: dict[str, Any]) -> None:
    """Other sentences, other parties or another content make another item."""
    lines = (
        "Ana Ito said that the old ferry left Port Ellery in 2018, and in 2019, two went fishing.",
        "The old ferry left Port Ellery, Hugo Brown and Ana Ito said, and two people fished.",
    )
    base = claim("the old ferry left Port Ellery in 2018", 1)
    if "who" in other or "sentences" in other:
        base["what"] = "the old ferry left Port Ellery"
    result = grounded(article_of(*lines), extraction(PAIR, [base, {**base, **other}]))
    assert len(result.claims) == 2, result.dropped


def test_deeds_to_two_are_two_deeds() -> None:
    """The same done to another is no repeat; said once without its object it is."""
    fined = [action("fined a country", 2, whom=[whom]) for whom in ("France", "Peru")]
    assert len(both(*fined).actions) == 2
    assert len(both(fined[0], action("fined a country", 2)).actions) == 1


def test_items_come_in_the_order_of_the_article() -> None:
    """Items are ordered by their evidence and numbered by type from 1."""
    result = both(
        item("agreement", "to sell the old ferry", 2, who=["Hugo Brown", "Ana Ito"]),
        claim("Ana Ito will sell the old ferry", 1, 2),
        action("fined Peru", 2),
        claim("the old ferry left Port Ellery", 1),
    )
    assert [(c.id, c.sentences) for c in result.claims] == [("claim-1", (1,)), ("claim-2", (1, 2))]
    assert [one.id for one in result.actions] == ["action-1"]
    assert [one.id for one in result.agreements] == ["agreement-1"]


# --- headline and summary ---------------------------------------------------------------------


def overview(headline: str = "", *summary: tuple[str, list[int]], title: str = "") -> Grounded:
    """What becomes of a headline and a summary of the article about the ferry."""
    said = extraction(PAIR, (), headline, summary)
    return grounded(article_of(*FERRY, title=title), said)


def test_a_headline_stands_with_the_sentences_that_show_it() -> None:
    """A proven headline is kept, with its evidence."""
    result = overview("Old ferry leaves Port Ellery")
    assert result.headline == "Old ferry leaves Port Ellery"
    assert result.headline_evidence[0].sentence == 1
    assert not result.dropped


@pytest.mark.parametrize("headline", ["Norland ferry sinks", "12 ferries left", "Old ferry “sank”"])
def test_an_unproven_headline_gives_way_to_the_articles_own(headline: str) -> None:
    """The title, or else the first sentence, stands in for a headline that is not proven."""
    assert overview(headline, title=" The old\nferry ").headline == "The old ferry"
    result = overview(headline)
    assert result.headline == FERRY[0]
    assert [(d.section, d.what) for d in result.dropped] == [("headline", headline)]


def test_a_missing_headline_is_no_loss() -> None:
    """Where the model gave none, the article's own stands in and nothing is reported."""
    result = overview("  ", title="   ")
    assert (result.headline, result.dropped) == (FERRY[0], ())


def test_a_long_own_headline_is_cut_between_words() -> None:
    """The article's own words are cut to length, and marked as cut."""
    article = Article(text="It rained.", title="word " * 60 + "30 000 people left")
    headline = grounded(article, extraction()).headline
    assert len(headline) <= 202
    assert headline.endswith("word …")


def test_a_proven_summary_sentence_stands() -> None:
    """A sentence of the summary stands with the sentences that it cites."""
    (kept,) = overview("", ("The old ferry left Port Ellery.", [1])).summary
    assert not kept.replaced
    assert [quote.sentence for quote in kept.evidence] == [1]


@pytest.mark.parametrize(
    ("text", "cite", "stands_in", "reason"),
    [
        ("The old ferry left Norland.", [1], 0, "name_not_found"),
        ("Three ferries left.", [2], 1, "number_not_found"),
        ("Ito fined Peru.", [], 1, "no_evidence"),
        ("Ito fined Peru.", [9], 1, "no_evidence"),
        ("Ito fined Peru.", [2, 9], 1, "bad_sentence"),
        ("", [2], 1, "empty"),
    ],
)
def test_an_unproven_summary_sentence_gives_way_to_the_articles_own(
    text: str, cite: list[int], stands_in: int, reason: str
) -> None:
    """A cited sentence, or else the one most like it, stands in, and is marked."""
    result = overview("", (text, cite))
    (kept,) = result.summary
    assert (kept.text, kept.replaced) == (FERRY[stands_in], True)
    assert [quote.text for quote in kept.evidence] == [FERRY[stands_in]]
    assert reasons(result) == [reason]


def test_a_summary_says_nothing_twice() -> None:
    """A sentence said twice, or put in twice, stands once; what was said is reported."""
    twice = ("The old ferry left Port Ellery.", [1])
    result = overview("", twice, twice, ("Norland lied.", [2]), ("Norland fled.", [2]))
    assert [sentence.replaced for sentence in result.summary] == [False, True]
    assert reasons(result) == ["repeated", "name_not_found", "name_not_found"]


def test_without_a_summary_the_first_sentence_is_one() -> None:
    """An empty summary is the article's first sentence, marked as its own."""
    (kept,) = overview().summary
    assert (kept.text, kept.replaced) == (FERRY[0], True)


def test_an_article_without_sentences_grounds_nothing() -> None:
    """Nothing is proven by nothing, and nothing said is lost."""
    said = extraction([ITO], [claim("the ferry left", 1)], "Ferry", [("Ferry left.", [1])])
    result = grounded(Article(text=""), said)
    assert (result.actors, items(result), result.summary, result.headline) == ((), [], (), "")
    assert sorted(d.section for d in result.dropped) == ["actor", "claim", "headline", "summary"]


# --- the honest measure: correct briefs lose nothing, but for limits that are named -------------


class Annotated(Frozen):
    """An article with all that is correctly said of it."""

    name: str
    lines: tuple[str, ...]
    cast: tuple[dict[str, Any], ...]
    items: tuple[dict[str, Any], ...]
    headline: str
    summary: tuple[tuple[str, list[int]], ...]


DIPLOMACY = Annotated(
    name="diplomacy",
    lines=(
        "GENOA, June 3 - Foreign Minister Lucia Ferrante of Italy met her Libyan counterpart, Omar "
        "Senussi, in Genoa on Monday.",
        "The two ministers agreed to reopen the consulate in Misrata by October 1.",
        "“The sea should join us,” Ferrante told reporters.",
        "The Italian said that Rome would send 40 engineers to rebuild the port.",
        "Senussi was more careful: he warned that Tripoli would close its ports to Italian "
        "trawlers if Italy went on seizing Libyan boats.",
        "Ferrante called the warning “a matter for the coast guard”.",
        "Last month the Italian coast guard seized three Libyan boats off Lampedusa.",
        "Her ministry later denied that the boats had been damaged.",
    ),
    cast=(
        actor("Lucia Ferrante", "person", "Ferrante", "The Italian", role="Foreign Minister"),
        actor("Omar Senussi", "person", "Senussi", role="Libyan counterpart"),
        actor("Italy", "government", "Rome"),
        actor("Tripoli", "government"),
        actor("Italian coast guard", "government", "the coast guard"),
        actor("ministry", "government", "Her ministry"),
    ),
    items=(
        action(
            "met her Libyan counterpart in Genoa on Monday",
            1,
            who=["Lucia Ferrante"],
            whom=["Omar Senussi"],
        ),
        item(
            "agreement",
            "to reopen the consulate in Misrata by October 1",
            2,
            who=["Lucia Ferrante", "Omar Senussi"],
        ),
        claim("“the sea should join us”", 3, who=["Lucia Ferrante"]),
        claim("Italy would send 40 engineers to rebuild the port", 4, who=["Lucia Ferrante"]),
        item(
            "threat",
            "close its ports to Italian trawlers",
            5,
            who=["Omar Senussi"],
            whom=["Italy"],
            condition="if Italy goes on seizing Libyan boats",
        ),
        claim("the warning is “a matter for the coast guard”", 6, who=["Lucia Ferrante"]),
        action("seized three Libyan boats off Lampedusa", 7, who=["Italian coast guard"]),
        claim("the boats had been damaged", 8, who=["ministry"], status="denied", act="denies"),
    ),
    headline="Italy and Libya agree to reopen consulate in Misrata",
    summary=(
        ("Lucia Ferrante and Omar Senussi met in Genoa on Monday.", [1]),
        ("They agreed to reopen the consulate in Misrata by October 1.", [2]),
        ("Senussi warned that Tripoli would close its ports to Italian trawlers.", [5]),
    ),
)
COURT = Annotated(
    name="court",
    lines=(
        "A court in Veldhaven on Thursday sentenced Joris Maat to nine years in prison for setting "
        "fire to a night club.",
        "Two people died and 31 were hurt in the blaze on May 12, 2024.",
        "Judge Anke Smit said the 27-year-old had acted “out of wounded pride” after being turned "
        "away at the door.",
        "The prosecutor had asked for 14 years.",
        "Maat, who denied the charge throughout the trial, shook his head as the verdict was read.",
        "His lawyer, Pieter Bos, said that he would appeal.",
        "“The camera pictures prove nothing,” Bos told the court.",
        "The owner of the club, Rita Vos, said she had paid 80,000 euros to the victims' families.",
    ),
    cast=(
        actor("court in Veldhaven", "government", "the court"),
        actor("Joris Maat", "person", "Maat", "the 27-year-old"),
        actor("Anke Smit", "person", role="Judge"),
        actor("prosecutor", "government"),
        actor("Pieter Bos", "person", "Bos", role="lawyer"),
        actor("Rita Vos", "person", role="owner of the club"),
    ),
    items=(
        action(
            "sentenced Joris Maat to nine years in prison",
            1,
            who=["court in Veldhaven"],
            whom=["Joris Maat"],
        ),
        claim("the 27-year-old acted “out of wounded pride”", 3, who=["Anke Smit"], whom=["Maat"]),
        action("asked for 14 years", 4, who=["prosecutor"], event="REQUEST"),
        claim("Maat set fire to a night club", 1, 5, who=["Joris Maat"], status="denied"),
        claim("he would appeal", 6, who=["Pieter Bos"], status="planned"),
        claim("“the camera pictures prove nothing”", 7, who=["Bos"], whom=["the court"]),
        claim("she paid 80 000 euros to the victims’ families", 8, who=["Rita Vos"]),
    ),
    headline="Joris Maat gets nine years in prison for night club fire",
    summary=(
        ("A court in Veldhaven sentenced Joris Maat to 9 years in prison.", [1]),
        ("Two people died in the blaze of May 2024 and 31 were hurt.", [2]),
        ("Maat’s lawyer, Pieter Bos, will appeal.", [6]),
    ),
)
TRANSFER = Annotated(
    name="transfer",
    lines=(
        "Real Ostrava have signed striker Milan Dvorak from Hansa Gdynia for 12.5 million euros, "
        "the club said on Friday.",
        "The 22-year-old, who scored 19 goals last season, has agreed a contract until June 2029.",
        "“I dreamed of this shirt,” Dvorak told the club's website.",
        "Ostrava coach Petra Novotna called him “the missing piece”.",
        "Gdynia will receive a fifth of any later fee.",
        "The Polish club rejected two earlier offers in January.",
        "Its chairman, Marek Zielinski, had threatened in May to report Ostrava to the league for "
        "speaking to the player without leave.",
    ),
    cast=(
        actor("Real Ostrava", "organization", "Ostrava"),
        actor("Milan Dvorak", "person", "Dvorak", "The 22-year-old", role="striker"),
        actor("Hansa Gdynia", "organization", "Gdynia", "The Polish club"),
        actor("Petra Novotna", "person", role="Ostrava coach"),
        actor("Marek Zielinski", "person", role="chairman"),
        actor("the league", "organization"),
    ),
    items=(
        action(
            "signed striker Milan Dvorak for €12,500,000",
            1,
            who=["Real Ostrava"],
            whom=["Hansa Gdynia"],
            reported_by=["Real Ostrava"],
        ),
        item("agreement", "a contract until June 2029", 1, 2, who=["Milan Dvorak", "Real Ostrava"]),
        claim("“I dreamed of this shirt”", 3, who=["Milan Dvorak"]),
        claim("Dvorak is “the missing piece”", 4, who=["Petra Novotna"], whom=["Milan Dvorak"]),
        item(
            "agreement",
            "to pay Hansa Gdynia a fifth of any later fee",
            1,
            5,
            who=["Real Ostrava", "Hansa Gdynia"],
        ),
        action("rejected two earlier offers in January", 6, who=["Hansa Gdynia"]),
        item(
            "threat",
            "report Ostrava to the league for speaking to the player without leave",
            7,
            who=["Marek Zielinski"],
            whom=["Real Ostrava"],
            mode="legal",
        ),
    ),
    headline="Real Ostrava sign striker Milan Dvorak for 12.5 million euros",
    summary=(
        ("Real Ostrava have signed Milan Dvorak for 12.5 million euros.", [1]),
        ("The striker scored 19 goals and has a contract until June 2029.", [1, 2]),
    ),
)
COMPANIES = Annotated(
    name="companies",
    lines=(
        "The drug maker Calyx Bio said on Wednesday it would sue its former supplier Merrin "
        "Chemicals over a spoiled batch of insulin.",
        "Calyx puts its loss at $48m.",
        "Merrin, based in Leeds, denied that its tanks had leaked.",
        "“They kept the stuff in the sun for eleven days,” said Merrin's chief executive, Dana "
        "Whitlock.",
        "She demanded an apology by the end of the month.",
        "The regulator, the Medicines Board, has opened an inquiry and sealed two warehouses.",
        "Calyx shares fell 7.5 per cent.",
        "The two companies ended their contract by mutual consent in March, according to the "
        "Financial Courier.",
    ),
    cast=(
        actor("Calyx Bio", "company", "Calyx", role="drug maker"),
        actor("Merrin Chemicals", "company", "Merrin", role="former supplier"),
        actor("Dana Whitlock", "person", role="Merrin's chief executive"),
        actor("Medicines Board", "government", "The regulator"),
        actor("Financial Courier", "media"),
    ),
    items=(
        item(
            "threat",
            "sue its former supplier Merrin Chemicals over a spoiled batch of insulin",
            1,
            who=["Calyx Bio"],
            whom=["Merrin Chemicals"],
            mode="legal",
        ),
        claim("its loss is $48 million", 2, who=["Calyx Bio"]),
        claim("its tanks had leaked", 3, who=["Merrin Chemicals"], status="denied"),
        claim(
            "Calyx kept the stuff in the sun for 11 days",
            4,
            who=["Dana Whitlock"],
            whom=["Calyx Bio"],
        ),
        claim("an apology by the end of the month", 5, who=["Dana Whitlock"], act="demands"),
        action("opened an inquiry", 6, who=["Medicines Board"]),
        action("sealed two warehouses", 6, who=["Medicines Board"]),
        item(
            "agreement",
            "to end their contract by mutual consent in March",
            8,
            who=["Calyx Bio", "Merrin Chemicals"],
            reported_by=["Financial Courier"],
        ),
    ),
    headline="Calyx Bio to sue Merrin over spoiled insulin",
    summary=(
        ("Calyx Bio will sue Merrin Chemicals over a spoiled batch of insulin.", [1]),
        ("Merrin denied that its tanks leaked.", [3]),
        ("The Medicines Board has sealed two warehouses.", [6]),
    ),
)
LANDSLIDE = Annotated(
    name="landslide",
    lines=(
        "MANTA, Ecuador - A landslide buried the village of El Carrizo early on Sunday, killing at "
        "least 17 people, officials said.",
        "Rescue teams pulled six survivors out of the mud, among them a three-year-old girl.",
        "“We are digging with our hands,” said Rosa Quiroz, a nurse who had walked there.",
        "More than a thousand people have been moved to schools in Manta, the civil defence agency "
        "SGR reported.",
        "Governor Hector Leon promised every family a new house within a year.",
        "He also ordered the road to Portoviejo closed.",
        "Residents accused him of ignoring a 2022 report that called the slope “a loaded gun”.",
        "The weather service expects up to 80 millimetres of rain by Tuesday.",
    ),
    cast=(
        actor("officials", "group"),
        actor("Rescue teams", "group"),
        actor("Rosa Quiroz", "person", role="nurse"),
        actor("SGR", "government", role="civil defence agency"),
        actor("Hector Leon", "person", role="Governor"),
        actor("Residents", "group"),
        actor("weather service", "government"),
    ),
    items=(
        claim("a landslide killed at least 17 people in El Carrizo", 1, who=["officials"]),
        action("pulled six survivors out of the mud", 2, who=["Rescue teams"]),
        claim("“we are digging with our hands”", 3, who=["Rosa Quiroz"]),
        action("moved more than 1,000 people to schools", 4, who=[], reported_by=["SGR"]),
        claim("every family gets a new house within a year", 5, who=["Governor Leon"]),
        action("ordered the road to Portoviejo closed", 6, who=["Hector Leon"]),
        claim(
            "Leon ignored a 2022 report that called the slope “a loaded gun”",
            7,
            who=["Residents"],
            whom=["Hector Leon"],
        ),
        claim("up to 80 millimetres of rain by Tuesday", 8, who=["weather service"]),
    ),
    headline="Landslide kills at least 17 in Ecuador",
    summary=(
        ("A landslide in Ecuador buried the village of El Carrizo and killed 17 people.", [1]),
        ("Governor Hector Leon promised each family a new house.", [5]),
    ),
)


@pytest.mark.parametrize(
    "case", [DIPLOMACY, COURT, TRANSFER, COMPANIES, LANDSLIDE], ids=lambda case: case.name
)
def test_what_is_correctly_said_is_kept(case: Annotated) -> None:
    """Of a correct account of an article nothing is dropped, left out or replaced."""
    article = article_of(*case.lines)
    said = extraction(case.cast, case.items, case.headline, case.summary)
    result = grounded(article, said)
    assert result.dropped == ()
    assert len(items(result)) == len(case.items)
    assert result.headline == case.headline
    assert [sentence.text for sentence in result.summary] == [text for text, _ in case.summary]
    assert verify(brief_of(article, said)) == []


LOST_BY_DESIGN = [
    (
        "an epithet that the cast does not list is not resolved",
        ("Lucia Ferrante came.", "The Italian said that the port will be rebuilt."),
        claim("the port will be rebuilt", 2, who=["Lucia Ferrante"]),
        "actor_not_in_evidence",
    ),
    (
        "numbers are not added up",
        ("Lucia Ferrante said two ships and three boats sank.",),
        claim("five vessels sank", 1, who=["Lucia Ferrante"]),
        "number_not_found",
    ),
    (
        "parties are not counted",
        ("Lucia Ferrante said Italy and Libya signed a treaty.",),
        claim("two countries signed a treaty", 1, who=["Lucia Ferrante"]),
        "number_not_found",
    ),
    (
        "a fraction of a round number is not worked out",
        ("Lucia Ferrante said half a million people left.",),
        claim("500,000 people left", 1, who=["Lucia Ferrante"]),
        "number_not_found",
    ),
    (
        "metres written m read as millions",
        ("Lucia Ferrante said the wall is 100 metres long.",),
        claim("the wall is 100m long", 1, who=["Lucia Ferrante"]),
        "number_not_found",
    ),
    (
        "a weekday is not worked out to a date",
        ("Lucia Ferrante said that the ship left on Monday.",),
        claim("the ship left on 2 June", 1, who=["Lucia Ferrante"]),
        "number_not_found",
    ),
    (
        "a capital does not mean its state",
        ("Lucia Ferrante said that Rome will rebuild the port.",),
        claim("Italy will rebuild the port", 1, who=["Lucia Ferrante"]),
        "name_not_found",
    ),
    (
        "a speaker named after the quotation only is out of reach",
        ("“The port will be rebuilt.”", "So said Lucia Ferrante."),
        claim("the port will be rebuilt", 1, who=["Lucia Ferrante"]),
        "actor_not_in_evidence",
    ),
    (
        "synonyms alone are no evidence",
        ("Lucia Ferrante said that the vessel went down in heavy seas.",),
        claim("a ship sank during a storm", 1, who=["Lucia Ferrante"]),
        "not_in_article",
    ),
    (
        "of two with one surname the surname means neither",
        ("Lucia Ferrante came with Enzo Ferrante.", "Ferrante said that the ship sank."),
        claim("the ship sank", 2, who=["Ferrante"]),
        "actor_not_found",
    ),
]


@pytest.mark.parametrize(
    ("lines", "said", "reason"),
    [limit[1:] for limit in LOST_BY_DESIGN],
    ids=[limit[0] for limit in LOST_BY_DESIGN],
)
def test_what_is_lost_though_it_is_correct(
    lines: tuple[str, ...], said: dict[str, Any], reason: str
) -> None:
    """Limits of the rules: correct, but not shown by the words, and so dropped and reported."""
    cast = (actor("Lucia Ferrante"), actor("Enzo Ferrante"))
    result = grounded(article_of(*lines), extraction(cast, [said]))
    assert reasons(result, said["type"]) == [reason]


def test_an_addressee_whom_the_words_do_not_name_is_left_out() -> None:
    """A limit too: to whom a demand goes is clear to a reader, but shown by no word nearby."""
    said = claim("an apology", 5, who=["Dana Whitlock"], whom=["Calyx Bio"], act="demands")
    result = grounded(article_of(*COMPANIES.lines), extraction(COMPANIES.cast, [said]))
    assert [one.whom for one in result.claims] == [()]
    assert reasons(result) == ["actor_not_in_evidence"]


KEPT_BY_DESIGN = [
    ("the ship left", "a negation is no word of content"),
    ("the ship did not leave", "nor is one that is said"),
    ("the captain left the ship", "who did what to whom within a clause is not parsed"),
    ("Walker left the ship", "a first word that is like a small word is taken for it"),
    ("the FMA ship left", "capitals of any names in a row can stand behind an acronym"),
]


@pytest.mark.parametrize("what", [limit[0] for limit in KEPT_BY_DESIGN])
def test_what_is_kept_though_it_is_wrong(what: str) -> None:
    """Limits of the rules the other way: words that stand there, put together otherwise."""
    line = "Foreign Minister Ana Ito said the ship never left, and that its captain walked home."
    assert len(keep(what, line).claims) == 1
