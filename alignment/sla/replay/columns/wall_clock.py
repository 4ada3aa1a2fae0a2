"""PURE. Local wall time of a zone for columns of UTC instants, and back."""

import numpy as np

from alignment.sla.replay.columns.history import Column, Flags
from alignment.worktime.open_intervals import THURSDAY
from alignment.worktime.spans import DAY_SECONDS
from alignment.worktime.zone_offsets import utc_offsets


class WallClock:
    """One zone from ``first`` to ``last``, in UTC seconds."""

    def __init__(self, zone: str, *, first: int, last: int) -> None:
        stretches = np.array(utc_offsets(zone, first, last + 1), np.int64)
        self._since, self._offsets = stretches[:, 0], stretches[:, 2]
        before = np.append(self._offsets[0], self._offsets[:-1])
        self._repeats_until = self._since + before
        """The wall time up to which each stretch repeats what was read before it."""
        self._first_read = self._since + np.maximum(before, self._offsets)
        self._second_read = self._since + np.minimum(before, self._offsets)

    def read(self, at: Column) -> tuple[Column, Flags]:
        """Wall seconds, and whether they are read for the second time."""
        stretch = np.maximum(np.searchsorted(self._since, at, "right") - 1, 0)
        wall = at + self._offsets[stretch]
        return wall, wall < self._repeats_until[stretch]

    def mondays(self, at: Column) -> Column:
        """The first day of each instant's week, in days since 1 January 1970, a Thursday."""
        days = self.read(at)[0] // DAY_SECONDS
        return days - (days + THURSDAY) % 7

    def instants(self, wall: Column, is_second: Flags) -> Column:
        """When these are read; what is skipped counts on from before the change, as in Python."""
        first = np.searchsorted(self._first_read, wall, "right")
        second = np.searchsorted(self._second_read, wall, "right")
        stretch = np.where(is_second, second, first) - 1
        instants: Column = wall - self._offsets[np.maximum(stretch, 0)]
        return instants
