"""Gold: how it is read, what is wrong with one, and that what is shipped is sound."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from evals.check import check, check_folder
from evals.errors import GoldError
from evals.gold import (
    GOLD,
    SPLIT,
    Cited,
    GoldCase,
    Part,
    Split,
    gold_sha256,
    load_case,
    load_cases,
    load_split,
)
from summarizer.sentences import split_sentences

TEXT = 'Ada Brook threatened to "close the port" on Monday. The union of Vell agreed to talk.'


def raw_case() -> dict[str, Any]:
    """A sound case as JSON."""
    return {
        "id": "port",
        "domain": "strikes",
        "article": {"title": "Port", "outlet": "The Vell Post", "date": "", "text": TEXT},
        "actors": [
            {"name": "Ada Brook", "kind": "person", "role": "", "aliases": ["Brook"]},
            {"name": "union of Vell", "kind": "organization", "role": "", "aliases": []},
        ],
        "items": [
            {
                "type": "threat",
                "sentences": [1],
                "evidence": [{"start": 0, "end": 51}],
                "who": ["Ada Brook"],
                "whom": ["union of Vell"],
                "what": 'to "close the port"',
                "status": "conditional",
                "reported_by": ["The Vell Post"],
                "condition": "",
                "mode": "economic",
            },
            {
                "type": "agreement",
                "sentences": [2],
                "evidence": [{"start": 52, "end": 85}],
                "who": ["union of Vell"],
                "whom": [],
                "what": "to talk",
                "status": "agreed",
                "reported_by": [],
            },
        ],
        "headline": "Port may close",
        "summary": [{"text": "Talks.", "sentences": [2], "evidence": [{"start": 52, "end": 85}]}],
    }


def folder_with(tmp_path: Path, *cases: dict[str, Any], test: str = '["port"]') -> Path:
    """A gold folder with a split beside it."""
    for case in cases:
        (tmp_path / f"{case['id']}.json").write_text(json.dumps(case))
    (tmp_path / "split.toml").write_text(f"test = {test}\n")
    return tmp_path


def test_shipped_gold_is_sound() -> None:
    """Every shipped article and the split pass the check."""
    assert check_folder(GOLD, SPLIT) == []


def test_shipped_split_has_forty_articles_over_the_four_groups() -> None:
    """What scores is a fixed choice, and what may be tuned on is none of it."""
    split = load_split()
    assert Counter(name[0] for name in split.test) == {"A": 7, "B": 7, "C": 6, "D": 20}
    assert not set(split.test) & set(split.tune)


def test_shipped_split_has_articles_without_threats_and_agreements() -> None:
    """Sections that should stay empty are part of what is measured."""
    types = [{item.type for item in case.items} for case in load_cases()]
    assert sum("threat" not in found for found in types) >= 5
    assert sum("agreement" not in found for found in types) >= 5
    assert sum(not found & {"threat", "agreement"} for found in types) >= 3


@pytest.mark.parametrize("case", load_cases(part="all"), ids=lambda case: case.id)
def test_shipped_sentence_numbers_are_the_products(case: GoldCase) -> None:
    """The numbers beside the spans are those that the product gives these sentences."""
    sentences = split_sentences(case.article.text)

    def numbers(cited: Cited) -> tuple[int, ...]:
        return tuple(
            s.number
            for s in sentences
            if any(s.start < span.end and span.start < s.end for span in cited.evidence)
        )

    cited: list[Cited] = [*case.items, *case.summary]
    assert [c.sentences for c in cited] == [numbers(c) for c in cited]


def test_a_sound_case_has_no_problem() -> None:
    """The outlet may be reported_by without being in the cast."""
    assert check(GoldCase.model_validate(raw_case())) == []


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("items.0.who", ["Eve"], 'item 1: "Eve" is not in the cast'),
        ("items.0.whom", ["brook"], 'item 1: "brook" is not in the cast'),
        ("items.1.reported_by", ["Radio"], 'item 2: "Radio" is not in the cast'),
        ("items.0.what", 'to "burn the port"', "does not stand in the cited sentences"),
        ("items.0.alternates", ["to “open it”"], "does not stand in the cited sentences"),
        ("items.0.alternates", [" "], "an alternate is empty"),
        ("items.0.what", "word " * 26, "more than 25 words"),
        ("items.0.sentences", [], "cites 0 sentences, not 1 to 3"),
        ("items.0.sentences", [1, 2, 3, 4], "cites 4 sentences, not 1 to 3"),
        ("items.0.sentences", [2, 1], "sentence numbers must rise, from 1"),
        ("items.0.sentences", [0], "sentence numbers must rise, from 1"),
        ("items.0.sentences", [3], "sentence 2 stands after sentence 3"),
        ("items.0.evidence", [], "has no evidence"),
        ("items.1.evidence", [{"start": 52, "end": 86}], "is not in the text"),
        ("items.1.evidence", [{"start": 60, "end": 60}], "is not in the text"),
        ("items.1.evidence", [{"start": 51, "end": 85}], "not a trimmed piece"),
        ("items.1.evidence", [{"start": 53, "end": 85}], "begins or ends inside a word"),
        ("items.1.evidence", [{"start": 52, "end": 84}], "begins or ends inside a word"),
        (
            "items.1.evidence",
            [{"start": 52, "end": 85}, {"start": 52, "end": 85}],
            "spans must rise and not overlap",
        ),
        ("summary.0.evidence", [{"start": 52, "end": 90}], "summary 1: span 52 to 90"),
        ("actors.1.aliases", ["BROOK"], 'actors: "brook" names two actors'),
    ],
)
def test_check_names_each_fault(path: str, value: object, problem: str) -> None:
    """One fault in a sound case gives a line that names place and fault."""
    raw = raw_case()
    *way, last = path.split(".")
    place: Any = raw
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[last] = value
    assert any(problem in line for line in check(GoldCase.model_validate(raw)))


def test_evidence_across_paragraphs_is_a_problem() -> None:
    """A sentence never runs over a blank line, so neither does a span."""
    raw = raw_case()
    raw["article"]["text"] = TEXT.replace("Monday. The", "Monday.\n\nThe")
    raw["items"][1].update(sentences=[1], evidence=[{"start": 0, "end": 86}])
    raw["summary"] = []
    problems = check(GoldCase.model_validate(raw))
    assert any("one paragraph" in problem for problem in problems)


def test_unknown_vocabulary_is_named_with_file_and_place(tmp_path: Path) -> None:
    """A status that the brief does not know is an error at its place in its file."""
    raw = raw_case()
    raw["items"][0]["status"] = "maybe"
    folder = folder_with(tmp_path, raw)
    with pytest.raises(GoldError, match=r"port\.json: items\.0\.threat\.status: Input should be"):
        load_case(folder / "port.json")
    [problem] = check_folder(folder, folder / "split.toml")
    assert "items.0.threat.status" in problem


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    """A misspelt field does not pass for a default."""
    raw = raw_case()
    raw["items"][0]["must_have"] = False
    with pytest.raises(GoldError, match="must_have"):
        load_case(folder_with(tmp_path, raw) / "port.json")


def test_items_are_must_and_not_pinned_unless_they_say_so(tmp_path: Path) -> None:
    """The defaults of the three fields that most items leave out."""
    case = load_case(folder_with(tmp_path, raw_case()) / "port.json")
    assert {(item.must, item.pinned, item.alternates) for item in case.items} == {(True, False, ())}


def test_a_draft_is_a_problem_until_the_flag_goes() -> None:
    """Nobody has checked it yet."""
    case = GoldCase.model_validate(raw_case() | {"draft": True})
    assert check(case) == ['is a draft: correct it by hand, then take the line "draft" out']
    assert check(case.model_copy(update={"draft": False})) == []


def test_split_and_files_must_agree(tmp_path: Path) -> None:
    """A name without a file, a file without a name, a wrong id and a repeat are problems."""
    other = raw_case() | {"id": "other"}
    folder = folder_with(tmp_path, raw_case(), other, test='["port", "port", "lost"]')
    (folder / "other.json").write_text(json.dumps(raw_case()))
    problems = "\n".join(check_folder(folder, folder / "split.toml"))
    for expected in (
        "port stands there twice",
        "lost has no file",
        "other.json: not in",
        'other.json: id is "port"',
    ):
        assert expected in problems


@pytest.mark.parametrize("content", ["test = []\n", "test = 3\n", "train = ['a']\n", "test ="])
def test_an_unusable_split_is_an_error(tmp_path: Path, content: str) -> None:
    """No test article, a wrong type, an unknown key and broken TOML are all refused."""
    path = tmp_path / "split.toml"
    path.write_text(content)
    with pytest.raises(GoldError, match=r"split\.toml"):
        load_split(path)


def test_a_missing_file_is_an_error_with_its_path(tmp_path: Path) -> None:
    """No traceback: the path and the system's reason."""
    with pytest.raises(GoldError, match=r"lost\.json: cannot be read \(No such file"):
        load_case(tmp_path / "lost.json")


