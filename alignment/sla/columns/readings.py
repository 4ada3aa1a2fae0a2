"""PURE. What every round of every lead reads under one target: ``sla.stopwatch`` for columns."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from alignment.sla.columns.clock import Clock
from alignment.sla.columns.hours import Hours
from alignment.sla.columns.lines import NEVER, Column, Flags, Lines
from alignment.sla.columns.owners import answerable
from alignment.sla.columns.pauses import standstills
from alignment.sla.columns.rounds import KEPT, VOIDED, Rounds
from alignment.sla.stopwatch import State
from alignment.sla.targets import OpenTime, Target

STATES = tuple(State)
"""A state is its place here."""


@dataclass(frozen=True, kw_only=True)
class Readings:
    """Columns of one length, a round each; instants are UTC seconds."""

    lead_ids: Column
    numbers: Column
    states: Column
    owner_ids: Column
    """Who had to answer for it; nobody is 0."""
    started_at: Column
    needs: Column
    """The fewest open seconds to promise with which it is not late; 0 where it never can be."""

    def __len__(self) -> int:
        return len(self.lead_ids)


def joined(parts: Sequence[Readings]) -> Readings:
    """All of them, one part after the other."""
    names = [each.name for each in fields(Readings)]
    return Readings(**{x: np.concatenate([getattr(part, x) for part in parts]) for x in names})


def readings(lines: Lines, found: Rounds, target: Target, hours: Hours) -> Readings:
    """The rounds as they stand when the histories end, in their order."""
    clock = Clock(hours.open_time, standstills(lines, found, target, hours.open_time))
    # What is late was so a second before its end already: due exactly met is kept.
    within = np.minimum(found.until - 1, clock.still.since)
    needs = clock.counted(found.started_at, within) + 1
    if isinstance(target.allowed, OpenTime):
        due = _due_in_open_time(found, target.allowed.seconds, clock, needs)
    else:
        due = _due_in_days(found, target.allowed.days, clock, hours)
    return Readings(
        lead_ids=lines.lead_ids[found.leads],
        numbers=found.numbers,
        states=_states(found, is_late=due < NEVER, is_still=clock.still.is_still),
        owner_ids=answerable(lines, found, target, until=np.minimum(found.until, due)),
        started_at=found.started_at,
        needs=np.where(found.endings == VOIDED, 0, needs),
    )


def _due_in_open_time(found: Rounds, allowed: int, clock: Clock, needs: Column) -> Column:
    """When the late ones were due; NEVER for the others."""
    is_late = needs > allowed
    work = np.full(len(found), allowed)
    return np.where(is_late, clock.add(found.started_at, work, wanted=is_late), NEVER)


def _due_in_days(found: Rounds, days: int, clock: Clock, hours: Hours) -> Column:
    """As ``_due_in_open_time``; open time that was paused moves the date's instant on."""
    opened = np.flatnonzero(hours.open_time.between_many(found.started_at, found.until))
    due = np.full(len(found), NEVER)
    due[opened] = hours.working_days_after(found.started_at[opened], days)
    work = clock.paused(found.started_at, np.minimum(due, found.until))
    is_past = due < found.until
    is_past &= clock.counted(np.minimum(due, found.until), found.until - 1) >= work
    due = np.where(is_past, clock.add(due, work, wanted=is_past & (work > 0)), NEVER)
    # Held by a pause it is missed only when no open time was left.
    moved_until = np.minimum(found.until, clock.still.since)
    left = hours.open_time.between_many(moved_until, np.minimum(due, found.until))
    return np.where(left == 0, due, NEVER)


def _states(found: Rounds, *, is_late: Flags, is_still: Flags) -> Column:
    """As ``stopwatch._state``: giving a late lead up or away does not undo the breach."""
    is_kept = found.endings == KEPT
    return np.select(
        [
            is_kept & is_late,
            is_kept,
            (found.endings != VOIDED) & is_late,
            ~found.is_open,
            is_still,
        ],
        [
            STATES.index(x)
            for x in (State.MET_LATE, State.MET, State.BREACHED, State.CANCELLED, State.PAUSED)
        ],
        STATES.index(State.RUNNING),
    )
