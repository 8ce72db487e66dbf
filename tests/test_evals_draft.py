"""Making gold: its file's text, drafts out of briefs, filled evidence, agreement of annotators."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import pytest
from conftest import action, actor, article_of, brief_of, claim, extraction
from hypothesis import given
from hypothesis import strategies as st

from evals.agreement import ANNOTATIONS, load_agreement
from evals.check import check, check_folder
from evals.counts import ALL_SECTIONS
from evals.draft import case_name, draft, filled, numbered
from evals.errors import GoldError
from evals.gold import (
    GOLD,
    AnyGoldItem,
    GoldAction,
    GoldActor,
    GoldAgreement,
    GoldCase,
    GoldClaim,
    GoldSentence,
    GoldThreat,
    Span,
    load_case,
    load_cases,
)
from evals.gold_file import gold_text
from evals.testing import perfect_model
from summarizer.models import Article, Brief
from summarizer.pipeline import summarize

CASES = load_cases()
FILES = sorted(GOLD.glob("*.json"))
LINES = ("Ana Ito closed the port on Monday.", "“We will talk”, Bo Lund said.", "It rained.")


def small_brief(**more: str) -> Brief:
    """A brief of one claim and one action."""
    said = extraction(
        [actor("Ana Ito", "person", "Ito"), actor("Bo Lund")],
        [claim("“We will talk”", 2, who=["Bo Lund"]), action("closed the port", 1)],
        "Ana Ito closed the port",
        [("Ana Ito closed the port on Monday.", [1])],
    )
    return brief_of(article_of(*LINES, title="Port closed", **more), said)


# --- the file's text --------------------------------------------------------------------------


def test_shipped_files_are_laid_out_as_they_would_be_written() -> None:
    """Whoever fills or accepts gold changes no line but those that differ."""
    assert len(FILES) > 20
    assert [p.name for p in FILES if gold_text(load_case(p)) != p.read_text("utf-8")] == []


def test_the_layout_keeps_spans_and_names_on_one_line() -> None:
    """A line a value, and one for a list that fits."""
    lines = gold_text(load_case(FILES[0])).splitlines()
    assert any(line.strip().startswith('"evidence": [{"start": ') for line in lines)
    assert any(line.strip().startswith('"aliases": ["') for line in lines)
    assert lines[:2] == ["{", f'  "id": "{FILES[0].stem}",']


texts = st.text(max_size=30)
names = st.lists(texts, max_size=3).map(tuple)
ends = st.integers(0, 10**6)
cited = {
    "sentences": st.lists(st.integers(), max_size=3).map(tuple),
    "evidence": st.lists(st.builds(Span, start=ends, end=ends), max_size=12).map(tuple),
}
shared: dict[str, Any] = {
    **cited,
    "who": names,
    "whom": names,
    "what": st.text(min_size=1, max_size=120),
    "reported_by": names,
    "must": st.booleans(),
    "pinned": st.booleans(),
    "alternates": names,
}
items: st.SearchStrategy[AnyGoldItem] = st.one_of(
    st.builds(GoldClaim, type=st.just("claim"), **shared),
    st.builds(GoldThreat, type=st.just("threat"), condition=texts, **shared),
    st.builds(GoldAction, type=st.just("action"), **shared),
    st.builds(GoldAgreement, type=st.just("agreement"), **shared),
)
gold_cases = st.builds(
    GoldCase,
    id=texts,
    domain=texts,
    draft=st.booleans(),
    article=st.builds(
        Article,
        text=st.text(max_size=200),
        title=texts,
        outlet=texts,
        url=texts,
        date=texts,
        language=texts,
        source=texts,
    ),
    actors=st.lists(st.builds(GoldActor, name=texts, role=texts, aliases=names), max_size=3).map(
        tuple
    ),
    items=st.lists(items, max_size=3).map(tuple),
    headline=texts,
    summary=st.lists(st.builds(GoldSentence, text=texts, **cited), max_size=2).map(tuple),
)


@given(gold_cases)
def test_any_case_is_read_back_as_it_was_written(case: GoldCase) -> None:
    """Whatever its words, in bytes as a file has them; writing it again changes nothing."""
    text = gold_text(case)
    again = GoldCase.model_validate_json(text.encode("utf-8"))
    assert again == case
    assert again.sha256 == case.sha256
    assert gold_text(again) == text
    assert text.endswith("}\n")


def test_what_says_nothing_is_left_out_of_the_file() -> None:
    """`draft`, `pinned` and where the article came from stand there only where they say so."""
    plain, drafted = gold_text(CASES[0]), gold_text(CASES[0].model_copy(update={"draft": True}))
    for word in ('"draft"', '"pinned"', '"url"', '"language"', '"source"'):
        assert word not in plain
    assert drafted.splitlines()[3] == '  "draft": true,'
    first = CASES[0].items[0].model_copy(update={"pinned": True})
    pinned = CASES[0].model_copy(update={"items": (first, *CASES[0].items[1:])})
    assert gold_text(pinned).count('"pinned": true') == 1
    article = CASES[0].article.model_copy(update={"language": "de", "url": "https://a.example"})
    foreign = gold_text(CASES[0].model_copy(update={"article": article}))
    assert ('"language": "de"' in foreign, '"source"' in foreign) == (True, False)


# --- drafts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES[:4], ids=lambda case: case.id)
def test_a_draft_is_sound_but_for_being_a_draft(case: GoldCase, tmp_path: Path) -> None:
    """A brief becomes a file that loads; the check refuses it until a person takes the line out."""
    brief = summarize(case.article, model=perfect_model(case))
    path = tmp_path / f"{case.id}.json"
    path.write_text(gold_text(draft(brief, case.id, case.domain)), "utf-8")
    (tmp_path / "split.toml").write_text(f'test = ["{case.id}"]\n')
    [problem] = check_folder(tmp_path, tmp_path / "split.toml")
    assert 'is a draft: correct it by hand, then take the line "draft" out' in problem
    kept = [line for line in path.read_text("utf-8").splitlines() if '"draft"' not in line]
    path.write_text("\n".join(kept), "utf-8")
    assert check_folder(tmp_path, tmp_path / "split.toml") == []
    assert load_case(path) == draft(brief, case.id, case.domain).model_copy(update={"draft": False})


def test_a_draft_says_what_the_brief_says() -> None:
    """Article, cast, items in the order of the text, headline and summary with their evidence."""
    brief = small_brief()
    case = draft(brief, "port", "trade")
    assert (case.id, case.domain, case.draft) == ("port", "trade", True)
    assert (case.article, case.headline) == (brief.article, brief.headline)
    assert [(a.name, a.aliases) for a in case.actors] == [(a.name, a.aliases) for a in brief.actors]
    assert [(i.type, i.what, i.sentences) for i in case.items] == [
        ("action", "closed the port", (1,)),
        ("claim", "“We will talk”", (2,)),
    ]
    assert {(i.must, i.pinned, i.alternates) for i in case.items} == {(True, False, ())}
    assert case.items[0].who == ("Ana Ito",)
    quotes = [case.article.text[s.start : s.end] for i in case.items for s in i.evidence]
    assert quotes == list(LINES[:2])
    [sentence] = case.summary
    assert (sentence.text, sentence.sentences) == (LINES[0], (1,))


def test_an_empty_brief_is_a_draft_too() -> None:
    """A model that finds nothing leaves all the work to the person, and breaks nothing."""
    case = draft(brief_of(article_of(*LINES), extraction()), "port")
    assert (case.items, case.actors) == ((), ())
    assert GoldCase.model_validate_json(gold_text(case)) == case


# --- evidence of sentence numbers -------------------------------------------------------------


def test_filling_shipped_gold_changes_nothing() -> None:
    """Its evidence is the sentences that it cites."""
    assert [p.name for p in FILES if filled(load_case(p)) != load_case(p)] == []


def test_filling_takes_evidence_from_the_numbers_and_is_idempotent() -> None:
    """Of items and of the summary; what stood there before does not matter."""
    case = draft(small_brief(), "port")
    wrong = (Span(start=1, end=2),)
    spoiled = case.model_copy(
        update={
            "items": tuple(item.model_copy(update={"evidence": wrong}) for item in case.items),
            "summary": tuple(s.model_copy(update={"evidence": ()}) for s in case.summary),
        }
    )
    assert filled(spoiled) == case
    assert filled(filled(spoiled)) == filled(spoiled)


def test_filling_several_sentences_gives_a_span_for_each() -> None:
    """In the order in which they are cited."""
    case = draft(small_brief(), "port")
    item = case.items[0].model_copy(update={"sentences": (1, 3)})
    [spans] = [i.evidence for i in filled(case.model_copy(update={"items": (item,)})).items]
    assert [case.article.text[s.start : s.end] for s in spans] == [LINES[0], LINES[2]]


@pytest.mark.parametrize("number", [0, 4, -1])
def test_filling_names_a_sentence_that_is_not_there(number: int) -> None:
    """Of an item and of the summary, with the case's name and what there is."""
    case = draft(small_brief(), "port")
    for part in ("items", "summary"):
        first = getattr(case, part)[0].model_copy(update={"sentences": (1, number)})
        with pytest.raises(GoldError) as refused:
            filled(case.model_copy(update={part: (first,)}))
        assert str(refused.value) == f"port: sentence {number} is cited, but there are 3."


