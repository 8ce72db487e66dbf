"""What the HTML page shows, in words and numbers; pure.

The template lays out and escapes; what is said is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from evals.compare import Comparison
from evals.flips import GONE, WRONG, Flip
from evals.gate import SectionChange, Verdict
from evals.reports.data import ReportData
from evals.reports.page_articles import ArticleView, article_view, badness
from evals.reports.page_scores import (
    FieldRow,
    Figure,
    ScoreRow,
    field_rows,
    figures,
    interval,
    probability,
    score_rows,
    share,
)
from evals.reports.text import counted, points
from evals.rescore import Rescored, rescore
from evals.results import Results
from summarizer.models import SECTIONS, Frozen, ItemType

Filter = Literal["all", "changed", "lost", "false", "failed"]

# What a verdict looks like where colours cannot be told apart.
SIGNS: dict[Verdict, str] = {"PASS": "✓", "INCONCLUSIVE": "?", "WARN": "!", "FAIL": "✗"}

# Controls, and the marks that turn the direction of all text that follows.
_STEERING = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Note(Frozen):
    """Something to know before the numbers are read; `names` are articles."""

    tone: Literal["worse", "plain"]
    text: str
    names: tuple[str, ...] = ()


class FilterView(Frozen):
    """A filter of the list and how many articles it shows while nothing else is chosen."""

    key: Filter
    title: str
    count: int


class PageView(Frozen):
    """All that stands on the page; `verdict` is None where nothing is compared.

    `agreed` is the number of articles that two annotators read, 0 where there are none.
    """

    verdict: Verdict | None
    sentence: str
    flips: tuple[str, ...]
    model: str
    before_model: str
    before_name: str
    scope: str
    causes: tuple[str, ...]
    notes: tuple[Note, ...]
    agreed: int
    compared: int
    scores: tuple[ScoreRow, ...]
    fields: tuple[FieldRow, ...]
    figures: tuple[Figure, ...]
    filters: tuple[FilterView, ...]
    sections: tuple[ItemType, ...]
    articles: tuple[ArticleView, ...]
    gold_folder: str

    @property
    def has_before(self) -> bool:
        """Whether there is a run to compare with."""
        return self.verdict is not None


def view_of(data: ReportData) -> PageView:
    """What is shown of a run. Stored scores are not trusted: everything is scored again."""
    comparison, again = data.comparison, rescore(data.results, data.cases)
    results = again.results.of(again.results.documents)
    articles = _articles(data, results)
    return PageView(
        verdict=comparison.verdict if comparison else None,
        sentence=_sentence(comparison) if comparison else _alone(results),
        flips=tuple(_flip_words(comparison.flips)) if comparison else (),
        model=shown(data.results.model),
        before_model=shown(comparison.before.model) if comparison else "",
        before_name=shown(data.before_name),
        scope=_scope(comparison, results),
        causes=tuple(map(shown, comparison.causes)) if comparison else (),
        notes=tuple(_notes(data, again)),
        agreed=data.agreement.documents if data.agreement else 0,
        compared=len(comparison.after.documents) if comparison else 0,
        scores=score_rows(results, comparison, data.agreement),
        fields=field_rows(results, comparison, data.agreement),
        figures=figures(
            comparison.after if comparison else results, comparison.before if comparison else None
        ),
        filters=_filters(articles, comparison is not None),
        sections=SECTIONS,
        articles=articles,
        gold_folder=shown(data.gold_folder),
    )


def shown(text: str) -> str:
    """`text` on one line, with what would steer the display as its number: ‹U+202E›."""
    return " ".join(_STEERING.sub(_number, text).split())


def _number(match: re.Match[str]) -> str:
    return " " if match[0].isspace() else f"‹U+{ord(match[0]):04X}›"


def _articles(data: ReportData, results: Results) -> tuple[ArticleView, ...]:
    views = [article_view(data.case(d.name), d, data.comparison) for d in results.documents]
    return tuple(sorted(views, key=badness))


def _scope(comparison: Comparison | None, results: Results) -> str:
    """As in "20 articles", "18 of 20 articles compared"."""
    here = counted(len(results.documents), "article")
    both = len(comparison.after.documents) if comparison else len(results.documents)
    return here if both == len(results.documents) else f"{both} of {here} compared"


def _filters(articles: Sequence[ArticleView], compared: bool) -> tuple[FilterView, ...]:
    counts: dict[Filter, int] = {
        "all": len(articles),
        "changed": sum(bool(a.facets.changed) for a in articles),
        "lost": sum(bool(a.facets.lost) for a in articles),
        "false": sum(bool(a.facets.false) for a in articles),
        "failed": sum(a.facets.failed for a in articles),
    }
    titles: dict[Filter, str] = {
        "all": "All",
        "changed": "Changed",
        "lost": "Lost" if compared else "Missed",
        "false": "New false" if compared else "False",
        "failed": "Failed",
    }
    keys = [key for key in counts if compared or key != "changed"]
    return tuple(FilterView(key=key, title=titles[key], count=counts[key]) for key in keys)


# --- the verdict in a sentence ----------------------------------------------------------------


def _alone(results: Results) -> str:
    failed = sum(bool(document.failure) for document in results.documents)
    end = f"; {counted(failed, 'article')} failed" if failed else ""
    score = results.score
    return (
        f"Mean F1 of the item sections {share(score.aligned)} aligned, {share(score.strict)} "
        f"strict, over {counted(len(results.documents), 'article')}{end}"
    )


def _sentence(comparison: Comparison) -> str:
    """Why it is this verdict."""
    text = "; ".join(_why(comparison)) or "no section lost more than chance explains"
    return text[:1].upper() + text[1:]


def _why(comparison: Comparison) -> Iterator[str]:
    """The reasons of the gravest verdict alone."""
    if comparison.verdict == "FAIL":
        yield from _hard_reasons(comparison)
    if comparison.verdict in ("FAIL", "WARN"):
        lost = [s for s in comparison.sections if s.verdict == comparison.verdict]
        yield from _losses(lost)
    if comparison.verdict == "WARN":
        fields = [f for f in comparison.fields if f.verdict == "WARN"]
        yield from (
            f"{f.field} is right less often, by {points(f.numbers.change)} points" for f in fields
        )
    if comparison.verdict == "INCONCLUSIVE":
        yield from _doubts(comparison.sections)


def _hard_reasons(comparison: Comparison) -> Iterator[str]:
    broken, missing = {b.document for b in comparison.broken}, comparison.missing
    if broken:
        yield f"{counted(len(broken), 'article')} failed or broke an invariant"
    if missing:
        yield f"{counted(len(missing), 'article')} did not run"
    if comparison.pinned_lost:
        yield f"{counted(len(comparison.pinned_lost), 'pinned item')} lost"


def _losses(changes: Sequence[SectionChange]) -> Iterator[str]:
    """The greatest loss in full, then one number for each other section."""
    greatest = sorted(changes, key=lambda change: change.numbers.change)
    worst = {change.section: change for change in reversed(greatest)}
    if not greatest:
        return
    n = greatest[0].numbers
    yield (
        f"{greatest[0].section}s lost {points(n.change)} points of {greatest[0].metric} "
        f"F1 (95 % interval {interval(n.low, n.high)}, p {_equals(n.p_adjusted)})"
    )
    others = [c for c in greatest[1:] if worst[c.section] is c and c.section != greatest[0].section]
    if others:
        words = (f"{c.section}s {points(c.numbers.change)}" for c in others)
        yield f"also {', '.join(words)}"


def _equals(p: float) -> str:
    text = probability(p)
    return text if text.startswith("<") else f"= {text}"


def _doubts(changes: Sequence[SectionChange]) -> Iterator[str]:
    doubtful = [change for change in changes if change.verdict == "INCONCLUSIVE"]
    if not doubtful:
        return
    worst = max(doubtful, key=lambda change: change.smallest)
    names = " and ".join(dict.fromkeys(f"{change.section}s" for change in doubtful))
    yield (
        f"nothing is shown to be lost, but a loss in {names} could have gone unseen; "
        f"some {counted(worst.needed, 'article')} would show 5 points"
    )


def _flip_words(flips: Sequence[Flip]) -> Iterator[str]:
    yield from _some(flips, GONE, "item lost", "items lost")
    yield from _some(flips, ("NEW FALSE",), "new false item", "new false items")
    yield from _some(flips, WRONG, "field gone wrong", "fields gone wrong")
    yield from _some(flips, ("FOUND",), "item newly found", "items newly found")


def _some(flips: Sequence[Flip], kinds: Sequence[str], one: str, many: str) -> Iterator[str]:
    mine = [flip for flip in flips if flip.kind in kinds]
    if mine:
        articles = len({flip.document for flip in mine})
        yield f"{counted(len(mine), one, many)} in {counted(articles, 'article')}"


# --- notes ------------------------------------------------------------------------------------


def _notes(data: ReportData, again: Rescored) -> Iterator[Note]:
    yield from _faults(again.results)
    if data.comparison:
        yield from _of_comparison(data.comparison)
    else:
        refused = (*again.text_changed, *again.unknown)
        yield from _note("worse", "left out: the text changed, or there is no gold", refused)
        yield from _note("plain", "scored again: the gold changed", again.gold_changed)
    if data.results.reason:
        yield Note(tone="plain", text=f"blessed: {shown(data.results.reason)}")


def _faults(results: Results) -> Iterator[Note]:
    failed = [d.name for d in results.documents if d.failure]
    broken = [d.name for d in results.documents if d.broken and not d.failure]
    yield from _note("worse", "failed, counted as an empty brief", failed)
    yield from _note("worse", "broke an invariant", broken)


def _of_comparison(comparison: Comparison) -> Iterator[Note]:
    pinned = dict.fromkeys(flip.document for flip in comparison.pinned_lost)
    changed, rescored = comparison.gold_changed, comparison.scorer_changed
    yield from _note("worse", "missing: only in the run before", comparison.missing)
    yield from _note("worse", "lost a pinned item", tuple(pinned))
    yield from _note(
        "worse", "not compared: the text changed, or there is no gold", comparison.refused
    )
    yield from _note("plain", "scored again: the gold changed since the run before", changed)
    yield from _note("plain", "scored again: the scorer changed since the run before", rescored)
    yield from _note("plain", "not compared: not in the run before", comparison.added)


def _note(tone: Literal["worse", "plain"], text: str, names: Sequence[str]) -> Iterator[Note]:
    if names:
        yield Note(tone=tone, text=text, names=tuple(map(shown, names)))
