"""The day's brief: what it joins, where it sees a difference, what it calls new."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from digest_factory import (
    FIRST_DAY,
    TwoDays,
    action,
    actor,
    agreement,
    at,
    claim,
    day_of,
    digest,
    filed,
    one_day,
    options,
    story,
    threat,
)
from pydantic import ValidationError

from summarizer.digest import RankingWeights, check_digest, verify_digest
from summarizer.digest.counts import conflict, counts, same_kind
from summarizer.digest.dates import find_deadline
from summarizer.digest.wording import clause, same_content
from summarizer.digest_models import Commitment, Digest, DigestStory, Filed, Unread
from summarizer.errors import VerificationError
from summarizer.models import Dropped, DropReason, Usage

POLICE = actor("police")
ETHIOPIA, ERITREA = actor("Ethiopia", "Ethiopian"), actor("Eritrea", "Asmara", "Eritrean")
UNION = actor("Dockers’ Union", "the union", kind="organization")
PORT = actor("Port Authority", "the authority")


def toll(outlet: str, day: int, hour: float, number: int | str, **more: Any) -> Filed:
    """An article that counts the dead of the blast in Tarma."""
    what = f"{number} people were killed in a market blast in Tarma"
    said = f"{what[0].upper()}{what[1:]}, police told {outlet}."
    fields = {"actors": [POLICE], "items": [claim(what, who=["police"])], **more}
    return filed(outlet, at(day, hour), said, **fields)


def kinds(story: DigestStory) -> list[str]:
    """Kinds of its disagreements."""
    return [d.kind for d in story.disagreements]


# --- numbers ----------------------------------------------------------------------------------


def test_a_count_that_rose_over_two_days_has_moved() -> None:
    """12 dead on one day and 19 on the next is a change with both quotes, no disagreement."""
    days = TwoDays([toll("Courier", 1, 8, 12)], [toll("Herald", 2, 8, 19)])
    (change,) = days.story.changes
    assert (change.kind, change.text) == ("number_moved", "12 → 19 dead")
    assert change.before is not None
    assert "12 people" in change.before.quote.text
    assert "19 people" in change.after.quote.text
    assert days.story.disagreements == ()


def test_two_counts_of_one_day_by_two_origins_disagree() -> None:
    """12 and 19 dead by two pieces of reporting stand side by side, each with its outlet."""
    told = one_day(toll("Courier", 1, 8, 12), toll("Herald", 1, 9, "nineteen"))
    (found,) = told.disagreements
    assert (found.kind, found.about) == ("number", "dead")
    assert [side.outlet for side in found.sides] == ["Courier", "Herald"]
    assert ["12" in side.citation.quote.text for side in found.sides] == [True, False]
    assert told.changes == ()


def test_counts_of_other_things_do_not_disagree() -> None:
    """12 dead is no contradiction of 19 houses, 19 injured or 19 police officers."""
    other = (
        "19 houses were destroyed in a market blast in Tarma",
        "19 people were injured in a market blast in Tarma",
        "19 police officers were killed in a market blast in Tarma",
        "19 people were killed in a market blast in Quito",
        "19 more people were killed in a market blast in Tarma",
        "19 people were killed in a second market blast in Tarma",
        "19 people were not killed in a market blast in Tarma",
    )
    for what in other:
        herald = filed("Herald", at(1), what, actors=[], items=[action(what)])
        assert one_day(toll("Courier", 1, 8, 12), herald).disagreements == (), what


@pytest.mark.parametrize("number", ["at least 12", "12", "about 13", "nearly 13", "over 11"])
def test_counts_that_can_both_be_true_do_not_disagree(number: str) -> None:
    """A number and another that is rounded or only bounds it."""
    told = one_day(toll("Courier", 1, 8, number), toll("Herald", 1, 9, 12))
    assert kinds(told) == []


def test_an_outlets_own_update_is_a_change() -> None:
    """A count that rose from one article of an outlet to its next, on one day, has moved."""
    told = one_day(toll("Courier", 1, 8, 12), toll("Courier", 1, 15, 19))
    assert kinds(told) == []
    assert [c.text for c in told.changes] == ["12 → 19 dead"]
    assert told.headline.text.startswith("19 people")


def test_an_update_of_one_origin_is_a_change() -> None:
    """A count that rose within one piece of reporting, printed by others, has moved."""
    told = one_day([toll("Courier", 1, 8, 12), toll("Herald", 1, 15, 19)])
    assert kinds(told) == []
    assert [c.kind for c in told.changes] == ["number_moved"]


def test_an_article_with_two_counts_tells_how_it_moved_itself() -> None:
    """Two figures for one thing in one article are no side of a disagreement."""
    lines = ("Police first said 12 people had died.", "Later 15 people were said to have died.")
    items = [
        claim("12 people had died", 1, who=["police"]),
        claim("15 people died", 2, who=["police"]),
    ]
    both = filed("Courier", at(1), *lines, actors=[POLICE], items=items)
    assert kinds(one_day(both, toll("Herald", 1, 9, 19))) == []


def test_a_figure_that_was_given_before_is_not_new() -> None:
    """Where the day before had 12 and 19, 19 today has not moved."""
    days = TwoDays([toll("Courier", 1, 8, 12), toll("Herald", 1, 9, 19)], [toll("Post", 2, 8, 19)])
    assert days.two.stories == ()
    assert len(days.two.unchanged) == 1


def test_things_counted_disagree_only_in_the_same_sentence() -> None:
    """14 berths and 12 berths of one sentence differ; of two companies' "its losses" nothing is
    known."""

    def port(outlet: str, what: str, who: str = "Dockers’ Union") -> Filed:
        line = f"The {who} said that it {what}."
        return filed(
            outlet, at(1), line, actors=[actor(who, kind="organization")],
            items=[action(what, who=[who])],
        )  # fmt: skip

    first = port("Courier", "shut 14 berths of Lindhaven harbour")
    assert kinds(one_day(first, port("Herald", "closed 12 berths of Lindhaven harbour"))) == [
        "number"
    ]
    assert kinds(one_day(first, port("Herald", "shut 12 gates of Lindhaven harbour"))) == []
    losses = port("Courier", "put its losses at 3 million euros a day", "Norrvik")
    assert (
        kinds(one_day(losses, port("Herald", "put its losses at 9 million euros a day", "Sudal")))
        == []
    )


COUNTS = {
    "12 dead": ["12 dead"],
    "killed at least nineteen people": ["19 dead"],
    "12 people were killed and 30 injured": ["12 dead", "30 injured"],
    "the death toll rose from 12 to 19": ["19 dead"],
    "12 police officers were killed": ["12 police officers dead"],
    "three gunmen killed 12": ["3 gunmen killed", "12 dead"],
    "19 houses were destroyed": ["19 houses"],
    "losses of 2.4 million euros a day": ["2,400,000 euros"],
    "raised pay by 12%": ["12 %"],
    "a 12-year-old boy was killed on 12 March at 10:30": [],
    "7 more people died": [],
    "12 are feared dead": [],
    "killed on Highway 12": [],
    "one of them died": [],
    "a fine of $95m and £3.8 million": ["95,000,000 $", "3,800,000 £"],
    "300 to 400 soldiers, or between 12 and 19 tanks": [],
    "the 2021 accord took effect at 6 p.m.": [],
    "in 2024": [],
}


@pytest.mark.parametrize("text", COUNTS)
def test_what_a_number_counts(text: str) -> None:
    """Numbers with what they count; dates, ages, times, parts and additions count nothing."""
    assert [f"{c.digits} {c.label}" for c in counts(text, "en")] == COUNTS[text]


def test_counts_are_read_in_english_alone() -> None:
    """What is counted is known by English words, so nothing is read of another language."""
    assert counts("12 Menschen wurden getötet", "de") == ()


def test_rounded_numbers_do_not_conflict() -> None:
    """1,200 can be 1,187 rounded, and 1,300 cannot."""
    exact, rounded, other = (
        counts(f"{n} people were evacuated", "en")[0] for n in ("1,187", "1,200", "1,300")
    )
    assert same_kind(exact, rounded)
    assert not conflict(exact, rounded)
    assert conflict(exact, other)


# --- corroboration ----------------------------------------------------------------------------


def test_wire_copies_are_one_origin() -> None:
    """The same figure in three copies of a wire and one report of its own: 4 outlets, 2 origins,
    one item."""
    wire = [
        toll(outlet, 1, hour, 12) for hour, outlet in enumerate(("Courier", "Herald", "Post"), 8)
    ]
    told = one_day(wire, toll("Radio Delta", 1, 12, 12))
    (item,) = told.items
    assert (item.outlets, item.origins) == (4, 2)
    assert len(item.citations) == 4
    assert told.disagreements == ()


def test_one_text_at_two_outlets_is_one_article_with_two_outlets() -> None:
    """The very same text filed twice counts both outlets and is cited once."""
    first = toll("Courier", 1, 8, 12)
    copy = first.model_copy(update={"outlet": "Herald", "url": "https://herald.example/1"})
    made = digest(1, [story(first)], [copy, first])
    (item,) = made.stories[0].items
    assert (item.outlets, item.origins, len(item.citations)) == (2, 1, 1)
    assert made.left_out.articles == 1


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("killed 12 people at a market in Tarma", "12 people died at a Tarma market", True),
        ("suspend all overflight rights", "suspended the overflight rights", True),
        ("to extend the truce by two months", "extension of the truce by 2 months", True),
        ("killed 12 people at a market", "killed 19 people at a market", False),
        ("will attend the summit in Oslo", "will not attend the summit in Oslo", False),
        ("raised the interest rate of the bank", "cut the interest rate of the bank", False),
        ("released two journalists in Quito", "arrested two journalists in Quito", False),
        ("bombed the airport of Tarma", "bombed the airport of Quito", False),
        ("closed all schools in the north", "closed some schools in the north", False),
        ("a second blast hit the market", "a blast hit the market", False),
        ("left", "stayed", False),
        ("", "", True),
    ],
)
def test_two_wordings_of_one_content(a: str, b: str, same: bool) -> None:
    """Near-equal content is the same, but not with another number, negation, name, extent or the
    contrary word."""
    assert same_content(clause(a), clause(b)) is same
    assert same_content(clause(b), clause(a)) is same


def test_items_of_other_parties_are_not_joined() -> None:
    """The same words of another speaker stay another item."""
    line = "Ethiopia and Eritrea each said the crossing would stay shut."
    cast = [ETHIOPIA, ERITREA]
    what = "the crossing would stay shut"
    a = filed("Courier", at(1), line, actors=cast, items=[claim(what, who=["Ethiopia"])])
    b = filed("Herald", at(1), line + " ", actors=cast, items=[claim(what, who=["Eritrea"])])
    assert [item.who for item in one_day(a, b).items] == [("Ethiopia",), ("Eritrea",)]


# --- actors -----------------------------------------------------------------------------------


def names(*articles: tuple[str, list[dict[str, Any]]]) -> list[str]:
    """Actors of a story of these articles: a line and its cast each."""
    made = [
        filed(f"Outlet {n}", at(1, n), line, actors=cast) for n, (line, cast) in enumerate(articles)
    ]
    return sorted(a.name for a in one_day(*made).actors)


def person(name: str, *aliases: str) -> dict[str, Any]:
    """A person of the cast."""
    return actor(name, *aliases, kind="person")


def test_an_actor_is_one_under_his_names() -> None:
    """Full name, surname, title and alias of one person; name and acronym of a union."""
    people = names(
        ("Gustavo Petro, called Petro, spoke.", [person("Gustavo Petro", "Petro")]),
        ("Petro spoke again.", [person("Petro")]),
        ("President Gustavo Petro Urrego left.", [person("President Gustavo Petro Urrego")]),
    )
    assert people == ["President Gustavo Petro Urrego"]
    union = ("The European Union met.", [actor("European Union", kind="organization")])
    assert names(union, ("The EU met.", [actor("EU", kind="organization")])) == ["European Union"]


def test_an_initial_stands_for_one_first_name() -> None:
    """G. Petro is Gustavo Petro, but where another G. Petro is about he stays himself."""
    initial = ("G. Petro spoke.", [person("G. Petro")])
    gustavo = ("Gustavo Petro left.", [person("Gustavo Petro")])
    assert names(initial, gustavo) == ["Gustavo Petro"]
    gloria = ("Gloria Petro left.", [person("Gloria Petro")])
    assert names(initial, gustavo, gloria) == ["G. Petro", "Gloria Petro", "Gustavo Petro"]


def test_two_people_of_one_surname_stay_two() -> None:
    """John and Jane Smith are two, and a Smith who can be either is a third."""
    john = ("John Smith spoke.", [person("John Smith", "Smith")])
    jane = ("Jane Smith spoke.", [person("Jane Smith", "Smith")])
    assert names(john, jane) == ["Jane Smith", "John Smith"]
    assert names(john, jane, ("Smith spoke.", [person("Smith")])) == [
        "Jane Smith",
        "John Smith",
        "Smith",
    ]


def test_what_one_article_tells_apart_stays_apart() -> None:
    """Two of one cast are two, also where another article could join them."""
    both = ("Petro and Gustavo Petro met.", [person("Petro"), person("Gustavo Petro")])
    assert names(both, ("Petro left.", [person("Petro")])) == ["Gustavo Petro", "Petro"]


def test_common_words_join_nobody() -> None:
    """ "The President" of one article is not that of another, nor a person his company."""
    a = ("Gustavo Petro, the President, spoke.", [person("Gustavo Petro", "the President")])
    b = ("Daniel Noboa, the President, spoke.", [person("Daniel Noboa", "the President")])
    assert names(a, b) == ["Daniel Noboa", "Gustavo Petro"]
    ford = ("Ford spoke.", [person("Ford")])
    assert names(ford, ("Ford sold cars.", [actor("Ford", kind="company")])) == ["Ford", "Ford"]


# --- attribution, denial, scope -----------------------------------------------------------------


def deed(outlet: str, who: str, hour: float = 8, kind: str = "government") -> Filed:
    """An article in which `who` shelled the power plant in Tarma."""
    line = f"{who[0].upper()}{who[1:]} shelled the power plant in Tarma, {outlet} reports."
    what = "shelled the power plant in Tarma"
    items = [action(what, who=[who], event="ASSAULT")]
    return filed(outlet, at(1, hour), line, actors=[actor(who, kind=kind)], items=items)


def test_one_deed_of_two_doers_is_an_attribution() -> None:
    """Two outlets that name another doer of one deed disagree."""
    (found,) = one_day(deed("Courier", "Norland"), deed("Herald", "Sudal")).disagreements
    assert found.kind == "attribution"
    assert [side.citation.quote.text.split()[0] for side in found.sides] == ["Norland", "Sudal"]


@pytest.mark.parametrize(
    ("who", "kind"),
    [("the Norland army", "government"), ("gunmen", "group"), ("police", "government")],
)
def test_a_doer_who_may_be_the_same_is_no_attribution(who: str, kind: str) -> None:
    """A state's army, unnamed gunmen and somebody's police can be the doer named elsewhere."""
    assert kinds(one_day(deed("Courier", "Norland"), deed("Herald", who, kind=kind))) == []


def test_deeds_that_many_can_do_are_no_attribution() -> None:
    """Two who condemn, vote or visit do not contradict each other; nor do two deeds that one
    article tells of."""

    def protest(outlet: str, who: str) -> Filed:
        line = f"{who} marched through the centre of Tarma."
        items = [action("marched through the centre of Tarma", who=[who], event="PROTEST")]
        return filed(outlet, at(1), line, actors=[actor(who)], items=items)

    assert kinds(one_day(protest("Courier", "Norland"), protest("Herald", "Sudal"))) == []
    what = "shelled the power plant in Tarma"
    line = "Norland and then Sudal shelled the power plant in Tarma."
    cast = [actor("Norland"), actor("Sudal")]
    items = [action(what, who=[who], event="ASSAULT") for who in ("Norland", "Sudal")]
    both = filed("Courier", at(1), line, actors=cast, items=items)
    assert kinds(one_day(both, deed("Herald", "Sudal"))) == []


def test_two_who_accuse_each_other_of_one_deed() -> None:
    """Each blames the other for the shelling: both quotes, no verdict."""
    lines = (
        "Norland accused Sudal of shelling the power plant.",
        "Sudal accused Norland of shelling the power plant.",
    )
    items = [
        claim("Sudal shelled the power plant", 1, who=["Norland"], whom=["Sudal"], act="accuses"),
        claim("Norland shelled the power plant", 2, who=["Sudal"], whom=["Norland"], act="accuses"),
    ]
    cast = [actor("Norland"), actor("Sudal")]
    told = one_day(filed("Courier", at(1), *lines, actors=cast, items=items))
    assert kinds(told) == ["attribution"]


ACCUSED = claim(
    "the union sabotaged two cranes",
    1,
    who=["Port Authority"],
    whom=["Dockers’ Union"],
    act="accuses",
)
ACCUSATION = "The Port Authority accused the Dockers’ Union: the union sabotaged two cranes."


def test_what_one_states_and_another_denies() -> None:
    """An accusation and the denial of the accused, told by two outlets, stand side by side."""
    denial = "The Dockers’ Union denied that it had sabotaged the cranes."
    denied = claim("the union did not sabotage the cranes", who=["Dockers’ Union"], act="denies")
    a = filed("Courier", at(1, 8), ACCUSATION, actors=[PORT, UNION], items=[ACCUSED])
    b = filed("Herald", at(1, 9), denial, actors=[UNION], items=[denied])
    (found,) = one_day(a, b).disagreements
    assert found.kind == "denial"
    assert [side.outlet for side in found.sides] == ["Courier", "Herald"]


def test_a_denial_without_content_is_of_the_accusation_before() -> None:
    """ "denied it" right after an accusation denies that; in another article it denies nothing
    that is known."""
    denied = claim("denied it", 2, who=["Dockers’ Union"], act="denies")
    lines = (ACCUSATION, "The Dockers’ Union denied it.")
    told = one_day(filed("Courier", at(1), *lines, actors=[PORT, UNION], items=[ACCUSED, denied]))
    assert kinds(told) == ["denial"]
    a = filed("Courier", at(1, 8), ACCUSATION, actors=[PORT, UNION], items=[ACCUSED])
    b = filed("Herald", at(1, 9), "A day in Tarma.", lines[1], actors=[UNION], items=[denied])
    assert kinds(one_day(a, b)) == []


def test_a_deed_denied_by_one_outlet_and_told_by_another() -> None:
    """Status denied against happened, of the same doer and deed."""

    def crossing(outlet: str, line: str, status: str) -> Filed:
        what = "moved troops to the Zalambessa crossing"
        items = [action(what, who=["Eritrea"], status=status)]
        return filed(outlet, at(1), line, actors=[ERITREA], items=items)

    told = "Eritrea moved troops to the Zalambessa crossing."
    denied = "Reports that Eritrea moved troops to the Zalambessa crossing are false."
    found = one_day(crossing("Courier", told, "happened"), crossing("Herald", denied, "denied"))
    assert kinds(found) == ["denial"]


def test_denials_of_something_else_contradict_nothing() -> None:
    """Another content, or the speaker's own word taken back, is no denial of it."""
    other = claim("the union did not block the gates", who=["Dockers’ Union"], act="denies")
    a = filed("Courier", at(1, 8), ACCUSATION, actors=[PORT, UNION], items=[ACCUSED])
    line = "The Dockers’ Union said the union did not block the gates."
    b = filed("Herald", at(1, 9), line, actors=[UNION], items=[other])
    assert kinds(one_day(a, b)) == []
    victim = claim("the authority never saw the cranes", who=["Port Authority"], act="denies")
    deed = action(
        "sabotaged two cranes of the authority", who=["Dockers’ Union"], whom=["Port Authority"]
    )
    lines = (
        "The Dockers’ Union sabotaged two cranes of the authority.",
        "the authority never saw the cranes",
    )
    told = filed(
        "Courier", at(1), *lines, actors=[PORT, UNION], items=[deed, {**victim, "sentences": (2,)}]
    )
    assert kinds(one_day(told)) == []
    own = claim("the union did not sabotage two cranes", who=["Port Authority"], act="denies")
    line = "The Port Authority now says the union did not sabotage two cranes."
    c = filed("Herald", at(1, 9), line, actors=[PORT, UNION], items=[own])
    assert kinds(one_day(a, c)) == []


