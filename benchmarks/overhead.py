"""Work besides the model: splitting, prompts, grounding. A scripted model answers at once, with
an item for every second sentence whose words are those of the sentence.

    python benchmarks/overhead.py [--plot benchmarks/overhead.svg]
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from summarizer import pipeline
from summarizer.models import Article, Profile, Request
from summarizer.prompts import Prompts
from summarizer.render import render
from summarizer.testing import FakeModel

ARTICLE = (Path(__file__).parent.parent / "docs" / "sample-article.txt").read_text("utf-8")
SIZES = (1_000, 5_000, 20_000, 100_000, 300_000, 1_000_000)
NAMES = ("Irene Castell", "Harbour Front", "Paul Okafor", "Nordhaven Logistics", "Tomas Brandt")
NUMBERED = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)


def article_of(characters: int) -> Article:
    text = ARTICLE
    while len(text) < characters:
        text += ARTICLE
    return Article(text=text[:characters])


def script(request: Request) -> dict[str, Any]:
    if request.purpose == "cast":
        return {"actors": [actor(name) for name in NAMES]}
    if request.purpose == "overview":
        return {"headline": "Dockers walk out", "summary": []}
    asked = request.messages[-1].content
    return {"items": [item(int(n), t) for n, t in NUMBERED.findall(asked) if int(n) % 2]}


def actor(name: str) -> dict[str, Any]:
    return {"name": name, "kind": "group", "role": "", "aliases": []}


def item(number: int, text: str) -> dict[str, Any]:
    who = [name for name in NAMES if name in text][:1]
    return {
        "sentences": [number],
        "who": who,
        "whom": [],
        "what": text[:120],
        "type": "action",
        "status": "happened",
        "reported_by": [],
        "event": "OTHER",
    }


def milliseconds(article: Article, prompts: Prompts) -> float:
    model = FakeModel(script, profile=Profile(prompt_set="passage", parallel=1))
    began = time.perf_counter()
    brief = pipeline.summarize(article, model=model, prompts=prompts)
    render(brief, "json")
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    prompts = Prompts()
    medians = []
    for size in SIZES:
        article = article_of(size)
        runs = 9 if size <= 20_000 else 3
        milliseconds(article, prompts)
        medians.append(statistics.median(milliseconds(article, prompts) for _ in range(runs)))
        per = medians[-1] / size * 1000
        print(f"{size:>9,} characters  {medians[-1]:>9.1f} ms  {per:>6.2f} ms a 1,000 characters")
    if "--plot" in sys.argv:
        plot(medians, Path(sys.argv[sys.argv.index("--plot") + 1]))


def plot(medians: list[float], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4))
    axes.loglog(SIZES, medians, "o-", label="measured, median")
    axes.loglog(SIZES, [medians[1] / SIZES[1] * s for s in SIZES], "--", label="linear")
    axes.set(xlabel="characters", ylabel="milliseconds besides the model")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
