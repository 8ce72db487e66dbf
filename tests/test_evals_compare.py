"""Two runs beside each other: scoring again, flips, the verdict, its causes, and stored files."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from results_factory import (
    PRODUCT,
    document_of,
    failed_document,
    false_item,
    perfect_run,
    run_of,
    with_item,
    with_more,
    without_item,
)

from evals import fingerprint as fingerprints
from evals.compare import compare
from evals.counts import Section
from evals.errors import ResultsError
from evals.fingerprint import Template, fingerprint
from evals.flips import WORSE, Flip, FlipKind, flips
from evals.gold import GoldCase, load_cases
from evals.prediction import PredictedSentence, Prediction
from evals.rescore import rescore
from evals.results import DocumentResult, Results
from evals.run import eval_settings
from evals.score import DocumentScore, score
from evals.stored import BASELINE, bless, load_results
from evals.testing import perfect_prediction
from summarizer.models import SECTIONS, Dropped, DropReason, ItemType, Profile
from summarizer.prompts import Prompts

CASES = load_cases()
FEW, MANY = CASES[:4], CASES[:12]
SMALL = tuple(sorted(CASES, key=lambda case: len(case.items))[:5])
ONE = next(case for case in CASES if {item.type for item in case.items} == set(SECTIONS))
GOLD_LOST: tuple[FlipKind, ...] = ("LOST", "UNGROUNDED", "MISFILED")
OTHER_TYPE: dict[ItemType, ItemType] = {
    "claim": "action",
    "action": "claim",
    "threat": "claim",
    "agreement": "action",
}


def must_places(case: GoldCase) -> list[int]:
    """Places of the items that count."""
    return [place for place, item in enumerate(case.items) if item.must]


def dropped_item(case: GoldCase, place: int, **changes: Any) -> Dropped:
    """What grounding says of an item that it dropped."""
    item = case.items[place]
    dropped = Dropped(
        section=item.type,
        what=item.what,
        sentences=item.sentences,
        reason=DropReason.NAME_NOT_FOUND,
        detail="Nobody is called so.",
    )
    return dropped.model_copy(update=changes)


def edited(case: GoldCase, place: int, **changes: Any) -> GoldCase:
    """The gold with one item changed."""
    items = list(case.items)
    items[place] = items[place].model_copy(update=changes)
    return case.model_copy(update={"items": tuple(items)})


def retold(case: GoldCase, text: str) -> GoldCase:
    """The gold of a changed text."""
    article = case.article.model_copy(update={"text": text})
    return case.model_copy(update={"article": article})


# --- flips ------------------------------------------------------------------------------------


def lose(case: GoldCase, place: int) -> DocumentResult:
    """A run that does not say one item."""
    return document_of(case, without_item(perfect_prediction(case), place))


def unground(case: GoldCase, place: int) -> DocumentResult:
    """A run whose grounding drops one item."""
    said = without_item(perfect_prediction(case), place)
    return document_of(case, said, dropped=(dropped_item(case, place),))


def refile(case: GoldCase, place: int) -> DocumentResult:
    """A run that says one item under another type."""
    kind = OTHER_TYPE[case.items[place].type]
    return document_of(case, with_item(perfect_prediction(case), place, type=kind))


def misname(case: GoldCase, place: int) -> DocumentResult:
    """A run that lays one item to somebody else."""
    return document_of(case, with_item(perfect_prediction(case), place, who=("Nobody Known",)))


def mistake_whom(case: GoldCase, place: int) -> DocumentResult:
    """A run that directs one item at somebody else."""
    return document_of(case, with_item(perfect_prediction(case), place, whom=("Nobody Known",)))


def mistake_status(case: GoldCase, place: int) -> DocumentResult:
    """A run that says of one item that it stands otherwise."""
    return document_of(case, with_item(perfect_prediction(case), place, status="no such status"))


def invent(case: GoldCase, place: int) -> DocumentResult:
    """A run that says one thing that the gold does not have."""
    return document_of(case, with_more(perfect_prediction(case), false_item(case)))


PLANTED: list[tuple[Callable[[GoldCase, int], DocumentResult], FlipKind, FlipKind]] = [
    (lose, "LOST", "FOUND"),
    (unground, "UNGROUNDED", "FOUND"),
    (refile, "MISFILED", "FOUND"),
    (misname, "WRONG WHO", "RIGHT WHO"),
    (mistake_whom, "WRONG WHOM", "RIGHT WHOM"),
    (mistake_status, "WRONG STATUS", "RIGHT STATUS"),
    (invent, "NEW FALSE", "GONE FALSE"),
]


@pytest.mark.parametrize(("plant", "worse", "better"), PLANTED, ids=[p[1] for p in PLANTED])
def test_a_planted_change_is_one_flip_and_its_inverse_the_other(
    plant: Callable[[GoldCase, int], DocumentResult], worse: FlipKind, better: FlipKind
) -> None:
    """Each item of several articles: one flip of the planted kind, and one back."""
    for case in SMALL:
        good = document_of(case)
        for place in must_places(case):
            bad = plant(case, place)
            [flip] = flips(case, good, bad)
            [back] = flips(case, bad, good)
            assert (flip.kind, flip.document, flip.worse) == (worse, case.id, True)
            assert (back.kind, back.document, back.worse) == (better, case.id, False)
            gold = None if worse == "NEW FALSE" else place
            assert flip.gold == back.gold == gold
            if gold is not None:
                assert flip.section == back.section == case.items[place].type


def test_a_flip_points_at_the_items_of_both_runs() -> None:
    """Places are those of the predictions, for gold, misfiled and false items."""
    good, last = document_of(ONE), len(ONE.items)
    place = must_places(ONE)[1]
    [lost] = flips(ONE, good, lose(ONE, place))
    [misfiled] = flips(ONE, good, refile(ONE, place))
    [mended] = flips(ONE, refile(ONE, place), good)
    [false] = flips(ONE, good, invent(ONE, place))
    [gone] = flips(ONE, invent(ONE, place), good)
    [wrong] = flips(ONE, good, misname(ONE, place))
    assert (lost.before, lost.after) == (place, None)
    assert (misfiled.before, misfiled.after) == (place, place)
    assert (mended.before, mended.after) == (place, place)
    assert (false.before, false.after) == (None, last)
    assert (gone.before, gone.after) == (last, None)
    assert (wrong.before, wrong.after) == (place, place)


def test_a_flip_says_why_where_that_is_known() -> None:
    """The other type, the reason of the drop, the failure of the article."""
    good, place = document_of(ONE), must_places(ONE)[0]
    kind = OTHER_TYPE[ONE.items[place].type]
    assert flips(ONE, good, lose(ONE, place))[0].note == ""
    assert flips(ONE, good, refile(ONE, place))[0].note == f"filed as {kind}"
    assert flips(ONE, refile(ONE, place), good)[0].note == f"was filed as {kind}"
    note = flips(ONE, good, unground(ONE, place))[0].note
    assert note == "name_not_found: Nobody is called so."
    failed = flips(ONE, good, failed_document(ONE))
    assert [flip.gold for flip in failed] == must_places(ONE)
    assert {(flip.kind, flip.note) for flip in failed} == {("LOST", "the article failed")}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "UNGROUNDED"),
        ({"sentences": (), "reason": DropReason.NO_EVIDENCE}, "UNGROUNDED"),
        ({"sentences": (99,), "reason": DropReason.BAD_SENTENCE}, "UNGROUNDED"),
        ({"sentences": (99,)}, "LOST"),
        ({"what": "zebras juggle quietly"}, "LOST"),
        ({"section": "field"}, "LOST"),
    ],
)
def test_a_dropped_item_is_known_by_type_place_and_words(
    changes: dict[str, Any], kind: FlipKind
) -> None:
    """One dropped for the sentences it cites has no place, and is known by its words alone."""
    place = must_places(ONE)[0]
    dropped = dropped_item(ONE, place, **changes)
    after = lose(ONE, place).model_copy(update={"dropped": (dropped,)})
    assert [flip.kind for flip in flips(ONE, document_of(ONE), after)] == [kind]


def test_a_dropped_item_may_be_worded_as_an_alternate() -> None:
    """Any wording that the gold accepts names the item."""
    place = must_places(ONE)[0]
    case = edited(ONE, place, alternates=("zebras juggle quietly",))
    dropped = dropped_item(case, place, what="zebras juggle quietly")
    after = lose(case, place).model_copy(update={"dropped": (dropped,)})
    assert [flip.kind for flip in flips(case, document_of(case), after)] == ["UNGROUNDED"]


def test_other_words_for_the_same_item_are_no_flip() -> None:
    """Gold items are known by evidence and words together, false ones by either's half."""
    said = with_more(perfect_prediction(ONE), false_item(ONE))
    again = with_item(said, 0, what=f"indeed {said.items[0].what}", id="claim-7")
    again = with_item(again, -1, what="The Zebras juggle", id="claim-8", who=("Nobody Known",))
    assert flips(ONE, document_of(ONE, said), document_of(ONE, again)) == ()


