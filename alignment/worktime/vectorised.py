"""PURE. A calendar compiled to sorted arrays, vectorised over columns of instants."""

from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from alignment.worktime.calendar import Calendar
from alignment.worktime.open_intervals import day_number, open_intervals
from alignment.worktime.sorted_lookup import Int64Column, SortedLookup
from alignment.worktime.spans import DAY_SECONDS, NoBusinessTime


class OutsideCompiledDates(ValueError):
    """An instant lies outside the dates that the calendar was compiled for."""


class VectorisedCalendar:
    """Answers in int64 UTC seconds, for instants on the dates ``first`` to ``last`` in any zone."""

    def __init__(self, calendar: Calendar, *, first: date, last: date) -> None:
        # A day more on each side, for the zone's distance from UTC.
        self._since = (day_number(first) - 1) * DAY_SECONDS
        self._until = (day_number(last) + 2) * DAY_SECONDS
        starts, ends = open_intervals(calendar.hours, self._since, self._until)
        worked = np.cumsum(ends - starts)
        self._total = int(worked[-1]) if worked.size else 0
        self._begun = SortedLookup(starts, first=self._since, last=self._until)
        self._done = SortedLookup(worked, first=0, last=self._total)
        # Within a stretch, instant minus open time is one number. In front, an empty stretch.
        self._worked: Int64Column = np.concatenate(([0], worked))
        self._lag: Int64Column = np.concatenate(([self._since], ends)) - self._worked

    def add_many(self, starts: ArrayLike, seconds: ArrayLike) -> Int64Column:
        """Each earliest second by which so much open time has passed, as ``Calendar.add``."""
        work = np.asarray(seconds, np.int64)
        if (work < 0).any():
            raise ValueError("Work takes time; it cannot take less than none.")

        worked = self._worked_by(np.asarray(starts, np.int64))
        # No work: find the stretch that holds one second more, and answer its first instant.
        before = worked + np.maximum(work - 1, 0)
        if before.size and before.max() >= self._total:
            raise NoBusinessTime("Some answers lie after the table's last date. Compile further.")
        due: Int64Column = self._lag[self._done.count(before) + 1] + worked + work
        return due

    def between_many(self, starts: ArrayLike, ends: ArrayLike) -> Int64Column:
        """Open seconds from each start to its end; none where they are reversed."""
        worked = self._worked_by(np.asarray(ends, np.int64))
        worked = worked - self._worked_by(np.asarray(starts, np.int64))
        return worked.clip(min=0)

    def _worked_by(self, at: Int64Column) -> Int64Column:
        if at.size and (at.min() < self._since or at.max() > self._until):
            raise OutsideCompiledDates(
                "Some instants lie outside the table's dates. Compile more dates."
            )

        stretch = self._begun.count(at)
        worked: Int64Column = np.minimum(self._worked[stretch], at - self._lag[stretch])
        return worked
