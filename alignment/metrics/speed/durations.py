"""PURE. Speed to lead in calendar time, split into the system's and the people's part.

From arrival to the first human touch; the system's part ends when somebody of sales owns the lead
or touches it. A lead still waiting counts with the time so far. Backdated touches are left out of
durations and counted apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from alignment.metrics.formulas import Share, WaitDuration, percentile

Seconds = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WITHIN_MINUTES: Final = (5, 15, 60)
"""Minutes."""
NOT_HAPPENED = -1


@dataclass(frozen=True, kw_only=True)
class DurationStats:
    """How long one part of the way took."""

    leads: int
    median: WaitDuration | None
    p90: WaitDuration | None


@dataclass(frozen=True, kw_only=True)
class SpeedStats:
    """The speed of one group of leads."""

    leads: int
    """All of them, those without a touch and those with one dated back too."""
    untouched: int
    unassigned: int
    """Of the untouched, those that nobody owned; the system's part goes on."""
    backdated: int
    total: DurationStats
    system: DurationStats
    human: DurationStats
    within: Mapping[int, Share]
    """By minutes from arrival; who may still be in time is in neither number."""


def speed_stats(
    *,
    arrived: Seconds,
    assigned: Seconds,
    touched: Seconds,
    ended: Seconds,
    is_dated_back: Flags,
    now: int,
) -> SpeedStats:
    """``NOT_HAPPENED`` stands where something has not happened; instants are seconds."""
    kept = ~is_dated_back
    was_touched, was_assigned = touched != NOT_HAPPENED, assigned != NOT_HAPPENED
    last = np.where(was_touched, touched, np.where(ended != NOT_HAPPENED, ended, now))
    handed_over = np.where(was_assigned, np.minimum(assigned, last), last)
    is_with_people = was_assigned | was_touched
    total = np.maximum(last - arrived, 0)
    system = np.maximum(handed_over - arrived, 0)
    human = np.maximum(total - system, 0)
    with_people = kept & is_with_people
    return SpeedStats(
        leads=len(arrived),
        untouched=int((~was_touched).sum()),
        unassigned=int((~is_with_people).sum()),
        backdated=int(is_dated_back.sum()),
        total=_duration_stats(total[kept], was_touched[kept]),
        system=_duration_stats(system[kept], is_with_people[kept]),
        human=_duration_stats(human[with_people], was_touched[with_people]),
        within={
            each: _share_within(total[kept], was_touched[kept], 60 * each)
            for each in WITHIN_MINUTES
        },
    )


def _duration_stats(waits: Seconds, is_over: Flags) -> DurationStats:
    return DurationStats(
        leads=len(waits),
        median=percentile(waits, is_over, percent=50),
        p90=percentile(waits, is_over, percent=90),
    )


def _share_within(waits: Seconds, is_over: Flags, limit: int) -> Share:
    is_settled = is_over | (waits > limit)
    in_time = is_over & (waits <= limit)
    return Share(part=int(in_time.sum()), whole=int(is_settled.sum()))
