"""PURE. Count cycles by outcome and group, and find the shortest time that would have sufficed."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.promises.targets import OpenTime, Target
from alignment.sla.replay.columns.history import Column
from alignment.sla.replay.columns.stopwatch import STATES, ReadingColumns

MIN_SECONDS = 60
"""The shortest time, in seconds, that can be promised."""
KEPT_STATES = (STATES.index(TimerState.MET), STATES.index(TimerState.MET_LATE))
NEVER_KEPT_STATE = STATES.index(TimerState.BREACHED)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What became of some rounds; only the first three are settled and make the rate."""

    met: int = 0
    met_late: int = 0
    breached: int = 0
    running: int = 0
    """Still open at the end of the histories and not due yet."""
    paused: int = 0
    cancelled: int = 0

    @property
    def settled(self) -> int:
        return self.met + self.met_late + self.breached

    @property
    def kept_rate(self) -> float | None:
        """Kept in time, of those settled; None where none is."""
        return self.met / self.settled if self.settled else None


def tally_by_group(states: Column, groups: Column) -> Mapping[int, Tally]:
    """A tally of each group, the smallest group first."""
    names, places = np.unique(groups, return_inverse=True)
    cells = np.bincount(places * len(STATES) + states, minlength=len(names) * len(STATES))
    rows = cells.reshape(-1, len(STATES)).tolist()
    return dict(zip(names.tolist(), map(_tally, rows), strict=True))


def tally(states: Column) -> Tally:
    return _tally(np.bincount(states, minlength=len(STATES)).tolist())


def shortest_sufficient_time(
    target: Target, cycles: ReadingColumns, *, share: Fraction
) -> int | None:
    """The fewest open seconds that would have kept this share of what was settled then.

    Exact: with a second less the share is missed. None for working days, and where no time reaches
    it: what was never answered is missed whatever the time, or a time longer than everything would
    seem to keep it. Rounds that were cancelled or are not due yet are settled only while the time
    is too short for them.
    """
    if not isinstance(target.allowed, OpenTime):
        return None
    needs = np.maximum(cycles.seconds_needed, MIN_SECONDS)
    is_kept = np.isin(cycles.states, KEPT_STATES)
    is_unsettled = ~is_kept & (cycles.states != NEVER_KEPT_STATE)
    times = np.unique(needs)
    met = np.searchsorted(np.sort(needs[is_kept]), times, "right")
    spared = np.searchsorted(np.sort(needs[is_unsettled]), times, "right")
    settled = len(needs) - spared
    enough = (met * share.denominator >= settled * share.numerator) & (met > 0)
    return int(times[enough.argmax()]) if enough.any() else None


def count_never_answered(cycles: ReadingColumns) -> int:
    """The rounds that fell due and were never kept, in time or late."""
    return int((cycles.states == NEVER_KEPT_STATE).sum())


def _tally(counts: list[int]) -> Tally:
    by_state = dict(zip(STATES, counts, strict=True))
    return Tally(
        met=by_state[TimerState.MET],
        met_late=by_state[TimerState.MET_LATE],
        breached=by_state[TimerState.BREACHED],
        running=by_state[TimerState.RUNNING],
        paused=by_state[TimerState.PAUSED],
        cancelled=by_state[TimerState.CANCELLED],
    )