def test_sentences_are_numbered_as_in_the_articles_language() -> None:
    """The brief's numbers are of its language's sentences, so filling must count the same."""
    text = "Am 3. Mai sprach Ana Ito mit z. B. Bo Lund. Es regnete."
    said = extraction([actor("Ana Ito")], [action("sprach", 1)], "", [])
    case = draft(brief_of(Article(text=text, language="de"), said), "mai")
    assert filled(case) == case
    assert numbered(case.article).splitlines() == [
        "[1] Am 3. Mai sprach Ana Ito mit z. B. Bo Lund.",
        "[2] Es regnete.",
    ]


def test_the_numbered_article_shows_paragraphs() -> None:
    """A line a sentence, its own line breaks as spaces, a blank line between paragraphs."""
    article = Article(text="One is\nhere. Two is here.\n\nThree is here.")
    assert numbered(article) == "[1] One is here.\n[2] Two is here.\n\n[3] Three is here.\n"
    assert numbered(Article(text="")) == "\n"


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("https://news.example/2024/port-closed.html", "port-closed"),
        ("https://news.example/2024/port-closed/?id=7", "id-7"),
        ("https://news.example/", "news-example"),
        ("texts/Port closed.txt", "port-closed"),
        ("../../etc/passwd", "passwd"),
        ("..", "article"),
        ("/", "article"),
        ("", "article"),
        ("C:\\texts\\a.txt", "c-texts-a"),
        ("Überfälle: “Nein” sagt Łódź", "uberfalle-nein-sagt-odz"),
        ("港が閉まる", "article"),
        ("x" * 100, "x" * 40),
        ("y" * 39 + " and more", "y" * 39),
    ],
)
def test_a_case_is_named_after_its_source(source: str, name: str, tmp_path: Path) -> None:
    """Out of a URL, a path or a title, in letters that every file system has."""
    assert case_name(source, tmp_path) == name


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    """The first that is free."""
    for taken in ("port", "port-2"):
        (tmp_path / f"{taken}.json").write_text("{}")
    assert case_name("Port", tmp_path) == "port-3"


