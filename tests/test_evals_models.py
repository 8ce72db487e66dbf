"""Several models side by side, and one model asked several times over."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from results_factory import (
    document_of,
    failed_document,
    perfect_run,
    run_of,
    with_item,
    without_item,
)
from rich.cells import cell_len

from evals.errors import ResultsError
from evals.gold import GoldCase, load_cases
from evals.live import Repeats, repeats
from evals.live import table as repeats_table
from evals.matrix import Entry, matrix
from evals.matrix import table as matrix_table
from evals.results import DocumentResult, Grounding, ReasonCount, Results
from evals.testing import perfect_prediction
from summarizer.models import DropReason, Usage

CASES = load_cases()[:8]
NAMES = tuple(case.id for case in CASES)
WIDE = "港が閉まると大臣が述べた" * 12


def widest(text: str) -> int:
    """Columns that the longest line takes on a terminal."""
    return max(map(cell_len, text.splitlines()))


def unrecorded(case: GoldCase) -> DocumentResult:
    """A run whose answer was not recorded."""
    return failed_document(case, "There is no usable recorded answer.", unrecorded=True)


def lossy(cases: tuple[GoldCase, ...] = CASES, **changes: Any) -> Results:
    """A run that says half of the actions of every article."""
    return run_of([_lossy(case) for case in cases], **changes)


def _lossy(case: GoldCase) -> DocumentResult:
    perfect = perfect_prediction(case)
    actions = [item for item in perfect.items if item.type == "action"]
    kept = tuple(item for item in perfect.items if item not in actions[::2])
    return document_of(case, perfect.model_copy(update={"items": kept}))


# --- matrix -----------------------------------------------------------------------------------


def test_entries_stand_beside_the_first() -> None:
    """One comparison for each but the first, over the same articles."""
    shown = matrix(
        [
            Entry(name="good", results=perfect_run(CASES)),
            Entry(name="bad", results=lossy()),
            Entry(name="again", results=perfect_run(CASES)),
        ],
        CASES,
    )
    assert [entry.name for entry in shown.entries] == ["good", "bad", "again"]
    assert [len(comparison.flips) > 0 for comparison in shown.comparisons] == [True, False]
    assert [comparison.verdict for comparison in shown.comparisons] == ["FAIL", "PASS"]
    assert shown.left_out == ()


def test_articles_without_a_recording_are_left_out_everywhere_and_named() -> None:
    """All entries are reduced to the articles that every model ran; sums are of these."""
    perfect = perfect_run(CASES).documents
    first = run_of([unrecorded(CASES[0]), *perfect[1:]])
    second = run_of([*perfect[:3], unrecorded(CASES[3]), *perfect[4:7]])
    both = [Entry(name="a", results=first), Entry(name="b", results=second)]
    shown = matrix(both, CASES)
    assert shown.left_out == (NAMES[0], NAMES[3], NAMES[7])
    for entry in shown.entries:
        assert [d.name for d in entry.results.documents] == [*NAMES[1:3], *NAMES[4:7]]
        assert entry.results.usage.calls == 5
        assert entry.results.score.strict == 1.0
    assert (shown.comparisons[0].verdict, shown.comparisons[0].missing) == ("PASS", ())
    text = matrix_table(shown)
    assert text.startswith("5 articles that ran with every model\n")
    assert f"Left out, for they did not run everywhere: {NAMES[0]}, {NAMES[3]}, {NAMES[7]}" in text


def test_an_article_that_failed_with_an_answer_stays() -> None:
    """That a model breaks an article is what it is judged by; it counts as an empty brief."""
    broken = run_of([failed_document(CASES[0]), *perfect_run(CASES[1:]).documents])
    entries = [Entry(name="a", results=perfect_run(CASES)), Entry(name="b", results=broken)]
    shown = matrix(entries, CASES)
    assert shown.left_out == ()
    assert shown.comparisons[0].broken[0].document == NAMES[0]


def test_no_common_article_is_an_error_that_says_what_to_do() -> None:
    """Also where there is none but unrecorded ones."""
    nothing = run_of([unrecorded(case) for case in CASES])
    for other in (nothing, perfect_run(CASES[:4])):
        entries = [
            Entry(name="a", results=perfect_run(CASES[4:])),
            Entry(name="b", results=other),
        ]
        with pytest.raises(ResultsError, match="No article ran with all of these models; run wi"):
            matrix(entries, CASES)


def test_the_table_shows_quality_beside_time_tokens_and_cost() -> None:
    """A perfect run, figure by figure; unknown cost is no zero."""
    grounding = Grounding(kept=3, dropped=(ReasonCount(reason=DropReason.NAME_NOT_FOUND, count=1),))
    documents = [
        document_of(
            case,
            grounding=grounding,
            seconds=float(place),
            usage=Usage(calls=1, input_tokens=12_000, output_tokens=340, cost_usd=cost),
        )
        for place, (case, cost) in enumerate(zip(CASES, (0.5, 1.0) * 4, strict=True), start=1)
    ]
    free = [d.model_copy(update={"usage": Usage(cost_usd=None)}) for d in documents]
    names = ("a", "b")
    entries = [
        Entry(name=n, results=run_of(d)) for n, d in zip(names, (documents, free), strict=True)
    ]
    rows = [line.split() for line in matrix_table(matrix(entries, CASES)).splitlines()]
    assert ["1", "aligned", *["1.00"] * 6] in rows
    assert ["1", "strict", *["1.00"] * 4, "-", "1.00"] in rows
    assert ["1", "1.00", ".75", "4", "8", "12,000", "340", "0.7500"] in rows
    assert ["2", "1.00", ".75", "4", "8", "0", "0", "-"] in rows


def test_the_table_tells_verdicts_and_what_chance_does_not_explain() -> None:
    """A section is named with its change and interval, gains as well as losses."""
    entries = [Entry(name="bad", results=lossy()), Entry(name="good", results=perfect_run(CASES))]
    text = matrix_table(matrix(entries, CASES))
    assert "2 beside 1: " in text
    assert re.search(r"^   actions, aligned: \+\d+\.\d points \(95% CI \+\d", text, re.MULTILINE)
    text = matrix_table(matrix(entries[1:] * 2, CASES))
    assert "2 beside 1: PASS\n   no difference of a section beyond its 95% interval\n" in text


@pytest.mark.parametrize("name", [WIDE, "m" * 200, "a\nb\x1b[31mc" * 30, "é" * 90])
def test_the_matrix_never_passes_eighty_columns(name: str) -> None:
    """Long names of models, wide letters, many articles left out, many tokens."""
    cases = tuple(
        case.model_copy(update={"id": f"article-number-{place}"})
        for place, case in enumerate(CASES)
    )
    usage = Usage(calls=9, input_tokens=99_999_999, output_tokens=99_999_999, cost_usd=9999.0)
    whole = run_of([document_of(case, usage=usage, seconds=99_999.0) for case in cases])
    entries = [Entry(name=name, results=whole)] * 10
    entries += [Entry(name=name, results=lossy(cases[:1]))]
    shown = matrix(entries, cases)
    text = matrix_table(shown)
    assert widest(text) <= 80
    assert len(shown.left_out) == 7
    assert all(name in text for name in shown.left_out)
    assert "\x1b" not in text


# --- repeats ----------------------------------------------------------------------------------


def test_items_are_found_always_never_or_now_and_then() -> None:
    """Of the items that count, over all repeats."""
    case, other = CASES[:2]
    good = document_of(case)
    without_first = document_of(case, without_item(perfect_prediction(case), 0))
    neither = document_of(case, without_item(without_first.prediction, 0))
    rest = document_of(other)
    runs = [run_of([d, rest]) for d in (good, without_first, neither)]
    shown = repeats(runs, CASES[:2])
    assert (shown.repeats, shown.never) == (3, 0)
    assert [(w.document, w.item, w.found) for w in shown.wavering] == [
        (case.id, 0, 1),
        (case.id, 1, 2),
    ]
    assert shown.always == len(case.items) + len(other.items) - 2
    shown = repeats([run_of([neither, rest])] * 2, CASES[:2])
    assert (shown.never, shown.wavering) == (2, ())


def test_optional_items_do_not_count() -> None:
    """Whether they are found says nothing."""
    case = next(c for c in load_cases() if any(not item.must for item in c.items))
    bare = run_of([failed_document(case)])
    shown = repeats([perfect_run([case]), bare], [case])
    musts = [place for place, item in enumerate(case.items) if item.must]
    assert len(musts) < len(case.items)
    assert [w.item for w in shown.wavering] == musts


def test_spreads_are_mean_range_and_deviation_of_each_figure() -> None:
    """Over the repeats that have the figure; a section without any has none."""
    case = next(c for c in CASES if not any(item.type == "threat" for item in c.items))
    wrong = document_of(case, with_item(perfect_prediction(case), 0, who=("Nobody Known",)))
    runs = [perfect_run([case]), run_of([wrong]), perfect_run([case])]
    shown = repeats(runs, [case])
    kind = case.items[0].type
    figures = {(s.section, s.metric): s for s in shown.spreads}
    aligned, strict = figures[kind, "aligned"], figures[kind, "strict"]
    assert (aligned.mean, aligned.low, aligned.high, aligned.deviation) == (1.0, 1.0, 1.0, 0.0)
    count = sum(item.type == kind for item in case.items)
    low = (count - 1) / count
    assert (strict.low, strict.high) == (pytest.approx(low), 1.0)
    assert strict.mean == pytest.approx((2 + low) / 3)
    assert strict.deviation == pytest.approx((1 - low) / 3**0.5)
    assert not any(section == "threat" for section, _ in figures)
    assert ("actor", "strict") not in figures


def test_one_run_says_nothing_about_repeats() -> None:
    """Nor does none."""
    for runs in ([], [perfect_run(CASES)]):
        with pytest.raises(ResultsError, match="Two repeats at least"):
            repeats(runs, CASES)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=8, max_size=8), min_size=2, max_size=4))
def test_every_item_is_counted_once(ran: list[list[bool]]) -> None:
    """Always, never and now and then are all items, whatever failed when."""
    runs = [
        run_of([PERFECT[place] if good else FAILED[place] for place, good in enumerate(goods)])
        for goods in ran
    ]
    shown = repeats(runs, CASES)
    musts = sum(item.must for case in CASES for item in case.items)
    assert shown.always + shown.never + len(shown.wavering) == musts
    assert all(0 < waver.found < len(runs) for waver in shown.wavering)


PERFECT = [document_of(case) for case in CASES]
FAILED = [failed_document(case) for case in CASES]


def wandering(case: GoldCase) -> Repeats:
    """Two repeats of which one found nothing."""
    return repeats([perfect_run([case]), run_of([failed_document(case)])], [case])


@pytest.mark.parametrize("what", [WIDE, "word " * 60, "a\nb\x1b[31m" * 20])
def test_the_repeats_never_pass_eighty_columns(what: str) -> None:
    """Long, wide and broken words; the item is named by article and type, the rest counted."""
    case = CASES[0]
    items = tuple(item.model_copy(update={"what": what}) for item in case.items)
    case = case.model_copy(update={"items": items})
    text = repeats_table(wandering(case), [case], most=5)
    assert widest(text) <= 80
    assert "\x1b" not in text
    lines = [line for line in text.splitlines() if line.startswith("  1 of 2  ")]
    assert [line[:18] for line in lines] == [
        f"  1 of 2  {case.id} {item.type}: "[:18] for item in items[:5]
    ]
    assert text.endswith(f"  and {len(items) - 5} more\n")


def test_the_repeats_table_shows_each_figure_in_its_column() -> None:
    """Mean, least, most and deviation under their heads."""
    case = CASES[0]
    text = repeats_table(wandering(case), [case], most=len(case.items))
    rows = [line.split() for line in text.splitlines()]
    assert rows[0] == ["2", "repeats"]
    assert ["claims", "strict", "0.500", "0.000", "1.000", "0.7071"] in rows
    musts = len(case.items)
    assert f"must items found always 0, never 0, now and then {musts}" in text
    assert "more" not in text
