"""Business time counted step by step from what the wall clock reads.

Slow, and shares nothing with the engine: it compares texts such as "09:00" and adds up steps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from alignment.worktime.calendar import Calendar

Written = list[tuple[str, str]]
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
YESTERDAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Sheet:
    """Opening hours as they hang on the door."""

    zone: str
    week: Mapping[str, Written]
    holidays: Sequence[date] = ()
    overrides: Mapping[date, Written] = field(default_factory=dict)

    def calendar(self) -> Calendar:
        return Calendar.weekly(
            self.zone, self.week, holidays=self.holidays, overrides=self.overrides
        )

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(self.zone))
        wall = local.strftime("%H:%M:%S")
        for opens, closes in self._begun_on(local.date()):
            is_night = closes < opens
            if opens <= wall and (is_night or wall < closes):
                return True
        if local.date() in self.holidays or local.date() in self.overrides:
            return False
        nights = [pair for pair in self._begun_on(local.date() - YESTERDAY) if pair[1] < pair[0]]
        return any(wall < closes for _, closes in nights)

    def _begun_on(self, on: date) -> Written:
        if on in self.overrides:
            return self.overrides[on]
        if on in self.holidays:
            return []
        return self.week.get(WEEKDAYS[on.weekday()], [])


def between(
    sheets: Sequence[Sheet],
    start: datetime,
    end: datetime,
    *,
    pauses: Iterable[tuple[datetime, datetime]] = (),
    step: timedelta = MINUTE,
) -> timedelta:
    open_time, at, kept = timedelta(), start.astimezone(UTC), list(pauses)
    while at < end:
        open_time += step * counts(sheets, at, kept)
        at += step
    return open_time


def add(
    sheets: Sequence[Sheet],
    start: datetime,
    work: timedelta,
    *,
    pauses: Iterable[tuple[datetime, datetime]] = (),
    step: timedelta = MINUTE,
    until: datetime,
) -> datetime | None:
    """None when it has not passed ``until`` then."""
    left, at, kept = work, start.astimezone(UTC), list(pauses)
    while at < until:
        if counts(sheets, at, kept):
            if left <= step:
                return at + left
            left -= step
        at += step
    return None


def counts(sheets: Sequence[Sheet], at: datetime, pauses: list[tuple[datetime, datetime]]) -> bool:
    if any(start <= at < end for start, end in pauses):
        return False
    return all(sheet.is_open(at) for sheet in sheets)
