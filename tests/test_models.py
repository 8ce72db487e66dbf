"""The types: schemas that strict decoders take, exact sums, and JSON there and back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import action, actor, article_of, brief_of, claim, extraction, item
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from summarizer import models
from summarizer.llm.wire import constrained_schema, strict_schema
from summarizer.models import (
    SECTIONS,
    Article,
    Brief,
    Cast,
    Choices,
    ExtractedActor,
    Extraction,
    Frozen,
    Overview,
    PassageItems,
    Usage,
    brief_json_schema,
)

ANSWERS = (Extraction, Cast, PassageItems, Overview)
# What OpenAI's strict mode does not take.
REFUSED = {
    "oneOf", "allOf", "not", "if", "then", "else", "discriminator", "default", "minLength",
    "maxLength", "pattern", "format", "uniqueItems", "prefixItems", "contains", "minContains",
    "maxContains", "patternProperties", "unevaluatedProperties", "propertyNames", "minProperties",
    "maxProperties", "dependentRequired", "dependentSchemas", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minimum", "maximum",
}  # fmt: skip
MAIN = (
    [actor("Ana Ito", "person", "Ito", role="mayor")],
    [
        claim("the ferry left", 1),
        action("left the port", 1),
        item("threat", "shut the port", 1, condition="if it rains"),
        item("agreement", "to sell the ferry", 1),
    ],
    "Ferry leaves",
    [("The ferry left.", [1])],
)
BRIEF = brief_of(
    article_of("Mayor Ana Ito said that the ferry left. Ito is back."), extraction(*MAIN)
)


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema; names of properties are no keywords."""
    if isinstance(node, list):
        for inner in node:
            yield from schemas(inner)
    elif isinstance(node, dict):
        yield node
        for keyword, inner in node.items():
            named = keyword in ("properties", "$defs")
            yield from schemas(list(inner.values()) if named else inner)


