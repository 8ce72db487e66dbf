"""The day's brief as plain text, wrapped at 80 columns; pure."""

from __future__ import annotations

from io import StringIO
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from summarizer.render.digest_view import (
    SUMMARY_ONLY,
    CiteView,
    CommitmentView,
    DigestView,
    DisagreementView,
    ItemView,
    LeftOutView,
    LineView,
    SideView,
    SourceView,
    StoryView,
)

WIDTH = 80
_COLUMN = 37


def to_text(view: DigestView, *, most_unread: int) -> str:
    """The digest; `most_unread` is how many of the entries not read are named."""
    ledger = view.ledger
    blocks = [
        [*_wrapped(view.title), "=" * min(WIDTH, cell_len(view.title))],
        _wrapped(" · ".join(view.counts)),
        _wrapped(view.warning),
        _commitments("DUE THIS WEEK", ledger.due),
        _wrapped(view.empty),
        *(block for story in view.stories for block in _story(story)),
        _titled("UNCHANGED", [line for one in view.unchanged for line in _line(one)]),
        _commitments("OPEN COMMITMENTS", ledger.open),
        _commitments("CLOSED COMMITMENTS", ledger.closed),
        _commitments("LAPSED COMMITMENTS", ledger.lapsed),
        _left_out(view.left_out, most_unread),
        _titled("SOURCES", [line for one in view.sources for line in _source(one)]),
        _wrapped(view.made),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


# --- a story ----------------------------------------------------------------------------------


def _story(story: StoryView) -> list[list[str]]:
    head = f"{story.number}. {story.headline.text}{_refs(story.headline.cites)}"
    return [
        ["-" * WIDTH, *_wrapped(head), *_wrapped(" · ".join(story.facts), "   ")],
        _wrapped(story.summary_only, "   "),
        [line for one in story.summary for line in _line(one)],
        _titled("Since yesterday", [line for one in story.changes for line in _change(one)]),
        *(_disagreement(one) for one in story.disagreements),
        *(
            _titled(section.title, [line for item in section.items for line in _item(item)])
            for section in story.sections
        ),
        _wrapped(story.rank),
    ]


def _disagreement(one: DisagreementView) -> list[str]:
    """Two sides beside each other; a third and fourth below them."""
    about = f": {one.about}" if one.about else ""
    lines = _wrapped(f"Sources disagree ({one.kind}){about}")
    for n in range(0, len(one.sides), 2):
        columns = [_side(side) for side in one.sides[n : n + 2]]
        lines.append("-" * _COLUMN + " + " + "-" * _COLUMN)
        rows = zip_longest(columns[0], columns[1] if len(columns) > 1 else [], fillvalue="")
        lines += [f"{_padded(left)} | {right}".rstrip() for left, right in rows]
    return lines


def _side(side: SideView) -> list[str]:
    quotes = [f"“{cite.quote}”" for cite in side.cites]
    head = f"{side.outlet}{_refs(side.cites)}"
    return [line for part in (head, side.text, *quotes) for line in _wrapped(part, width=_COLUMN)]


def _padded(line: str) -> str:
    return line + " " * max(0, _COLUMN - cell_len(line))


def _item(item: ItemView) -> list[str]:
    who = f"{item.parties} – " if item.parties else ""
    tags = "".join(f" · {tag.text}" for tag in item.tags)
    return _bullet(f"{who}{item.text}{tags} · {item.support}{_refs(item.cites)}")


# --- the ledger and the rest ------------------------------------------------------------------


def _commitments(title: str, entries: tuple[CommitmentView, ...]) -> list[str]:
    return _titled(title, [line for one in entries for line in _commitment(one)])


def _commitment(one: CommitmentView) -> list[str]:
    who = f"{one.parties} – " if one.parties else ""
    details = "".join(f" · {part}" for part in (one.kind, *one.details))
    lines = _bullet(f"{who}{one.text}{details}{_refs(one.cites[:1])}")
    if one.state == "open":
        return lines
    ended = one.closed_by
    how = f": “{ended.quote}”{_refs((ended,))}" if ended else ""
    return [*lines, *_wrapped(f"{one.state}{how}", "  ")]


def _left_out(left: LeftOutView, most_unread: int) -> list[str]:
    shown = left.unread[:most_unread]
    notes = [f"Not read: {e.title} ({e.feed or 'no feed'}) – {e.reason}." for e in shown]
    if more := len(left.unread) - len(shown):
        notes.append(f"Not read: {more:,} more")
    notes += [f"Dropped: {one.count} × {one.words}" for one in left.dropped]
    notes += [f"Muted: {headline}" for headline in left.muted]
    notes += [left.summaries] if left.summaries else []
    return _titled(
        "LEFT OUT, AND WHAT IT COST",
        [line for note in (*notes, left.usage) for line in _bullet(note)],
    )


def _source(source: SourceView) -> list[str]:
    outlet = f"{source.outlet}: " if source.outlet else ""
    mark = f" ({SUMMARY_ONLY})" if source.summary_only else ""
    head = f"[{source.number}] {outlet}{source.title}, {source.published} UTC{mark}"
    url = [f"    {source.link.href}"] if source.link else _wrapped(source.url, "    ")
    return [*_wrapped(head, "", "    "), *url]


# --- pieces -----------------------------------------------------------------------------------


def _titled(title: str, lines: list[str]) -> list[str]:
    return [title, *lines] if lines else []


def _line(line: LineView) -> list[str]:
    return _bullet(f"{line.text}{_refs(line.cites)}")


def _change(line: LineView) -> list[str]:
    """As in "12 → 19 dead (before [3], now [1])"."""
    if len(line.cites) == 1:
        return _line(line)
    marks = ", ".join(f"{cite.note} [{cite.number}]" for cite in line.cites)
    return _bullet(f"{line.text} ({marks})")


def _bullet(text: str) -> list[str]:
    return _wrapped(text, "- ", "  ")


def _refs(cites: tuple[CiteView, ...]) -> str:
    """As in " [1] [4]"."""
    marks = dict.fromkeys(f"[{cite.number}]" for cite in cites)
    return f" {' '.join(marks)}" if marks else ""


def _wrapped(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> list[str]:
    """Lines of at most `width` columns; wide characters take two, words too long are cut."""
    indent = first if rest is None else rest
    room = width - max(len(first), len(indent))
    console = Console(file=StringIO(), width=width, color_system=None, legacy_windows=False)
    wrapped = Text(text).wrap(console, room, overflow="fold")
    lines = [line.plain.rstrip() for line in wrapped] if text else []
    return [f"{indent if n else first}{line}" for n, line in enumerate(lines)]
