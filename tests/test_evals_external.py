"""Public sets as gold: their formats, what becomes of them, the scores and the command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from evals.check import check
from evals.counts import Section
from evals.errors import GoldError, RecordingError
from evals.external import (
    annotated_sections,
    load_plover,
    load_polnear,
    score_external,
    total_external,
)
from evals.external.brat import parse
from evals.external.cases import spread
from evals.external.command import external_command
from evals.external.cues import read_cue
from evals.external.names import cast_of, named
from evals.external.plover import read_plover
from evals.external.polnear import read_polnear
from evals.external.sets import external_set
from evals.gold import GoldCase, GoldClaim
from evals.prediction import Prediction, predicted_item
from evals.recorder import RecordedModel
from evals.run import eval_settings, product, run_case
from evals.score import score
from evals.tape import Sampling
from evals.testing import perfect_model, perfect_prediction
from summarizer import doors

EMBEDDED = "embedded:smollm2-135m"
CLAIMS: tuple[Section, ...] = ("claim",)

HEADLINE = "Mayor: Bridge will open."
FIRST = "The bridge will open in May, Mayor Ana Ito said. It is on time. The city has the money."
SECOND = (
    "Mr. Bell of Dock Union accused Ito of hiding costs of 40 million, and residents were told."
)
THIRD = "She thinks the union is wrong. Ito, who took office in 2019, denied it.”"
TEXT = "\n\n".join([HEADLINE, FIRST, SECOND, THIRD]) + "\n"
NAME = "politico_2016-09-08_mayor-bridge-will-open_"

Part = tuple[str, str]
Attribution = Sequence[Part]
ATTRIBUTIONS: tuple[Attribution, ...] = (
    (("Source", "Mayor"), ("Cue", ":"), ("Content", "Bridge will open")),
    (
        ("Source", "Mayor Ana Ito"),
        ("Cue", "said"),
        ("Content", "The bridge will open in May,|It is on time. The city has the money."),
    ),
    (
        ("Source", "Mr. Bell of Dock Union"),
        ("Cue", "accused"),
        ("Content", "Ito of hiding costs of 40 million"),
    ),
    (("Source", "She"), ("Cue", "thinks"), ("Content", "the union is wrong")),
    (
        ("Source", "Ito, who took office in 2019,"),
        ("Cue", "denied"),
        ("Content", "it."),
    ),
    (("Cue", "were told"), ("Content", "residents")),
    (("Source", "union"), ("Cue", "is wrong")),
    (("Source", "union"), ("Cue", "is wrong"), ("Content", "”")),
)


def ann(text: str, attributions: Sequence[Attribution]) -> str:
    """An annotation file as the corpus has it; `|` in a part makes it discontinuous."""
    lines: list[str] = []
    for number, parts in enumerate(attributions, start=1):
        arguments = []
        for label, covered in parts:
            place = len(lines) + 1
            spans = ";".join(_span(text, piece) for piece in covered.split("|"))
            lines.append(f"T{place}\t{label} {spans}\t{covered.replace('|', ' ')}")
            arguments.append(f"{label}:T{place}")
        kind = "Attribution" if parts[0][0] == "Source" else "Attribution-no-source"
        trigger = len(lines) + 1
        cue = next(covered for label, covered in parts if label == "Cue")
        lines.append(f"T{trigger}\t{kind} {_span(text, cue)}\t{cue}")
        lines.append(f"E{number}\t{kind}:T{trigger} {' '.join(arguments)}")
    return "\n".join([*lines, "#1\tAnnotatorNotes T1\tIs this one?", ""])


def _span(text: str, piece: str) -> str:
    start = text.rindex(piece) if piece == "it." else text.index(piece)
    return f"{start} {start + len(piece)}"


def write_article(
    part: Path, name: str, text: str = TEXT, attributions: Sequence[Attribution] = ATTRIBUTIONS
) -> None:
    """An article with one annotator's file."""
    for folder in ("text", "attributions"):
        (part / folder).mkdir(parents=True, exist_ok=True)
    (part / "text" / f"{name}.txt").write_text(text, "utf-8")
    (part / "attributions" / f"{name}_4b22.ann").write_text(ann(text, attributions), "utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A repository like PolNeAR's, with one test article."""
    write_article(tmp_path / "corpus" / "data" / "test", NAME)
    return tmp_path / "corpus"


def record(number: int, event: str, text: str, **more: Any) -> dict[str, Any]:
    """A gold standard record of PLOVER."""
    return {
        "id": f"PLOVER-GSR01-{event}-{number:04}",
        "date": "2000-01-01",
        "event": event,
        "eventText": "did it",
        "context": "military",
        "text": text,
        "textInfo": {"markup": text},
        "language": "en",
        "coder": "Nobody",
        "version": "0.5b1",
        **more,
    }


def coded(*names: str) -> list[dict[str, str]]:
    """Actors as a record has them."""
    return [{"actorText": name, "code": "XXX", "sector": "GOV"} for name in names]


RECORDS = [
    {"id": "PLOVER-GSR01-DOCUMENT-0001", "event": "DOCUMENT", "eventText": "about the file"},
    record(
        1,
        "AGREE",
        "Utland and Norland have agreed to open the border, the Utland radio said.",
        source=coded("Utland", "Norland"),
        target="",
        eventText="agreed open border",
    ),
    record(
        2,
        "AGREE",
        "Utland will give Norland grain.",
        source=coded("Utland"),
        target=coded("Norland"),
    ),
    record(3, "AGREE", "Utland agreed to leave.", source=coded("Utland"), eventText="agreed leave"),
    record(
        1,
        "THREATEN",
        "{President Eva Lund warned today that Utland ``will close'' the strait.}",
        source=coded("President Eva Lund"),
        target="diplomatic",
        mode="curfew",
        eventText="warned ... will close",
    ),
    record(1, "DISAPPROVE", "Norland accused Utland of theft.", source=coded("Norland")),
    record(
        1, "FIGHT", "Utland rebels shelled Norhaven.", source=coded("Utland rebels"), target=None
    ),
    record(1, "REJECT", "Norland rejected the plan.", source=coded("Norland")),
    record(4, "AGREE", " ", source=coded("Norland")),
]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A repository like PLOVER's."""
    folder = tmp_path / "plover" / "gold_standard_records"
    folder.mkdir(parents=True)
    (folder / "PLOVER_GSR_CAMEO.txt").write_text(json.dumps(RECORDS, indent=4), "utf-8")
    return tmp_path / "plover"


def words(case: GoldCase, item: GoldClaim) -> str:
    """The evidence of an item as it stands in the article."""
    return " ".join(case.article.text[span.start : span.end] for span in item.evidence)


# --- PolNeAR ----------------------------------------------------------------------------------


def test_an_attribution_becomes_a_claim(corpus: Path) -> None:
    """Source to who, content to what and evidence, cue to act; a discontinuous content whole."""
    [case] = load_polnear(corpus)
    claims = [item for item in case.items if isinstance(item, GoldClaim)]
    said = next(c for c in claims if c.what.startswith("The bridge"))
    assert said.who == ("Ana Ito",)
    assert (said.act, said.must) == ("says", True)
    assert words(case, said) == FIRST
    assert set(said.sentences) == {2, 3, 4}
    assert said.what == "The bridge will open in May, It is on time. The city has the money."
    accused = next(c for c in claims if c.act == "accuses")
    assert accused.who == ("Bell",)
    assert words(case, accused) == SECOND
    denied = next(c for c in claims if c.act == "denies")
    assert denied.who == ("Ana Ito",)
    assert words(case, denied).startswith("Ito, who took office")
    assert case.article.text == TEXT
    assert (case.article.outlet, case.article.date) == ("Politico", "2016-09-08")
    assert case.domain == "polnear"


def test_a_long_quotation_is_found_from_any_of_its_sentences(tmp_path: Path) -> None:
    """All sentences are evidence, the first three are numbered, and wordings are 25 words each."""
    speech = " ".join(f"We will now build bridge number {n} here." for n in range(1, 7))
    text = f"Bridges.\n\nAna Ito said: {speech}\n"
    parts = [(("Source", "Ana Ito"), ("Cue", "said:"), ("Content", speech))]
    write_article(tmp_path, "a", text, parts)
    [case] = load_polnear(tmp_path)
    [item] = case.items
    assert (len(item.sentences), len(item.evidence)) == (3, 6)
    assert [len(wording.split()) for wording in (item.what, *item.alternates)] == [25, 23]
    assert check(case) == []


def test_a_thought_a_headline_and_a_claim_of_nobody_are_optional(corpus: Path) -> None:
    """What a brief need not have costs nothing when it is missed."""
    [case] = load_polnear(corpus)
    optional = [item.what for item in case.items if not item.must]
    assert optional == ["Bridge will open", "residents", "the union is wrong"]
    [wrong] = [item for item in case.items if item.what == "the union is wrong"]
    assert wrong.who == ()


def test_what_has_no_content_is_left_out_and_counted(corpus: Path) -> None:
    """An attribution without words of content is no item, and is not lost silently."""
    loaded = read_polnear(corpus)
    [out] = loaded.left_out
    assert (out.count, out.reason) == (2, "attribution without a cue or a content")
    assert len(loaded.cases[0].items) == len(ATTRIBUTIONS) - 2


def test_loaded_articles_are_sound_gold(corpus: Path, records: Path) -> None:
    """The gold's own check finds nothing wrong with them."""
    for case in (*load_polnear(corpus), *load_plover(records)):
        assert check(case) == []


def test_a_part_of_the_corpus_may_be_named(corpus: Path) -> None:
    """The repository, its data folder, and a part; another part than test only by name."""
    write_article(corpus / "data" / "dev", "other")
    assert [case.id for case in load_polnear(corpus)] == [NAME]
    assert [case.id for case in load_polnear(corpus / "data")] == [NAME]
    assert [case.id for case in load_polnear(corpus / "data" / "dev")] == ["other"]


def test_the_first_annotator_is_read(corpus: Path) -> None:
    """Of several annotation files of an article one counts, always the same."""
    attributions = corpus / "data" / "test" / "attributions"
    (attributions / f"{NAME}_0aaa.ann").write_text(ann(TEXT, ATTRIBUTIONS[1:2]), "utf-8")
    (attributions / f"{NAME}_ffff.ann").write_text("", "utf-8")
    (attributions / f"{NAME}longer_0000.ann").write_text("", "utf-8")
    [case] = load_polnear(corpus)
    assert len(case.items) == 1


def test_a_limit_takes_articles_from_all_over_the_set(tmp_path: Path) -> None:
    """Sorted names begin with the publisher, so the first few would be one publisher's."""
    for publisher in ("breitbart", "nyt", "politico"):
        for number in range(2):
            write_article(tmp_path, f"{publisher}_2016-09-0{number + 1}_x")
    cases = load_polnear(tmp_path, limit=3)
    assert [case.article.outlet for case in cases] == ["Breitbart", "New York Times", "Politico"]
    assert len(load_polnear(tmp_path)) == len(load_polnear(tmp_path, limit=9)) == 6


@pytest.mark.parametrize(
    ("count", "limit", "places"),
    [(5, 0, [0, 1, 2, 3, 4]), (5, 2, [0, 2]), (3, 3, [0, 1, 2]), (2, 7, [0, 1]), (0, 3, [])],
)
def test_a_pick_is_evenly_spaced(count: int, limit: int, places: list[int]) -> None:
    """As many as asked for where there are so many, and 0 is all."""
    assert list(spread(range(count), limit)) == places


def test_a_folder_that_is_not_the_corpus_is_named(tmp_path: Path) -> None:
    """One sentence: what was expected, and where to get it."""
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(GoldError, match="networkdynamics/PolNeAR") as caught:
            load_polnear(folder)
        assert str(caught.value).startswith(f"{folder}: is not the PolNeAR corpus")
        assert "data/test/attributions/*.ann" in str(caught.value)


def test_moved_offsets_are_refused(corpus: Path) -> None:
    """A checkout with other line ends moves every span; that is told, not scored."""
    path = corpus / "data" / "test" / "text" / f"{NAME}.txt"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    with pytest.raises(GoldError, match=r"T\d+ does not stand in .* core\.autocrlf off"):
        load_polnear(corpus)


def test_a_text_without_annotation_or_encoding_is_refused(corpus: Path) -> None:
    """A half copy of the corpus gives no half score."""
    text = corpus / "data" / "test" / "text" / "zzz.txt"
    text.write_bytes(b"\xff\xfe")
    with pytest.raises(GoldError, match=r"zzz\.txt: cannot be read"):
        load_polnear(corpus)
    text.write_text("Nothing was said.")
    with pytest.raises(GoldError, match=r"zzz\.txt: has no zzz_\*\.ann"):
        load_polnear(corpus)


def test_the_standoff_format_is_read_line_by_line() -> None:
    """A covered text may hold a line end, a role a number; notes are passed over."""
    text = "Ana said\nyes and no"
    lines = (
        "T1\tContent 9 12;13 19\tyes and no",
        "T2\tCue 4 12\tsaid",
        "yes",
        "#1\tAnnotatorNotes T1\tunsure",
        "T3\tAttribution-no-source 4 8\tsaid",
        "E1\tAttribution-no-source:T3 Cue:T2 Content2:T1",
    )
    standoff = parse("\n".join(lines))
    assert [a.id for a in standoff.annotations] == ["T1", "T2", "T3"]
    assert all(a.stands(text) for a in standoff.annotations)
    assert not standoff.annotations[0].stands(text.replace("yes", "yep"))
    assert not standoff.annotations[0].stands(text[:18])
    [event] = standoff.events
    assert [a.id for a in standoff.in_role(event, "Content")] == ["T1"]
    assert standoff.in_role(event, "Source") == ()


@pytest.mark.parametrize(
    ("cue", "statement", "act"),
    [
        ("said", True, "says"),
        ("WROTE in a letter", True, "says"),
        (":", True, "says"),
        ("has denied", True, "denies"),
        ("said, denying", True, "denies"),
        ("admitted", True, "confirms"),
        ("is calling for", True, "demands"),
        ("has called", True, "says"),
        ("slammed", True, "accuses"),
        ("vowing", True, "promises"),
        ("warned", True, "predicts"),
        ("according to", False, "says"),
        ("thinks", False, "says"),
        ("declined to say", False, "says"),
        ("didn’t deny", False, "says"),
        ("asked about", False, "says"),
        ("", False, "says"),
    ],
)
def test_a_cue_tells_the_act(cue: str, statement: bool, act: str) -> None:
    """Verbs of statements in any form; thoughts, questions and negations are no statement."""
    read = read_cue(cue)
    assert (read.statement, read.act) == (statement, act)


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("Ana Ito", ("Ana Ito",)),
        ("former tech executive Ana Ito, who ran in 2016", ("Ana Ito",)),
        ("Utland’s Foreign Minister Ana Ito", ("Ana Ito",)),
        ("Mr. Bell of Dock Union", ("Bell",)),
        ("Neil Bell of Dock Union", ("Neil Bell",)),
        ("the University of Norhaven", ("University of Norhaven",)),
        ("Sen. Bo Bell (R-Ut.)", ("Bo Bell",)),
        ("Ana Ito, Bo Bell and the New Herald", ("Ana Ito", "Bo Bell", "New Herald")),
        ("Mrs. Ito's", ("Ito",)),
        ("Ana\nIto", ("Ana Ito",)),
        ("He", ()),
        ("she and Bell", ()),
        ("the Ito campaign", ()),
        ("a spokesman for Ito", ()),
        ("the government in Norhaven", ()),
        ("residents", ()),
        ("", ()),
    ],
)
def test_a_name_is_cut_out_of_a_phrase(phrase: str, names: tuple[str, ...]) -> None:
    """Without title, apposition and owner; pronouns and descriptions name nobody."""
    assert named(phrase) == names


