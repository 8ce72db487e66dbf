"""The gate: which change is a FAIL, a WARN, undecided or none, and that nothing else is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.counts import ALL_SECTIONS, FIELDS, Field, FieldScore, Section, SectionScore
from evals.gate import (
    Metric,
    SectionChange,
    Verdict,
    field_changes,
    section_changes,
    worst,
)
from evals.score import DocumentScore

SWAPS = 400


def counts(
    section: Section, found: int = 0, missed: int = 0, false: int = 0, strict: int | None = None
) -> SectionScore:
    """A section's score; all that is found is right where `strict` is not given."""
    return SectionScore(
        section=section,
        true_positives=found,
        false_positives=false,
        false_negatives=missed,
        strict=None if section == "actor" else found if strict is None else strict,
    )


def document(*sections: SectionScore, **fields: Sequence[int]) -> DocumentScore:
    """A document with these sections, and fields as (right, total); all else is empty."""
    given_ones = {part.section: part for part in sections}
    return DocumentScore(
        sections=tuple(given_ones.get(section, counts(section)) for section in ALL_SECTIONS),
        fields=tuple(_field(field, fields.get(field, (0, 0))) for field in FIELDS),
        pairs=(),
        misfiled=(),
        wrong=(),
    )


def _field(field: Field, right_of: Sequence[int]) -> FieldScore:
    return FieldScore(field=field, right=right_of[0], total=right_of[1])


def of(changes: Sequence[SectionChange], section: Section, metric: Metric) -> SectionChange:
    """One section's change by one metric."""
    return next(c for c in changes if (c.section, c.metric) == (section, metric))


def verdicts(changes: Sequence[SectionChange]) -> dict[tuple[str, str], Verdict]:
    """By section and metric."""
    return {(c.section, c.metric): c.verdict for c in changes}


# --- strategies -------------------------------------------------------------------------------

numbers = st.integers(0, 6)


@st.composite
def documents(draw: st.DrawFn) -> DocumentScore:
    """Any counts of any section and field."""
    sections = []
    for section in ALL_SECTIONS:
        found = draw(numbers)
        strict = draw(st.integers(0, found))
        sections.append(counts(section, found, draw(numbers), draw(numbers), strict))
    right = {f: (r := draw(numbers), r + draw(numbers)) for f in FIELDS}
    return document(*sections, **right)


runs = st.lists(documents(), min_size=1, max_size=8)
two_runs = st.lists(st.tuples(documents(), documents()), min_size=1, max_size=8)


# --- properties -------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(runs)
def test_a_run_compared_with_itself_passes(run: list[DocumentScore]) -> None:
    """Every section and field, with p 1, however few the documents."""
    sections = section_changes(run, run, swaps=SWAPS)
    fields = field_changes(run, run, swaps=SWAPS)
    assert {c.verdict for c in (*sections, *fields)} <= {"PASS"}
    assert all(c.numbers.p == c.numbers.p_adjusted == 1.0 for c in (*sections, *fields))


@settings(max_examples=40, deadline=None)
@given(two_runs, st.randoms(use_true_random=False))
def test_the_order_of_documents_changes_nothing(
    pairs: list[tuple[DocumentScore, DocumentScore]], random: Any
) -> None:
    """Not one digit of any number, and no verdict."""
    moved = random.sample(pairs, len(pairs))
    one, other = [[[p[side] for p in order] for side in (0, 1)] for order in (pairs, moved)]
    assert section_changes(*one, swaps=SWAPS) == section_changes(*other, swaps=SWAPS)
    assert field_changes(*one, swaps=SWAPS) == field_changes(*other, swaps=SWAPS)


@settings(max_examples=40, deadline=None)
@given(runs)
def test_a_better_run_never_fails(run: list[DocumentScore]) -> None:
    """Everything found and right, nothing false: at worst undecided."""
    better = [
        document(
            *(counts(s.section, s.gold) for s in d.sections),
            **{f.field: (f.total, f.total) for f in d.fields},
        )
        for d in run
    ]
    for change in section_changes(run, better, swaps=SWAPS):
        assert change.verdict in ("PASS", "INCONCLUSIVE")
        assert change.numbers.change >= 0
    assert all(c.verdict == "PASS" for c in field_changes(run, better, swaps=SWAPS))


