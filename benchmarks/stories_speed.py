"""Joining many briefs into stories: seconds, memory, growth, and B-cubed at that size.

The briefs are copies of the gold in evals/stories_gold with other names, other figures and mostly
other words, drawn so that copies share them as the articles of a real day do: few names are in
many stories, most in one, and new words keep coming. A third of the words stays, so that each copy
holds the same kinds of event as all others. All are of the same two days, so that dates keep
nothing apart. Each size runs in a process of its own; its memory is the largest resident size, the
briefs themselves included.

    python benchmarks/stories_speed.py [--plot benchmarks/stories_speed.svg] [--size N]
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain, count, islice
from pathlib import Path
from typing import Any

from evals.stories.bcubed import BCubed, b_cubed
from evals.stories.gold import GoldArticle, GoldStory, Grouped, Part, grouped, load_stories
from summarizer.models import Frozen
from summarizer.stories import join_stories

SIZES = (1_250, 2_500, 5_000, 10_000)
NAMES, NAME_SKEW = 20_000, 0.7
WORDS, WORD_SKEW = 40_000, 1.0
KEPT_WORDS = 0.33
STEM = 6
SYLLABLES = [c + v for c in "b br d f g gr h k l m n p r s st t tr v w".split() for v in "aeiou"]
WORD = re.compile(r"\d[\d.,]*\d|\w+")
DATES = "monday tuesday wednesday thursday friday saturday sunday june sept september october"
STAYING = frozenset([*DATES.split(), "corvin", "union", "press"])
FIRST_DAYS = (2, 15)
CODES = frozenset("outlet published origin kind type status act mode event sentences".split())


class Renaming:
    """Other names, figures and words for one copy, each always replaced by the same one."""

    def __init__(self, seed: int, vocabulary: Vocabulary) -> None:
        self._random = random.Random(seed)
        self._vocabulary = vocabulary
        self._new: dict[str, str] = {}
        self._taken: set[str] = set()

    def __call__(self, text: str) -> str:
        return WORD.sub(lambda match: self._word(match.group()), text)

    def _word(self, word: str) -> str:
        low = word.casefold()
        if low in self._vocabulary.common:
            return word
        if low in self._vocabulary.names or low[0].isdigit():
            new = self._drawn(low, self._figure if low[0].isdigit() else self._name)
        else:
            new = self._drawn(low[:STEM], self._other) + low[STEM:]
        return new.upper() if word.isupper() else new.title() if word[0].isupper() else new

    def _drawn(self, old: str, draw: Callable[[str], str]) -> str:
        if old not in self._new:
            self._new[old] = draw(old)
        return self._new[old]

    def _figure(self, old: str) -> str:
        return "".join(str(self._random.randint(1, 9)) if c in "123456789" else c for c in old)

    def _name(self, old: str) -> str:
        """One that this copy has not, so that two people do not become one."""
        weights = zipf(NAMES, NAME_SKEW)
        while (name := self._random.choices(pool(1, NAMES), cum_weights=weights)[0]) in self._taken:
            pass
        self._taken.add(name)
        return name

    def _other(self, old: str) -> str:
        if self._random.random() < KEPT_WORDS:
            return old
        return self._random.choices(pool(2, WORDS), cum_weights=zipf(WORDS, WORD_SKEW))[0]


@dataclass(frozen=True)
class Vocabulary:
    """Words that stay: those of a fifth of the articles, dates and agencies; and the names."""

    common: frozenset[str]
    names: frozenset[str]


def vocabulary(stories: Iterable[GoldStory]) -> Vocabulary:
    texts = [f"{a.title}\n{a.text}" for story in stories for a in story.articles]
    having = Counter(w for text in texts for w in {w.casefold() for w in WORD.findall(text)})
    small = {w for text in texts for w in WORD.findall(text) if w.islower()}
    often = {w for w, n in having.items() if n * 5 >= len(texts)} & small
    capital = {w.casefold() for text in texts for w in WORD.findall(text) if w[0].isupper()}
    return Vocabulary(frozenset(often | STAYING), frozenset(capital - small))


@cache
def pool(seed: int, size: int) -> list[str]:
    """Invented words, the commonest first."""
    draw = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < size:
        found["".join(draw.choices(SYLLABLES, k=draw.choice((2, 3, 3, 4))))] = None
    return list(found)


@cache
def zipf(size: int, skew: float) -> list[float]:
    return list(accumulate(rank**-skew for rank in range(1, size + 1)))


def briefs(size: int, part: Part = "all") -> list[Grouped]:
    """Copies of the gold until there are `size` articles."""
    stories = load_stories(part)
    known = vocabulary(stories)
    renamings = (Renaming(copy, known) for copy in count())
    copies = (renamed(story, n, r) for n, r in enumerate(renamings) for story in stories)
    return list(islice(chain.from_iterable(copies), size))


def renamed(story: GoldStory, copy: int, rename: Renaming) -> Iterator[Grouped]:
    articles = tuple(renamed_article(article, rename) for article in story.articles)
    return grouped(GoldStory(story=f"{copy}-{story.story}", about="", articles=articles))


def renamed_article(article: GoldArticle, rename: Renaming) -> GoldArticle:
    """Its date is one of two days, as the first and second of the gold's halves."""
    day = 2 if article.published.day in FIRST_DAYS else 3
    changed = GoldArticle.model_validate_json(
        json.dumps(in_strings(article.model_dump(mode="json"), rename))
    )
    return changed.model_copy(
        update={"published": article.published.replace(month=6, day=day), "origin": article.origin}
    )