def test_a_surname_means_the_full_name_of_the_text() -> None:
    """The most frequent one, and no word that merely begins a sentence."""
    text = "Bo A. Bell met Bo A. Bell. Ina Bell left. When Ito came, when it rained, Bell wept."
    cast = {actor.name: actor.aliases for actor in cast_of(["Bell", "Ito", "Ina Bell"], text)}
    assert cast == {"Bo A. Bell": ("Bell", "Bo Bell"), "Ito": (), "Ina Bell": ()}


# --- PLOVER -----------------------------------------------------------------------------------


def test_a_record_becomes_a_sentence_with_its_event(records: Path) -> None:
    """Categories by the documented table; one side's AGREE is a promise."""
    found = {case.id: case for case in load_plover(records)}
    items = {identity.split("-", 2)[2]: case.items[0] for identity, case in found.items()}
    shown = {
        name: (i.type, getattr(i, "act", getattr(i, "event", getattr(i, "mode", ""))), i.who)
        for name, i in items.items()
    }
    assert shown == {
        "agree-0001": ("agreement", "", ("Utland", "Norland")),
        "agree-0002": ("claim", "promises", ("Utland",)),
        "threaten-0001": ("threat", "restrict", ("Eva Lund",)),
        "disapprove-0001": ("claim", "accuses", ("Norland",)),
        "fight-0001": ("action", "ASSAULT", ()),
    }
    assert items["agree-0002"].whom == ("Norland",)
    threat = found["plover-gsr01-threaten-0001"]
    assert threat.article.text.endswith('Utland "will close" the strait.')
    assert threat.article.text.startswith("President")
    assert threat.items[0].what == "warned will close"


