"""The four formats of a brief, and that no text of article or model can break out of them."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from itertools import pairwise
from typing import get_args

import pytest
from brief_factory import (
    SENTENCES,
    TEXT,
    make_agreement,
    make_article,
    make_brief,
    make_claim,
    make_crowded_brief,
    make_dropped,
    make_hostile_brief,
    make_provenance,
    parties,
    proof,
    quote,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.cells import cell_len

from summarizer.models import Brief, DropReason, Gap, Quote, Status, Usage
from summarizer.render import Format, render
from summarizer.render.diagram import MAX_ACTORS, WIDTH, Diagram, draw, name_lines
from summarizer.render.links import web_link
from summarizer.render.markdown import escape
from summarizer.render.marks import paragraphs
from summarizer.render.page import _asset
from summarizer.render.text import make_visible, one_line
from summarizer.render.view import view_of
from summarizer.render.words import REASONS, STAGES, empty_sections, left_out_title, ranges

READABLE: tuple[Format, ...] = ("terminal", "markdown", "html")

HOSTILE = (
    "[bold]",
    "[/]",
    "[link=https://evil.example]x",
    ":smile:",
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "{{ 7 * 7 }}{% raw %}",
    "<!--",
    "]]>",
    "&lt;b&gt;",
    "[x](javascript:alert(1))",
    "](javascript:alert(1))",
    "![i](https://evil.example/i.png)",
    "[r]: https://evil.example",
    "https://evil.example www.evil.example a@evil.example",
    "\x1b[31mred\x1b[0m \x9b2J \x07\x00",
    "\u202egnp.exe\u2066 pay\u200bpal \ufeff",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "```\ncode",
    "~~~",
    "# heading",
    "1. list",
    "- list\n+ list\n* list",
    "===\n---",
    "> quote",
    "@channel #1 $x$ $$y$$ ~~z~~ **b** _i_",
    "a\r\nb\u2028c\x85d\te",
    "\\",
    "`",
    "ليلى حداد",
    "👩\u200d👧 🏗️",
    "W" * 200,
)

any_text = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(HOSTILE), max_size=4).map(" ".join)
)


def terminal(brief: Brief, *, evidence: bool = False, width: int = 80) -> str:
    """The brief in a terminal without colour."""
    return render(brief, "terminal", evidence=evidence, width=width, color=False)


def flat(text: str) -> str:
    """Text with wrapping undone, to look for sentences in it."""
    return " ".join(text.replace("│", " ").split())


# --- all formats ------------------------------------------------------------------------------


def test_json_gives_the_brief_back() -> None:
    """The JSON form holds everything and ends with a line end."""
    brief = make_brief()
    text = render(brief, "json")
    assert Brief.model_validate_json(text) == brief
    assert text.endswith("}\n")


def test_unknown_format_is_named() -> None:
    """A format that is none says so, with the ones there are."""
    with pytest.raises(ValueError, match=r"'pdf' is no format; use terminal, markdown"):
        render(make_brief(), "pdf")  # type: ignore[arg-type]


def test_rich_and_jinja_are_imported_only_where_needed() -> None:
    """JSON and Markdown load neither rich nor Jinja, so that the program starts fast."""
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from brief_factory import make_brief\n"
        "from summarizer.render import render\n"
        "render(make_brief(), 'json'); render(make_brief(), 'markdown')\n"
        "print([m for m in ('rich', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("format", READABLE)
def test_every_part_of_the_brief_is_shown(format: Format) -> None:
    """Headline, source, summary, items, actors, gaps and provenance are in every format."""
    text = flat(render(make_brief(), format, width=80, color=False))
    for part in (
        "Dockers shut Lindhaven harbour as mayor threatens to clear the gates",
        "The Coast Courier",
        "https://www.coast-courier.example/2026/03/harbour-talks?ref=front&",
        "will nevertheless meet a state mediator",
        "no crate will be unloaded until the night bonus is back",
        "unless the pickets leave by Friday at noon",
        "reported by Radio Delta",
        "ordered 120 officers to the eastern gate",
        "to meet the state mediator",
        "leader of the Free Dockers’ Union",
        "ليلى حداد",
        "Left out: 3 items that could not be proven, 1 repeat",
        "a number, date or amount is not in the cited sentences",
        "No usable answer on what is said and done for sentences 12, 13: the answer was cut off.",
        "embedded:small-instruct",
        "7 calls (2 answers from the cache)",
        "18,240 tokens in (6,144 cached), 1,302 out",
        "41 s",
        "The article’s own sentence; the model’s could not be proven.",
    ):
        assert part in text


@pytest.mark.parametrize("format", ["terminal", "markdown"])
def test_evidence_shows_quotes_and_details(format: Format) -> None:
    """Quotes and the details of what was left out stand there with `evidence`, and only then."""
    brief = make_brief()
    plain = flat(render(brief, format, width=80, color=False))
    full = flat(render(brief, format, evidence=True, width=80, color=False))
    for part in (SENTENCES[4], SENTENCES[9], "“40” does not stand in sentence 9."):
        assert part not in plain
        assert part in full.replace("\\", "")


@pytest.mark.parametrize("format", READABLE)
def test_broken_quote_is_warned_of(format: Format) -> None:
    """A brief whose quote does not stand in its article is shown with a warning."""
    moved = quote(3).model_copy(update={"start": 5, "end": 5 + len(SENTENCES[2])})
    brief = make_brief(claims=(make_claim(evidence=(moved,)),))
    warning = "1 quote does not stand in the article at the given place"
    assert warning in flat(render(brief, format, width=80, color=False))
    assert warning not in flat(render(make_brief(), format, width=80, color=False))


@pytest.mark.parametrize("format", READABLE)
def test_brief_with_nothing_in_it_is_shown(format: Format) -> None:
    """A brief without items, actors, summary or metadata still says what it is."""
    brief = make_brief(
        article=make_article(title="", outlet="", url="", date=""),
        headline="",
        headline_evidence=(),
        summary=(),
        actors=(),
        claims=(),
        threats=(),
        actions=(),
        agreements=(),
        dropped=(),
        gaps=(),
    )
    text = flat(render(brief, format, width=80, color=False))
    assert "Untitled" in text
    assert "No claims, no threats, no actions, no agreements." in text
    assert "Nothing was left out." in text


@pytest.mark.parametrize("format", READABLE)
def test_only_web_addresses_become_links(format: Format) -> None:
    """A source that is no http(s) URL is shown as text and never as a link."""
    brief = make_brief(article=make_article(url="javascript:alert(1)"))
    text = render(brief, format, width=80, color=False)
    assert "javascript:alert" in text
    assert 'href="javascript' not in text
    assert "(<javascript" not in text


# --- words ------------------------------------------------------------------------------------


def test_every_reason_and_stage_has_words() -> None:
    """No reason for leaving out, and no stage of a gap, is without plain words."""
    assert set(REASONS) == set(DropReason)
    assert set(STAGES) == set(get_args(Gap.model_fields["stage"].annotation))


@pytest.mark.parametrize(
    ("numbers", "words"),
    [((), ""), ((4,), "4"), ((4, 3), "3, 4"), ((1, 2, 3, 7, 7), "1–3, 7"), ((1, 3, 5), "1, 3, 5")],
)
def test_ranges_draw_runs_together(numbers: tuple[int, ...], words: str) -> None:
    """Three numbers in a row become a range; order and repeats do not matter."""
    assert ranges(numbers) == words


def test_left_out_counts_repeats_apart() -> None:
    """What was proven but repeated is not called unproven."""
    repeat, empty = make_dropped(DropReason.REPEATED), make_dropped(DropReason.EMPTY)
    assert left_out_title([repeat, repeat, empty]) == "Left out: 2 repeats, 1 empty"
    one = make_dropped(DropReason.NO_EVIDENCE)
    assert left_out_title([one]) == "Left out: 1 item that could not be proven"


def test_empty_sections_are_one_line() -> None:
    """Sections without items are named in one sentence."""
    assert empty_sections(["threat", "agreement"]) == "No threats, no agreements."
    assert empty_sections([]) == ""


@pytest.mark.parametrize("status", get_args(Status))
def test_status_is_tagged_unless_it_happened(status: Status) -> None:
    """Each status but "happened" is written at the item."""
    tags = view_of(make_brief(claims=(make_claim(status=status),))).items[0].tags
    assert [tag.text for tag in tags if tag.kind == "status"] == (
        [] if status == "happened" else [status]
    )


def test_status_of_agreement_is_written_in_words() -> None:
    """A status of two words is written with a space."""
    brief = make_brief(agreements=(make_agreement(status="in_force"),))
    assert "Thursday · in force [11]" in flat(terminal(brief))


def test_condition_reads_by_itself() -> None:
    """A condition that does not begin like one is introduced."""
    threats = make_brief().threats
    bare = threats[0].model_copy(update={"condition": "no answer by Friday"})
    text = flat(terminal(make_brief(threats=(bare,))))
    assert "conditional · condition: no answer by Friday [6]" in text


@pytest.mark.parametrize(
    ("who", "whom", "line"),
    [
        (["A", "B"], ["C"], "A, B → C"),
        (["A"], [], "A"),
        ([], ["C"], "unnamed → C"),
    ],
)
def test_parties_are_one_line(who: list[str], whom: list[str], line: str) -> None:
    """Doers and those done to are joined by an arrow; missing doers are said to be unnamed."""
    claim = make_claim(**parties(who, whom))
    assert f"\n  {line}\n" in terminal(make_brief(claims=(claim,)))


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (None, "price unknown"),
        (0.0, "$0"),
        (0.00001, "less than $0.0001"),
        (0.0123, "$0.0123"),
        (12.5, "$12.50"),
    ],
)
def test_cost_is_honest(cost: float | None, words: str) -> None:
    """An unknown price is not called nothing, and a tiny one is not rounded to nothing."""
    usage = Usage(calls=1, input_tokens=5, output_tokens=1, cost_usd=cost)
    brief = make_brief(provenance=make_provenance(usage=usage, latency_s=2.34))
    assert flat(terminal(brief)).endswith(f"1 call · 5 tokens in, 1 out · {words} · 2.3 s")


# --- text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – “curly” 🏗️ ليلى", "plain – “curly” 🏗️ ليلى"),
        ("\x1b[31mred", "‹U+001B›[31mred"),
        ("a\u202eb\u2069", "a‹U+202E›b‹U+2069›"),
        ("pay\u200bpal\ufeff\u00ad", "paypal"),
        ("pay\u200dpal", "paypal"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("x\U000e0041\U000e0100", "x"),
        ("a\tb\nc", "a\tb\nc"),
    ],
)
def test_make_visible(text: str, shown: str) -> None:
    """What deceives is shown by number, what only hides is gone, what writing needs stays."""
    assert make_visible(text) == shown


@given(any_text)
def test_visible_text_hides_nothing(text: str) -> None:
    """No control, direction or surrogate character is left, and a second pass changes nothing."""
    shown = make_visible(text)
    odd = {c for c in shown if unicodedata.category(c) in ("Cc", "Cs")}
    assert odd <= set("\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85")
    assert not re.search("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]", shown)
    assert make_visible(shown) == shown


@given(any_text)
def test_one_line_is_one_line(text: str) -> None:
    """The result has one line, no white space at its ends and only single spaces inside."""
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == " ".join(line.split())


@given(st.text(st.characters(categories=("L", "N", "P"), include_characters=" ")))
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Letters, digits and punctuation of any script pass unchanged."""
    fillers = "\u115f\u1160\u3164\uffa0"
    ordinary = "".join(c for c in text if c not in fillers)
    assert make_visible(ordinary) == ordinary


