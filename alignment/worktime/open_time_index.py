"""PURE. An index of open time in UTC microseconds, built block by block when first asked for."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from alignment.worktime.open_intervals import open_intervals
from alignment.worktime.spans import (
    DAY_SECONDS,
    SECOND,
    MicrosInterval,
    NoBusinessTime,
    merged_intervals,
    to_instant,
)
from alignment.worktime.weekly_hours import WeeklyHours

# Whole weeks, a little over a year: a span of years adds up totals and looks inside two blocks.
BLOCK_SECONDS = 64 * 7 * DAY_SECONDS
BLOCK = BLOCK_SECONDS * SECOND
REACH_YEARS = 50
REACH = REACH_YEARS * 366 * DAY_SECONDS * SECOND
BLOCKS_KEPT = 128


class OpenTimeBlock:
    """The open stretches of one block with the open time up to each one's end."""

    __slots__ = ("ends", "starts", "total", "worked")

    def __init__(self, hours: Sequence[WeeklyHours], index: int) -> None:
        first = index * BLOCK_SECONDS
        starts, ends = open_intervals(hours, first, first + BLOCK_SECONDS)
        self.starts: list[int] = (starts * SECOND).tolist()
        self.ends: list[int] = (ends * SECOND).tolist()
        lengths = (end - start for start, end in zip(self.starts, self.ends, strict=True))
        self.worked: list[int] = list(accumulate(lengths))
        self.total = self.worked[-1] if self.worked else 0

    def worked_by(self, at: int) -> int:
        """Open time from the block's beginning up to ``at``."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        left = self.ends[index] - at
        return self.worked[index] - left if left > 0 else self.worked[index]

    def instant_of(self, goal: int) -> int:
        """The earliest instant by which so much open time has passed; 0 < goal <= total."""
        index = bisect_left(self.worked, goal)
        return self.ends[index] - self.worked[index] + goal

    def between(self, start: int, end: int) -> Iterator[MicrosInterval]:
        """The block's open stretches, clipped."""
        first, last = bisect_right(self.ends, start), bisect_left(self.starts, end)
        for opens, closes in zip(self.starts[first:last], self.ends[first:last], strict=True):
            yield max(opens, start), min(closes, end)


class OpenTimeIndex:
    """Open time between instants in UTC microseconds; tables are kept, a few years at a time."""

    def __init__(self, hours: Sequence[WeeklyHours]) -> None:
        self._hours = hours
        self._tables: dict[int, OpenTimeBlock] = {}

    def add(self, start: int, work: int) -> int:
        """The earliest instant, not before ``start``, by which ``work`` has passed.

        No work at all: the first open instant. Beyond 50 years: NoBusinessTime.
        """
        index = start // BLOCK
        table = self._table(index)
        # A moment more finds the stretch that holds the first open instant itself.
        goal = table.worked_by(start) + (work or 1)
        while goal > table.total:
            goal -= table.total
            index += 1
            if index * BLOCK > start + REACH:
                raise NoBusinessTime(
                    f"There is too little open time in the {REACH_YEARS} years after"
                    f" {to_instant(start):%d %B %Y}."
                )
            table = self._table(index)
        return table.instant_of(goal) - (not work)

    def worked(self, start: int, end: int) -> int:
        """Open time from ``start`` to ``end``; none when they are reversed."""
        if end <= start:
            return 0
        first, last = start // BLOCK, end // BLOCK
        whole = sum(self._table(index).total for index in range(first, last))
        return whole + self._table(last).worked_by(end) - self._table(first).worked_by(start)

    def is_open(self, at: int) -> bool:
        return self.worked(at, at + 1) > 0

    def stretches(self, start: int, end: int) -> list[MicrosInterval]:
        """The open stretches between two instants, clipped to them."""
        blocks = range(start // BLOCK, end // BLOCK + 1)
        return merged_intervals(
            stretch for index in blocks for stretch in self._table(index).between(start, end)
        )

    def _table(self, index: int) -> OpenTimeBlock:
        table = self._tables.get(index)
        if table is None:
            if len(self._tables) >= BLOCKS_KEPT:
                self._tables.clear()
            table = self._tables[index] = OpenTimeBlock(self._hours, index)
        return table