@pytest.mark.parametrize("changes", [{"what": "walls were painted"}, {"type": "action"}])
def test_another_false_item_is_one_gone_and_one_new(changes: dict[str, Any]) -> None:
    """False items in other words or of another type are not the same."""
    perfect = perfect_prediction(ONE)
    before = document_of(ONE, with_more(perfect, false_item(ONE)))
    after = document_of(ONE, with_more(perfect, false_item(ONE, **changes)))
    assert [flip.kind for flip in flips(ONE, before, after)] == ["NEW FALSE", "GONE FALSE"]


def test_a_false_item_said_twice_is_new_once() -> None:
    """Each false item stands for one."""
    one = with_more(perfect_prediction(ONE), false_item(ONE))
    two = with_more(one, false_item(ONE, id="claim-98"))
    assert [f.kind for f in flips(ONE, document_of(ONE, one), document_of(ONE, two))] == [
        "NEW FALSE"
    ]


def test_a_false_item_without_words_or_quote_is_still_the_same() -> None:
    """What cannot be compared by words or place can be equal."""
    bare = with_more(perfect_prediction(ONE), false_item(ONE, what="...", evidence=()))
    assert flips(ONE, document_of(ONE, bare), document_of(ONE, bare)) == ()


def test_an_item_misfiled_that_was_missing_before_is_a_new_false_one() -> None:
    """The gold item was not there to be lost, but its section has one more false item."""
    place = must_places(ONE)[0]
    [flip] = flips(ONE, lose(ONE, place), refile(ONE, place))
    assert (flip.kind, flip.gold) == ("NEW FALSE", None)
    assert flip.note == f"the gold has it as {ONE.items[place].type}"
    [back] = flips(ONE, refile(ONE, place), lose(ONE, place))
    assert back.kind == "GONE FALSE"


