"""The HTML page in a real browser: what a reader points at, pins, prints and reads on a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from brief_factory import (
    SENTENCES,
    make_article,
    make_brief,
    make_crowded_brief,
    make_hostile_brief,
    make_long_brief,
)
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from summarizer.models import Brief
from summarizer.render import render

pytestmark = pytest.mark.browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium; without it the tests are skipped, but fail in CI."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing = "There is no chromium here: run `make browser` to install it."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a brief's page from a file; at the end nothing else may have been asked for or said."""
    file = tmp_path / "brief.html"
    asked: list[str] = []
    said: list[str] = []
    contexts: list[BrowserContext] = []

    def refuse(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    def open_brief(brief: Brief, *, evidence: bool = False, **options: object) -> Page:
        file.write_text(render(brief, "html", evidence=evidence), encoding="utf-8")
        settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        context = browser.new_context(**(settings | options))  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", refuse)
        page.goto(file.as_uri())
        return page

    yield open_brief
    for context in contexts:
        context.close()
    assert set(asked) == {file.as_uri()}
    assert said == []


def lit_sentences(page: Page) -> list[int]:
    """The numbers of the sentences that are lit in the article."""
    lit = page.locator(".s.lit").all()
    return [int(sentence.get_attribute("data-n") or 0) for sentence in lit]


def lit_entries(page: Page) -> list[str]:
    """The ids of the lines of the brief that are lit."""
    return [entry.get_attribute("id") or "" for entry in page.locator(".entry.lit").all()]


def color_of(place: Locator, name: str) -> str:
    """A computed colour of an element."""
    return str(place.evaluate("(element, name) => getComputedStyle(element)[name]", name))


def top_of(place: Locator) -> float:
    """Where an element begins in the window, in pixels from its top."""
    box = place.bounding_box()
    assert box is not None
    return box["y"]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


# --- pointing and pinning ---------------------------------------------------------------------


def test_pointing_at_an_item_lights_its_sentences(open_page: Open) -> None:
    """The sentences that an item cites are lit while the mouse is on it, and no others."""
    page = open_page(make_brief())
    assert lit_sentences(page) == []
    page.hover("#claim-3 summary")
    assert lit_sentences(page) == [4, 5]
    assert color_of(page.locator("#s-4"), "backgroundColor") == "rgb(253, 235, 176)"
    page.hover("footer")
    assert lit_sentences(page) == []


def test_pointing_scrolls_the_article_only(open_page: Open) -> None:
    """A sentence out of view is brought into view in the article's pane; the window stays."""
    page = open_page(make_long_brief())
    sentence = page.locator("#s-120")
    expect(sentence).not_to_be_in_viewport()
    page.hover("#claim-2 summary")
    expect(sentence).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0
    page.hover("#claim-1 summary")
    expect(page.locator("#s-1")).to_be_in_viewport()


def test_click_pins_and_shows_the_quote(open_page: Open) -> None:
    """A pinned item stays lit, with its quote open, whatever one points at; a click lets go."""
    page = open_page(make_brief())
    quote = page.locator("#claim-2 .proof")
    expect(quote).to_be_hidden()
    page.click("#claim-2 summary")
    page.hover("#claim-4 summary")
    assert lit_sentences(page) == [3]
    expect(quote).to_be_visible()
    expect(quote).to_contain_text(SENTENCES[2])
    page.click("#claim-2 summary")
    expect(quote).to_be_hidden()
    page.hover("footer")
    assert lit_sentences(page) == []


def test_pinning_another_lets_go_of_the_first(open_page: Open) -> None:
    """Only one line is pinned at a time."""
    page = open_page(make_brief())
    page.click("#claim-2 summary")
    page.click("#action-2 summary")
    assert lit_sentences(page) == [7]
    assert page.locator(".pinned").count() == 1
    expect(page.locator("#claim-2 .proof")).to_be_hidden()


def test_escape_lets_go(open_page: Open) -> None:
    """Escape unpins, closes the quote and puts the lights out."""
    page = open_page(make_brief())
    page.click("#threat-1 summary")
    expect(page.locator("#status")).to_contain_text("Escape lets go.")
    page.keyboard.press("Escape")
    assert page.locator(".lit, .pinned").count() == 0
    expect(page.locator("#threat-1 .proof")).to_be_hidden()


def test_pointing_at_a_sentence_lights_what_cites_it(open_page: Open) -> None:
    """All lines that a sentence proves are lit with it; a click pins it."""
    page = open_page(make_brief())
    page.hover("#s-9")
    assert lit_entries(page) == ["claim-4", "action-3", "actor-9"]
    assert lit_sentences(page) == [9]
    page.click("#s-9")
    page.hover("footer")
    assert lit_entries(page) == ["claim-4", "action-3", "actor-9"]
    expect(page.locator("#status")).to_have_text("Sentence 9 proves 3 entries. Escape lets go.")


def test_pinned_sentence_brings_its_items_into_view(open_page: Open) -> None:
    """The first line that a clicked sentence proves is scrolled to."""
    page = open_page(make_brief())
    expect(page.locator("#action-4")).not_to_be_in_viewport()
    page.click("#s-10")
    expect(page.locator("#action-4")).to_be_in_viewport()


def test_headline_and_summary_are_proven_too(open_page: Open) -> None:
    """The headline and each sentence of the summary light what they rest on."""
    page = open_page(make_brief())
    page.hover("h1")
    assert lit_sentences(page) == [1, 6]
    page.hover("#summary-1 summary")
    assert lit_sentences(page) == [1, 2]


def test_actor_dims_the_items_without_it(open_page: Open) -> None:
    """A pinned actor leaves only the items in which it acts, is acted on or reports."""
    page = open_page(make_brief())
    page.click("#actor-6 summary")
    dim = page.locator(".item.dim").count()
    assert dim == page.locator(".item").count() - 1
    assert "claim-2" in lit_entries(page)
    assert lit_sentences(page) == [3]


def test_edge_of_the_diagram_lights_its_items(open_page: Open) -> None:
    """Pointing at a line lights its items and sentences; a click pins them and shows the first."""
    page = open_page(make_brief())
    edge = page.get_by_role("link", name="Ines Calloway → dock workers: 1 threat")
    edge.locator(".label").hover()
    assert lit_entries(page) == ["threat-1"]
    assert lit_sentences(page) == [6]
    edge.locator(".label").click()
    page.hover("footer")
    assert lit_entries(page) == ["threat-1"]
    assert page.locator("svg .edge.lit").count() == 1


def test_name_in_the_diagram_is_its_actor(open_page: Open) -> None:
    """A name in the diagram pins the actor of the cast."""
    page = open_page(make_brief())
    page.locator("svg .node", has_text="Tomas Wrede").first.click()
    assert page.locator("#actor-5.pinned").count() == 1


def test_text_can_be_selected_without_pinning(open_page: Open) -> None:
    """Dragging over a sentence selects its words, and pins nothing."""
    page = open_page(make_brief())
    box = page.locator("#s-1").bounding_box()
    assert box is not None
    line = box["y"] + 14
    page.mouse.move(box["x"] + 40, line)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, line, steps=5)
    page.mouse.up()
    assert page.evaluate("getSelection().toString().length") > 5
    assert page.locator(".pinned").count() == 0


