"""PURE. How many rounds were kept, group by group, and which time would have kept more."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from alignment.sla.columns.lines import Column
from alignment.sla.columns.readings import STATES, Readings
from alignment.sla.stopwatch import State
from alignment.sla.targets import OpenTime, Target

LEAST = 60
"""The shortest time, in seconds, that can be promised."""
IS_KEPT_AT_ALL = (STATES.index(State.MET), STATES.index(State.MET_LATE))


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


def tallies(states: Column, groups: Column) -> Mapping[int, Tally]:
    """A tally of each group, the smallest group first."""
    names, places = np.unique(groups, return_inverse=True)
    cells = np.bincount(places * len(STATES) + states, minlength=len(names) * len(STATES))
    rows = cells.reshape(-1, len(STATES)).tolist()
    return dict(zip(names.tolist(), map(_tally, rows), strict=True))


def tally(states: Column) -> Tally:
    return _tally(np.bincount(states, minlength=len(STATES)).tolist())


def shortest(target: Target, found: Readings, *, share: Fraction) -> int | None:
    """The fewest open seconds that would have kept this share of what was settled then.

    Exact: with a second less the share is missed. None for working days, and where nothing was
    ever kept. Rounds that were never kept are settled only while the time is too short for them.
    """
    if not isinstance(target.allowed, OpenTime):
        return None
    needs = np.maximum(found.needs, LEAST)
    is_kept = np.isin(found.states, IS_KEPT_AT_ALL)
    times = np.unique(needs)
    met = np.searchsorted(np.sort(needs[is_kept]), times, "right")
    missed = (~is_kept).sum() - np.searchsorted(np.sort(needs[~is_kept]), times, "right")
    settled = is_kept.sum() + missed
    enough = (met * share.denominator >= settled * share.numerator) & (met > 0)
    return int(times[enough.argmax()]) if enough.any() else None


def _tally(counts: list[int]) -> Tally:
    by_state = dict(zip(STATES, counts, strict=True))
    return Tally(
        met=by_state[State.MET],
        met_late=by_state[State.MET_LATE],
        breached=by_state[State.BREACHED],
        running=by_state[State.RUNNING],
        paused=by_state[State.PAUSED],
        cancelled=by_state[State.CANCELLED],
    )
