"""PURE. Speed to lead in calendar time, split into the system's and the people's part.

Each stay with sales counts, from its beginning to the first human touch; the system's part ends
when somebody of sales owns the lead or touches it. Who still waits counts with the time so far; a
stay that ended without a touch, with the time until its end. Of a stay whose owner is not known
only the whole is told. Backdated touches are left out of durations and counted apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from alignment.metrics.formulas import Share, Unknown, WaitDuration, percentile

Seconds = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WITHIN_MINUTES: Final = (5, 15, 60)
"""Minutes."""
NOT_HAPPENED = -1


@dataclass(frozen=True, kw_only=True)
class DurationStats:
    """How long one part of the way took."""

    stays: int
    median: WaitDuration | Unknown | None
    p90: WaitDuration | Unknown | None


@dataclass(frozen=True, kw_only=True)
class SpeedStats:
    """The speed of one group of stays with sales."""

    stays: int
    """All of them, those without a touch and those with one dated back too."""
    untouched: int
    """With sales now, and nobody has touched them yet."""
    never_touched: int
    """Ended without a touch."""
    unassigned: int
    """Of the untouched, those that nobody owned; the system's part goes on."""
    owner_unknown: int
    """Those that say nothing about the two parts."""
    backdated: int
    total: DurationStats
    system: DurationStats
    human: DurationStats
    within: Mapping[int, Share]
    """By minutes from the beginning; who may still be in time is in neither number, nor is whose
    stay ended before."""


def speed_stats(
    *,
    began: Seconds,
    assigned: Seconds,
    touched: Seconds,
    ended: Seconds,
    is_owner_unknown: Flags,
    is_dated_back: Flags,
    now: int,
) -> SpeedStats:
    """``NOT_HAPPENED`` stands where something has not happened; instants are seconds."""
    kept = ~is_dated_back
    was_touched, was_assigned = touched != NOT_HAPPENED, assigned != NOT_HAPPENED
    is_over = was_touched | (ended != NOT_HAPPENED)
    last = np.where(was_touched, touched, np.where(is_over, ended, now))
    handed_over = np.where(was_assigned, np.minimum(assigned, last), last)
    is_with_people = was_assigned | was_touched
    total = np.maximum(last - began, 0)
    system = np.maximum(handed_over - began, 0)
    human = np.maximum(total - system, 0)
    split = kept & ~is_owner_unknown
    with_people = split & is_with_people
    unknown = int(is_owner_unknown.sum())
    return SpeedStats(
        stays=len(began),
        untouched=int((~is_over).sum()),
        never_touched=int((is_over & ~was_touched).sum()),
        unassigned=int((~is_over & ~was_assigned).sum()),
        owner_unknown=unknown,
        backdated=int(is_dated_back.sum()),
        total=_duration_stats(total[kept], is_over[kept]),
        system=_duration_stats(system[split], (is_over | was_assigned)[split], unknown),
        human=_duration_stats(human[with_people], is_over[with_people], unknown),
        within={
            each: _share_within(total[kept], was_touched[kept], 60 * each)
            for each in WITHIN_MINUTES
        },
    )


def _duration_stats(waits: Seconds, is_over: Flags, unknown: int = 0) -> DurationStats:
    """Where nothing is told but of ``unknown`` stays, that is not known; else of nobody nothing."""
    if unknown and not len(waits):
        return DurationStats(stays=0, median=Unknown.NOT_KNOWN, p90=Unknown.NOT_KNOWN)
    return DurationStats(
        stays=len(waits),
        median=percentile(waits, is_over, percent=50),
        p90=percentile(waits, is_over, percent=90),
    )


def _share_within(waits: Seconds, was_touched: Flags, limit: int) -> Share:
    is_settled = was_touched | (waits > limit)
    in_time = was_touched & (waits <= limit)
    return Share(part=int(in_time.sum()), whole=int(is_settled.sum()))