def test_optional_items_flip_only_where_they_turn_false() -> None:
    """One more or one less is nothing; filed under another type it is a false item there."""
    place = must_places(ONE)[0]
    case = edited(ONE, place, must=False, pinned=True)
    assert flips(case, document_of(case), lose(case, place)) == ()
    assert flips(case, lose(case, place), document_of(case)) == ()
    assert flips(case, document_of(case), misname(case, place)) == ()
    [flip] = flips(case, document_of(case), refile(case, place))
    assert (flip.kind, flip.pinned) == ("NEW FALSE", False)


def test_what_got_worse_comes_first_in_the_order_of_the_gold() -> None:
    """Losses before gains, and false items after those of the gold."""
    first, second, third, *_ = must_places(ONE)
    perfect = perfect_prediction(ONE)
    before = document_of(ONE, with_more(without_item(perfect, first), false_item(ONE)))
    after = with_item(perfect, second, who=("Nobody Known",))
    other = false_item(ONE, what="walls were painted")
    after = with_more(without_item(after, third), other)
    found = [(flip.kind, flip.gold) for flip in flips(ONE, before, document_of(ONE, after))]
    assert found == [
        ("WRONG WHO", second),
        ("LOST", third),
        ("NEW FALSE", None),
        ("FOUND", first),
        ("GONE FALSE", None),
    ]


# --- strategies -------------------------------------------------------------------------------


@st.composite
def degraded(draw: st.DrawFn, case: GoldCase) -> DocumentResult:
    """Any worse run of a case: items lost, moved, mistaken, doubled, invented, or none at all."""
    if draw(st.integers(0, 9)) == 0:
        return failed_document(case)
    said = []
    perfect = perfect_prediction(case)
    for item in perfect.items:
        match draw(st.sampled_from(["keep", "keep", "drop", "type", "who", "words", "place", "2"])):
            case "keep":
                said.append(item)
            case "type":
                kind = draw(st.sampled_from(SECTIONS))
                said.append(item.model_copy(update={"type": kind}))
            case "who":
                said.append(item.model_copy(update={"who": ("Nobody Known",), "status": "?"}))
            case "words":
                said.append(item.model_copy(update={"what": draw(WORDS)}))
            case "place":
                other = draw(st.sampled_from(perfect.items))
                said.append(item.model_copy(update={"evidence": other.evidence}))
            case "2":
                said += [item, item]
    said += draw(st.lists(WORDS.map(lambda what: false_item(case, what=what)), max_size=3))
    actors = draw(st.sampled_from([perfect.actors, perfect.actors[1:], ()]))
    return document_of(case, Prediction(actors=actors, items=tuple(said)))


WORDS = st.lists(
    st.sampled_from(["zebras", "juggle", "walls", "painted", "quietly", "..."]),
    min_size=1,
    max_size=3,
).map(" ".join)


@st.composite
def pairs_of_documents(draw: st.DrawFn) -> tuple[GoldCase, DocumentResult, DocumentResult]:
    """A case and two runs of it."""
    case = draw(st.sampled_from(SMALL))
    return case, draw(degraded(case)), draw(degraded(case))


runs = st.tuples(*(degraded(case) for case in SMALL[:3])).map(run_of)


# --- properties -------------------------------------------------------------------------------


def section_of(result: DocumentScore, name: Section) -> tuple[int, int]:
    """True and false positives of a section."""
    return next(
        (part.true_positives, part.false_positives)
        for part in result.sections
        if part.section == name
    )


def accounted(
    found: Sequence[Flip], before: DocumentResult, after: DocumentResult, name: Section
) -> tuple[int, int]:
    """By how much the flips say that a section's true and false positives changed."""
    right = false = 0
    for flip in found:
        if flip.section == name:
            right += (flip.kind == "FOUND") - (flip.kind in GOLD_LOST)
            false += (flip.kind == "NEW FALSE") - (flip.kind == "GONE FALSE")
        if flip.kind == "MISFILED" and flip.after is not None:
            false += after.prediction.items[flip.after].type == name
        if flip.kind == "FOUND" and flip.before is not None:
            false -= before.prediction.items[flip.before].type == name
    return right, false