@pytest.mark.parametrize(
    ("whole", "part", "found"),
    [
        ("closed all schools in the north", "closed some schools in the north", ["scope"]),
        ("seized the town of Tarma", "seized part of the town of Tarma", ["scope"]),
        ("freed every hostage on board", "freed half of the hostages on board", ["scope"]),
        ("closed all schools in the north", "closed some roads in the south", []),
        ("seized a town near Tarma", "seized part of the town of Quito", []),
        ("hired some 200 teachers", "hired all 200 teachers", []),
        ("took part in the talks", "took the talks seriously", []),
    ],
)
def test_the_whole_against_a_part(whole: str, part: str, found: list[str]) -> None:
    """All here and some there, of one thing, differ in scope; "some 200" is no part."""

    def did(outlet: str, what: str) -> Filed:
        items = [action(what, who=["Norland"])]
        return filed(outlet, at(1), f"Norland {what}.", actors=[actor("Norland")], items=items)

    assert kinds(one_day(did("Courier", whole), did("Herald", part))) == found


def test_a_disagreement_told_yesterday_is_not_told_again() -> None:
    """Where both outlets only repeat themselves in other articles, nothing is new."""

    def again(outlet: str, day: int, number: int) -> Filed:
        what = f"{number} people were killed in a market blast in Tarma"
        line = f"On day {day} {outlet} still has it that {what}."
        items = [claim(what, who=["police"])]
        return filed(outlet, at(day), line, "So said police.", actors=[POLICE], items=items)

    first, second = ([again("Courier", d, 12), again("Herald", d, 19)] for d in (1, 2))
    days = TwoDays(first, second)
    assert kinds(days.one.stories[0]) == ["number"]
    assert days.two.stories == ()
    third = again("Post", 2, 15)
    assert kinds(TwoDays(first, [*second, third]).story) == ["number"]


