"""Every SELECT about timers. Workspace or person is the scope."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.errors import NotFound
from alignment.leads.event_kinds import BACKDATED, TOUCH_KINDS
from alignment.leads.models import Lead, LeadEvent, counting
from alignment.sla.clock.stopwatch import IN_TIME_STATES, OPEN_STATES, TimerState
from alignment.sla.joins import joined_in_workspace
from alignment.sla.models import (
    AgreementVersion,
    Escalation,
    Timer,
)


@dataclass(frozen=True, kw_only=True)
class LeadWithTimer:
    """One clock and the lead it runs for."""

    lead: Lead
    timer: Timer


def event_rows_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Sequence[Row[Any]]:
    """What counts of the histories of many leads, in order; bare rows, since sweeps read many."""
    return session.execute(
        sa_select(
            *map(col, (LeadEvent.id, LeadEvent.lead_id, LeadEvent.kind, LeadEvent.at)),
            *map(
                col,
                (
                    LeadEvent.dedupe_key,
                    LeadEvent.by_id,
                    LeadEvent.owner_id,
                    LeadEvent.reason,
                    LeadEvent.facts,
                ),
            ),
        )
        .where(
            col(LeadEvent.workspace_id) == workspace_id,
            col(LeadEvent.lead_id).in_(lead_ids),
            counting(),
        )
        .order_by(col(LeadEvent.lead_id), col(LeadEvent.at), col(LeadEvent.id))
    ).all()


def timers_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Sequence[Timer]:
    return session.exec(
        select(Timer).where(Timer.workspace_id == workspace_id, col(Timer.lead_id).in_(lead_ids))
    ).all()


def in_time_timers(
    session: Session,
    workspace_id: int,
    *,
    version_id: int | None = None,
    hours_ids: Collection[int] = (),
) -> Sequence[Timer]:
    """Clocks that people hear of, open and not late: of a version, or under some hours; by lead."""
    of_version = Timer.version_id == version_id
    under_hours = col(Timer.opening_hours_id).in_(hours_ids)
    return session.exec(
        select(Timer)
        .where(
            Timer.workspace_id == workspace_id,
            col(Timer.state).in_(IN_TIME_STATES),
            ~col(Timer.is_shadow),
            under_hours if version_id is None else of_version,
        )
        .order_by(col(Timer.lead_id), col(Timer.id))
    ).all()


def lead_ids_to_rebase(
    session: Session, version: AgreementVersion, *, after: int, limit: int
) -> Sequence[int]:
    """Leads with a clock that is open and not late under a version, from the next on."""
    return session.exec(
        select(Timer.lead_id)
        .where(
            Timer.workspace_id == version.workspace_id,
            Timer.version_id == version.id,
            col(Timer.state).in_(IN_TIME_STATES),
            ~col(Timer.is_shadow),
            Timer.lead_id > after,
        )
        .distinct()
        .order_by(col(Timer.lead_id))
        .limit(limit)
    ).all()


def timers_of(session: Session, lead: Lead) -> Sequence[Timer]:
    """Every clock of a lead, what is due first on top."""
    return session.exec(
        select(Timer)
        .where(Timer.workspace_id == lead.workspace_id, Timer.lead_id == lead.id)
        .order_by(col(Timer.stopped_at).is_not(None), col(Timer.due_at))
    ).all()


def timer_for(session: Session, user: User, timer_id: int) -> Timer:
    timer = session.exec(
        select(Timer).where(Timer.workspace_id == user.workspace_id, Timer.id == timer_id)
    ).first()
    if timer is None:
        raise NotFound("There is no such clock here.")
    return timer


def recorded_steps(
    session: Session, workspace_id: int, timer_ids: Collection[int]
) -> Mapping[int, dict[str, datetime]]:
    """The steps that these timers have reached, by identity with when each was last reached."""
    rows = session.exec(
        select(Escalation.timer_id, Escalation.step, Escalation.reached_at)
        .where(Escalation.workspace_id == workspace_id, col(Escalation.timer_id).in_(timer_ids))
        .order_by(col(Escalation.reached_at))
    )
    by_timer: defaultdict[int, dict[str, datetime]] = defaultdict(dict)
    for timer_id, step, reached_at in rows:
        by_timer[timer_id][step] = reached_at
    return by_timer


def lock_due_timers(
    session: Session, *, now: datetime, limit: int, only_id: int | None = None
) -> Sequence[Timer]:
    """Clocks that somebody must look at, the longest waiting first, of every workspace.

    Nobody else gets their leads until the transaction ends; those that somebody has are left out.
    """
    due = (
        select(Timer)
        .join(Lead, joined_in_workspace(Lead, Timer.workspace_id, Lead.id, Timer.lead_id))
        .where(col(Timer.next_at) <= now)
        .order_by(col(Timer.next_at))
        .limit(limit)
        .with_for_update(of=[Timer, Lead], skip_locked=True, key_share=True)
    )
    return session.exec(due.where(Timer.id == only_id) if only_id else due).all()


def lock_leads(session: Session, workspace_id: int, lead_ids: Collection[int]) -> None:
    """Wait until nobody else reads the clocks of these leads, and let nobody until we are done."""
    session.exec(
        select(Lead.id)
        .where(Lead.workspace_id == workspace_id, col(Lead.id).in_(lead_ids))
        .order_by(col(Lead.id))
        .with_for_update(key_share=True)
    ).all()


def open_timers_owed_by(session: Session, user: User) -> Sequence[LeadWithTimer]:
    """What this person owes on leads, what is due first on top."""
    rows = session.exec(
        select(Lead, Timer)
        .join(Timer, joined_in_workspace(Timer, Lead.workspace_id, Timer.lead_id, Lead.id))
        .where(
            Timer.workspace_id == user.workspace_id,
            Timer.owner_id == user.id,
            ~col(Timer.is_shadow),
            still_owed(),
        )
        .order_by(col(Timer.due_at), col(Timer.id))
    )
    return [LeadWithTimer(lead=lead, timer=timer) for lead, timer in rows]


def open_timers_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, list[Timer]]:
    """The open clocks of some leads of a list, by lead, what is due first on top."""
    rows = session.exec(
        select(Timer)
        .where(
            Timer.workspace_id == workspace_id,
            col(Timer.lead_id).in_(lead_ids),
            ~col(Timer.is_shadow),
            still_owed(),
        )
        .order_by(col(Timer.due_at))
    )
    by_lead: dict[int, list[Timer]] = {}
    for timer in rows:
        by_lead.setdefault(timer.lead_id, []).append(timer)
    return by_lead


def nearly_due(
    session: Session, user: User, side: Side, *, now: datetime, limit: int
) -> Sequence[LeadWithTimer]:
    """What this side owes and has used three quarters of the time for; due first on top."""
    rows = session.exec(
        select(Lead, Timer)
        .join(Timer, joined_in_workspace(Timer, Lead.workspace_id, Timer.lead_id, Lead.id))
        .where(_is_nearly_due(user.workspace_id, side, now))
        .order_by(col(Timer.due_at))
        .limit(limit)
    )
    return [LeadWithTimer(lead=lead, timer=timer) for lead, timer in rows]


def count_nearly_due(session: Session, user: User, side: Side, *, now: datetime) -> int:
    return session.exec(
        select(func.count()).select_from(Timer).where(_is_nearly_due(user.workspace_id, side, now))
    ).one()


def _is_nearly_due(workspace_id: int, side: Side, now: datetime) -> ColumnElement[bool]:
    return and_(
        col(Timer.workspace_id) == workspace_id,
        col(Timer.owed_by) == side,
        ~col(Timer.is_shadow),
        col(Timer.state) == TimerState.RUNNING,
        col(Timer.warn_at) <= now,
        col(Timer.due_at) > now,
    )


def still_owed() -> ColumnElement[bool]:
    """Whether somebody still owes something for a row of ``Timer``.

    A missed promise that nobody owes any more stays missed; it has an end and reminds nobody.
    """
    return and_(col(Timer.state).in_(OPEN_STATES), col(Timer.stopped_at).is_(None))


def is_backdated_timer() -> ColumnElement[bool]:
    """Whether the touch that ended a row of ``Timer`` was written down later than it happened."""
    return and_(_ended_by(LeadEvent.reason == BACKDATED), ~_ended_by(LeadEvent.reason != BACKDATED))


def _ended_by(event: Any) -> ColumnElement[bool]:
    query = select(LeadEvent.id).where(
        LeadEvent.workspace_id == Timer.workspace_id,
        LeadEvent.lead_id == Timer.lead_id,
        LeadEvent.at == Timer.stopped_at,
        col(LeadEvent.kind).in_(TOUCH_KINDS),
        counting(),
        event,
    )
    return query.correlate(Timer).exists()