# --- links ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "href", "host"),
    [
        ("https://www.example.org/a?b=c&d=e#f", None, "example.org"),
        ("http://example.org:8080", None, "example.org"),
        ("HTTPS://Example.org/A", "https://example.org/A", "example.org"),
        ("https://example.org/a(b)'<c>", "https://example.org/a%28b%29%27%3Cc%3E", "example.org"),
        ("https://example.org/ü", "https://example.org/%C3%BC", "example.org"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("http://[::1]/x", None, "[::1]"),
    ],
)
def test_web_addresses_become_links(url: str, href: str | None, host: str) -> None:
    """An http(s) URL gives an ASCII link with its host; what could break out is encoded."""
    link = web_link(url)
    assert link is not None
    assert (link.href, link.host) == (href or url, host)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "/etc/passwd",
        "javascript:alert(1)",
        "javascript://example.org/%0Aalert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "https://",
        "https:///path",
        "https://bank.example@evil.example/",
        "https://exa mple.org",
        "https://example.org\\@evil.example",
        "https://example.org/\u202egpj.exe",
        "https://[::1",
        "https://example.org:port/",
        "https://example.org:99999/",
        "https://-.example.org/",
        "https://exam<ple.org",
        " https://example.org",
        "https://example.org/\n",
    ],
)
def test_deceptive_addresses_become_no_link(url: str) -> None:
    """Other schemes, user names, white space, hidden characters and broken URLs give none."""
    assert web_link(url) is None


