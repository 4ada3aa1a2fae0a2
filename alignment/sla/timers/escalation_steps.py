"""Record each escalation step of a timer once, and publish the latest one reached.

A step is a row that is inserted once, however often timers are read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col

from alignment.db import insert_unless_present
from alignment.sla.clock.schedule import ScheduledStep
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.events import EscalationStepReached
from alignment.sla.models import Escalation, Timer
from alignment.sla.promises.targets import EscalationStep, RecipientRole
from alignment.sla.timers import queries

RecordedSteps = Mapping[int, datetime]
"""The steps of one clock that are kept, by their place, and when each was reached."""


@dataclass(frozen=True, kw_only=True)
class EscalatingTimer:
    """One clock, its ladder, and the steps of it that are reached by now."""

    timer: Timer
    steps: Sequence[EscalationStep]
    scheduled_steps: Sequence[ScheduledStep]


@dataclass(frozen=True, kw_only=True)
class NewStep:
    """A step that nobody has kept yet, and whether it is to act."""

    timer: Timer
    step_index: int
    scheduled_step: ScheduledStep
    acts: bool


def record_steps(
    session: Session, workspace_id: int, climbers: Iterable[EscalatingTimer], *, now: datetime
) -> list[EscalationStepReached]:
    """Keep every step reached since the last look; those to act on are returned."""
    reached = [climber for climber in climbers if climber.scheduled_steps]
    if not reached:
        return []
    recorded_by_timer = queries.recorded_steps(
        session, workspace_id, [climber.timer.id for climber in reached]
    )
    new_steps = [
        step
        for climber in reached
        for step in _new_steps(climber, recorded_by_timer[climber.timer.id])
    ]
    new = _insert_steps(session, new_steps, now=now) if new_steps else set()
    return [
        _event_of(step, now=now)
        for step in new_steps
        if step.acts and (step.timer.id, step.step_index) in new
    ]


def _new_steps(climber: EscalatingTimer, recorded: RecordedSteps) -> Iterator[NewStep]:
    """What is new of one clock: the latest tells, earlier ones are only kept.

    A step that gives the lead to somebody else acts though a later one is reached too.
    """
    placed = [(climber.steps.index(rung.step), rung) for rung in climber.scheduled_steps]
    new = [(place, rung) for place, rung in placed if place not in recorded]
    latest = max((*recorded.values(), *(rung.at for _, rung in new)), default=None)
    moving = max(
        (rung.at for _, rung in new if rung.step.to is RecipientRole.NEXT_AVAILABLE), default=None
    )
    for place, rung in new:
        is_last_move = rung.step.to is RecipientRole.NEXT_AVAILABLE and rung.at == moving
        tells = rung.at == latest and not _is_overtaken(climber.timer, rung)
        acts = _is_open(climber.timer) and (tells or is_last_move)
        yield NewStep(timer=climber.timer, step_index=place, scheduled_step=rung, acts=acts)


def _is_open(timer: Timer) -> bool:
    return timer.state in (TimerState.RUNNING, TimerState.BREACHED) and timer.stopped_at is None


def _is_overtaken(timer: Timer, rung: ScheduledStep) -> bool:
    """Whether it warned of a miss that both teams are told of by now."""
    return timer.state is TimerState.BREACHED and rung.at < timer.due_at


def _insert_steps(
    session: Session, new_steps: Sequence[NewStep], *, now: datetime
) -> set[tuple[int, int]]:
    """Write the steps down; which of them nobody else had written, by clock and place."""
    new_only = insert_unless_present(session, Escalation)
    written = session.connection().execute(
        new_only.returning(col(Escalation.timer_id), col(Escalation.step)),
        [_row(one, now=now) for one in new_steps],
    )
    return {(timer_id, step) for timer_id, step in written}


def _row(step: NewStep, *, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": step.timer.workspace_id,
        "timer_id": step.timer.id,
        "step": step.step_index,
        "reached_at": step.scheduled_step.at,
        "noticed_at": now,
        "is_superseded": not step.acts,
    }


def _event_of(step: NewStep, *, now: datetime) -> EscalationStepReached:
    return EscalationStepReached(
        workspace_id=step.timer.workspace_id,
        at=now,
        timer_id=step.timer.id,
        lead_id=step.timer.lead_id,
        due_at=step.timer.due_at,
        step=step.step_index,
        reached_at=step.scheduled_step.at,
        to=step.scheduled_step.step.to,
        person_id=step.scheduled_step.step.person_id,
    )
