"""URLs and paths fit for a message; pure."""

from __future__ import annotations

import re

_SHOWN_CHARS = 200
_CREDENTIALS = re.compile(r"(?<=//)[^/?#]*@")


def shown(source: str) -> str:
    """`source` fit for a message of one line: no credentials, no control characters, cut."""
    if source == "-":
        return "standard input"
    line = "".join(c if c.isprintable() else "\ufffd" for c in _CREDENTIALS.sub("…@", source))
    return line if len(line) <= _SHOWN_CHARS else line[: _SHOWN_CHARS - 1] + "…"
