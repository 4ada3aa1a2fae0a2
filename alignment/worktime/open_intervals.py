"""PURE. Opening hours as open intervals in UTC, vectorised.

Open means that the wall clock reads a time inside an interval: a skipped wall time is never open, a
repeated one twice.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from alignment.worktime.spans import DAY_SECONDS
from alignment.worktime.weekly_hours import WeeklyHours
from alignment.worktime.zone_offsets import utc_offsets

Int64Column = NDArray[np.int64]
Intervals = tuple[Int64Column, Int64Column]

FIRST_ORDINAL = date(1970, 1, 1).toordinal()
THURSDAY = 3  # 1 January 1970


def open_intervals(hours: Sequence[WeeklyHours], first: int, last: int) -> Intervals:
    """Starts and ends, in UTC seconds within [first, last), of the time when all are open.

    In order and apart: no stretch touches the next. No hours at all are always open.
    """
    shared = np.array([first], np.int64), np.array([last], np.int64)
    for each in hours:
        shared = _intersection(shared, _intervals_in_utc(each, first, last))
    return shared


def day_number(on: date) -> int:
    """Days since 1 January 1970."""
    return on.toordinal() - FIRST_ORDINAL


def _intersection(left: Intervals, right: Intervals) -> Intervals:
    """The time in either's stretches that lies in both."""
    (starts, ends), (other_starts, other_ends) = left, right
    meets = np.searchsorted(other_ends, starts, side="right")
    count = np.maximum(np.searchsorted(other_starts, ends, side="left") - meets, 0)
    mine = np.repeat(np.arange(len(starts)), count)
    nth = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
    theirs = meets[mine] + nth
    return (
        np.maximum(starts[mine], other_starts[theirs]),
        np.minimum(ends[mine], other_ends[theirs]),
    )


def _intervals_in_utc(hours: WeeklyHours, first: int, last: int) -> Intervals:
    # A date more on each side for the zone's distance from UTC, and one for the night before.
    wall = _wall_clock_intervals(hours, first // DAY_SECONDS - 2, last // DAY_SECONDS + 1)
    read = [
        _clipped(wall[0] - offset, wall[1] - offset, since, until)
        for since, until, offset in utc_offsets(hours.zone, first, last)
    ]
    starts, ends = zip(*read, strict=True)
    return _joined(np.concatenate(starts), np.concatenate(ends))


def _wall_clock_intervals(hours: WeeklyHours, first_day: int, last_day: int) -> Intervals:
    """The intervals of these dates in seconds of the wall clock, in order of their starts."""
    pieces = [*_of_the_week(hours, first_day, last_day), *_of_overrides(hours, first_day, last_day)]
    starts = np.concatenate([start for start, _ in pieces])
    ends = np.concatenate([end for _, end in pieces])
    order = np.argsort(starts, kind="stable")
    return starts[order], _cut_before_special_days(hours, starts[order], ends[order])


def _of_the_week(hours: WeeklyHours, first_day: int, last_day: int) -> Iterator[Intervals]:
    days = np.arange(first_day, last_day + 1, dtype=np.int64)
    ordinary = days[~np.isin(days, _special_days(hours))]
    for weekday, times in enumerate(hours.week):
        midnights = ordinary[(ordinary + THURSDAY) % 7 == weekday] * DAY_SECONDS
        yield from ((midnights + opens, midnights + closes) for opens, closes in times)


def _of_overrides(hours: WeeklyHours, first_day: int, last_day: int) -> Iterator[Intervals]:
    pairs = [
        (day_number(on) * DAY_SECONDS + opens, day_number(on) * DAY_SECONDS + closes)
        for on, times in hours.overrides
        if first_day <= day_number(on) <= last_day
        for opens, closes in times
    ]
    columns = np.array(pairs, np.int64).reshape(-1, 2)
    yield columns[:, 0], columns[:, 1]


def _cut_before_special_days(
    hours: WeeklyHours, starts: Int64Column, ends: Int64Column
) -> Int64Column:
    """The ends, nights cut at midnight before a holiday or a date with its own hours."""
    next_day = starts // DAY_SECONDS + 1
    cut = np.isin(next_day, _special_days(hours))
    return np.where(cut, np.minimum(ends, next_day * DAY_SECONDS), ends)


def _special_days(hours: WeeklyHours) -> Int64Column:
    return np.array([day_number(on) for on, _ in (*hours.holidays, *hours.overrides)], np.int64)


def _clipped(starts: Int64Column, ends: Int64Column, since: int, until: int) -> Intervals:
    starts, ends = np.maximum(starts, since), np.minimum(ends, until)
    kept = starts < ends
    return starts[kept], ends[kept]


def _joined(starts: Int64Column, ends: Int64Column) -> Intervals:
    """Overlapping and touching stretches as one; ``starts`` are in order."""
    reached = np.maximum.accumulate(ends)
    opens = np.ones(len(starts), np.bool_)
    opens[1:] = starts[1:] > reached[:-1]
    return starts[opens], reached[np.roll(opens, -1)]