@given(st.one_of(any_text, any_text.map(lambda t: f"https://example.org/{t}")))
def test_links_are_plain_ascii(text: str) -> None:
    """Whatever the URL, a link has only characters that no format gives a meaning."""
    link = web_link(text)
    if link:
        assert re.fullmatch(r"https?://[A-Za-z0-9%/:@!$&*+,;=~\-._?#\[\]]+", link.href)


# --- terminal ---------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("evidence", [False, True])
def test_terminal_keeps_to_its_width(width: int, evidence: bool) -> None:
    """No line but the source's URL is wider than the terminal, none ends in white space."""
    lines = terminal(make_brief(), evidence=evidence, width=width).splitlines()
    wide = [line for line in lines if cell_len(line) > width]
    assert all(line.startswith("https://") for line in wide)
    assert all(line == line.rstrip() for line in lines)


def test_terminal_shows_items_compactly() -> None:
    """An item is its parties and, indented, what they do with tags and sentence numbers."""
    assert (
        "Claims (4)\n"
        "  Layla Haddad → port authority\n"
        "    no crate will be unloaded until the night bonus is back · demands [2]\n"
    ) in terminal(make_brief())


def test_terminal_sets_quotes_off() -> None:
    """A quote stands below its item, with its number and a bar on each of its lines."""
    assert (
        "    │ 5  “Mr. Wrede should look for rust, not for culprits,” she said, and the\n"
        "    │    union posted a photograph of the corroded cranes with the words “see\n"
        "    │    for yourself 🏗️”.\n"
    ) in terminal(make_brief(), evidence=True)


