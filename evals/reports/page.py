"""The report as one HTML page that asks nothing of the outside; pure.

Jinja escapes every text, and the data of the script stands in the page as JSON in which no tag
can begin or end. The page's policy allows its own style and script by their hashes alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evals.reports import page_scores, page_view, text
from evals.reports.data import ReportData
from evals.reports.page_articles import ArticleView
from evals.reports.page_view import PageView
from evals.reports.plot import plot_of

_FOLDER = Path(__file__).parent
_STYLE = ("page.css",)
_SCRIPT = ("page_gold.js", "page_article.js", "page.js")
# What could end the element, begin a comment in it, or end a line in old engines.
_UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def render(data: ReportData) -> str:
    """The page, whole; it can be kept and sent as a single file."""
    view = page_view.view_of(data)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(view=view, plot=plot_of(view.scores), policy=_policy(), data=_data(view))
    )


def _data(view: PageView) -> Markup:
    """What the script reads, safe inside a script element."""
    data = {"compared": view.has_before, "articles": [_article(a) for a in view.articles]}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_UNSAFE))  # noqa: S704 - JSON without a character of markup


def _article(view: ArticleView) -> dict[str, Any]:
    return {
        "title": view.title,
        "domain": view.domain,
        "facets": view.facets.model_dump(mode="json"),
        **view.data.model_dump(mode="json", exclude_defaults=True),
    }


# --- the frame --------------------------------------------------------------------------------


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        style=Markup(_asset(_STYLE)),  # noqa: S704 - our own files
        script=Markup(_asset(_SCRIPT)),  # noqa: S704 - our own files
        signs=page_view.SIGNS,
        counted=text.counted,
        interval=page_scores.interval,
    )
    environment.filters.update(
        share=page_scores.share,
        points=page_scores.points,
        probability=page_scores.probability,
        shown=page_view.shown,
    )
    return environment


@cache
def _asset(names: Sequence[str]) -> str:
    return "\n".join((_FOLDER / name).read_text("utf-8") for name in names)


@cache
def _policy() -> str:
    """The Content-Security-Policy; the hashes are of what stands between the tags."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {_hash(_STYLE)}",
            f"script-src {_hash(_SCRIPT)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        ]
    )


def _hash(names: Sequence[str]) -> str:
    digest = hashlib.sha256(_asset(names).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
