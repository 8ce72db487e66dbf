"""The brief as one HTML page that asks nothing of the outside; pure.

Jinja escapes every text. The page's policy allows its own style and script by their hashes and
nothing else: no other script, style, image, font, frame, form or request.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from summarizer.models import Brief
from summarizer.render import diagram, marks, words
from summarizer.render.text import one_line
from summarizer.render.view import ActorView, BriefView, ItemView, LineView

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def to_page(brief: Brief, view: BriefView, *, evidence: bool = False) -> str:
    """The page; with `evidence` every quote is open from the start."""
    language = brief.article.language
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            view=view,
            made=brief.provenance,
            digest=brief.article.sha256,
            language=language if _LANGUAGE.fullmatch(language) else "",
            paragraphs=marks.paragraphs(brief),
            marked={quote.sentence for quote in marks.marked(brief)},
            cited_by=_cited_by(view),
            anchors={actor.name: actor.anchor for actor in reversed(view.actors)},
            diagram=diagram.draw(view),
            policy=_policy(),
            open=evidence,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("summarizer.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        style=Markup(_asset("page.css")),  # noqa: S704 - our own file
        script=Markup(_asset("page.js")),  # noqa: S704 - our own file
        arrow=words.ARROW,
        replaced_mark=words.REPLACED_MARK,
        counted=words.counted,
    )
    environment.filters["one_line"] = one_line
    return environment


@cache
def _asset(name: str) -> str:
    loader = PackageLoader("summarizer.render")
    return loader.get_source(Environment(autoescape=True), name)[0]


@cache
def _policy() -> str:
    """The Content-Security-Policy; the hashes are of what stands between the tags."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {_hash('page.css')}",
            f"script-src {_hash('page.js')}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        ]
    )


def _hash(name: str) -> str:
    digest = hashlib.sha256(_asset(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _cited_by(view: BriefView) -> dict[int, list[str]]:
    """For each sentence the anchors of what it proves, items before the rest."""
    found: dict[int, list[str]] = {}
    holders: tuple[ItemView | LineView | ActorView, ...]
    holders = (*view.items, *view.summary, *view.actors)
    for holder in holders:
        for number in holder.shown:
            found.setdefault(number, []).append(holder.anchor)
    for number in view.headline_sentences:
        found.setdefault(number, []).append("headline")
    return found
