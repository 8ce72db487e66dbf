"""The brief as GitHub-flavoured Markdown; pure.

Text of article and model is escaped, so that it is always text: no markup, link, image, HTML,
heading, list, table, code, mention or issue number can come out of it.
"""

from __future__ import annotations

import re

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

# Characters that open something anywhere in a line.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&|~$#@]")
# Web addresses are made links without any mark; broken after the scheme or "www" they are not.
_ADDRESS = re.compile(r"(?=://)|(?<=www)(?=\.)", flags=re.IGNORECASE)
# List items, rules and underlines of headings open only where a line begins.
_AT_START = re.compile(r"^(?=[-+=])|^\d{1,9}(?=[.)])")
_MENTION = re.compile(r"(?<=[@#])(?=\w)")
# GitHub looks for mentions and issue numbers, and others for mail addresses, after the escapes
# are undone; an invisible word joiner in between keeps them from being found.
_JOINER = "\u2060"


def to_markdown(view: BriefView, *, evidence: bool = False) -> str:
    """The brief as Markdown; with `evidence` the quotes stand under each item as block quotes."""
    parts = [
        _head(view, evidence),
        "\n".join(_line(line, evidence) for line in view.summary),
        *(_section(section, evidence) for section in view.sections),
        view.empty,
        _actors(view.actors),
        _left_out(view, evidence),
        _notes(view),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escape(text: str) -> str:
    """One line of plain text as Markdown that reads as that text.

    After "@" and "#" stands an invisible U+2060, the only thing that is not in `text`.
    """
    escaped = _ANYWHERE.sub(r"\\\g<0>", text)
    for pattern, mark in ((_ADDRESS, r"\\"), (_MENTION, _JOINER), (_AT_START, r"\g<0>\\")):
        escaped = pattern.sub(mark, escaped)
    return escaped


# --- parts ------------------------------------------------------------------------------------


def _head(view: BriefView, evidence: bool) -> str:
    byline = [escape(part) for part in view.byline]
    if view.link:
        byline.append(f"[{escape(view.link.host)}](<{view.link.href.replace('&', '&amp;')}>)")
    elif view.url:
        byline.append(escape(view.url))
    parts = [
        f"# {escape(view.headline)}{_refs(view.headline_sentences)}",
        " · ".join(byline),
        f"**{escape(view.warning)}**" if view.warning else "",
        _quotes(view.headline_evidence, evidence, indent=""),
    ]
    return "\n\n".join(part for part in parts if part)


def _line(line: LineView, evidence: bool) -> str:
    mark = f" {words.REPLACED_MARK}" if line.replaced else ""
    text = f"- {escape(line.text)}{mark}{_refs(line.sentences)}"
    return text + _under(line.evidence, evidence)


def _section(section: SectionView, evidence: bool) -> str:
    items = "\n".join(_item(item, evidence) for item in section.items)
    return f"## {section.title} ({len(section.items)})\n\n{items}"


def _item(item: ItemView, evidence: bool) -> str:
    who = f"**{escape(item.parties)}** – " if item.parties else ""
    tags = "".join(f" · _{escape(tag.text)}_" for tag in item.tags)
    text = f"- {who}{escape(item.what)}{tags}{_refs(item.sentences)}"
    return text + _under(item.evidence, evidence)


def _actors(actors: tuple[ActorView, ...]) -> str:
    if not actors:
        return ""
    lines = "\n".join(map(_actor, actors))
    return f"## Actors ({len(actors)})\n\n{lines}"


def _actor(actor: ActorView) -> str:
    also = f"also {', '.join(actor.aliases)}" if actor.aliases else ""
    details = " · ".join(escape(part) for part in (actor.kind, actor.role, also) if part)
    name = f"**{escape(actor.name)}** – " if actor.name else ""
    return f"- {name}{details}{_refs(actor.sentences)}"


def _left_out(view: BriefView, evidence: bool) -> str:
    if not view.dropped:
        return view.left_out
    if evidence:
        lines = [_dropped(one) for one in view.dropped]
    else:
        lines = [f"- {reason.count} × {reason.words}" for reason in view.reasons]
    return "\n".join([f"## {view.left_out}", "", *lines])


def _dropped(one: DroppedView) -> str:
    what = f"_{escape(one.what)}_" if one.what else "(empty)"
    detail = f" {escape(one.detail)}" if one.detail else ""
    return f"- {one.section}: {what}{_refs(one.sentences)} – {one.reason}.{detail}"


def _notes(view: BriefView) -> str:
    made = " · ".join(escape(part) for part in view.provenance)
    lines = "\n".join(f"- {escape(gap)}" for gap in view.gaps)
    gaps = f"## Not covered\n\n{lines}" if lines else ""
    return "\n\n".join(part for part in (gaps, view.replaced_note, "---", made) if part)


# --- pieces -----------------------------------------------------------------------------------


def _refs(sentences: tuple[int, ...]) -> str:
    """As in " [3, 4]"; no link, since no text of ours defines one."""
    return f" [{', '.join(map(str, sentences))}]" if sentences else ""


def _under(quotes: tuple[QuoteView, ...], evidence: bool) -> str:
    """The quotes below a list item, as a part of it."""
    block = _quotes(quotes, evidence, indent="  ")
    return f"\n\n{block}\n" if block else ""


def _quotes(quotes: tuple[QuoteView, ...], evidence: bool, indent: str) -> str:
    if not evidence:
        return ""
    blocks = [f"{indent}> {escape(quote.text)} [{_number(quote)}]" for quote in quotes]
    return f"\n{indent}>\n".join(blocks)


def _number(quote: QuoteView) -> str:
    return f"{quote.sentence}, {quote.note}" if quote.note else str(quote.sentence)
