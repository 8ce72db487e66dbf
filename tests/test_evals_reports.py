"""The reports of a run: terminal, Markdown and JUnit, and the words that they share."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from evals.agreement import Agreement, Ceiling
from evals.compare import Broken, Comparison, compare
from evals.counts import Field, FieldScore, Section
from evals.flips import Flip
from evals.gate import FieldChange, Metric, SectionChange, Verdict
from evals.gold import GOLD, GoldCase, load_cases
from evals.gold_file import gold_text
from evals.prediction import Prediction
from evals.reports import junit, markdown, terminal
from evals.reports.data import ReportData
from evals.reports.items import differing, flipped, item_text, worst_first
from evals.reports.lines import gold_file, item_lines
from evals.reports.table import change_cell
from evals.reports.text import cut, listed, printable, probability, share, signed_points, wrapped
from evals.reports.verdict import cause, faults, gains, notes, reasons, scope, sentence
from evals.results import DocumentResult, Results
from evals.statistics import Change
from evals.testing import perfect_prediction
from summarizer.models import Article, Dropped, DropReason, Usage
from tests.results_factory import (
    document_of,
    failed_document,
    false_item,
    perfect_run,
    run_of,
    with_item,
    with_more,
    without_item,
)

CASES = load_cases()[:6]
FIRST, SECOND = CASES[:2]
HOSTILE = "\x1b[31mred\x07 <script>@all</script> | `x`\r\n# \u202eevil\u2066 漢字" + "w" * 200


def numbers(change: float, half: float = 0.03, p: float = 0.5, **more: Any) -> Change:
    """What became of a ratio that was .80."""
    values = {
        "before": 0.8,
        "after": 0.8 + change,
        "change": change,
        "low": change - half,
        "high": change + half,
        "p": p,
        "p_adjusted": p,
        "error": half / 2,
        "documents": 6,
    }
    return Change(**values | more)


def section(
    verdict: Verdict,
    change: float = 0.0,
    *,
    name: Section = "claim",
    metric: Metric = "aligned",
    smallest: float = 0.03,
    needed: int = 40,
    **more: Any,
) -> SectionChange:
    """What became of a section."""
    return SectionChange(
        section=name,
        metric=metric,
        numbers=numbers(change, **more),
        smallest=smallest,
        needed=needed,
        verdict=verdict,
    )


def compared(verdict: Verdict, *sections: SectionChange, **more: Any) -> ReportData:
    """A run of two perfect articles beside another, with this outcome."""
    run = perfect_run((FIRST, SECOND))
    empty: dict[str, Any] = {"before": run, "after": run, "fields": (), "flips": ()}
    comparison = Comparison(verdict=verdict, sections=sections, **empty | more)
    return ReportData(results=run, cases=CASES, gold_folder="gold", comparison=comparison)


def of_runs(before: Results, after: Results, **more: Any) -> ReportData:
    """Two runs, compared by the gate."""
    return ReportData(
        results=after,
        cases=CASES,
        gold_folder="evals/gold",
        comparison=compare(before, after, CASES),
        **more,
    )


def alone(*documents: DocumentResult, folder: str = "evals/gold", **more: Any) -> ReportData:
    """A run with nothing to compare with."""
    return ReportData(results=run_of(documents), cases=CASES, gold_folder=folder, **more)


def lost(case: GoldCase, *places: int) -> DocumentResult:
    """The article without these items."""
    said = perfect_prediction(case)
    for place in sorted(places, reverse=True):
        said = without_item(said, place)
    return document_of(case, said)


def flips(kind: str, *cases: GoldCase, section: str = "claim") -> tuple[Flip, ...]:
    """One flip an article, of its first item."""
    return tuple(
        Flip.model_validate({"kind": kind, "document": c.id, "section": section, "gold": 0})
        for c in cases
    )


# --- the verdict in words ---------------------------------------------------------------------


def test_a_lost_section_is_told_with_its_interval_and_its_items() -> None:
    """Points, metric, interval, p, and how many items in how many articles."""
    gone = (*flips("LOST", FIRST, FIRST, SECOND), *flips("MISFILED", SECOND))
    others = (*flips("NEW FALSE", FIRST), *flips("WRONG WHO", FIRST), *flips("FOUND", FIRST))
    elsewhere = flips("LOST", FIRST, section="action")
    data = compared(
        "FAIL",
        section("FAIL", -0.061, half=0.037, p=0.004),
        flips=(*gone, *others, *elsewhere),
    )
    assert sentence(data) == (
        "FAIL: claims lost 6.1 points of aligned F1 (95% CI -9.8 to -2.4, p=.004); 4 claims lost "
        "in 2 articles; 1 false claim new in 1 article"
    )


def test_a_loss_of_strict_f1_counts_wrong_fields_too() -> None:
    """They are what the strict metric sees and the aligned one does not."""
    change = section("FAIL", -0.1, half=0.05, p=0.0001, metric="strict")
    data = compared("FAIL", change, flips=flips("WRONG WHO", FIRST, SECOND))
    assert sentence(data) == (
        "FAIL: claims lost 10.0 points of strict F1 (95% CI -15.0 to -5.0, p<.001); 2 fields gone "
        "wrong in 2 articles"
    )


def test_sections_come_by_their_loss_and_each_once() -> None:
    """The greatest loss first, the other metric of a section behind it."""
    data = compared(
        "FAIL",
        section("FAIL", -0.05, half=0.03, p=0.01),
        section("FAIL", -0.08, half=0.03, p=0.01, metric="strict"),
        section("FAIL", -0.2, half=0.1, p=0.03, name="threat"),
    )
    assert reasons(data) == (
        "threats lost 20.0 points of aligned F1 (95% CI -30.0 to -10.0, p=.030)",
        "claims lost 8.0 points of strict F1 (95% CI -11.0 to -5.0, p=.010) and 5.0 of aligned F1",
    )


def test_what_broke_comes_before_what_got_worse() -> None:
    """Missing articles, then faults, equal ones together, then pinned items, then scores."""
    pinned = flips("LOST", FIRST)[0].model_copy(update={"pinned": True})
    data = compared(
        "FAIL",
        section("FAIL", -0.05, half=0.02, p=0.01),
        section("WARN", -0.01, half=0.005, p=0.01, name="action"),
        section("INCONCLUSIVE", name="agreement", smallest=0.123, needed=121),
        fields=(field("WARN", -0.08),),
        missing=("A01", "A02"),
        broken=(
            Broken(document="A03", what="the article failed: The endpoint does not answer."),
            Broken(document="A04", what="claim-1 has no quote"),
            Broken(document="A05", what="the article failed: The endpoint does not answer."),
        ),
        flips=(pinned,),
    )
    assert sentence(data) == "FAIL: A01 and A02 are missing from this run"
    assert reasons(data)[1:] == (
        "A03 and A05: the article failed: The endpoint does not answer",
        "A04: claim-1 has no quote",
        f"{FIRST.id} lost a pinned claim: {FIRST.items[0].what}",
        "claims lost 5.0 points of aligned F1 (95% CI -7.0 to -3.0, p=.010); 1 claim lost in 1 "
        "article",
        "actions lost 1.0 points of aligned F1 (95% CI -1.5 to -0.5, p=.010), within the 2 points "
        "that are tolerated",
        "status lost 8.0 points of accuracy (95% CI -11.0 to -5.0, p=.010)",
        "the smallest loss that agreements could have shown is 12.3 points of aligned F1 (5 would "
        "take 121 articles)",
    )


def field(verdict: Verdict, change: float, name: Field = "status") -> FieldChange:
    """What became of a field."""
    return FieldChange(field=name, numbers=numbers(change, p=0.01), verdict=verdict)


def test_one_missing_article_is_told_in_the_singular() -> None:
    """A sentence is right for one name and for more."""
    assert reasons(compared("FAIL", missing=("A01",))) == ("A01 is missing from this run",)


@pytest.mark.parametrize(
    ("smallest", "words"),
    [
        ((0.031,), "3.1 points"),
        ((0.012, 0.041, 0.0), "1.2 to 4.1 points, by section"),
    ],
)
def test_a_pass_says_what_could_have_been_shown(smallest: Sequence[float], words: str) -> None:
    """Sections in which nothing moved say nothing about it."""
    data = compared("PASS", *(section("PASS", smallest=one) for one in smallest))
    assert sentence(data) == (
        "PASS: no section lost more than chance explains (smallest loss this set could have "
        f"shown: {words})"
    )


def test_an_unchanged_run_says_so() -> None:
    """Where no score moved, no test is needed."""
    run = perfect_run(CASES)
    assert sentence(of_runs(run, run)) == "PASS: no score differs from the baseline"


def test_a_doubt_names_its_worst_section_and_the_articles_it_would_take() -> None:
    """The other sections in doubt by name, each once."""
    data = compared(
        "INCONCLUSIVE",
        section("INCONCLUSIVE", smallest=0.08),
        section("INCONCLUSIVE", smallest=0.07, metric="strict"),
        section("INCONCLUSIVE", smallest=0.123, needed=1210, name="threat", metric="strict"),
        section("PASS", name="action"),
    )
    assert sentence(data) == (
        "INCONCLUSIVE: the smallest loss that threats could have shown is 12.3 points of strict F1 "
        "(5 would take 1,210 articles); inconclusive too: claims"
    )


def test_a_section_that_fails_is_in_no_doubt() -> None:
    """Its other metric adds nothing."""
    data = compared(
        "FAIL",
        section("FAIL", -0.05, half=0.03, p=0.01),
        section("INCONCLUSIVE", metric="strict", smallest=0.2),
        section("INCONCLUSIVE", name="threat", smallest=0.1, needed=80),
        section("WARN", -0.01, half=0.005, p=0.01, name="action"),
        section("INCONCLUSIVE", name="action", metric="strict", smallest=0.3),
    )
    assert reasons(data)[2:] == (
        "the smallest loss that threats could have shown is 10.0 points of aligned F1 (5 would "
        "take 80 articles)",
    )


def test_a_doubt_without_a_test_is_told_as_such() -> None:
    """One article shows no error; an even loss in few articles shows too little."""
    untested = section("INCONCLUSIVE", smallest=1.0, needed=2400, name="threat")
    assert reasons(compared("INCONCLUSIVE", untested)) == (
        "too few articles have threats to show any loss of aligned F1",
    )
    even = section("INCONCLUSIVE", -0.08, half=0.0, p=0.25, smallest=0.0)
    assert reasons(compared("INCONCLUSIVE", even)) == (
        "claims lost 8.0 points of aligned F1 (95% CI -8.0 to -8.0, p=.250), which so few articles "
        "cannot tell from chance",
    )


def test_gains_are_told_where_the_interval_says_so() -> None:
    """By section; nothing where the interval holds 0."""
    data = compared(
        "PASS",
        section("PASS", 0.06, half=0.02),
        section("PASS", 0.1, half=0.02, metric="strict"),
        section("PASS", 0.06, half=0.06, name="action"),
        section("PASS", 0.05, half=0.02, name="actor"),
    )
    assert data.comparison is not None
    assert gains(data.comparison) == (
        "Better, by intervals above 0: claims +6.0 aligned and +10.0 strict, actors +5.0 aligned."
    )
    unchanged = compared("PASS", section("PASS", 0.02, half=0.02)).comparison
    assert unchanged is not None
    assert gains(unchanged) == ""


def test_notes_say_what_was_scored_again_or_left_out() -> None:
    """Changed gold, changed scorer, refused and new articles; the file compared with by name."""
    data = compared(
        "PASS",
        gold_changed=("A05",),
        scorer_changed=("A11", "A12"),
        refused=("B01",),
        added=("C01", "C02", "C03"),
    )
    assert notes(data) == (
        "The gold of A05 changed since the baseline: the baseline's stored briefs were scored "
        "again.",
        "The scorer changed since the baseline, which shows in A11 and A12: the baseline's stored "
        "briefs were scored again.",
        "Not compared: B01; the text changed, or today's gold does not have it.",
        "New, not in the baseline: C01, C02 and C03; not in the tables.",
    )
    named = data.model_copy(update={"before_name": "a{0}.json"})
    assert "changed since a{0}.json: a{0}.json's stored briefs" in notes(named)[0]


def test_the_likely_cause_is_what_differs() -> None:
    """In words, and where nothing does, that."""
    causes = compared("FAIL", causes=("prompts: items", "the code of the package")).comparison
    assert causes is not None
    assert cause(causes) == "Likely cause: prompts: items; the code of the package."
    nothing = compared("PASS").comparison
    assert nothing is not None
    assert cause(nothing) == "Likely cause: nothing that is recorded differs."


def test_the_scope_names_models_and_what_is_compared_with() -> None:
    """The model before only where it is another one."""
    run = perfect_run((FIRST, SECOND))
    assert scope(of_runs(run, run)) == "2 articles, model fake; compared with the baseline"
    other = of_runs(run.model_copy(update={"model": "old"}), run, before_name="x.json")
    assert scope(other) == "2 articles, model fake; compared with x.json, model old"
    assert scope(alone(document_of(FIRST))) == (
        "1 article, model fake; there is no baseline to compare with"
    )


def test_equal_failures_are_one_line() -> None:
    """The articles by name, the reason once; broken invariants by article."""
    documents = [failed_document(case, "The endpoint is down.") for case in CASES[:3]]
    documents += [failed_document(CASES[3], "No key."), document_of(CASES[4], broken=("x", "y"))]
    names = [case.id for case in CASES]
    assert faults(run_of(documents)) == (
        f"FAILED 3 articles ({names[0]}, {names[1]} and {names[2]}): The endpoint is down.",
        f"FAILED {names[3]}: No key.",
        f"BROKEN {names[4]}: x (and 1 more)",
    )


# --- values and lines -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (0.0, ".00"), (0.625, ".62"), (0.999, "1.00"), (1.0, "1.00")]
)
def test_shares_are_written_short(value: float | None, text: str) -> None:
    """Two digits, no leading zero."""
    assert share(value) == text


def test_differences_are_points_with_a_sign() -> None:
    """What rounds to nothing has none."""
    assert [signed_points(v) for v in (-0.0612, 0.1, -0.0004, 0.0)] == [
        "-6.1",
        "+10.0",
        "0.0",
        "0.0",
    ]


def test_probabilities_have_three_digits() -> None:
    """And a smallest one."""
    assert [probability(p) for p in (0.0042, 0.0005, 1.0)] == ["p=.004", "p<.001", "p=1.000"]


def test_names_are_listed_and_counted_from_some_number_on() -> None:
    """No list of forty names."""
    assert [listed(names) for names in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert listed([*"abcdefghij"]) == "a, b, c, d, e, f, g, h and 2 more"


def test_text_of_a_model_cannot_steer_a_terminal() -> None:
    """Control, direction and invisible characters become spaces, all of it on one line."""
    assert printable("a\x1b[31mb\nc\u202ed\u2066 \u200be\t") == "a [31mb c d e"


def test_wide_characters_count_as_two_columns() -> None:
    """By wrapping and by cutting."""
    lines = wrapped("漢字" * 60)
    assert max(map(cell_len, lines)) == 80
    assert "".join(line.strip() for line in lines) == "漢字" * 60
    assert cut("漢字" * 60, 10) == "漢字漢字…"
    assert cut("漢字漢字漢", 10) == "漢字漢字漢"


def test_a_label_stands_once_and_keeps_its_column() -> None:
    """The other lines begin below the text."""
    assert wrapped("a b c", label="x: ", width=6) == ["x: a b", "   c"]
    assert wrapped("aa bb", width=5) == ["aa", "  bb"]


@pytest.mark.parametrize(
    ("change", "cell"),
    [
        (section("FAIL", -0.061, half=0.037, p=0.004), " -6.1*±3.7 "),
        (section("PASS", -0.061, half=0.137, p=0.2), " -6.1 ±13.7"),
        (section("PASS", 0.061, half=0.037, p=0.004), " +6.1 ±3.7 "),
        (section("PASS", half=0.0), "  0.0      "),
        (section("FAIL", -1.0, half=1.0, p=0.01), " -100*±100 "),
        (section("PASS", -0.1, low=-1.0, high=0.85), "-10.0 ±95.0"),
        (section("PASS", 0.1, low=-0.85, high=1.0), "+10.0 ±95.0"),
        (section("PASS", after=None), "    -      "),
        (None, "    -      "),
    ],
)
def test_changes_stand_below_each_other(change: SectionChange | None, cell: str) -> None:
    """A change, a mark where chance does not explain the loss, and half of the interval."""
    assert change_cell(change) == cell
    assert len(cell) == 11


# --- lines of the gold files ------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_place_is_the_line_of_the_items_type(case: GoldCase) -> None:
    """In the shipped files, and in their order."""
    lines = (GOLD / f"{case.id}.json").read_text("utf-8").splitlines()
    places = [gold_file(str(GOLD), case.id).place(n) for n in range(len(case.items))]
    found = [lines[int(place.rpartition(":")[2]) - 1].strip() for place in places]
    assert found == [f'"type": "{item.type}",' for item in case.items]
    assert places[0].startswith(f"{GOLD}/{case.id}.json:")


def test_lines_do_not_depend_on_the_layout() -> None:
    """Nor on what else is named "items" or "type", nor on braces and line ends in texts."""
    text = '{"a": {"items": [{"type": "x"}]}, "t": "\\"items\\": [{\\n", \n "items" :\n[ {"what": '
    text += '"}]{", "who": [{"type": 1}],\n\n"type":"claim"},\n{"what": 1}, {}\n ], "type": 2}'
    assert item_lines(text) == (5, 6, 6)
    assert item_lines('{"items": []}') == item_lines("{}") == ()
    case = FIRST
    squeezed = json.dumps(json.loads(gold_text(case)))
    assert item_lines(squeezed) == (1,) * len(case.items)


@pytest.mark.parametrize("text", ["", "[]", '{"items": [{"type": ', '{"a" 1}', "null"])
def test_a_file_that_is_no_gold_has_no_lines(tmp_path: Path, text: str) -> None:
    """The path is there all the same."""
    path = tmp_path / "X.json"
    path.write_text(text)
    assert gold_file(str(tmp_path), "X").place(0) == str(path)
    assert gold_file(str(tmp_path), "Y").place(0) == str(tmp_path / "Y.json")


# --- items ------------------------------------------------------------------------------------


def changed_run() -> ReportData:
    """Two articles, with a flip of each kind in the first, and one in the second."""
    case = FIRST
    said = perfect_prediction(case)
    before = document_of(case, with_more(with_item(said, 4, who=("Eve",)), false_item(case)))
    after = without_item(
        with_item(
            with_item(with_item(said, 1, type="claim"), 2, who=("Mallory",), status="denied"),
            3,
            whom=("Trent",),
        ),
        0,
    )
    dropped = Dropped(
        section=case.items[7].type,
        what=case.items[7].what,
        sentences=case.items[7].sentences,
        reason=DropReason.QUOTE_NOT_FOUND,
        detail="It is not there.",
    )
    extra = false_item(case, what="quiet zebras sing", type="threat", status="planned")
    kept = with_more(without_item(after, 6), extra)
    documents = [document_of(case, kept, dropped=(dropped,)), document_of(SECOND)]
    return of_runs(run_of([before, lost(SECOND, 0)]), run_of(documents))


def test_each_flip_is_a_row_with_what_there_is_now() -> None:
    """Kind, gold, prediction, evidence and line; what is worse first."""
    [article, other] = flipped(changed_run())
    lines = gold_file("evals/gold", FIRST.id)
    rows = {row.mark: row for row in article.rows}
    assert Counter(row.mark for row in article.rows) == {
        "LOST": 1,
        "UNGROUNDED": 1,
        "MISFILED": 1,
        "WRONG WHO": 1,
        "WRONG WHOM": 1,
        "WRONG STATUS": 1,
        "NEW FALSE": 1,
        "GONE FALSE": 1,
        "RIGHT WHO": 1,
    }
    assert [rows[mark].where for mark in ("LOST", "MISFILED", "WRONG WHO")] == [
        lines.place(place) for place in (0, 1, 2)
    ]
    moved = FIRST.items[1]
    assert rows["MISFILED"].note == f"filed as claim: {moved.what} ({moved.status})"
    assert rows["UNGROUNDED"].note == "quote_not_found: It is not there."
    assert rows["WRONG WHO"].note == "now who is Mallory"
    assert rows["WRONG WHO"].text == item_text(FIRST.items[2])
    assert "Mallory" not in rows["WRONG WHO"].text
    assert rows["WRONG STATUS"].note == "now status is denied"
    assert rows["WRONG WHOM"].note == "now whom is Trent"
    assert rows["RIGHT WHO"].note == "before, who was Eve"
    assert rows["NEW FALSE"].text == "nobody: quiet zebras sing (planned)"
    assert rows["NEW FALSE"].where == f"evals/gold/{FIRST.id}.json"
    assert rows["NEW FALSE"].section == "threat"
    assert rows["GONE FALSE"].text == "nobody: zebras juggle quietly (happened)"
    assert rows["LOST"].sentences == FIRST.items[0].sentences
    assert (article.worse, article.better) == (7, 2)
    assert [row.worse for row in article.rows] == [True] * 7 + [False] * 2
    assert [row.mark for row in other.rows] == ["FOUND"]


def test_articles_come_by_how_much_got_worse() -> None:
    """Then by how much got better, then by name; those without a flip are left out."""
    first, second, third, fourth, fifth = CASES[:5]
    gained = [lost(fourth, 0), lost(fifth, 0, 1)]
    before = run_of([*map(document_of, (first, second, third)), *gained])
    after = run_of(
        [
            lost(first, 0),
            document_of(second),
            lost(third, 0, 1),
            *map(document_of, (fourth, fifth)),
        ]
    )
    names = [article.document.name for article in flipped(of_runs(before, after))]
    assert names == [CASES[n].id for n in (2, 0, 4, 3)]


def test_each_kind_of_difference_has_its_row() -> None:
    """Without a run before: missed, dropped, false, misfiled and wrong items."""
    data = changed_run()
    data = data.model_copy(update={"comparison": None})
    [first, second] = differing(data)
    assert Counter(row.mark for row in first.rows) == {
        "MISSED": 2,
        "UNGROUNDED": 1,
        "FALSE": 1,
        "MISFILED": 1,
        "WRONG WHO": 1,
        "WRONG WHOM": 1,
        "WRONG STATUS": 1,
    }
    rows = {row.mark: row for row in first.rows}
    moved = FIRST.items[1]
    assert rows["MISFILED"].note == f"filed as claim: {moved.what} ({moved.status})"
    assert rows["WRONG WHO"].note == "who is Mallory"
    assert rows["WRONG WHO"].where == gold_file("evals/gold", FIRST.id).place(2)
    assert second.rows == ()


def test_optional_items_and_other_fields_are_no_differences() -> None:
    """Nobody loses by an optional item, and strict F1 does not ask for the act or event."""
    optional = [item.model_copy(update={"must": False}) for item in FIRST.items[:2]]
    case = FIRST.model_copy(update={"items": (*optional, *FIRST.items[2:])})
    said = with_item(perfect_prediction(case), 1, status="denied", who=("Mallory",))
    said = without_item(with_item(said, 2, event="OTHER", act="denies"), 0)
    data = alone(document_of(case, said)).model_copy(update={"cases": (case,)})
    [article] = differing(data)
    assert article.rows == ()
    assert {wrong.field for wrong in article.document.score.wrong} >= {"who", "status"}


def test_stored_differences_are_those_from_todays_gold() -> None:
    """Scores that were stored with other gold point to items that are there no more."""
    fewer = FIRST.model_copy(update={"items": FIRST.items[:2]})
    data = alone(document_of(FIRST)).model_copy(update={"cases": (fewer,)})
    [article] = differing(data)
    assert [row.mark for row in article.rows] == ["FALSE"] * (len(FIRST.items) - 2)


def test_worst_articles_come_first() -> None:
    """A failed article leads, one with nothing to find ends the list."""
    nothing = FIRST.model_copy(update={"id": "empty", "items": (), "actors": ()})
    documents = [
        document_of(nothing, Prediction()),
        document_of(CASES[2]),
        document_of(CASES[0], Prediction()),
        failed_document(CASES[1]),
    ]
    assert worst_first(documents) == tuple(documents[::-1])


# --- the terminal -----------------------------------------------------------------------------


@cache
def degraded() -> ReportData:
    """Six articles, each of which lost two items, the third one four."""
    after = [lost(case, 0, 1) for case in CASES]
    after[2] = lost(CASES[2], 0, 1, 2, 3)
    return of_runs(perfect_run(CASES), run_of(after, model="other"), agreement=agreement())


def agreement() -> Agreement:
    """Between two annotators; they were not strict about threats."""
    sections: tuple[Section, ...] = ("claim", "threat", "action", "agreement", "actor")
    return Agreement(
        documents=12,
        sections=tuple(
            Ceiling(section=s, aligned=0.97, strict=None if s == "threat" else 0.8)
            for s in sections
        ),
        fields=(FieldScore(field="who", right=1, total=2),),
    )


def test_a_comparison_fits_a_screen() -> None:
    """The verdict leads; table, figures, some flips, the cause and the command follow."""
    lines = terminal.render(degraded()).splitlines()
    assert lines[0].startswith(("FAIL: ", "INCONCLUSIVE: "))
    assert len(lines) <= 40
    assert max(map(cell_len, lines)) <= 80
    heads = [n for n, line in enumerate(lines) if line.startswith(("section", "Flipped", "Likely"))]
    assert heads == sorted(heads)
    assert len(heads) == 3
    assert "Likely cause: the model: fake before, other now." in lines
    assert lines[-1] == f"One article: make eval ONLY={CASES[2].id}"
    assert "Ceiling: aligned/strict F1 between two annotators of 12 articles of this gold." in lines


def test_the_table_of_a_comparison_lines_up() -> None:
    """A row a section with scores, changes, ceiling and the graver verdict of the two."""
    data = compared(
        "FAIL",
        section("FAIL", -0.061, half=0.037, p=0.004),
        section("INCONCLUSIVE", -0.123, half=0.141, metric="strict"),
        section("PASS", name="agreement"),
        section("INCONCLUSIVE", name="agreement", metric="strict", before=None),
        section("PASS", 0.02, name="actor"),
    ).model_copy(update={"agreement": agreement()})
    lines = terminal.render(data).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("section"))
    golds = [s.gold for s in data.results.score.sections]
    assert lines[start : start + 7] == [
        "section   gold    P    R  aligned F1       strict F1        ceiling verdict",
        f"claims    {golds[0]:>4} 1.00 1.00 1.00  -6.1*±3.7  1.00 -12.3 ±14.1  .97/.80 FAIL",
        f"threats   {golds[1]:>4} 1.00 1.00 1.00     -       1.00     -          .97/- -",
        f"actions   {golds[2]:>4} 1.00 1.00 1.00     -       1.00     -        .97/.80 -",
        f"agreements{golds[3]:>4} 1.00 1.00 1.00   0.0 ±3.0  1.00     -        .97/.80 "
        "INCONCLUSIVE",
        f"actors    {golds[4]:>4} 1.00 1.00 1.00  +2.0 ±3.0     -     -        .97/.80 PASS",
        "mean                     1.00   0.0       1.00   0.0",
    ]


def test_the_tables_are_of_what_is_compared() -> None:
    """An article that is new has no part in them; a note names it."""
    data = of_runs(perfect_run([FIRST]), perfect_run([FIRST, SECOND]))
    lines = terminal.render(data).splitlines()
    golds = sum(item.type == "claim" for item in FIRST.items)
    assert next(line for line in lines if line.startswith("claims")).split()[1] == str(golds)
    assert lines[1] == f"New, not in the baseline: {SECOND.id}; not in the tables."
    assert lines[2] == "1 article, model fake; compared with the baseline"


def test_figures_carry_their_change() -> None:
    """Counts as differences, accuracy in points, cost and latency in percent."""
    usage = Usage(calls=2, input_tokens=1100, output_tokens=100, cost_usd=0.02)
    said = with_item(perfect_prediction(FIRST), 0, status="denied")
    before = [document_of(FIRST), document_of(SECOND, usage=Usage(), seconds=1.0)]
    documents = [
        document_of(FIRST, said, usage=usage, seconds=5.0),
        document_of(SECOND, usage=Usage()),
    ]
    text = terminal.render(of_runs(run_of(before), run_of(documents)))
    assert "calls 2 (+1), 1,100 tokens in (+10 %), 100 out, $0.0200" in text
    assert "median 3.5 (+133 %), p95 5.0 (+150 %)" in text
    assert re.search(r"status \.\d\d of \d+\s+\(-\d", text)
    assert f"who 1.00 of {len(FIRST.items) + len(SECOND.items)}," in text


def test_a_warned_field_is_marked() -> None:
    """The verdict stands behind its change."""
    data = compared("WARN", fields=(field("WARN", -0.08), field("PASS", -0.08, name="whom")))
    text = " ".join(terminal.render(data).split())
    assert re.search(r"status 1\.00 of \d+ \(-8\.0 WARN\)", text)
    assert re.search(r"whom 1\.00 of \d+ \(-8\.0\)", text)


def test_few_flips_are_shown_and_the_rest_counted() -> None:
    """Some eight lines, of the worst article first; all with `items`."""
    data = degraded()
    lines = terminal.render(data).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("Flipped"))
    assert lines[start] == "Flipped since the baseline: 14 worse, 0 better; worst article first:"
    rows = lines[start + 1 : start + 9]
    assert [row[:4] for row in rows[::2]] == ["LOST"] * 4
    assert rows[1].strip() == gold_file("evals/gold", CASES[2].id).place(0)
    assert lines[start + 9] == "10 more: --verbose, or --only NAME for one article"
    whole = terminal.render(data, items=True)
    assert sum(line.startswith("  LOST") for line in whole.splitlines()) == 14
    assert sum(line.startswith("  MISSED") for line in whole.splitlines()) == 14


def test_pinned_and_worse_flips_are_shown_before_others() -> None:
    """A pinned item is what fails a run, wherever its article stands."""
    pinned = SECOND.items[0].model_copy(update={"pinned": True})
    case = SECOND.model_copy(update={"items": (pinned, *SECOND.items[1:])})
    cases = (FIRST, case)
    before = run_of([lost(FIRST, 5), document_of(case)])
    after = run_of([lost(FIRST, 0, 1), lost(case, 0, 1)])
    data = of_runs(before, after)
    data = data.model_copy(update={"comparison": compare(before, after, cases), "cases": cases})
    lines = terminal.render(data).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("Flipped"))
    assert lines[start + 1].startswith("LOST         pinned ")
    assert "FOUND" not in "\n".join(lines[start : start + 9])


def test_a_run_by_itself_has_counts_and_no_verdict() -> None:
    """It says that there is nothing to compare with, and where it scores worst."""
    data = alone(document_of(FIRST), lost(SECOND, 0))
    lines = terminal.render(data).splitlines()
    assert lines[0] == "2 articles, model fake; there is no baseline to compare with"
    assert lines[2].split() == "section gold TP FP FN P R aligned strict ceiling".split()
    assert lines[3].split()[0] == "claims"
    assert lines[3].split()[-1] == "-"
    assert not any("Ceiling" in line or "Flipped" in line for line in lines)
    assert lines[-1] == f"One article: make eval ONLY={SECOND.id}"
    with_ceiling = terminal.render(data.model_copy(update={"agreement": agreement()}))
    assert with_ceiling.splitlines()[4].split()[-1] == ".97/-"


def test_items_of_a_run_by_itself_are_told_by_article() -> None:
    """The worst article first, with its file; an article without a difference in words."""
    text = terminal.render(alone(document_of(FIRST), lost(SECOND, 0)), items=True)
    first, second = text.index(f"{SECOND.id}: strict F1"), text.index(f"{FIRST.id}: strict F1")
    assert first < second
    assert "MISSED" in text[first:second]
    assert "  all as in the gold" in text[second:]
    assert gold_file("evals/gold", SECOND.id).place(0) in text[first:second]


def test_failures_are_shown_with_and_without_a_comparison() -> None:
    """Equal ones in one line."""
    documents = [failed_document(case, "Down.") for case in (FIRST, SECOND)]
    line = f"FAILED 2 articles ({FIRST.id} and {SECOND.id}): Down."
    assert line in terminal.render(alone(*documents)).splitlines()
    text = terminal.render(of_runs(perfect_run((FIRST, SECOND)), run_of(documents)))
    assert line in text.splitlines()
    assert text.startswith(f"FAIL: {FIRST.id} and {SECOND.id}: the article failed: Down\n")


def test_long_reasons_do_not_flood_the_verdict() -> None:
    """Five reasons, the others counted; an endless one is cut."""
    broken = tuple(Broken(document=f"A{n}", what=f"{n} " + "x" * 500) for n in range(9))
    lines = terminal.render(compared("FAIL", broken=broken)).splitlines()
    assert "also: 4 reasons more" in lines
    assert lines.index("also: 4 reasons more") < 16


# --- hostile text -----------------------------------------------------------------------------


def hostile(text: str, name: str = "case") -> ReportData:
    """Text of an attacker wherever an article, a model, an endpoint or a file has a say."""
    who = (text or "x",)
    items = tuple(
        item.model_copy(update={"what": text or "x", "who": who, "whom": who})
        for item in FIRST.items[:4]
    )
    case = FIRST.model_copy(update={"id": name, "items": items})
    said = perfect_prediction(case)
    worse = with_more(without_item(with_item(said, 1, who=(text,)), 0), false_item(case, what=text))
    dropped = Dropped(
        section="claim", what=text, sentences=(1,), reason=DropReason.UNSAFE_TEXT, detail=text
    )
    before = run_of([document_of(case)], model=text)
    document = document_of(case, worse, dropped=(dropped,), broken=(text,), failure=text)
    after = run_of([document], model=text)
    flip = {"document": name, "section": items[0].type, "gold": 0, "pinned": True, "note": text}
    comparison = Comparison(
        verdict="FAIL",
        before=before,
        after=after,
        sections=(section("FAIL", -1.0, half=1.0, p=0.01),),
        fields=(),
        flips=(
            Flip.model_validate({"kind": "LOST", "before": 0, **flip}),
            Flip.model_validate({"kind": "MISFILED", "before": 0, "after": 0, **flip}),
            Flip.model_validate({"kind": "WRONG WHO", "before": 0, "after": 0, **flip}),
            Flip(kind="NEW FALSE", document=name, section="claim", after=0),
        ),
        broken=(Broken(document=name, what=text),),
        missing=(text,),
        added=(text,),
        refused=(text,),
        gold_changed=(text,),
        scorer_changed=(text,),
        causes=(text,),
    )
    return ReportData(
        results=after,
        cases=(case,),
        gold_folder="gold",
        comparison=comparison,
        before_name=text,
    )


def assert_harmless(text: str) -> None:
    """At most 80 columns, and nothing that steers a terminal or turns text around."""
    for line in text.removesuffix("\n").split("\n"):
        assert cell_len(line) <= 80
        assert not [c for c in line if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]", line)


STEERING = st.sampled_from(
    ["\x1b[31m", "\n", "\r", "\t", "\x00", "\u202e", "\u2066", "\u2028", "\x85", "漢字", "x" * 90]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.text(max_size=30), STEERING), max_size=8).map("".join))
def test_no_text_steers_the_terminal_or_breaks_its_width(text: str) -> None:
    """Whatever stands in items, names, failures and file names."""
    data = hostile(text)
    assert_harmless(terminal.render(data))
    assert_harmless(terminal.render(data, items=True))
    assert_harmless(terminal.render(data.model_copy(update={"comparison": None}), items=True))


def test_a_hostile_text_is_still_told() -> None:
    """Harmless, but with its words."""
    text = terminal.render(hostile(HOSTILE), items=True)
    assert_harmless(text)
    assert "[31mred" in text
    assert "漢字" in text


def test_a_long_folder_is_folded_and_never_cut() -> None:
    """A path that is cut cannot be opened."""
    folder = "/srv/" + "d" * 90
    data = degraded().model_copy(update={"gold_folder": folder})
    text = terminal.render(data)
    assert_harmless(text)
    assert f"{folder}/{CASES[2].id}.json" in "".join(line.strip() for line in text.splitlines())


# --- Markdown ---------------------------------------------------------------------------------


def test_markdown_has_verdict_table_and_folded_flips() -> None:
    """What a pull request shows."""
    data = degraded()
    text = markdown.render(data)
    assert data.comparison is not None
    assert text.startswith(f"## Evals: {data.comparison.verdict}\n\n**")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {11}
    assert len(rows) == 8
    titles = re.findall("<details><summary>(.*)</summary>", text)
    assert titles[0] == f"{CASES[2].id}: 4 worse, 0 better"
    assert len(titles) == text.count("</details>") == 6
    assert text.count("- **LOST** ") == 14
    assert gold_file("evals/gold", CASES[2].id).place(0) in text
    assert "Likely cause: the model: fake before, other now." in text


def test_markdown_of_a_run_by_itself_says_so() -> None:
    """Without a verdict; what differs from the gold is folded by article."""
    text = markdown.render(alone(document_of(FIRST), lost(SECOND, 0)))
    assert text.startswith("## Evals: no baseline\n\n2 articles, model fake; there is no baseline")
    assert f"<summary>{SECOND.id}: 1 difference</summary>" in text
    assert "- **MISSED** " in text
    assert f"<summary>{FIRST.id}" not in text


def test_markdown_is_read_as_meant() -> None:
    """A table of as many rows as sections, lists and details; no heading but the first."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown.render(degraded()))
    kinds = Counter(token.type for token in tokens)
    assert kinds["table_open"] == 1
    assert kinds["tr_open"] == 7
    assert kinds["heading_open"] == 1
    assert kinds["html_block"] == 12
    assert not any(token.type in ("code_block", "fence", "hr") for token in tokens)


