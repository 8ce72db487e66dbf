"""Words that say little in a language: its commonest ones, weekdays and months; pure.

How rare a word is among the day's articles says nothing where there are only ten of them, so
these count as common from the start.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import chain

import justext  # type: ignore[import-untyped]
from babel import Locale, UnknownLocaleError

from summarizer.stories.words import stems


@lru_cache(maxsize=128)
def common_stems(language: str) -> frozenset[str]:
    """Stems of the common words of a language (ISO 639-1); empty where nobody lists them."""
    try:
        locale = Locale.parse(language)
    except (ValueError, UnknownLocaleError):
        return frozenset()
    listed = (*_commonest(locale), *_calendar(locale))
    return frozenset(stem for word in listed for stem in stems(word))


def _commonest(locale: Locale) -> frozenset[str]:
    """The list goes by the English name of the language, without accents."""
    english = unicodedata.normalize("NFKD", locale.get_language_name("en") or "")
    name = "".join(c for c in english if not unicodedata.combining(c)).replace(" ", "_")
    if name not in justext.get_stoplists():
        return frozenset()
    return frozenset(justext.get_stoplist(name))


def _calendar(locale: Locale) -> chain[str]:
    kinds = (locale.days["format"], locale.months["format"])
    widths = (kind[width] for kind in kinds for width in ("wide", "abbreviated"))
    return chain.from_iterable(names.values() for names in widths)
