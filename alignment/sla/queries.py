"""Every SELECT about agreements, clocks and breaches. Workspace or person is the scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select

from alignment.accounts.models import Membership, OpeningHours, User
from alignment.accounts.roles import Side
from alignment.db import Row
from alignment.errors import NotFound
from alignment.leads.models import Lead
from alignment.sla.models import (
    Agreement,
    AgreementVersion,
    Breach,
    Signature,
    Timer,
    VersionState,
)
from alignment.sla.stopwatch import State

OPEN = (State.RUNNING, State.PAUSED, State.BREACHED)


@dataclass(frozen=True, kw_only=True)
class LeadAndTimer:
    """One clock and the lead it runs for."""

    lead: Lead
    timer: Timer


@dataclass(frozen=True, kw_only=True)
class BreachOnBoard:
    """A missed promise as the board shows it."""

    breach: Breach
    timer: Timer
    lead: Lead
    owner: User | None


def agreement_for(session: Session, user: User, agreement_id: int) -> Agreement:
    found = session.exec(
        select(Agreement).where(
            Agreement.workspace_id == user.workspace_id, Agreement.id == agreement_id
        )
    ).first()
    if found is None:
        raise NotFound("There is no such agreement here.")
    return found


def agreements(session: Session, user: User) -> Sequence[Agreement]:
    return session.exec(
        select(Agreement)
        .where(Agreement.workspace_id == user.workspace_id)
        .order_by(col(Agreement.id))
    ).all()


def versions_of(session: Session, agreement: Agreement) -> Sequence[AgreementVersion]:
    """The newest first."""
    return session.exec(
        select(AgreementVersion)
        .where(
            AgreementVersion.workspace_id == agreement.workspace_id,
            AgreementVersion.agreement_id == agreement.id,
        )
        .order_by(col(AgreementVersion.number).desc())
    ).all()


def latest_version(session: Session, agreement: Agreement) -> AgreementVersion | None:
    return next(iter(versions_of(session, agreement)), None)


def version_in_force(session: Session, agreement: Agreement) -> AgreementVersion | None:
    versions = versions_of(session, agreement)
    return next((x for x in versions if x.state is VersionState.SIGNED), None)


def versions_ever_in_force(session: Session, workspace_id: int) -> Sequence[AgreementVersion]:
    """Every version that clocks may have started under, the oldest first."""
    return session.exec(
        select(AgreementVersion)
        .where(
            AgreementVersion.workspace_id == workspace_id,
            col(AgreementVersion.effective_at).is_not(None),
        )
        .order_by(col(AgreementVersion.id))
    ).all()


def signatures_of(session: Session, version: AgreementVersion) -> Sequence[Signature]:
    return session.exec(
        select(Signature)
        .where(Signature.workspace_id == version.workspace_id, Signature.version_id == version.id)
        .order_by(col(Signature.side))
    ).all()


def side_in(session: Session, agreement: Agreement, user: User) -> Side | None:
    """For which of the two teams this person may sign."""
    teams = set(
        session.exec(
            select(Membership.team_id).where(
                Membership.workspace_id == agreement.workspace_id, Membership.user_id == user.id
            )
        )
    )
    if agreement.marketing_team_id in teams:
        return Side.MARKETING
    return Side.SALES if agreement.sales_team_id in teams else None


def agreements_by_id(session: Session, workspace_id: int) -> dict[int, Agreement]:
    found = session.exec(select(Agreement).where(Agreement.workspace_id == workspace_id))
    return {agreement.id: agreement for agreement in found}


def newest_hours(session: Session, workspace_id: int) -> dict[int, OpeningHours]:
    """Each team's opening hours of today, by the team."""
    found = session.exec(
        select(OpeningHours)
        .where(OpeningHours.workspace_id == workspace_id)
        .order_by(col(OpeningHours.version))
    )
    return {hours.team_id: hours for hours in found}


def hours_by_id(
    session: Session, workspace_id: int, ids: Collection[int]
) -> dict[int, OpeningHours]:
    found = session.exec(
        select(OpeningHours).where(
            OpeningHours.workspace_id == workspace_id, col(OpeningHours.id).in_(ids)
        )
    )
    return {hours.id: hours for hours in found}


def timers_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Sequence[Timer]:
    return session.exec(
        select(Timer).where(Timer.workspace_id == workspace_id, col(Timer.lead_id).in_(lead_ids))
    ).all()


def timers_of(session: Session, lead: Lead) -> Sequence[Timer]:
    """Every clock of a lead, what is due first on top."""
    return session.exec(
        select(Timer)
        .where(Timer.workspace_id == lead.workspace_id, Timer.lead_id == lead.id)
        .order_by(col(Timer.stopped_at).is_not(None), col(Timer.due_at))
    ).all()


