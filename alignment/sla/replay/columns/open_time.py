"""PURE. Open time outside the pauses, for columns of cycles: ``Calendar``, vectorised."""

from dataclasses import dataclass

import numpy as np

from alignment.sla.replay.columns.history import Column, Flags
from alignment.sla.replay.columns.paused_time import PausedTimeColumns
from alignment.worktime.vectorised import VectorisedCalendar


@dataclass(frozen=True)
class OpenTimeCounter:
    """The calendar of some rounds, and the pauses within them."""

    calendar: VectorisedCalendar
    paused_time: PausedTimeColumns

    def counted(self, starts: Column, ends: Column) -> Column:
        """Open seconds from each start to its end, outside the pauses."""
        return self.calendar.between_many(starts, ends) - self.paused(starts, ends)

    def paused(self, starts: Column, ends: Column) -> Column:
        """Open seconds of the pauses between each start and its end."""
        still = self.paused_time
        stretches = self.calendar.between_many(
            np.maximum(still.starts, starts[still.rounds]),
            np.minimum(still.ends, ends[still.rounds]),
        )
        summed = np.concatenate(([0], np.cumsum(stretches)))
        paused: Column = summed[still.firsts + still.counts] - summed[still.firsts]
        return paused

    def add(self, starts: Column, work: Column, wanted: Flags) -> Column:
        """``Calendar.add`` for the wanted rounds; the others keep their start."""
        at, left, goes_on = starts.copy(), work.copy(), wanted.copy()
        for nth in range(int(self.paused_time.counts.max(initial=0))):
            goes_on &= self.paused_time.counts > nth
            rounds = np.flatnonzero(goes_on)
            pause = self.paused_time.firsts[rounds] + nth
            worked = self.calendar.between_many(at[rounds], self.paused_time.starts[pause])
            is_reached = worked >= np.maximum(left[rounds], 1)
            goes_on[rounds[is_reached]] = False
            past = rounds[~is_reached]
            at[past] = np.maximum(at[past], self.paused_time.ends[pause[~is_reached]])
            left[past] -= worked[~is_reached]
        at[wanted] = self.calendar.add_many(at[wanted], left[wanted])
        return at
