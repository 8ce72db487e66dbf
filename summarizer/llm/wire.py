"""The JSON schema that goes over the wire; pure."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from summarizer.models import Choices

# A grammar without bounds lets a small model run on to its token limit.
_LONGEST_CLAUSE = 200
_LONGEST_NAME = 160
_MOST_ALIASES = 2
_MOST_NAMES = 4
_MOST_ITEMS_A_SENTENCE = 2
_SENTENCE_FIELDS = frozenset({"sentences"})
_LIST_BOUNDS = {"aliases": _MOST_ALIASES}
_SHORT_FIELDS = frozenset({"name", "role", "aliases", "who", "whom", "reported_by"})
_NAME_FIELDS = frozenset({"who", "whom", "reported_by"})


def strict_schema(answer_type: type[BaseModel]) -> dict[str, Any]:
    """The type's own schema, which keeps the rules of OpenAI's strict mode."""
    return answer_type.model_json_schema()


def constrained_schema(answer_type: type[BaseModel], choices: Choices) -> dict[str, Any]:
    """The same for decoding under a grammar: strings bounded, sentence numbers and names
    narrowed to `choices`, so that neither can be invented.
    """
    schema = copy.deepcopy(strict_schema(answer_type))
    for definition in (schema, *schema.get("$defs", {}).values()):
        for name, field in definition.get("properties", {}).items():
            _narrow(name, field, choices)
            _bound(name, field)
    return schema


def _narrow(name: str, field: dict[str, Any], choices: Choices) -> None:
    if name in _NAME_FIELDS and choices.names is not None:
        _narrow_names(field, choices.names)
    if name in _LIST_BOUNDS:
        field["maxItems"] = _LIST_BOUNDS[name]
    if choices.sentences is not None:
        _narrow_to_sentences(name, field, choices.sentences)


def _narrow_names(field: dict[str, Any], names: Sequence[str]) -> None:
    field["maxItems"] = min(_MOST_NAMES, len(names))
    if names:
        field["items"] = {"type": "string", "enum": list(names)}


def _narrow_to_sentences(name: str, field: dict[str, Any], numbers: Sequence[int]) -> None:
    if name in _SENTENCE_FIELDS:
        field["items"] = {"type": "integer", "enum": list(numbers)}
        field["minItems"] = 1
        field["maxItems"] = min(field["maxItems"], len(numbers))
    if name == "items":
        field["maxItems"] = min(field["maxItems"], _MOST_ITEMS_A_SENTENCE * len(numbers))
    if name == "actors":
        # Left alone, a small model stops after two names or runs on to its limit. News articles
        # have some three actors in four sentences.
        field["maxItems"] = min(field["maxItems"], len(numbers) * 3 // 2 + 1)
        field["minItems"] = min(field["maxItems"], len(numbers) * 3 // 5)


def _bound(name: str, field: dict[str, Any]) -> None:
    longest = _LONGEST_NAME if name in _SHORT_FIELDS else _LONGEST_CLAUSE
    for part in (field, field.get("items", {})):
        if part.get("type") == "string" and not part.keys() & {"enum", "const"}:
            part["maxLength"] = longest