MARKS = st.lists(
    st.sampled_from([*"\\`*_[]<>&|~$#@-+=!(){}.:/\"' 1w", "www.", "http://e.org", "a@b.org", "1. "])
).map("".join)


@settings(deadline=None)
@given(st.one_of(MARKS, st.text(max_size=40)).map(printable))
def test_escaped_text_reads_as_it_was(text: str) -> None:
    """As a paragraph and as an item of a list, nothing but text comes out of it."""
    reader = MarkdownIt("gfm-like", {"linkify": False})
    for line in (markdown.escape(text), f"- {markdown.escape(text)}"):
        tokens = reader.parse(line)
        children = [child for token in tokens for child in token.children or ()]
        assert {child.type for child in children} <= {"text", "text_special"}
        assert "".join(child.content for child in children).replace("\u2060", "") == text
        assert len(tokens) == (3 if line[:2] != "- " else 7) or not text


def test_addresses_and_mentions_are_no_links() -> None:
    """GitHub makes links of them without any mark, after escapes are undone."""
    text = "http://e.org WWW.e.org @team #12 a@b.org"
    assert markdown.escape(text) == (
        "http:\\//e.org WWW\\.e.org \\@\u2060team \\#\u206012 a\\@\u2060b.org"
    )


HOSTILE_MARKDOWN = (
    "a|b `c` <b>d</b> </details> <!-- @team #1 [x](http://e.org) ![i](y) \n\n# h\n- l\n```\n***"
)


