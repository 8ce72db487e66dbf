"""The brief in a terminal, with rich; pure but for asking standard output what it can do.

Every text goes through `Text`, never through rich's markup, and the output is plain text with
colour added: without colour nothing is lost.
"""

from __future__ import annotations

import io

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from summarizer.render import words
from summarizer.render.view import (
    ActorView,
    BriefView,
    DroppedView,
    ItemView,
    LineView,
    QuoteView,
    SectionView,
)

MIN_WIDTH = 40
# Longer lines are hard to read; a wider terminal gets no wider text.
MAX_WIDTH = 100
_NAME_COLUMN = 26

# The sixteen colours of the terminal's own theme, so that dark and light both stay legible.
_SECTION_STYLE = {"claim": "blue", "threat": "red", "action": "yellow", "agreement": "green"}
_REF_STYLE = "cyan"


def to_terminal(
    view: BriefView, *, evidence: bool = False, width: int | None = None, color: bool | None = None
) -> str:
    """The brief as lines of at most `width` columns.

    Only the source's URL may be longer: folded, it could be neither opened nor copied.
    """
    console = _console(width, color)
    for block in _blocks(view, evidence):
        console.print(block, crop=False)
    text = console.file.getvalue() if isinstance(console.file, io.StringIO) else ""
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _console(width: int | None, color: bool | None) -> Console:
    """A console that writes to memory; what is left open is as standard output has it."""
    probe = Console()
    colored = probe.is_terminal and not probe.no_color if color is None else color
    columns = min(probe.width, MAX_WIDTH) if width is None else width
    return Console(
        file=io.StringIO(),
        width=max(columns, MIN_WIDTH),
        color_system="standard" if colored else None,
        force_terminal=colored,
        no_color=not colored,
        legacy_windows=False,
        force_jupyter=False,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=False,
    )


def _blocks(view: BriefView, evidence: bool) -> list[RenderableType]:
    """The parts from top to bottom, an empty line between two."""
    parts: list[RenderableType | None] = [
        _head(view, evidence),
        _summary(view, evidence),
        *(_section(section, evidence) for section in view.sections),
        Text(view.empty, style="dim") if view.empty else None,
        _actors(view.actors),
        _foot(view, evidence),
    ]
    blocks: list[RenderableType] = []
    for part in parts:
        if part is not None:
            blocks += [part, ""]
    return blocks[:-1]


# --- parts ------------------------------------------------------------------------------------


def _head(view: BriefView, evidence: bool) -> RenderableType:
    headline = Text(view.headline, style="bold")
    lines: list[RenderableType] = [_with_refs(headline, view.headline_sentences)]
    if view.byline:
        lines.append(Text(" · ".join(view.byline), style="dim"))
    if view.link:
        lines.append(Text(view.link.href, style="underline", no_wrap=True, overflow="ignore"))
    elif view.url:
        lines.append(Text(view.url, style="dim"))
    if view.warning:
        lines.append(Text(view.warning, style="bold red"))
    return Group(*lines, *_quotes(view.headline_evidence, evidence))


def _summary(view: BriefView, evidence: bool) -> RenderableType | None:
    lines = [part for line in view.summary for part in _summary_line(line, evidence)]
    return Padding(Group(*lines), (0, 2)) if lines else None


def _summary_line(line: LineView, evidence: bool) -> list[RenderableType]:
    text = Text(line.text)
    if line.replaced:
        text.append(f" {words.REPLACED_MARK}", style="bold")
    return [_with_refs(text, line.sentences), *_quotes(line.evidence, evidence)]


def _section(section: SectionView, evidence: bool) -> RenderableType:
    style = _SECTION_STYLE[section.type]
    title = Text(f"{section.title} ({len(section.items)})", style=f"bold {style}")
    parts: list[RenderableType] = [title]
    for item in section.items:
        parts += _item(item, evidence)
        if evidence and item is not section.items[-1]:
            parts.append("")
    return Group(*parts)


def _item(item: ItemView, evidence: bool) -> list[RenderableType]:
    """Parties, then what they say or do with tags and sentence numbers, then the quotes."""
    lines: list[RenderableType] = []
    if item.parties:
        lines.append(Padding(Text(item.parties, style="bold"), (0, 2)))
    what = Text(item.what)
    for tag in item.tags:
        what.append(" · ", style="dim").append(tag.text, style="dim italic")
    lines.append(Padding(_with_refs(what, item.sentences), (0, 2, 0, 4)))
    return lines + _quotes(item.evidence, evidence, indent=4)


def _actors(actors: tuple[ActorView, ...]) -> RenderableType | None:
    if not actors:
        return None
    table = Table.grid(padding=(0, 2, 0, 0))
    widest = max(cell_len(actor.name) for actor in actors)
    table.add_column(width=min(widest, _NAME_COLUMN))
    table.add_column()
    for actor in actors:
        table.add_row(Text(actor.name, style="bold"), _details(actor))
    return Group(Text(f"Actors ({len(actors)})", style="bold"), Padding(table, (0, 2)))


def _details(actor: ActorView) -> Text:
    also = f"also {', '.join(actor.aliases)}" if actor.aliases else ""
    text = Text(" · ".join(part for part in (actor.kind, actor.role, also) if part))
    return _with_refs(text, actor.sentences)


def _foot(view: BriefView, evidence: bool) -> RenderableType:
    lines: list[RenderableType] = [Text(view.left_out, style="bold" if view.dropped else "dim")]
    if evidence:
        lines += [part for one in view.dropped for part in _dropped(one)]
    else:
        lines += [_bullet(f"{reason.count} × {reason.words}") for reason in view.reasons]
    lines += [Text(gap, style="yellow") for gap in view.gaps]
    if view.replaced_note:
        lines.append(Text(view.replaced_note))
    return Group(*lines, "", Text(" · ".join(view.provenance), style="dim"))


def _dropped(one: DroppedView) -> list[RenderableType]:
    what = Text(f"{one.section}: ", style="dim").append(one.what or "(empty)", style="default")
    reason = f"{one.reason}. {one.detail}" if one.detail else f"{one.reason}."
    return [
        Padding(_with_refs(what, one.sentences), (0, 2)),
        Padding(Text(f"{reason[:1].upper()}{reason[1:]}", style="dim"), (0, 2, 0, 4)),
    ]


# --- pieces -----------------------------------------------------------------------------------


def _with_refs(text: Text, sentences: tuple[int, ...]) -> Text:
    """`text` with its sentence numbers, as in "[3,4]": no space, so that no line ends there."""
    if not sentences:
        return text
    return text.append(f" [{','.join(map(str, sentences))}]", style=_REF_STYLE)


def _bullet(line: str) -> RenderableType:
    return Padding(Text(line), (0, 2))


def _quotes(quotes: tuple[QuoteView, ...], evidence: bool, indent: int = 0) -> list[RenderableType]:
    return [Padding(_Barred(quote), (0, 2, 0, indent)) for quote in quotes] if evidence else []


class _Barred:
    """A quote with its number and a bar on its left, on every line that it wraps to."""

    def __init__(self, quote: QuoteView) -> None:
        self._quote = quote

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        number = f"{self._quote.sentence}  "
        room = max(options.max_width - len(number) - 2, 1)
        for line in self._text().wrap(console, room):
            yield Text.assemble(("│ ", "dim"), (number, _REF_STYLE), line)
            number = " " * len(number)

    def _text(self) -> Text:
        text = Text(self._quote.text, style="italic")
        return text.append(f" ({self._quote.note})", "not italic dim") if self._quote.note else text
