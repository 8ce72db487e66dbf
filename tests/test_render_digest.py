"""The day's brief for reading: Markdown, plain text, and the page in a real browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect, sync_playwright
from rich.cells import cell_len

from summarizer.digest_models import (
    Change,
    Citation,
    Commitment,
    Digest,
    DigestArticle,
    DigestStory,
    Disagreement,
    DropCount,
    LeftOut,
    Line,
    Rank,
    Side,
    StoryActor,
    StoryItem,
    Unread,
)
from summarizer.models import DropReason, Quote, Usage
from summarizer.render.digest import MOST_UNREAD, digest_markdown, digest_text
from summarizer.render.digest_page import digest_page
from summarizer.render.links import web_link
from summarizer.render.text import one_line

# --- a small factory --------------------------------------------------------------------------

DAY = date(2026, 3, 4)  # a Wednesday
COURIER = (
    "A levee on the Osk broke before dawn, and the town of Marn stood in two metres of water. "
    "At least 19 people died in the flood, the rescue service said.\n\n"
    "“If the ministry does not pay by Friday, we will open the upper gates ourselves,” said "
    "Dana Reyl, mayor of Marn. She spoke on the steps of the school.\n\n"
    "Marn and the water board signed an accord on shared pumps on Tuesday night."
)
GAZETTE = (
    "The flood at Marn has killed 12 people, police said. "
    "The ministry withdrew its order to clear the camp."
)
OLD = "The ministry ordered the camp cleared by Monday. Marn promised new pumps by 2 March."


def make_article(id_: str, text: str, **changes: Any) -> DigestArticle:
    """An article of the day, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "id": id_,
        "url": f"https://{id_}.example/flood?a=1&b=2",
        "title": f"The flood, by the {id_}",
        "outlet": id_.title(),
        "feed": f"{id_} feed",
        "published": datetime(2026, 3, 4, 5, 30, tzinfo=UTC),
        "extent": "full",
        "text": text,
    }
    return DigestArticle(**(fields | changes))


ARTICLES = (
    make_article("courier", COURIER),
    make_article("gazette", GAZETTE, extent="feed_summary"),
    make_article("herald", OLD, published=datetime(2026, 3, 3, 5, 30, tzinfo=UTC)),
)


def cite(id_: str, words: str) -> Citation:
    """A quote that stands in the article."""
    text = next(article.text for article in ARTICLES if article.id == id_)
    start = text.index(words)
    quote = Quote(sentence=1, start=start, end=start + len(words), text=words)
    return Citation(article=id_, quote=quote)


DIED = cite("courier", "At least 19 people died in the flood, the rescue service said.")
KILLED = cite("gazette", "The flood at Marn has killed 12 people, police said.")
THREAT = cite(
    "courier",
    "“If the ministry does not pay by Friday, we will open the upper gates ourselves,” said "
    "Dana Reyl, mayor of Marn.",
)
SIGNED = cite(
    "courier", "Marn and the water board signed an accord on shared pumps on Tuesday night."
)
WITHDREW = cite("gazette", "The ministry withdrew its order to clear the camp.")
ORDERED = cite("herald", "The ministry ordered the camp cleared by Monday.")
PROMISED = cite("herald", "Marn promised new pumps by 2 March.")


def line(text: str, *citations: Citation) -> Line:
    """A sentence and its proof."""
    return Line(text=text, citations=citations)


