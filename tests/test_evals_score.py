"""Scores: similarity, alignment, counts, fields; with the properties that must always hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.counts import Section, SectionScore
from evals.gold import GoldActor, GoldCase, GoldItem, Span, load_cases
from evals.prediction import PredictedActor, PredictedItem, Prediction, Quoted
from evals.score import DocumentScore, score, total
from evals.similarity import Names, actor_similarity, item_similarity, span_overlap, token_f1
from evals.testing import perfect_prediction

CAST = (
    {"name": "Ada Brook", "kind": "person", "role": "", "aliases": ["Brook", "the minister"]},
    {"name": "Vell", "kind": "government", "role": "", "aliases": ["The Vell state"]},
    {"name": "police", "kind": "government", "role": "", "aliases": []},
)
WORDS = ("close", "the", "port", "30,000", "tonnes", "of", "grain", "not", "agreed")
OWN = {
    "claim": {"act": "says"},
    "threat": {"condition": "", "mode": "economic"},
    "action": {"event": "CONSULT"},
    "agreement": {},
}


def gold_item(kind: str = "claim", **changes: Any) -> dict[str, Any]:
    """A gold item as JSON."""
    base = {
        "type": kind,
        "sentences": [1],
        "evidence": [{"start": 0, "end": 100}],
        "who": ["Ada Brook"],
        "whom": [],
        "what": "the port will close",
        "status": "agreed" if kind == "agreement" else "happened",
        "reported_by": [],
        **OWN[kind],
    }
    return base | changes


def gold_case(*items: dict[str, Any], actors: Sequence[dict[str, Any]] = CAST) -> GoldCase:
    """A case with these items; the text plays no part in scoring."""
    return GoldCase.model_validate(
        {
            "id": "case",
            "domain": "ports",
            "article": {"text": "x" * 1000},
            "actors": actors,
            "items": items,
            "headline": "",
            "summary": [],
        }
    )


def quoted(start: int, end: int) -> Quoted:
    """Evidence that the scorer reads by its offsets alone."""
    return Quoted(start=start, end=end, text="x" * (end - start))


def predicted(case: GoldCase, **changes: Any) -> Prediction:
    """The perfect prediction of a case, its first item changed."""
    perfect = perfect_prediction(case)
    first = perfect.items[0].model_copy(update=changes)
    return perfect.model_copy(update={"items": (first, *perfect.items[1:])})


def section(result: DocumentScore, name: Section) -> SectionScore:
    """One section of a document's score."""
    return next(s for s in result.sections if s.section == name)


def field(result: DocumentScore, name: str) -> tuple[int, int]:
    """Right and total of one field."""
    return next((f.right, f.total) for f in result.fields if f.field == name)


# --- strategies -------------------------------------------------------------------------------

spans = st.tuples(st.integers(0, 12), st.integers(1, 4)).map(
    lambda pair: {"start": pair[0] * 20, "end": (pair[0] + pair[1]) * 20}
)
clauses = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
statuses = st.sampled_from(["happened", "planned", "denied"])
names = st.sampled_from(["Ada Brook", "Vell", "police"])
other_names = st.sampled_from(["Ada Brook", "brook", "the Vell state", "Police", "nobody known"])


@st.composite
def gold_items(draw: st.DrawFn) -> dict[str, Any]:
    """Any gold item over small pools, so that ties and near misses are frequent."""
    kind = draw(st.sampled_from(sorted(OWN)))
    return gold_item(
        kind,
        evidence=draw(st.lists(spans, min_size=1, max_size=2)),
        who=draw(st.lists(names, max_size=2, unique=True)),
        what=draw(clauses),
        status="agreed" if kind == "agreement" else draw(statuses),
        must=draw(st.sampled_from([True, True, False])),
        alternates=draw(st.lists(clauses, max_size=1)),
    )


@st.composite
def predicted_items(draw: st.DrawFn) -> PredictedItem:
    """Any predicted item over the same pools."""
    kind = draw(st.sampled_from(sorted(OWN)))
    evidence = draw(st.lists(spans, min_size=1, max_size=2))
    return PredictedItem(
        id=f"{kind}-{draw(st.integers(1, 9))}",
        type=kind,
        sentences=(1,),
        evidence=tuple(quoted(**span) for span in evidence),
        who=tuple(draw(st.lists(other_names, max_size=2, unique=True))),
        whom=(),
        what=draw(clauses),
        status="agreed" if kind == "agreement" else draw(statuses),
    )


@st.composite
def predicted_actors(draw: st.DrawFn) -> PredictedActor:
    """Any predicted actor over the same pools."""
    aliases = draw(st.lists(other_names, max_size=2, unique=True))
    return PredictedActor(name=draw(other_names), kind="person", aliases=tuple(aliases))


