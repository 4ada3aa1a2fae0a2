"""PURE. Speed to lead in calendar time, split into what the system and what people took.

From arrival to the first human touch; the system's part ends when somebody of sales owns the lead,
or with a touch that came before that. Who waits still counts with at least the time so far. A touch
that was dated back is left out of every length and counted apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from alignment.metrics.formulas import Share, Wait, percentile

Seconds = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WITHIN: Final = (5, 15, 60)
"""Minutes."""
NONE = -1


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long one part of the way took."""

    leads: int
    median: Wait | None
    p90: Wait | None


@dataclass(frozen=True, kw_only=True)
class Speed:
    """The speed of one group of leads."""

    leads: int
    """All of them, those without a touch and those with one dated back too."""
    untouched: int
    unassigned: int
    """Of the untouched, those that nobody owned; the system's part goes on."""
    dated_back: int
    total: Pace
    system: Pace
    human: Pace
    within: Mapping[int, Share]
    """By minutes from arrival; who may still be in time is in neither number."""


def speed(
    *,
    arrived: Seconds,
    assigned: Seconds,
    touched: Seconds,
    ended: Seconds,
    is_dated_back: Flags,
    now: int,
) -> Speed:
    """``NONE`` stands where something has not happened; instants are seconds."""
    kept = ~is_dated_back
    was_touched, was_assigned = touched != NONE, assigned != NONE
    last = np.where(was_touched, touched, np.where(ended != NONE, ended, now))
    handed_over = np.where(was_assigned, np.minimum(assigned, last), last)
    is_with_people = was_assigned | was_touched
    total = np.maximum(last - arrived, 0)
    system = np.maximum(handed_over - arrived, 0)
    human = np.maximum(total - system, 0)
    with_people = kept & is_with_people
    return Speed(
        leads=len(arrived),
        untouched=int((~was_touched).sum()),
        unassigned=int((~is_with_people).sum()),
        dated_back=int(is_dated_back.sum()),
        total=_pace(total[kept], was_touched[kept]),
        system=_pace(system[kept], is_with_people[kept]),
        human=_pace(human[with_people], was_touched[with_people]),
        within={each: _within(total[kept], was_touched[kept], 60 * each) for each in WITHIN},
    )


def _pace(waits: Seconds, is_over: Flags) -> Pace:
    return Pace(
        leads=len(waits),
        median=percentile(waits, is_over, percent=50),
        p90=percentile(waits, is_over, percent=90),
    )


def _within(waits: Seconds, is_over: Flags, limit: int) -> Share:
    is_settled = is_over | (waits > limit)
    in_time = is_over & (waits <= limit)
    return Share(part=int(in_time.sum()), whole=int(is_settled.sum()))
