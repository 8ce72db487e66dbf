"""How often the gate of the evals cries wolf, and how often it sees a loss.

Pairs of runs over the same documents are simulated from the counts of a results file and handed
to the gate itself (evals.gate.section_changes), with 1,000 swaps instead of 10,000. The model:

- A document has the gold items that it has; where more documents are asked for than there are,
  they are drawn from them.
- An item is found with the probability of its document and section, drawn from a beta
  distribution whose mean is the section's recall and whose spread gives items of a document the
  observed correlation (moment estimate); if found, its who, whom and status are right likewise.
- False items a document are Poisson, with the section's mean.
- The candidate keeps this share of the baseline's answers, item by item, as where answers are
  replayed; the others it draws anew, from the same probabilities. With none kept the two runs
  share their documents' probabilities and nothing else.
- A loss thins the candidate's claims: found ones are missed, or only told wrong ("strict"), until
  the expected F1 is that much lower.

"default" is the model of the results file at the level it scored; "capable" has aligned F1 .80
and strict F1 .65 in every section, and as many false items as missed ones.

    python benchmarks/gate_error_rates.py [--results PATH] [--runs N] [--json]
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from evals.counts import ALL_SECTIONS, Section, SectionScore
from evals.gate import SIGNIFICANT, TOLERATED_LOSS, Metric, SectionChange, section_changes
from evals.score import DocumentScore
from evals.statistics import holm

BASELINE = Path(__file__).parent.parent / "evals" / "baseline.json"
DOCUMENTS = (20, 40, 80, 160)
KEPT = (0.9, 0.7, 0.0)
LOSSES = (0.03, 0.05, 0.10)
HEADLINE, USUAL = 0.07, 0.7
LOSER: Section = "claim"
CAPABLE = {"aligned": 0.80, "strict": 0.65}
SWAPS, BATCH, SEED = 1_000, 20, 20_240_229

Rule = Literal["gate", "holm", "plain"]
RULES: tuple[Rule, ...] = ("gate", "holm", "plain")


@dataclass(frozen=True)
class Share:
    """Mean probability over items, and the correlation of two items of a document."""

    mean: float
    correlation: float


@dataclass(frozen=True)
class SectionModel:
    """`gold`: items of each document; `false`: mean number of false items a document."""

    section: Section
    gold: tuple[int, ...]
    found: Share
    right: Share
    false: float

    @property
    def not_found(self) -> float:
        """What of F1's denominator is not twice the hits, less the misses: gold and false."""
        return sum(self.gold) + self.false * len(self.gold)

    def f1(self, metric: Metric) -> float:
        hits = self.found.mean * sum(self.gold)
        aligned = 2 * hits / (hits + self.not_found) if self.not_found else 0.0
        return aligned if metric == "aligned" else aligned * self.right.mean


@dataclass(frozen=True)
class Loss:
    """`points` are of F1, from 0 to 1."""

    points: float
    metric: Metric = "aligned"


@dataclass(frozen=True)
class Cell:
    """One simulated setting; its rates are shares of comparisons with a FAIL.

    Without a loss a FAIL of any section counts, with one a FAIL of the section that lost.
    """

    level: str
    documents: int
    kept: float
    loss: Loss | None = None
    runs: int = 0
    gate: float = 0.0
    holm: float = 0.0
    plain: float = 0.0

    def error(self, rule: Rule) -> float:
        """Monte-Carlo standard error of a rate."""
        rate = float(getattr(self, rule))
        return math.sqrt(rate * (1 - rate) / self.runs)


# --- the model --------------------------------------------------------------------------------


def read_scores(path: Path) -> list[DocumentScore]:
    """Only the scores are read, so that a results file of another version serves too."""
    documents = json.loads(path.read_text("utf-8"))["documents"]
    return [DocumentScore.model_validate(document["score"]) for document in documents]


def observed(documents: Sequence[DocumentScore]) -> tuple[SectionModel, ...]:
    parts = {s: [p for d in documents for p in d.sections if p.section == s] for s in ALL_SECTIONS}
    return tuple(section_model(section, scores) for section, scores in parts.items())


