"""Deadlines that a text names, as dates counted from the day of its article; English.

`dateutil` reads the written dates and counts weekdays and ends of months; which words make a
date a deadline is known here alone. A general searcher (dateparser, tried) finds dates in "may
leave", "in a second" and "on the march", and none in "by the end of the month".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from math import ceil

from dateutil.parser import parse
from dateutil.relativedelta import MO, SU, relativedelta, weekday

from summarizer.digest.lexicon import MONTHS, WEEKDAYS
from summarizer.digest.sources import Source
from summarizer.digest.wording import clause
from summarizer.grounding.text import numbers, plain
from summarizer.models import AnyItem, Claim, Frozen, Threat

_NAMES = "|".join(month.capitalize() for month in MONTHS)
# "may" and "march" are months by their capital alone.
_MONTH = rf"(?-i:(?:{_NAMES}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\b"
_WRITTEN = (
    rf"(?P<date>\d{{4}}-\d{{2}}-\d{{2}}\b|{_DAY} (?:of )?{_MONTH}(?:,? \d{{4}}\b)?"
    rf"|{_MONTH} {_DAY}(?:,? \d{{4}}\b)?)"
)
_WEEKDAY = (
    r"(?:(?P<which>next|this|the coming) |(?:noon|midnight|midday) on )?"
    rf"(?P<weekday>{'|'.join(WEEKDAYS)})\b(?!'s| prayers| mosque)"
)
_NEAR = r"(?P<near>today|tonight|tomorrow|midnight|noon|midday)\b"
_PERIOD = (
    r"(?:(?:the )?end of |later )?(?P<which_period>(?<=end of )the|this|next) "
    r"(?P<period>week|month|year)\b(?!'s)|(?:the|this) (?P<weekend>weekend)\b"
)
_IN_MONTH = (
    rf"(?:(?:the )?end of |early |late |mid-?)?(?P<month>{_MONTH})(?: (?P<of_year>\d{{4}})\b)?"
    r"(?! ?\d)"
)
_YEAR = r"(?P<year>20\d\d)\b"
_WHEN = f"(?:{_WRITTEN}|{_WEEKDAY}|{_NEAR}|{_PERIOD}|{_IN_MONTH}|{_YEAR})"
_SPAN = (
    r"(?:the next |the coming )?(?P<number>\d{1,4}|[a-z]+(?:-[a-z]+)?) "
    r"(?P<unit>hour|day|week|month|year)s?\b"
)


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"\b{pattern}", re.IGNORECASE) for pattern in patterns)


# Words before a date that make it a deadline.
_STRICT = _all(
    rf"(?:by|before|no later than|not later than|on or before|deadline of) {_WHEN}",
    rf"within {_SPAN}",
    rf"(?:has|have|had|gave|gives|given|give) (?:\w+ ){{0,4}}?{_SPAN}(?: on \w+)? to\b",
    r"(?P<number>\d{1,4})-(?P<unit>hour|day|week|month) (?:deadline|ultimatum|limit)\b",
)
# Words that date a plan, so only in the clause of what is promised, threatened or agreed.
_LOOSE = _all(
    rf"(?:on|from|in|starting|beginning) {_WHEN}",
    rf"in {_SPAN}",
    r"(?P<near>tomorrow|tonight)\b",
    r"(?<!until )(?<!end of )(?:later )?(?P<which_period>this|next) (?P<period>week|month)\b(?!'s)",
)
# In a quote these date what is told ("by noon", "before midnight"), unless it speaks of what is
# to come.
_TELLING = re.compile(r"\bbefore|\b(?:noon|midday|midnight|today)$", re.IGNORECASE)
_TO_COME = re.compile(
    r"\b(?:will|would|unless|if|must|ha[sd] to|have to|deadline|ultimatum|promis\w+|pledg\w+"
    r"|vow\w*|agreed|demand\w*|gave|given|or face)\b",
    re.IGNORECASE,
)
_SINGLE = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
_LONGEST_PAST = timedelta(days=180)


class Deadline(Frozen):
    """A date (the last day on which it can be kept) and the words that name it."""

    due: date
    text: str


def deadline_of(item: AnyItem, source: Source) -> Deadline | None:
    """The deadline of a threat, promise or agreement: of its own words, else of its evidence
    where that has words which only a deadline has."""
    if not is_commitment(item) or source.language != "en":
        return None
    made = made_on(source)
    # Not to do a thing before a day is no deadline for it.
    what = "" if clause(item.what, "en").negated else item.what
    condition = item.condition if isinstance(item, Threat) else ""
    quotes = [quote.text for quote in item.evidence] if what else []
    found = (
        *(_named(text, made, _STRICT) for text in (condition, what)),
        *(_named(text, made, _LOOSE) for text in (what, condition)),
        *(find_deadline(text, made, strict=True) for text in quotes),
    )
    return next((deadline for deadline in found if deadline), None)


def is_commitment(item: AnyItem) -> bool:
    """Whether it is of a kind that waits to be kept."""
    return item.type in ("threat", "agreement") or (
        isinstance(item, Claim) and item.act == "promises"
    )


def made_on(source: Source) -> date:
    """The date from which an article counts: its own, where it has a likely one."""
    try:
        own = date.fromisoformat(source.brief.article.date)
    except ValueError:
        return source.day
    return own if timedelta(0) <= source.day - own <= timedelta(days=3) else source.day


def find_deadline(text: str, made: date, *, strict: bool = False) -> Deadline | None:
    """The first deadline in `text` of an article of the day `made`, or None.

    `strict` reads a sentence that may tell much else: it takes only words that nothing but a
    deadline has ("by Friday", "within 48 hours"), and none that also date a plan or what is told
    ("on Friday", "next week", "by noon").
    """
    if not strict:
        return _named(text, made, _STRICT) or _named(text, made, _LOOSE)
    found = _named(text, made, _STRICT) if _TO_COME.search(text) else None
    return None if found and _TELLING.search(found.text) else found


def _named(text: str, made: date, patterns: Sequence[re.Pattern[str]]) -> Deadline | None:
    """The first date that one of the patterns finds, on or after the day `made`."""
    said = plain(text)
    for match in sorted(_matches(patterns, said), key=lambda m: (m.start(), -m.end())):
        due = _due(match, made)
        if due and due >= made:
            return Deadline(due=due, text=match.group())
    return None


def _matches(patterns: Iterable[re.Pattern[str]], text: str) -> Iterator[re.Match[str]]:
    return (match for pattern in patterns for match in pattern.finditer(text))


_Parts = dict[str, str]


def _due(match: re.Match[str], made: date) -> date | None:
    parts = {name: value.casefold() for name, value in match.groupdict().items() if value}
    try:
        return next((read(parts, made) for part, read in _READERS if part in parts), None)
    except (ValueError, OverflowError):
        return None


def _span(parts: _Parts, made: date) -> date:
    (number,) = {"1"} if parts["number"] in ("a", "an") else numbers(parts["number"])
    return _after(made, int(number), parts["unit"])


def _after(made: date, number: int, unit: str) -> date:
    if unit == "hour":
        return made + timedelta(days=ceil(number / 24))
    if unit in _SINGLE:
        return made + number * _SINGLE[unit]
    return made + (relativedelta(months=number) if unit == "month" else relativedelta(years=number))


def _written(parts: _Parts, made: date) -> date | None:
    text = parts["date"].replace(" of ", " ")
    has_year = bool(re.search(r"\d{4}", text))
    found = parse(text, default=datetime(made.year, 1, 1)).date()
    return found if has_year else _coming(found, made)


def _coming(found: date, made: date) -> date | None:
    """A date without a year: of this year, of the next where it is long past, else in the past."""
    if found >= made:
        return found
    return found + relativedelta(years=1) if made - found > _LONGEST_PAST else None


def _on_weekday(parts: _Parts, made: date) -> date:
    day = weekday(WEEKDAYS.index(parts["weekday"]))
    if parts.get("which") == "next":
        made += relativedelta(days=+1, weekday=MO(+1))
    return made + relativedelta(weekday=day(+1))


def _near(parts: _Parts, made: date) -> date:
    return made + timedelta(days=parts["near"] == "tomorrow")


def _period(parts: _Parts, made: date) -> date:
    ahead = int(parts["which_period"] == "next")
    if parts["period"] == "week":
        return made + relativedelta(weekday=SU(+1)) + timedelta(weeks=ahead)
    if parts["period"] == "month":
        return made + relativedelta(months=ahead, day=31)
    return made + relativedelta(years=ahead, month=12, day=31)


def _weekend(parts: _Parts, made: date) -> date:
    return made + relativedelta(weekday=SU(+1))


def _in_month(parts: _Parts, made: date) -> date | None:
    year = parts.get("of_year")
    first = parse(f"1 {parts['month']}", default=datetime(int(year or made.year), 1, 1)).date()
    last = first + relativedelta(day=31)
    return last if year else _coming(last, made)


def _end_of_year(parts: _Parts, made: date) -> date:
    return date(int(parts["year"]), 12, 31)


_READERS: tuple[tuple[str, Callable[[_Parts, date], date | None]], ...] = (
    ("number", _span),
    ("date", _written),
    ("weekday", _on_weekday),
    ("near", _near),
    ("period", _period),
    ("weekend", _weekend),
    ("month", _in_month),
    ("year", _end_of_year),
)