def test_records_without_a_type_are_counted(records: Path) -> None:
    """What cannot be told is left out by name, never guessed."""
    reasons = {out.reason: out.count for out in read_plover(records).left_out}
    assert reasons == {
        "AGREE of one source that agreed or accepted": 1,
        "REJECT, which has no type here": 1,
        "record without a sentence": 1,
    }


def test_records_of_one_sentence_are_one_case_and_ids_differ(tmp_path: Path) -> None:
    """The set codes some sentences twice, and has one id twice."""
    text = "Utland troops shelled Norhaven and Utland expelled envoys."
    listed = [
        record(1, "FIGHT", text, source=coded("Utland")),
        record(1, "SANCTION", text, source=coded("Utland")),
        record(1, "FIGHT", "Utland fired.", source=coded("Utland")),
    ]
    path = tmp_path / "records.json"
    path.write_text(json.dumps(listed))
    first, second = load_plover(path)
    assert [getattr(item, "event", "") for item in first.items] == ["ASSAULT", "SANCTION"]
    assert (first.id, second.id) == ("plover-gsr01-fight-0001", "plover-gsr01-fight-0001-2")


@pytest.mark.parametrize("content", [None, "{}", "[1]", '[{"id": "x"}]', "id,event\n"])
def test_a_file_that_is_not_of_the_set_is_named(tmp_path: Path, content: str | None) -> None:
    """A folder without the file, and a file of another form."""
    path = tmp_path
    if content is not None:
        path = tmp_path / "other.json"
        path.write_text(content)
    with pytest.raises(GoldError, match="openeventdata/PLOVER") as caught:
        load_plover(path)
    assert str(caught.value).startswith(f"{path}: is not PLOVER's file")