cases = st.lists(gold_items(), max_size=6).map(lambda items: gold_case(*items))
predictions = st.builds(
    Prediction,
    actors=st.lists(predicted_actors(), max_size=4, unique_by=lambda a: a.name).map(tuple),
    items=st.lists(predicted_items(), max_size=6).map(tuple),
)


# --- properties -------------------------------------------------------------------------------


@settings(max_examples=60)
@given(cases, predictions, st.randoms(use_true_random=False))
def test_order_changes_nothing(case: GoldCase, prediction: Prediction, random: Any) -> None:
    """Items and actors may come in any order on either side."""

    def shuffled(things: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(random.sample(things, len(things)))

    moved_case = case.model_copy(
        update={"items": shuffled(case.items), "actors": shuffled(case.actors)}
    )
    moved = Prediction(actors=shuffled(prediction.actors), items=shuffled(prediction.items))
    one, other = score(case, prediction), score(moved_case, moved)
    assert one.sections == other.sections
    assert one.fields == other.fields
    assert len(one.misfiled) == len(other.misfiled)


@settings(max_examples=60)
@given(cases)
def test_a_perfect_prediction_scores_one(case: GoldCase) -> None:
    """The gold against itself: nothing missed, false, misfiled or wrong."""
    result = score(case, perfect_prediction(case))
    for part in result.sections:
        assert (part.f1, part.strict_f1) in {(None, None), (1.0, 1.0), (1.0, None)}
        assert part.false_positives == part.false_negatives == 0
    assert all(f.right == f.total for f in result.fields)
    assert not result.misfiled
    assert not result.wrong


@settings(max_examples=120)
@given(cases, predictions, st.data())
def test_removing_a_predicted_item_never_raises_recall(
    case: GoldCase, prediction: Prediction, data: st.DataObject
) -> None:
    """Saying less never finds more."""
    if not prediction.items:
        return
    gone = data.draw(st.integers(0, len(prediction.items) - 1))
    kept = tuple(item for place, item in enumerate(prediction.items) if place != gone)
    before = score(case, prediction)
    after = score(case, prediction.model_copy(update={"items": kept}))
    for part in before.sections:
        rest = section(after, part.section)
        assert rest.true_positives <= part.true_positives
        assert rest.gold == part.gold


@settings(max_examples=60)
@given(st.lists(cases, min_size=1, max_size=3))
def test_an_empty_brief_has_recall_zero_and_is_counted(several: list[GoldCase]) -> None:
    """A failed article adds all its items to the misses of the corpus."""
    corpus = total([score(case, Prediction()) for case in several])
    for part in corpus.sections:
        assert part.recall in (0.0, None)
    musts = sum(item.must for case in several for item in case.items)
    assert sum(p.false_negatives for p in corpus.sections if p.section != "actor") == musts


@settings(max_examples=60)
@given(cases, predictions)
def test_all_ratios_lie_between_zero_and_one(case: GoldCase, prediction: Prediction) -> None:
    """No count is negative and no ratio leaves its range."""
    result = score(case, prediction)
    corpus = total([result, result])
    for part in (*result.sections, *corpus.sections):
        counts = (part.true_positives, part.false_positives, part.false_negatives, part.neutral)
        assert all(count >= 0 for count in counts)
        for ratio in (part.precision, part.recall, part.f1, part.strict_f1):
            assert ratio is None or 0 <= ratio <= 1
        assert part.strict is None or part.strict <= part.true_positives
    for ratio in (corpus.aligned, corpus.strict, *(f.accuracy for f in corpus.fields)):
        assert ratio is None or 0 <= ratio <= 1


@settings(max_examples=60)
@given(cases, predictions)
def test_every_item_is_counted_once(case: GoldCase, prediction: Prediction) -> None:
    """Predictions are true, false or neutral, gold items found or missed, none twice."""
    result = score(case, prediction)
    for part in result.sections[:-1]:
        said = sum(item.type == part.section for item in prediction.items)
        assert part.true_positives + part.false_positives + part.neutral == said
    assert len({pair.gold for pair in result.pairs}) == len(result.pairs)
    assert len({pair.predicted for pair in result.pairs}) == len(result.pairs)


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.id)
def test_shipped_gold_against_itself_is_perfect(case: GoldCase) -> None:
    """The real annotations score 1 too, also where two items share a sentence."""
    result = score(case, perfect_prediction(case))
    assert (result.f1, result.strict_f1, result.misfiled) == (1.0, 1.0, ())
    assert section(result, "actor").f1 == 1.0


# --- similarity -------------------------------------------------------------------------------


def test_item_similarity_is_six_tenths_evidence_and_four_tenths_wording() -> None:
    """Half of the evidence and half of the words: 0.6 / 2 + 0.4 / 2."""
    case = gold_case(gold_item(what="close port"))
    item = predicted(case, what="close airport", evidence=(quoted(50, 150),)).items[0]
    assert item_similarity(case.items[0], item) == pytest.approx(0.5)


