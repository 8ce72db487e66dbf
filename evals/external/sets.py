"""The public sets that the harness can read, and what a score over each of them means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from evals.counts import Section
from evals.errors import GoldError
from evals.external.cases import Loaded
from evals.external.plover import read_plover
from evals.external.polnear import read_polnear
from summarizer.models import SECTIONS, Frozen

Dataset = Literal["polnear", "plover"]


class ExternalSet(Frozen):
    """A set: its name in prose, how one document of it is called, the sections that it annotates,
    how it is read, and what its figures mean, as plain sentences."""

    title: str
    document: str
    sections: tuple[Section, ...]
    read: Callable[[Path, int], Loaded]
    meaning: str


_SETS: Mapping[str, ExternalSet] = {
    "polnear": ExternalSet(
        title="PolNeAR",
        document="article",
        sections=("claim",),
        read=read_polnear,
        meaning=(
            "It marks an attribution for every cue, repeats too, and one for a quotation however "
            "long; a brief has one claim a statement. So P and R are below a brief's own quality: "
            "compare models with them, no more. Thoughts, findings and headlines count nowhere. "
            "Who is scored where the source is a name; a surname is resolved by rule."
        ),
    ),
    "plover": ExternalSet(
        title="PLOVER",
        document="sentence",
        sections=SECTIONS,
        read=read_plover,
        meaning=(
            "It has one event a sentence, so R says how often the type is recognised, whatever the "
            "item says, and P is a lower bound: what else a sentence tells counts as false. Who is "
            "scored where the source is a name. A sentence alone is no news article."
        ),
    ),
}


def external_set(name: str) -> ExternalSet:
    """The set of this name; GoldError where there is none."""
    if name not in _SETS:
        raise GoldError(f'There is no external set "{name}"; name one of {", ".join(_SETS)}.')
    return _SETS[name]


def annotated_sections(name: str) -> tuple[Section, ...]:
    """What the set of this name annotates; GoldError where there is none."""
    return external_set(name).sections
