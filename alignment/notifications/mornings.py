"""PURE. The day that a digest is about, and whether its hour has come, on the person's own wall.

Everything hangs on the local date: a wall time that comes twice makes no second digest, and one
that a change of clocks skips makes it as much later.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alignment.notifications.quiet import LONGEST_BREAK, ONE_DAY, Wishes, at_wall

TOO_LATE_AFTER = timedelta(hours=3, minutes=30)
"""From 08:30 until noon: later than that, only what is overdue is still worth a mail."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """One date of one person; ``start`` and ``end`` are its first instant and the next day's."""

    on: date
    start: datetime
    end: datetime
    since: datetime
    """The hour of the digest on the working day before: what happened from then on is news."""


def today(wishes: Wishes, *, now: datetime) -> Day:
    """The day that it is for this person."""
    on = local_date(wishes, now=now)
    back = (on - count * ONE_DAY for count in range(1, LONGEST_BREAK))
    before = next((day for day in back if wishes.works_on(day)), on - ONE_DAY)
    return Day(
        on=on,
        start=at_wall(on, time(), wishes.zone),
        end=at_wall(on + ONE_DAY, time(), wishes.zone),
        since=at_wall(before, wishes.digest_at, wishes.zone),
    )


def local_date(wishes: Wishes, *, now: datetime) -> date:
    return now.astimezone(ZoneInfo(wishes.zone)).date()


def hour_has_come(wishes: Wishes, *, now: datetime) -> bool:
    """Whether today's digest is due, or was earlier today."""
    return now >= at_wall(local_date(wishes, now=now), wishes.digest_at, wishes.zone)


def is_too_late(wishes: Wishes, *, now: datetime) -> bool:
    """Whether today's digest comes too late for what is not overdue."""
    hour = at_wall(local_date(wishes, now=now), wishes.digest_at, wishes.zone)
    return now >= hour + TOO_LATE_AFTER