@settings(max_examples=60, deadline=None)
@given(pairs_of_documents())
def test_flips_account_for_every_change_of_the_counts(
    pair: tuple[GoldCase, DocumentResult, DocumentResult],
) -> None:
    """Per section, what was found and lost and what came and went is the change of the score."""
    case, before, after = pair
    found = flips(case, before, after)
    for name in SECTIONS:
        old, new = section_of(before.score, name), section_of(after.score, name)
        change = (new[0] - old[0], new[1] - old[1])
        assert accounted(found, before, after, name) == change


@settings(max_examples=60, deadline=None)
@given(pairs_of_documents())
def test_swapped_runs_have_the_mirrored_flips(
    pair: tuple[GoldCase, DocumentResult, DocumentResult],
) -> None:
    """What got worse one way got better the other way, item by item."""
    case, before, after = pair
    one, other = flips(case, before, after), flips(case, after, before)
    assert Counter(map(mirrored, one)) == Counter(map(in_short, other))


def in_short(flip: Flip) -> tuple[str, str, int | None]:
    """A flip with all ways to lose an item as one."""
    return ("LOST" if flip.kind in GOLD_LOST else flip.kind), flip.section, flip.gold


def mirrored(flip: Flip) -> tuple[str, str, int | None]:
    """The flip of the swapped runs."""
    kind, *rest = in_short(flip)
    opposite = {"LOST": "FOUND", "NEW": "GONE", "WRONG": "RIGHT"}
    opposite |= {value: key for key, value in opposite.items()}
    first, _, second = kind.partition(" ")
    return f"{opposite[first]} {second}".strip(), *rest


@settings(max_examples=20, deadline=None)
@given(runs)
def test_a_run_compared_with_itself_passes(run: Results) -> None:
    """However bad it is: no flip, nothing broken, exit code 0."""
    same = compare(run, run, SMALL)
    assert (same.verdict, same.flips, same.broken) == ("PASS", (), ())
    assert (same.exit_code(), same.exit_code(strict=True)) == (0, 0)
    assert {section.numbers.change for section in same.sections} <= {0.0}


@settings(max_examples=20, deadline=None)
@given(runs, runs, st.randoms(use_true_random=False))
def test_order_of_documents_changes_nothing(
    before: Results, after: Results, order: random.Random
) -> None:
    """Neither in a run nor in the gold."""
    plain = compare(before, after, SMALL)
    shuffled = compare(
        run_of(order.sample(before.documents, k=3)),
        run_of(order.sample(after.documents, k=3)),
        order.sample(SMALL, k=len(SMALL)),
    )
    assert (shuffled.verdict, shuffled.sections) == (plain.verdict, plain.sections)
    assert shuffled.fields == plain.fields
    assert Counter(shuffled.flips) == Counter(plain.flips)
    assert Counter(shuffled.broken) == Counter(plain.broken)


@settings(max_examples=20, deadline=None)
@given(runs, runs)
def test_swapped_runs_have_the_opposite_changes(before: Results, after: Results) -> None:
    """Section by section the same change the other way round, as sure."""
    one, other = compare(before, after, SMALL), compare(after, before, SMALL)
    for there, back in zip(one.sections, other.sections, strict=True):
        assert (there.section, there.metric) == (back.section, back.metric)
        assert (there.numbers.before, there.numbers.after) == (
            back.numbers.after,
            back.numbers.before,
        )
        assert there.numbers.change == -back.numbers.change
        assert there.numbers.error == pytest.approx(back.numbers.error)
        assert there.numbers.low == pytest.approx(-back.numbers.high)


@settings(max_examples=20, deadline=None)
@given(runs, st.data())
def test_a_run_that_only_gains_never_fails(after: Results, data: st.DataObject) -> None:
    """Items left out before and said now are no loss to anybody."""
    poorer = []
    for case, document in zip(SMALL[:3], perfect_run(SMALL[:3]).documents, strict=True):
        kept = data.draw(st.lists(st.sampled_from(document.prediction.items), unique_by=id))
        said = document.prediction.model_copy(update={"items": tuple(kept)})
        poorer.append(document_of(case, said))
    better = compare(run_of(poorer), perfect_run(SMALL[:3]), SMALL)
    assert better.verdict in ("PASS", "INCONCLUSIVE")
    assert not any(flip.worse for flip in better.flips)


# --- the verdict ------------------------------------------------------------------------------


def test_equal_runs_pass_without_a_word() -> None:
    """No flip, no cause, nothing left out; also in strict mode."""
    run = perfect_run(MANY)
    same = compare(run, perfect_run(MANY), CASES)
    assert same.verdict == "PASS"
    assert (same.exit_code(), same.exit_code(strict=True)) == (0, 0)
    for part in ("flips", "broken", "missing", "added", "refused", "causes", "pinned_lost"):
        assert getattr(same, part) == ()
    assert (same.gold_changed, same.scorer_changed) == ((), ())
    assert same.before == same.after == run


