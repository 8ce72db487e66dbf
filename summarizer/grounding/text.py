"""When two pieces of text say the same number, name or quotation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from text_to_num import alpha2digit

_SPELLED_IN = frozenset({"ca", "da", "de", "en", "es", "fr", "it", "nl", "pt", "ru"})
_FOLDED = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "…": "...",
    }
)  # fmt: skip
_SPACE = re.compile(r"\s+")
_QUOTED = re.compile(
    r"“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|\"([^\"]+)\"|(?<!\w)[‘']([^’'‘]{2,}(?:[’'][a-z]+[^’'‘]*)?)[’'](?!\w)"
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:[,.\u00a0\u202f' ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
)
_MULTIPLIER = re.compile(
    r"[\s\u00a0-]*(thousand|million|billion|trillion|mn|bn|tn|k|m)\b", re.IGNORECASE
)
_FACTOR = {
    "thousand": 3, "k": 3, "million": 6, "mn": 6, "m": 6, "billion": 9, "bn": 9,
    "trillion": 12, "tn": 12,
}  # fmt: skip
# "hundreds of people" states no number.
_ROUND = re.compile(r"\b(?:hundreds|thousands|millions|billions|dozens)\b", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[,.\u00a0\u202f' ]\d{3})+")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+|(?<!\w)@\w+"
    r"|\b[\w-]+\.(?:com|org|net|io|info|biz|ru|cn|xyz|top|site|link)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

STOP_WORDS = frozenset(
    """
    a about after against all also an and any are as at be because been before being between
    both but by can could did do does during each either for from further had has have he her
    here hers him his how i if in into is it its itself just may me might more most must my no
    nor not of off on once only or other our out over own per s shall she should since so some
    such than that the their them then there these they this those though through to too toward
    towards under unless until up upon us very was we were what when where whether which while
    who whom whose why will with within without would you your
    """.split()
)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Case, Unicode form, quotation marks, dashes and white space made alike."""
    text = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    return _SPACE.sub(" ", text).strip().casefold()


def words(text: str) -> list[str]:
    """Words as they stand, possessive endings left off."""
    return [_bare(match) for match in _WORD.findall(text)]


def _bare(word: str) -> str:
    for ending in ("'s", "’s", "'", "’"):
        word = word.removesuffix(ending)
    return word


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """Folded words that carry content."""
    return frozenset(w for w in words(fold(text)) if w not in STOP_WORDS)


def quoted_phrases(text: str) -> list[str]:
    """What stands in quotation marks, folded, without a comma or stop at its end."""
    found = ("".join(groups) for groups in _QUOTED.findall(text))
    return [phrase for raw in found if (phrase := fold(raw).strip(" .,;:!?"))]


def addresses(text: str) -> list[str]:
    """Web and mail addresses and @names."""
    return [match.rstrip(".,;:!?)]}\"'").casefold() for match in _ADDRESS.findall(text)]


@lru_cache(maxsize=4096)
def numbers(text: str, language: str = "en") -> frozenset[str]:
    """Numbers in one form: "30,000", "30 000", "30k" and "thirty thousand" are "30000".

    The word "one" counts as evidence but asks for none (see `claimed_numbers`).
    """
    found = set(_digits(text))
    if language in _SPELLED_IN:
        plain = _ROUND.sub(" ", _SPACE.sub(" ", text))
        found |= set(_digits(alpha2digit(plain, language, threshold=0)))
    return frozenset(found)


@lru_cache(maxsize=4096)
def claimed_numbers(text: str, language: str = "en") -> frozenset[str]:
    """Numbers that `text` states; without the word "one", which mostly is a pronoun."""
    return numbers(text, language) - ({"1"} - set(_digits(text)))


def _digits(text: str) -> list[str]:
    found = []
    for match in _NUMBER.finditer(text):
        number = _plain(match.group())
        factor = _MULTIPLIER.match(text, match.end())
        if factor:
            number = _shifted(number, _FACTOR[factor.group(1).lower()])
        found.append(number)
    return found


def _plain(number: str) -> str:
    """Without marks of thousands; decimal comma as a point; no zeros that say nothing."""
    grouped = _GROUPED.match(number)
    if grouped:
        whole = re.sub(r"\D", "", grouped.group())
        number = whole + number[grouped.end() :]
    number = number.replace(",", ".")
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return number.lstrip("0") or "0"


def _shifted(number: str, places: int) -> str:
    """`number` times ten to the `places`, without floating point."""
    whole, _, decimals = number.partition(".")
    digits = decimals.ljust(places, "0")
    return _plain(f"{whole}{digits[:places]}.{digits[places:]}".rstrip("."))


def same_name(a: str, b: str) -> bool:
    """Whether two folded words name the same, up to the ending of a people's name
    (Colombia, Colombian; China, Chinese; France, French)."""
    if a == b or _PEOPLES.get(a) == b or _PEOPLES.get(b) == a:
        return True
    shorter, longer = sorted((a, b), key=len)
    stem = max(4, len(shorter) - 2)
    return (
        len(shorter) >= 4
        and len(longer) - len(shorter) <= 4
        and longer[:stem] == shorter[:stem]
        and longer.endswith(_PEOPLE_ENDINGS)
    )


_PEOPLE_ENDINGS = ("n", "ns", "ese", "ish", "i", "is", "ic")
# Peoples whose name does not grow out of the country's.
_PEOPLES = {
    "afghan": "afghanistan", "american": "us", "british": "uk", "danish": "denmark",
    "dutch": "netherlands", "filipino": "philippines", "finnish": "finland",
    "french": "france", "greek": "greece", "irish": "ireland", "kazakh": "kazakhstan",
    "kyrgyz": "kyrgyzstan", "philippine": "philippines", "polish": "poland",
    "spanish": "spain", "swedish": "sweden", "swiss": "switzerland", "tajik": "tajikistan",
    "thai": "thailand", "turkmen": "turkmenistan", "ukrainian": "ukraine",
    "uzbek": "uzbekistan", "welsh": "wales",
}  # fmt: skip


def initials(text: str) -> frozenset[str]:
    """Folded acronyms that runs of capital words in `text` can stand behind (European Union:
    eu)."""
    found = set()
    for run in _CAPITALS.findall(text):
        letters = "".join(word[0] for word in words(run) if word[0].isupper()).casefold()
        found |= {letters[i:j] for i in range(len(letters)) for j in range(i + 2, len(letters) + 1)}
    return frozenset(found)


_CAPITALS = re.compile(r"[A-Z][\w.-]*(?:\s+(?:of|the|and|for)\b|\s+[A-Z][\w.-]*)+")


def same_stem(a: str, b: str) -> bool:
    """Whether two folded content words are forms of one word: a coarse, language-free stem."""
    if a == b:
        return True
    stem = min(len(a), len(b), 5)
    return stem >= 4 and a[:stem] == b[:stem]
