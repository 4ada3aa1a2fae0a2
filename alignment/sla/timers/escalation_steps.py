"""Record each escalation step of a timer once, and publish the latest one reached.

A step is a row that is inserted once, however often timers are read. It is known by what it is
(``EscalationStep.identity``), so that an amended ladder repeats nothing, and is told again only
when its own instant has moved to a later one.
"""

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

RecordedSteps = Mapping[str, datetime]
"""The recorded steps of one timer by their identity, and when each was last reached."""

StepKey = tuple[int, str, datetime]
"""Timer, identity of the step, and when it was reached: told once."""


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
    return [_event_of(step, now=now) for step in new_steps if step.acts and _key_of(step) in new]


def _new_steps(climber: EscalatingTimer, recorded: RecordedSteps) -> Iterator[NewStep]:
    """What is new of one clock: the latest tells, earlier ones are only kept.

    A step that gives the lead to somebody else acts though a later one is reached too.
    """
    new = [rung for rung in climber.scheduled_steps if not _is_recorded(rung, recorded)]
    latest = max((rung.at for rung in new), default=None)
    moving = max(
        (rung.at for rung in new if rung.step.to is RecipientRole.NEXT_AVAILABLE), default=None
    )
    for rung in new:
        is_last_move = rung.step.to is RecipientRole.NEXT_AVAILABLE and rung.at == moving
        tells = rung.at == latest and not _is_overtaken(climber.timer, rung)
        acts = _is_open(climber.timer) and (tells or is_last_move)
        yield NewStep(timer=climber.timer, scheduled_step=rung, acts=acts)


def _is_recorded(rung: ScheduledStep, recorded: RecordedSteps) -> bool:
    reached_at = recorded.get(rung.step.identity)
    return reached_at is not None and reached_at >= rung.at


def _is_open(timer: Timer) -> bool:
    return timer.state in (TimerState.RUNNING, TimerState.BREACHED) and timer.stopped_at is None


def _is_overtaken(timer: Timer, rung: ScheduledStep) -> bool:
    """Whether it warned of a miss that both teams are told of by now."""
    return timer.state is TimerState.BREACHED and rung.at < timer.due_at


def _insert_steps(session: Session, new_steps: Sequence[NewStep], *, now: datetime) -> set[StepKey]:
    """Write the steps down; which of them nobody else had written."""
    new_only = insert_unless_present(session, Escalation)
    written = session.connection().execute(
        new_only.returning(
            col(Escalation.timer_id), col(Escalation.step), col(Escalation.reached_at)
        ),
        [_row(one, now=now) for one in new_steps],
    )
    return {(timer_id, step, reached_at) for timer_id, step, reached_at in written}


def _key_of(step: NewStep) -> StepKey:
    return step.timer.id, step.scheduled_step.step.identity, step.scheduled_step.at


def _row(step: NewStep, *, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": step.timer.workspace_id,
        "timer_id": step.timer.id,
        "step": step.scheduled_step.step.identity,
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
        step=step.scheduled_step.step.identity,
        reached_at=step.scheduled_step.at,
        to=step.scheduled_step.step.to,
        person_id=step.scheduled_step.step.person_id,
    )