def fields(schema: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The schemas of all properties of a name."""
    return [one["properties"][name] for one in schemas(schema) if name in one.get("properties", {})]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answers_schema_keeps_the_rules_of_the_strict_mode(answer: type[BaseModel]) -> None:
    """Closed objects, all properties required, a root object, and no keyword it refuses."""
    schema = strict_schema(answer)
    assert schema["type"] == "object"
    for one in schemas(schema):
        assert not REFUSED & one.keys()
        if one.get("type") == "object":
            assert one["additionalProperties"] is False
            assert one["required"] == list(one["properties"])
            assert one["properties"]
        if "$ref" in one:
            assert set(one) <= {"$ref", "description"}
        assert one.get("type") in {"object", "array", "string", "integer", None}


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answers_schema_is_small_enough(answer: type[BaseModel]) -> None:
    """The strict mode takes 10 levels, 5,000 properties and 1,000 values of enums."""
    parts = list(schemas(strict_schema(answer)))
    assert sum(len(part.get("properties", {})) for part in parts) < 100
    assert sum(len(part.get("enum", [])) for part in parts) < 250


def test_each_kind_of_item_is_one_of_any() -> None:
    """A list of items takes each of the four types, told apart by a constant."""
    schema = strict_schema(PassageItems)
    (kinds,) = (field["items"]["anyOf"] for field in fields(schema, "items"))
    definitions = [schema["$defs"][kind["$ref"].rsplit("/", 1)[-1]] for kind in kinds]
    assert {d["properties"]["type"]["const"] for d in definitions} == set(SECTIONS)


CHOICES = Choices(sentences=(4, 5), names=("Ana Ito", "Hugo Brown"))


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_constrained_schema_bounds_every_free_string_and_list(answer: type[BaseModel]) -> None:
    """Under a grammar no string and no list can run on."""
    for choices in (Choices(), CHOICES):
        for one in schemas(constrained_schema(answer, choices)):
            if one.get("type") == "string":
                assert one.keys() & {"enum", "const"} or 0 < one["maxLength"] <= 240
            if one.get("type") == "array":
                assert one["maxItems"] >= one.get("minItems", 0)


@pytest.mark.parametrize("answer", [Extraction, PassageItems, Overview])
def test_sentence_numbers_are_narrowed_to_the_choices(answer: type[BaseModel]) -> None:
    """No other number can be said, one has to be, and none more often than there are."""
    found = fields(constrained_schema(answer, CHOICES), "sentences")
    assert found
    for field in found:
        assert field["items"]["enum"] == [4, 5]
        assert (field["minItems"], field["maxItems"]) == (1, 2)


@pytest.mark.parametrize("answer", [Extraction, PassageItems])
@pytest.mark.parametrize("name", ["who", "whom", "reported_by"])
def test_names_are_narrowed_to_the_choices(answer: type[BaseModel], name: str) -> None:
    """No other name can be said; with nobody at hand none can."""
    found = fields(constrained_schema(answer, CHOICES), name)
    assert len(found) == 4
    assert all(field["items"]["enum"] == ["Ana Ito", "Hugo Brown"] for field in found)
    nobody = fields(constrained_schema(answer, Choices(names=())), name)
    assert [field["maxItems"] for field in nobody] == [0] * 4
    free = fields(constrained_schema(answer, Choices()), name)
    assert not any("enum" in field["items"] for field in free)


def test_constraining_leaves_the_schema_itself_alone() -> None:
    """The strict schema is the same before and after."""
    before = strict_schema(Extraction)
    constrained_schema(Extraction, CHOICES)
    assert strict_schema(Extraction) == before


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_a_constrained_answer_can_be_is_valid(answer: type[BaseModel]) -> None:
    """The bounds that a grammar sets to lists lie within those that an answer is checked by."""
    plain = strict_schema(answer)
    for choices in (Choices(), CHOICES):
        bounded = constrained_schema(answer, choices)
        definitions = {"": plain, **plain.get("$defs", {})}
        for name, one in {"": bounded, **bounded.get("$defs", {})}.items():
            for key, field in one.get("properties", {}).items():
                most = definitions[name]["properties"][key].get("maxItems", 0)
                assert field.get("maxItems", 0) <= most


def test_every_type_is_frozen_and_closed() -> None:
    """No type of a stage takes an unknown field or lets one be set."""
    types = [t for t in vars(models).values() if isinstance(t, type) and issubclass(t, Frozen)]
    assert len(types) > 25
    for one in types:
        assert one.model_config.get("frozen") is True
        assert one.model_config.get("extra") == "forbid"


def test_a_field_cannot_be_set() -> None:
    """An article or a brief does not change."""
    with pytest.raises(ValidationError, match="frozen"):
        BRIEF.article.text = "x"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        BRIEF.headline = "x"  # type: ignore[misc]


def _changed(place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made: dict[str, Any] = extraction(*MAIN).model_dump(mode="json")
    target: Any = made
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    return made


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("mood",), "good"),
        (("actors", 0, "mood"), "good"),
        (("items", 0, "mode"), "legal"),
        (("items", 0, "type"), "rumour"),
        (("items", 0, "status"), "signed"),
        (("items", 3, "status"), "happened"),
        (("items", 0, "act"), "shouts"),
        (("items", 0, "sentences"), [1, 2, 3, 4]),
        (("items", 0, "sentences"), ["one"]),
        (("items", 0, "who"), ["x"] * 9),
        (("items", 0, "what"), "x" * 401),
        (("items", 2, "condition"), "x" * 401),
        (("actors", 0, "name"), "x" * 161),
        (("actors", 0, "kind"), "animal"),
        (("headline",), "x" * 201),
        (("summary", 0, "sentences"), list(range(7))),
        (("summary",), [{"text": "x", "sentences": [1]}] * 5),
    ],
)
def test_an_answer_out_of_bounds_is_refused(place: tuple[Any, ...], value: Any) -> None:
    """Unknown fields and words, and strings and lists that are too long, do not pass."""
    with pytest.raises(ValidationError):
        Extraction.model_validate(_changed(place, value))


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_field_of_an_answer_may_be_left_out(answer: type[BaseModel]) -> None:
    """Each field is required: the model decides all of them."""
    made = extraction(*MAIN).model_dump(mode="json")
    whole = {name: made[name] for name in answer.model_fields}
    answer.model_validate(whole)
    for name in whole:
        with pytest.raises(ValidationError):
            answer.model_validate({key: value for key, value in whole.items() if key != name})
    for name in ExtractedActor.model_fields if "actors" in whole else ():
        partial = {k: v for k, v in whole["actors"][0].items() if k != name}
        with pytest.raises(ValidationError):
            answer.model_validate({**whole, "actors": [partial]})


counts = st.integers(0, 10**12)
# Quarters of a cent are exact in binary, so that their sums are.
costs = st.none() | st.integers(0, 10**9).map(lambda quarters: quarters / 4)
usages = st.builds(
    Usage,
    calls=counts,
    cached_answers=counts,
    input_tokens=counts,
    cached_input_tokens=counts,
    output_tokens=counts,
    cost_usd=costs,
)


@given(usages, usages, usages)
@examples(max_examples=100)
def test_usage_adds_up(a: Usage, b: Usage, c: Usage) -> None:
    """In any order and grouping, nothing is lost, and nothing is zero."""
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Usage() == a
    for name in set(Usage.model_fields) - {"cost_usd"}:
        assert getattr(a + b, name) == getattr(a, name) + getattr(b, name)


def test_an_unknown_price_makes_an_unknown_sum() -> None:
    """What one call cost is unknown, so what all cost is."""
    known, unknown = Usage(calls=1, cost_usd=0.25), Usage(calls=1, cost_usd=None)
    for order in itertools.permutations((known, unknown, known)):
        assert sum(order, Usage()) == Usage(calls=3, cost_usd=None)
    assert known + known == Usage(calls=2, cost_usd=0.5)


def test_a_brief_comes_back_out_of_its_json() -> None:
    """Every part of a brief survives being stored."""
    assert [len(part) for part in (BRIEF.claims, BRIEF.threats, BRIEF.actions, BRIEF.agreements)]
    assert Brief.model_validate_json(BRIEF.model_dump_json()) == BRIEF
    assert Brief.model_validate(BRIEF.model_dump(mode="json")) == BRIEF


@given(st.text(), st.text(), st.text())
@examples(max_examples=100)
def test_any_text_comes_back_out_of_json(text: str, title: str, source: str) -> None:
    """An article of any characters survives being stored, and so does its digest."""
    article = Article(text=text, title=title, source=source)
    back = Article.model_validate_json(article.model_dump_json())
    assert (back, back.sha256) == (article, article.sha256)


def test_the_digest_is_that_of_the_text_alone() -> None:
    """Title and source change nothing, each letter does; half a character is no error."""
    assert Article(text="a", title="b").sha256 == Article(text="a", source="c").sha256
    assert Article(text="a").sha256 != Article(text="a ").sha256
    assert Article(text="a").sha256.startswith("ca978112ca1bbdca")
    assert len(Article(text="\ud800").sha256) == 64


def test_items_come_section_by_section() -> None:
    """All items of a brief are its claims, threats, actions and agreements, in this order."""
    kept = [*BRIEF.claims, *BRIEF.threats, *BRIEF.actions, *BRIEF.agreements]
    assert list(BRIEF.items) == kept
    assert kept


def test_the_schema_of_a_stored_brief_has_all_its_fields() -> None:
    """The published schema describes what is stored."""
    schema = brief_json_schema()
    assert set(schema["properties"]) == set(BRIEF.model_dump(mode="json"))
    assert {"article", "headline", "claims", "dropped", "provenance"} <= set(schema["required"])
