"""Look at one period of a quota: warn behind pace, and say at its end if it was kept or missed.

What was counted at the end stays: leads that are told of later change the figures, and a miss is
set aside by an excuse."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.events import publish
from alignment.sla.breaches.excuses.periods import is_excused_by_period
from alignment.sla.events import QuotaBehindPace, QuotaKept, QuotaMissed
from alignment.sla.models import (
    Agreement,
    AgreementVersion,
    Breach,
    QuotaPeriod,
    QuotaPeriodState,
)
from alignment.sla.promises.quota_periods import pace_checks
from alignment.sla.promises.quotas import Quota
from alignment.sla.quotas.attainment import HandoffsByPeriod, PeriodAttainment, attainment_in
from alignment.sla.quotas.tracking import calendar_of, open_next_period, quota_of, span_of


def look_at_period(session: Session, period: QuotaPeriod, *, now: datetime) -> None:
    """Do what has become due for this period, and say when to look again."""
    version = session.get_one(AgreementVersion, period.version_id)
    quota = quota_of(period, version)
    if not version.holds_at(period.starts_at):
        # Another version took its place before the period began, and promises it instead.
        period.state, period.next_at = QuotaPeriodState.VOID, None
    elif period.due_at < now:
        _settle(session, period, now=now)
        open_next_period(session, version, quota, period)
    else:
        _check_pace(session, period, quota, now=now)
    session.add(period)


def attainment_of(session: Session, period: QuotaPeriod, *, now: datetime) -> PeriodAttainment:
    """How far this period has come by now."""
    version = session.get_one(AgreementVersion, period.version_id)
    book = HandoffsByPeriod(session, session.get_one(Agreement, period.agreement_id))
    return attainment_in(book, version, quota_of(period, version), span_of(period), now=now)


def _settle(session: Session, period: QuotaPeriod, *, now: datetime) -> None:
    attained = attainment_of(session, period, now=now)
    period.actual, period.whole = attained.result_counts
    period.settled_at, period.next_at = now, None
    match attained.is_reached:
        case True:
            period.state = QuotaPeriodState.KEPT
            publish(session, QuotaKept(**_event_fields(period, now)))
        case False:
            period.state = QuotaPeriodState.MISSED
            is_excused = _record_breach(session, period, now=now)
            publish(session, QuotaMissed(**_event_fields(period, now), is_excused=is_excused))
        case None:
            period.state = QuotaPeriodState.VOID


def _record_breach(session: Session, period: QuotaPeriod, *, now: datetime) -> bool:
    """The miss, over since its due instant; whether a granted period excuses it at once."""
    is_excused = is_excused_by_period(session, period)
    session.add(
        Breach(
            workspace_id=period.workspace_id,
            quota_period_id=period.id,
            owed_by=period.owed_by,
            target_key=period.quota_key,
            due_at=period.due_at,
            noticed_at=now,
            is_excused=is_excused,
        )
    )
    session.flush()
    return is_excused


def _check_pace(session: Session, period: QuotaPeriod, quota: Quota, *, now: datetime) -> None:
    """Of the steps that came since anybody looked only the last is told of."""
    agreement = session.get_one(Agreement, period.agreement_id)
    span = span_of(period)
    checks = pace_checks(span, calendar_of(session, agreement, quota))
    reached = sum(at <= now for at in checks)
    if reached > period.steps_checked and attainment_of(session, period, now=now).is_behind:
        period.warned_at = now
        publish(session, QuotaBehindPace(**_event_fields(period, now), step=reached))
    period.steps_checked = max(reached, period.steps_checked)
    period.next_at = min((at for at in checks if at > now), default=span.ends_at)


def _event_fields(period: QuotaPeriod, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": period.workspace_id,
        "at": now,
        "quota_period_id": period.id,
        "agreement_id": period.agreement_id,
        "due_at": period.due_at,
    }