def test_terminal_marks_replaced_sentences() -> None:
    """A summary sentence that is the article's own has a dagger, which is explained."""
    text = terminal(make_brief())
    assert "Friday at noon. † [6]" in flat(text)
    untouched = tuple(s.model_copy(update={"replaced": False}) for s in make_brief().summary)
    assert "†" not in terminal(make_brief(summary=untouched))


def test_terminal_never_folds_the_address() -> None:
    """A long URL stays on one line, so that it can be opened and copied."""
    url = "https://www.coast-courier.example/" + "long-" * 30 + "path"
    assert f"\n{url}\n" in terminal(make_brief(article=make_article(url=url)))


def test_terminal_has_colour_only_if_asked() -> None:
    """With colour there are escapes, without there is none, and the words are the same."""
    colored = render(make_brief(), "terminal", width=80, color=True)
    assert "\x1b[" in colored
    words = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in words.splitlines()] == terminal(make_brief()).splitlines()


def test_terminal_is_plain_when_piped() -> None:
    """Left to itself, output that is no terminal is 80 columns wide and has no escapes."""
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from brief_factory import make_brief\n"
        "from summarizer.render import render\n"
        "print(render(make_brief(), 'terminal'), end='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        check=True,
        stdin=subprocess.DEVNULL,
        env={"PYTHONPATH": ":".join(p for p in sys.path if p), "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout == terminal(make_brief())


@pytest.mark.parametrize("text", HOSTILE)
def test_terminal_interprets_nothing(text: str) -> None:
    """Markup, emoji codes and escapes of an article are shown as they are."""
    shown = terminal(make_brief(headline=text), width=400)
    assert one_line(text) in shown
    assert "\x1b" not in shown


@settings(deadline=None, max_examples=60)
@given(any_text)
def test_terminal_never_gets_control_of_the_screen(text: str) -> None:
    """No text yields a control or direction character, nor a line wider than the terminal."""
    shown = terminal(make_hostile_brief(text), evidence=True)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", shown)
    link = web_link(text)
    wide = [line for line in shown.split("\n") if cell_len(line) > 80]
    assert all(link and line == link.href for line in wide)


# --- markdown ---------------------------------------------------------------------------------

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_OWN_TOKENS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text",
    "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
    "blockquote_open", "blockquote_close", "hr", "strong_open", "strong_close", "em_open",
    "em_close", "link_open", "link_close",
}  # fmt: skip