def make_item(type_: str, what: str, citation: Citation, **changes: Any) -> StoryItem:
    """An item of one article, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "id": what,
        "type": type_,
        "who": ("Marn",),
        "whom": (),
        "what": what,
        "status": "happened",
        "outlets": 3,
        "origins": 2,
        "citations": (citation,),
    }
    return StoryItem(**(fields | changes))


def make_story(**changes: Any) -> DigestStory:
    """The story of the flood, with `changes` of its fields."""
    threat = make_item(
        "threat",
        "open the upper gates",
        THREAT,
        who=("Dana Reyl",),
        whom=("the ministry",),
        status="conditional",
        condition="unless the ministry pays",
        mode="restrict",
        due=date(2026, 3, 6),
    )
    fields: dict[str, Any] = {
        "id": "flood",
        "first_seen": date(2026, 3, 3),
        "headline": line("Levee breaks at Marn as mayor threatens ministry", DIED, THREAT),
        "summary": (line("At least 19 people died at Marn.", DIED, KILLED),),
        "actors": (
            StoryActor(
                name="Dana Reyl",
                kind="person",
                role="mayor",
                aliases=("Reyl",),
                citations=(THREAT,),
            ),
        ),
        "items": (
            make_item("agreement", "an accord on shared pumps", SIGNED, status="signed"),
            threat,
        ),
        "disagreements": (
            Disagreement(
                kind="number",
                about="people who died",
                sides=(
                    Side(text="19 people", outlet="Courier", citation=DIED),
                    Side(text="12 people", outlet="Gazette", citation=KILLED),
                ),
            ),
        ),
        "changes": (
            Change(kind="withdrawn", text="Withdrawn: the order", before=ORDERED, after=WITHDREW),
        ),
        "articles": ("courier", "gazette"),
        "outlets": 2,
        "origins": 2,
        "rank": Rank(points=9.5, reasons=("2 independent origins: +4", "a threat: +3")),
        "tags": ("weather",),
    }
    return DigestStory(**(fields | changes))


def make_commitment(state: str, what: str, citation: Citation, **changes: Any) -> Commitment:
    """A line of the ledger, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "id": what,
        "story": "flood",
        "kind": "threat",
        "who": ("Dana Reyl",),
        "whom": ("the ministry",),
        "what": what,
        "made": date(2026, 3, 3),
        "state": state,
        "citation": citation,
    }
    return Commitment(**(fields | changes))


def make_ledger() -> tuple[Commitment, ...]:
    """One that is due, one open without a date, one ended, one lapsed."""
    due = {"due": DAY + timedelta(days=2), "due_text": "by Friday"}
    return (
        make_commitment("open", "open the upper gates", THREAT, **due),
        make_commitment("open", "share the pumps", SIGNED, kind="agreement", whom=()),
        make_commitment("withdrawn", "clear the camp", ORDERED, closed_by=WITHDREW),
        make_commitment("lapsed", "buy new pumps", PROMISED, kind="promise", due=date(2026, 3, 2)),
    )


def make_left_out(**changes: Any) -> LeftOut:
    """What is not shown, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "articles": 2,
        "feed_summaries": 1,
        "unread": (
            Unread(
                url="https://wall.example/a",
                title="Behind a wall",
                feed="Wall",
                reason="The page answered 500.",
            ),
        ),
        "dropped": (DropCount(reason=DropReason.NUMBER_NOT_FOUND, count=3),),
        "muted": ("Cup final ends in a draw",),
        "usage": Usage(calls=4, input_tokens=12_345, output_tokens=678, cost_usd=0.0123),
    }
    return LeftOut(**(fields | changes))


def make_digest(**changes: Any) -> Digest:
    """The brief of the day of the flood, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "day": DAY,
        "timezone": "Europe/Berlin",
        "stories": (make_story(),),
        "unchanged": (line("Camp stays where it is", ORDERED),),
        "ledger": make_ledger(),
        "left_out": make_left_out(),
        "articles": ARTICLES,
        "created_at": datetime(2026, 3, 4, 6, 30, tzinfo=UTC),
    }
    return Digest(**(fields | changes))


def make_empty() -> Digest:
    """A day on which nothing was read."""
    left = LeftOut(
        articles=0, feed_summaries=0, unread=(), dropped=(), muted=(), usage=Usage(cost_usd=0)
    )
    return make_digest(stories=(), unchanged=(), ledger=(), articles=(), left_out=left)


def make_hostile(text: str) -> Digest:
    """A digest in which `text` stands in every free field."""
    held = Citation(article=text, quote=Quote(sentence=1, start=0, end=len(text), text=text))
    names = (text,)
    free: dict[str, Any] = {"who": names, "whom": names, "status": text}
    items = tuple(
        make_item(
            t, text, held, **free, condition=text, reported_by=names, act="says", mode="legal"
        )
        for t in ("claim", "threat", "action", "agreement")
    )
    side = Side(text=text, outlet=text, citation=held)
    story = make_story(
        id=text,
        headline=line(text, held),
        summary=(line(text, held),),
        actors=(StoryActor(name=text, kind=text, role=text, aliases=names, citations=(held,)),),
        items=items,
        disagreements=(Disagreement(kind="scope", about=text, sides=(side, side)),),
        changes=(Change(kind="new_actor", text=text, after=held),),
        articles=names,
        rank=Rank(points=1, reasons=names),
        tags=names,
    )
    ended: dict[str, Any] = {"who": names, "whom": names, "due_text": text, "story": text}
    return make_digest(
        timezone=text,
        stories=(story,),
        unchanged=(line(text, held),),
        ledger=(
            make_commitment("open", text, held, due=DAY, **ended),
            make_commitment("broken", text, held, closed_by=held, **ended),
        ),
        left_out=make_left_out(
            muted=names, unread=(Unread(url=text, title=text, feed=text, reason=text),)
        ),
        articles=(
            make_article(text, text, url=text, title=text, outlet=text, feed=text, language=text),
        ),
    )


