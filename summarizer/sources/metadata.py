"""Dates, languages and hosts in the one form that Article has for them; pure."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

DEFAULT_LANGUAGE = "en"

_TWO_LETTERS = re.compile(r"\s*([A-Za-z]{2})(?![A-Za-z])")


def language_code(tag: str) -> str:
    """The two-letter code that a language tag ("en-GB", "de_DE") begins with, or ""."""
    match = _TWO_LETTERS.match(tag)
    return match[1].lower() if match else ""


def iso_date(text: str) -> str:
    """The day (YYYY-MM-DD) of an ISO 8601 date or time.

    Raises ValueError if `text` is neither.
    """
    return datetime.fromisoformat(text.strip()).date().isoformat()


def split_url(url: str) -> SplitResult:
    """The parts of `url`, all empty if it is no valid one."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def host_name(url: str) -> str:
    """The host of `url` without "www.", or ""."""
    return (split_url(url).hostname or "").removeprefix("www.")
