"""What a reader may choose for the day's brief, and the moment it is made."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, Field

from summarizer.models import Frozen


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {name!r}, write one like Europe/Berlin") from error
    return name


class RankingWeights(Frozen):
    """Points of the ranking rules (see `summarizer.digest.ranking`); 0 switches a rule off.

    `origin` for each independent origin up to `origins_counted`; `first_tier` and `second_tier`
    for the best tier among the day's feeds; `event` times the weight of the gravest event;
    `recency` for an article of this minute, falling to none over `recency_hours`; `followed` for
    a topic or actor that the reader follows.
    """

    origin: float = Field(default=2.0, ge=0)
    origins_counted: int = Field(default=5, ge=1)
    first_tier: float = Field(default=3.0, ge=0)
    second_tier: float = Field(default=1.5, ge=0)
    event: float = Field(default=1.0, ge=0)
    recency: float = Field(default=2.0, ge=0)
    recency_hours: int = Field(default=24, ge=1)
    followed: float = Field(default=6.0, ge=0)


class DigestOptions(Frozen):
    """Options of one digest.

    `timezone` is an IANA name, the days are its days; `now` is taken after the last article was
    fetched; it becomes `Digest.created_at`, and what is fetched then or later is the next digest's.
    Topics are tags of feeds, or words that stand in a story's headlines; actors are names. What
    is both followed and muted is shown. `oldest_days` is how many days before the day (or before
    the last digest, if that is longer ago) an article may be published and still be news;
    `ledger_days` is how long a commitment without a deadline stays open.
    """

    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    now: AwareDatetime
    follow_topics: tuple[str, ...] = ()
    follow_actors: tuple[str, ...] = ()
    mute_topics: tuple[str, ...] = ()
    mute_actors: tuple[str, ...] = ()
    weights: RankingWeights = RankingWeights()
    oldest_days: int = Field(default=1, ge=0)
    ledger_days: int = Field(default=90, ge=1)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)