def timer_for(session: Session, user: User, timer_id: int) -> Timer:
    found = session.exec(
        select(Timer).where(Timer.workspace_id == user.workspace_id, Timer.id == timer_id)
    ).first()
    if found is None:
        raise NotFound("There is no such clock here.")
    return found


def open_breaches_of_timers(
    session: Session, workspace_id: int, timer_ids: Collection[int]
) -> dict[int, Breach]:
    """The breach that stands for each of these clocks."""
    found = session.exec(
        select(Breach).where(
            Breach.workspace_id == workspace_id,
            col(Breach.timer_id).in_(timer_ids),
            col(Breach.withdrawn_at).is_(None),
        )
    )
    return {breach.timer_id: breach for breach in found}


def due_timers(session: Session, *, now: datetime, limit: int) -> Sequence[Timer]:
    """Clocks that somebody must look at, the longest waiting first; nobody else gets these rows."""
    return session.exec(
        select(Timer)
        .where(col(Timer.next_at) <= now)
        .order_by(col(Timer.next_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def desk_of(session: Session, user: User) -> Sequence[LeadAndTimer]:
    """What this person owes on leads, what is due first on top."""
    found = session.exec(
        select(Lead, Timer)
        .join(Timer, _of(Timer, Lead.workspace_id, Timer.lead_id, Lead.id))
        .where(
            Timer.workspace_id == user.workspace_id,
            Timer.owner_id == user.id,
            col(Timer.state).in_(OPEN),
        )
        .order_by(col(Timer.due_at), col(Timer.id))
    )
    return [LeadAndTimer(lead=lead, timer=timer) for lead, timer in found]


def open_timers_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, list[Timer]]:
    """The open clocks of some leads of a list, by lead, what is due first on top."""
    found = session.exec(
        select(Timer)
        .where(
            Timer.workspace_id == workspace_id,
            col(Timer.lead_id).in_(lead_ids),
            col(Timer.state).in_(OPEN),
        )
        .order_by(col(Timer.due_at))
    )
    by_lead: dict[int, list[Timer]] = {}
    for timer in found:
        by_lead.setdefault(timer.lead_id, []).append(timer)
    return by_lead


def board(session: Session, user: User, side: Side, *, since: datetime) -> Sequence[BreachOnBoard]:
    """What this side missed since then and what it missed and still owes; the newest first."""
    found = session.exec(
        select(Breach, Timer, Lead, User)
        .join(Timer, _of(Timer, Breach.workspace_id, Timer.id, Breach.timer_id))
        .join(Lead, _of(Lead, Breach.workspace_id, Lead.id, Breach.lead_id))
        .outerjoin(User, _of(User, Breach.workspace_id, User.id, Breach.owner_id))
        .where(
            Breach.workspace_id == user.workspace_id,
            Breach.owed_by == side,
            col(Breach.withdrawn_at).is_(None),
            (col(Breach.due_at) >= since) | (Timer.state == State.BREACHED),
        )
        .order_by(col(Breach.due_at).desc())
    )
    return [
        BreachOnBoard(breach=breach, timer=timer, lead=lead, owner=owner)
        for breach, timer, lead, owner in found
    ]


def nearly_due(
    session: Session, user: User, side: Side, *, now: datetime, limit: int = 20
) -> Sequence[LeadAndTimer]:
    """What this side owes and has used three quarters of the time for; due first on top."""
    found = session.exec(
        select(Lead, Timer)
        .join(Timer, _of(Timer, Lead.workspace_id, Timer.lead_id, Lead.id))
        .where(
            Timer.workspace_id == user.workspace_id,
            Timer.owed_by == side,
            Timer.state == State.RUNNING,
            col(Timer.warn_at) <= now,
            col(Timer.due_at) > now,
        )
        .order_by(col(Timer.due_at))
        .limit(limit)
    )
    return [LeadAndTimer(lead=lead, timer=timer) for lead, timer in found]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How many promises fell due in a period, and how many of them were kept in time."""

    kept: int
    due: int


def kept_between(
    session: Session, user: User, side: Side, *, start: datetime, end: datetime
) -> Kept:
    """Of one side's promises that fell due from ``start`` until ``end``; open ones left out."""
    by_state = dict(
        session.exec(
            select(Timer.state, func.count())
            .where(
                Timer.workspace_id == user.workspace_id,
                Timer.owed_by == side,
                col(Timer.due_at) >= start,
                col(Timer.due_at) < end,
                col(Timer.state).in_([State.MET, State.MET_LATE, State.BREACHED]),
            )
            .group_by(col(Timer.state))
        ).all()
    )
    return Kept(kept=by_state.get(State.MET, 0), due=sum(by_state.values()))


def _of(table: type[Row], workspace_id: int, left: Any, right: Any) -> ColumnElement[bool]:
    """Join within one workspace."""
    return and_(col(table.workspace_id) == workspace_id, left == right)