def flat(text: str) -> str:
    """Text with wrapping undone."""
    return " ".join(text.split())


def in_order(text: str, *parts: str) -> bool:
    """Whether all parts stand in the text one after the other."""
    return bool(re.search(".*".join(map(re.escape, parts)), text, flags=re.DOTALL))


# --- Markdown and text ------------------------------------------------------------------------

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def links(markdown: str) -> list[str]:
    """Where the links of a Markdown text lead."""
    tokens = [t for one in _PARSER.parse(markdown) for t in (one, *(one.children or ()))]
    return [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]


@pytest.mark.parametrize("form", [digest_markdown, digest_text])
def test_order_is_what_matters_first(form: Callable[[Digest], str]) -> None:
    """Counts, what is due, the stories, the unchanged, the ledger, what was left out, sources."""
    text = form(make_digest())
    assert in_order(
        flat(text).lower(),
        "wednesday, 4 march 2026",
        "1 story · 2 articles read · 2 outlets · left out: 1 entry not read, 3 statements dropped",
        "due this week",
        "due friday, 6 march",
        "levee breaks at marn",
        "since yesterday",
        "sources disagree",
        "threats",
        "why it ranks here",
        "unchanged",
        "open commitments",
        "closed commitments",
        "lapsed commitments",
        "the page answered 500",
        "sources",
    )


@pytest.mark.parametrize("form", [digest_markdown, digest_text])
def test_items_and_ledger_say_who_and_how_well_known(form: Callable[[Digest], str]) -> None:
    """Parties, status, corroboration, what ended a commitment, cost, and summaries only."""
    text = flat(form(make_digest())).replace("\\", "")
    for part in (
        "Dana Reyl → the ministry",
        "conditional",
        "3 outlets, 2 origins",
        "Withdrawn: the order (before [",
        "Of 1 of its 2 articles only the feed’s summary was read",
        "a threat: +3 (9.5 points)",
        "“The ministry withdrew its order to clear the camp.”",
        "3 × a number, date or amount is not in the cited sentences",
        "Muted: Cup final ends in a draw",
        "12,345 tokens in, 678 out, $0.0123",
    ):
        assert part in text, part


def test_markdown_citations_lead_to_the_article() -> None:
    """Every number is a link to its source; the summary line has one for each of its two."""
    text = digest_markdown(make_digest())
    (summary,) = [one for one in text.splitlines() if one.startswith("- At least 19 people")]
    assert links(summary) == [article.url for article in ARTICLES[:2]]
    assert set(links(text)) == {a.url for a in ARTICLES} | {"https://wall.example/a"}


def test_markdown_disagreement_is_a_table_of_two_sides() -> None:
    """Outlets head the columns, and both quotes stand in one row."""
    text = digest_markdown(make_digest())
    rows = [row for row in text.splitlines() if row.startswith("|")]
    assert len(rows) == 4
    assert in_order(rows[0], "Courier", "Gazette")
    assert in_order(rows[3], DIED.quote.text, KILLED.quote.text)
    assert "<table>" in _PARSER.render(text)


def test_text_keeps_to_80_columns_with_both_sides_beside_each_other() -> None:
    """No line but an address is longer, and one line holds words of both quotes."""
    text = digest_text(make_digest())
    for one in text.splitlines():
        assert cell_len(one) <= 80 or one.strip().startswith("https://")
    assert re.search(r"^19 people +\| 12 people$", text, flags=re.MULTILINE)


@pytest.mark.parametrize("form", [digest_markdown, digest_text, digest_page])
def test_empty_day_says_so(form: Callable[[Digest], str]) -> None:
    """A day without stories is told in a sentence, with no empty heading below it."""
    text = form(make_empty())
    assert "Nothing new today." in text
    assert "0 stories" in text
    assert "$0.00" in text
    for title in ("Due this week", "Unchanged", "Closed", "Sources"):
        assert title.lower() not in re.sub("<style>.*</style>", "", text, flags=re.DOTALL).lower()