def test_a_loss_in_every_article_fails() -> None:
    """Significant and large: exit code 1."""
    lost = run_of([lose(case, must_places(case)[0]) for case in MANY])
    worse = compare(perfect_run(MANY), lost, CASES)
    assert (worse.verdict, worse.exit_code()) == ("FAIL", 1)
    assert [flip.kind for flip in worse.flips] == ["LOST"] * len(MANY)


@pytest.mark.parametrize(
    ("verdict", "refused", "plain", "strict"),
    [
        ("PASS", (), 0, 0),
        ("WARN", (), 0, 2),
        ("INCONCLUSIVE", (), 0, 2),
        ("FAIL", (), 1, 1),
        ("PASS", ("A05",), 3, 3),
        ("WARN", ("A05",), 3, 3),
        ("FAIL", ("A05",), 1, 1),
    ],
)
def test_exit_codes(verdict: str, refused: tuple[str, ...], plain: int, strict: int) -> None:
    """A failure goes before what could not be compared, and that before a doubt."""
    run = perfect_run(FEW)
    shown = compare(run, run, CASES).model_copy(update={"verdict": verdict, "refused": refused})
    assert (shown.exit_code(), shown.exit_code(strict=True)) == (plain, strict)


@pytest.mark.parametrize("plant", [lose, unground, refile])
def test_a_pinned_item_lost_fails_even_if_it_is_one_of_many(
    plant: Callable[[GoldCase, int], DocumentResult],
) -> None:
    """Nothing is significant, and still exit code 1; the same item unpinned does not fail."""
    place = must_places(FEW[0])[0]
    pinned = (edited(FEW[0], place, pinned=True), *FEW[1:])
    for gold, verdicts in ((pinned, {"FAIL"}), (FEW, {"PASS", "INCONCLUSIVE"})):
        before = perfect_run(gold)
        after = run_of([plant(gold[0], place), *before.documents[1:]])
        lost = compare(before, after, gold)
        assert lost.verdict in verdicts
        assert {section.verdict for section in lost.sections} <= {"PASS", "INCONCLUSIVE"}
        assert [f.gold for f in lost.pinned_lost] == ([place] if gold == pinned else [])


@pytest.mark.parametrize("plant", [misname, invent])
def test_a_pinned_item_that_is_still_said_does_not_fail(
    plant: Callable[[GoldCase, int], DocumentResult],
) -> None:
    """Pinned means found, not faultless; nor is a pinned item lost that was never found."""
    place = must_places(FEW[0])[0]
    gold = (edited(FEW[0], place, pinned=True), *FEW[1:])
    good = perfect_run(gold)
    changed = run_of([plant(gold[0], place), *good.documents[1:]])
    never = run_of([lose(gold[0], place), *good.documents[1:]])
    for before, after in ((good, changed), (never, never), (never, good)):
        shown = compare(before, after, gold)
        assert (shown.verdict == "FAIL", shown.pinned_lost) == (False, ())


def test_a_missing_article_fails_unless_a_few_were_asked_for() -> None:
    """It is named; a run of a few articles is compared over these."""
    whole, part = perfect_run(FEW), perfect_run(FEW[1:])
    missing = compare(whole, part, CASES)
    assert (missing.verdict, missing.missing) == ("FAIL", (FEW[0].id,))
    few = compare(whole, part, FEW[1:], whole=False)
    assert (few.verdict, few.missing, few.refused) == ("PASS", (), ())
    assert [d.name for d in few.before.documents] == [case.id for case in FEW[1:]]


def test_added_articles_are_named_and_not_compared() -> None:
    """They have nothing to be compared with, and fail nothing if they ran."""
    shown = compare(perfect_run(FEW[1:]), perfect_run(FEW), CASES)
    assert (shown.verdict, shown.added, shown.exit_code()) == ("PASS", (FEW[0].id,), 0)
    assert len(shown.after.documents) == len(FEW) - 1
    failing = run_of([failed_document(FEW[0]), *perfect_run(FEW[1:]).documents])
    assert compare(perfect_run(FEW[1:]), failing, CASES).verdict == "FAIL"


def shifted(document: DocumentResult) -> DocumentResult:
    """The document with the first item's first quote one code point further on."""
    first = document.prediction.items[0]
    quote = first.evidence[0]
    moved = quote.model_copy(update={"start": quote.start + 1, "end": quote.end + 1})
    said = with_item(document.prediction, 0, evidence=(moved, *first.evidence[1:]))
    return document.model_copy(update={"prediction": said})