def tokens(markdown: str) -> list[Token]:
    """All tokens of a text in Markdown, those within a line too."""
    found: list[Token] = []
    for token in _PARSER.parse(markdown):
        found += [token, *(token.children or [])]
    return found


def lines_of(markdown: str) -> list[str]:
    """What a reader of the rendered Markdown reads, block by block."""
    blocks = [token.children or [] for token in _PARSER.parse(markdown) if token.type == "inline"]
    return ["".join(t.content for t in block if t.type == "text") for block in blocks]


def test_markdown_looks_as_meant() -> None:
    """Items are list items with bold parties and slanted tags; quotes are block quotes."""
    text = render(make_brief(), "markdown", evidence=True)
    assert "## Claims (4)\n\n- **Layla Haddad → port authority** – no crate will be" in text
    assert "· _accuses_ · _alleged_ · _reported by Radio Delta_ [3]\n\n  > Port director" in text
    assert "[coast-courier.example](<https://www.coast-courier.example/2026/" in text


def assert_reads_as(text: str) -> None:
    """Escaped, the text is one paragraph of plain text with the same words; it mentions nobody."""
    line = one_line(text)
    kinds = {token.type for token in tokens(escape(line))}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text"}
    read = lines_of(escape(line))
    assert [one.replace("\u2060", "") for one in read] == ([line] if line else [])
    assert not any(re.search(r"[@#]\w", one) for one in read)


