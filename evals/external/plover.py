"""Loads PLOVER's gold standard records: sentences of news, each with the event it reports.

Source: Open Event Data Alliance, PLOVER, https://github.com/openeventdata/PLOVER, file
gold_standard_records/PLOVER_GSR_CAMEO.txt, a JSON list of 322 records made from the examples of
the CAMEO manual. Its licence is Creative Commons Attribution-ShareAlike 4.0. The sentences are
news of about the year 2000, edited, and need not be true.

The records are coded with PLOVER 0.5b1. Where a later version renamed a category, both names are
read; what they mean here:

| PLOVER | here |
|---|---|
| AGREE, two or more sources | agreement, agreed |
| AGREE, one source that offers, promises, will | claim, promises |
| AGREE, one source that agreed or accepted | left out: promise or agreement is not to be told |
| THREATEN | threat; mode as theirs where it is one of ours, else restrict or other |
| DISAPPROVE, today ACCUSE | claim, accuses |
| DEMAND, today REQUEST | claim, demands |
| INVESTIGATE, today ACCUSE | action, ACCUSE |
| CONSULT, COOPERATE, AID, RETREAT, PROTEST | action, the same |
| SANCTION, MOBILIZE, COERCE, ASSAULT | action, the same |
| FIGHT, today ASSAULT | action, ASSAULT |
| SUPPORT, CONCEDE, REJECT | left out: words in one record, deeds in the next |

`who` is the source and `whom` the target, as far as they are names: "Hungarian" of "Hungarian
officials" is one, "French farmers" are not. The evidence is the whole sentence, so any item of
the right type is found, whatever it says. A record has one event, though its sentence may tell of
more ("..., officials said"): recall says how often the type is recognised, precision is a lower
bound.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from evals.errors import GoldError
from evals.external.cases import Loaded, cited, left_out, spread, wordings
from evals.external.names import cast_of, named, who_of
from evals.gold import AnyGoldItem, GoldActor, GoldCase, Span
from summarizer.models import Act, Article, Event, Frozen, ItemType, Mode, Sentence
from summarizer.sentences import split_sentences

URL = "https://github.com/openeventdata/PLOVER"
_FILE = Path("gold_standard_records") / "PLOVER_GSR_CAMEO.txt"
_ITEM: TypeAdapter[AnyGoldItem] = TypeAdapter(AnyGoldItem)
_EXPECTED = (
    f"is not PLOVER's file of gold standard records, which is {_FILE.as_posix()}, a JSON list of "
    f"objects with id, event, text and source; get it from {URL}."
)
_AGREED = re.compile(r"\b(?:agree[ds]?|accept(?:ed|s)?)\b")


class _Coded(BaseModel):
    """An actor with its codes, of which none is read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = Field(alias="actorText")


