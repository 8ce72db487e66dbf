"""The day's brief as one HTML page that asks nothing of the outside; pure.

Jinja escapes every text. The page has no script at all: evidence opens as `<details>`, by click
and by key. Its policy allows its own style by a hash and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from summarizer.digest_models import Digest
from summarizer.render import words
from summarizer.render.digest_layout import view_of_digest
from summarizer.render.digest_view import NOT_FOUND, SUMMARY_ONLY

_STYLES = ("page.css", "digest.css")


def digest_page(digest: Digest) -> str:
    """The day's brief as a page: works from a file, on a phone, on paper and in the dark."""
    template = _environment().get_template("digest.html.j2")
    return template.render(view=view_of_digest(digest), policy=_policy())


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
        style=Markup(_style()),  # noqa: S704 - our own files
        arrow=words.ARROW,
        summary_only=SUMMARY_ONLY,
        not_found=NOT_FOUND,
    )
    return environment


@cache
def _style() -> str:
    """The style of the brief's page, whose colours and type are the same, then the digest's own."""
    loader, environment = PackageLoader("summarizer.render"), Environment(autoescape=True)
    return "\n".join(loader.get_source(environment, name)[0] for name in _STYLES)


@cache
def _policy() -> str:
    """The Content-Security-Policy; the hash is of what stands between the style's tags."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'"
    )