def test_a_quote_that_stands_no_more_fails() -> None:
    """Stored evidence is checked against the text again; in both runs it is nothing new."""
    good = perfect_run(FEW)
    bad = run_of([shifted(good.documents[0]), *good.documents[1:]])
    worse = compare(good, bad, CASES)
    assert (worse.verdict, worse.exit_code()) == ("FAIL", 1)
    [broken] = worse.broken
    assert broken.document == FEW[0].id
    item = good.documents[0].prediction.items[0]
    assert broken.what.startswith(f"{item.id}: its quote does not stand at ")
    for after in (bad, good):
        assert compare(bad, after, CASES).broken == ()


@pytest.mark.parametrize("part", ["headline", "summary"])
def test_quotes_of_headline_and_summary_are_checked_too(part: str) -> None:
    """All that a reader sees as proven."""
    good = perfect_run(FEW)
    quote = good.documents[0].prediction.items[0].evidence[0].model_copy(update={"text": "other"})
    sentence = PredictedSentence(text="Port closed", evidence=(quote,))
    value = sentence if part == "headline" else (sentence,)
    said = good.documents[0].prediction.model_copy(update={part: value})
    bad = run_of([document_of(FEW[0], said), *good.documents[1:]])
    assert part in compare(good, bad, CASES).broken[0].what


def test_what_a_run_found_broken_stays_broken() -> None:
    """An invariant that the stored form cannot show, such as an actor's quote."""
    good = perfect_run(FEW)
    fault = "actor Ada Brook: its quote does not stand at 0 to 3"
    bad = run_of([document_of(FEW[0], broken=(fault,)), *good.documents[1:]])
    [broken] = compare(good, bad, CASES).broken
    assert broken.what == fault


def test_an_article_that_fails_anew_fails_and_one_that_failed_before_does_not() -> None:
    """The reason is told; the same failure in both runs is nothing new."""
    good = perfect_run(FEW)
    bad = run_of([failed_document(FEW[0], "no answer"), *good.documents[1:]])
    worse = compare(good, bad, CASES)
    assert worse.verdict == "FAIL"
    assert [(b.document, b.what) for b in worse.broken] == [
        (FEW[0].id, "the article failed: no answer")
    ]
    other = run_of([failed_document(FEW[0], "other reason"), *good.documents[1:]])
    for again in (bad, other):
        assert compare(bad, again, CASES).verdict == "PASS"
    assert compare(bad, good, CASES).verdict in ("PASS", "INCONCLUSIVE")


def test_one_fault_does_not_excuse_another() -> None:
    """A failure after a broken quote is new, and so is a broken quote after a failure."""
    failed, broken = failed_document(FEW[0]), document_of(FEW[0], broken=("claim-1 has no quote",))
    rest = perfect_run(FEW[1:]).documents
    for before, after in ((broken, failed), (failed, broken)):
        shown = compare(run_of([before, *rest]), run_of([after, *rest]), CASES)
        assert (shown.verdict, len(shown.broken)) == ("FAIL", 1)


# --- what changed since -----------------------------------------------------------------------


def test_edited_gold_scores_both_runs_again() -> None:
    """The stored score of yesterday's gold is not used; the article is named."""
    place = must_places(FEW[0])[0]
    stored = perfect_run(FEW)
    gold = (edited(FEW[0], place, what="zebras juggle quietly", who=("Nobody Known",)), *FEW[1:])
    said = [perfect_prediction(case) for case in FEW]
    now = run_of([document_of(case, old) for case, old in zip(gold, said, strict=True)])
    for before, after in ((stored, now), (now, stored), (stored, stored)):
        shown = compare(before, after, gold)
        assert (shown.verdict, shown.flips) == ("PASS", ())
        assert shown.gold_changed == (FEW[0].id,)
        assert shown.scorer_changed == ()
        for run in (shown.before, shown.after):
            assert [d.gold_sha256 for d in run.documents] == [case.sha256 for case in gold]
            assert run.documents[0].score == score(gold[0], perfect_prediction(FEW[0]))
            assert run.score.strict == now.score.strict < 1.0


def test_a_new_gold_item_that_neither_run_has_is_no_loss() -> None:
    """A better gold is not a worse run."""
    gold = tuple(edited(case, must_places(case)[0], pinned=True) for case in FEW)
    before = run_of([lose(case, must_places(case)[0]) for case in FEW])
    assert compare(before, before, gold).verdict == "PASS"


def test_a_score_of_another_scorer_is_replaced_and_named() -> None:
    """A tampered score does not pass; only where the gold is the same is it the scorer's."""
    good = perfect_run(FEW)
    tampered = good.documents[0].model_copy(update={"score": good.documents[1].score})
    before = run_of([tampered, *good.documents[1:]])
    shown = compare(before, good, CASES)
    assert (shown.verdict, shown.flips) == ("PASS", ())
    assert (shown.scorer_changed, shown.gold_changed) == ((FEW[0].id,), ())
    assert shown.before.documents == shown.after.documents
    assert shown.before.score == good.score
    assert compare(good, before, CASES).scorer_changed == (FEW[0].id,)
    gold = (edited(FEW[0], 0, what="zebras juggle quietly"), *FEW[1:])
    changed = compare(before, good, gold)
    assert (changed.scorer_changed, changed.gold_changed) == ((), (FEW[0].id,))