def test_evidence_is_open_from_the_start(open_page: Open) -> None:
    """With `evidence` all quotes are there and stay there when a line is let go."""
    page = open_page(make_brief(), evidence=True)
    quotes = page.locator(".proof").count()
    assert page.locator(".proof:visible").count() == quotes
    page.click("#claim-2 summary")
    assert lit_sentences(page) == [3]
    page.click("#claim-2 summary")
    assert page.locator(".proof:visible").count() == quotes


# --- keyboard and assistive technology --------------------------------------------------------


def test_keyboard_walks_and_pins(open_page: Open) -> None:
    """Tab goes through the items in order and lights them; Enter pins, Enter again lets go."""
    page = open_page(make_brief())
    page.locator("#claim-1 summary").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#claim-2 summary")).to_be_focused()
    assert lit_sentences(page) == [3]
    assert color_of(page.locator("#claim-2 summary"), "outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator("#claim-2.pinned").count() == 1
    page.keyboard.press("Tab")
    expect(page.locator("#claim-2 .proof a")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#claim-3 summary")).to_be_focused()
    assert lit_sentences(page) == [3]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.locator(".pinned").count() == 0


def test_keyboard_reaches_the_sentences(open_page: Open) -> None:
    """A sentence's number is a link: Enter pins the sentence and shows what it proves."""
    page = open_page(make_brief())
    number = page.get_by_role("link", name="Sentence 10, cited 2 times")
    number.focus()
    page.keyboard.press("Enter")
    assert lit_entries(page) == ["action-4", "actor-10"]
    expect(page.locator("#action-4")).to_be_in_viewport()


def test_first_tab_skips_to_the_article(open_page: Open) -> None:
    """The first thing that Tab reaches is a visible way past the brief."""
    page = open_page(make_brief())
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the article")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#article")).to_be_focused()


