"""Lists of feeds as other readers write and read them: OPML 2.0.

Folders and the attribute `category` become tags; the tier goes in an attribute of its own, which
other readers pass over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from summarizer.digest_models import Feed
from summarizer.errors import InputError
from summarizer.feeds.listing import refuse_unusable
from summarizer.web.wording import shown

_TIER = "tier"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def import_opml(text: str) -> tuple[Feed, ...]:
    """The feeds of an OPML document in its order, each URL once, each with a name of its own.

    Raises InputError if it is no OPML, declares a document type, or has a feed that cannot be used.
    """
    feeds: dict[str, Feed] = {}
    names: set[str] = set()
    for feed in _outlines(_root(text)):
        if feed.url not in feeds:
            feeds[feed.url] = feed.model_copy(update={"name": _unused(feed.name, names)})
            names.add(feeds[feed.url].name)
    return tuple(feeds.values())


def export_opml(feeds: Iterable[Feed]) -> str:
    """An OPML document with one outline a feed. Characters that XML has no place for go out."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = "Feeds"
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        ElementTree.SubElement(body, "outline", _attributes(feed))
    ElementTree.indent(root)
    written = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _attributes(feed: Feed) -> dict[str, str]:
    found = {"type": "rss", "text": feed.name, "title": feed.name, "xmlUrl": feed.url}
    if feed.tags:
        found["category"] = ",".join(feed.tags)
    found[_TIER] = str(feed.tier)
    return {name: _NOT_XML.sub("", value) for name, value in found.items()}


def _root(text: str) -> ElementTree.Element:
    # Entities, the way to make a small document huge, need a document type; OPML has none.
    if "<!DOCTYPE" in text:
        raise InputError(
            "The OPML file declares a document type, which may expand without end; remove it."
        )
    try:
        # The element tree gets text without an entity declaration: see above.
        root = ElementTree.fromstring(text.lstrip("\ufeff \t\r\n"))  # noqa: S314
    except (ElementTree.ParseError, UnicodeError, ValueError) as error:
        raise InputError(f"The OPML file is no valid XML ({error}); export it anew.") from error
    if root.tag.lower() != "opml":
        raise InputError(f"The file is no OPML but <{shown(root.tag)}>; give an OPML export.")
    return root


def _outlines(root: ElementTree.Element) -> Iterator[Feed]:
    """Feeds in document order; without recursion, which a deep document would exhaust."""
    waiting: list[tuple[ElementTree.Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        node, folders = waiting.pop()
        found = {name.lower(): value for name, value in node.attrib.items()}
        if node.tag.lower() == "outline" and found.get("xmlurl"):
            yield _feed(found, folders)
        elif node.tag.lower() == "outline":
            folders = (*folders, *_tags(found.get("title") or found.get("text") or ""))[-5:]
        waiting += [(child, folders) for child in reversed(node)]


def _feed(found: dict[str, str], folders: tuple[str, ...]) -> Feed:
    url = found["xmlurl"].strip()
    name = _line(found.get("title") or found.get("text") or "") or url
    tags = dict.fromkeys((*folders, *_tags(found.get("category", ""))))
    tier = found.get(_TIER, "")
    try:
        return refuse_unusable(
            Feed(name=name, url=url, tier=int(tier) if tier in ("1", "3") else 2, tags=tuple(tags))
        )
    except ValueError as error:
        raise InputError(
            f"The feed {shown(name)!r} in the OPML file is wrong: {error}; correct it.", source=url
        ) from error


def _tags(text: str) -> tuple[str, ...]:
    found = (_line(part).strip("/").strip() for part in text.split(","))
    return tuple(tag for tag in found if tag)


def _line(text: str) -> str:
    """`text` in one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _unused(name: str, used: set[str]) -> str:
    number, candidate = 1, name
    while candidate in used:
        number += 1
        candidate = f"{name} ({number})"
    return candidate
