"""Every SELECT about breaches. Workspace or person is the scope."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.errors import NotFound
from alignment.leads.models import Lead
from alignment.sla.clock.stopwatch import SETTLED_STATES, TimerState
from alignment.sla.joins import joined_in_workspace
from alignment.sla.models import (
    Agreement,
    AgreementVersion,
    Breach,
    Excuse,
    QuotaPeriod,
    QuotaPeriodState,
    Timer,
)


@dataclass(frozen=True, kw_only=True)
class BreachOnBoard:
    """A missed promise as the board shows it."""

    breach: Breach
    timer: Timer
    lead: Lead
    owner: User | None
    agreement_id: int
    excuse: Excuse | None
    """What was asked for it last."""


def breaches_of_timers(
    session: Session, workspace_id: int, timer_ids: Collection[int]
) -> Mapping[int, list[Breach]]:
    """Every breach of these clocks, those that stand and those withdrawn."""
    rows = session.exec(
        select(Breach).where(
            Breach.workspace_id == workspace_id, col(Breach.timer_id).in_(timer_ids)
        )
    )
    by_timer: defaultdict[int, list[Breach]] = defaultdict(list)
    for breach in rows:
        if breach.timer_id is not None:
            by_timer[breach.timer_id].append(breach)
    return by_timer


def breach_for(session: Session, user: User, breach_id: int) -> BreachOnBoard:
    """One missed promise of this person's workspace, whatever became of it."""
    breaches = breaches_where(
        session, Breach.workspace_id == user.workspace_id, Breach.id == breach_id
    )
    if not breaches:
        raise NotFound("There is no such missed promise here.")
    return breaches[0]


def breaches_of_lead(session: Session, lead: Lead) -> Sequence[BreachOnBoard]:
    """Every promise about a lead that was told as missed, those withdrawn too; the newest first."""
    return breaches_where(
        session,
        Breach.workspace_id == lead.workspace_id,
        Breach.lead_id == lead.id,
        ~col(Breach.is_shadow),
    )


def breaches_where(
    session: Session, *conditions: Any, limit: int | None = None
) -> Sequence[BreachOnBoard]:
    """Missed promises about leads, the latest due first."""
    rows = session.execute(
        sa_select(Breach, Timer, Lead, User, col(AgreementVersion.agreement_id), Excuse)
        .join(Timer, joined_in_workspace(Timer, Breach.workspace_id, Timer.id, Breach.timer_id))
        .join(Lead, joined_in_workspace(Lead, Breach.workspace_id, Lead.id, Breach.lead_id))
        .join(
            AgreementVersion,
            joined_in_workspace(
                AgreementVersion, Timer.workspace_id, AgreementVersion.id, Timer.version_id
            ),
        )
        .outerjoin(User, joined_in_workspace(User, Breach.workspace_id, User.id, Breach.owner_id))
        .outerjoin(
            Excuse, joined_in_workspace(Excuse, Breach.workspace_id, Excuse.id, Breach.excuse_id)
        )
        .where(*conditions)
        .order_by(col(Breach.due_at).desc(), col(Breach.id))
        .limit(limit)
    )
    return [
        BreachOnBoard(
            breach=breach, timer=timer, lead=lead, owner=owner, agreement_id=number, excuse=excuse
        )
        for breach, timer, lead, owner, number, excuse in rows
    ]


def agreement_of_breach(session: Session, breach: Breach) -> Agreement:
    if breach.quota_period_id is not None:
        period = session.get_one(QuotaPeriod, breach.quota_period_id)
        return session.get_one(Agreement, period.agreement_id)
    return session.exec(
        select(Agreement)
        .join(
            AgreementVersion,
            joined_in_workspace(
                AgreementVersion,
                Agreement.workspace_id,
                AgreementVersion.agreement_id,
                Agreement.id,
            ),
        )
        .join(
            Timer,
            joined_in_workspace(
                Timer, Agreement.workspace_id, Timer.version_id, AgreementVersion.id
            ),
        )
        .where(Agreement.workspace_id == breach.workspace_id, Timer.id == breach.timer_id)
    ).one()