@given(any_text)
def test_any_text_can_be_escaped(text: str) -> None:
    """Whatever the text, escaped it reads as it was and is nothing but text."""
    assert_reads_as(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_can_be_escaped(text: str) -> None:
    """Every kind of markup, escaped, reads as it was and is nothing but text."""
    assert_reads_as(text)


@pytest.mark.parametrize("text", ["2026-03-03", "3 – 4", "a-b", "12:30", "3.5 (of 4)!"])
def test_ordinary_text_is_hardly_escaped(text: str) -> None:
    """Dates, times and punctuation stay readable in the source."""
    assert escape(text).count("\\") <= (1 if text == "3.5 (of 4)!" else 0)


@settings(deadline=None, max_examples=80)
@given(any_text, st.booleans())
def test_markdown_holds_only_our_markup(text: str, evidence: bool) -> None:
    """Whatever the text, no token is there but ours, and no link but the source's."""
    brief = make_hostile_brief(text)
    source = render(brief, "markdown", evidence=evidence)
    found = tokens(source)
    link = web_link(brief.article.url)
    assert {token.type for token in found} <= _OWN_TOKENS
    hrefs = [str(token.attrs["href"]) for token in found if token.type == "link_open"]
    assert len(hrefs) == (1 if link else 0)
    rest = source.replace(f"(<{link.href.replace('&', '&amp;')}>)", "") if link else source
    assert not re.search(r"(?<!\\)://|www\.", rest, flags=re.IGNORECASE)
    assert not any(re.search(r"[@#]\w", line) for line in lines_of(source))


@settings(deadline=None, max_examples=40)
@given(any_text)
def test_markdown_has_the_same_shape_whatever_the_text(text: str) -> None:
    """A hostile text gives the same headings, lists and quotes as a harmless one."""

    def shape(content: str) -> list[str]:
        source = render(make_hostile_brief(content), "markdown", evidence=True)
        return [t.type for t in _PARSER.parse(source) if t.type not in ("inline", "text")]

    if one_line(text):
        assert shape(text) == shape("harmless")


# --- html -------------------------------------------------------------------------------------

_OWN_ELEMENTS = re.compile(
    "html|head|meta|title|style|body|a|div|main|header|p|span|bdi|h1|h2|section|ol|ul|li|details|"
    "summary|sup|blockquote|nav|b|figure|figcaption|svg|desc|path|text|tspan|q|footer|dl|dt|dd|"
    "code|aside|script"
)
_OWN_ATTRIBUTES = re.compile(
    "lang|charset|http-equiv|content|name|class|href|id|rel|dir|aria-label|aria-labelledby|"
    "aria-hidden|aria-live|role|tabindex|hidden|open|data-open|data-s|data-n|data-i|data-to|"
    "data-who|viewbox|d|x|y|dy"
)


class Elements(HTMLParser):
    """Collects elements, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: dict[str, list[str]] = {}
        self._stack: list[str] = []
        self.other: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag != "meta":
            self._stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._stack[-1] if self._stack else "", []).append(data)

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)

    handle_pi = unknown_decl

    def values(self, name: str) -> list[str]:
        """The values of an attribute, in order."""
        return [value for key, value in self.attributes if key == name]


def test_page_allows_only_its_own_script_and_style() -> None:
    """The policy has the hashes of the one style and the one script, and forbids all else."""
    page = render(make_brief(), "html")
    found = Elements(page)
    policy = next(v for v in found.values("content") if "default-src" in v)
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", page, flags=re.DOTALL)
        assert len(inside) == 1
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"url\(|@import|fetch\(|innerHTML|eval\(", page)


def test_page_links_give_nothing_away() -> None:
    """The only outward link is the source's, without opener and referrer."""
    page = render(make_brief(), "html")
    assert re.findall(r'href="(?!#)[^"]*"[^>]*', page) == [
        'href="https://www.coast-courier.example/2026/03/harbour-talks?ref=front&amp;lang=en" '
        'rel="noopener noreferrer"'
    ]


def test_page_anchors_exist_and_are_unique() -> None:
    """Every id is there once, and every inner link leads to one."""
    found = Elements(render(make_brief(), "html"))
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    inner = [href[1:] for href in found.values("href") if href.startswith("#")]
    assert inner
    assert set(inner) <= set(ids)


def test_page_shows_the_whole_article() -> None:
    """The article's pane has the article's text in its paragraphs, and nothing else."""
    page = render(make_brief(), "html")
    pane = page[page.index('<div class="text"') : page.index("</aside>")]
    numbers = re.compile(r'<a class="n".*?</a>')
    bodies = re.findall(r"<p[^>]*>(.*?)</p>", numbers.sub("", pane), flags=re.DOTALL)
    texts = [flat("".join(t for ts in Elements(b).texts.values() for t in ts)) for b in bodies]
    assert len(texts) == TEXT.count("\n\n") + 1
    assert "".join("".join(texts).split()) == "".join(TEXT.split())


def test_page_opens_quotes_only_if_asked() -> None:
    """With `evidence` every line is open, without none is."""
    opened = Elements(render(make_brief(), "html", evidence=True))
    assert len(opened.values("open")) == opened.elements.count("details")
    assert Elements(render(make_brief(), "html")).values("open") == []


def test_page_speaks_the_articles_language() -> None:
    """Text of another language is marked so; a language that is none is not written."""
    assert ' lang="de"' in render(make_brief(article=make_article(language="de")), "html")
    odd = render(make_brief(article=make_article(language='de" onload="x')), "html")
    assert Elements(odd).values("lang") == ["en"]


@settings(deadline=None, max_examples=100)
@given(any_text)
def test_page_holds_only_our_elements(text: str) -> None:
    """Whatever the text, there is no element, attribute or address in the page but ours."""
    found = Elements(render(make_hostile_brief(text), "html"))
    assert all(map(_OWN_ELEMENTS.fullmatch, found.elements))
    assert all(_OWN_ATTRIBUTES.fullmatch(name) for name, _ in found.attributes)
    assert found.elements.count("script") == 1
    assert found.texts["script"] == [_asset("page.js")]
    assert found.other == []
    link = web_link(text)
    outward = [href for href in found.values("href") if not re.fullmatch(r"#[a-z]+(-\d+)?", href)]
    assert outward == ([link.href] if link else [])


@settings(deadline=None, max_examples=60)
@given(any_text)
def test_page_shows_hostile_text_as_text(text: str) -> None:
    """The text stands in the page to be read, with nothing lost and nothing interpreted."""
    found = Elements(render(make_hostile_brief(text), "html"))
    line = one_line(text)
    assert "".join(found.texts["title"]).strip().startswith(line or "Untitled")
    if line:
        assert line in [" ".join(t.split()) for t in found.texts["h1"]]


def _contrast(one: str, other: str) -> float:
    """Contrast of two #rrggbb colours by WCAG 2."""

    def light(color: str) -> float:
        parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        red, green, blue = (
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_page_colours_are_legible(theme: int) -> None:
    """Text has at least 4.5:1 on every ground it stands on, in the light and in the dark."""
    block = _asset("page.css").split(":root {")[1 + theme].split("}")[0]
    color = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))
    inks = ("ink", "soft", "claim", "threat", "action", "agreement")
    pairs = [(ink, ground) for ink in inks for ground in ("paper", "pane", "tint")]
    for ink, ground in [*pairs, ("ink", "marker"), ("ink", "held")]:
        assert _contrast(color[ink], color[ground]) >= 4.5, (ink, ground)