# --- since yesterday --------------------------------------------------------------------------

THREAT = (
    "Ethiopia threatened to suspend all overflight rights of Eritrea unless the crossing opens."
)
THREATENED = threat(
    "suspend all overflight rights", who=["Ethiopia"], whom=["Eritrea"], status="conditional",
    condition="unless the crossing opens", mode="restrict",
)  # fmt: skip


def threatening(outlet: str = "Courier", day: int = 1, hour: float = 8) -> Filed:
    """The article with the threat."""
    line = THREAT if outlet == "Courier" else f"{THREAT} {outlet} has more."
    return filed(outlet, at(day, hour), line, actors=[ETHIOPIA, ERITREA], items=[THREATENED])


def ethiopian(
    day: int, line: str, *items: dict[str, Any], hour: float = 8, outlet: str = "Herald"
) -> Filed:
    """A later article of both states."""
    return filed(outlet, at(day, hour), line, actors=[ETHIOPIA, ERITREA], items=items)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("Ethiopia withdrew its threat against Eritrea on Wednesday.",
         "withdrew its threat on Wednesday"),
        ("Ethiopia dropped its plan to suspend the overflight rights of Eritrea.",
         "dropped its plan to suspend the overflight rights"),
        ("Ethiopia called off the suspension of overflight rights of Eritrea.",
         "called off the suspension of overflight rights"),
    ],
)  # fmt: skip
def test_a_withdrawn_threat(line: str, what: str) -> None:
    """What the threatener takes back is withdrawn, in the story and in the ledger."""
    later = ethiopian(2, line, action(what, who=["Ethiopia"], event="RETREAT"))
    days = TwoDays([threatening()], [later])
    assert days.kinds() == ["withdrawn"]
    (entry,) = days.two.ledger
    assert entry.state == "withdrawn"
    assert entry.closed_by is not None
    assert entry.closed_by.quote.text == line


