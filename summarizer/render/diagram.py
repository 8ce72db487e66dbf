"""Who acts on whom, laid out for an inline SVG; pure and deterministic.

Two columns: on the left those who act, on the right those acted on, between them one line for
each pair and type of item, labelled with its count where it leaves. Every line leaves from a row
of its own, so labels cannot overlap; a name takes at most two lines of its column. Lengths are
user units of the SVG. The drawing itself is `diagram.svg.j2`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from summarizer.models import Frozen, ItemType
from summarizer.render.view import BriefView, ItemView
from summarizer.render.words import ARROW, counted

MAX_ACTORS = 12
_NAME_CELLS = 18
_NAME_LINES = 2

WIDTH = 496
_NAME_X, _BAR_X, _LABEL_X, _LINE_X, _TIP_X, _WHOM_BAR_X, _WHOM_X = 140, 147, 154, 238, 336, 346, 353
_ROW, _LINE_HEIGHT, _GAP, _MARGIN = 17.0, 15.0, 14.0, 8.0


class Node(Frozen):
    """An actor in a column; `y` is its middle, `top` and `bottom` bound its rows.

    `x` is where the name begins or ends, `bar` where the bar beside its rows stands.
    """

    name: str
    lines: tuple[str, ...]
    x: float
    bar: float
    y: float
    top: float
    bottom: float


class Edge(Frozen):
    """Items of one type between two actors; `items` are anchors, `path` is SVG path data."""

    type: ItemType
    label: str
    title: str
    items: tuple[str, ...]
    path: str
    tip: str
    label_x: float
    label_y: float
    strength: int


class Diagram(Frozen):
    """The laid-out diagram.

    `leading` is the height of a line of a name; `note` says what is left out, or is empty.
    """

    width: float
    height: float
    leading: float
    who: tuple[Node, ...]
    whom: tuple[Node, ...]
    edges: tuple[Edge, ...]
    note: str


class _Link(Frozen):
    """Items of one type from one actor to another."""

    who: str
    whom: str
    type: ItemType
    items: tuple[str, ...]


def draw(view: BriefView) -> Diagram | None:
    """The diagram of a brief's items, or None where no item names two sides."""
    links = _links(view.items)
    kept = _most_connected(links)
    shown = [link for link in links if link.who in kept and link.whom in kept]
    if not shown:
        return None
    who = _by_weight([link.who for link in shown])
    whom = _by_place(shown, who)
    shown.sort(key=lambda link: (who.index(link.who), whom.index(link.whom)))
    return _laid_out(shown, who, whom, _note(view.items, links, shown))


# --- what is drawn ----------------------------------------------------------------------------


def _links(items: Sequence[ItemView]) -> list[_Link]:
    found: dict[tuple[str, str, ItemType], list[str]] = {}
    for item in items:
        for who, whom in _pairs(item):
            anchors = found.setdefault((who, whom, item.type), [])
            if item.anchor not in anchors:
                anchors.append(item.anchor)
    return [
        _Link(who=who, whom=whom, type=kind, items=tuple(anchors))
        for (who, whom, kind), anchors in found.items()
    ]


def _pairs(item: ItemView) -> Iterator[tuple[str, str]]:
    """Each doer with each other side; the parties of an agreement with one another."""
    if item.type == "agreement":
        yield from combinations(dict.fromkeys(item.who), 2)
        return
    for who in item.who:
        yield from ((who, whom) for whom in item.whom)


def _most_connected(links: Sequence[_Link]) -> set[str]:
    """The actors of the most items, at most MAX_ACTORS; of equals the first in the brief."""
    weight: dict[str, int] = {}
    for link in links:
        for name in {link.who: None, link.whom: None}:
            weight[name] = weight.get(name, 0) + len(link.items)
    return set(sorted(weight, key=lambda name: -weight[name])[:MAX_ACTORS])


def _by_weight(names: Sequence[str]) -> list[str]:
    """Distinct names, those with most lines first."""
    return sorted(dict.fromkeys(names), key=lambda name: -names.count(name))


def _by_place(links: Sequence[_Link], who: Sequence[str]) -> list[str]:
    """The other column, each name near the middle of those that act on it: fewer crossings."""

    def middle(name: str) -> float:
        places = [who.index(link.who) for link in links if link.whom == name]
        return sum(places) / len(places)

    return sorted(dict.fromkeys(link.whom for link in links), key=middle)


