"""Values and lines as reports write them; pure.

Whatever an article or a model wrote goes through `printable`: the functions that make lines
call it themselves.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

WIDTH = 80
NAMES_SHOWN = 8
_HANGING = 2
_CONSOLE = Console(file=io.StringIO(), width=WIDTH, legacy_windows=False, force_jupyter=False)


# --- values -----------------------------------------------------------------------------------


def share(value: float | None) -> str:
    """A ratio as ".62" or "1.00", and "-" where there is none."""
    if value is None:
        return "-"
    text = f"{value:.2f}"
    return text.removeprefix("0") if text.startswith("0.") else text


def points(value: float) -> str:
    """A difference of ratios without its sign: 0.061 is "6.1"."""
    return f"{abs(value) * 100:.1f}"


def signed_points(value: float) -> str:
    """A difference of ratios with its sign, "-6.1"; "0.0" has none."""
    text = points(value)
    return text if float(text) == 0 else f"{'-' if value < 0 else '+'}{text}"


def probability(p: float) -> str:
    """As in "p=.004"; "p<.001" where it is smaller."""
    return "p<.001" if p < 0.001 else f"p={p:.3f}".replace("=0.", "=.")


def counted(count: int, noun: str, many: str = "") -> str:
    """As in "1 article", "1,204 articles"; `many` where the plural takes more than an s."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def listed(names: Sequence[str], most: int = NAMES_SHOWN) -> str:
    """As in "A05 and A11"; what is above `most` is a number: "A05, A11 and 38 more"."""
    kept = [printable(name) for name in names[:most]]
    if len(names) > most:
        kept.append(f"{len(names) - most:,} more")
    return " and ".join(part for part in (", ".join(kept[:-1]), *kept[-1:]) if part)


def numbers(sentences: Sequence[int]) -> str:
    """Sentence numbers as in "[3,4]"."""
    return f"[{','.join(map(str, sentences))}]"


# --- lines ------------------------------------------------------------------------------------


def printable(text: str) -> str:
    """`text` on one line, without characters that steer a terminal, turn the direction of text
    or cannot be seen.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def wrapped(text: str, *, label: str = "", width: int = WIDTH) -> list[str]:
    """`text` behind `label` in lines of at most `width` columns, wide characters counted as two.

    Lines after the first begin under the text; without a label, two columns in.
    """
    indent = " " * (cell_len(label) or _HANGING)
    lines = Text(printable(text)).wrap(_CONSOLE, width - len(indent), overflow="fold")
    heads = [label, *[indent] * len(lines)]
    return [f"{head}{line.plain}".rstrip() for head, line in zip(heads, lines, strict=False)]


def cut(text: str, width: int) -> str:
    """`text` on one line of at most `width` columns, with "…" where it is cut."""
    text = printable(text)
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"