def test_a_threat_that_will_not_be_carried_out() -> None:
    """The threatener's own word that it will not do it withdraws the threat."""
    line = "Ethiopia said it will not suspend overflight rights of Eritrea."
    said = claim("will not suspend overflight rights", who=["Ethiopia"], whom=["Eritrea"])
    assert TwoDays([threatening()], [ethiopian(2, line, said)]).kinds() == ["withdrawn"]


NOT_WITHDRAWN = {
    "Eritrea withdrew its threat.": action("withdrew its threat", who=["Eritrea"]),
    "Ethiopia may withdraw its threat.": claim("may withdraw its threat", who=["Ethiopia"]),
    "Ethiopia refused to withdraw its threat.": action(
        "refused to withdraw its threat", who=["Ethiopia"]),
    "Ethiopia agreed to withdraw its threat.": action(
        "agreed to withdraw its threat", who=["Ethiopia"]),
    "Ethiopia demanded a withdrawn threat.": claim(
        "demanded a withdrawn threat", who=["Ethiopia"], act="demands"),
    "Ethiopia dropped its threat to close ports.": action(
        "dropped its threat to close ports", who=["Ethiopia"]),
    "Ethiopia withdrew its troops.": action("withdrew its troops", who=["Ethiopia"]),
    "Ethiopia will not suspend overflight rights if the crossing opens.": claim(
        "will not suspend overflight rights if the crossing opens", who=["Ethiopia"]),
    "Ethiopia would withdraw its threat.": claim(
        "would withdraw its threat", who=["Ethiopia"], status="planned"),
}  # fmt: skip


@pytest.mark.parametrize("line", NOT_WITHDRAWN)
def test_what_withdraws_nothing(line: str) -> None:
    """Another's word, a maybe, a refusal, an intention, a demand, another threat."""
    days = TwoDays([threatening()], [ethiopian(2, line, NOT_WITHDRAWN[line])])
    assert days.kinds() == []
    assert [entry.state for entry in days.two.ledger] == ["open"]


def test_a_bare_withdrawal_of_one_of_two_threats_withdraws_none() -> None:
    """ "withdrew its threat" says nothing where there are two it can mean."""
    other = threat("close the port of Assab", 2, who=["Ethiopia"], whom=["Eritrea"])
    line = "Ethiopia also threatened to close the port of Assab."
    first = filed(
        "Courier", at(1), THREAT, line, actors=[ETHIOPIA, ERITREA], items=[THREATENED, other]
    )
    later = ethiopian(
        2, "Ethiopia withdrew its threat.", action("withdrew its threat", who=["Ethiopia"])
    )
    assert {entry.state for entry in TwoDays([first], [later]).two.ledger} == {"open"}


def test_a_threat_carried_out() -> None:
    """The deed itself by the one who threatened ends the threat."""
    line = "Ethiopia suspended all overflight rights of Eritrea on Wednesday."
    done = action(
        "suspended all overflight rights", who=["Ethiopia"], whom=["Eritrea"], event="SANCTION"
    )
    days = TwoDays([threatening()], [ethiopian(2, line, done)])
    assert days.kinds() == ["carried_out"]
    assert [entry.state for entry in days.two.ledger] == ["carried_out"]


@pytest.mark.parametrize(
    ("what", "more"),
    [
        ("suspended all overflight rights", {"who": ["Eritrea"]}),
        ("suspended all overflight rights", {"status": "planned"}),
        ("suspended some overflight rights", {}),
        ("threatened to suspend all overflight rights", {}),
        ("prepared to suspend all overflight rights", {}),
        ("suspended all landing rights", {}),
    ],
)
def test_what_carries_nothing_out(what: str, more: dict[str, Any]) -> None:
    """Another doer, a plan, a part, a preparation or another deed leaves the threat open."""
    done = action(what, **{"who": ["Ethiopia"], "event": "SANCTION", **more})
    doer = done["who"][0]
    days = TwoDays([threatening()], [ethiopian(2, f"{doer} {what}.", done)])
    assert "carried_out" not in days.kinds()
    assert [entry.state for entry in days.two.ledger] == ["open"]


def treaty(
    outlet: str, day: int, status: str, what: str = "a treaty on the Zalambessa crossing"
) -> Filed:
    """An article on the treaty of both states."""
    line = f"Ethiopia and Eritrea: {what}, {status.replace('_', ' ')}."
    items = [agreement(what, who=["Ethiopia", "Eritrea"], status=status)]
    return filed(outlet, at(day), line, actors=[ETHIOPIA, ERITREA], items=items)


def test_a_proposal_that_was_signed() -> None:
    """proposed → signed is a move with both quotes, and closes the entry of the ledger."""
    days = TwoDays([treaty("Courier", 1, "proposed")], [treaty("Herald", 2, "signed")])
    (change,) = days.story.changes
    assert change.kind == "status_moved"
    assert change.text == "proposed → signed: a treaty on the Zalambessa crossing"
    assert change.before is not None
    assert "proposed" in change.before.quote.text
    assert "signed" in change.after.quote.text
    assert [entry.state for entry in days.two.ledger] == ["signed"]


@pytest.mark.parametrize("status", ["broken", "rejected"])
def test_an_agreement_that_ends(status: str) -> None:
    """A broken or rejected agreement has moved and its entry is closed by that word."""
    days = TwoDays([treaty("Courier", 1, "agreed")], [treaty("Herald", 2, status)])
    assert days.kinds() == ["status_moved"]
    assert [entry.state for entry in days.two.ledger] == [status]


def test_an_agreement_moves_forward_only_and_to_itself() -> None:
    """What was signed is not proposed again; another agreement is another one."""
    back = TwoDays([treaty("Courier", 1, "signed")], [treaty("Herald", 2, "proposed")])
    assert back.kinds() == []
    other = treaty("Herald", 2, "signed", "an exchange of prisoners of war")
    days = TwoDays([treaty("Courier", 1, "proposed")], [other])
    assert days.kinds() == []
    assert [entry.state for entry in days.two.ledger] == ["open"]


def test_a_signing_told_as_a_deed_closes_the_agreement() -> None:
    """An action in which all parties sign it counts as the signing."""
    line = "Ethiopia and Eritrea signed the treaty on the Zalambessa crossing."
    signed = action(
        "signed the treaty on the Zalambessa crossing", who=["Ethiopia", "Eritrea"], event="AGREE"
    )
    days = TwoDays([treaty("Courier", 1, "agreed")], [ethiopian(2, line, signed)])
    assert [entry.state for entry in days.two.ledger] == ["signed"]


