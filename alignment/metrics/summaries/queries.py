"""Every SELECT behind the mails with both teams' numbers. The workspace is always the scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from alignment.accounts.roles import Side
from alignment.leads.handoff_outcomes import HANDOFF_CONDITIONS, HandoffOutcome
from alignment.leads.models import Handoff
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.promises.outcomes import (
    STATES_WITH_OUTCOME,
    PromiseOutcome,
    PromiseRemark,
    has_outcome,
)
from alignment.metrics.promises.over_periods.queries import QuotaPromise, quota_promises
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Timer


@dataclass(frozen=True, kw_only=True)
class HandoffCounts:
    """What happened to leads in a period, by when it happened."""

    handed_off: int
    entries: int
    """Of those handed off: a lead that was returned and fixed is none."""
    accepted_answers: int
    """First answers “accepted” of these days, whatever was made of them since."""
    returned_answers: int

    @property
    def is_any(self) -> bool:
        return bool(self.handed_off or self.accepted_answers or self.returned_answers)


@dataclass(frozen=True, kw_only=True)
class PromiseCounts:
    """One promise over a period: of those that fell due, how many were kept and missed."""

    version_id: int
    target_key: str
    side: Side
    kept: int
    missed: int
    excused: int


def handoff_counts(session: Session, workspace_id: int, period: ReportPeriod) -> HandoffCounts:
    is_handed_off = _within(Handoff.handed_off_at, period)
    handed_off, entries, accepted, returned = session.exec(
        select(
            _count(is_handed_off),
            _count(and_(is_handed_off, HANDOFF_CONDITIONS[HandoffOutcome.ENTRY])),
            _count(_within(Handoff.accepted_at, period)),
            _count(_within(Handoff.returned_at, period)),
        ).where(Handoff.workspace_id == workspace_id)
    ).one()
    return HandoffCounts(
        handed_off=handed_off,
        entries=entries,
        accepted_answers=accepted,
        returned_answers=returned,
    )


def promise_counts(
    session: Session, workspace_id: int, period: ReportPeriod, *, now: datetime
) -> Sequence[PromiseCounts]:
    rows = session.execute(
        sa_select(
            col(Timer.version_id),
            col(Timer.target_key),
            col(Timer.owed_by),
            _count(has_outcome(PromiseOutcome.KEPT, now=now)),
            _count(has_outcome(PromiseOutcome.MISSED, now=now)),
            _count(has_outcome(PromiseRemark.EXCUSED, now=now)),
        )
        .where(
            col(Timer.workspace_id) == workspace_id,
            col(Timer.state).in_(STATES_WITH_OUTCOME),
            ~col(Timer.is_shadow),
            _within(Timer.due_at, period),
        )
        .group_by(col(Timer.version_id), col(Timer.target_key), col(Timer.owed_by))
        .order_by(col(Timer.version_id), col(Timer.target_key))
    )
    of_leads = [
        PromiseCounts(
            version_id=version_id,
            target_key=target_key,
            side=Side(side),
            kept=kept,
            missed=missed,
            excused=excused,
        )
        for version_id, target_key, side, kept, missed, excused in rows
    ]
    quotas = quota_promises(session, workspace_id, period)
    return [
        *of_leads,
        *(_count_of_quota(x) for x in quotas if x.outcome is not PromiseOutcome.OPEN),
    ]


def key_over_a_period(quota_key: str) -> str:
    """As no target is called, so that both can stand in one table."""
    return f"over a period: {quota_key}"


def _count_of_quota(promise: QuotaPromise) -> PromiseCounts:
    return PromiseCounts(
        version_id=promise.period.version_id,
        target_key=key_over_a_period(promise.period.quota_key),
        side=promise.period.owed_by,
        kept=int(promise.outcome is PromiseOutcome.KEPT),
        missed=int(promise.outcome is PromiseOutcome.MISSED),
        excused=int(promise.is_excused),
    )


def open_promises_due(session: Session, workspace_id: int, period: ReportPeriod) -> dict[Side, int]:
    """How many running promises of each side fall due in a period to come."""
    rows = session.exec(
        select(Timer.owed_by, func.count())
        .where(
            Timer.workspace_id == workspace_id,
            Timer.state == TimerState.RUNNING,
            ~col(Timer.is_shadow),
            _within(Timer.due_at, period),
        )
        .group_by(col(Timer.owed_by))
    )
    return {Side(side): count for side, count in rows}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _within(at: Any, period: ReportPeriod) -> ColumnElement[bool]:
    return and_(col(at) >= period.start, col(at) < period.end)
