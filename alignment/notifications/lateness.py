"""PURE. Which messages are late because no scheduler ran, and by how much."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

NORMAL = timedelta(minutes=15)
"""Who is no later than this is not late."""
TOO_LATE = timedelta(hours=24)
"""What is later is no longer told by itself, only counted."""


@dataclass(frozen=True, kw_only=True)
class Late:
    """A message that had its turn at ``since``, while no scheduler ran."""

    since: datetime
    from_at: datetime
    until_at: datetime

    @property
    def is_too_late(self) -> bool:
        return self.until_at - self.since > TOO_LATE


def lateness(
    due_at: datetime, turn_at: datetime, standstills: Iterable[tuple[datetime, datetime]]
) -> Late | None:
    """Whether a message was due, or had its turn, in one of these times without scheduler."""
    for from_at, until_at in standstills:
        for moment in (due_at, turn_at):
            if from_at <= moment < until_at - NORMAL:
                return Late(since=moment, from_at=from_at, until_at=until_at)
    return None
