"""When two pieces of text say the same number, name or quotation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from text_to_num import alpha2digit

_SPELLED_IN = frozenset({"ca", "da", "de", "en", "es", "fr", "it", "nl", "pt", "ru"})
_FOLDED = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "‹": "'", "›": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"',
        "「": '"', "」": '"', "『": '"', "』": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "…": "...",
    }
)  # fmt: skip
_SPACE = re.compile(r"\s+")
_DOTTED = re.compile(r"\b[A-Z]\.(?:[A-Z]\.)+")
# Acronyms that would otherwise be read as a pronoun or a verb.
_ACRONYMS = {"US": "usa", "WHO": "worldhealth", "IS": "islamicstate"}
_ACRONYM = re.compile(rf"\b(?:{'|'.join(_ACRONYMS)})\b")
_QUOTED = re.compile(r"“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|»([^«]+)«|「([^」]+)」|『([^』]+)』")
# An apostrophe within single marks has a letter after it, the closing mark has none.
_QUOTED_FOLDED = re.compile(r"\"([^\"]+)\"|(?<!\w)'([^']{2,}(?:'(?=\w)[^']*)*)'(?!\w)")
# Thousands apart by a mark; or as in India (1,00,000).
_GROUPED = r"[1-9]\d{0,2}(?:[,.'’ ]\d{3})+(?!\d)|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)"
_NUMBER = re.compile(
    rf"(?<!\w)(?:\.\d+(?![.,]?\d)|(?P<whole>{_GROUPED})(?P<decimals>[.,]\d+)?(?![.,]?\d)|\d+(?:[.,]\d+)*)"
    r"(?P<tail>(?:[ -]*(?P<factor>thousand|million|billion|trillion|mn|bn|tn|k|m)\b)?)",
    re.IGNORECASE,
)
# "1.125 million" has decimals, "1.125 people" are thousands.
_DECIMAL = re.compile(r"\d+\.\d+")
_SPELLED = re.compile(r"(?<!\w)\d+(?:[.,]\d+)?")
_FACTOR = {
    "thousand": 3, "k": 3, "million": 6, "mn": 6, "m": 6, "billion": 9, "bn": 9,
    "trillion": 12, "tn": 12,
}  # fmt: skip
# "hundreds of people" states no number.
_ROUND = re.compile(r"\b(?:hundreds|thousands|millions|billions|dozens)\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+|(?<!\w)@\w+"
    r"|\b[\w-]+\.(?:com|org|net|io|info|biz|ru|cn|xyz|top|site|link)\b",
    re.IGNORECASE,
)
# With the marks that folding parts from a letter (İ).
_LETTERS = r"(?:[^\W_][\u0300-\u036f]*)+"
_WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*")

_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)

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


def one_line(text: str) -> str:
    """`text` with each run of white space as one space."""
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Unicode form, quotation marks, dashes, dotted acronyms and white space made alike."""
    text = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    text = _DOTTED.sub(lambda match: match.group().replace(".", ""), text)
    return _SPACE.sub(" ", text).strip()


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The same without case; an acronym never reads like a pronoun (US, us)."""
    return _ACRONYM.sub(lambda match: _ACRONYMS[match.group()], plain(text)).casefold()


@lru_cache(maxsize=4096)
def capital_words(text: str) -> frozenset[str]:
    """Words that do not begin small, folded."""
    return frozenset(fold(word) for word in words(plain(text)) if not word[0].islower())


def words(text: str) -> list[str]:
    """Words as they stand, possessive endings left off."""
    return [_POSSESSIVE.sub("", match) for match in _WORD.findall(text)]


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """Folded words that carry content."""
    return frozenset(w for w in words(fold(text)) if w not in STOP_WORDS)


def quoted_phrases(text: str) -> list[str]:
    """What stands in quotation marks, folded, without a comma or stop at its end."""
    pairs = [*_QUOTED.findall(text), *_QUOTED_FOLDED.findall(plain(text))]
    found = dict.fromkeys(fold("".join(groups)).strip(" .,;:!?") for groups in pairs)
    return [phrase for phrase in found if phrase]


def addresses(text: str) -> list[str]:
    """Web and mail addresses and @names."""
    return [match.rstrip(".,;:!?)]}\"'").casefold() for match in _ADDRESS.findall(text)]


@lru_cache(maxsize=4096)
def numbers(text: str, language: str = "en") -> frozenset[str]:
    """Numbers in one form: "30,000", "30 000", "30k" and "thirty thousand" are "30000".

    No number runs over the end of a line. The word "one" counts as evidence but asks for none
    (see `claimed_numbers`).
    """
    lines = [one_line(line) for line in text.splitlines()]
    return frozenset(n for line in lines for n in (*_digits(line), *_spelled(line, language)))


@lru_cache(maxsize=4096)
def claimed_numbers(text: str, language: str = "en") -> frozenset[str]:
    """Numbers that `text` states; without the word "one", which mostly is a pronoun."""
    in_digits = {n for line in text.splitlines() for n in _digits(one_line(line))}
    return numbers(text, language) - ({"1"} - in_digits)


def _digits(line: str) -> list[str]:
    return [number for match in _NUMBER.finditer(line) for number in _read(match)]


def _spelled(line: str, language: str) -> list[str]:
    """The numbers in words."""
    if language not in _SPELLED_IN:
        return []
    only_words = _ROUND.sub(" ", _NUMBER.sub(";", line))
    in_digits = alpha2digit(only_words, language, threshold=0)
    return [_trimmed(number.replace(",", ".")) for number in _SPELLED.findall(in_digits)]


def _read(match: re.Match[str]) -> list[str]:
    """A number in one form; its parts where it has several points that group no thousands."""
    run = match.group().removesuffix(match["tail"])
    factor = _FACTOR.get((match["factor"] or "").lower(), 0)
    if factor and _DECIMAL.fullmatch(run):
        return [_shifted(run, factor)]
    if match["whole"]:
        run = re.sub(r"\D", "", match["whole"]) + (match["decimals"] or "")
    parts = re.split(r"[.,]", run)
    if len(parts) > 2:
        return [_trimmed(part) for part in parts]
    return [_shifted(".".join(parts), factor)]


def _shifted(number: str, places: int) -> str:
    """`number` times ten to the `places`, without floating point."""
    whole, _, decimals = number.partition(".")
    digits = decimals.ljust(places, "0")
    return _trimmed(f"{whole}{digits[:places]}.{digits[places:]}")


def _trimmed(number: str) -> str:
    """Without zeros that say nothing."""
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    number = number.lstrip("0")
    return f"0{number}" if number[:1] in ("", ".") else number


def same_name(a: str, b: str) -> bool:
    """Whether two folded words name the same, up to the ending of a people's name
    (Colombia, Colombian; China, Chinese; France, French)."""
    return not _meant_by(a).isdisjoint(_meant_by(b))


class Names:
    """Folded words, asked whether one of them names the same as another word."""

    def __init__(self, known: Iterable[str]) -> None:
        self._meant = frozenset(meaning for word in known for meaning in _meant_by(word))

    def __contains__(self, word: str) -> bool:
        """Whether the folded `word` names what one of them names (see `same_name`)."""
        return not self._meant.isdisjoint(_meant_by(word))


@lru_cache(maxsize=4096)
def _meant_by(word: str) -> frozenset[str]:
    """The word, and the countries whose people or adjective it can be."""
    single = word.removesuffix("s")
    irregular = _PEOPLES.get(word) or _PEOPLES.get(single)
    if irregular:
        return frozenset({word, *irregular.split()})
    return frozenset({word}) | {
        stem + country
        for people, country in _PEOPLE_ENDINGS
        if (stem := single.removesuffix(people)) != single and len(stem) >= _SHORTEST_STEM
    }


# Ending of a people's name and of its country's: Colombian, Mexican, Belgian; Brazilian, Canadian,
# Italian; Japanese, Chinese, Lebanese; Congolese; Peruvian; Turkish; Icelandic.
_PEOPLE_ENDINGS = (
    ("an", "a"), ("an", ""), ("an", "o"), ("an", "um"), ("ian", ""), ("ian", "a"), ("ian", "e"),
    ("ian", "y"), ("ese", ""), ("ese", "a"), ("ese", "on"), ("lese", ""), ("vian", ""),
    ("ish", "ey"), ("ic", ""),
)  # fmt: skip
_SHORTEST_STEM = 3
# Peoples whose name does not grow out of the country's, or out of another's.
_PEOPLES = {
    "afghan": "afghanistan", "american": "usa america", "argentine": "argentina",
    "australian": "australia", "austrian": "austria", "azerbaijani": "azerbaijan",
    "bahraini": "bahrain", "bangladeshi": "bangladesh", "british": "uk britain",
    "briton": "uk britain", "catalan": "catalonia", "croat": "croatia", "cypriot": "cyprus",
    "czech": "czechia", "dane": "denmark", "danish": "denmark", "dutch": "netherlands holland",
    "emirati": "uae emirates", "english": "england", "filipino": "philippines", "finn": "finland",
    "finnish": "finland", "french": "france", "german": "germany", "greek": "greece",
    "iraqi": "iraq", "irish": "ireland", "israeli": "israel", "kazakh": "kazakhstan",
    "kosovar": "kosovo", "kurd": "kurdistan", "kurdish": "kurdistan kurd", "kuwaiti": "kuwait",
    "kyrgyz": "kyrgyzstan", "nigerian": "nigeria", "norwegian": "norway", "omani": "oman",
    "pakistani": "pakistan", "philippine": "philippines", "pole": "poland", "polish": "poland",
    "portuguese": "portugal", "qatari": "qatar", "romanian": "romania", "scot": "scotland",
    "scottish": "scotland", "serb": "serbia", "slovak": "slovakia", "slovene": "slovenia",
    "somali": "somalia", "spaniard": "spain", "spanish": "spain", "swede": "sweden",
    "swedish": "sweden", "swiss": "switzerland", "tajik": "tajikistan", "thai": "thailand",
    "turk": "turkey", "turkmen": "turkmenistan", "ukrainian": "ukraine", "uzbek": "uzbekistan",
    "welsh": "wales", "yemeni": "yemen",
}  # fmt: skip


def initials(text: str) -> frozenset[str]:
    """Folded acronyms that runs of capital words in `text` can stand behind (European Union:
    eu)."""
    found = set()
    for run in _CAPITALS.findall(plain(text)):
        letters = "".join(word[0] for word in words(run) if word[0].isupper())
        cuts = ((i, j) for i in range(len(letters)) for j in range(i + 2, len(letters) + 1))
        found |= {fold(letters[i:j]) for i, j in cuts}
    return frozenset(found)


_CAPITALS = re.compile(r"[A-Z][\w.-]*(?:\s+(?:of|the|and|for)\b|\s+[A-Z][\w.-]*)+")


class Stems:
    """Folded words, asked whether one of them is a form of another word: the same but for what
    follows five letters, or four of a word that has no more. Coarse, and of no language.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._words = frozenset(known)
        self._fives = frozenset(w[:5] for w in self._words if len(w) >= 5)
        self._fours = frozenset(w[:4] for w in self._words if len(w) >= 5)

    def __contains__(self, word: str) -> bool:
        """Whether a form of the folded `word` is among them."""
        if word in self._words:
            return True
        if len(word) >= 5:
            return word[:5] in self._fives or word[:4] in self._words
        return len(word) == 4 and word in self._fours
