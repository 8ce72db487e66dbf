"""A gold case as the text of its file: readable, one way to write each case."""

from __future__ import annotations

import json
from typing import Any

from evals.gold import AnyGoldItem, GoldCase
from summarizer.models import Article

WIDTH = 100
_ARTICLE = ("title", "outlet", "date", "text")
_ITEM = (
    *("type", "sentences", "evidence", "who", "whom", "what", "status", "reported_by"),
    *("act", "condition", "mode", "event", "must", "pinned", "alternates"),
)


def gold_text(case: GoldCase) -> str:
    """The file's text; reading it gives the case back."""
    data = case.model_dump(mode="json")
    said = {
        "id": case.id,
        "domain": case.domain,
        **({"draft": True} if case.draft else {}),
        "article": _article(case.article),
        "actors": data["actors"],
        "items": [_item(item) for item in case.items],
        "headline": case.headline,
        "summary": [_cited_text(sentence) for sentence in data["summary"]],
    }
    return _layout(said) + "\n"


def _article(article: Article) -> dict[str, Any]:
    """What the annotators read always, the rest where it says something."""
    data, default = article.model_dump(mode="json"), Article(text=article.text).model_dump()
    rest = {k: v for k, v in data.items() if k not in _ARTICLE and v != default[k]}
    return {**{name: data[name] for name in _ARTICLE}, **rest}


def _item(item: AnyGoldItem) -> dict[str, Any]:
    data = item.model_dump(mode="json")
    return {k: data[k] for k in _ITEM if k in data and (k != "pinned" or item.pinned)}


def _cited_text(sentence: dict[str, Any]) -> dict[str, Any]:
    return {name: sentence[name] for name in ("text", "sentences", "evidence")}


# --- layout -----------------------------------------------------------------------------------


def _layout(value: Any, indent: int = 0) -> str:
    """JSON with lists of plain values and of spans on one line where they fit."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value:
        return line
    if _flat(value) and len(line) + indent <= WIDTH:
        return line
    pad, end = " " * (indent + 2), " " * indent
    if isinstance(value, dict):
        rows = [f"{pad}{json.dumps(k)}: {_layout(v, indent + 2)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{end}}}"
    return "[\n" + ",\n".join(pad + _layout(v, indent + 2) for v in value) + f"\n{end}]"


def _flat(value: Any) -> bool:
    if isinstance(value, dict):
        return set(value) == {"start", "end"}
    return all(not isinstance(v, dict | list) or (isinstance(v, dict) and _flat(v)) for v in value)
