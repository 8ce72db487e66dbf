"""The eval report's page: what it says, and in a real browser what a reader can do with it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from evals.agreement import Agreement, Ceiling
from evals.check import check
from evals.compare import compare
from evals.counts import ALL_SECTIONS
from evals.fingerprint import Fingerprint
from evals.gold import (
    AnyGoldItem,
    GoldAction,
    GoldActor,
    GoldAgreement,
    GoldCase,
    GoldClaim,
    GoldSentence,
    GoldThreat,
    Span,
    gold_sha256,
    load_case,
    load_cases,
)
from evals.gold_file import gold_text
from evals.prediction import (
    PredictedActor,
    PredictedItem,
    PredictedSentence,
    Prediction,
    Quoted,
)
from evals.reports import page
from evals.reports.data import ReportData
from evals.reports.page_scores import (
    ScoreRow,
    interval,
    points,
    probability,
    score_rows,
    share,
)
from evals.reports.page_view import PageView, shown, view_of
from evals.reports.plot import LEFT, RIGHT, plot_of
from evals.results import DocumentResult, Grounding, Results, results_of
from evals.score import score
from evals.tape import Sampling
from evals.testing import perfect_prediction
from summarizer.models import Article, Dropped, DropReason, ItemType, Profile, Usage

SCRIPT = Path(__file__).parents[1] / "docs" / "make_eval_picture.py"
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

# Emoji and a family of three (five code points, eight units of UTF-16) stand before the spans.
HARBOUR = (
    "🚢🚢 Ana Ito, who leads the 港湾 union 👩‍👩‍👧, said the port is safe and busy. "
    'Ito warned Mr. Wrede: "Pay, or the cranes stop." '
    "The union blocked gate 4 — 𝟜 hours long.\n\n"
    "Union and port agreed to talk on Friday. The Porto Rei Post reported it."
)
HARBOUR_SENTENCES = (
    "🚢🚢 Ana Ito, who leads the 港湾 union 👩‍👩‍👧, said the port is safe and busy.",
    'Ito warned Mr. Wrede: "Pay, or the cranes stop."',
    "The union blocked gate 4 — 𝟜 hours long.",
    "Union and port agreed to talk on Friday.",
    "The Porto Rei Post reported it.",
)
CAST = (
    GoldActor(name="Ana Ito", kind="person", role="union leader", aliases=("Ito",)),
    GoldActor(name="Tomas Wrede", kind="person", role="", aliases=("Mr. Wrede",)),
    GoldActor(name="dock union", kind="organization", role="", aliases=("the union",)),
)


# --- gold and runs ----------------------------------------------------------------------------


def spans(text: str, *parts: str) -> tuple[Span, ...]:
    """Where each part stands in the text."""
    return tuple(Span(start=text.index(p), end=text.index(p) + len(p)) for p in parts)


def gold_claim(text: str, number: int, part: str, what: str, **more: Any) -> GoldClaim:
    """A claim by Ana Ito."""
    base: dict[str, Any] = {
        "type": "claim",
        "sentences": (number,),
        "evidence": spans(text, part),
        "who": ("Ana Ito",),
        "whom": (),
        "what": what,
        "status": "happened",
        "reported_by": (),
        "act": "says",
    }
    return GoldClaim(**base | more)


def case_of(name: str, text: str, *items: AnyGoldItem, **article: str) -> GoldCase:
    """A case with the cast of all cases here."""
    return GoldCase(
        id=name,
        domain="ports",
        article=Article(text=text, **({"title": f"About {name}"} | article)),
        actors=CAST,
        items=items,
        headline="A headline",
        summary=(
            GoldSentence(
                text="In short.", sentences=(1,), evidence=items[0].evidence if items else ()
            ),
        ),
    )


def harbour() -> GoldCase:
    """One item of each type; the second claim's evidence lies within the first one's."""
    first, second, third, fourth, _ = HARBOUR_SENTENCES
    return case_of(
        "harbour",
        HARBOUR,
        gold_claim(HARBOUR, 1, first, "the port is safe"),
        gold_claim(HARBOUR, 1, "the port is safe and busy.", "the port is busy", must=False),
        GoldThreat(
            type="threat",
            sentences=(2,),
            evidence=spans(HARBOUR, second),
            who=("Ana Ito",),
            whom=("Tomas Wrede",),
            what="stop the cranes",
            status="conditional",
            reported_by=(),
            condition="unless he pays",
            mode="economic",
        ),
        GoldAction(
            type="action",
            sentences=(3,),
            evidence=spans(HARBOUR, third),
            who=("dock union",),
            whom=(),
            what="blocked gate 4",
            status="happened",
            reported_by=(),
            event="PROTEST",
        ),
        GoldAgreement(
            type="agreement",
            sentences=(4,),
            evidence=spans(HARBOUR, fourth),
            who=("dock union", "Tomas Wrede"),
            whom=(),
            what="to talk on Friday",
            status="agreed",
            reported_by=(),
        ),
        outlet="Porto Rei Post",
    )


def small(name: str, what: str = "the tide is high") -> GoldCase:
    """A case with one claim and a sentence in which nobody says anything."""
    text = f"Ana Ito said {what}. Rain fell over the gulls of Porto Rei."
    return case_of(name, text, gold_claim(text, 1, f"Ana Ito said {what}.", what))


def false_item(text: str, part: str, kind: ItemType = "threat", **more: Any) -> PredictedItem:
    """An item that the gold has nothing like."""
    [span] = spans(text, part)
    base: dict[str, Any] = {
        "id": "x-1",
        "type": kind,
        "sentences": (2,),
        "evidence": (Quoted(start=span.start, end=span.end, text=part),),
        "who": ("gull watcher",),
        "whom": (),
        "what": "drown all gulls",
        "status": "conditional" if kind == "threat" else "happened",
        "act": "says" if kind == "claim" else "",
        "mode": "other" if kind == "threat" else "",
        "event": "OTHER" if kind == "action" else "",
        "condition": "if it rains" if kind == "threat" else "",
    }
    return PredictedItem(**base | more)


WATCHER = PredictedActor(name="gull watcher", kind="person", aliases=("the watcher",))


def without(prediction: Prediction, *places: int) -> Prediction:
    """A prediction that lacks these items."""
    kept = [item for place, item in enumerate(prediction.items) if place not in places]
    return prediction.model_copy(update={"items": tuple(kept)})


def with_items(prediction: Prediction, *items: PredictedItem) -> Prediction:
    """A prediction with more items, and somebody more in its cast."""
    return prediction.model_copy(
        update={"items": (*prediction.items, *items), "actors": (*prediction.actors, WATCHER)}
    )


def with_field(prediction: Prediction, place: int, **fields: Any) -> Prediction:
    """A prediction in which one item is otherwise."""
    items = list(prediction.items)
    items[place] = items[place].model_copy(update=fields)
    return prediction.model_copy(update={"items": tuple(items)})


def document(
    case: GoldCase,
    prediction: Prediction,
    failure: str = "",
    dropped: Sequence[Dropped] = (),
) -> DocumentResult:
    """What is stored of an article whose run gave this."""
    return DocumentResult(
        name=case.id,
        domain=case.domain,
        article_sha256=case.article.sha256,
        gold_sha256=case.sha256,
        failure=failure,
        prediction=prediction,
        dropped=tuple(dropped),
        score=score(case, prediction),
        grounding=Grounding(kept=len(prediction.items)),
        usage=Usage(calls=2, input_tokens=1200, output_tokens=340, cost_usd=0.001),
        seconds=1.5,
    )


def run_of(cases: Sequence[GoldCase], *documents: DocumentResult, model: str = "one") -> Results:
    """A whole run."""
    return results_of(
        documents,
        model=model,
        profile=Profile(),
        sampling=Sampling(),
        product=Fingerprint(version="1", code_sha256="c", schema_version="1", templates=()),
        gold_sha256=gold_sha256(tuple(cases)),
    )


CASES = (harbour(), small("quiet"), small("broken", "the crane is red"), small("gulls"))
CEILING = Agreement(
    documents=15,
    sections=tuple(
        Ceiling(section=s, aligned=0.9, strict=None if s == "actor" else 0.8) for s in ALL_SECTIONS
    ),
    fields=(),
)
UNPROVEN = Dropped(
    section="threat",
    what="stop the cranes",
    sentences=(2,),
    reason=DropReason.NAME_NOT_FOUND,
    detail="Cranes Inc. is not in sentence 2.",
)


def before_run() -> Results:
    """Everything found, and one false item in two articles."""
    documents = [document(case, perfect_prediction(case)) for case in CASES]
    text = CASES[1].article.text
    kept = false_item(text, "Rain fell over the gulls of Porto Rei.", "action", what="rain fell")
    documents[1] = document(CASES[1], with_items(perfect_prediction(CASES[1]), kept))
    return run_of(CASES, *documents)


def after_run() -> Results:
    """The threat is lost and a who is wrong in harbour, broken fails, gulls has a false threat."""
    worse = with_field(without(perfect_prediction(CASES[0]), 2), 0, who=("Tomas Wrede",))
    summed = worse.model_copy(
        update={"summary": (PredictedSentence(text="Now.", evidence=worse.items[2].evidence),)}
    )
    text = CASES[3].article.text
    drowned = false_item(text, "Rain fell over the gulls of Porto Rei.")
    kept = before_run().documents[1]
    return run_of(
        CASES,
        document(CASES[0], summed, dropped=[UNPROVEN]),
        kept,
        document(CASES[2], Prediction(), failure="The endpoint does not answer."),
        document(CASES[3], with_items(perfect_prediction(CASES[3]), drowned)),
        model="two",
    )


def compared(before: Results | None = None, after: Results | None = None) -> ReportData:
    """A comparison of two runs over the cases here."""
    old, new = before or before_run(), after or after_run()
    return ReportData(
        results=new,
        cases=CASES,
        gold_folder="evals/gold",
        comparison=compare(old, new, CASES),
        agreement=CEILING,
    )


def alone() -> ReportData:
    """A run with nothing to compare it with."""
    return ReportData(results=after_run(), cases=CASES, gold_folder="evals/gold")


def one_case(case: GoldCase, prediction: Prediction) -> ReportData:
    """A run over one article."""
    run = run_of((case,), document(case, prediction))
    return ReportData(results=run, cases=(case,), gold_folder="gold")


def article(view: PageView, name: str) -> Any:
    """An article of the view."""
    return next(a for a in view.articles if a.name == name)


# --- what is shown ----------------------------------------------------------------------------


def test_the_head_says_why_it_failed() -> None:
    """The sentence has the hard reason; beside it stand the flips, causes and names."""
    view = view_of(compared())
    assert view.verdict == "FAIL"
    assert view.sentence.startswith("1 article failed or broke an invariant")
    assert "2 items lost in 2 articles" in view.flips
    assert "1 new false item in 1 article" in view.flips
    assert view.causes == ("the model: one before, two now",)
    assert [(note.tone, note.names) for note in view.notes] == [("worse", ("broken",))]


def test_a_significant_loss_is_told_with_its_interval() -> None:
    """The greatest loss has its interval and p; other sections follow with one number."""
    cases = [small(f"c{n}") for n in range(12)]
    old = run_of(cases, *(document(c, perfect_prediction(c)) for c in cases))
    empty = [document(c, Prediction() if n else perfect_prediction(c)) for n, c in enumerate(cases)]
    new = run_of(cases, *empty)
    data = ReportData(
        results=new,
        cases=tuple(cases),
        gold_folder="gold",
        comparison=compare(old, new, cases),
    )
    sentence = view_of(data).sentence
    assert re.match(
        r"Claims lost \d\d\.\d points of aligned F1 \(95 % interval −\S+ to −\S+, p [<=]", sentence
    )
    assert re.search(r"; also actors \d\d\.\d$", sentence)


def test_the_same_run_twice_has_nothing_to_tell() -> None:
    """A run beside itself passes, and says so."""
    run = before_run()
    view = view_of(compared(run, run))
    assert (view.verdict, view.flips, view.causes, view.notes) == ("PASS", (), (), ())
    assert view.sentence == "No section lost more than chance explains"


def test_doubt_is_told_with_the_number_of_articles() -> None:
    """An inconclusive comparison says where, and how many articles would do."""
    new = without(perfect_prediction(CASES[0]), 2)
    rest = before_run().documents[1:]
    after = run_of(CASES, document(CASES[0], new), *rest)
    view = view_of(compared(before_run(), after))
    assert view.verdict == "INCONCLUSIVE"
    assert "a loss in threats could have gone unseen" in view.sentence
    note = next(row.note for row in view.scores if row.section == "threat")
    assert note.startswith("too few")


def test_a_run_alone_has_scores_and_no_verdict() -> None:
    """Without a run before there is no verdict, no change, and no filter for changes."""
    view = view_of(alone())
    assert (view.verdict, view.has_before) == (None, False)
    assert view.sentence.startswith("Mean F1 of the item sections")
    assert view.sentence.endswith("1 article failed")
    assert all(row.before is None and row.verdict is None for row in view.scores)
    assert [(f.key, f.title, f.count) for f in view.filters] == [
        ("all", "All", 4),
        ("lost", "Missed", 2),
        ("false", "False", 2),
        ("failed", "Failed", 1),
    ]


def test_the_worst_articles_come_first() -> None:
    """Failed, then by what was lost, then what is unchanged."""
    names = [a.name for a in view_of(compared()).articles]
    assert names == ["broken", "harbour", "gulls", "quiet"]


def test_every_gold_item_has_an_outcome_in_both_runs() -> None:
    """Found, wrong who, dropped by grounding with its reason; and what flipped."""
    rows = article(view_of(compared()), "harbour").data.rows
    assert [row.before.kind for row in rows] == ["found"] * 5
    assert [row.after.kind for row in rows] == ["found", "found", "dropped", "found", "found"]
    assert rows[0].after.wrong == ("who",)
    assert rows[2].after.note == UNPROVEN.detail
    assert [row.worse for row in rows] == [("WRONG WHO",), (), ("UNGROUNDED",), (), ()]


def test_a_misfiled_item_is_shown_beside_its_gold() -> None:
    """An item said under another type is misfiled, and not false as well."""
    case = small("filed")
    wrong = with_field(perfect_prediction(case), 0, type="action", act="", event="OTHER")
    data = article(view_of(one_case(case, wrong)), "filed").data
    assert (data.rows[0].after.kind, data.rows[0].after.item) == ("misfiled", 0)
    assert data.false == ()


def test_false_items_that_stay_stand_in_one_row() -> None:
    """A false item of both runs is one row without a flip; new and gone ones have theirs."""
    view = view_of(compared())
    [kept] = article(view, "quiet").data.false
    assert (kept.before, kept.after, kept.flip) == (1, 1, "")
    [new] = article(view, "gulls").data.false
    assert (new.before, new.after, new.flip) == (None, 1, "NEW FALSE")
    back = view_of(compared(after_run(), before_run()))
    [gone] = article(back, "gulls").data.false
    assert (gone.before, gone.after, gone.flip) == (1, None, "GONE FALSE")


def test_chips_count_what_flipped() -> None:
    """Worse before better; an article without a flip says so."""
    view = view_of(compared())
    assert [c.text for c in article(view, "harbour").chips] == ["1 wrong who", "1 ungrounded"]
    assert [c.text for c in article(view, "quiet").chips] == ["no change"]
    assert [c.text for c in article(view, "broken").chips] == ["failed", "1 lost"]
    single = view_of(alone())
    assert [c.text for c in article(single, "harbour").chips] == ["1 missed", "1 wrong who"]


def test_what_cannot_be_shown_is_named() -> None:
    """An article whose gold is another text is left out of the page and named."""
    moved = CASES[1].model_copy(update={"article": Article(text="Another text.")})
    data = ReportData(results=before_run(), cases=(CASES[0], moved, *CASES[2:]), gold_folder="gold")
    view = view_of(data)
    assert "quiet" not in [a.name for a in view.articles]
    assert [note.names for note in view.notes if "left out" in note.text] == [("quiet",)]


def test_stored_scores_are_not_trusted() -> None:
    """Results stored before the gold changed are scored with today's gold."""
    fewer = CASES[0].model_copy(update={"items": CASES[0].items[:2]})
    data = ReportData(results=before_run(), cases=(fewer, *CASES[1:]), gold_folder="gold")
    view = view_of(data)
    assert len(article(view, "harbour").data.false) == 3
    assert next(r for r in view.scores if r.section == "threat").gold == 0
    assert [note.names for note in view.notes] == [("harbour",)]