def test_text_cannot_break_markdown() -> None:
    """Pipes, code, HTML, line ends, links, mentions: the same blocks as with plain text."""
    plain, marked = (markdown.render(hostile(text)) for text in ("plain words", HOSTILE_MARKDOWN))
    reader = MarkdownIt("gfm-like", {"linkify": False})
    assert [t.type for t in reader.parse(marked)] == [t.type for t in reader.parse(plain)]
    inline = [c for t in reader.parse(marked) for c in t.children or ()]
    kinds = {child.type for child in inline}
    assert kinds <= {"text", "text_special", "strong_open", "strong_close", "softbreak"}
    assert "@team" not in "".join(child.content for child in inline)
    assert marked.count("</details>") == plain.count("</details>")


def test_article_names_cannot_break_a_summary_line() -> None:
    """There HTML is escaped, as Markdown is not read."""
    text = markdown.render(hostile("x", name="<img src=x>"))
    assert "<summary>&lt;img src=x&gt;: 4 worse" in text


def test_markdown_is_bounded() -> None:
    """A step summary has a limit; what is left out is counted."""
    flip = Flip(kind="LOST", document=FIRST.id, section="claim", gold=0)
    other = flip.model_copy(update={"document": SECOND.id})
    text = markdown.render(compared("FAIL", flips=(*[flip] * 150, *[other] * 149)))
    assert text.count("- **LOST**") == 200
    assert text.endswith("\n\n99 items more in results.json and report.html.\n")
    full = markdown.render(compared("FAIL", flips=(*[flip] * 200, *[other] * 99)))
    assert full.count("<details>") == 1
    assert len(markdown.render(hostile("w" * 100_000))) < 40_000


