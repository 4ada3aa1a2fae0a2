"""PURE. The digest schedule: which day a digest is about, whether its hour has come, and whether it
is too late for it. Everything follows from the person's local date.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alignment.notifications.preferences.quiet_hours import (
    LONGEST_DEFERRAL_DAYS,
    ONE_DAY,
    EffectivePreferences,
    end_of_quiet,
    instant_at_wall_time,
    local_date,
)

CUTOFF_AFTER = timedelta(hours=3, minutes=30)
"""From 08:30 until noon: later than that, only what is overdue is still worth a mail."""


@dataclass(frozen=True, kw_only=True)
class DigestDay:
    """One date of one person; ``start`` and ``end`` are its first instant and the next day's."""

    on: date
    start: datetime
    end: datetime
    since: datetime
    """The hour of the digest on the working day before: what happened from then on is news."""
    is_return: bool = False
    """Whether it is the first one after days off: the person hears what became of the work."""


def digest_day(wishes: EffectivePreferences, *, now: datetime) -> DigestDay:
    """The day that it is for this person."""
    on = local_date(wishes, now=now)
    back = (on - count * ONE_DAY for count in range(1, LONGEST_DEFERRAL_DAYS))
    earliest = on - (LONGEST_DEFERRAL_DAYS if wishes.is_off(on - ONE_DAY) else 1) * ONE_DAY
    before = next((day for day in back if wishes.works_on(day)), earliest)
    return DigestDay(
        on=on,
        start=instant_at_wall_time(on, time(), wishes.zone),
        end=instant_at_wall_time(on + ONE_DAY, time(), wishes.zone),
        since=instant_at_wall_time(before, wishes.digest_at, wishes.zone),
        is_return=any(wishes.is_off(before + n * ONE_DAY) for n in range(1, (on - before).days)),
    )


def is_digest_due(wishes: EffectivePreferences, *, now: datetime) -> bool:
    """Whether today's digest is due, or was earlier today; one that is late keeps the quiet.

    A day off has none; who takes the day off back is told at once.
    """
    on = local_date(wishes, now=now)
    hour = instant_at_wall_time(on, wishes.digest_at, wishes.zone)
    quiet_until = end_of_quiet(wishes, at=now)
    # Who chose an hour within the quiet hours is told then, and not in any others.
    is_quiet = quiet_until not in (None, end_of_quiet(wishes, at=hour))
    return now >= hour and not is_quiet and wishes.works_on(on)


def first_digest_date(wishes: EffectivePreferences, *, since: datetime) -> date:
    """The first working date of this person's whose hour of the digest is not before then."""
    first = local_date(wishes, now=since)
    days = (first + count * ONE_DAY for count in range(LONGEST_DEFERRAL_DAYS))
    return next(
        (
            day
            for day in days
            if wishes.works_on(day)
            and instant_at_wall_time(day, wishes.digest_at, wishes.zone) >= since
        ),
        first,
    )


def next_hour_for_news(wishes: EffectivePreferences, *, now: datetime) -> datetime:
    """From when on something may be said that today's digest did not know.

    Now, after the digest of a working day, or when the quiet hours of that day end; else at the
    next digest, which may say it already.
    """
    on = local_date(wishes, now=now)
    if wishes.works_on(on):
        hour = instant_at_wall_time(on, wishes.digest_at, wishes.zone)
        awake = end_of_quiet(wishes, at=now) or now
        if now < hour:
            return hour
        if local_date(wishes, now=awake) == on:
            return awake
    days = (on + count * ONE_DAY for count in range(1, LONGEST_DEFERRAL_DAYS))
    next_on = next((day for day in days if wishes.works_on(day)), on + ONE_DAY)
    return instant_at_wall_time(next_on, wishes.digest_at, wishes.zone)


def last_date_at(wall: time, zone: str, *, now: datetime) -> date:
    """The last date on which it was that late in this zone."""
    local = now.astimezone(ZoneInfo(zone))
    return local.date() if local.time() >= wall else local.date() - ONE_DAY


def is_past_cutoff(wishes: EffectivePreferences, *, now: datetime) -> bool:
    """Whether today's digest comes too late for what is not overdue."""
    hour = instant_at_wall_time(local_date(wishes, now=now), wishes.digest_at, wishes.zone)
    return now >= hour + CUTOFF_AFTER