def test_numbers_in_words() -> None:
    """Shares, points, intervals and p values as the tables show them."""
    assert [share(v) for v in (0.617, 1.0, 0.0, None)] == [".62", "1.00", ".00", "–"]
    assert [points(v) for v in (-0.0612, 0.012, 0.0002, None)] == ["−6.1", "+1.2", "0.0", "–"]
    assert interval(-0.098, -0.024) == "−9.8 to −2.4"
    assert interval(None, 0.1) == "–"
    assert [probability(p) for p in (0.0001, 0.004, 1.0)] == ["<.001", ".004", "1.00"]


def test_text_for_the_head_cannot_steer_the_display() -> None:
    """Direction marks and controls are shown by number, white space is one space."""
    assert shown("a\u202eb\n c\x00") == "a‹U+202E›b c‹U+0000›"


# --- the plot ---------------------------------------------------------------------------------


def value_at(place: float) -> float:
    """The share that stands at a place of the plot."""
    return (place - LEFT) / (RIGHT - LEFT)


def test_plot_stands_where_the_numbers_are() -> None:
    """Points are F1, the band is the run before plus the interval, the tick is the ceiling."""
    row = ScoreRow(
        section="claim",
        metric="strict",
        gold=9,
        precision=0.5,
        recall=0.5,
        before=0.6,
        after=0.5,
        change=-0.1,
        low=-0.25,
        high=0.05,
        p=0.2,
        ceiling=0.8,
        verdict="INCONCLUSIVE",
    )
    [group] = plot_of([row]).groups
    [mark] = group.marks
    places = (mark.before, mark.after, mark.low, mark.high, mark.ceiling)
    assert [round(value_at(p or 0), 3) for p in places] == [0.6, 0.5, 0.35, 0.65, 0.8]
    assert mark.words == (
        "Claims, strict F1: .60 before, .50 now, change −10.0 points "
        "(95 % interval −25.0 to +5.0), two annotators .80: INCONCLUSIVE."
    )