# --- JUnit ------------------------------------------------------------------------------------


def parsed(data: ReportData) -> ET.Element:
    """The report as a CI server reads it, its counts checked against its cases."""
    root = ET.fromstring(junit.render(data).encode())  # noqa: S314 - our own output
    for suite in root:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(sum(c.find("failure") is not None for c in cases))
        assert suite.get("skipped") == str(sum(c.find("skipped") is not None for c in cases))
        assert suite.get("errors") == "0"
    for count in ("tests", "failures", "skipped"):
        assert root.get(count) == str(sum(int(suite.get(count, "")) for suite in root))
    return root


def case_of(root: ET.Element, name: str) -> ET.Element:
    """The test case of this name."""
    [found] = root.findall(f".//testcase[@name='{name}']")
    return found


def test_junit_has_a_case_an_article_and_one_a_gate() -> None:
    """Failures where the gate fails, skips where it cannot tell, warnings in the output."""
    flip = Flip(kind="LOST", document=FIRST.id, section="claim", gold=0)
    data = compared(
        "FAIL",
        section("FAIL", -0.061, half=0.037, p=0.004),
        section("INCONCLUSIVE", metric="strict", smallest=0.123, needed=121),
        section("WARN", -0.01, half=0.005, p=0.01, name="action"),
        section("PASS", name="actor"),
        fields=(field("WARN", -0.08),),
        flips=(flip,),
        missing=("A99",),
    )
    root = parsed(data)
    assert root.attrib["tests"] == "8"
    assert root.attrib["failures"] == "2"
    assert root.attrib["skipped"] == "1"
    failed = case_of(root, "claims, aligned F1").find("failure")
    assert failed is not None
    assert failed.get("message", "").startswith("claims lost 6.1 points of aligned F1 (95% CI -9.8")
    skipped = case_of(root, "claims, strict F1").find("skipped")
    assert skipped is not None
    assert skipped.get("message", "").endswith(
        "12.3 points of strict F1 (5 would take 121 articles)"
    )
    warned = case_of(root, "actions, aligned F1")
    assert warned.find("failure") is warned.find("skipped") is None
    assert warned.findtext("system-out", "").startswith("WARN: actions lost 1.0 points")
    assert case_of(root, "field status").findtext("system-out", "").startswith("WARN: status lost")
    assert case_of(root, "actors, aligned F1").findtext("system-out", "").startswith("PASS: ")
    missing = case_of(root, "A99").find("failure")
    assert missing is not None
    assert missing.get("message") == "missing: only baseline has it"
    flipped_out = case_of(root, FIRST.id).findtext("system-out", "")
    assert flipped_out.startswith("LOST claim [")
    assert flipped_out.endswith(f"(gold/{FIRST.id}.json)")


