"""When a signed version takes effect, close the one before it and rebase the open timers."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, update
from sqlmodel import Session, col

from alignment import db
from alignment.accounts.models import Workspace
from alignment.errors import Refused
from alignment.sla.agreements import queries
from alignment.sla.clock.stopwatch import OPEN_STATES, TimerState
from alignment.sla.models import Agreement, AgreementVersion, Timer, VersionState
from alignment.sla.quotas.tracking import begin_periods
from alignment.sla.timers import queries as timers_queries
from alignment.sla.timers.refresh import refresh_leads
from alignment.sla.versions.lifetimes import segment_of

LEADS_PER_BATCH = 250
"""Leads of one transaction."""

log = logging.getLogger(__name__)


def schedule_activation(session: Session, version: AgreementVersion, *, now: datetime) -> None:
    """Both have signed: it holds from now on, or from the date it names if that is later."""
    agreement = session.get_one(Agreement, version.agreement_id)
    _refuse_overlap(session, agreement, now=now)
    version.effective_at = max(now, _first_instant(session, version) or now)
    if version.ended_at is not None:
        version.shadow_at = version.ended_at = None
    for other in queries.signed_versions(session, agreement):
        _close_or_cancel_earlier(other, version.effective_at)
    version.state = VersionState.SIGNED
    session.add(version)
    session.flush()
    begin_periods(session, version, now=now)
    if version.effective_at <= now:
        _take_over(session, agreement, version, now=now)


def activate_due_versions(engine: Engine, *, now: datetime) -> int:
    """Close versions whose time is over and end trials that became earnest; returns how many.

    Work is found from the rows, and clocks are read from histories: a tick that is lost, or that
    comes twice, changes nothing.
    """
    with db.transaction(engine) as session:
        over = [version.id for version in queries.versions_to_close(session, now=now)]
    for version_id in over:
        _rebase_in_batches(engine, version_id, now=now)
        with db.transaction(engine) as session:
            _mark_closed(session.get_one(AgreementVersion, version_id))
    with db.transaction(engine) as session:
        earnest = queries.versions_leaving_shadow(session, now=now)
        for version in earnest:
            _end_shadow(session, version, now=now)
    return len(over) + len(earnest)


def end_shadow_timers(session: Session, version: AgreementVersion, *, now: datetime) -> None:
    """What still runs in silence ends, and nobody hears of it; what is finished stays."""
    session.flush()
    session.connection().execute(
        update(Timer)
        .where(
            col(Timer.workspace_id) == version.workspace_id,
            col(Timer.version_id) == version.id,
            col(Timer.is_shadow),
            col(Timer.state).in_(OPEN_STATES),
            col(Timer.stopped_at).is_(None),
        )
        .values(state=TimerState.CANCELLED, stopped_at=now, next_at=None)
    )


def _refuse_overlap(session: Session, agreement: Agreement, *, now: datetime) -> None:
    """Two agreements for the same leads of the same teams would promise everything twice."""
    ours = set(segment_of(agreement).conditions)
    for other in queries.competing_agreements(session, agreement, now=now):
        if set(segment_of(other).conditions) == ours:
            raise Refused(
                f"These teams have an agreement in force for the same leads: {other.name}. "
                "Amend that one."
            )


def _first_instant(session: Session, version: AgreementVersion) -> datetime | None:
    """When the date that it names begins where the workspace is."""
    if version.takes_effect_on is None:
        return None
    zone = ZoneInfo(session.get_one(Workspace, version.workspace_id).zone)
    return datetime.combine(version.takes_effect_on, time(), zone).astimezone(UTC)


def _close_or_cancel_earlier(other: AgreementVersion, at: datetime) -> None:
    """What was to hold later than the new one never will; what holds before it does so until then.

    Whoever signs a new wording means it instead of what waits.
    """
    begins = other.effective_at or at
    if begins >= at:
        other.state, other.ended_at = VersionState.REPLACED, begins
    elif other.ended_at is None or other.ended_at > at:
        other.ended_at = at


def _take_over(
    session: Session, agreement: Agreement, version: AgreementVersion, *, now: datetime
) -> None:
    for other in queries.signed_versions(session, agreement):
        if other.ended_at is not None and other.ended_at <= now:
            if version.covers_open and other.ended_at == version.effective_at:
                _rebase_now(session, other, now=now)
            _mark_closed(other)
    if version.shadow_at is not None:
        _end_shadow(session, version, now=now)


def _rebase_now(session: Session, version: AgreementVersion, *, now: datetime) -> None:
    after = 0
    while lead_ids := timers_queries.lead_ids_to_rebase(
        session, version, after=after, limit=LEADS_PER_BATCH
    ):
        refresh_leads(session, version.workspace_id, lead_ids, now=now)
        after = lead_ids[-1]


def _rebase_in_batches(engine: Engine, version_id: int, *, now: datetime) -> None:
    """A batch of leads to a transaction, so that nobody who writes waits for long."""
    after = 0
    while True:
        with db.transaction(engine) as session:
            version = session.get_one(AgreementVersion, version_id)
            later = queries.successor_of(session, version)
            lead_ids = timers_queries.lead_ids_to_rebase(
                session, version, after=after, limit=LEADS_PER_BATCH
            )
        if not lead_ids or later is None or not later.covers_open:
            return
        _rebase_leads(engine, version.workspace_id, lead_ids, now=now)
        after = lead_ids[-1]


def _rebase_leads(
    engine: Engine, workspace_id: int, lead_ids: Sequence[int], *, now: datetime
) -> None:
    """Where one lead of a batch cannot be read, the others are read one by one."""
    try:
        with db.transaction(engine) as session:
            refresh_leads(session, workspace_id, lead_ids, now=now)
    except Exception:
        if len(lead_ids) == 1:
            log.exception("Lead %s could not be read; its next event reads it again.", lead_ids[0])
            return
        for lead_id in lead_ids:
            _rebase_leads(engine, workspace_id, [lead_id], now=now)


def _mark_closed(version: AgreementVersion) -> None:
    version.state = VersionState.REPLACED


def _end_shadow(session: Session, version: AgreementVersion, *, now: datetime) -> None:
    end_shadow_timers(session, version, now=now)
    version.shadow_at = None
    session.add(version)