@given(st.text() | st.text(alphabet="./\\:% \0a\n~$", max_size=60))
def test_a_name_never_leaves_its_folder(source: str) -> None:
    """Lower case letters, digits and single dashes within, and not too long."""
    name = case_name(source, Path("/nowhere"))
    assert set(name) <= set(string.ascii_lowercase + string.digits + "-")
    assert 1 <= len(name) <= 40
    assert name == name.strip("-")
    assert "--" not in name


# --- agreement --------------------------------------------------------------------------------


def annotated(folder: Path, first: GoldCase, second: GoldCase) -> Path:
    """A folder in which one article is annotated twice."""
    for side, case in (("first", first), ("second", second)):
        (folder / side).mkdir(exist_ok=True)
        (folder / side / f"{first.id}.json").write_text(gold_text(case), "utf-8")
    return folder


def test_two_equal_annotations_agree_wholly(tmp_path: Path) -> None:
    """1 in every section that has anything, None in the others and for actors' strict."""
    case = next(c for c in CASES if not any(i.type == "threat" for i in c.items))
    agreement = load_agreement(annotated(tmp_path, case, case))
    assert agreement is not None
    assert agreement.documents == 1
    assert [ceiling.section for ceiling in agreement.sections] == list(ALL_SECTIONS)
    present = {item.type for item in case.items}
    for ceiling in agreement.sections:
        there = ceiling.section in present
        assert ceiling.strict == (1.0 if there else None)
        assert ceiling.aligned == (1.0 if there or ceiling.section == "actor" else None)
    assert all(field.right == field.total for field in agreement.fields)