@dataclass(frozen=True, kw_only=True)
class KeptCount:
    """How many promises fell due in a period, how many were kept in time, and how many excused."""

    kept: int
    due: int
    excused: int = 0
    """Of those missed."""

    @property
    def due_without_excused(self) -> int:
        return self.due - self.excused


def count_kept_between(
    session: Session, user: User, side: Side, *, start: datetime, end: datetime
) -> KeptCount:
    """Of one side's promises that fell due from ``start`` until ``end``; open ones left out.

    Promises over a period are among them, each period being one.
    """
    timers = _count_timers(session, user, side, start=start, end=end)
    periods = _count_quota_periods(session, user, side, start=start, end=end)
    return KeptCount(
        kept=timers.kept + periods.kept,
        due=timers.due + periods.due,
        excused=timers.excused + periods.excused,
    )


def _count_quota_periods(
    session: Session, user: User, side: Side, *, start: datetime, end: datetime
) -> KeptCount:
    excused = is_excused_quota_period().label("is_excused")
    counted = session.exec(
        select(QuotaPeriod.state, excused, func.count())
        .where(
            QuotaPeriod.workspace_id == user.workspace_id,
            QuotaPeriod.owed_by == side,
            col(QuotaPeriod.due_at) >= start,
            col(QuotaPeriod.due_at) < end,
            col(QuotaPeriod.state).in_([QuotaPeriodState.KEPT, QuotaPeriodState.MISSED]),
        )
        .group_by(col(QuotaPeriod.state), excused)
    ).all()
    return KeptCount(
        kept=sum(count for state, _, count in counted if state is QuotaPeriodState.KEPT),
        due=sum(count for *_, count in counted),
        excused=sum(count for _, is_excused, count in counted if is_excused),
    )


def _count_timers(
    session: Session, user: User, side: Side, *, start: datetime, end: datetime
) -> KeptCount:
    excused = is_excused_timer().label("is_excused")
    counted = session.exec(
        select(Timer.state, excused, func.count())
        .where(
            Timer.workspace_id == user.workspace_id,
            Timer.owed_by == side,
            ~col(Timer.is_shadow),
            col(Timer.due_at) >= start,
            col(Timer.due_at) < end,
            col(Timer.state).in_(SETTLED_STATES),
        )
        .group_by(col(Timer.state), excused)
    ).all()
    return KeptCount(
        kept=sum(count for state, _, count in counted if state is TimerState.MET),
        due=sum(count for _, _, count in counted),
        excused=sum(
            count
            for state, is_excused, count in counted
            if is_excused and state is not TimerState.MET
        ),
    )


def excused_timer_ids(session: Session, workspace_id: int, timer_ids: Collection[int]) -> set[int]:
    """Which of these clocks were missed and are excused now."""
    excused = select(Timer.id).where(
        Timer.workspace_id == workspace_id, col(Timer.id).in_(timer_ids), is_excused_timer()
    )
    return set(session.exec(excused))


def is_excused_timer() -> ColumnElement[bool]:
    """Whether a row of ``Timer`` was missed and the other team has excused it."""
    return _has_breach(col(Breach.withdrawn_at).is_(None), col(Breach.is_excused))


def is_excused_quota_period() -> ColumnElement[bool]:
    """Whether a row of ``QuotaPeriod`` was missed and the other team has excused it."""
    excused = select(Breach.id).where(
        Breach.workspace_id == QuotaPeriod.workspace_id,
        Breach.quota_period_id == QuotaPeriod.id,
        col(Breach.is_excused),
    )
    return excused.correlate(QuotaPeriod).exists()


def is_withdrawn_timer() -> ColumnElement[bool]:
    """Whether a row of ``Timer`` was told as missed, and is so no longer."""
    was_missed = _has_breach(col(Breach.withdrawn_at).is_not(None))
    return and_(was_missed, ~_has_breach(col(Breach.withdrawn_at).is_(None)))


def _has_breach(*conditions: Any) -> ColumnElement[bool]:
    query = select(Breach.id).where(
        Breach.workspace_id == Timer.workspace_id, Breach.timer_id == Timer.id, *conditions
    )
    return query.correlate(Timer).exists()
