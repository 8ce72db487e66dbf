"""Bytes as they were read, with what their carrier said of them: the stage before Article."""

from __future__ import annotations

import re
from typing import Literal

from summarizer.errors import InputError
from summarizer.models import Frozen
from summarizer.web.wording import shown

Kind = Literal["text", "markdown", "html", "json", "unknown"]

OPEN_IT = "open it in a browser, copy the article's text into a .txt file and give that"
"""What to do about a page that shows its article to people only."""

_HEAD_CHARS = 4096
_HTML = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?(?><!--.*?-->\s*+)*+"
    r"<(?:!doctype\s+html|html|head|body|meta|title|article|main|section|div|h1|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_JSON = re.compile(r'\s*\{\s*["}]')


class Raw(Frozen):
    """What was read, still undecoded.

    `source` is what the user gave; `kind` is "unknown" where the carrier does not say it;
    `charset` is the name that the carrier declared, or ""; `url` is the final URL, or "".
    """

    source: str
    body: bytes
    kind: Kind
    charset: str = ""
    url: str = ""


def kind_of(text: str) -> Kind:
    """The kind of a text whose carrier does not say it, by its first characters."""
    head = text[:_HEAD_CHARS]
    if _HTML.match(head):
        return "html"
    return "json" if _JSON.match(head) else "text"


def no_text(source: str, what: str) -> InputError:
    """The error for a source that is `what` ("a PDF", "an image") in place of text."""
    return InputError(
        f"{shown(source)} is {what}, not text; copy the article's text into a .txt file and "
        "give that.",
        source=source,
    )