def test_overlap_is_of_the_shorter_side() -> None:
    """A sentence inside two cited ones is covered whole."""
    one, two = [Span(start=0, end=10)], [Span(start=0, end=10), Span(start=11, end=90)]
    assert span_overlap(one, two) == 1.0
    assert span_overlap(one, [Span(start=5, end=90)]) == 0.5
    assert span_overlap(one, []) == 0.0


@pytest.mark.parametrize(
    ("one", "other", "f1"),
    [
        ("close the port", "CLOSE a Port", 1.0),
        ("30,000 tonnes", "30000 tonnes", 1.0),
        ("Vell’s port", "Vell's port", 1.0),
        ("did not agree", "agree", 2 / 3),
        ("port port", "port", 2 / 3),
        ("close", "open", 0.0),
        ("the", "the", 1.0),
        ("", "", 0.0),
        ("US and WHO", "WHO, US", 1.0),
    ],
)
def test_token_f1(one: str, other: str, f1: float) -> None:
    """Case, stop words, digit groups and quotes do not count; a negation does."""
    assert token_f1(one, other) == pytest.approx(f1)


def test_the_best_alternate_counts() -> None:
    """Another good wording is as good as `what`."""
    case = gold_case(gold_item(what="shut the harbour", alternates=["close the port"]))
    item = predicted(case, what="close the port").items[0]
    assert item_similarity(case.items[0], item) == 1.0


def test_actors_meet_by_any_name_or_else_by_words() -> None:
    """A shared alias is enough; without one the names' words are compared."""
    gold = GoldActor(name="Ada Brook", kind="person", role="", aliases=("Brook",))

    def like(name: str, *aliases: str) -> float:
        return actor_similarity(gold, PredictedActor(name=name, kind="group", aliases=aliases))

    assert like("brook") == like("Minister", "The Brook") == 1.0
    assert like("Ada Vell") == pytest.approx(0.5)
    assert like("Eve") == 0.0


def test_names_are_the_same_where_they_mean_the_same_actor() -> None:
    """By name, alias, case and article; by the prediction's own aliases; never by chance."""
    case = gold_case()
    mine = [PredictedActor(name="A. Brook", kind="person", aliases=("Ada Brook",))]
    known = Names(case.actors, mine)
    assert known.same(["Ada Brook"], ["BROOK"])
    assert known.same(["Vell"], ["Vell state"])
    assert known.same(["Ada Brook"], ["A. Brook"])
    assert known.same(["Ada Brook", "Vell"], ["vell", "the minister"])
    assert not known.same(["Ada Brook"], ["Ada"])
    assert not known.same(["Ada Brook"], [])
    assert not known.same(["Ada Brook"], ["Vell"])


# --- alignment and counts ---------------------------------------------------------------------


def test_alignment_is_optimal_and_not_greedy() -> None:
    """The best single pair gives way where two pairs together are better."""
    near, far = {"start": 0, "end": 100}, {"start": 0, "end": 60}
    case = gold_case(
        gold_item(evidence=[near], what="close port grain"),
        gold_item(evidence=[far], what="tonnes"),
    )
    both = perfect_prediction(case).items[0]
    only_first = both.model_copy(update={"evidence": (quoted(80, 100),), "what": "port"})
    result = score(case, Prediction(items=(both, only_first)))
    assert section(result, "claim").true_positives == 2


def test_below_one_half_is_no_pair() -> None:
    """The same words without the same evidence are 0.4: missed and false."""
    case = gold_case(gold_item())
    result = score(case, predicted(case, evidence=(quoted(500, 600),)))
    claims = section(result, "claim")
    counts = (claims.true_positives, claims.false_positives, claims.false_negatives)
    assert counts == (0, 1, 1)


def test_ties_go_to_the_nearest_position() -> None:
    """Two gold items fit equally well: the one that begins nearer is meant."""
    here, there = {"start": 0, "end": 100}, {"start": 400, "end": 500}
    case = gold_case(gold_item(evidence=[here, there]), gold_item(evidence=[there]))
    mine = predicted(case, evidence=(quoted(400, 500),)).items[:1]
    [pair] = score(case, Prediction(items=mine)).pairs
    assert pair.gold == 1


def test_a_misfiled_item_is_named_and_counts_on_both_sides() -> None:
    """A claim told as an action is missed as a claim, false as an action, and misfiled."""
    case = gold_case(gold_item("claim"))
    result = score(case, predicted(case, type="action"))
    assert [(p.gold, p.predicted) for p in result.misfiled] == [(0, 0)]
    assert section(result, "claim").false_negatives == 1
    assert section(result, "action").false_positives == 1
    assert section(result, "action").false_on_empty == 1


