"""Every SELECT about excuses. Workspace or person is the scope."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.errors import NotFound
from alignment.sla.joins import joined_in_workspace
from alignment.sla.models import (
    Agreement,
    AgreementVersion,
    Breach,
    Excuse,
    ExcuseState,
    QuotaPeriod,
    Timer,
)


def excuse_for(session: Session, user: User, excuse_id: int) -> Excuse:
    excuse = session.exec(
        select(Excuse).where(Excuse.workspace_id == user.workspace_id, Excuse.id == excuse_id)
    ).first()
    if excuse is None:
        raise NotFound("There is no such excuse here.")
    return excuse


def breach_of_excuse(session: Session, excuse: Excuse) -> Breach | None:
    """The one missed promise it is about; none where it is about a period, or was asked anew."""
    return session.exec(
        select(Breach).where(
            Breach.workspace_id == excuse.workspace_id, Breach.excuse_id == excuse.id
        )
    ).first()


def excuses_asked(session: Session, workspace_id: int) -> Sequence[Excuse]:
    """Those that wait for an answer, the longest waiting first."""
    return session.exec(
        select(Excuse)
        .where(Excuse.workspace_id == workspace_id, Excuse.state == ExcuseState.ASKED)
        .order_by(col(Excuse.asked_at), col(Excuse.id))
    ).all()


def excuses_of_periods(session: Session, user: User) -> Sequence[Excuse]:
    """Everything that was proposed for a period, the newest first."""
    return session.exec(
        select(Excuse)
        .where(Excuse.workspace_id == user.workspace_id, col(Excuse.from_at).is_not(None))
        .order_by(col(Excuse.id).desc())
    ).all()


def excused_periods_of_breach(
    session: Session, breach: Breach, agreement_id: int
) -> Sequence[Excuse]:
    """The granted periods within which this promise was due."""
    return session.exec(
        select(Excuse).where(
            Excuse.workspace_id == breach.workspace_id,
            Excuse.agreement_id == agreement_id,
            Excuse.owed_by == breach.owed_by,
            Excuse.state == ExcuseState.GRANTED,
            col(Excuse.from_at) <= breach.due_at,
            col(Excuse.until_at) > breach.due_at,
        )
    ).all()


def granted_periods_locked(
    session: Session, workspace_id: int, *, first: datetime, last: datetime
) -> Sequence[Excuse]:
    """Those that hold for anything due from ``first`` to ``last``; consents under way are awaited.

    Whoever consents holds the agreement (``lock_agreement``) until all that is known is excused.
    """
    session.exec(
        select(Agreement.id)
        .where(Agreement.workspace_id == workspace_id)
        .order_by(col(Agreement.id))
        .with_for_update(read=True, key_share=True)
    ).all()
    return session.exec(
        select(Excuse).where(
            Excuse.workspace_id == workspace_id,
            Excuse.state == ExcuseState.GRANTED,
            col(Excuse.from_at) <= last,
            col(Excuse.until_at) > first,
        )
    ).all()


def lock_agreement(session: Session, excuse: Excuse) -> None:
    """Wait until nobody writes breaches of this agreement, and let nobody until we are done."""
    session.exec(
        select(Agreement.id)
        .where(Agreement.workspace_id == excuse.workspace_id, Agreement.id == excuse.agreement_id)
        .with_for_update()
    ).one()


def count_missed(
    session: Session,
    agreement: Agreement,
    side: Side,
    *,
    from_at: datetime | None,
    until_at: datetime | None,
    is_excused: bool,
) -> int:
    """Missed promises of one side due in a period that stand: those excused, or those not."""
    timers = (
        select(Timer.id)
        .join(
            AgreementVersion,
            joined_in_workspace(
                AgreementVersion, Timer.workspace_id, AgreementVersion.id, Timer.version_id
            ),
        )
        .where(
            Timer.workspace_id == agreement.workspace_id,
            AgreementVersion.agreement_id == agreement.id,
        )
    )
    quota_periods = select(QuotaPeriod.id).where(
        QuotaPeriod.workspace_id == agreement.workspace_id,
        QuotaPeriod.agreement_id == agreement.id,
    )
    return session.exec(
        select(func.count())
        .select_from(Breach)
        .where(
            Breach.workspace_id == agreement.workspace_id,
            or_(col(Breach.timer_id).in_(timers), col(Breach.quota_period_id).in_(quota_periods)),
            Breach.owed_by == side,
            col(Breach.due_at) >= from_at,
            col(Breach.due_at) < until_at,
            col(Breach.withdrawn_at).is_(None),
            ~col(Breach.is_shadow),
            Breach.is_excused == is_excused,
        )
    ).one()


def is_excused_now() -> ColumnElement[bool]:
    """Whether a row of ``Breach`` is excused, by its own excuse or by that of a period."""
    own = select(Excuse.id).where(
        Excuse.workspace_id == Breach.workspace_id,
        Excuse.id == Breach.excuse_id,
        Excuse.state == ExcuseState.GRANTED,
    )
    is_of_period = (
        Excuse.workspace_id == Breach.workspace_id,
        Excuse.owed_by == Breach.owed_by,
        Excuse.state == ExcuseState.GRANTED,
        col(Excuse.from_at) <= Breach.due_at,
        col(Excuse.until_at) > Breach.due_at,
    )
    of_timer = (
        select(Excuse.id)
        .join(
            AgreementVersion,
            joined_in_workspace(
                AgreementVersion,
                Excuse.workspace_id,
                AgreementVersion.agreement_id,
                Excuse.agreement_id,
            ),
        )
        .join(
            Timer,
            joined_in_workspace(Timer, Excuse.workspace_id, Timer.version_id, AgreementVersion.id),
        )
        .where(Timer.id == Breach.timer_id, *is_of_period)
    )
    of_quota = (
        select(Excuse.id)
        .join(
            QuotaPeriod,
            joined_in_workspace(
                QuotaPeriod, Excuse.workspace_id, QuotaPeriod.agreement_id, Excuse.agreement_id
            ),
        )
        .where(QuotaPeriod.id == Breach.quota_period_id, *is_of_period)
    )
    return or_(*(each.correlate(Breach).exists() for each in (own, of_timer, of_quota)))