def parted(tmp_path: Path) -> Path:
    """A gold folder of two test articles and one to tune on."""
    others = (raw_case() | {"id": "quay"}, raw_case() | {"id": "dock"})
    return folder_with(tmp_path, raw_case(), *others, test='["quay", "port"]\ntune = ["dock"]')


@pytest.mark.parametrize(
    ("part", "names"),
    [("test", ["quay", "port"]), ("tune", ["dock"]), ("all", ["quay", "port", "dock"])],
)
def test_each_part_has_its_articles_in_the_order_of_the_split(
    tmp_path: Path, part: Part, names: list[str]
) -> None:
    """Test articles first where all are asked for, and alone where nothing is said."""
    folder = parted(tmp_path)
    split = folder / "split.toml"
    assert [case.id for case in load_cases(folder, split, part=part)] == names
    assert [case.id for case in load_cases(folder, split)] == ["quay", "port"]


def test_a_split_without_a_part_to_tune_on_is_whole(tmp_path: Path) -> None:
    """That part is empty then."""
    folder = folder_with(tmp_path, raw_case())
    assert load_split(folder / "split.toml") == Split(test=("port",))
    assert load_cases(folder, folder / "split.toml", part="tune") == ()


def test_an_article_to_tune_on_does_not_score(tmp_path: Path) -> None:
    """A name in both parts is a problem."""
    folder = folder_with(tmp_path, raw_case(), test='["port"]\ntune = ["port"]')
    split = folder / "split.toml"
    assert check_folder(folder, split) == [f"{split}: port stands there twice"]