def test_an_article_of_another_text_is_refused() -> None:
    """Exit code 3 where all else is well, 1 where something fails; either run may be the old."""
    old = perfect_run(FEW)
    gold = (retold(FEW[0], FEW[0].article.text + " More."), *FEW[1:])
    new = perfect_run(gold)
    for before, after in ((old, new), (new, old), (old, old)):
        shown = compare(before, after, gold)
        assert (shown.verdict, shown.refused) == ("PASS", (FEW[0].id,))
        assert (shown.exit_code(), shown.exit_code(strict=True)) == (3, 3)
        assert (shown.missing, shown.added, shown.gold_changed) == ((), (), ())
        assert [d.name for d in shown.after.documents] == [case.id for case in FEW[1:]]
    failing = run_of([*new.documents[:1], failed_document(FEW[1]), *new.documents[2:]])
    assert compare(old, failing, gold).exit_code() == 1


def test_a_refused_article_still_must_not_break() -> None:
    """It cannot be scored beside the old one, but that it fails now is known."""
    gold = (retold(FEW[0], FEW[0].article.text + " More."), *FEW[1:])
    failing = run_of([failed_document(gold[0]), *perfect_run(FEW[1:]).documents])
    shown = compare(perfect_run(FEW), failing, gold)
    assert (shown.refused, shown.exit_code()) == ((FEW[0].id,), 1)


def test_an_article_that_the_gold_does_not_know_is_refused() -> None:
    """In both runs or in the new one alone it is named; never silently left out."""
    run = perfect_run(FEW)
    for before in (run, perfect_run(FEW[1:])):
        shown = compare(before, run, FEW[1:])
        assert (shown.refused, shown.exit_code()) == ((FEW[0].id,), 3)
    gone = compare(run, perfect_run(FEW[1:]), FEW[1:])
    assert (gone.missing, gone.exit_code()) == ((FEW[0].id,), 1)


def test_no_common_article_is_one_plain_sentence() -> None:
    """It says why where articles were refused."""
    with pytest.raises(ResultsError) as apart:
        compare(perfect_run(FEW[:2]), perfect_run(FEW[2:]), CASES)
    sentence = "The two runs have no article in common that can be compared."
    assert str(apart.value) == sentence
    gold = (retold(FEW[0], "Another text."),)
    with pytest.raises(ResultsError, match=rf"text changed or not in the gold: {FEW[0].id}\)\."):
        compare(perfect_run(FEW[:1]), perfect_run(FEW[:1]), gold)


def test_scoring_again_changes_nothing_of_a_run_of_today() -> None:
    """The results are those that went in, names and sums."""
    run = run_of([lose(FEW[0], 0), failed_document(FEW[1]), document_of(FEW[2])])
    again = rescore(run, CASES)
    assert again.results == run
    assert (again.gold_changed, again.scorer_changed, again.text_changed, again.unknown) == (
        (),
        (),
        (),
        (),
    )


# --- causes -----------------------------------------------------------------------------------


def product_with(**changes: Any) -> dict[str, Any]:
    """A run's fingerprint, changed."""
    return {"product": PRODUCT.model_copy(update=changes)}


ITEMS, BRIEF = PRODUCT.templates[1], PRODUCT.templates[0]
CHANGED = Template(name=ITEMS.name, sha256="changed")


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"model": "other"}, "the model: fake before, other now"),
        ({"profile": Profile(parallel=9)}, "the model's profile (prompt set, passages, limits)"),
        (product_with(templates=(BRIEF, CHANGED)), "prompts: passage/items.j2"),
        (product_with(templates=(BRIEF,)), "prompts: passage/items.j2"),
        (product_with(templates=()), "prompts: article/brief.j2, passage/items.j2"),
        (product_with(schema_version="2"), "the schema of a brief"),
        (product_with(code_sha256="other"), "the code of the package"),
    ],
)
def test_each_cause_is_named_alone(changes: dict[str, Any], cause: str) -> None:
    """What differs between the runs, and nothing else."""
    shown = compare(perfect_run(FEW), perfect_run(FEW, **changes), CASES)
    assert shown.causes == (cause,)


def test_sampling_is_a_cause_and_several_causes_are_all_named() -> None:
    """In one fixed order."""
    run = perfect_run(FEW)
    sampling = run.sampling.model_copy(update={"temperature": 0.9})
    warmer = perfect_run(FEW, sampling=sampling, model="other", **product_with(code_sha256="x"))
    assert compare(run, warmer, CASES).causes == (
        "the model: fake before, other now",
        "provider, temperature, seed or answer mode",
        "the code of the package",
    )