def quiet(day: int = 1) -> Filed:
    """An article of both states without a threat."""
    line = "Ethiopia and Eritrea met in Djibouti."
    return filed(
        "Post", at(day, 7), line, actors=[ETHIOPIA, ERITREA],
        items=[action("met in Djibouti", who=["Eritrea", "Ethiopia"], event="CONSULT")],
    )  # fmt: skip


def test_the_first_threat_between_a_pair() -> None:
    """A threat of one who had not threatened the other before is told as the first, once."""
    days = TwoDays([quiet()], [threatening(day=2), threatening("Herald", 2, 9)])
    (change,) = days.story.changes
    assert change.kind == "first_threat"
    assert change.text.startswith("First threat of Ethiopia against Eritrea: suspend")


def test_a_second_threat_is_not_the_first() -> None:
    """Neither of the same pair in the story, nor in another story, nor in the ledger."""
    other = threat("close the port of Assab", who=["Ethiopia"], whom=["Eritrea"])
    line = "Ethiopia threatened to close the port of Assab to Eritrea."
    assert TwoDays([threatening()], [ethiopian(2, line, other)]).kinds() == []
    elsewhere, here, today = threatening(), quiet(), ethiopian(2, line, other)
    one = digest(1, [story(elsewhere, id_="a"), story(here, id_="b")], [elsewhere, here])
    stories = [story(elsewhere, id_="a"), story(here, today, id_="b")]
    two = digest(2, stories, [elsewhere, here, today], yesterday=one)
    assert [c.kind for s in two.stories for c in s.changes] == []
    alone = digest(2, [story(here, today, id_="b")], [here, today], yesterday=one)
    assert [c.kind for s in alone.stories for c in s.changes] == []


def test_a_new_actor_is_named_and_acts() -> None:
    """Who speaks for the first time is new; who was named before, or is only mentioned, is not."""
    line = "Salma Idriss Bouh of the African Union said talks go on in Djibouti."
    cast = [person("Salma Idriss Bouh"), actor("African Union", kind="organization")]
    said = claim("talks go on in Djibouti", who=["Salma Idriss Bouh"])
    today = filed("Herald", at(2), line, actors=cast, items=[said])
    assert [c.text for c in TwoDays([quiet()], [today]).story.changes] == ["New: Salma Idriss Bouh"]
    before = filed("Post", at(1), "Ms Bouh was in Djibouti.", actors=[], items=[])
    assert TwoDays([before], [today]).story.changes == ()


def test_an_outlet_that_is_quoted_is_no_new_actor() -> None:
    """Media come and go in every story."""
    line = "Radio Delta said talks go on in Djibouti."
    said = claim("talks go on in Djibouti", who=["Radio Delta"])
    radio = filed("Herald", at(2), line, actors=[actor("Radio Delta", kind="media")], items=[said])
    assert TwoDays([quiet()], [radio]).story.changes == ()


def test_a_new_story_has_no_changes() -> None:
    """All of it is new, so nothing of it is called so."""
    told = digest(2, [story(threatening(day=2))], [threatening(day=2)], yesterday=digest(1, [], []))
    assert told.stories[0].changes == ()


def test_a_planned_deed_that_is_done() -> None:
    """What was planned yesterday and happened today is carried out."""
    plan = action(
        "send 200 soldiers to the crossing", who=["Ethiopia"], status="planned", event="MOBILIZE"
    )
    done = action("sent 200 soldiers to the crossing", who=["Ethiopia"], event="MOBILIZE")
    first = ethiopian(1, "Ethiopia will send 200 soldiers to the crossing.", plan)
    days = TwoDays([first], [ethiopian(2, "Ethiopia sent 200 soldiers to the crossing.", done)])
    assert days.kinds() == ["carried_out"]


# --- what is repeated -------------------------------------------------------------------------


def test_an_unchanged_story_is_one_line() -> None:
    """A story whose articles of the day say nothing new is its headline and no more."""
    days = TwoDays([toll("Courier", 1, 8, 12)], [toll("Herald", 2, 8, 12)])
    assert days.two.stories == ()
    (line,) = days.two.unchanged
    assert line.text.startswith("12 people were killed")
    assert line.citations


def test_a_story_without_an_article_of_the_day_is_one_line_for_a_day() -> None:
    """It stands as unchanged on the day after it was told, and then no more."""
    first = toll("Courier", 1, 8, 12)
    one = digest(1, [story(first)], [first])
    two = digest(2, [], [], yesterday=one)
    assert [line.text for line in two.unchanged] == [one.stories[0].headline.text]
    assert verify_digest(two) == ()
    assert digest(3, [], [], yesterday=two).unchanged == ()


def test_items_and_sentences_of_yesterday_are_not_repeated() -> None:
    """Only the new item of a story is shown, and no sentence that the summary had."""
    old = action("met in Djibouti", 1, who=["Eritrea", "Ethiopia"], event="CONSULT")
    new = action("opened the crossing", 2, who=["Eritrea"], whom=["Ethiopia"], event="CONCEDE")
    lines = ("Ethiopia and Eritrea met in Djibouti.", "Eritrea opened the crossing to Ethiopia.")
    summary = [(lines[0], 1), (lines[1], 2)]
    today = filed(
        "Herald", at(2), *lines, actors=[ETHIOPIA, ERITREA], items=[old, new], summary=summary
    )
    told = TwoDays([quiet()], [today]).story
    assert [item.what for item in told.items] == ["opened the crossing"]
    assert [line.text for line in told.summary] == [lines[1]]


def test_a_day_ends_when_its_digest_is_made() -> None:
    """What is fetched at that very moment is of the next day, what was fetched before is not."""
    one = digest(1, [], [])
    assert one.created_at == at(1, 20)
    there, late = (toll("Herald", 1, 19, n, fetched=at(1, h)) for n, h in ((12, 20), (19, 19.9)))
    assert len(digest(2, [story(there)], [there], yesterday=one).stories) == 1
    assert digest(2, [story(late)], [late], yesterday=one).stories == ()


def test_a_story_of_nothing_to_quote_is_passed_over() -> None:
    """An article without a word cannot be cited."""
    blank = filed("Courier", at(1), " ", summary=[])
    empty = blank.brief.model_copy(update={"headline": "", "headline_evidence": ()})
    blank = blank.model_copy(update={"brief": empty})
    made = digest(1, [story(blank)], [blank])
    assert made.stories == made.unchanged == ()
    assert made.left_out.articles == 1


def test_an_article_told_before_is_not_of_the_day() -> None:
    """A digest takes what came in since the last one, also what was out the day before; what is
    older than that is background."""
    first = toll("Courier", 1, 8, 12)
    late = toll("Herald", 1, 21, 19)
    old = toll("Post", -5, 8, 7, fetched=at(2, 7))
    days = TwoDays([first], [late, old])
    assert days.story.articles == (late.id,)
    assert days.two.left_out.articles == 1


# --- headline and summary -----------------------------------------------------------------------


def test_the_sentence_that_most_origins_support_comes_first() -> None:
    """Headline and summary are of the article whose words the others' texts have too."""
    shared = "Norland shelled the power plant in Tarma on Tuesday."
    odd = "The power plant of Tarma was built by a poet."
    articles = [
        filed("Courier", at(1, 12), odd, shared),
        filed("Herald", at(1, 8), shared, "More follows."),
        filed(
            "Post",
            at(1, 9),
            "In Tarma on Tuesday Norland shelled the power plant.",
            "Nothing else.",
        ),
    ]
    told = one_day(*articles)
    assert "shelled" in told.headline.text
    assert odd not in [told.headline.text, told.summary[0].text]