# --- scores -----------------------------------------------------------------------------------


def test_each_set_says_what_it_annotates() -> None:
    """Neither annotates a cast; another name is a usage error."""
    assert annotated_sections("polnear") == ("claim",)
    assert annotated_sections("plover") == ("claim", "threat", "action", "agreement")
    with pytest.raises(GoldError, match='no external set "other"; name one of polnear, plover'):
        annotated_sections("other")


def test_a_perfect_brief_scores_one(corpus: Path, records: Path) -> None:
    """On every annotated section, with who right wherever somebody is named."""
    for name, cases in (("polnear", load_polnear(corpus)), ("plover", load_plover(records))):
        sections = annotated_sections(name)
        scores = [score_external(c, perfect_prediction(c), sections) for c in cases]
        summed = total_external(scores, sections)
        assert [part.f1 for part in summed.sections] == [1.0] * len(sections)
        [who] = summed.fields
        assert who.right == who.total > 0


def test_sections_that_are_not_annotated_count_nowhere(corpus: Path) -> None:
    """Other types, the cast and the fields that the set lacks change no figure."""
    [case] = load_polnear(corpus)
    perfect = perfect_prediction(case)
    other = [i.model_copy(update={"status": "denied", "whom": ("X",)}) for i in perfect.items]
    action = perfect.items[0].model_copy(
        update={"type": "action", "event": "OTHER", "what": "ships sank", "evidence": ()}
    )
    changed = Prediction(actors=(), items=(*other, action))
    scored = score_external(case, changed, CLAIMS)
    assert scored.sections == score_external(case, perfect, CLAIMS).sections
    assert scored.fields == score_external(case, perfect, CLAIMS).fields
    assert [part.section for part in scored.sections] == ["claim"]
    assert scored.sections[0].strict is None
    assert total_external([scored], CLAIMS).strict is None
    assert scored.wrong == ()


