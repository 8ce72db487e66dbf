"""Makes the picture of the eval report from stored results.

    python docs/make_eval_picture.py results.json [--before baseline.json] --into evals/report.png

The picture is 1200 pixels wide: the head and the plot, then the filters and one article opened,
with the table and the other articles left out. Needs chromium (tests/install-browser.sh) and the
development dependencies; the letters are those of the machine's own fonts.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from evals.agreement import load_agreement
from evals.compare import compare
from evals.gold import load_cases
from evals.reports import page
from evals.reports.data import ReportData
from evals.reports.page_articles import ArticleView
from evals.reports.page_view import view_of
from evals.stored import load_results

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH = 1200
ARTICLE_HEIGHT = 640
# The text and the items of an article that tells nothing do not show what the page can do.
TELLING = ("LOST", "UNGROUNDED", "MISFILED", "WRONG WHO", "NEW FALSE", "FOUND")


def main() -> None:
    """Read the results and make the picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("results", type=Path, help="results.json of a run")
    parser.add_argument("--before", type=Path, help="results to compare with, as a baseline")
    parser.add_argument("--into", type=Path, required=True, help="the picture, a PNG file")
    parser.add_argument("--dark", action="store_true", help="as on a dark screen")
    given = parser.parse_args()
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sys.exit("There is no chromium here: run tests/install-browser.sh first.")
    data = data_of(given.results, given.before)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--headless=new", "--disable-gpu", "--hide-scrollbars"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        shoot(browser, data, given.into, dark=given.dark)
        browser.close()


def data_of(results: Path, before: Path | None) -> ReportData:
    """What the page is made of."""
    run, cases = load_results(results), load_cases(part="all")
    comparison = compare(load_results(before), run, cases) if before else None
    return ReportData(
        results=run,
        cases=cases,
        gold_folder="evals/gold",
        comparison=comparison,
        before_name=before.stem if before else "baseline",
        agreement=load_agreement(),
    )


def shoot(browser: Browser, data: ReportData, picture: Path, *, dark: bool) -> None:
    """The page with one article opened and an item of it held, cut below."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        offline=True,
    )
    name = best_article(data)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.html")
        file.write_text(page.render(data), encoding="utf-8")
        tab = context.new_page()
        tab.goto(f"{file.as_uri()}#open={name}")
        opened = tab.locator(f'.art[data-name="{name}"]')
        opened.locator(".row.worse .line[data-key], .line.gold").first.click()
        tab.evaluate(
            """name => {
              for (const place of document.querySelectorAll(".scores.pair + .fold, main > .fold, "
                  + ".scores:not(.pair) > section, .art")) {
                place.hidden = place.dataset.name !== name;
              }
              document.activeElement.blur();
              scrollTo(0, 0);
            }""",
            name,
        )
        top = opened.evaluate("e => Math.round(e.getBoundingClientRect().top)")
        tab.set_viewport_size({"width": WIDTH, "height": top + ARTICLE_HEIGHT})
        tab.wait_for_timeout(200)
        tab.screenshot(path=picture)
    context.close()


def best_article(data: ReportData) -> str:
    """The article in which most kinds of things happened, the shorter one of equals."""
    return max(view_of(data).articles, key=_telling).name


def _telling(article: ArticleView) -> tuple[int, int]:
    kinds = {kind for row in article.data.rows for kind in (*row.worse, *row.better)}
    kinds |= {row.flip for row in article.data.false}
    kinds |= {row.after.kind for row in article.data.rows}
    return len(kinds & {*TELLING, "found", "missed", "misfiled", "dropped"}), -len(
        article.data.gold
    )


if __name__ == "__main__":
    main()
