"""What a digest, or any part of it, cites."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from summarizer.digest_models import Citation


def citations_in(value: object) -> Iterator[Citation]:
    """Every citation within a model or a tuple, in the order of its fields."""
    if isinstance(value, Citation):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from citations_in(getattr(value, name))
    elif isinstance(value, tuple | list):
        for member in value:
            yield from citations_in(member)