# --- the article's pieces ---------------------------------------------------------------------


def test_cited_sentences_are_cut_out_in_order() -> None:
    """Each cited sentence is a piece of its own, with its number; the rest is plain."""
    pieces = [piece for paragraph in paragraphs(make_brief()) for piece in paragraph.pieces]
    cited = {piece.sentence: piece.text for piece in pieces if piece.sentence}
    assert cited == {n: SENTENCES[n - 1] for n in range(1, 12)}
    assert any(SENTENCES[12] in piece.text for piece in pieces if not piece.sentence)


def cited(*quotes: Quote) -> list[int]:
    """The sentences marked in the harbour article when `quotes` are the only evidence."""
    brief = make_brief(
        headline_evidence=(),
        summary=(),
        actors=(),
        claims=(make_claim(evidence=quotes),),
        threats=(),
        actions=(),
        agreements=(),
    )
    pieces = (piece for paragraph in paragraphs(brief) for piece in paragraph.pieces)
    return [piece.sentence for piece in pieces if piece.sentence]


def test_only_quotes_that_stand_are_marked() -> None:
    """A quote at a wrong place, or over another quote, marks nothing in the article."""
    part = Quote(sentence=9, start=quote(3).start + 5, end=quote(3).end + 5, text="")
    inside = part.model_copy(update={"text": TEXT[part.start : part.end]})
    moved = quote(5).model_copy(update={"start": 0, "end": len(SENTENCES[4])})
    assert cited(quote(3), quote(7)) == [3, 7]
    assert cited(quote(3), inside, moved) == [3]


def test_sentence_over_line_ends_does_not_break_a_paragraph() -> None:
    """Where a cited sentence runs over a line end, only blank lines end paragraphs."""
    text = "One sentence runs\r\nover a line. Another\r\nhere.\r\n\r\nA second paragraph."
    first = Quote(sentence=1, start=0, end=31, text=text[:31])
    brief = make_brief(article=make_article(text=text), claims=(make_claim(evidence=(first,)),))
    assert len(paragraphs(brief)) == 2


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80))))
def test_pieces_lose_nothing(text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever quotes cut it, the article's text is there once and in order."""
    evidence = tuple(
        Quote(sentence=n, start=a, end=b, text=text[a:b]) for n, (a, b) in enumerate(spans, 1)
    )
    brief = make_brief(article=make_article(text=text), claims=(make_claim(evidence=evidence),))
    shown = "".join(piece.text for p in paragraphs(brief) for piece in p.pieces)
    # Joiners depend on their neighbours, so they are left out of the comparison.
    joiners = re.compile("[\u200c\u200d\\s]")
    assert joiners.sub("", shown) == joiners.sub("", make_visible(text))


# --- the diagram ------------------------------------------------------------------------------


def drawn(brief: Brief) -> Diagram:
    """The diagram of a brief that has one."""
    diagram = draw(view_of(brief))
    assert diagram is not None
    return diagram


def test_diagram_counts_who_acts_on_whom() -> None:
    """An edge stands for all items of one type between two actors, and names them."""
    same = tuple(make_claim(id=f"c{n}") for n in range(3))
    diagram = drawn(make_brief(claims=same, threats=(), actions=(), agreements=()))
    assert [edge.title for edge in diagram.edges] == ["Tomas Wrede → Free Dockers’ Union: 3 claims"]
    assert diagram.edges[0].items == ("claim-1", "claim-2", "claim-3")


def test_diagram_joins_the_parties_of_an_agreement() -> None:
    """An agreement is a line without a tip between each two of its parties."""
    three = make_agreement(**parties(["A", "B", "C"]))
    diagram = drawn(make_brief(claims=(), threats=(), actions=(), agreements=(three,)))
    assert [edge.title.split(":")[0] for edge in diagram.edges] == ["A and B", "A and C", "B and C"]
    assert {edge.tip for edge in diagram.edges} == {""}


def test_no_diagram_without_two_sides() -> None:
    """Where no item names two sides there is nothing to draw, and the page has no figure."""
    brief = make_brief(
        claims=(make_claim(**parties(["A"])),), threats=(), actions=(), agreements=()
    )
    assert draw(view_of(brief)) is None
    assert "<figure" not in render(brief, "html")


def test_diagram_keeps_the_most_connected() -> None:
    """Of more than twelve actors the twelve with most items are drawn, and the rest counted."""
    diagram = drawn(make_crowded_brief(20))
    assert len({node.name for node in (*diagram.who, *diagram.whom)}) <= MAX_ACTORS
    assert "8 more actors with fewer items not shown." in diagram.note


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABCDEFGHIJKLMNOP"),
            st.sampled_from("ABCDEFGHIJKLMNOP"),
            st.text(max_size=30),
        ),
        min_size=1,
        max_size=30,
    )
)
@settings(deadline=None)
def test_diagram_never_overlaps(links: list[tuple[str, str, str]]) -> None:
    """Nodes and labels have room of their own inside the drawing, the same at every run."""
    claims = tuple(make_claim(**parties([a + x], [b + x])) for a, b, x in links)
    brief = make_brief(claims=claims, threats=(), actions=(), agreements=())
    diagram = drawn(brief)
    assert drawn(brief) == diagram
    for column in (diagram.who, diagram.whom):
        edges = [y for node in column for y in (node.top, node.bottom)]
        assert edges == sorted(edges)
        assert edges[0] >= 0
        assert edges[-1] <= diagram.height
        assert all(len(n.lines) * 15 <= n.bottom - n.top + 0.01 for n in column)
    heights = sorted(edge.label_y for edge in diagram.edges)
    assert all(b - a > 14 for a, b in pairwise(heights))
    assert all(edge.label_x < WIDTH for edge in diagram.edges)