def test_counts_are_those_of_the_gold_score(corpus: Path) -> None:
    """The section's counts are what `score` says of the case and prediction cut down to it."""
    [case] = load_polnear(corpus)
    perfect = perfect_prediction(case)
    items = (*perfect.items[1:], perfect.items[0].model_copy(update={"type": "threat"}))
    prediction = perfect.model_copy(update={"items": items})
    cut = prediction.model_copy(update={"items": perfect.items[1:]})
    [claims] = [part for part in score(case, cut).sections if part.section == "claim"]
    scored = score_external(case, prediction, CLAIMS)
    assert scored.sections == (claims.model_copy(update={"strict": None}),)
    assert len(scored.misfiled) == 1


def test_who_is_scored_only_where_somebody_is_named(corpus: Path) -> None:
    """A wrong speaker of a pronoun's claim does not count, one of a name's does."""
    [case] = load_polnear(corpus)
    perfect = perfect_prediction(case)
    all_wrong = [i.model_copy(update={"who": ("Nobody",)}) for i in perfect.items]
    scored = score_external(case, perfect.model_copy(update={"items": tuple(all_wrong)}), CLAIMS)
    named_musts = [item for item in case.items if item.must and item.who]
    [who] = scored.fields
    assert (who.right, who.total) == (0, len(named_musts))
    assert len(scored.wrong) == len([item for item in case.items if item.who])