def in_strings(data: Any, rename: Renaming) -> Any:
    """The annotation with its free texts renamed; labels, outlets and codes stay."""
    if isinstance(data, dict):
        return {k: v if k in CODES else in_strings(v, rename) for k, v in data.items()}
    if isinstance(data, list):
        return [in_strings(part, rename) for part in data]
    return rename(data) if isinstance(data, str) else data


class Run(Frozen):
    """One size: wall-clock and processor seconds, MiB before and at the peak of joining."""

    size: int
    seconds: float
    cpu_seconds: float
    input_mib: float
    peak_mib: float
    groups: int
    stories: BCubed
    origins: BCubed


def measure(size: int) -> Run:
    gold = briefs(size)
    articles = [g.filed for g in gold]
    before = peak_mib()
    began, cpu = time.perf_counter(), time.process_time()
    stories = join_stories(articles)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    peak = peak_mib()
    found = {article: story.id for story in stories for article in story.articles}
    copies = {a: o.articles[0] for s in stories for o in s.origins for a in o.articles}
    return Run(
        size=size,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        input_mib=before,
        peak_mib=peak,
        groups=len(stories),
        stories=b_cubed({g.filed.id: g.story for g in gold}, found),
        origins=b_cubed({g.filed.id: g.origin for g in gold}, copies),
    )


def peak_mib() -> float:
    """Largest resident size so far; macOS counts it in bytes, Linux in KiB."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def in_own_process(size: int) -> Run:
    """So that no size profits from the memory of the one before."""
    done = subprocess.run(
        [sys.executable, __file__, "--size", str(size)], check=True, capture_output=True, text=True
    )
    return Run.model_validate_json(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plot", type=Path, help="an SVG of the growth")
    parser.add_argument("--size", type=int, help="one size alone, as JSON")
    options = parser.parse_args()
    if options.size:
        print(measure(options.size).model_dump_json())
        return
    runs = []
    for size in SIZES:
        runs.append(in_own_process(size))
        print(line(runs[-1]), flush=True)
    print(f"growth: seconds as size to the power of {growth(runs):.2f}")
    if options.plot:
        plot(runs, options.plot)


def line(run: Run) -> str:
    return (
        f"{run.size:>7,} briefs  {run.seconds:>6.1f} s  {run.cpu_seconds:>6.1f} s cpu  "
        f"{run.input_mib:>5.0f} MiB before  {run.peak_mib:>5.0f} MiB peak  "
        f"{run.groups:>5,} stories  P {run.stories.precision:.3f}  R {run.stories.recall:.3f}  "
        f"F1 {run.stories.f1:.3f}  origins F1 {run.origins.f1:.3f}"
    )


def growth(runs: Sequence[Run]) -> float:
    """Slope of the straight line through the logarithms, by least squares."""
    slope, _ = statistics.linear_regression(
        [math.log(run.size) for run in runs], [math.log(run.cpu_seconds) for run in runs]
    )
    return slope


def plot(runs: Sequence[Run], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    sizes = [run.size for run in runs]
    figure, (time_axes, memory_axes) = pyplot.subplots(1, 2, figsize=(9, 4))
    time_axes.loglog(sizes, [run.cpu_seconds for run in runs], "o-", label="measured")
    first = runs[0].cpu_seconds / sizes[0]
    time_axes.loglog(sizes, [first * size for size in sizes], "--", label="linear")
    time_axes.axhline(60, color="grey", linewidth=1, label="limit")
    time_axes.set(xlabel="briefs", ylabel="processor seconds")
    time_axes.minorticks_off()
    time_axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    memory_axes.plot(sizes, [run.peak_mib for run in runs], "o-", label="peak while joining")
    memory_axes.plot(sizes, [run.input_mib for run in runs], "o--", label="briefs alone")
    memory_axes.axhline(1024, color="grey", linewidth=1, label="limit")
    memory_axes.set(xlabel="briefs", ylabel="MiB resident", ylim=(0, None))
    for axes in (time_axes, memory_axes):
        axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