def test_a_summary_has_three_lines_at_most_and_each_only_once() -> None:
    """Of five sentences three are told, and one that says the same as another is not."""
    lines = [
        "Norland shelled the power plant in Tarma.",
        "The power plant in Tarma was shelled by Norland.",
        "Water ran out in the evening.",
        "Hospitals asked for blood.",
        "Schools stay shut until May.",
    ]
    summary = [(line, number) for number, line in enumerate(lines, 1)]
    told = one_day(filed("Courier", at(1), *lines, headline="Tarma", summary=summary))
    assert [line.text for line in told.summary] == [lines[0], lines[2], lines[3]]


def test_a_brief_without_anything_is_told_by_its_own_words() -> None:
    """Where a brief has neither headline nor summary nor items, the text's first line stands."""
    bare = filed("Courier", at(1), "", "A day in Tarma.", summary=[])
    empty = bare.brief.model_copy(update={"headline": "", "headline_evidence": ()})
    told = one_day(bare.model_copy(update={"brief": empty}))
    assert told.headline.text == "A day in Tarma."
    assert told.summary


# --- ledger -----------------------------------------------------------------------------------

DEADLINES = {
    "by Friday": 6, "unless the pickets leave by Friday at noon": 6, "within 48 hours": 5,
    "within forty-eight hours": 5, "within 12 hours": 4, "on 12 March": 12, "by March 12": 12,
    "by the 12th of March": None, "by 12th of March": 12, "no later than 2026-03-20": 20,
    "next week": 15, "this week": 8, "by next Friday": 13, "within ten days": 13,
    "by the end of the month": 31, "before the end of March": 31, "later this month": 31,
    "in March": 31, "by early April": 61, "tomorrow": 4, "by tonight": 3, "in two weeks": 17,
    "within a week": 10, "by Tuesday": 3, "on Thursday": 5, "by Sunday night": 8,
    "by the weekend": 8, "from 12 March": 12,
    "gave Eritrea ten days to reopen the crossing": 13, "a 48-hour ultimatum": 5,
    "by 12 March 2027": 377, "by 2030": 1767, "by 15 December": 290,
    # no deadline
    "by the army": None, "may leave in a second": None, "by 1 March": None,
    "by Friday's blast": None, "by 31 February": None, "within 9999 years": None, "": None,
    "by the week": None, "until Friday": None, "next year's vote": None, "this year": None,
    "march by the palace": None, "in 2020": None, "by 15 January": None,
}  # fmt: skip


@pytest.mark.parametrize("text", DEADLINES)
def test_deadlines_are_read_from_the_day_of_the_article(text: str) -> None:
    """Each as the day in March 2026, of an article of Tuesday the 3rd."""
    found = find_deadline(text, FIRST_DAY)
    due = DEADLINES[text]
    assert (found and found.due) == (date(2026, 2, 28) + timedelta(days=due) if due else None)
    assert found is None or found.text in text


def test_a_date_that_only_places_an_event_is_no_deadline_of_the_evidence() -> None:
    """Of a quote only words are taken that nothing but a deadline has."""
    assert (
        find_deadline("It said on Friday that talks begin next week.", FIRST_DAY, strict=True)
        is None
    )
    assert find_deadline("It must leave by Friday.", FIRST_DAY, strict=True) is not None


def test_the_deadline_of_a_condition_comes_first() -> None:
    """A threat is due when its condition is; not to do a thing before a day has no deadline."""
    line = "Unless paid by Wednesday, the union will strike when term opens on Thursday."
    strike = threat(
        "strike when term opens on Thursday",
        who=["the union"],
        condition="Unless paid by Wednesday",
    )
    cast = [actor("the union", kind="organization")]
    made = filed("Courier", at(1), line, actors=cast, items=[strike])
    assert digest(1, [story(made)], [made]).ledger[0].due == date(2026, 3, 4)
    never = pledge("never close the gates before Friday")
    assert digest(1, [story(never)], [never]).ledger[0].due is None


def pledge(what: str, day: int = 1, outlet: str = "Courier") -> Filed:
    """An article in which the union promises something."""
    line = f"The Dockers’ Union promised to {what}."
    items = [claim(what, who=["Dockers’ Union"], act="promises", status="planned")]
    return filed(outlet, at(day), line, actors=[UNION], items=items)


def test_commitments_enter_the_ledger_with_their_deadline() -> None:
    """Threats, promises and open agreements do; claims, signed or alleged ones do not."""
    made = [
        pledge("lift the blockade by Friday"),
        threatening("Herald"),
        treaty("Post", 1, "proposed"),
    ]
    ledger = digest(1, [story(*made)], made).ledger
    assert {(entry.kind, entry.due, entry.due_text) for entry in ledger} == {
        ("promise", date(2026, 3, 6), "by Friday"),
        ("agreement", None, ""),
        ("threat", None, ""),
    }
    assert all(entry.made == FIRST_DAY and entry.state == "open" for entry in ledger)
    alleged = filed(
        "Post",
        at(1),
        THREAT,
        actors=[ETHIOPIA, ERITREA],
        items=[THREATENED | {"status": "alleged"}],
    )
    none = [treaty("Courier", 1, "signed"), toll("Herald", 1, 8, 12), alleged]
    assert digest(1, [story(*none)], none).ledger == ()


def test_a_deadline_in_the_evidence_counts() -> None:
    """Where the clause has none, "by Friday" of its quote is taken."""
    line = "Ethiopia will suspend overflight rights of Eritrea unless it yields by Friday."
    made = ethiopian(
        1, line, threat("suspend overflight rights", who=["Ethiopia"], whom=["Eritrea"])
    )
    told = digest(1, [story(made)], [made])
    assert told.ledger[0].due == date(2026, 3, 6)
    assert told.stories[0].items[0].due == date(2026, 3, 6)


def test_a_commitment_lapses_when_its_day_has_passed() -> None:
    """Open on its day, lapsed on the next, gone after that."""
    first = pledge("lift the blockade by Wednesday")
    one = digest(1, [story(first)], [first])
    two = digest(2, [], [], yesterday=one)
    three = digest(3, [], [], yesterday=two)
    assert [e.state for d in (one, two, three) for e in d.ledger] == ["open", "open", "lapsed"]
    assert digest(4, [], [], yesterday=three).ledger == ()
    assert all(verify_digest(d) == () for d in (two, three))


def test_a_commitment_without_a_day_lapses_at_last() -> None:
    """After the days that the options give, so that the ledger does not grow for ever."""
    first = pledge("lift the blockade")
    one = digest(1, [story(first)], [first])
    assert digest(4, [], [], yesterday=one, ledger_days=3).ledger[0].state == "open"
    assert digest(5, [], [], yesterday=one, ledger_days=3).ledger[0].state == "lapsed"


def test_a_commitment_told_again_is_one_entry() -> None:
    """The next day's article on the same threat makes no second entry."""
    days = TwoDays([threatening()], [threatening("Herald", 2), quiet(2)])
    assert [entry.id for entry in days.two.ledger] == [entry.id for entry in days.one.ledger]
    assert len(days.two.ledger) == 1


def test_a_closed_commitment_does_not_come_back() -> None:
    """An article that tells again of a threat withdrawn before opens no entry."""
    gone = ethiopian(
        2, "Ethiopia withdrew its threat.", action("withdrew its threat", who=["Ethiopia"])
    )
    first, again = threatening(), threatening("Post", 3)
    days = TwoDays([first], [gone])
    three = digest(3, [story(first, gone, again)], [first, gone, again], yesterday=days.two)
    assert three.ledger == ()


