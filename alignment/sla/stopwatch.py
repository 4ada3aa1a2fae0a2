"""PURE. A clock is read, not kept: history, target and calendar give its reading at an instant.

The order in which lines arrive, and lines told twice, make no difference; lines after ``now`` do
not exist yet. A start while a clock runs is no new start. Due exactly met is kept. Past due the
clock goes on until its stop, so that "kept, three hours late" can be said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alignment.sla.cycles import Cycle, Ending, Walk, walk
from alignment.sla.history import Happened, Pause, lines, moves, owner_at
from alignment.sla.pausing import Standstill, standstill
from alignment.sla.reasons import Reason, reasons_of
from alignment.sla.regional import Hours, calendar_at
from alignment.sla.schedule import Rung, Schedule, schedule
from alignment.sla.targets import OpenTime, Target
from alignment.worktime.calendar import Calendar

INSTANT = timedelta(seconds=1)
"""Instants are whole seconds: a promise is missed one second after its due time."""


class State(StrEnum):
    """How one clock stands."""

    WAITING = "waiting"
    """Nothing has started it yet."""
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"
    BREACHED = "breached"
    """Past due without its stop; whether the clock still goes, ``is_open`` says."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """The reading of a clock that nothing has started."""

    target_key: str
    state: State = State.WAITING
    cycle: int = 0
    next_at: None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One cycle of one clock at one instant."""

    target_key: str
    segment: str
    cycle: int
    """1 for the first round, 2 after a reopening, and so on."""
    state: State
    owner_id: int | None
    """Who owned the lead when it was stopped or due, whichever came first; else who does now."""
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    """While paused: the earliest it can be; the rest of the pause will move it."""
    stopped_at: datetime | None
    """When it ended, kept or not; None while the clock goes."""
    warned: bool
    """Whether the warning point was reached while the clock ran."""
    pauses: tuple[Pause, ...]
    used: timedelta
    """Open time that counted so far."""
    left: timedelta
    """Open time until due; negative when late."""
    rungs: tuple[Rung, ...]
    """The steps of the escalation ladder reached so far."""
    next_at: datetime | None
    """The next instant at which this reading changes by itself; None when it will not."""
    reasons: tuple[Reason, ...]

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something."""
        return self.stopped_at is None


def read(
    history: Iterable[Happened],
    target: Target,
    calendar: Calendar,
    now: datetime,
    *,
    since: datetime | None = None,
) -> Reading | Waiting:
    """The clock's latest cycle as of ``now``."""
    found = readings(history, target, calendar, now, since=since)
    return found[-1] if found else Waiting(target_key=target.key)


def readings(
    history: Iterable[Happened],
    target: Target,
    hours: Hours,
    now: datetime,
    *,
    since: datetime | None = None,
) -> tuple[Reading, ...]:
    """Every cycle as of ``now``, oldest first; what started before ``since`` starts no clock."""
    return rounds(lines(history, now=now), target, hours, now, since=since)


def rounds(
    told: list[Happened],
    target: Target,
    hours: Hours,
    now: datetime,
    *,
    since: datetime | None = None,
) -> tuple[Reading, ...]:
    """As ``readings``, of a history that is in order and ends at ``now`` (``history.lines``)."""
    seen = walk(moves(told, target), target, since=since)
    return tuple(
        _reading(cycle, seen, told, calendar_at(hours, told, cycle.started_at), now)
        for cycle in seen.cycles
    )


def _reading(
    cycle: Cycle, seen: Walk, told: list[Happened], calendar: Calendar, now: datetime
) -> Reading:
    target, start, until = seen.target, cycle.started_at, cycle.ended_at or now
    still = _standstill(cycle, seen, calendar, until)
    moved_until = still.since or until
    plan = schedule(target, calendar, start, still.closed)
    used = calendar.between(start, moved_until, pauses=still.closed)
    left = _left(target, calendar, used=used, at=moved_until, plan=plan, still=still)
    is_late = until > plan.due_at and left <= timedelta()
    return Reading(
        target_key=target.key,
        segment=target.segment.name,
        cycle=cycle.number,
        state=_state(cycle.ending, is_late=is_late, is_paused=still.since is not None),
        owner_id=_owner(cycle, target, told, min(until, plan.due_at) if is_late else until),
        started_at=start,
        warn_at=plan.warn_at,
        due_at=plan.due_at,
        stopped_at=cycle.ended_at,
        warned=plan.warn_at <= moved_until,
        pauses=still.pauses,
        used=used,
        left=left,
        rungs=tuple(rung for rung in plan.rungs if rung.at <= moved_until),
        next_at=None if cycle.ending else _next(plan, still, left=left, now=now),
        reasons=reasons_of(cycle, seen, still),
    )


def _standstill(cycle: Cycle, seen: Walk, calendar: Calendar, until: datetime) -> Standstill:
    return standstill(
        seen.pauses,
        calendar,
        start=cycle.started_at,
        until=until,
        ended=cycle.ending is not None,
        limit=seen.target.pause_limit,
    )


def _left(
    target: Target,
    calendar: Calendar,
    *,
    used: timedelta,
    at: datetime,
    plan: Schedule,
    still: Standstill,
) -> timedelta:
    if isinstance(target.allowed, OpenTime):
        return target.allowed.length - used
    if at <= plan.due_at:
        return calendar.between(at, plan.due_at)
    return -calendar.between(plan.due_at, at, pauses=still.closed)


def _state(ending: Ending | None, *, is_late: bool, is_paused: bool) -> State:
    match ending:
        case Ending.KEPT:
            return State.MET_LATE if is_late else State.MET
        case Ending.VOIDED:
            return State.CANCELLED
        case Ending.DROPPED | Ending.PASSED_ON:
            # A breach is a fact: giving the lead up or away afterwards does not undo it.
            return State.BREACHED if is_late else State.CANCELLED
        case None if is_late:
            return State.BREACHED
        case None:
            return State.PAUSED if is_paused else State.RUNNING


def _owner(cycle: Cycle, target: Target, told: list[Happened], at: datetime) -> int | None:
    return cycle.owner_id if target.per_owner else owner_at(told, at)


def _next(plan: Schedule, still: Standstill, *, left: timedelta, now: datetime) -> datetime | None:
    """The first instant after ``now`` at which the reading changes without a new line."""
    missed_at = plan.due_at + INSTANT
    if still.since is None:
        moments = [plan.warn_at, missed_at, *(rung.at for rung in plan.rungs)]
    else:
        # A pause that begins when all the open time is used does not move the due instant.
        moments = [missed_at] if left <= timedelta() else []
        moments += [still.runs_out_at] if still.runs_out_at else []
    return min((at for at in moments if at > now), default=None)
