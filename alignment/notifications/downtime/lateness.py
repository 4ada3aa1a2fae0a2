"""PURE. Which deliveries are late because the scheduler was down, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERATED_DELAY = timedelta(minutes=15)
"""Who is no later than this is not late."""
ONLY_COUNTED_AFTER = timedelta(hours=24)
"""What is later is no longer told by itself, only counted."""


@dataclass(frozen=True, kw_only=True)
class Lateness:
    """A message that had its turn at ``since``, while no scheduler ran."""

    since: datetime
    from_at: datetime
    until_at: datetime

    @property
    def is_too_late(self) -> bool:
        return self.until_at - self.since > ONLY_COUNTED_AFTER


def lateness_of(
    due_at: datetime, turn_at: datetime, downtimes: Iterable[tuple[datetime, datetime]]
) -> Lateness | None:
    """Whether a message was due, or had its turn, in one of these times without scheduler."""
    for from_at, until_at in downtimes:
        for moment in (due_at, turn_at):
            if from_at <= moment < until_at - TOLERATED_DELAY:
                return Lateness(since=moment, from_at=from_at, until_at=until_at)
    return None