@pytest.mark.parametrize("form", [digest_markdown, digest_text, digest_page])
def test_quote_that_does_not_stand_is_told(form: Callable[[Digest], str]) -> None:
    """A digest whose text was changed carries a warning, one that holds carries none."""
    changed = ARTICLES[0].model_copy(update={"text": COURIER.replace("19", "91")})
    warning = "1 quote does not stand in the article at the given place"
    assert warning in form(make_digest(articles=(changed, *ARTICLES[1:])))
    assert warning not in form(make_digest())


def test_mail_names_some_of_very_many_unread() -> None:
    """Of thousands of entries not read the mail names the first, and counts the rest."""
    unread = tuple(
        Unread(url="", title=f"Entry {n}", feed="Big", reason="It is too old.") for n in range(5000)
    )
    digest = make_digest(left_out=make_left_out(unread=unread))
    for text in (digest_markdown(digest), digest_text(digest)):
        assert text.count("It is too old.") == MOST_UNREAD
        assert "4,980 more" in text
    assert digest_page(digest).count("Entry ") == 5000


# --- hostile texts ----------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "[x](javascript:alert(1)) ![i](https://evil.example/i.png)",
    "https://evil.example/a?b=1&c=2",
    "\x1b[31mred\x1b[0m \x9b2J \x00",
    "\u202egnp.exe\u2066 \u200b",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "```\n# heading\n> quote\n- list",
    "ليلى حداد",
    "漢字" * 60,
    "W" * 200,
)
any_text = st.one_of(
    st.text(max_size=40), st.lists(st.sampled_from(HOSTILE), max_size=3).map(" ".join)
)
_OWN_ELEMENTS = {
    *("html head meta title style body a main header p span bdi h1 h2 h3 section ol ul li").split(),
    *("details summary blockquote nav b q footer div article figure figcaption mark").split(),
    *("table caption tbody tr td").split(),
}
_OWN_ATTRIBUTES = {
    *("lang charset http-equiv content name class href id rel dir aria-label role").split(),
    *("aria-labelledby aria-hidden tabindex").split(),
}