def test_what_is_due_this_week_comes_first() -> None:
    """Then later deadlines, then none (the latest made first), then what ended."""
    made = [
        pledge("lift the blockade by 30 April", outlet="A"), pledge("pay the clerks", outlet="B"),
        pledge("open the gates by Friday", outlet="C"), pledge("hire guards tomorrow", outlet="D"),
    ]  # fmt: skip
    ledger = digest(1, [story(*made)], made).ledger
    assert [entry.what.split()[0] for entry in ledger] == ["hire", "open", "lift", "pay"]


def test_an_entry_is_closed_when_its_article_is_in_the_last_digest_alone() -> None:
    """The store may have pruned the article; a later one by a name that the ledger knows still
    ends the threat, and one of the same day does not."""
    one = digest(1, [story(threatening())], [threatening()])
    withdrawn = action("withdrew its threat", who=["Ethiopia"])
    for day, states in ((1, ["open"]), (2, ["withdrawn"])):
        said = ethiopian(day, "Ethiopia withdrew its threat.", withdrawn, hour=21)
        made = digest(2, [story(said)], [said], yesterday=one)
        assert [entry.state for entry in made.ledger] == states
        assert verify_digest(made) == ()


def test_a_ledger_names_actors_as_their_article_does() -> None:
    """Its article alone proves an entry, so it has no fuller name from elsewhere."""
    line = "Petro threatened to close the port."
    short = filed(
        "Courier", at(1, 8), line, actors=[person("Petro")],
        items=[threat("close the port", who=["Petro"])],
    )  # fmt: skip
    full = filed("Herald", at(1, 9), "Gustavo Petro spoke.", actors=[person("Gustavo Petro")])
    made = digest(1, [story(short, full)], [short, full])
    assert [entry.who for entry in made.ledger] == [("Petro",)]
    assert made.stories[0].items[0].who == ("Gustavo Petro",)
    assert verify_digest(made) == ()


def test_an_entry_whose_article_is_gone_is_left_out() -> None:
    """A commitment that nothing proves any more is not shown."""
    first = threatening()
    entry = digest(1, [story(first)], [first]).ledger[0]
    assert digest(2, [], [], ledger=[entry]).ledger == ()


# --- ranking, following, muting -----------------------------------------------------------------


def test_points_follow_the_stated_rules() -> None:
    """Origins, tier, event and recency give the points, each with its reason."""
    articles = [deed("Courier", "Norland", 8), deed("Herald", "Norland", 14)]
    told = one_day(articles[0].model_copy(update={"tier": 1}), articles[1])
    assert told.rank.reasons == (
        "2 independent origins: +4",
        "a feed of tier 1 has it: +3",
        "an action of the kind assault: +4",
        "last article 6 hours ago: +1.5",
    )
    assert told.rank.points == 12.5


def test_what_the_reader_follows_comes_first() -> None:
    """A topic in the tags or the headline, or an actor under any name, gives points."""
    big = [deed("Courier", "Norland")]
    small = filed("Post", at(1), "A poet, Ana Ito, read in Tarma.", tags=["Culture"],
                  actors=[person("Ana Ito", "Ito")])  # fmt: skip
    stories = [story(*big, id_="big"), story(small, id_="small")]
    choices: list[dict[str, Any]] = [
        {"follow_topics": ("culture",)}, {"follow_topics": ("poet",)}, {"follow_actors": ("Ito",)},
    ]  # fmt: skip
    assert [s.id for s in digest(1, stories, [*big, small]).stories] == ["big", "small"]
    for chosen in choices:
        first = digest(1, stories, [*big, small], **chosen).stories[0]
        assert first.id == "small"
        assert first.rank.reasons[-1].startswith("you follow")
    off = RankingWeights(followed=0)
    made = digest(1, stories, [*big, small], follow_topics=("poet",), weights=off)
    assert made.stories[0].id == "big"


@pytest.mark.parametrize(
    "chosen",
    [{"mute_topics": ("Football",)}, {"mute_topics": ("cup",)}, {"mute_actors": ("FC Tarma",)}],
)
def test_a_muted_story_is_only_counted(chosen: dict[str, Any]) -> None:
    """It stands neither in the stories nor in the ledger, its headline in what was left out."""
    game = filed(
        "Courier", at(1), "FC Tarma vowed to win the cup.", tags=["football"],
        actors=[actor("FC Tarma", kind="organization")],
        items=[claim("win the cup", who=["FC Tarma"], act="promises")],
    )  # fmt: skip
    made = digest(1, [story(game)], [game], **chosen)
    assert made.stories == made.ledger == ()
    assert made.left_out.muted == ("FC Tarma vowed to win the cup.",)
    followed = digest(1, [story(game)], [game], follow_actors=("FC Tarma",), **chosen)
    assert len(followed.stories) == 1
    one = digest(1, [story(game)], [game])
    assert digest(2, [], [], yesterday=one, **chosen).unchanged == ()


def test_a_muted_actor_at_the_storys_margin_mutes_nothing() -> None:
    """Who is only quoted further down does not hide a story."""
    lines = ("Norland shelled the power plant.", "FC Tarma called off its game.")
    article = filed("Courier", at(1), *lines, actors=[actor("FC Tarma", kind="organization")])
    assert len(digest(1, [story(article)], [article], mute_actors=("FC Tarma",)).stories) == 1


# --- what was left out --------------------------------------------------------------------------


def test_the_account_of_what_was_left_out() -> None:
    """Articles, feed summaries, unread entries, dropped things by reason, and the sum of usage;
    articles without a story too, those of earlier days not."""
    reasons = (DropReason.NUMBER_NOT_FOUND, DropReason.REPEATED, DropReason.NUMBER_NOT_FOUND)
    dropped = [
        Dropped(section="claim", what="x", sentences=(1,), reason=reason, detail="It is not there.")
        for reason in reasons
    ]
    usage = Usage(calls=2, input_tokens=10, output_tokens=5, cost_usd=0.5)
    full = toll("Courier", 1, 8, 12, dropped=dropped, usage=usage)
    teaser = toll("Herald", 1, 9, 12, extent="feed_summary", usage=usage)
    alone = filed("Post", at(1), "A day in Tarma.", usage=usage)
    unread = [
        Unread(url="https://b.example/1", title="B", feed="B", reason="It is behind a paywall."),
        Unread(url="javascript:alert(1)", title="A", feed="A", reason="It timed out."),
    ]
    left = digest(1, [story(full, teaser)], [full, teaser, alone], unread=unread).left_out
    assert (left.articles, left.feed_summaries) == (3, 1)
    assert [(d.reason, d.count) for d in left.dropped] == [
        (DropReason.NUMBER_NOT_FOUND, 2), (DropReason.REPEATED, 1),
    ]  # fmt: skip
    assert [(u.title, u.url) for u in left.unread] == [("A", ""), ("B", "https://b.example/1")]
    assert left.usage == Usage(calls=6, input_tokens=30, output_tokens=15, cost_usd=1.5)


def test_an_unknown_price_makes_the_sum_unknown() -> None:
    """A cost that nobody knows is not taken for nothing."""
    article = toll("Courier", 1, 8, 12, usage=Usage(calls=1, cost_usd=None))
    assert digest(1, [story(article)], [article]).left_out.usage.cost_usd is None


