"""Keep one due instant for one missed promise: where a late fact moves that of a clock, the breach
goes with it.

What was said of the miss stays, its cause and its own excuse; whether a period excuses it is asked
anew."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from alignment.sla.breaches.excuses import queries
from alignment.sla.events import BreachMoved
from alignment.sla.models import Breach, Timer


def move_with_timers(
    session: Session,
    workspace_id: int,
    missed: Iterable[tuple[Timer, Breach]],
    breaches_by_timer: Mapping[int, Sequence[Breach]],
    *,
    now: datetime,
) -> list[BreachMoved]:
    """What moved among these clocks and the breaches that stand for them."""
    moving = [(timer, breach) for timer, breach in missed if breach.due_at != timer.due_at]
    events = [_moved(timer, breach, now) for timer, breach in moving if not timer.is_shadow]
    for timer, breach in moving:
        _remove_withdrawn(session, timer, breaches_by_timer[timer.id])
        breach.due_at, breach.owner_id = timer.due_at, timer.owner_id
    if moving:
        _ask_periods_anew(session, workspace_id, [breach for _, breach in moving])
    return events


def _moved(timer: Timer, breach: Breach, now: datetime) -> BreachMoved:
    return BreachMoved(
        workspace_id=timer.workspace_id,
        at=now,
        timer_id=timer.id,
        lead_id=timer.lead_id,
        due_at=timer.due_at,
        was_due_at=breach.due_at,
    )


def _remove_withdrawn(session: Session, timer: Timer, breaches: Iterable[Breach]) -> None:
    """One withdrawn at the instant at which it is missed after all would tell the same twice."""
    for breach in breaches:
        if breach.due_at == timer.due_at:
            session.delete(breach)
    session.flush()


def _ask_periods_anew(session: Session, workspace_id: int, breaches: Sequence[Breach]) -> None:
    due = [breach.due_at for breach in breaches]
    queries.granted_periods_locked(session, workspace_id, first=min(due), last=max(due))
    session.flush()
    session.execute(
        update(Breach)
        .where(
            col(Breach.workspace_id) == workspace_id,
            col(Breach.id).in_([breach.id for breach in breaches]),
            ~col(Breach.is_shadow),
        )
        .values(is_excused=queries.is_excused_now())
        .execution_options(synchronize_session="fetch")
    )
