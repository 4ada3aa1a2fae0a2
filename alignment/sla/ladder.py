"""Climb the escalation ladder: each step of a clock is kept once, and the latest one is told.

Whoever looks, and however often: a step is a row, and a row is written once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from alignment.sla import queries
from alignment.sla.events import StepReached
from alignment.sla.models import Escalation, Timer
from alignment.sla.schedule import Rung
from alignment.sla.stopwatch import State
from alignment.sla.targets import Listener, Step

Climbed = Mapping[int, datetime]
"""The steps of one clock that are kept, by their place, and when each was reached."""


@dataclass(frozen=True, kw_only=True)
class Climber:
    """One clock, its ladder, and the steps of it that are reached by now."""

    timer: Timer
    steps: Sequence[Step]
    rungs: Sequence[Rung]


@dataclass(frozen=True, kw_only=True)
class Found:
    """A step that nobody has kept yet, and whether it is to act."""

    timer: Timer
    place: int
    rung: Rung
    acts: bool


def climb(
    session: Session, workspace_id: int, climbers: Iterable[Climber], *, now: datetime
) -> list[StepReached]:
    """Keep every step reached since the last look; those to act on are returned."""
    reached = [each for each in climbers if each.rungs]
    if not reached:
        return []
    kept = queries.climbed(session, workspace_id, [each.timer.id for each in reached])
    found = [one for each in reached for one in _found(each, kept[each.timer.id])]
    new = _keep(session, found, now=now) if found else set()
    return [_said(one, now=now) for one in found if one.acts and (one.timer.id, one.place) in new]


def _found(climber: Climber, kept: Climbed) -> Iterator[Found]:
    """What is new of one clock: the latest tells, earlier ones are only kept.

    A step that gives the lead to somebody else acts though a later one is reached too.
    """
    placed = [(climber.steps.index(rung.step), rung) for rung in climber.rungs]
    new = [(place, rung) for place, rung in placed if place not in kept]
    latest = max((*kept.values(), *(rung.at for _, rung in new)), default=None)
    moving = max(
        (rung.at for _, rung in new if rung.step.to is Listener.NEXT_AVAILABLE), default=None
    )
    for place, rung in new:
        is_last_move = rung.step.to is Listener.NEXT_AVAILABLE and rung.at == moving
        tells = rung.at == latest and not _is_overtaken(climber.timer, rung)
        acts = _goes_on(climber.timer) and (tells or is_last_move)
        yield Found(timer=climber.timer, place=place, rung=rung, acts=acts)


def _goes_on(timer: Timer) -> bool:
    return timer.state in (State.RUNNING, State.BREACHED) and timer.stopped_at is None


def _is_overtaken(timer: Timer, rung: Rung) -> bool:
    """Whether it warned of a miss that both teams are told of by now."""
    return timer.state is State.BREACHED and rung.at < timer.due_at


def _keep(session: Session, found: Sequence[Found], *, now: datetime) -> set[tuple[int, int]]:
    """Write the steps down; which of them nobody else had written, by clock and place."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    new_only = insert(Escalation).on_conflict_do_nothing()
    written = session.connection().execute(
        new_only.returning(col(Escalation.timer_id), col(Escalation.step)),
        [_row(one, now=now) for one in found],
    )
    return {(timer_id, step) for timer_id, step in written}


def _row(one: Found, *, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": one.timer.workspace_id,
        "timer_id": one.timer.id,
        "step": one.place,
        "reached_at": one.rung.at,
        "noticed_at": now,
        "is_superseded": not one.acts,
    }


def _said(one: Found, *, now: datetime) -> StepReached:
    return StepReached(
        workspace_id=one.timer.workspace_id,
        at=now,
        timer_id=one.timer.id,
        lead_id=one.timer.lead_id,
        due_at=one.timer.due_at,
        step=one.place,
        reached_at=one.rung.at,
        to=one.rung.step.to,
        person_id=one.rung.step.person_id,
    )