def test_what_does_not_hold_any_more_is_left_out_and_counted() -> None:
    """A stored item whose quote or number is not in the text is not shown; an article whose text
    is another than was filed is not read, and both are accounted for."""
    good = toll("Courier", 1, 8, 12)
    (said,) = good.brief.claims
    moved = said.model_copy(
        update={"evidence": (said.evidence[0].model_copy(update={"start": 3}),)}
    )
    other = said.model_copy(update={"what": "13 people were killed in a market blast in Tarma"})
    broken = good.brief.model_copy(update={"claims": (moved, other)})
    made = digest(1, [story(good)], [good.model_copy(update={"brief": broken})])
    assert made.stories[0].items == ()
    assert [(d.reason, d.count) for d in made.left_out.dropped] == [(DropReason.NOT_IN_ARTICLE, 2)]
    forged = good.model_copy(update={"id": "0" * 64})
    made = digest(1, [story(forged)], [forged])
    assert made.stories == ()
    assert [u.url for u in made.left_out.unread] == [good.url]


def test_options_refuse_what_they_cannot_mean() -> None:
    """An unknown time zone and a moment without a zone are named."""
    with pytest.raises(ValidationError, match="there is no time zone 'Mars/Base'"):
        options(1, timezone="Mars/Base")
    with pytest.raises(ValidationError, match="timezone"):
        type(options(1))(now=at(1).replace(tzinfo=None))


def test_days_are_the_readers_days() -> None:
    """In Tokyo an article of 20:00 UTC is out on the next day."""
    article = toll("Courier", 1, 20, 12)
    made = digest(2, [story(article)], [article], timezone="Asia/Tokyo")
    assert made.stories[0].first_seen == day_of(2)


# --- verification -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> Digest:
    """A digest with every part there is."""
    first = [toll("Courier", 1, 8, 12), threatening("Courier", 1, 9), treaty("Post", 1, "proposed")]
    second = [
        toll("Courier", 2, 8, 19), toll("Herald", 2, 9, 25), treaty("Herald", 2, "signed"),
        ethiopian(2, "Ethiopia withdrew its threat.",
                  action("withdrew its threat", who=["Ethiopia"])),
        pledge("lift the blockade by Friday", 2),
    ]  # fmt: skip
    quiet_one, again = deed("Post", "Norland"), deed("Radio", "Norland", 30)
    one = digest(1, [story(*first), story(quiet_one, id_="q")], [*first, quiet_one])
    both = [*first, *second]
    unread = [Unread(url="https://b.example/1", title="B", feed="B", reason="It timed out.")]
    return digest(
        2, [story(*both), story(quiet_one, again, id_="q")], [*both, quiet_one, again],
        yesterday=one, unread=unread,
    )  # fmt: skip


def test_the_whole_digest_holds(whole: Digest) -> None:
    """It has all parts, and passes."""
    (told,) = whole.stories
    assert told.summary
    assert told.items
    assert told.disagreements
    assert {c.kind for c in told.changes} >= {"number_moved", "status_moved", "withdrawn"}
    assert whole.unchanged
    assert {e.state for e in whole.ledger} >= {"open", "withdrawn"}
    assert verify_digest(whole) == ()
    check_digest(whole)
    assert Digest.model_validate_json(whole.model_dump_json()) == whole


def edited(made: Digest, where: tuple[str | int, ...], value: Any) -> Digest:
    """The digest with one value of its JSON changed."""
    data = made.model_dump(mode="json")
    target: Any = data
    for key in where[:-1]:
        target = target[key]
    assert target[where[-1]] != value
    target[where[-1]] = value
    return Digest.model_validate(data)


STORY = ("stories", 0)
PLANTED: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "article text": (("articles", 0, "text"), "Another text."),
    "article id": (("articles", 0, "id"), "0" * 64),
    "article url": (("articles", 0, "url"), "javascript:alert(1)"),
    "article url that is malformed": (("articles", 0, "url"), "https://[::1"),
    "article url without a host": (("articles", 0, "url"), "https:///etc/passwd"),
    "article url with a line end": (("articles", 0, "url"), "https://a.example/\n"),
    "article url with a user": (("articles", 0, "url"), "https://bank.example@evil.example/"),
    "unread url": (("left_out", "unread", 0, "url"), "ftp://b.example/1"),
    "headline number": ((*STORY, "headline", "text"), "77 people were killed in Tarma"),
    "headline name": ((*STORY, "headline", "text"), "Sudal said that people were killed"),
    "headline uncited": ((*STORY, "headline", "citations"), []),
    "headline quote": ((*STORY, "headline", "citations", 0, "quote", "text"), "Another quote."),
    "summary number": ((*STORY, "summary", 0, "text"), "77 people were killed."),
    "summary name": ((*STORY, "summary", 0, "text"), "In Atlantis people were killed."),
    "summary quotation": ((*STORY, "summary", 0, "text"), "They were “utterly” killed."),
    "summary offsets": ((*STORY, "summary", 0, "citations", 0, "quote", "start"), 2),
    "summary uncited": ((*STORY, "summary", 0, "citations"), []),
    "story's article": ((*STORY, "articles", 0), "0" * 64),
    "item number": ((*STORY, "items", 0, "what"), "77 people were killed"),
    "item doer": ((*STORY, "items", 0, "who"), ["Atlantis"]),
    "item uncited": ((*STORY, "items", 0, "citations"), []),
    "item origins": ((*STORY, "items", 0, "origins"), 7),
    "item outlets": ((*STORY, "items", 0, "outlets"), 0),
    "item article": ((*STORY, "items", 0, "citations", 0, "article"), "0" * 64),
    "actor name": ((*STORY, "actors", 0, "name"), "Atlantis"),
    "actor alias": ((*STORY, "actors", 0, "aliases"), ["Atlantis"]),
    "actor uncited": ((*STORY, "actors", 0, "citations"), []),
    "side": ((*STORY, "disagreements", 0, "sides", 0, "text"), "77 people were killed"),
    "side's outlet": ((*STORY, "disagreements", 0, "sides", 0, "outlet"), "Atlantis Times"),
    "side's quote": ((*STORY, "disagreements", 0, "sides", 0, "citation", "quote", "end"), 5),
    "disagreement": ((*STORY, "disagreements", 0, "about"), "77 dead"),
    "change": ((*STORY, "changes", -1, "text"), "12 → 77 dead"),
    "change before": ((*STORY, "changes", 0, "before", "quote", "start"), 1),
    "change after": ((*STORY, "changes", 0, "after", "quote", "start"), 1),
    "unchanged": (("unchanged", 0, "text"), "Sudal shelled the power plant in Tarma"),
    "unchanged uncited": (("unchanged", 0, "citations"), []),
    "ledger what": (("ledger", 0, "what"), "lift 77 blockades"),
    "ledger who": (("ledger", 0, "who"), ["Atlantis"]),
    "ledger due": (("ledger", 0, "due_text"), "by Monday"),
    "ledger quote": (("ledger", 0, "citation", "quote", "text"), "Another quote."),
    "ledger's end": (("ledger", 0, "state"), "withdrawn"),
    "ledger closed by": (("ledger", 1, "closed_by", "quote", "text"), "Another quote."),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_change_is_found(whole: Digest, planted: str) -> None:
    """Each kind of change to a stored digest is a problem, and raises VerificationError."""
    where, value = PLANTED[planted]
    changed = edited(whole, where, value)
    assert verify_digest(changed)
    with pytest.raises(VerificationError, match=r"does not hold.*: .*; make it again"):
        check_digest(changed, source="digest.json")


def test_an_article_that_is_gone_or_doubled_is_found(whole: Digest) -> None:
    """Every cited article is there, and once."""
    assert verify_digest(whole.model_copy(update={"articles": whole.articles[1:]}))
    assert verify_digest(
        whole.model_copy(update={"articles": (*whole.articles, whole.articles[0])})
    )


def test_ledger_entries_stay_typed(whole: Digest) -> None:
    """An entry that ended says by what, an open one by nothing."""
    entry: Commitment
    for entry in whole.ledger:
        assert (entry.closed_by is None) == (entry.state in ("open", "lapsed"))