class _Record(BaseModel):
    """What is read of a record; `source` and `target` may also be a string, which names nobody."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    event: str
    text: str = ""
    event_text: str = Field(default="", alias="eventText")
    mode: str | None = None
    source: list[_Coded] | str | None = None
    target: list[_Coded] | str | None = None


class _Meaning(Frozen):
    """What a category is here."""

    type: ItemType
    act: Act = "says"
    event: Event = "OTHER"


_SAME: tuple[Event, ...] = (
    "CONSULT",
    "COOPERATE",
    "AID",
    "RETREAT",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
)
_PROMISE = _Meaning(type="claim", act="promises")
_ACCUSATION = _Meaning(type="claim", act="accuses")
_DEMAND = _Meaning(type="claim", act="demands")
_MEANINGS: Mapping[str, _Meaning] = {
    "AGREE": _Meaning(type="agreement"),
    "THREATEN": _Meaning(type="threat"),
    "DISAPPROVE": _ACCUSATION,
    "ACCUSE": _ACCUSATION,
    "DEMAND": _DEMAND,
    "REQUEST": _DEMAND,
    "INVESTIGATE": _Meaning(type="action", event="ACCUSE"),
    "FIGHT": _Meaning(type="action", event="ASSAULT"),
    **{event: _Meaning(type="action", event=event) for event in _SAME},
}
_MODES: Mapping[str, Mode] = {
    "violence": "violence",
    "restrict": "restrict",
    "relations": "relations",
    "curfew": "restrict",
    "martial-law": "restrict",
    "political": "restrict",
}


def load_plover(path: Path, limit: int = 0) -> tuple[GoldCase, ...]:
    """At most `limit` sentences as cases, evenly spaced over the file, so over the categories;
    all for 0.

    `path` is the file of records, or the repository.

    Raises:
        GoldError: the path is neither.
    """
    return read_plover(path, limit).cases


def read_plover(path: Path, limit: int = 0) -> Loaded:
    """`load_plover` with a count of what became no item."""
    records = [record for record in _records(_file(path)) if record.event != "DOCUMENT"]
    by_text: dict[str, list[_Record]] = {}
    for record in records:
        if _meaning(record):
            by_text.setdefault(_clean(record.text), []).append(record)
    groups = list(by_text.items())
    cases = [_case(text, group) for text, group in groups]
    return Loaded(
        cases=spread(_told_apart(cases), limit),
        available=len(groups),
        left_out=left_out(_reason(record) for record in records if not _meaning(record)),
    )


# --- the file ---------------------------------------------------------------------------------


def _file(path: Path) -> Path:
    for file in (path, path / _FILE, path / _FILE.name):
        if file.is_file():
            return file
    raise GoldError(f"{path}: {_EXPECTED}")


def _records(path: Path) -> list[_Record]:
    try:
        return TypeAdapter(list[_Record]).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise GoldError(f"{path}: {_EXPECTED}") from error


# --- one sentence -----------------------------------------------------------------------------


def _meaning(record: _Record) -> _Meaning | None:
    """What the record is here; None where that cannot be told."""
    if not wordings([record.text]):
        return None
    if record.event == "AGREE" and len(_names(record.source)) < 2:
        return None if _AGREED.search(record.event_text) else _PROMISE
    return _MEANINGS.get(record.event)


def _reason(record: _Record) -> str:
    if not wordings([record.text]):
        return "record without a sentence"
    one_sided = "AGREE of one source that agreed or accepted"
    return one_sided if record.event == "AGREE" else f"{record.event}, which has no type here"


def _told_apart(cases: Sequence[GoldCase]) -> list[GoldCase]:
    """The set gives two of its records one id."""
    seen: Counter[str] = Counter()
    apart = []
    for case in cases:
        seen[case.id] += 1
        again = f"-{seen[case.id]}" if seen[case.id] > 1 else ""
        apart.append(case.model_copy(update={"id": f"{case.id}{again}"}))
    return apart


def _case(text: str, records: Sequence[_Record]) -> GoldCase:
    """All records of one sentence; the first one's id is the case's."""
    sentences = split_sentences(text)
    names = [n for record in records for n in (*_who(record.source), *_who(record.target))]
    # Without the text: in one sentence a name stands once, and "Senior Hungarian" is none.
    cast = cast_of(names, "")
    return GoldCase(
        id=records[0].id.lower(),
        domain="plover",
        article=Article(text=text, source=records[0].id),
        actors=cast,
        items=tuple(_item(record, sentences, cast) for record in records),
        headline="",
        summary=(),
    )


def _item(record: _Record, sentences: Sequence[Sentence], cast: Sequence[GoldActor]) -> AnyGoldItem:
    meaning = _meaning(record) or _PROMISE
    evidence = cited([Span(start=s.start, end=s.end) for s in sentences], sentences)
    shared = {
        **evidence.model_dump(),
        "type": meaning.type,
        "who": who_of(_who(record.source), cast),
        "whom": who_of(_who(record.target), cast),
        "what": wordings([_clean(record.event_text), _clean(record.text)])[0],
        "reported_by": (),
    }
    own: Mapping[ItemType, Mapping[str, str]] = {
        "claim": {"act": meaning.act, "status": "happened"},
        "threat": {"mode": _mode(record), "condition": "", "status": "conditional"},
        "action": {"event": meaning.event, "status": "happened"},
        "agreement": {"status": "agreed"},
    }
    return _ITEM.validate_python({**shared, **own[meaning.type]})


def _mode(record: _Record) -> Mode:
    return _MODES.get(record.mode or "", "other")


def _names(actors: list[_Coded] | str | None) -> tuple[str, ...]:
    return tuple(_clean(a.name) for a in actors) if isinstance(actors, list) else ()


def _who(actors: list[_Coded] | str | None) -> tuple[str, ...]:
    """The names, or () where one of the actors has none."""
    each = [named(name) for name in _names(actors)]
    return tuple(dict.fromkeys(n for names in each for n in names)) if all(each) else ()


def _clean(text: str) -> str:
    """Without what the conversion from LaTeX left: braces, doubled quotation marks, gaps."""
    text = text.replace("``", '"').replace("''", '"').strip(" {}")
    return " ".join(word for word in text.split() if word not in ("..", "..."))