def test_the_fingerprint_names_a_changed_template_alone(tmp_path: Path) -> None:
    """Prompts of another folder differ by the templates that differ, not by their place."""
    shutil.copytree(Prompts().folder, tmp_path / "prompts")
    plain = fingerprint(eval_settings())
    assert fingerprint(eval_settings(prompts=tmp_path / "prompts")) == plain
    path = tmp_path / "prompts" / "passage" / "items.j2"
    path.write_text(path.read_text() + "\nBe brief.\n")
    changed = fingerprint(eval_settings(prompts=tmp_path / "prompts"))
    run = perfect_run(FEW, product=plain)
    assert compare(run, perfect_run(FEW, product=changed), CASES).causes == (
        "prompts: passage/items.j2",
    )


def test_the_fingerprint_follows_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another text or name of a module or catalogue changes it; compiled files do not."""
    monkeypatch.setattr(fingerprints, "_PACKAGE", tmp_path)
    seen = set()

    def digest() -> str:
        return fingerprint(eval_settings()).code_sha256

    (tmp_path / "inner").mkdir()
    for name, text in (("a.py", "1"), ("a.py", "2"), ("models.toml", "x"), ("inner/b.py", "1")):
        (tmp_path / name).write_text(text)
        seen.add(digest())
    (tmp_path / "a.py").rename(tmp_path / "c.py")
    seen.add(digest())
    assert len(seen) == 5
    (tmp_path / "c.pyc").write_text("compiled")
    assert digest() in seen


# --- stored files -----------------------------------------------------------------------------


def test_a_blessed_run_is_read_back_with_its_reason(tmp_path: Path) -> None:
    """The baseline is the run; its reason stands on one line."""
    run, path = perfect_run(FEW), tmp_path / "baseline.json"
    bless(run, " a better\n prompt ", path)
    stored = load_results(path)
    assert stored.reason == "a better prompt"
    assert stored == run.model_copy(update={"reason": "a better prompt"})
    assert compare(stored, run, CASES).verdict == "PASS"


@pytest.mark.parametrize("reason", ["", " \n\t"])
def test_nothing_is_blessed_without_a_reason(tmp_path: Path, reason: str) -> None:
    """And the baseline that is there stays."""
    path = tmp_path / "baseline.json"
    path.write_text("old")
    with pytest.raises(ResultsError, match="A baseline needs a reason"):
        bless(perfect_run(FEW), reason, path)
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    "changes", [{"failure": "no answer"}, {"broken": ("claim-1 has no quote",)}]
)
def test_a_faulty_run_is_not_blessed(tmp_path: Path, changes: dict[str, Any]) -> None:
    """The articles are named; nothing is written."""
    good = perfect_run(FEW).documents
    run = run_of([good[0], *(d.model_copy(update=changes) for d in good[1:3]), good[3]])
    with pytest.raises(ResultsError, match=f"Not blessed: {FEW[1].id}, {FEW[2].id} failed or"):
        bless(run, "because", tmp_path / "baseline.json")
    assert list(tmp_path.iterdir()) == []


def stored_text(**changes: Any) -> bytes:
    """A run's file with some of its fields changed."""
    return perfect_run(FEW[:1]).model_copy(update=changes).json_text().encode()


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (lambda: stored_text(version=1), "(version: Input should be 2)"),
        (lambda: stored_text(model=3), "(model: Input should be a valid string)"),
        (lambda: stored_text()[:-200], "(the file: Invalid JSON: "),
        (lambda: b"", "(the file: Invalid JSON: "),
        (lambda: b"\xff\xfe{}", "(the file: Invalid JSON: "),
        (lambda: b"[]", "(the file: Input should be an object)"),
        (lambda: b"{}", "(model: Field required)"),
    ],
)
def test_an_unusable_file_is_named_in_one_sentence(
    tmp_path: Path, content: Callable[[], bytes], fault: str
) -> None:
    """Path, place, fault and what to do; never a traceback."""
    path = tmp_path / "results.json"
    path.write_bytes(content())
    with pytest.raises(ResultsError) as refused:
        load_results(path)
    text = str(refused.value)
    assert text.startswith(f"{path}: not a results file of version 2 ")
    assert fault in text
    assert text.count("\n") == 0
    assert text.endswith("make eval-bless`.")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the system's reason; a folder is no file."""
    with pytest.raises(ResultsError, match=r"lost\.json: cannot be read \(No such file or dir"):
        load_results(tmp_path / "lost.json")
    with pytest.raises(ResultsError, match=r"cannot be read \(Is a directory\)\.$"):
        load_results(tmp_path)


def test_the_shipped_baseline_can_be_read() -> None:
    """It is whole, has a reason, and compares with today's gold."""
    baseline = load_results(BASELINE)
    assert baseline.clean
    assert baseline.reason
    shown = compare(baseline, baseline, load_cases(part="all"))
    assert (shown.verdict, shown.refused) == ("PASS", ())


def test_worse_kinds_are_those_that_a_reader_loses_by() -> None:
    """Each has its better counterpart."""
    assert {kind for _, kind, _ in PLANTED} == WORSE
