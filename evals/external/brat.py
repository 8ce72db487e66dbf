"""The standoff format of the annotation tool brat, as far as a corpus of relations uses it; pure.

    T1<TAB>Cue 21 25<TAB>said                         an annotation: label, span, covered text
    T2<TAB>Content 0 19;27 40<TAB>We won , and well   a discontinuous one
    E1<TAB>Attribution:T1 Cue:T1 Content:T2           an event: its label, then role:annotation

Offsets count code points, end exclusive. Lines of any other kind (notes, and the rest of a
covered text that has a line end in it) are passed over. Source: brat's manual of the standoff
format, https://brat.nlplab.org/standoff.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evals.gold import Span
from summarizer.models import Frozen

_ANNOTATION = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_EVENT = re.compile(r"(E\d+)\t\S+?:\S+((?: \S+:\S+)*)\s*")


class Annotation(Frozen):
    """A labelled piece of the text; `covered` is what the file says stands there, up to the first
    line end in it."""

    id: str
    label: str
    spans: tuple[Span, ...]
    covered: str

    def stands(self, text: str) -> bool:
        """Whether `text` has the covered text at the spans, white space aside."""
        if any(not span.start < span.end <= len(text) for span in self.spans):
            return False
        there = " ".join(text[span.start : span.end] for span in self.spans)
        return " ".join(there.split()).startswith(" ".join(self.covered.split()))


class Argument(Frozen):
    """An annotation in a role; of "Content2", brat's way to say "a second one", the role is
    "Content"."""

    role: str
    annotation: str


class Event(Frozen):
    """Annotations that belong together."""

    id: str
    arguments: tuple[Argument, ...]


class Standoff(Frozen):
    """What an annotation file says."""

    annotations: tuple[Annotation, ...]
    events: tuple[Event, ...]

    def in_role(self, event: Event, role: str) -> tuple[Annotation, ...]:
        """The event's annotations in `role`, in the order of the text."""
        wanted = {arg.annotation for arg in event.arguments if arg.role == role}
        found = (a for a in self.annotations if a.id in wanted)
        return tuple(sorted(found, key=lambda a: a.spans[0].start))


def parse(text: str) -> Standoff:
    """Read the content of an annotation file."""
    lines = text.split("\n")
    return Standoff(annotations=tuple(_annotations(lines)), events=tuple(_events(lines)))


def _annotations(lines: list[str]) -> Iterator[Annotation]:
    for line in lines:
        if found := _ANNOTATION.fullmatch(line.removesuffix("\r")):
            identity, label, spans, covered = found.groups()
            yield Annotation(id=identity, label=label, spans=_spans(spans), covered=covered)


def _spans(text: str) -> tuple[Span, ...]:
    pairs = (pair.split() for pair in text.split(";"))
    return tuple(Span(start=int(start), end=int(end)) for start, end in pairs)


def _events(lines: list[str]) -> Iterator[Event]:
    for line in lines:
        if found := _EVENT.fullmatch(line):
            pairs = (pair.split(":") for pair in found[2].split())
            arguments = (Argument(role=r.rstrip("0123456789"), annotation=a) for r, a in pairs)
            yield Event(id=found[1], arguments=tuple(arguments))