def test_plot_is_cut_at_its_ends() -> None:
    """An interval beyond F1 0 or 1 ends there; without a run before there is no band."""
    base = ScoreRow(section="threat", metric="aligned", gold=1, precision=None, recall=0.0, after=0)
    wide = base.model_copy(update={"before": 0.5, "low": -1.0, "high": 1.0, "change": -0.5})
    first, second = plot_of([wide, base]).groups[0].marks
    assert (first.low, first.high) == (LEFT, RIGHT)
    assert (second.low, second.high, second.before, second.after) == (None, None, None, LEFT)


def test_plot_has_a_line_a_section_and_metric() -> None:
    """Every section is there, in order, also one with nothing in it; actors have no strict F1."""
    data = compared()
    plot = plot_of(score_rows(data.results, data.comparison, data.agreement))
    assert [group.section for group in plot.groups] == list(ALL_SECTIONS)
    assert [len(group.marks) for group in plot.groups] == [2, 2, 2, 2, 1]
    ys = [mark.y for group in plot.groups for mark in group.marks]
    assert ys == sorted(set(ys))
    assert max(ys) < plot.floor < plot.height


# --- the file ---------------------------------------------------------------------------------

ATTACKS = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<!--<script>",
    "{{constructor.constructor('alert(1)')()}}",
    "javascript:alert(1)",
    "\u2028\u2029",
    "evil\u202egnp.exe",
)