def test_unchanged_runs_rarely_fail() -> None:
    """Two runs of one model, 20 documents, all answers drawn anew: at most about 1 in 20."""
    random = np.random.default_rng(7)

    def drawn(hard: Sequence[float]) -> list[DocumentScore]:
        found = [random.binomial(6, easy, len(ALL_SECTIONS)).tolist() for easy in hard]
        rows = [zip(ALL_SECTIONS, row, strict=True) for row in found]
        return [document(*(counts(s, k, 6 - k, 1, k // 2) for s, k in row)) for row in rows]

    fails = 0
    for _ in range(200):
        hard = random.beta(2, 2, 20)
        changes = section_changes(drawn(hard), drawn(hard), swaps=200)
        fails += worst(c.verdict for c in changes) == "FAIL"
    assert fails <= 16


# --- verdicts ---------------------------------------------------------------------------------


def test_a_large_loss_fails_and_names_the_section() -> None:
    """A third of the claims is gone; the actions, noisy as ever, are not blamed."""
    noise = [(3, 4), (4, 3), (3, 3), (4, 4)] * 5
    before = [document(counts("claim", 6), counts("action", a, 2)) for a, _ in noise]
    after = [document(counts("claim", 4, 2), counts("action", b, 2)) for _, b in noise]
    found = section_changes(before, after)
    failed = {key for key, verdict in verdicts(found).items() if verdict == "FAIL"}
    assert failed == {("claim", "aligned"), ("claim", "strict")}
    claims = of(found, "claim", "aligned").numbers
    assert (claims.before, claims.after, claims.change) == (1.0, 0.8, pytest.approx(-0.2))
    assert claims.p_adjusted < 0.001


def test_wrong_names_fail_the_strict_score_alone() -> None:
    """All claims are still found, but of every six two are told of somebody else."""
    before = [document(counts("claim", 6))] * 12
    after = [document(counts("claim", 6, strict=4))] * 12
    found = section_changes(before, after)
    assert of(found, "claim", "strict").verdict == "FAIL"
    assert of(found, "claim", "aligned").verdict == "PASS"


def test_false_items_are_a_loss_too() -> None:
    """Nothing is missed, but each document has two false threats more."""
    before = [document(counts("threat", 4))] * 12
    after = [document(counts("threat", 4, false=2))] * 12
    assert of(section_changes(before, after), "threat", "aligned").verdict == "FAIL"


@pytest.mark.parametrize(("right", "verdict"), [(99, "WARN"), (98, "WARN"), (97, "FAIL")])
def test_two_points_are_tolerated_when_they_are_sure(right: int, verdict: Verdict) -> None:
    """Every document loses so much of 100: significant, and a FAIL beyond 2 points only."""
    before = [document(counts("claim", 100))] * 12
    after = [document(counts("claim", 100, strict=right))] * 12
    strict = of(section_changes(before, after), "claim", "strict")
    assert strict.numbers.p_adjusted < 0.05
    assert strict.verdict == verdict


def test_too_few_documents_are_inconclusive_and_say_how_many_would_do() -> None:
    """Four documents that go up and down by half could have hidden anything."""
    before = [document(counts("claim", a, 4 - a)) for a in (4, 2, 4, 2)]
    after = [document(counts("claim", a, 4 - a)) for a in (2, 4, 2, 4)]
    claims = of(section_changes(before, after), "claim", "aligned")
    assert claims.verdict == "INCONCLUSIVE"
    assert claims.smallest > 0.05
    assert claims.needed > 100


def test_articles_without_the_section_are_counted_in_what_is_needed() -> None:
    """Of ten articles two have threats: five times as many are needed as of such ones alone."""
    with_threats = [document(counts("threat", 3, 3)), document(counts("threat", 5, 1))]
    changed = [document(counts("threat", 4, 2)), document(counts("threat", 5, 1))]
    empty = [document()] * 8
    [few, _] = section_changes(with_threats, changed)
    [many, _] = section_changes(with_threats + empty, changed + empty)
    assert many.numbers.documents == 2
    assert many.smallest == few.smallest
    assert many.needed == pytest.approx(5 * few.needed, abs=5)


def test_an_even_loss_in_too_few_documents_is_no_pass() -> None:
    """Three documents lose half each: no error shows, and p cannot fall below 1/8."""
    before, after = [document(counts("claim", 4))] * 3, [document(counts("claim", 2, 2))] * 3
    claims = of(section_changes(before, after), "claim", "aligned")
    assert claims.numbers.error == pytest.approx(0.0, abs=1e-9)
    assert claims.verdict == "INCONCLUSIVE"


def test_a_little_noise_in_many_documents_passes() -> None:
    """One item lost in one article and one found in another, of 40 articles."""
    before = [document(counts("claim", 5, 1))] * 40
    after = [
        document(counts("claim", 4, 2)),
        document(counts("claim", 6)),
        *before[2:],
    ]
    assert set(verdicts(section_changes(before, after)).values()) == {"PASS"}


def test_a_gain_beyond_its_interval_passes_where_the_set_is_small() -> None:
    """What got better by more than chance has not lost 5 points, however few the articles."""
    before = [document(counts("claim", a, 6 - a)) for a in (1, 2, 3, 2, 1, 3)]
    after = [document(counts("claim", a, 6 - a)) for a in (6, 4, 6, 5, 5, 4)]
    claims = of(section_changes(before, after), "claim", "aligned")
    assert claims.numbers.low > 0
    assert claims.smallest > 0.05
    assert claims.verdict == "PASS"


def test_nothing_to_lose_passes() -> None:
    """A section of which hardly anything was found cannot lose 5 points."""
    before = [document(counts("threat", 0, 3, 2))] * 12
    after = [document(counts("threat", 0, 3, a)) for a in range(12)]
    threats = of(section_changes(before, after), "threat", "aligned")
    assert threats.verdict == "PASS"


def test_one_article_that_got_worse_decides_nothing() -> None:
    """A single document can be chance, whatever it lost."""
    before = [document(counts("claim", 9))] * 20
    after = [document(counts("claim", 0, 9)), *before[1:]]
    claims = of(section_changes(before, after), "claim", "aligned")
    assert claims.numbers.p == pytest.approx(0.5, abs=0.03)
    assert claims.verdict == "INCONCLUSIVE"


# --- what is compared -------------------------------------------------------------------------


def test_only_sections_with_anything_are_compared() -> None:
    """Gold or false items in either run are enough; actors have no strict score."""
    before = [document(counts("claim", 0, 1), counts("actor", 1))]
    after = [document(counts("claim", 0, 1), counts("actor", 1), counts("threat", false=1))]
    assert list(verdicts(section_changes(before, after))) == [
        ("claim", "aligned"),
        ("claim", "strict"),
        ("threat", "aligned"),
        ("threat", "strict"),
        ("actor", "aligned"),
    ]
    assert section_changes([document()], [document()]) == section_changes([], []) == ()


def test_sections_where_nothing_moved_cost_no_power() -> None:
    """The smallest loss of the claims is the same beside sections that stayed as they were."""
    hits = [(4, 3), (3, 4), (5, 3), (2, 4), (4, 4)]
    others = [counts(section, 3, 1) for section in ALL_SECTIONS if section != "claim"]
    sizes = [
        of(
            section_changes(
                [document(counts("claim", a, 2), *beside) for a, _ in hits],
                [document(counts("claim", b, 2), *beside) for _, b in hits],
            ),
            "claim",
            "aligned",
        ).smallest
        for beside in ([], others)
    ]
    assert sizes[0] == sizes[1]


def test_runs_of_different_length_are_refused() -> None:
    """They cannot be of the same documents."""
    one = document(counts("claim", 1))
    with pytest.raises(ValueError, match="1 documents before, 2 after"):
        section_changes([one], [one, one])
    with pytest.raises(ValueError, match="2 documents before, 1 after"):
        field_changes([one, one], [one])


# --- fields -----------------------------------------------------------------------------------


def test_a_field_that_is_surely_worse_warns() -> None:
    """A loss of a field is a hint and no FAIL; the others, and fields nobody has, are quiet."""
    before = [document(who=(5, 6), status=(3, 4))] * 12
    after = [document(who=(3, 6), status=(3, 4))] * 12
    found = {c.field: c for c in field_changes(before, after)}
    assert {name: c.verdict for name, c in found.items()} == {"who": "WARN", "status": "PASS"}
    assert found["who"].numbers.change == pytest.approx(-1 / 3)


def test_a_field_may_fall_because_other_items_were_aligned() -> None:
    """The wholes differ: one more pair a document, read wrong, lowers the accuracy."""
    before, after = [document(who=(3, 3))] * 12, [document(who=(3, 4))] * 12
    [who] = field_changes(before, after)
    assert (who.numbers.before, who.numbers.after, who.verdict) == (1.0, 0.75, "WARN")


def test_a_field_that_one_run_lacks_passes() -> None:
    """No aligned pair, no accuracy, nothing to compare."""
    [who] = field_changes([document()] * 9, [document(who=(0, 3))] * 9)
    assert (who.numbers.before, who.numbers.change, who.verdict) == (None, 0.0, "PASS")


# --- worst ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_ones", "expected"),
    [
        ([], "PASS"),
        (["PASS", "INCONCLUSIVE"], "INCONCLUSIVE"),
        (["WARN", "INCONCLUSIVE", "PASS"], "WARN"),
        (["PASS", "FAIL", "WARN"], "FAIL"),
    ],
)
def test_the_gravest_verdict_counts(given_ones: list[Verdict], expected: Verdict) -> None:
    """FAIL before WARN before INCONCLUSIVE before PASS."""
    assert worst(given_ones) == expected
