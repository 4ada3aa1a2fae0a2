"""Begin the periods of a version's quotas, one after the other, and end them with the agreement.

A period belongs to the version that held when it began; an amendment holds from the next one on."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from alignment.accounts.models import Team
from alignment.accounts.opening_hours import queries as accounts
from alignment.db import insert_unless_present
from alignment.sla.models import Agreement, AgreementVersion, QuotaPeriod, QuotaPeriodState
from alignment.sla.promises.quota_periods import (
    QuotaSpan,
    first_whole_span,
    local_date,
    span_after,
    span_at,
)
from alignment.sla.promises.quotas import Quota
from alignment.sla.versions import queries as versions_queries
from alignment.sla.versions.applicable_hours import calendar_of_hours
from alignment.sla.versions.stored_promises import quotas_of_version
from alignment.worktime.calendar import Calendar


def begin_periods(session: Session, version: AgreementVersion, *, now: datetime) -> None:
    """The first period of each quota that begins under this version and is not over yet.

    It is written when the second side signs, so that no standstill of the sweep loses one.
    """
    if version.effective_at is None:
        return
    agreement = session.get_one(Agreement, version.agreement_id)
    for quota in quotas_of_version(version):
        zone = calendar_of(session, agreement, quota).zone
        first = first_whole_span(quota.per, version.effective_at, zone)
        running = span_at(quota.per, local_date(now, zone), zone)
        span = max(first, running, key=lambda each: each.starts_at)
        open_period(session, version, quota, span)


def open_next_period(
    session: Session, version: AgreementVersion, quota: Quota, period: QuotaPeriod
) -> None:
    """The one after this, where the version still holds when it begins."""
    agreement = session.get_one(Agreement, period.agreement_id)
    zone = calendar_of(session, agreement, quota).zone
    span = span_after(quota.per, span_of(period), zone)
    if version.holds_at(span.starts_at):
        open_period(session, version, quota, span)


def open_period(session: Session, version: AgreementVersion, quota: Quota, span: QuotaSpan) -> None:
    """Written once, however many look; it is looked at first when it begins."""
    session.execute(
        insert_unless_present(session, QuotaPeriod).values(
            workspace_id=version.workspace_id,
            agreement_id=version.agreement_id,
            version_id=version.id,
            quota_key=quota.key,
            owed_by=quota.owed_by,
            first_on=span.first_on,
            last_on=span.last_on,
            starts_at=span.starts_at,
            due_at=span.due_at,
            state=QuotaPeriodState.RUNNING,
            steps_checked=0,
            next_at=span.starts_at,
        )
    )


def void_running_periods(session: Session, agreement: Agreement, *, now: datetime) -> None:
    """The agreement ends now: a whole goal is not owed for a part of a period."""
    session.flush()
    session.execute(
        update(QuotaPeriod)
        .where(
            col(QuotaPeriod.workspace_id) == agreement.workspace_id,
            col(QuotaPeriod.agreement_id) == agreement.id,
            col(QuotaPeriod.state) == QuotaPeriodState.RUNNING,
            col(QuotaPeriod.due_at) >= now,
        )
        .values(state=QuotaPeriodState.VOID, next_at=None)
    )


def quota_of(period: QuotaPeriod, version: AgreementVersion) -> Quota:
    """What is promised in this period."""
    return next(quota for quota in quotas_of_version(version) if quota.key == period.quota_key)


def quota_names(session: Session, workspace_id: int) -> dict[tuple[int, str], str]:
    """What each promise over a period is called, by its version and key."""
    return {
        (version.id, quota.key): quota.name
        for version in versions_queries.versions_ever_in_force(session, workspace_id)
        for quota in quotas_of_version(version)
    }


def span_of(period: QuotaPeriod) -> QuotaSpan:
    """As it was when the period was written, whatever zone the team has now."""
    return QuotaSpan.until(
        period.due_at, first_on=period.first_on, last_on=period.last_on, starts_at=period.starts_at
    )


def calendar_of(session: Session, agreement: Agreement, quota: Quota) -> Calendar:
    """The newest hours of the team that owes it."""
    team = session.get_one(Team, agreement.team_ids[quota.owed_by])
    return calendar_of_hours(accounts.newest_hours_of(session, team))
