"""Makes the pictures of the documentation from one stored brief.

    python docs/make_pictures.py brief.json [--into docs]

writes brief-page.png (1280 x 900, an item pinned), brief-page-dark.png, brief-page-phone.png
(360 x 740) and brief-terminal.png (80 columns). Needs chromium (tests/install-browser.sh) and the
development dependencies; the letters are those of the machine's own fonts.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from summarizer.models import Brief
from summarizer.render import render

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
COLUMNS = 80
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}


def main() -> None:
    """Read the brief and make every picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("brief", type=Path, help="a brief as JSON (summarizer brief -f json)")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="folder")
    given = parser.parse_args()
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sys.exit("There is no chromium here: run tests/install-browser.sh first.")
    brief = Brief.model_validate_json(given.brief.read_text(encoding="utf-8"))
    given.into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--headless=new", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        make_pictures(browser, brief, given.into)
        browser.close()


def make_pictures(browser: Browser, brief: Brief, into: Path) -> None:
    """The three pictures of the page and the one of the terminal."""
    with tempfile.TemporaryDirectory() as folder:
        page_file = Path(folder, "brief.html")
        page_file.write_text(render(brief, "html"), encoding="utf-8")
        item = best_item(brief)
        shoot(browser, page_file, into / "brief-page.png", item, viewport=DESKTOP)
        dark = {"viewport": DESKTOP, "color_scheme": "dark"}
        shoot(browser, page_file, into / "brief-page-dark.png", item, **dark)
        phone = {"viewport": PHONE, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
        shoot(browser, page_file, into / "brief-page-phone.png", item, **phone)
        svg_file = Path(folder, "terminal.svg")
        svg_file.write_text(terminal_svg(brief), encoding="utf-8")
        shoot_svg(browser, svg_file, into / "brief-terminal.png")


def best_item(brief: Brief) -> str:
    """The item to pin: one with two sides early in the page, so that the headline is seen too."""
    early = [f"#claim-{n}" for n, claim in enumerate(brief.claims[:2], start=1) if claim.whom]
    others = [f"#{kind}-1" for kind in ("claim", "threat", "action") if getattr(brief, f"{kind}s")]
    return [*early[::-1], *others, "#summary-1"][0]


def shoot(browser: Browser, file: Path, picture: Path, item: str, **options: Any) -> None:
    """The page in its first window, with `item` pinned."""
    context = browser.new_context(reduced_motion="reduce", offline=True, **options)
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator(f"{item} summary").click()
    if "is_mobile" in options:
        page.locator(item).evaluate("e => scrollBy(0, e.getBoundingClientRect().top - 240)")
    save(page, picture)
    context.close()


def terminal_svg(brief: Brief) -> str:
    """The terminal's output as rich draws it."""
    with Path("/dev/null").open("w") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        text = render(brief, "terminal", width=COLUMNS, color=True)
        console.print(Text.from_ansi(text), soft_wrap=True)
    return console.export_svg(title="summarizer brief", theme=DIMMED_MONOKAI)


def shoot_svg(browser: Browser, file: Path, picture: Path) -> None:
    """The drawing in its own size; rich's web font is not fetched."""
    context = browser.new_context(viewport=DESKTOP, offline=True, device_scale_factor=1)
    page = context.new_page()
    page.goto(file.as_uri())
    box = page.evaluate("(b => [b.width, b.height])(document.documentElement.viewBox.baseVal)")
    page.set_viewport_size({"width": round(box[0]), "height": round(box[1])})
    save(page, picture)
    context.close()


def save(page: Page, picture: Path) -> None:
    """Write the window as it is seen."""
    page.wait_for_timeout(200)
    page.screenshot(path=picture)


if __name__ == "__main__":
    main()
