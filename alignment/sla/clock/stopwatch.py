"""PURE. Compute a timer's reading at an instant from history, target and calendar.

The order in which events arrive and events recorded twice make no difference; events after ``now``
are ignored. A start during an open cycle starts nothing. A stop exactly at the due time is in time.
After the due time the cycle goes on until its stop, so that the lateness is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alignment.sla.clock.cycles import Cycle, CycleWalk, Ending, walk_cycles
from alignment.sla.clock.history import HistoryEvent, Pause, effects_of, owner_at
from alignment.sla.clock.paused_time import PausedTime, paused_time
from alignment.sla.clock.reasons import Reason, reasons_of
from alignment.sla.clock.regional_hours import CycleCalendars, calendar_at
from alignment.sla.clock.schedule import Schedule, ScheduledStep, schedule
from alignment.sla.promises.targets import OpenTime, Target
from alignment.worktime.calendar import Calendar

ONE_SECOND = timedelta(seconds=1)
"""Instants are whole seconds: a promise is missed one second after its due time."""


class TimerState(StrEnum):
    """The state of a timer."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"
    BREACHED = "breached"
    """Past due without its stop; whether the clock still goes, ``is_open`` says."""
    CANCELLED = "cancelled"


IN_TIME_STATES = frozenset({TimerState.RUNNING, TimerState.PAUSED})
"""Open, and not due yet."""
OPEN_STATES = IN_TIME_STATES | {TimerState.BREACHED}
"""Perhaps somebody still owes something; a breached one that has stopped is closed."""
LATE_STATES = frozenset({TimerState.MET_LATE, TimerState.BREACHED})
"""What was promised was not done in time."""
SETTLED_STATES = LATE_STATES | {TimerState.MET}
"""Kept or missed, so that it counts in a rate."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One cycle of one timer at one instant."""

    target_key: str
    segment: str
    cycle: int
    """1 for the first round, 2 after a reopening, and so on."""
    state: TimerState
    owner_id: int | None
    """Who owned the lead when it was stopped or due, whichever came first; else who does now."""
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    """While paused: the earliest it can be; the rest of the pause will move it."""
    stopped_at: datetime | None
    """When it ended, kept or not; None while the clock goes."""
    is_warned: bool
    """Whether the warning point was reached while the clock ran."""
    pauses: tuple[Pause, ...]
    used: timedelta
    """Open time that counted so far."""
    left: timedelta
    """Open time until due; negative when late."""
    scheduled_steps: tuple[ScheduledStep, ...]
    """The steps of the escalation ladder reached so far."""
    next_at: datetime | None
    """The next instant at which this reading changes by itself; None when it will not."""
    reasons: tuple[Reason, ...]

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something."""
        return self.stopped_at is None


def cycle_readings(
    events: list[HistoryEvent],
    target: Target,
    hours: CycleCalendars,
    now: datetime,
    *,
    since: datetime | None = None,
) -> tuple[Reading, ...]:
    """Every cycle as of ``now``, oldest first, of the ordered events up to then; what started
    before ``since`` starts no clock.
    """
    progress = walk_cycles(effects_of(events, target), target, since=since)
    return tuple(
        _reading(cycle, progress, events, calendar_at(hours, events, cycle.started_at), now)
        for cycle in progress.cycles
    )


def _reading(
    cycle: Cycle, progress: CycleWalk, events: list[HistoryEvent], calendar: Calendar, now: datetime
) -> Reading:
    target, start, until = progress.target, cycle.started_at, cycle.ended_at or now
    paused = _paused_time(cycle, progress, calendar, until)
    moved_until = paused.since or until
    plan = schedule(target, calendar, start, paused.intervals)
    used = calendar.between(start, moved_until, pauses=paused.intervals)
    left = _left(target, calendar, used=used, at=moved_until, plan=plan, paused=paused)
    is_late = until > plan.due_at and left <= timedelta()
    return Reading(
        target_key=target.key,
        segment=target.segment.name,
        cycle=cycle.number,
        state=_state(cycle.ending, is_late=is_late, is_paused=paused.since is not None),
        owner_id=_owner(cycle, target, events, min(until, plan.due_at) if is_late else until),
        started_at=start,
        warn_at=plan.warn_at,
        due_at=plan.due_at,
        stopped_at=cycle.ended_at,
        is_warned=plan.warn_at <= moved_until,
        pauses=paused.pauses,
        used=used,
        left=left,
        scheduled_steps=tuple(rung for rung in plan.scheduled_steps if rung.at <= moved_until),
        next_at=None if cycle.ending else _next_change_at(plan, paused, left=left, now=now),
        reasons=reasons_of(cycle, progress, paused),
    )


def _paused_time(
    cycle: Cycle, progress: CycleWalk, calendar: Calendar, until: datetime
) -> PausedTime:
    return paused_time(
        progress.pauses,
        calendar,
        start=cycle.started_at,
        until=until,
        ended=cycle.ending is not None,
        limit=progress.target.pause_limit,
    )


def _left(
    target: Target,
    calendar: Calendar,
    *,
    used: timedelta,
    at: datetime,
    plan: Schedule,
    paused: PausedTime,
) -> timedelta:
    if isinstance(target.allowed, OpenTime):
        return target.allowed.length - used
    if at <= plan.due_at:
        return calendar.between(at, plan.due_at)
    return -calendar.between(plan.due_at, at, pauses=paused.intervals)


def _state(ending: Ending | None, *, is_late: bool, is_paused: bool) -> TimerState:
    match ending:
        case Ending.KEPT:
            return TimerState.MET_LATE if is_late else TimerState.MET
        case Ending.VOIDED:
            return TimerState.CANCELLED
        case Ending.DROPPED | Ending.REASSIGNED:
            # A breach is a fact: giving the lead up or away afterwards does not undo it.
            return TimerState.BREACHED if is_late else TimerState.CANCELLED
        case None if is_late:
            return TimerState.BREACHED
        case None:
            return TimerState.PAUSED if is_paused else TimerState.RUNNING


def _owner(cycle: Cycle, target: Target, events: list[HistoryEvent], at: datetime) -> int | None:
    return cycle.owner_id if target.per_owner else owner_at(events, at)


def _next_change_at(
    plan: Schedule, paused: PausedTime, *, left: timedelta, now: datetime
) -> datetime | None:
    """The first instant after ``now`` at which the reading changes without a new line."""
    missed_at = plan.due_at + ONE_SECOND
    if paused.since is None:
        moments = [plan.warn_at, missed_at, *(rung.at for rung in plan.scheduled_steps)]
    else:
        # A pause that begins when all the open time is used does not move the due instant.
        moments = [missed_at] if left <= timedelta() else []
        moments += [paused.runs_out_at] if paused.runs_out_at else []
    return min((at for at in moments if at > now), default=None)
