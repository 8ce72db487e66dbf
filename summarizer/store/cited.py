"""What a brief or digest cites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel

from summarizer.digest_models import Citation, Digest

T = TypeVar("T")


def parts_of(value: Any, kind: type[T]) -> Iterator[T]:
    """Every `kind` within a model, in the order of its fields."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from parts_of(getattr(value, name), kind)
    elif isinstance(value, tuple):
        for member in value:
            yield from parts_of(member, kind)


def cited_articles(digest: Digest) -> set[str]:
    """Ids of the articles that a digest holds, lists in its stories or cites, in its ledger too."""
    held = {article.id for article in digest.articles}
    listed = {article for story in digest.stories for article in story.articles}
    return held | listed | {citation.article for citation in parts_of(digest, Citation)}
