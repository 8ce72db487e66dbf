"""What the digest does not show: articles read in part or not at all, what was dropped, what was
muted, and what all of it cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from summarizer.digest.evidence import is_web_address
from summarizer.digest.sources import Archive, Source
from summarizer.digest_models import DropCount, LeftOut, Unread
from summarizer.models import DropReason, Usage


def left_out(archive: Archive, unread: Iterable[Unread], muted: Iterable[str]) -> LeftOut:
    """The account of the day. Texts that several outlets print are one article and were briefed
    once; `muted` are headlines."""
    today = [source for source in archive.sources() if source.today]
    return LeftOut(
        articles=len(today),
        feed_summaries=sum(source.filed.extent == "feed_summary" for source in today),
        unread=_unread([*unread, *archive.unread()]),
        dropped=_dropped(today),
        muted=tuple(sorted(muted)),
        usage=_usage(today),
    )


def _unread(unread: Iterable[Unread]) -> tuple[Unread, ...]:
    """Each once, by feed; a URL that is no web address is not passed on."""
    safe = (u if is_web_address(u.url) else u.model_copy(update={"url": ""}) for u in unread)
    return tuple(sorted(set(safe), key=lambda u: (u.feed, u.url, u.title, u.reason)))


def _dropped(sources: Sequence[Source]) -> tuple[DropCount, ...]:
    """By reason, the most frequent first; what did not hold when it was checked again is not in
    its article."""
    counted = Counter(dropped.reason for s in sources for dropped in s.brief.dropped)
    counted[DropReason.NOT_IN_ARTICLE] += sum(source.broken for source in sources)
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(DropCount(reason=reason, count=count) for reason, count in ordered if count)


def _usage(sources: Sequence[Source]) -> Usage:
    return sum((source.brief.provenance.usage for source in sources), Usage())
