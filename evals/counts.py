"""What is counted of a section or a field, and the ratios of the counts; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from summarizer.models import SECTIONS, Frozen

Section = Literal["claim", "threat", "action", "agreement", "actor"]
Field = Literal["who", "whom", "status", "act", "mode", "event"]
FIELDS: tuple[Field, ...] = ("who", "whom", "status", "act", "mode", "event")
STRICT: tuple[Field, ...] = ("who", "whom", "status")
ALL_SECTIONS: tuple[Section, ...] = (*SECTIONS, "actor")


class SectionScore(Frozen):
    """Counts of one section, over a document or a corpus.

    `strict`: true positives with the right who, whom and status, None for actors, who have
    none; `neutral`: predictions aligned with an optional item; `correctly_empty`: documents
    with nothing in the gold nor the prediction; `false_on_empty`: false positives in documents
    whose gold has nothing there.
    """

    section: Section
    true_positives: int
    false_positives: int
    false_negatives: int
    strict: int | None
    neutral: int = 0
    correctly_empty: int = 0
    false_on_empty: int = 0

    @property
    def gold(self) -> int:
        """Number of `must` items."""
        return self.true_positives + self.false_negatives

    @property
    def precision(self) -> float | None:
        """None where nothing was predicted that counts."""
        return ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float | None:
        """None where the gold has no `must` item."""
        return ratio(self.true_positives, self.gold)

    @property
    def f1(self) -> float | None:
        """Aligned F1; None where there is nothing on either side."""
        return ratio(2 * self.true_positives, self._both_sides)

    @property
    def strict_f1(self) -> float | None:
        """F1 of pairs with the right who, whom and status; None also for actors."""
        return None if self.strict is None else ratio(2 * self.strict, self._both_sides)

    @property
    def _both_sides(self) -> int:
        return 2 * self.true_positives + self.false_positives + self.false_negatives


class FieldScore(Frozen):
    """How often a field is right, of the true positives that have it."""

    field: Field
    right: int
    total: int

    @property
    def accuracy(self) -> float | None:
        """None where no pair has the field."""
        return ratio(self.right, self.total)


def sum_sections(section: Section, parts: Iterable[SectionScore]) -> SectionScore:
    """One score with the summed counts of `parts`, under the name `section`."""
    parts = list(parts)
    strict = [part.strict for part in parts if part.strict is not None]
    return SectionScore(
        section=section,
        true_positives=sum(part.true_positives for part in parts),
        false_positives=sum(part.false_positives for part in parts),
        false_negatives=sum(part.false_negatives for part in parts),
        strict=None if section == "actor" else sum(strict),
        neutral=sum(part.neutral for part in parts),
        correctly_empty=sum(part.correctly_empty for part in parts),
        false_on_empty=sum(part.false_on_empty for part in parts),
    )


def ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