def test_junit_fails_an_article_that_failed_broke_or_lost_a_pinned_item() -> None:
    """All its faults, also those found when it was compared; the first as the message."""
    pinned = Flip(kind="LOST", document=FIRST.id, section="claim", gold=0, pinned=True)
    data = compared("FAIL", flips=(pinned,))
    run = run_of([document_of(FIRST, failure="Down.", broken=("no quote",)), document_of(SECOND)])
    comparison = data.comparison
    assert comparison is not None
    comparison = comparison.model_copy(update={"after": run})
    root = parsed(data.model_copy(update={"comparison": comparison}))
    failure = case_of(root, FIRST.id).find("failure")
    assert failure is not None
    assert failure.get("message") == "the article failed: Down."
    assert failure.text == (
        "the article failed: Down.\nno quote\na pinned claim is lost: " + FIRST.items[0].what
    )
    assert case_of(root, SECOND.id).find("failure") is None
    assert case_of(root, SECOND.id).get("time") == "2.000"


def test_junit_skips_an_article_that_cannot_be_compared() -> None:
    """It says why."""
    root = parsed(compared("PASS", refused=(SECOND.id,)))
    skipped = case_of(root, SECOND.id).find("skipped")
    assert skipped is not None
    assert skipped.get("message", "").startswith("not compared: ")


def test_junit_of_a_run_by_itself_has_articles_alone() -> None:
    """No gates without a comparison."""
    root = parsed(alone(document_of(FIRST), failed_document(SECOND)))
    assert [suite.get("name") for suite in root] == ["articles"]
    assert root.get("failures") == "1"
    assert root.get("time") == "4.000"


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=40))
def test_any_text_is_xml(text: str) -> None:
    """Also what XML cannot hold."""
    data = hostile(text + "\x00\x1b]0;x\x07\ufffe\uffff")
    assert len(parsed(data).findall(".//testcase")) == 3


def test_a_report_of_another_text_reads_todays_lines(tmp_path: Path) -> None:
    """Lines are those of the file as it is laid out now."""
    article = Article(text=FIRST.article.text)
    case = FIRST.model_copy(update={"id": "own", "article": article})
    text = "\n\n" + gold_text(case)
    (tmp_path / "own.json").write_text(text, "utf-8")
    data = ReportData(results=run_of([lost(case, 2)]), cases=(case,), gold_folder=str(tmp_path))
    [row] = differing(data)[0].rows
    line = int(row.where.rpartition(":")[2])
    types = [n for n, t in enumerate(text.splitlines(), start=1) if t.startswith('      "type":')]
    assert line == types[2]
