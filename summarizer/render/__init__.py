"""A brief for reading: terminal, Markdown, one HTML page, or JSON; pure.

All formats but JSON lay out the same view of the brief (`view.py`), whose texts are cleaned for
display and whose words stand in one place (`words.py`).
"""

from __future__ import annotations

from typing import Literal

from summarizer.models import Brief

Format = Literal["terminal", "markdown", "html", "json"]

__all__ = ["Format", "render"]


def render(
    brief: Brief,
    format: Format,
    *,
    evidence: bool = False,
    width: int | None = None,
    color: bool | None = None,
) -> str:
    """The brief as text in `format`, ending with a line end.

    `evidence` shows the verbatim quotes under each item (in HTML they are there in any case,
    and this opens them). `width` (columns, at least 40) and `color` matter to the terminal only;
    left out, they are what standard output can do. JSON always holds everything.

    Raises:
        ValueError: `format` is none of the four.
    """
    if format == "json":
        return brief.model_dump_json(indent=2) + "\n"
    from summarizer.render.view import view_of

    view = view_of(brief)
    if format == "terminal":
        from summarizer.render.terminal import to_terminal

        return to_terminal(view, evidence=evidence, width=width, color=color)
    if format == "markdown":
        from summarizer.render.markdown import to_markdown

        return to_markdown(view, evidence=evidence)
    if format == "html":
        from summarizer.render.page import to_page

        return to_page(brief, view, evidence=evidence)
    raise ValueError(f"{format!r} is no format; use terminal, markdown, html or json.")
