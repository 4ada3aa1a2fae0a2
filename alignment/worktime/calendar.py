"""PURE. When a team can be expected to work, and arithmetic in that time.

Instants go in aware, in any zone, and come out in UTC. Nothing here knows what time it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from alignment.worktime.calendar_days import CalendarDay, calendar_day
from alignment.worktime.open_time_index import REACH, OpenTimeIndex
from alignment.worktime.spans import (
    InstantPair,
    MicrosInterval,
    NoBusinessTime,
    Span,
    intervals_in_micros,
    length_in_micros,
    to_instant,
    to_micros,
)
from alignment.worktime.weekly_hours import WeeklyHours, WrittenTimes, parse_weekly_hours

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Open when all of its hours are open; a value, safe to share, to cache and to pickle."""

    hours: tuple[WeeklyHours, ...]

    @classmethod
    def weekly(
        cls,
        zone: str,
        week: Mapping[str, WrittenTimes],
        *,
        holidays: Iterable[date] | Mapping[date, str] = (),
        overrides: Mapping[date, WrittenTimes] | None = None,
    ) -> "Calendar":
        """Hours by weekday ("mon" … "sun"), with closed dates and dates with hours of their own.

        Hours that cannot be kept are BadCalendar. A holiday closes its whole local date and the
        night that begins on it; an override replaces all of that, and wins over a holiday.
        """
        return cls((parse_weekly_hours(zone, week, holidays=holidays, overrides=overrides or {}),))

    @classmethod
    def always(cls) -> "Calendar":
        """Open at every instant; its dates are those of UTC."""
        return cls(())

    def __and__(self, other: "Calendar") -> "Calendar":
        """Open when both are; local dates are those of the left one."""
        return Calendar(tuple(dict.fromkeys(self.hours + other.hours)))

    @property
    def zone(self) -> str:
        return self.hours[0].zone if self.hours else "UTC"

    def add(
        self, start: datetime, work: timedelta, *, pauses: Iterable[InstantPair] = ()
    ) -> datetime:
        """The earliest instant at which so much open time outside the pauses has passed.

        An exact fit ends at the closing; no work at all, at the first open instant. What does
        not fit within 50 years is NoBusinessTime.
        """
        at, left = to_micros(start), length_in_micros(work)
        if left < 0:
            raise ValueError(f"Work takes time; it cannot take {work}.")

        for pause_start, pause_end in intervals_in_micros(pauses):
            worked = self._line.worked(at, pause_start)
            if worked >= (left or 1):
                break
            at, left = max(at, pause_end), left - worked
        return to_instant(self._line.add(at, left))

    def between(
        self, start: datetime, end: datetime, *, pauses: Iterable[InstantPair] = ()
    ) -> timedelta:
        """Open time from ``start`` to ``end`` outside the pauses; none when they are reversed."""
        first, last = to_micros(start), to_micros(end)
        worked = self._line.worked(first, last) - sum(
            self._line.worked(max(pause_start, first), min(pause_end, last))
            for pause_start, pause_end in intervals_in_micros(pauses)
        )
        return timedelta(microseconds=worked)

    def is_open(self, at: datetime) -> bool:
        """At the opening yes, at the closing no."""
        return self._line.is_open(to_micros(at))

    def next_open(self, at: datetime) -> datetime:
        """``at`` itself when open, else the next opening."""
        return self.add(at, timedelta())

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """The open stretches between two instants, in order, clipped to them."""
        return self._spans(to_micros(start), to_micros(end))

    def working_dates(self, first: date, last: date) -> Iterator[date]:
        """Local dates, both ends included, on which it is open at some time."""
        on = first
        while on <= last:
            if self._hours_of(on):
                yield on
            on += ONE_DAY

    def add_working_days(
        self, start: datetime, days: int, *, pauses: Iterable[InstantPair] = ()
    ) -> datetime:
        """The same wall time on the n-th next working date, within that date's hours.

        Earlier than its opening becomes the opening, later than its closing the closing. Outside
        hours the count begins at the next opening. Paused open time moves the result by as much.
        """
        if days < 1:
            raise ValueError(f"Working days are counted from 1, not {days}.")

        kept = list(pauses)
        due = self._same_time_after(self.next_open(start), days)
        paused = self.between(start, due) - self.between(start, due, pauses=kept)
        return self.add(due, paused, pauses=kept) if paused else due

    def days(self, start: datetime, end: datetime) -> tuple[CalendarDay, ...]:
        """Every local date from ``start`` to ``end``, with its open spans and why they are so."""
        found = []
        on, last = self._local(start).date(), self._local(end).date()
        while on <= last:
            midnight, next_midnight = self._midnight(on), self._midnight(on + ONE_DAY)
            # A date that the zone skipped, as Samoa did one, was never read on any wall.
            if midnight < next_midnight:
                found.append(calendar_day(self.hours, on, self._spans(midnight, next_midnight)))
            on += ONE_DAY
        return tuple(found)

    def _same_time_after(self, start: datetime, days: int) -> datetime:
        local = self._local(start)
        last = (start + timedelta(microseconds=REACH)).date()
        for counted, on in enumerate(self.working_dates(local.date() + ONE_DAY, last), 1):
            if counted == days:
                hours = self._hours_of(on)
                wished = to_micros(datetime.combine(on, local.time(), self._zone_info))
                return to_instant(min(max(wished, hours[0][0]), hours[-1][1]))
        raise NoBusinessTime(f"There are too few working days after {start:%d %B %Y}.")

    def _hours_of(self, on: date) -> list[MicrosInterval]:
        return self._line.stretches(self._midnight(on), self._midnight(on + ONE_DAY))

    def _spans(self, start: int, end: int) -> tuple[Span, ...]:
        return tuple(
            Span(to_instant(opens), to_instant(closes))
            for opens, closes in self._line.stretches(start, end)
        )

    def _midnight(self, on: date) -> int:
        return to_micros(datetime.combine(on, time(), self._zone_info))

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone_info)

    @cached_property
    def _zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _line(self) -> OpenTimeIndex:
        return OpenTimeIndex(self.hours)

    def __reduce__(self) -> tuple[type["Calendar"], tuple[tuple[WeeklyHours, ...]]]:
        return Calendar, (self.hours,)