@given(st.text(max_size=170))
def test_names_fit_their_column(name: str) -> None:
    """A name takes at most two lines of eighteen columns; one that fits is not cut."""
    lines = name_lines(one_line(name))
    assert 1 <= len(lines) <= 2
    assert all(len(line) <= 18 + sum(map(unicodedata.combining, line)) for line in lines)
    if len(one_line(name)) <= 9:
        assert lines == (one_line(name),)


def test_long_names_are_cut_visibly() -> None:
    """What does not fit ends in an ellipsis."""
    assert name_lines("Extraordinarily Long Committee Name of Everything")[-1].endswith("…")
    assert name_lines("regional arbitration court") == ("regional", "arbitration court")


def test_factory_offsets_are_right() -> None:
    """The quotes of the tests' own brief stand in its article."""
    for n in range(1, len(SENTENCES) + 1):
        assert TEXT[quote(n).start : quote(n).end] == SENTENCES[n - 1]
    assert proof(1, 2)["sentences"] == (1, 2)


def test_a_context_quote_is_shown_and_marked_in_every_format() -> None:
    """A sentence that only names who is meant stands under the item, says so, and is marked in
    the article; the page lights it with the item."""
    brief = make_brief()
    item = brief.claims[0]
    taken = {q.sentence for i in brief.items for q in i.evidence}
    extra = next(q for s in brief.summary for q in s.evidence if q.sentence not in item.sentences)
    changed = item.model_copy(update={"context": (extra,)})
    brief = brief.model_copy(update={"claims": (changed, *brief.claims[1:])})
    assert taken
    for shape in ("terminal", "markdown", "html"):
        assert "named here" in render(brief, shape, evidence=True, width=80, color=False)
    numbers = " ".join(map(str, sorted({*item.sentences, extra.sentence})))
    assert f'id="claim-1" data-s="{numbers}"' in render(brief, "html")


def test_a_sentence_cited_only_as_context_renders() -> None:
    """The page has a mark also for a sentence that nothing cites as evidence."""
    brief = make_brief()
    only = brief.model_copy(
        update={
            "summary": (),
            "actors": (),
            "headline_evidence": (),
            "threats": (),
            "actions": (),
            "agreements": (),
            "claims": (brief.claims[0].model_copy(update={"context": brief.threats[0].evidence}),),
        }
    )
    assert 'id="claim-1"' in render(only, "html")