def test_a_cast_is_scored_where_it_is_annotated(corpus: Path) -> None:
    """The actor section is there for a set that asks for it."""
    [case] = load_polnear(corpus)
    scored = score_external(case, Prediction(), ("claim", "actor"))
    [claims, actors] = scored.sections
    assert actors.false_negatives == len(case.actors)
    assert claims.false_negatives == sum(item.must for item in case.items)


def test_one_statement_of_a_quotation_finds_the_whole(corpus: Path) -> None:
    """A brief's claim over one sentence is right for an attribution over three."""
    [case] = load_polnear(corpus)
    item = next(i for i in case.items if len(i.evidence) == 3)
    whole = predicted_item(item, "claim-1", case.article.text)
    last = whole.model_copy(update={"evidence": whole.evidence[2:], "what": "money is there"})
    scored = score_external(case, Prediction(items=(last,)), CLAIMS)
    [pair] = scored.pairs
    assert case.items[pair.gold] == item


# --- the command ------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The command alone, in an empty working folder with the default settings."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    for name in ("SUMMARIZER_MODEL", "SUMMARIZER_BASE_URL", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    app = typer.Typer()
    app.command("external")(external_command)
    return app


def record_answers(folder: Path, *cases: GoldCase) -> None:
    """Record what the cases would answer as the answers of a model that the settings know."""
    settings = eval_settings(EMBEDDED)
    with doors.open_model(settings) as known:
        for case in cases:
            recorded = RecordedModel(
                perfect_model(case, known.profile),
                known.name,
                known.profile,
                folder,
                False,
                sampling=Sampling(provider="embedded"),
            )
            run_case(case, recorded.of(case.id), product(settings))