def _note(items: Sequence[ItemView], links: Sequence[_Link], shown: Sequence[_Link]) -> str:
    two_sided = len({anchor for link in links for anchor in link.items})
    hidden = len(_names(links) - _names(shown))
    notes = [
        f"{two_sided} of {counted(len(items), 'item')} name two sides."
        if two_sided < len(items)
        else "",
        f"{counted(hidden, 'more actor')} with fewer items not shown." if hidden else "",
    ]
    return " ".join(note for note in notes if note)


def _names(links: Sequence[_Link]) -> set[str]:
    return {name for link in links for name in (link.who, link.whom)}


# --- where it is drawn ------------------------------------------------------------------------


def _laid_out(links: Sequence[_Link], who: list[str], whom: list[str], note: str) -> Diagram:
    leaving, arriving = Counter(k.who for k in links), Counter(k.whom for k in links)
    left = _column(who, leaving, _NAME_X, _BAR_X)
    right = _column(whom, arriving, _WHOM_X, _WHOM_BAR_X)
    height = max(left[-1].bottom, right[-1].bottom) + _MARGIN
    left, right = _centered(left, height), _centered(right, height)
    edges = _edges(links, _rows(left, leaving), _rows(right, arriving))
    return Diagram(
        width=WIDTH,
        height=height,
        leading=_LINE_HEIGHT,
        who=left,
        whom=right,
        edges=tuple(edges),
        note=note,
    )


def _column(
    names: Sequence[str], rows: Mapping[str, int], x: float, bar: float
) -> tuple[Node, ...]:
    nodes: list[Node] = []
    top = _MARGIN
    for name in names:
        lines = name_lines(name)
        bottom = top + max(rows[name] * _ROW, len(lines) * _LINE_HEIGHT)
        middle = (top + bottom) / 2
        nodes.append(Node(name=name, lines=lines, x=x, bar=bar, y=middle, top=top, bottom=bottom))
        top = bottom + _GAP
    return tuple(nodes)


def _centered(nodes: tuple[Node, ...], height: float) -> tuple[Node, ...]:
    """The column moved down so that what is free stands half above it and half below."""
    shift = (height - _MARGIN - nodes[-1].bottom) / 2
    return tuple(
        node.model_copy(
            update={"y": node.y + shift, "top": node.top + shift, "bottom": node.bottom + shift}
        )
        for node in nodes
    )


def _rows(nodes: Sequence[Node], counts: Mapping[str, int]) -> dict[str, Iterator[float]]:
    """For each name the heights at which its edges end, from the top down."""
    return {node.name: _heights(node.y, counts[node.name]) for node in nodes}


def _heights(middle: float, count: int) -> Iterator[float]:
    return (middle + (row - (count - 1) / 2) * _ROW for row in range(count))


def _edges(
    links: Sequence[_Link],
    leaving: Mapping[str, Iterator[float]],
    arriving: Mapping[str, Iterator[float]],
) -> Iterator[Edge]:
    for link in links:
        yield _edge(link, next(leaving[link.who]), next(arriving[link.whom]))


def _edge(link: _Link, y: float, to: float) -> Edge:
    label = counted(len(link.items), link.type)
    joint = "and" if link.type == "agreement" else ARROW
    middle = (_LINE_X + _TIP_X) / 2
    return Edge(
        type=link.type,
        label=label,
        title=f"{link.who} {joint} {link.whom}: {label}",
        items=link.items,
        path=f"M{_LINE_X} {y:g}C{middle:g} {y:g} {middle:g} {to:g} {_TIP_X} {to:g}",
        tip="" if link.type == "agreement" else f"M{_TIP_X - 1} {to - 4:g}l7 4l-7 4z",
        label_x=_LABEL_X,
        label_y=y,
        strength=min(len(link.items), 4),
    )


# --- names ------------------------------------------------------------------------------------


def name_lines(name: str) -> tuple[str, ...]:
    """The name on at most two lines of its column, with "…" where it is cut."""
    lines: list[str] = [""]
    for word in name.split():
        joined = f"{lines[-1]} {word}".strip()
        if _cells(joined) <= _NAME_CELLS or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    kept = lines[:_NAME_LINES]
    if len(lines) > _NAME_LINES:
        kept[-1] += " …"
    return tuple(_cut(line) for line in kept)


def _cut(line: str) -> str:
    if _cells(line) <= _NAME_CELLS:
        return line
    room = _NAME_CELLS - 1
    while _cells(line) > room:
        line = line[:-1]
    return line.rstrip() + "…"


def _cells(text: str) -> int:
    """Width in columns: East Asian wide characters and emoji take two, marks none."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) - sum(unicodedata.combining(c) > 0 for c in text) + wide
