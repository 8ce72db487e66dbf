"""The day's brief as Markdown and as plain text for e-mail; pure.

In both a citation is the number of its source, and the sources stand at the end; in Markdown the
number is a link to the article. Texts from outside are escaped as everywhere in this room.
"""

from __future__ import annotations

from collections.abc import Iterable

from summarizer.digest_models import Digest
from summarizer.render.digest_layout import view_of_digest
from summarizer.render.digest_view import (
    SUMMARY_ONLY,
    CiteView,
    CommitmentView,
    DigestView,
    DisagreementView,
    ItemView,
    LeftOutView,
    LineView,
    SectionView,
    SourceView,
    StoryView,
    UnreadView,
)
from summarizer.render.links import Link
from summarizer.render.markdown import escape

MOST_UNREAD = 20
"""Entries not read that Markdown and text name; the page has all."""


def digest_markdown(digest: Digest) -> str:
    """The day's brief as GitHub-flavoured Markdown, ending with a line end."""
    view = view_of_digest(digest)
    parts = [
        f"# {escape(view.title)}",
        " · ".join(map(escape, view.counts)),
        f"**{escape(view.warning)}**" if view.warning else "",
        _commitments("## Due this week", view.ledger.due),
        view.empty,
        *map(_story, view.stories),
        _listed("## Unchanged", map(_line, view.unchanged)),
        _ledger(view),
        _left_out(view.left_out),
        _sources(view.sources),
        f"---\n\n{escape(view.made)}",
    ]
    return _joined(parts) + "\n"


def digest_text(digest: Digest) -> str:
    """The day's brief as plain text of 80 columns, ending with a line end.

    Only web addresses, each on a line of its own, may be longer: a broken one leads nowhere.
    """
    from summarizer.render.digest_text import to_text

    return to_text(view_of_digest(digest), most_unread=MOST_UNREAD)


# --- a story ----------------------------------------------------------------------------------


def _story(story: StoryView) -> str:
    return _joined(
        [
            f"## {story.number}. {escape(story.headline.text)}{_refs(story.headline.cites)}",
            " · ".join(map(escape, story.facts)),
            f"_{escape(story.summary_only)}_" if story.summary_only else "",
            "\n".join(map(_line, story.summary)),
            _listed("### Since yesterday", map(_change, story.changes)),
            *map(_disagreement, story.disagreements),
            *map(_section, story.sections),
            f"_{escape(story.rank)}_",
        ]
    )


def _disagreement(one: DisagreementView) -> str:
    """A table with one column a side: outlet, what it says, its words."""
    rows = [
        [f"{escape(side.outlet)}{_refs(side.cites)}" for side in one.sides],
        ["---"] * len(one.sides),
        [escape(side.text) for side in one.sides],
        [" ".join(f"“{escape(c.quote)}”" for c in side.cites) for side in one.sides],
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    about = f": {escape(one.about)}" if one.about else ""
    return f"### Sources disagree ({one.kind}){about}\n\n{table}"


def _section(section: SectionView) -> str:
    return _listed(f"### {section.title} ({len(section.items)})", map(_item, section.items))


def _item(item: ItemView) -> str:
    who = f"**{escape(item.parties)}** – " if item.parties else ""
    tags = "".join(f" · _{escape(tag.text)}_" for tag in item.tags)
    return f"- {who}{escape(item.text)}{tags} · {item.support}{_refs(item.cites)}"


# --- the ledger and the rest ------------------------------------------------------------------


def _ledger(view: DigestView) -> str:
    ledger = view.ledger
    return _joined(
        [
            _commitments("## Open commitments", ledger.open),
            _commitments("## Closed commitments", ledger.closed),
            _commitments("## Lapsed commitments", ledger.lapsed),
        ]
    )


def _commitments(title: str, entries: tuple[CommitmentView, ...]) -> str:
    return _listed(title, map(_commitment, entries))


def _commitment(one: CommitmentView) -> str:
    who = f"**{escape(one.parties)}** – " if one.parties else ""
    details = "".join(f" · {escape(part)}" for part in one.details)
    made = f"- {who}{escape(one.text)} · _{one.kind}_{details}{_refs(one.cites[:1])}"
    if one.state == "open":
        return made
    ended = one.closed_by
    how = f": “{escape(ended.quote)}”{_refs((ended,))}" if ended else ""
    return f"{made} · **{one.state}**{how}"


def _left_out(left: LeftOutView) -> str:
    shown = left.unread[:MOST_UNREAD]
    lines = [f"- Not read: {_unread(entry)}" for entry in shown]
    if more := len(left.unread) - len(shown):
        lines.append(f"- Not read: {more:,} more")
    lines += [f"- Dropped: {one.count} × {one.words}" for one in left.dropped]
    lines += [f"- Muted: {escape(headline)}" for headline in left.muted]
    lines += [f"- {escape(left.summaries)}"] if left.summaries else []
    return _listed("## Left out, and what it cost", [*lines, f"- {escape(left.usage)}"])


def _unread(entry: UnreadView) -> str:
    title = _link(entry.title, entry.link)
    feed = f" ({escape(entry.feed)})" if entry.feed else ""
    return f"{title}{feed} – {escape(entry.reason)}."


def _sources(sources: tuple[SourceView, ...]) -> str:
    return _listed("## Sources", map(_source, sources))


def _source(source: SourceView) -> str:
    outlet = f"**{escape(source.outlet)}** – " if source.outlet else ""
    url = f" ({escape(source.url)})" if source.url else ""
    mark = f" · _{SUMMARY_ONLY}_" if source.summary_only else ""
    title = _link(source.title, source.link)
    return f"- \\[{source.number}\\] {outlet}{title}{url}, {source.published} UTC{mark}"


# --- pieces -----------------------------------------------------------------------------------


def _listed(title: str, lines: Iterable[str]) -> str:
    """A heading with its list, "" where the list is empty."""
    text = "\n".join(lines)
    return f"{title}\n\n{text}" if text else ""


def _line(line: LineView) -> str:
    return f"- {escape(line.text)}{_refs(line.cites)}"


def _refs(cites: tuple[CiteView, ...]) -> str:
    """The numbers of the sources, each a link where it has one."""
    marks = dict.fromkeys(map(_mark, cites))
    return f" {' '.join(marks)}" if marks else ""


def _change(line: LineView) -> str:
    """As in "12 → 19 dead (before [3], now [1])"."""
    if len(line.cites) == 1:
        return _line(line)
    marks = ", ".join(f"{cite.note} {_mark(cite)}" for cite in line.cites)
    return f"- {escape(line.text)} ({marks})"


def _mark(cite: CiteView) -> str:
    mark = f"\\[{cite.number}\\]"
    link = cite.source.link if cite.source else None
    return f"[{mark}]({_target(link)})" if link else mark


def _link(text: str, link: Link | None) -> str:
    return f"[{escape(text)}]({_target(link)})" if link else escape(text)


def _target(link: Link) -> str:
    return f"<{link.href.replace('&', '&amp;')}>"


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part)