@pytest.mark.parametrize("part", ["test", "tune", "all"])
@pytest.mark.parametrize("name", ["quay", "dock"])
def test_only_picks_one_article_of_either_part(tmp_path: Path, name: str, part: Part) -> None:
    """`only` is a name of the split, whichever part is asked for; another is an error."""
    folder = parted(tmp_path)
    split = folder / "split.toml"
    assert [case.id for case in load_cases(folder, split, name, part)] == [name]
    with pytest.raises(GoldError, match=r'No article is named "ship"; the names are in .*\.toml'):
        load_cases(folder, split, "ship", part)


def test_gold_digest_follows_content_and_not_layout(tmp_path: Path) -> None:
    """Another indent keeps the digest, another word changes it."""
    case = GoldCase.model_validate(raw_case())
    path = tmp_path / "port.json"
    path.write_text(json.dumps(raw_case(), indent=8))
    changed = case.model_copy(update={"domain": "ports"})
    assert case.sha256 == load_case(path).sha256 != changed.sha256
    assert gold_sha256((case,)) == gold_sha256((load_case(path),)) != gold_sha256((changed,))


def test_what_is_pinned_must_be_must() -> None:
    """An optional item never gates, so pinning it would promise what nobody holds."""
    raw = raw_case()
    raw["items"][0] |= {"pinned": True, "must": False}
    case = TypeAdapter(GoldCase).validate_python(raw)
    assert any("pinned, but optional" in problem for problem in check(case))
