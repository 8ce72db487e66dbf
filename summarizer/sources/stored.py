"""An Article's own JSON form to an Article."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from summarizer.errors import InputError
from summarizer.models import Article
from summarizer.sources.metadata import DEFAULT_LANGUAGE, iso_date, language_code
from summarizer.web.wording import shown


def article_from_json(text: str, source: str) -> Article:
    """Read a JSON object with fields of Article, of which only "text" is required.

    The date may be an ISO 8601 time and the language a longer tag ("en-GB"). `source` takes the
    place of what the object says.

    Raises InputError if it is no JSON, no object, or has an unknown key or a wrong value.
    """
    try:
        article = Article.model_validate_json(text)
    except ValidationError as error:
        raise InputError(_why(error.errors(), source), source=source) from error
    return article.model_copy(
        update={
            "source": source,
            "date": _date(article, source),
            "language": _language(article, source),
        }
    )


def _date(article: Article, source: str) -> str:
    try:
        return iso_date(article.date) if article.date else ""
    except ValueError as error:
        raise InputError(
            f'The "date" in {shown(source)} is not like 2026-01-31; correct it or leave it out.',
            source=source,
        ) from error


def _language(article: Article, source: str) -> str:
    code = language_code(article.language or DEFAULT_LANGUAGE)
    if not code:
        raise InputError(
            f'The "language" in {shown(source)} is no two-letter code like "en"; correct it or '
            "leave it out.",
            source=source,
        )
    return code


def _why(errors: list[ErrorDetails], source: str) -> str:
    name, first = shown(source), errors[0]
    unknown = [str(e["loc"][0]) for e in errors if e["type"] == "extra_forbidden"]
    if first["type"] == "json_invalid":
        return f"{name} is not valid JSON ({first['ctx']['error']}); correct it."
    if first["type"] == "model_type":
        return f"{name} is JSON but no object; an Article is one with the keys {_fields()}."
    if unknown:
        return f"{name} has keys that no Article has: {shown(', '.join(unknown))}; remove them."
    if first["type"] == "missing":
        return f'{name} lacks the key "text"; add the text of the article.'
    return f'The key "{first["loc"][0]}" in {name} must be a string; correct it.'


def _fields() -> str:
    return ", ".join(Article.model_fields)