class Elements(HTMLParser):
    """What elements, attributes and addresses a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.hrefs: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.hrefs |= {value or "" for name, value in attrs if name == "href"}


@settings(deadline=None, max_examples=25)
@given(any_text)
def test_page_holds_only_our_elements(text: str) -> None:
    """Whatever the text, there is no element, attribute or address in the page but ours."""
    found = Elements(digest_page(make_hostile(text)))
    assert found.elements <= _OWN_ELEMENTS
    assert found.attributes <= _OWN_ATTRIBUTES
    outward = {h for h in found.hrefs if not re.fullmatch(r"#(stories|(story|source)-\d+)", h)}
    link = web_link(text)
    assert outward == ({link.href} if link else set())


@settings(deadline=None, max_examples=25)
@given(any_text)
def test_markdown_holds_only_our_markup(text: str) -> None:
    """Whatever the text, no HTML, image or code comes out, no link but the source's, and the
    headings are those of a harmless text.
    """
    source = digest_markdown(make_hostile(text))
    tokens = [t for one in _PARSER.parse(source) for t in (one, *(one.children or ()))]
    kinds = [token.type for token in tokens]
    assert not {"html_block", "html_inline", "image", "fence", "code_block"} & set(kinds)
    link = web_link(text)
    assert set(links(source)) <= ({link.href} if link else set())
    if one_line(text):
        harmless = _PARSER.parse(digest_markdown(make_hostile("harmless")))
        for kind in ("heading_open", "table_open", "td_open", "list_item_open"):
            assert kinds.count(kind) == [t.type for t in harmless].count(kind), kind


@settings(deadline=None, max_examples=25)
@given(any_text)
def test_text_stays_plain_and_narrow(text: str) -> None:
    """Whatever the text, no control or bidi character comes out, and no line is too wide."""
    shown = digest_text(make_hostile(text))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    for one in shown.split("\n"):
        assert cell_len(one) <= 80 or one.strip().startswith("http")


@pytest.mark.parametrize("form", [digest_markdown, digest_page])
def test_deceptive_address_is_no_link(form: Callable[[Digest], str]) -> None:
    """A source whose address is a script is named, and leads nowhere."""
    article = make_article("courier", COURIER, url="javascript:alert(1)")
    text = form(make_digest(articles=(article, *ARTICLES[1:])))
    found = links(text) if form is digest_markdown else sorted(Elements(text).hrefs)
    assert not [href for href in found if "alert" in href]
    assert "javascript:alert(1)" in text


# --- the page in a browser --------------------------------------------------------------------

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking"]

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
    """Opens a digest's page from a file; nothing else may be asked for, and nothing said."""
    file = tmp_path / "digest.html"
    asked: list[str] = []
    said: list[str] = []
    contexts: list[BrowserContext] = []

    def refuse(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    def open_digest(digest: Digest, **options: object) -> Page:
        file.write_text(digest_page(digest), encoding="utf-8")
        window = {"viewport": {"width": 1280, "height": 900}}
        context = browser.new_context(**(window | options))  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", refuse)
        page.goto(file.as_uri())
        return page

    yield open_digest
    for context in contexts:
        context.close()
    assert set(asked) == {file.as_uri()}
    assert said == []


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.browser
def test_click_shows_the_quote_in_its_paragraph(open_page: Open) -> None:
    """A click on a line opens its quote, marked between its neighbours, and links the article."""
    page = open_page(make_digest())
    entry = page.locator(".card .threat .entry")
    proof = entry.locator(".proof")
    expect(proof).to_be_hidden()
    entry.locator("summary").click()
    expect(proof).to_be_visible()
    expect(proof.locator("mark")).to_have_text(THREAT.quote.text)
    expect(proof.locator("blockquote")).to_have_text(COURIER.split("\n\n")[1])
    expect(proof.get_by_role("link", name="The flood, by the courier")).to_have_attribute(
        "href", ARTICLES[0].url
    )
    entry.locator("summary").click()
    expect(proof).to_be_hidden()


@pytest.mark.browser
def test_keyboard_opens_and_reaches_the_source(open_page: Open) -> None:
    """Enter opens a line's evidence; the next Tab stops are its source and the article."""
    page = open_page(make_digest())
    entry = page.locator(".card .summary .entry")
    entry.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(entry.locator(".proof")).to_be_visible()
    page.keyboard.press("Tab")
    expect(entry.get_by_role("link", name="Source 1")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#source-1")


@pytest.mark.browser
def test_disagreement_has_both_quotes_side_by_side(open_page: Open) -> None:
    """Both quotes are there without a click, at one height on a desk, below each other on a
    phone.
    """
    for width, beside in ((1280, True), (360, False)):
        page = open_page(make_digest(), viewport={"width": width, "height": 800})
        cells = page.locator(".disagree td")
        expect(cells.nth(0).locator(".said")).to_have_text(DIED.quote.text)
        expect(cells.nth(1).locator(".said")).to_have_text(KILLED.quote.text)
        left, right = cells.nth(0).bounding_box(), cells.nth(1).bounding_box()
        assert left
        assert right
        assert (left["y"] == right["y"]) is beside


@pytest.mark.browser
def test_nothing_scrolls_sideways(open_page: Open) -> None:
    """On a phone and on a desk, also with words without a break, the page fits the window."""
    for width in (320, 360, 1280):
        for digest in (make_digest(), make_hostile("W" * 200), make_empty()):
            page = open_page(digest, viewport={"width": width, "height": 740})
            opened = "document.querySelectorAll('details').forEach((one) => one.open = true)"
            page.evaluate(opened)
            assert overflow(page) <= 0, width


@pytest.mark.browser
def test_dark_and_print(open_page: Open) -> None:
    """A dark screen gets dark paper; on paper the quotes stand open."""
    page = open_page(make_digest(), color_scheme="dark")
    expect(page.locator("html")).to_have_css("background-color", "rgb(23, 24, 27)")
    proof = page.locator(".card .threat .proof")
    expect(proof).to_be_hidden()
    page.emulate_media(media="print")
    expect(proof).to_be_visible()
    expect(page.locator("html")).to_have_css("background-color", "rgb(255, 255, 255)")


@pytest.mark.browser
def test_hostile_text_is_only_text(open_page: Open) -> None:
    """Text from outside runs nothing, loads nothing, and is there to be read."""
    for attack in HOSTILE[:4]:
        page = open_page(make_hostile(attack))
        expect(page.locator(".card h2")).to_have_text(attack)
        assert page.locator("script, img, iframe, object, form, link").count() == 0


@pytest.mark.browser
def test_empty_day_reads_well(open_page: Open) -> None:
    """A day without stories is a date, a sentence and what it cost."""
    page = open_page(make_empty())
    expect(page.get_by_role("heading", level=1)).to_have_text("Wednesday, 4 March 2026")
    expect(page.locator("#stories")).to_have_text("Nothing new today.")
    expect(page.get_by_role("heading", level=2)).to_have_text(["Left out, and what it cost"])