def hostile_case(attack: str) -> tuple[GoldCase, Prediction]:
    """An article and a prediction that say the attack wherever text can stand."""
    text = f"Ana Ito said {attack} twice. More {attack} here."
    said = f"Ana Ito said {attack} twice."
    case = GoldCase(
        id="hostile",
        domain=attack,
        article=Article(text=text, title=attack, outlet=attack, date=attack),
        actors=(GoldActor(name=attack, kind="person", role=attack, aliases=()),),
        items=(gold_claim(text, 1, said, attack, who=(attack,), alternates=(attack,)),),
        headline=attack,
        summary=(GoldSentence(text=attack, sentences=(1,), evidence=spans(text, said)),),
    )
    perfect = perfect_prediction(case)
    more = false_item(text, f"More {attack} here.", who=(attack,), what=attack, condition=attack)
    return case, with_items(perfect, more).model_copy(
        update={"headline": PredictedSentence(text=attack, evidence=perfect.items[0].evidence)}
    )


def hostile_data(attack: str) -> ReportData:
    """A comparison in which every name and text is the attack."""
    case, prediction = hostile_case(attack)
    dropped = Dropped(
        section="claim",
        what=attack,
        sentences=(1,),
        reason=DropReason.NOT_IN_ARTICLE,
        detail=attack,
    )
    old = run_of((case,), document(case, perfect_prediction(case)), model=attack)
    new = run_of((case,), document(case, prediction, dropped=[dropped]), model=f"{attack}!")
    return ReportData(
        results=new,
        cases=(case,),
        gold_folder=attack,
        comparison=compare(old, new, (case,)),
        before_name=attack,
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_data_cannot_leave_its_element(attack: str) -> None:
    """No text of article or model can end the element of the data or begin another."""
    html = page.render(hostile_data(attack))
    [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert not set(data) & set("<>&\u2028\u2029")
    [said] = json.loads(data)["articles"]
    assert said["title"] == attack
    assert json.loads(said["gold"])["headline"] == attack
    assert len(re.findall("<script", html)) == 2


def test_page_of_forty_articles_is_below_three_megabytes() -> None:
    """Forty articles, each the longest one of the gold, in two runs."""
    longest = max(load_cases(part="all"), key=lambda case: len(gold_text(case)))
    cases = [longest.model_copy(update={"id": f"n{n}"}) for n in range(40)]
    run = run_of(cases, *(document(case, perfect_prediction(case)) for case in cases))
    data = ReportData(
        results=run,
        cases=tuple(cases),
        gold_folder="gold",
        comparison=compare(run, run, cases),
        agreement=CEILING,
    )
    assert len(page.render(data).encode()) < 3_000_000


# --- in a browser -----------------------------------------------------------------------------

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
    """Opens a report from a file; at the end nothing else may have been asked for or said."""
    file = tmp_path / "report.html"
    asked: list[str] = []
    said: list[str] = []
    contexts: list[BrowserContext] = []

    def refuse(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    def open_report(data: ReportData, address: str = "", **options: object) -> Page:
        file.write_text(page.render(data), encoding="utf-8")
        settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        context = browser.new_context(**(settings | options))  # type: ignore[arg-type]
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", refuse)
        tab.goto(file.as_uri() + address)
        return tab

    yield open_report
    for context in contexts:
        context.close()
    foreign = [url for url in asked if not url.startswith(("blob:null/", file.as_uri()))]
    assert foreign == []
    assert said == []


def listed(tab: Page) -> list[str]:
    """The names of the articles that are shown, in order."""
    return [a.get_attribute("data-name") or "" for a in tab.locator(".art:visible").all()]


def counts(tab: Page) -> dict[str, int]:
    """The count on each filter's button."""
    buttons = tab.locator("[data-show]").all()
    return {b.get_attribute("data-show") or "": int(b.locator("b").inner_text()) for b in buttons}


def opened(tab: Page, name: str) -> Locator:
    """An article, opened."""
    root = tab.locator(f'.art[data-name="{name}"]')
    if root.get_attribute("open") is None:
        root.locator("> summary").click()
    expect(root.locator(".text")).to_be_visible()
    return root


def marked(root: Locator, key: str) -> str:
    """The text of all pieces that belong to one item or sentence."""
    pieces = root.locator(f'.text .seg[data-keys~="{key}"]')
    return "".join(pieces.all_text_contents())


def lit(root: Locator) -> str:
    """The text that is lit."""
    return "".join(root.locator(".text .seg.lit").all_text_contents())


def overflow(tab: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(tab.evaluate("document.documentElement.scrollWidth - innerWidth"))


pytest_browser = pytest.mark.browser


# --- filters ----------------------------------------------------------------------------------


@pytest_browser
@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("all", ["broken", "harbour", "gulls", "quiet"]),
        ("changed", ["broken", "harbour", "gulls"]),
        ("lost", ["broken", "harbour"]),
        ("false", ["gulls"]),
        ("failed", ["broken"]),
    ],
)
def test_each_filter_shows_its_articles(open_page: Open, show: str, names: list[str]) -> None:
    """A filter shows the articles that have it, as many as its button says."""
    tab = open_page(compared())
    tab.click(f"[data-show={show}]")
    assert listed(tab) == names
    assert counts(tab) == {"all": 4, "changed": 3, "lost": 2, "false": 1, "failed": 1}
    expect(tab.locator(f"[data-show={show}]")).to_have_attribute("aria-pressed", "true")
    expect(tab.locator("[data-show][aria-pressed=true]")).to_have_count(1)


@pytest_browser
def test_filters_of_a_run_alone(open_page: Open) -> None:
    """Without a run before the filters are for what is missed and what is false."""
    tab = open_page(alone())
    tab.click("[data-show=lost]")
    assert listed(tab) == ["broken", "harbour"]
    tab.click("[data-show=false]")
    assert listed(tab) == ["gulls", "quiet"]
    expect(tab.locator("[data-show=changed], [data-layer=before]")).to_have_count(0)


@pytest_browser
def test_section_narrows_filters_counts_and_items(open_page: Open) -> None:
    """With a section chosen, filters and counts mean that section, and only its items show."""
    tab = open_page(compared())
    tab.click("#tools [data-section=threat]")
    assert listed(tab) == ["harbour", "gulls"]
    assert counts(tab) == {"all": 2, "changed": 2, "lost": 1, "false": 1, "failed": 0}
    tab.click("[data-show=lost]")
    assert listed(tab) == ["harbour"]
    root = opened(tab, "harbour")
    assert root.locator(".items:visible h3").all_inner_texts() == ["Threats 1 gold item"]
    tab.click("#tools [data-section='']")
    expect(root.locator(".items:visible")).to_have_count(4)


@pytest_browser
def test_search_looks_into_texts_and_items(open_page: Open) -> None:
    """All words must be there, in any case, in the text or in what gold and runs say."""
    tab = open_page(compared())
    for words, names in (
        ("港湾 CRANES", ["harbour"]),
        ("drown", ["gulls"]),
        ("endpoint answer", ["broken"]),
        ("porto rei", ["broken", "harbour", "gulls", "quiet"]),
    ):
        tab.fill("#find", words)
        assert listed(tab) == names, words
    assert counts(tab)["all"] == 4
    tab.fill("#find", "drown")
    assert counts(tab) == {"all": 1, "changed": 1, "lost": 0, "false": 1, "failed": 0}
    expect(tab.locator("#told")).to_have_text("1 of 4 articles")


@pytest_browser
def test_nothing_found_says_so_and_offers_a_way_back(open_page: Open) -> None:
    """Where no article matches there is a message; its button shows all again."""
    tab = open_page(compared())
    expect(tab.locator("#none")).to_be_hidden()
    tab.fill("#find", "no such word")
    assert listed(tab) == []
    expect(tab.locator("#none")).to_contain_text("No article matches.")
    tab.click("#clear")
    assert len(listed(tab)) == 4
    expect(tab.locator("#find")).to_have_value("")


@pytest_browser
def test_address_holds_what_is_chosen(open_page: Open) -> None:
    """The address of a filtered page opens the same page again."""
    tab = open_page(compared())
    tab.click("[data-show=changed]")
    tab.click("#tools [data-section=claim]")
    tab.fill("#find", "ana 港湾")
    tab.click("[data-layer=before]")
    opened(tab, "harbour")
    address = tab.evaluate("location.hash")
    assert (
        address == "#show=changed&section=claim&q=ana+%E6%B8%AF%E6%B9%BE&hide=before&open=harbour"
    )
    other = open_page(compared(), "#show=changed&section=claim&q=cranes&hide=before&open=harbour")
    assert listed(other) == ["harbour"]
    expect(other.locator("#find")).to_have_value("cranes")
    expect(other.locator("[data-layer=before]")).to_have_attribute("aria-pressed", "false")
    expect(other.locator('.art[data-name="harbour"] .text')).to_be_visible()
    other.evaluate("location.hash = 'show=failed'")
    assert listed(other) == ["broken"]


@pytest_browser
def test_foreign_address_changes_nothing(open_page: Open) -> None:
    """An address with nonsense, and the skip link's own, leave a whole page."""
    tab = open_page(compared(), "#show=nonsense&section=%00&hide=x&open=y")
    assert len(listed(tab)) == 4
    tab.click("[data-show=lost]")
    tab.keyboard.press("Home")
    tab.evaluate("location.hash = 'list'")
    expect(tab.locator("[data-show=lost]")).to_have_attribute("aria-pressed", "true")
    assert tab.evaluate("location.hash") == "#show=lost"


# --- evidence ---------------------------------------------------------------------------------


@pytest_browser
def test_marked_text_is_the_evidence(open_page: Open) -> None:
    """The pieces of every item are its evidence, whatever overlaps and whatever emoji precede."""
    root = opened(open_page(compared()), "harbour")
    case, run = CASES[0], after_run().documents[0].prediction
    text = case.article.text
    for place, item in enumerate(case.items):
        quote = "".join(text[s.start : s.end] for s in item.evidence)
        assert marked(root, f"gold:{place}") == quote
        assert marked(root, f"before:{place}") == quote
    for place, said in enumerate(run.items):
        assert marked(root, f"after:{place}") == said.evidence[0].text
    assert marked(root, "after:s0") == run.summary[0].evidence[0].text
    assert root.locator(".text").text_content() == text


@pytest_browser
def test_layers_look_different_and_can_be_hidden(open_page: Open) -> None:
    """Gold is tinted, before dashed, now underlined; each can be switched off alone."""
    tab = open_page(compared())
    root = opened(tab, "harbour")
    threat = root.locator('.text .seg[data-keys~="gold:2"]')
    action = root.locator('.text .seg[data-keys~="after:2"]')
    look = """e => {
      const s = getComputedStyle(e);
      return [s.backgroundColor, s.borderBottomColor, s.textDecorationLine];
    }"""
    clear = "rgba(0, 0, 0, 0)"
    tint, dashes, line = threat.evaluate(look)
    assert tint != clear
    assert dashes != clear
    assert line == "none"
    assert action.evaluate(look)[2] == "underline"
    for layer, part in (("gold", 0), ("before", 1), ("after", 2)):
        tab.click(f"[data-layer={layer}]")
        seen = action.evaluate(look)
        assert seen[part] == ("none" if layer == "after" else clear)
        tab.click(f"[data-layer={layer}]")
        assert action.evaluate(look)[part] not in ("none", clear)


@pytest_browser
def test_item_lights_its_evidence_and_lets_go(open_page: Open) -> None:
    """A click on an item lights its evidence alone and holds it; another click lets go."""
    tab = open_page(compared())
    root = opened(tab, "harbour")
    line = root.locator('[data-key="gold:1"]')
    line.click()
    assert lit(root) == "the port is safe and busy."
    expect(line).to_have_attribute("aria-pressed", "true")
    root.locator('[data-key="gold:3"]').hover()
    assert lit(root) == "the port is safe and busy."
    line.click()
    tab.mouse.move(5, 5)
    assert lit(root) == ""
    root.locator('[data-key="after:2"]').hover()
    assert lit(root) == HARBOUR_SENTENCES[2]


@pytest_browser
def test_evidence_out_of_view_is_brought_into_it(open_page: Open) -> None:
    """In a long text the evidence is scrolled to in the text's own pane."""
    text = "\n\n".join(f"Gull {n} flew over the port and was seen there." for n in range(150))
    last = "Gull 149 flew over the port and was seen there."
    case = case_of("long", text, gold_claim(text, 150, last, "gull 149 flew"))
    for size in ({"width": 1280, "height": 700}, {"width": 360, "height": 740}):
        tab = open_page(one_case(case, perfect_prediction(case)), viewport=size)
        root = opened(tab, "long")
        expect(root.locator(".seg").first).not_to_be_in_viewport()
        root.locator('[data-key="gold:0"]').click()
        expect(root.locator(".seg.lit")).to_be_in_viewport()
        expect(root.locator('[data-key="gold:0"]')).to_be_in_viewport()


@pytest_browser
def test_evidence_leads_to_its_items_and_back(open_page: Open) -> None:
    """A click on the text goes to the first item that it proves; Escape goes back to the text."""
    tab = open_page(compared())
    root = opened(tab, "harbour")
    piece = root.locator('.text .seg[data-keys~="gold:4"]')
    piece.click()
    expect(root.locator('[data-key="gold:4"]')).to_be_focused()
    expect(root.locator('[data-key="gold:4"]')).to_be_in_viewport()
    keys = [line.get_attribute("data-key") for line in root.locator(".line.lit").all()]
    assert keys == ["gold:4", "before:4", "after:3"]
    tab.keyboard.press("Escape")
    expect(piece).to_be_focused()
    expect(root.locator(".line.lit")).to_have_count(0)


@pytest_browser
def test_article_says_what_became_of_each_item(open_page: Open) -> None:
    """Outcome, reason of a drop, flips, headline, summary, actors and a failure can be read."""
    tab = open_page(compared())
    root = opened(tab, "harbour")
    threat = root.locator('.row[data-gold="2"]')
    expect(threat).to_contain_text("UNGROUNDED")
    expect(threat.locator(".line.before")).to_contain_text("✓ found")
    expect(threat.locator(".line.after")).to_contain_text("✗ said, but not proven")
    expect(threat.locator(".line.after")).to_contain_text(UNPROVEN.detail)
    claim = root.locator('.row[data-gold="0"] .line.after')
    expect(claim).to_contain_text("✗ found, wrong who")
    expect(claim.locator(".wrong")).to_have_text("Tomas Wrede")
    root.get_by_text("Headline and summary").click()
    expect(root.locator('[data-key="after:s0"]')).to_contain_text("Now.")
    root.get_by_text("Left out by grounding: 1 now").click()
    expect(root.locator(".fold[open]")).to_contain_text(["In short.", "name not found"])
    expect(root.get_by_text("Actors: 3 gold, 3 before, 3 now")).to_be_visible()
    expect(opened(tab, "broken").locator(".fault")).to_have_text(
        "now The endpoint does not answer."
    )


# --- plot and table ---------------------------------------------------------------------------


@pytest_browser
@pytest.mark.parametrize("data", [compared, alone])
def test_plot_says_what_the_table_says(open_page: Open, data: Callable[[], ReportData]) -> None:
    """The plot has a mark for every row of the table, and its points stand at their numbers."""
    tab = open_page(data())
    marks, rows = tab.locator("svg.plot .mark"), tab.locator("tr[data-section]")
    expect(marks).to_have_count(rows.count())
    expect(tab.locator("svg.plot .name")).to_have_count(len(ALL_SECTIONS))
    seen = 0
    for mark, row in zip(marks.all(), rows.all(), strict=True):
        for name in ("section", "metric"):
            assert mark.get_attribute(f"data-{name}") == row.get_attribute(f"data-{name}")
        for point in ("before", "after"):
            cell, circle = row.locator(f"[data-is={point}]"), mark.locator(f"circle.{point}")
            told = cell.inner_text() if cell.count() else "–"
            assert circle.count() == (told != "–")
            if circle.count():
                x = (circle.get_attribute("cx") or "").removesuffix("%")
                assert abs(value_at(float(x)) - float(told)) <= 0.0051
                seen += 1
    assert seen == (18 if data is compared else 9)
    assert tab.locator("svg.plot .ceiling").count() == (9 if data is compared else 0)


@pytest_browser
def test_plot_can_be_heard(open_page: Open) -> None:
    """The drawing is an image with a name, described by all of its numbers."""
    tab = open_page(compared())
    plot = tab.get_by_role("img", name="F1 by section")
    expect(plot).to_have_count(1)
    words = tab.locator(f"#{plot.get_attribute('aria-describedby')}").text_content() or ""
    assert len(re.findall("F1:", words)) == 9
    assert "Threats, aligned F1: 1.00 before, .00 now" in words


# --- changes to the gold ----------------------------------------------------------------------


def downloaded(tab: Page, name: str) -> str:
    """The text of the gold file that the page gives."""
    with tab.expect_download() as started:
        tab.get_by_role("button", name=f"Download {name}.json").click()
    assert started.value.suggested_filename == f"{name}.json"
    return Path(started.value.path()).read_text("utf-8")


def press(root: Locator, row: str, text: str) -> None:
    """Press a button of a row."""
    root.locator(row).get_by_role("button", name=text).click()


@pytest_browser
def test_accepted_item_comes_with_its_actor(open_page: Open, tmp_path: Path) -> None:
    """The downloaded file is the gold with the item and whoever it names; it is sound."""
    tab = open_page(compared())
    root = opened(tab, "gulls")
    press(root, ".row.false", "Accept as gold")
    file = tmp_path / "gulls.json"
    file.write_text(downloaded(tab, "gulls"), "utf-8")
    case, text = CASES[3], CASES[3].article.text
    threat = GoldThreat(
        type="threat",
        sentences=(2,),
        evidence=spans(text, "Rain fell over the gulls of Porto Rei."),
        who=("gull watcher",),
        whom=(),
        what="drown all gulls",
        status="conditional",
        reported_by=(),
        condition="if it rains",
        mode="other",
    )
    watcher = GoldActor(name="gull watcher", kind="person", role="", aliases=("the watcher",))
    expected = case.model_copy(
        update={"items": (*case.items, threat), "actors": (*case.actors, watcher)}
    )
    assert load_case(file) == expected
    assert check(load_case(file)) == []
    assert file.read_text("utf-8") == gold_text(expected)


@pytest_browser
def test_marks_and_removals_are_written(open_page: Open) -> None:
    """Must becomes optional, optional must, and what is removed is gone; all else stays."""
    tab = open_page(compared())
    root = opened(tab, "harbour")
    press(root, '.row[data-gold="0"]', "Mark optional")
    press(root, '.row[data-gold="1"]', "Mark must")
    press(root, '.row[data-gold="3"]', "Remove from gold")
    expect(tab.locator("#pending")).to_contain_text("3 changes to the gold")
    case = CASES[0]
    first, second, third, _, fifth = case.items
    expected = case.model_copy(
        update={
            "items": (
                first.model_copy(update={"must": False}),
                second.model_copy(update={"must": True}),
                third,
                fifth,
            )
        }
    )
    assert downloaded(tab, "harbour") == gold_text(expected)


@pytest_browser
def test_accepted_names_become_the_golds_names(open_page: Open) -> None:
    """An alias, or a name that the run's cast explains, is written as the gold writes it."""
    case = harbour()
    quote = HARBOUR_SENTENCES[4]
    claim = false_item(
        HARBOUR,
        quote,
        "claim",
        sentences=(5,),
        who=("ITO", "union of the docks", "Porto Rei Post"),
        whom=("Mr.  Wrede", "new face"),
        reported_by=("Porto Rei Post",),
        what="the post reported it",
    )
    early = false_item(
        HARBOUR, HARBOUR_SENTENCES[1], "action", sentences=(2,), who=("new face",), what="paid"
    )
    cast = (
        PredictedActor(name="union of the docks", kind="group", aliases=("the dock union",)),
        PredictedActor(name="new face", kind="person", aliases=("New Face", "face")),
    )
    said = with_items(perfect_prediction(case), claim, early)
    said = said.model_copy(update={"actors": (*said.actors, *cast)})
    tab = open_page(one_case(case, said))
    root = opened(tab, "harbour")
    for button in root.get_by_role("button", name="Accept as gold").all()[::-1]:
        button.click()
    written = GoldCase.model_validate_json(downloaded(tab, "harbour"))
    assert [item.what for item in written.items[2:4]] == ["stop the cranes", "paid"]
    last = written.items[-1]
    assert last.who == ("Ana Ito", "dock union", "Porto Rei Post")
    assert last.whom == ("Tomas Wrede", "new face")
    assert last.reported_by == ("Porto Rei Post",)
    assert [(a.name, a.aliases) for a in written.actors[3:]] == [("new face", ("face",))]
    assert check(written) == []


@pytest_browser
def test_undo_takes_back_the_last_change(open_page: Open) -> None:
    """Undo takes back one change after another, the button itself its own; then the bar goes."""
    tab = open_page(compared())
    root = opened(tab, "harbour")
    pending = tab.locator("#pending")
    expect(pending).to_be_hidden()
    press(root, '.row[data-gold="0"]', "Mark optional")
    press(root, '.row[data-gold="2"]', "Remove from gold")
    press(opened(tab, "gulls"), ".row.false", "Accept as gold")
    expect(pending.get_by_role("listitem")).to_contain_text(["harbour 2 changes", "gulls 1 change"])
    pending.get_by_role("button", name="Undo the last change to harbour").click()
    expect(pending.get_by_role("button", name="Undo the last change to harbour")).to_be_focused()
    expect(pending).to_contain_text("2 changes to the gold")
    press(opened(tab, "gulls"), ".row.false", "undo")
    expect(pending.get_by_role("listitem")).to_have_count(1)
    expected = CASES[0].items[0].model_copy(update={"must": False})
    written = GoldCase.model_validate_json(downloaded(tab, "harbour"))
    assert written == CASES[0].model_copy(update={"items": (expected, *CASES[0].items[1:])})
    pending.get_by_role("button", name="Undo the last change to harbour").click()
    expect(pending).to_be_hidden()
    expect(root.locator(".on, .will-optional, .will-remove")).to_have_count(0)


@pytest_browser
def test_item_has_one_change_at_most(open_page: Open) -> None:
    """Who removes an item that was marked optional has one change, the removal."""
    tab = open_page(compared())
    root = opened(tab, "harbour")
    press(root, '.row[data-gold="0"]', "Mark optional")
    press(root, '.row[data-gold="0"]', "Remove from gold")
    expect(tab.locator("#pending")).to_contain_text("1 change to the gold")
    written = GoldCase.model_validate_json(downloaded(tab, "harbour"))
    assert written.items == CASES[0].items[1:]


@pytest_browser
def test_too_long_an_item_is_told(open_page: Open) -> None:
    """An accepted item with more words than gold may have is named before the download."""
    case = small("wordy")
    long = false_item(case.article.text, "Rain fell", what=" ".join(["word"] * 26))
    tab = open_page(one_case(case, with_items(perfect_prediction(case), long)))
    press(opened(tab, "wordy"), ".row.false", "Accept as gold")
    expect(tab.locator("#pending")).to_contain_text("more than 25 words")


@pytest_browser
def test_layout_is_that_of_the_shipped_files(open_page: Open) -> None:
    """Every shipped gold file without a change is written byte for byte as it is."""
    tab = open_page(compared())
    for case in load_cases(part="all"):
        text = gold_text(case)
        again = tab.evaluate("text => goldFile.text(goldFile.changed(JSON.parse(text), []))", text)
        assert again == text, case.id


# --- hostile text, policy, other windows ------------------------------------------------------


@pytest_browser
@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_text_is_only_text(open_page: Open, attack: str) -> None:
    """Text of article and model runs nothing, loads nothing, and is there to be read."""
    tab = open_page(hostile_data(attack))
    root = opened(tab, "hostile")
    for fold in root.locator(".fold > summary").all():
        fold.click()
    assert tab.locator("script").count() == 2
    assert tab.locator("img, iframe, object, embed, link, [onerror], [onload]").count() == 0
    expect(root.locator(".row.false .what").first).to_have_text(shown(attack))
    press(root, ".row.false", "Accept as gold")
    written = GoldCase.model_validate_json(downloaded(tab, "hostile"))
    assert written.items[1].what == attack


@pytest_browser
def test_marks_of_direction_stay_in_their_place(open_page: Open) -> None:
    """A mark that turns the direction of text is shown by its number; the file keeps it."""
    case, prediction = hostile_case("evil\u202egnp.exe")
    root = opened(open_page(one_case(case, prediction)), "hostile")
    assert "\u202e" not in root.inner_text()
    expect(root.locator(".text")).to_contain_text("evil‹U+202E›gnp.exe twice.")


@pytest_browser
def test_policy_stops_what_is_not_ours(browser: Browser, tmp_path: Path) -> None:
    """Even if a script got into the page, the page's policy would not let it run."""
    foreign = "<script>document.title = 'foreign'</script></main>"
    file = tmp_path / "broken.html"
    file.write_text(page.render(compared()).replace("</main>", foreign), encoding="utf-8")
    tab = browser.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(file.as_uri())
    assert tab.title() == "FAIL: evals of two"
    assert len(said) == 1
    assert "Content Security Policy" in said[0]
    tab.close()


@pytest_browser
@pytest.mark.parametrize("word", ["", "W" * 150])
def test_nothing_scrolls_sideways(open_page: Open, word: str) -> None:
    """At every width, also with words without a break, the page is as wide as the window."""
    tab = open_page(hostile_data(word) if word else compared())
    root = opened(tab, "hostile" if word else "harbour")
    for fold in tab.locator(".fold > summary:visible").all():
        fold.click()
    root.locator(".acts button").first.click()
    for width in (320, 360, 700, 900, 1400):
        tab.set_viewport_size({"width": width, "height": 800})
        assert overflow(tab) <= 0, width


@pytest_browser
def test_nothing_moves_while_the_page_loads(open_page: Open) -> None:
    """From the first paint on nothing changes its place, also with an article open."""
    tab = open_page(compared(), "#open=harbour&show=changed")
    shift = """() => new Promise((done) => {
      let sum = 0;
      new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
        .observe({ type: "layout-shift", buffered: true });
      setTimeout(() => done(sum), 300);
    })"""
    assert tab.evaluate(shift) < 0.01


@pytest_browser
def test_dark_mode_has_its_own_colours(open_page: Open) -> None:
    """Who prefers a dark screen gets light text on dark paper."""
    tab = open_page(compared(), color_scheme="dark")
    look = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    assert tab.locator("html").evaluate(look) == ["rgb(23, 24, 27)", "rgb(231, 227, 218)"]


@pytest_browser
def test_keyboard_does_it_all(open_page: Open) -> None:
    """Tab, Enter, space and arrows filter, open, light evidence and change the gold."""
    tab = open_page(compared())
    keys = tab.keyboard
    keys.press("Tab")
    expect(tab.get_by_role("link", name="Skip to the articles")).to_be_focused()
    expect(tab.get_by_role("link", name="Skip to the articles")).to_be_in_viewport()
    keys.press("Enter")
    keys.press("Tab")
    expect(tab.locator("[data-show=all]")).to_be_focused()
    for _ in range(2):
        keys.press("Tab")
    keys.press("Enter")
    assert listed(tab) == ["broken", "harbour"]
    summary = tab.locator('.art[data-name="harbour"] > summary')
    summary.focus()
    keys.press("Enter")
    root = tab.locator('.art[data-name="harbour"]')
    expect(root.locator(".text")).to_be_visible()
    keys.press("Tab")
    expect(root.locator(".pane")).to_be_focused()
    keys.press("Tab")
    expect(root.locator(".seg").first).to_be_focused()
    keys.press("ArrowRight")
    expect(root.locator(".seg").nth(1)).to_be_focused()
    keys.press("Enter")
    expect(root.locator('[data-key="gold:0"]')).to_be_focused()
    keys.press("Escape")
    expect(root.locator(".seg").nth(1)).to_be_focused()
    keys.press("Tab")
    expect(root.locator('[data-key="gold:0"]')).to_be_focused()
    keys.press("Space")
    assert lit(root) == HARBOUR_SENTENCES[0]
    for _ in range(3):
        keys.press("Tab")
    expect(root.get_by_role("button", name="Mark optional").first).to_be_focused()
    keys.press("Enter")
    expect(tab.locator("#pending")).to_contain_text("1 change to the gold")
    focus = "e => getComputedStyle(e).outlineStyle"
    assert root.locator('.row[data-gold="0"] .acts button').first.evaluate(focus) == "solid"


@pytest_browser
def test_page_has_landmarks_and_names(open_page: Open) -> None:
    """Head, filters, tables, list and an article's parts can be found by role and name."""
    tab = open_page(compared())
    opened(tab, "harbour")
    expect(tab.get_by_role("main")).to_have_count(1)
    expect(tab.get_by_role("heading", level=1)).to_contain_text("FAIL")
    for name in ("Show", "Section", "Evidence shown in the text"):
        expect(tab.get_by_role("group", name=name, exact=True)).to_have_count(1)
    expect(tab.get_by_role("searchbox", name="Search in texts and items")).to_have_count(1)
    for name in ("Text of harbour", "Claims of harbour", "Articles, the worst first"):
        expect(tab.get_by_role("region", name=name)).to_have_count(1)
    names = tab.evaluate("""() =>
      [...document.querySelectorAll('button, [role=button], input, a, summary')].map((e) =>
        (e.ariaLabel || e.textContent || e.labels[0].textContent).trim())""")
    assert all(names)


@pytest_browser
def test_page_without_agreement_or_articles_failing(open_page: Open) -> None:
    """A sound run alone, without a ceiling, is a whole page too."""
    case = small("fine")
    tab = open_page(one_case(case, perfect_prediction(case)))
    expect(tab.locator("h1")).to_contain_text("Mean F1")
    expect(tab.locator(".badge")).to_have_count(0)
    root = opened(tab, "fine")
    expect(root.locator(".line.after").first).to_contain_text("✓ found in the same words")
    expect(root.locator(".line.before")).to_have_count(0)


@pytest_browser
def test_picture_of_the_report_can_be_made_again(tmp_path: Path) -> None:
    """The script writes a picture of 1200 pixels from two stored runs."""
    shipped = load_cases()[:2]
    runs = [
        [perfect_prediction(case) for case in shipped],
        [without(perfect_prediction(case), 0) for case in shipped],
    ]
    files = []
    for name, said in zip(("before", "after"), runs, strict=True):
        documents = [document(case, one) for case, one in zip(shipped, said, strict=True)]
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(run_of(shipped, *documents).json_text(), "utf-8")
    picture = tmp_path / "report.png"
    command = [sys.executable, SCRIPT, files[1], "--before", files[0], "--into", picture]
    env = os.environ | {"PYTHONPATH": str(SCRIPT.parents[1])}
    subprocess.run(command, check=True, timeout=120, env=env)
    kind, width = picture.read_bytes()[1:4], picture.read_bytes()[16:20]
    assert (kind, int.from_bytes(width, "big")) == (b"PNG", 1200)
