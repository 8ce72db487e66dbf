"""News articles to typed briefs in which every item is tied to the article's own words.

    from summarizer import summarize
    brief = summarize("MADRID, May 2 - The mayor said ...")

`summarize` takes a text or an Article, and a model where the embedded one is not wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from summarizer.doors import open_model, summarize, verify
    from summarizer.models import Article, Brief
    from summarizer.settings import Settings

__all__ = ["Article", "Brief", "Settings", "__version__", "open_model", "summarize", "verify"]

_HOMES = {
    "Article": "summarizer.models",
    "Brief": "summarizer.models",
    "Settings": "summarizer.settings",
    "open_model": "summarizer.doors",
    "summarize": "summarizer.doors",
    "verify": "summarizer.doors",
}


def __getattr__(name: str) -> Any:
    """Import on first use: `import summarizer` and `summarizer --help` stay quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
