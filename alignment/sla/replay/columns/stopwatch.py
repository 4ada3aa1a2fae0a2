"""PURE. The reading of every cycle under one target: ``clock.stopwatch``, vectorised."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.promises.targets import OpenTime, Target
from alignment.sla.replay.columns.compiled_hours import CompiledHours
from alignment.sla.replay.columns.cycles import KEPT, VOIDED, CycleColumns
from alignment.sla.replay.columns.history import NEVER, Column, Flags, HistoryColumns
from alignment.sla.replay.columns.open_time import OpenTimeCounter
from alignment.sla.replay.columns.paused_time import paused_time_columns
from alignment.sla.replay.columns.responsible_people import responsible_people

STATES = tuple(TimerState)
"""A state is its place here."""


@dataclass(frozen=True, kw_only=True)
class ReadingColumns:
    """Columns of one length, a round each; instants are UTC seconds."""

    lead_ids: Column
    numbers: Column
    states: Column
    owner_ids: Column
    """Who had to answer for it; nobody is 0."""
    started_at: Column
    seconds_needed: Column
    """The fewest open seconds to promise with which it is not late; 0 where it never can be."""

    def __len__(self) -> int:
        return len(self.lead_ids)


def join_readings(parts: Sequence[ReadingColumns]) -> ReadingColumns:
    """All of them, one part after the other."""
    names = [each.name for each in fields(ReadingColumns)]
    return ReadingColumns(
        **{x: np.concatenate([getattr(part, x) for part in parts]) for x in names}
    )


def reading_columns(
    lines: HistoryColumns, cycles: CycleColumns, target: Target, hours: CompiledHours
) -> ReadingColumns:
    """The rounds as they stand when the histories end, in their order."""
    counter = OpenTimeCounter(
        hours.open_time, paused_time_columns(lines, cycles, target, hours.open_time)
    )
    # What is late was so a second before its end already: due exactly met is kept.
    within = np.minimum(cycles.until - 1, counter.paused_time.since)
    needs = counter.counted(cycles.started_at, within) + 1
    if isinstance(target.allowed, OpenTime):
        due = _due_in_open_time(cycles, target.allowed.seconds, counter, needs)
    else:
        due = _due_in_days(cycles, target.allowed.days, counter, hours)
    return ReadingColumns(
        lead_ids=lines.lead_ids[cycles.leads],
        numbers=cycles.numbers,
        states=_states(cycles, is_late=due < NEVER, is_still=counter.paused_time.is_still),
        owner_ids=responsible_people(lines, cycles, target, until=np.minimum(cycles.until, due)),
        started_at=cycles.started_at,
        seconds_needed=np.where(cycles.endings == VOIDED, 0, needs),
    )


def _due_in_open_time(
    cycles: CycleColumns, allowed: int, counter: OpenTimeCounter, needs: Column
) -> Column:
    """When the late ones were due; NEVER for the others."""
    is_late = needs > allowed
    work = np.full(len(cycles), allowed)
    return np.where(is_late, counter.add(cycles.started_at, work, wanted=is_late), NEVER)


def _due_in_days(
    cycles: CycleColumns, days: int, counter: OpenTimeCounter, hours: CompiledHours
) -> Column:
    """As ``_due_in_open_time``; open time that was paused moves the date's instant on."""
    opened = np.flatnonzero(hours.open_time.between_many(cycles.started_at, cycles.until))
    due = np.full(len(cycles), NEVER)
    due[opened] = hours.working_days_after(cycles.started_at[opened], days)
    work = counter.paused(cycles.started_at, np.minimum(due, cycles.until))
    is_past = due < cycles.until
    is_past &= counter.counted(np.minimum(due, cycles.until), cycles.until - 1) >= work
    due = np.where(is_past, counter.add(due, work, wanted=is_past & (work > 0)), NEVER)
    # Held by a pause it is missed only when no open time was left.
    moved_until = np.minimum(cycles.until, counter.paused_time.since)
    left = hours.open_time.between_many(moved_until, np.minimum(due, cycles.until))
    return np.where(left == 0, due, NEVER)


def _states(cycles: CycleColumns, *, is_late: Flags, is_still: Flags) -> Column:
    """As ``stopwatch._state``: giving a late lead up or away does not undo the breach."""
    is_kept = cycles.endings == KEPT
    return np.select(
        [
            is_kept & is_late,
            is_kept,
            (cycles.endings != VOIDED) & is_late,
            ~cycles.is_open,
            is_still,
        ],
        [
            STATES.index(x)
            for x in (
                TimerState.MET_LATE,
                TimerState.MET,
                TimerState.BREACHED,
                TimerState.CANCELLED,
                TimerState.PAUSED,
            )
        ],
        STATES.index(TimerState.RUNNING),
    )
