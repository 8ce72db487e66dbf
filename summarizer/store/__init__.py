"""All that is kept from one day to the next, in one SQLite file.

store.py      open_store and the Store: the subjects below as one object
entries.py    entries of feeds: seen, pending, unreadable
articles.py   articles by the hash of their text, one brief each, filed at one or more URLs
days.py       stories and digests by day
runs.py       one daily run at a time, dead ones taken over
outbox.py     messages to post, each once
readers.py    events of Slack taken up once; readers' feedback
upkeep.py     old data removed, space given back
check.py      whether all of it holds
transfer.py   the whole store as JSONL, out and in
records.py    the types given and taken
cited.py      what a brief or digest cites
schema.py     the tables, as migrations in order
database.py   the file: opened, checked, locked
codec.py      values in and out of columns
faults.py     SQLite's complaints in plain words
"""

from summarizer.store.records import (
    LEASE,
    MAX_ATTEMPTS,
    Entry,
    Feedback,
    Imported,
    NewEntry,
    NewPart,
    OutboxPart,
    PartKey,
    Problem,
    Pruned,
    Run,
)
from summarizer.store.store import Store, open_store

__all__ = [
    "LEASE",
    "MAX_ATTEMPTS",
    "Entry",
    "Feedback",
    "Imported",
    "NewEntry",
    "NewPart",
    "OutboxPart",
    "PartKey",
    "Problem",
    "Pruned",
    "Run",
    "Store",
    "open_store",
]