def test_page_has_landmarks_and_names(open_page: Open) -> None:
    """Brief, article, sections and diagram can be found by role and name."""
    page = open_page(make_brief())
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("complementary", name="The article")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for name in ("Claims 4", "Threats 2", "Actions 4", "Agreements 1", "Actors 11"):
        expect(page.get_by_role("region", name=name)).to_have_count(1)
    expect(page.locator("svg").get_by_role("link")).to_have_count(9 + 12)
    assert page.locator("svg").evaluate("e => e.ariaLabelledByElements[0].textContent") == (
        "Who acts on whom"
    )


# --- other windows, other media ---------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 360, 700, 900, 1280, 1900])
def test_nothing_scrolls_sideways(open_page: Open, width: int) -> None:
    """At every width, also with words without a break, the page is as wide as the window."""
    for brief in (make_brief(), make_hostile_brief("W" * 150), make_crowded_brief(14)):
        page = open_page(brief, evidence=True, viewport={"width": width, "height": 800})
        assert overflow(page) <= 0


def test_phone_has_the_article_below(open_page: Open) -> None:
    """At 360 px the article stands under the brief; a tap shows an item's quote in its place."""
    page = open_page(
        make_brief(), viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    assert top_of(page.locator("#article")) > top_of(page.locator("footer"))
    page.locator("#claim-2 summary").tap()
    expect(page.locator("#claim-2 .proof")).to_be_visible()
    expect(page.locator("#claim-2")).to_be_in_viewport()
    page.locator("#claim-2 summary").tap()
    expect(page.locator("#claim-2 .proof")).to_be_hidden()
    assert page.locator(".lit").count() == 0


def test_desktop_has_the_article_beside(open_page: Open) -> None:
    """At 1280 px the article stands right of the brief and stays while the brief scrolls."""
    page = open_page(make_brief())
    assert top_of(page.locator("#article")) == 0
    page.evaluate("scrollTo(0, 1200)")
    assert page.evaluate("scrollY") == 1200
    assert top_of(page.locator("#article")) == 0


def test_dark_mode_has_its_own_colours(open_page: Open) -> None:
    """Who prefers a dark screen gets light text on dark paper, and a darker marker."""
    page = open_page(make_brief())
    html, sentence = page.locator("html"), page.locator("#s-3")
    page.hover("#claim-2 summary")
    light = [color_of(html, "backgroundColor"), color_of(html, "color")]
    marker = color_of(sentence, "backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert [color_of(html, "backgroundColor"), color_of(html, "color")] == [
        "rgb(23, 24, 27)",
        "rgb(231, 227, 218)",
    ]
    assert light == ["rgb(251, 250, 246)", "rgb(29, 27, 24)"]
    expect(sentence).not_to_have_css("background-color", marker)


def test_print_has_quotes_and_no_controls(open_page: Open) -> None:
    """On paper every item has its quote, the article is below, and nothing waits for a click."""
    page = open_page(make_brief())
    page.click("#actor-6 summary")
    page.emulate_media(media="print")
    for place in ("#claim-2 .proof", "#agreement-1 .proof", ".folded"):
        expect(page.locator(place)).to_be_visible()
    for place in ("#status", ".skip", ".counts"):
        expect(page.locator(place)).to_be_hidden()
    assert top_of(page.locator("#article")) > top_of(page.locator("footer"))
    expect(page.locator("#claim-1")).to_have_css("opacity", "1")
    assert len(page.pdf()) > 10_000


def test_page_works_without_javascript(open_page: Open) -> None:
    """Without scripts quotes open by a click, numbers lead to sentences, and no hint lies."""
    page = open_page(make_brief(), java_script_enabled=False)
    expect(page.locator("#status")).to_be_hidden()
    page.click("#claim-2 summary")
    expect(page.locator("#claim-2 .proof")).to_be_visible()
    page.click(".fold summary")
    expect(page.locator(".folded")).to_contain_text("“40” does not stand in sentence 9.")
    page.click("#claim-2 .proof a")
    assert page.url.endswith("#s-3")
    expect(page.locator("#s-3")).to_have_css("background-color", "rgb(253, 235, 176)")


# --- hostile and large briefs -----------------------------------------------------------------

ATTACKS = (
    "<script>alert(1)</script>",
    "</style></title></script><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_text_is_only_text(open_page: Open, attack: str) -> None:
    """Text of article and model runs nothing, loads nothing and is there to be read."""
    page = open_page(make_hostile_brief(attack), evidence=True)
    expect(page.locator("h1")).to_have_text(attack)
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed, link, form, [onerror], [onload]").count() == 0
    page.hover("#claim-1 summary")
    assert lit_sentences(page) == [1]


def test_policy_stops_what_is_not_ours(browser: Browser, tmp_path: Path) -> None:
    """Even if a script got into the page, the page's policy would not let it run."""
    foreign = "<script>document.title = 'foreign'</script></main>"
    file = tmp_path / "broken.html"
    file.write_text(render(make_brief(), "html").replace("</main>", foreign), encoding="utf-8")
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    assert page.title() == make_brief().headline
    assert len(said) == 1
    assert "Content Security Policy" in said[0]
    page.close()


def test_names_in_the_diagram_do_not_overlap(open_page: Open) -> None:
    """With twelve actors of long names no two texts of the diagram lie on each other."""
    page = open_page(make_crowded_brief(12))
    boxes = [place.bounding_box() for place in page.locator("svg text").all()]
    found = [box for box in boxes if box]
    assert len(found) == len(boxes) > 24
    for n, one in enumerate(found):
        for other in found[n + 1 :]:
            apart = (
                one["x"] + one["width"] <= other["x"] + 0.5
                or other["x"] + other["width"] <= one["x"] + 0.5
                or one["y"] + one["height"] <= other["y"] + 2
                or other["y"] + other["height"] <= one["y"] + 2
            )
            assert apart, (one, other)


def test_right_to_left_text_keeps_its_direction(open_page: Open) -> None:
    """An Arabic headline and article run from right to left in a page that does not."""
    text = "أعلن الاتحاد إضرابا في الميناء."
    page = open_page(make_hostile_brief(text))
    expect(page.locator("h1")).to_have_css("direction", "rtl")
    expect(page.locator(".text p")).to_have_css("direction", "rtl")
    expect(page.locator("body")).to_have_css("direction", "ltr")


def test_title_of_the_window_is_the_headline(open_page: Open) -> None:
    """The window is named after the headline, the article after its own title."""
    page = open_page(make_brief(article=make_article(title="A title of its own")))
    assert page.title() == make_brief().headline
    expect(page.locator("#article h2")).to_have_text("A title of its own")
