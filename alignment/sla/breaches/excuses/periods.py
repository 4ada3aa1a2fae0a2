"""Excuse all promises that one team missed over a period, by consent of both teams.

For an outage or a day on which the company is closed. One team proposes, the other consents. It
covers everything that was due in the period, also what is noticed later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.roles import Right, Side, may
from alignment.errors import Refused
from alignment.events import publish
from alignment.sla.breaches.excuses import queries
from alignment.sla.events import ExcuseAsked
from alignment.sla.models import Agreement, Excuse, QuotaPeriod, Timer
from alignment.sla.versions import queries as versions_queries

LONGEST = timedelta(days=92)
"""Longer than a quarter is no outage; such promises want another agreement."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """Which missed promises: of which agreement and side, due from when until when, half open."""

    agreement: Agreement
    owed_by: Side
    from_at: datetime
    until_at: datetime

    def __post_init__(self) -> None:
        if self.until_at <= self.from_at:
            raise Refused("The period ends before it begins. Swap the two times.")
        if self.until_at - self.from_at > LONGEST:
            raise Refused(f"Choose {LONGEST.days} days at most.")


def propose_period(
    session: Session, period: Period, *, reason: str, by: User, now: datetime
) -> Excuse:
    """Somebody of either team asks; nothing is excused before the other team consents."""
    if not versions_queries.sides_in(session, period.agreement, by.id):
        raise Refused("Only members of the two teams of the agreement can propose this.")
    if not may(by.role, frozenset(), Right.PROMISE):
        raise Refused("Somebody who may sign agreements has to propose this.")

    asked = Excuse(
        workspace_id=period.agreement.workspace_id,
        agreement_id=period.agreement.id,
        owed_by=period.owed_by,
        from_at=period.from_at,
        until_at=period.until_at,
        reason=reason,
        asked_by_id=by.id,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    publish(
        session,
        ExcuseAsked(
            workspace_id=asked.workspace_id,
            at=now,
            excuse_id=asked.id,
            agreement_id=asked.agreement_id,
            breach_id=None,
            by_id=by.id,
        ),
    )
    return asked


def count_excused_by(session: Session, period: Period) -> int:
    """How many missed promises a consent would set aside, of those known by now."""
    return queries.count_missed(
        session,
        period.agreement,
        period.owed_by,
        from_at=period.from_at,
        until_at=period.until_at,
        is_excused=False,
    )


def is_excused_by_period(session: Session, missed: QuotaPeriod) -> bool:
    """Whether a granted period covers the end of what was promised over a period."""
    due_at = missed.due_at
    periods = queries.granted_periods_locked(
        session, missed.workspace_id, first=due_at, last=due_at
    )
    ours = (missed.agreement_id, missed.owed_by)
    return any((each.agreement_id, each.owed_by) == ours for each in periods)


def timers_excused_by_period(
    session: Session, workspace_id: int, missed: Sequence[Timer]
) -> set[int]:
    """Which of these clocks, missed and only noticed now, a granted period excuses already.

    A consent that is being given at this moment is waited for, so that none is forgotten.
    """
    due = [timer.due_at for timer in missed]
    periods = queries.granted_periods_locked(session, workspace_id, first=min(due), last=max(due))
    if not periods:
        return set()
    agreement_ids = versions_queries.agreement_ids(
        session, workspace_id, {timer.version_id for timer in missed}
    )
    return {
        timer.id
        for timer in missed
        for each in periods
        if (agreement_ids[timer.version_id], timer.owed_by) == (each.agreement_id, each.owed_by)
        and each.from_at is not None
        and each.until_at is not None
        and each.from_at <= timer.due_at < each.until_at
    }
