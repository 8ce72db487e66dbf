"""The JSON schema that goes over the wire; pure."""

from __future__ import annotations

import copy
from typing import Any

from pydantic import BaseModel

from summarizer.models import Choices

# A grammar without bounds lets a small model run on to its token limit.
_LONGEST_STRING = 200
_MOST_ALIASES = 3
_MOST_ACTORS = 24
_MOST_ITEMS_A_SENTENCE = 2
# A small model stops after two or three names. News have some three actors in four sentences.
_SENTENCE_FIELDS = frozenset({"sentences"})
_LIST_BOUNDS = {"aliases": _MOST_ALIASES, "actors": _MOST_ACTORS}
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
            _bound(field)
    return schema


def _narrow(name: str, field: dict[str, Any], choices: Choices) -> None:
    if name in _SENTENCE_FIELDS and choices.sentences is not None:
        field["items"] = {"type": "integer", "enum": list(choices.sentences)}
        field["minItems"] = 1
        field["maxItems"] = min(field.get("maxItems", 3), len(choices.sentences))
    if name in _NAME_FIELDS and choices.names is not None:
        if choices.names:
            field["items"] = {"type": "string", "enum": list(choices.names)}
            field["maxItems"] = min(field.get("maxItems", 4), 4, len(choices.names))
        else:
            field["maxItems"] = 0


    if name == "items" and choices.sentences is not None:
        field["maxItems"] = _MOST_ITEMS_A_SENTENCE * len(choices.sentences)
    if name == "actors" and choices.sentences is not None:
        field["minItems"] = len(choices.sentences) * 3 // 5
    if name in _LIST_BOUNDS:
        field["maxItems"] = _LIST_BOUNDS[name]


def _bound(field: dict[str, Any]) -> None:
    for part in (field, field.get("items", {})):
        if part.get("type") == "string" and not part.keys() & {"enum", "const"}:
            part["maxLength"] = _LONGEST_STRING
