"""Which articles are news of the day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from summarizer.digest.options import DigestOptions
from summarizer.digest_models import Digest, Filed


class Window:
    """Which articles are news of the day, and on which day of the reader's an article was out."""

    def __init__(self, day: date, yesterday: Digest | None, options: DigestOptions) -> None:
        self._yesterday = yesterday
        self._zone = options.zone
        begin = datetime.combine(day, time(), self._zone)
        if yesterday:
            begin = min(begin, yesterday.created_at)
        self._oldest = begin - timedelta(days=options.oldest_days)
        told = yesterday.stories if yesterday else ()
        self._told = {article for story in told for article in story.articles}

    def day_of(self, moment: datetime) -> date:
        """The reader's date of a moment."""
        return moment.astimezone(self._zone).date()

    def holds(self, filed: Filed) -> bool:
        """Whether the article came in with or after the last digest's making, which is when the
        day before ended, and is not too old to be news."""
        if time_of(filed) < self._oldest or filed.id in self._told:
            return False
        return self._yesterday is None or filed.fetched >= self._yesterday.created_at


def time_of(filed: Filed) -> datetime:
    """When an article was out; a time after it was fetched is a mistake of the feed."""
    return min(filed.published, filed.fetched)