def section_model(section: Section, scores: Sequence[SectionScore]) -> SectionModel:
    gold, found = [s.gold for s in scores], [s.true_positives for s in scores]
    return SectionModel(
        section=section,
        gold=tuple(gold),
        found=share(found, gold),
        right=share([s.strict or 0 for s in scores], found),
        false=sum(s.false_positives for s in scores) / len(scores),
    )


def share(hits: Sequence[int], items: Sequence[int]) -> Share:
    """The correlation is the moment estimate from a one-way analysis of variance."""
    having = [(k, n) for k, n in zip(hits, items, strict=True) if n]
    k, n = np.array(having, dtype=float).reshape(-1, 2).T
    total, groups = n.sum(), len(n)
    mean = float(k.sum() / total) if groups else 0.0
    if mean in (0, 1) or total == groups or groups == 1:
        return Share(mean, 0.0)
    between = (n * (k / n - mean) ** 2).sum() / (groups - 1)
    within = (k * (1 - k / n)).sum() / (total - groups)
    size = (total - (n**2).sum() / total) / (groups - 1)
    correlation = (between - within) / (between + (size - 1) * within)
    return Share(mean, float(np.clip(correlation, 0, 0.5)))


def capable(model: SectionModel) -> SectionModel:
    aligned, strict = CAPABLE["aligned"], CAPABLE["strict"]
    return replace(
        model,
        found=replace(model.found, mean=aligned),
        right=replace(model.right, mean=strict / aligned),
        false=(1 - aligned) * sum(model.gold) / len(model.gold),
    )


def thinned(model: SectionModel, loss: Loss | None) -> float:
    """The share of the candidate's hits that are left, so that the F1 falls by the loss."""
    if loss is None or model.section != LOSER:
        return 1.0
    target = model.f1(loss.metric) - loss.points
    if loss.metric == "strict":
        return target / model.f1("strict")
    return target * model.not_found / ((2 - target) * sum(model.gold) * model.found.mean)


# --- runs -------------------------------------------------------------------------------------


class Simulator:
    """Draws pairs of runs of one section; arrays are runs x items or runs x documents."""

    def __init__(self, rng: Any, model: SectionModel, places: Any, runs: int) -> None:
        self.rng, self.model, self.runs = rng, model, runs
        self.gold = np.array(model.gold)[places]
        self.owner = np.repeat(np.arange(len(places)), self.gold)
        self.p_found, self.p_right = (
            self.probabilities(model.found),
            self.probabilities(model.right),
        )

    def probabilities(self, of: Share) -> Any:
        if not of.correlation:
            return np.full((self.runs, len(self.owner)), of.mean)
        weight = 1 / of.correlation - 1
        shape = (self.runs, len(self.gold))
        return self.rng.beta(of.mean * weight, (1 - of.mean) * weight, shape)[:, self.owner]

    def pair(self, kept: float, loss: Loss | None) -> tuple[list[Any], list[Any]]:
        """Scores of all runs and documents, of the baseline and of the candidate."""
        found, right = self.items()
        found_anew, right_anew = self.items()
        keep, spared = self.chance(kept), self.chance(thinned(self.model, loss))
        later_right = np.where(keep, right, right_anew) & spared
        later_found = np.where(keep, found, found_anew)
        if loss is not None and loss.metric == "aligned":
            later_found &= spared
        mean, shape = self.model.false, (self.runs, len(self.gold))
        false = self.rng.poisson(mean, shape)
        later_false = self.rng.binomial(false, kept) + self.rng.poisson((1 - kept) * mean, shape)
        return (
            self.scores(found, right, false),
            self.scores(later_found, later_right, later_false),
        )

    def items(self) -> tuple[Any, Any]:
        found = self.rng.random(self.p_found.shape) < self.p_found
        return found, found & (self.rng.random(found.shape) < self.p_right)

    def chance(self, probability: float) -> Any:
        return self.rng.random(self.p_found.shape) < probability

    def scores(self, found: Any, right: Any, false: Any) -> list[list[SectionScore]]:
        counts = np.stack([self.per_document(found), self.per_document(right), false], axis=2)
        return [
            [self.score(gold, *row) for gold, row in zip(self.gold.tolist(), rows, strict=True)]
            for rows in counts.tolist()
        ]

    def per_document(self, hits: Any) -> Any:
        ends = np.cumsum(self.gold)
        running = np.pad(np.cumsum(hits, axis=1), ((0, 0), (1, 0)))
        return running[:, ends] - running[:, ends - self.gold]

    def score(self, gold: int, found: int, right: int, false: int) -> SectionScore:
        return SectionScore(
            section=self.model.section,
            true_positives=found,
            false_positives=false,
            false_negatives=gold - found,
            strict=None if self.model.section == "actor" else right,
        )