def test_an_optional_item_neither_helps_nor_hurts() -> None:
    """Found it is neutral, missed it is no miss."""
    case = gold_case(gold_item(must=False))
    found = section(score(case, perfect_prediction(case)), "claim")
    missed = section(score(case, Prediction()), "claim")
    assert (found.true_positives, found.false_positives, found.neutral) == (0, 0, 1)
    assert (missed.false_negatives, missed.recall, missed.f1) == (0, None, None)
    assert (
        missed.correctly_empty,
        section(score(case, Prediction()), "threat").correctly_empty,
    ) == (
        0,
        1,
    )


def test_a_must_item_wins_a_tie_with_an_optional_one() -> None:
    """Of two that fit equally well the one that counts is found."""
    case = gold_case(gold_item(must=False), gold_item())
    mine = perfect_prediction(case).items[:1]
    assert section(score(case, Prediction(items=mine)), "claim").true_positives == 1


def test_of_equal_items_those_with_the_same_people_pair_up() -> None:
    """Two speakers say the same: each is compared with himself, under whatever name."""
    case = gold_case(gold_item(who=["Ada Brook"]), gold_item(who=["Vell"]))
    ada, vell = perfect_prediction(case).items
    ada = ada.model_copy(update={"who": ("the minister",)})
    result = score(case, Prediction(items=(vell, ada)))
    assert section(result, "claim").strict == 2


def test_a_tie_is_broken_the_same_way_in_any_order() -> None:
    """Of two predictions that fit equally well the same is chosen, whatever its number."""
    case = gold_case(gold_item())
    [item] = perfect_prediction(case).items
    changes: list[dict[str, Any]] = [{"status": "denied"}, {"who": ("Vell",)}]

    def wrong(order: Sequence[dict[str, Any]]) -> list[str]:
        said = [
            item.model_copy(update={"id": f"claim-{place}", **change})
            for place, change in enumerate(order)
        ]
        return [w.field for w in score(case, Prediction(items=tuple(said))).wrong]

    assert wrong(changes) == wrong(changes[::-1])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"who": ("Vell",)}, "who"),
        ({"whom": ("Vell",)}, "whom"),
        ({"status": "denied"}, "status"),
        ({"act": "denies"}, "act"),
    ],
)
def test_a_wrong_field_costs_its_field_and_strict_only_where_it_counts(
    changes: dict[str, Any], wrong: str
) -> None:
    """who, whom and status make strict; act does not."""
    case = gold_case(gold_item())
    result = score(case, predicted(case, **changes))
    claims = section(result, "claim")
    assert claims.f1 == 1.0
    assert claims.strict_f1 == (1.0 if wrong == "act" else 0.0)
    for name in ("who", "whom", "status", "act"):
        assert field(result, name) == (int(name != wrong), 1)
    assert [w.field for w in result.wrong] == [wrong]


def test_each_field_has_its_own_denominator() -> None:
    """act is of claims, mode of threats, event of actions; only aligned `must` items count."""
    case = gold_case(
        gold_item("claim"),
        gold_item("threat"),
        gold_item("action"),
        gold_item("agreement", must=False),
        gold_item("action", evidence=[{"start": 900, "end": 950}]),
    )
    mine = perfect_prediction(case)
    result = score(case, mine.model_copy(update={"items": mine.items[:4]}))
    totals = {f.field: f.total for f in result.fields}
    assert totals == {"who": 3, "whom": 3, "status": 3, "act": 1, "mode": 1, "event": 1}


def test_the_corpus_is_the_sum_and_its_headline_the_plain_mean() -> None:
    """Counts add up over documents; sections without anything leave the mean alone."""
    case = gold_case(gold_item("claim"), gold_item("threat"))
    full, empty = score(case, perfect_prediction(case)), score(case, Prediction())
    corpus = total([full, empty])
    claims = corpus.sections[0]
    assert (claims.gold, claims.true_positives, claims.strict) == (2, 1, 1)
    assert corpus.aligned == corpus.strict == pytest.approx(2 / 3)
    assert total([]).aligned is None


def test_unknown_evidence_never_matches_but_still_counts() -> None:
    """An item without evidence aligns by words alone, which is below one half."""
    case = gold_case(gold_item())
    bare: GoldItem = case.items[0]
    result = score(case, predicted(case, evidence=(), what=bare.what))
    assert section(result, "claim").true_positives == 0


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ("Justice Ada Brook", True),
        ("the harbour master Ada Brook", True),
        ("Mrs Brook", False),
        ("Ada Brook's son", False),
        ("Canada Brook", False),
    ],
)
def test_a_title_before_a_full_name_is_nobody_else(said: str, same: bool) -> None:
    """A surname alone may be another's, and so may a name inside of a longer one."""
    names = Names([GoldActor(name="Ada Brook", kind="person", role="", aliases=("Brook",))], ())
    assert names.same(["Ada Brook"], [said]) is same