def test_agreement_is_the_f1_of_one_annotation_against_the_other(tmp_path: Path) -> None:
    """One item of n missing gives 2(n - 1) / (2n - 1), whichever annotator left it out."""
    case = draft(small_brief(), "port").model_copy(update={"draft": False})
    less = case.model_copy(update={"items": case.items[:1]})
    other = case.items[0].model_copy(update={"who": ("Bo Lund",)})
    wrong = case.model_copy(update={"items": (other, *case.items[1:])})
    for first, second in ((case, less), (less, case)):
        agreement = load_agreement(annotated(tmp_path, first, second))
        assert agreement is not None
        assert agreement.of("claim").aligned == 0.0
        assert agreement.of("action").strict == 1.0
    agreement = load_agreement(annotated(tmp_path, case, wrong))
    assert agreement is not None
    assert (agreement.of("action").aligned, agreement.of("action").strict) == (1.0, 0.0)
    [who] = [field for field in agreement.fields if field.field == "who"]
    assert (who.right, who.total) == (1, 2)


def test_agreement_is_over_all_articles_together(tmp_path: Path) -> None:
    """Counts are summed before the ratio is taken."""
    one = draft(small_brief(), "one")
    two = draft(small_brief(), "two")
    annotated(tmp_path, one, one)
    annotated(tmp_path, two, two.model_copy(update={"items": two.items[:1]}))
    agreement = load_agreement(tmp_path)
    assert agreement is not None
    assert agreement.documents == 2
    assert agreement.of("claim").aligned == pytest.approx(2 / 3)


def test_without_annotations_there_is_no_ceiling(tmp_path: Path) -> None:
    """An empty folder and none at all."""
    assert load_agreement(tmp_path) is None
    assert load_agreement(tmp_path / "lost") is None


@pytest.mark.parametrize("side", ["first", "second"])
def test_an_annotation_without_its_other_is_an_error(tmp_path: Path, side: str) -> None:
    """The missing file is named."""
    case = draft(small_brief(), "port")
    (annotated(tmp_path, case, case) / side / "port.json").unlink()
    with pytest.raises(GoldError, match=rf"{side}/port\.json: cannot be read"):
        load_agreement(tmp_path)


def test_annotations_of_two_texts_are_an_error(tmp_path: Path) -> None:
    """Their spans could not be compared."""
    case = draft(small_brief(), "port")
    article = case.article.model_copy(update={"text": case.article.text + " More."})
    annotated(tmp_path, case, case.model_copy(update={"article": article}))
    with pytest.raises(GoldError, match=r"annotations of port\.json are of different texts"):
        load_agreement(tmp_path)


def test_shipped_annotations_are_sound_and_of_gold_articles() -> None:
    """Each passes the check, is of the text of its gold, and the ceiling can be told."""
    paths = sorted(ANNOTATIONS.glob("*/*.json"))
    assert paths
    for path in paths:
        case = load_case(path)
        assert check(case) == []
        assert case.article.text == load_case(GOLD / path.name).article.text
    agreement = load_agreement()
    assert agreement is not None
    assert 2 * agreement.documents == len(paths)
    assert all(0 < (ceiling.aligned or 1) <= 1 for ceiling in agreement.sections)