def comparisons(
    cell: Cell, models: Sequence[SectionModel], runs: int, seed: int
) -> Iterator[tuple[SectionChange, ...]]:
    rng = np.random.default_rng([SEED, seed])
    size = len(models[0].gold)
    for start in range(0, runs, BATCH):
        drawn = rng.integers(0, size, cell.documents)
        places = np.arange(size) if cell.documents == size else drawn
        batch = min(BATCH, runs - start)
        pairs = [Simulator(rng, m, places, batch).pair(cell.kept, cell.loss) for m in models]
        for run in range(batch):
            before, after = (documents([pair[side][run] for pair in pairs]) for side in (0, 1))
            yield section_changes(before, after, swaps=SWAPS)


def documents(sections: Sequence[Sequence[SectionScore]]) -> list[DocumentScore]:
    rows = zip(*sections, strict=True)
    return [DocumentScore(sections=row, fields=(), pairs=(), misfiled=(), wrong=()) for row in rows]


# --- rates ------------------------------------------------------------------------------------


def failing(changes: Sequence[SectionChange], rule: Rule) -> set[Section]:
    """Sections that fail by the gate, by Holm over the same tests, or by a fall of 2 points."""
    if rule == "gate":
        return {c.section for c in changes if c.verdict == "FAIL"}
    lost = [-c.numbers.change > TOLERATED_LOSS for c in changes]
    p = holm([c.numbers.p for c in changes]) if rule == "holm" else [0.0] * len(changes)
    rows = zip(changes, lost, p, strict=True)
    return {c.section for c, loss, value in rows if loss and value < SIGNIFICANT}


def measured(cell: Cell, models: Sequence[SectionModel], runs: int, seed: int) -> Cell:
    hits = dict.fromkeys(RULES, 0)
    for changes in comparisons(cell, models, runs, seed):
        for rule in RULES:
            failed = failing(changes, rule)
            hits[rule] += LOSER in failed if cell.loss else bool(failed)
    shares: dict[str, Any] = {rule: count / runs for rule, count in hits.items()}
    return replace(cell, runs=runs, **shares)


