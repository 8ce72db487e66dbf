"""Feeds and the pages they lead to; the way of the data:

    feeds.toml or OPML -> Feed -> FeedReader (conditional requests) -> FeedEntry -> Reading

`listing` and `opml` read and write the list of feeds, `subscriptions` keeps what they held (in an
SQLite file of its own, by the library reader), `entry` reads the page behind an entry. `polite`
and `robots` see to it that no host is asked too often or for what it closes to programs.
"""

from summarizer.feeds.entry import read_entry
from summarizer.feeds.listing import load_feeds, save_feeds
from summarizer.feeds.models import FeedEntry, FeedProblem, Reading
from summarizer.feeds.opml import export_opml, import_opml
from summarizer.feeds.polite import Fetch, HostTurns, polite_fetch
from summarizer.feeds.robots import Robots
from summarizer.feeds.subscriptions import FeedReader, open_reader

__all__ = [
    "FeedEntry",
    "FeedProblem",
    "FeedReader",
    "Fetch",
    "HostTurns",
    "Reading",
    "Robots",
    "export_opml",
    "import_opml",
    "load_feeds",
    "open_reader",
    "polite_fetch",
    "read_entry",
    "save_feeds",
]
