"""PURE. One team's opening hours, compiled for the years that many histories span."""

from datetime import date, datetime, timedelta

import numpy as np

from alignment.sla.replay.columns.history import NEVER, Column
from alignment.sla.replay.columns.wall_clock import WallClock
from alignment.worktime.calendar import Calendar
from alignment.worktime.open_intervals import day_number
from alignment.worktime.spans import DAY_SECONDS, SECOND, to_instant, to_micros
from alignment.worktime.vectorised import VectorisedCalendar

ONE_DAY = timedelta(days=1)


class CompiledHours:
    """Open time and working days from the instant ``first`` to the instant ``last``."""

    def __init__(self, calendar: Calendar, *, first: int, last: int) -> None:
        self.open_time = VectorisedCalendar(calendar, first=_date(first), last=_date(last))
        self._wall = WallClock(calendar.zone, first=first - DAY_SECONDS, last=last + DAY_SECONDS)
        since, until = to_instant(first * SECOND) - ONE_DAY, to_instant(last * SECOND) + ONE_DAY
        working = [day for day in calendar.days(since, until) if day.spans]
        self._days = np.array([day_number(day.on) for day in working], np.int64)
        self._opens = np.array([_second(day.spans[0].start) for day in working], np.int64)
        self._closes = np.array([_second(day.spans[-1].end) for day in working], np.int64)

    def working_days_after(self, starts: Column, days: int) -> Column:
        """``Calendar.add_working_days`` without pauses; NEVER for what lies after ``last``.

        Every start must have open time after it.
        """
        wall, is_second = self._wall.read(self.open_time.add_many(starts, 0))
        places = np.searchsorted(self._days, wall // DAY_SECONDS, "right") + days - 1
        is_known = places < len(self._days)
        places[~is_known] = 0
        wished = self._wall.instants(
            self._days[places] * DAY_SECONDS + wall % DAY_SECONDS, is_second
        )
        due = np.clip(wished, self._opens[places], self._closes[places])
        return np.where(is_known, due, NEVER)


def _date(at: int) -> date:
    return to_instant(at * SECOND).date()


def _second(at: datetime) -> int:
    return to_micros(at) // SECOND