def promised(cell: Cell, models: Sequence[SectionModel], runs: int, seed: int) -> Cell:
    """The rates at the loss that the gate says it would have shown with 80 % power (median)."""
    quiet = comparisons(cell, models, max(runs // 5, 1), seed)
    sizes = [c.smallest for changes in quiet for c in changes if is_aligned_loser(c)]
    return measured(replace(cell, loss=Loss(statistics.median(sizes))), models, runs, seed)


def is_aligned_loser(change: SectionChange) -> bool:
    return change.section == LOSER and change.metric == "aligned"


def cells(levels: Iterable[str]) -> list[Cell]:
    """No change and the headline loss at every share of kept answers, other losses at one."""
    others = [Loss(points) for points in LOSSES] + [Loss(HEADLINE, "strict")]
    settings = [(kept, None) for kept in KEPT] + [(kept, Loss(HEADLINE)) for kept in KEPT]
    settings += [(USUAL, loss) for loss in others]
    return [
        Cell(level, size, kept, loss)
        for level in levels
        for kept, loss in settings
        for size in DOCUMENTS
    ]


def runs_of(cell: Cell, runs: int) -> int:
    """So many that the standard error of the headline cells is below 1 point."""
    if cell.loss is None:
        return runs if cell.documents < 80 else runs // 2
    if cell.documents == DOCUMENTS[0] and cell.loss == Loss(HEADLINE):
        return runs * 5 // 2
    return runs // 5 if cell.documents < 160 else runs // 10


# --- output -----------------------------------------------------------------------------------


def table(title: str, found: Sequence[Cell], value: Callable[[Cell], str]) -> str:
    rows = list(dict.fromkeys((c.level, c.loss, c.kept) for c in found))
    sizes = list(dict.fromkeys(c.documents for c in found))
    by_place = {(c.level, c.loss, c.kept, c.documents): value(c) for c in found}
    head = f"{'level':<9}{'loss':<12}{'kept':>5}" + "".join(f"{f'{n} docs':>13}" for n in sizes)
    lines = [
        f"{level:<9}{loss_words(loss):<12}{kept:>5.0%}"
        + "".join(f"{by_place[level, loss, kept, size]:>13}" for size in sizes)
        for level, loss, kept in rows
    ]
    return "\n".join([title, "", head, *lines, ""])


def loss_words(loss: Loss | None) -> str:
    if loss is None:
        return "none"
    return f"{100 * loss.points:.0f}" + (" strict" if loss.metric == "strict" else "")


def promises(found: Sequence[Cell]) -> str:
    lines = [
        f"{c.level:<9}{100 * c.loss.points:<12.1f}{c.kept:>5.0%}{with_error('gate')(c):>13}"
        for c in found
        if c.loss
    ]
    title = f"Power at the smallest loss that {found[0].documents} documents are said to show, %"
    return "\n".join([title, "", f"{'level':<9}{'loss':<12}{'kept':>5}{'power':>13}", *lines, ""])


def with_error(rule: Rule) -> Callable[[Cell], str]:
    return lambda cell: f"{100 * getattr(cell, rule):.1f} ±{100 * cell.error(rule):.1f}"


def beside(cell: Cell) -> str:
    return "/".join(f"{100 * getattr(cell, rule):.0f}" for rule in RULES)


def report(
    found: Sequence[Cell], said: Sequence[Cell], levels: dict[str, tuple[SectionModel, ...]]
) -> str:
    quiet, losing = [c for c in found if not c.loss], [c for c in found if c.loss]
    usual = [c for c in found if c.kept == USUAL and c.loss in (None, Loss(HEADLINE))]
    claims = {
        name: next(m for m in models if m.section == LOSER) for name, models in levels.items()
    }
    scores = [f"{n} {m.f1('aligned'):.2f}/{m.f1('strict'):.2f}" for n, m in claims.items()]
    return "\n".join(
        [
            f"Claims, aligned/strict F1: {', '.join(scores)}.",
            "Losses are of the claims, in points of F1.\n",
            table("False alarms: comparisons with any FAIL, %", quiet, with_error("gate")),
            table("Power: comparisons in which the claims FAIL, %", losing, with_error("gate")),
            promises(said),
            table("The same of gate/Holm/any fall of 2 points, %", usual, beside),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=BASELINE, help="a run's results.json")
    parser.add_argument("--runs", type=int, default=1_000, help="comparisons a false-alarm cell")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    if not options.results.is_file():
        parser.error(f"there is no {options.results}; python -m evals run --results DIR makes one")
    own = observed(read_scores(options.results))
    levels = {"default": own, "capable": tuple(capable(model) for model in own)}
    found = [
        measured(cell, levels[cell.level], runs_of(cell, options.runs), seed)
        for seed, cell in enumerate(cells(levels))
    ]
    said = [
        promised(Cell(level, DOCUMENTS[0], kept), models, options.runs // 2, len(found))
        for level, models in levels.items()
        for kept in KEPT
    ]
    if options.json:
        print(json.dumps([asdict(c) for c in (*found, *said)], indent=1))
    else:
        print(report(found, said, levels))


if __name__ == "__main__":
    main()