def test_the_command_prints_a_table_of_80_columns(command: typer.Typer, records: Path) -> None:
    """From recordings in the working folder: counts, who, how to read them; progress aside."""
    cases = load_plover(records)
    record_answers(Path(".eval") / "external", *cases)
    arguments = ["plover", str(records), "--model", EMBEDDED, "--offline"]
    ran = CliRunner().invoke(command, arguments)
    assert ran.exit_code == 0
    lines = ran.stdout.splitlines()
    assert lines[0] == f"PLOVER: 5 of 5 sentences, model {EMBEDDED}"
    assert lines[2].split() == "section gold TP FP FN P R F1 who right".split()
    assert [line.split()[:2] for line in lines[3:7]] == [
        ["claims", "2"],
        ["threats", "1"],
        ["actions", "1"],
        ["agreements", "1"],
    ]
    assert "REJECT, which has no type here 1" in " ".join(ran.stdout.split())
    assert max(map(len, lines)) <= 80
    assert f"5/5 {cases[-1].id}" in ran.stderr
    quiet = CliRunner().invoke(command, [*arguments, "--quiet", "--limit", "2"])
    assert quiet.stderr == ""
    assert quiet.stdout.startswith("PLOVER: 2 of 5 sentences")


def test_the_command_counts_what_the_brief_has_wrong(
    command: typer.Typer, corpus: Path, tmp_path: Path
) -> None:
    """The row of claims says gold, hits, misses and the share of right speakers."""
    [case] = load_polnear(corpus)
    kept = [item for item in case.items if item.must and "money" not in item.what]
    folder = tmp_path / "recordings"
    record_answers(folder, case.model_copy(update={"items": tuple(kept)}))
    options = ["--offline", "--quiet", "--model", EMBEDDED, "--recordings", str(folder)]
    ran = CliRunner().invoke(command, ["polnear", str(corpus), *options])
    [row] = [line for line in ran.stdout.splitlines() if line.startswith("claims")]
    assert row.split() == "claims 3 2 0 1 1.00 .67 .80 1.00 of 2".split()
    assert not Path(".eval").exists()


def test_a_document_without_recording_is_refused_offline(
    command: typer.Typer, records: Path, tmp_path: Path
) -> None:
    """No score over a part that looks like a score over all."""
    cases = load_plover(records)
    record_answers(tmp_path / "recordings", *cases[1:])
    options = ["--offline", "--model", EMBEDDED, "--recordings", str(tmp_path / "recordings")]
    ran = CliRunner().invoke(command, ["plover", str(records), *options])
    assert isinstance(ran.exception, RecordingError)
    assert str(ran.exception).startswith("1 of 5 documents have no recorded answer")
    assert ran.stdout == ""


@pytest.mark.parametrize("dataset", ["polnear", "plover"])
def test_a_wrong_path_is_one_sentence(command: typer.Typer, tmp_path: Path, dataset: str) -> None:
    """It comes before any model is opened."""
    ran = CliRunner().invoke(command, [dataset, str(tmp_path), "--model", "embedded:none"])
    assert isinstance(ran.exception, GoldError)
    assert "\n" not in str(ran.exception)
    assert external_set(dataset).title in str(ran.exception)


def test_an_unknown_set_is_a_usage_error(command: typer.Typer, tmp_path: Path) -> None:
    """The command line names the sets there are."""
    ran = CliRunner().invoke(command, ["other", str(tmp_path)])
    assert ran.exit_code == 2
    assert "polnear" in ran.stderr
