"""From when a signed version holds, and what becomes of the one before."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, update
from sqlmodel import Session, col

from alignment import db
from alignment.accounts.models import Workspace
from alignment.errors import Refused
from alignment.sla import queries, repinning
from alignment.sla.lifetimes import segment_of
from alignment.sla.models import Agreement, AgreementVersion, Timer, VersionState
from alignment.sla.stopwatch import State


def agree(session: Session, version: AgreementVersion, *, now: datetime) -> None:
    """Both have signed: it holds from now on, or from the date it names if that is later."""
    agreement = session.get_one(Agreement, version.agreement_id)
    _must_not_double(session, agreement, now=now)
    version.effective_at = max(now, _first_instant(session, version) or now)
    if version.ended_at is not None:
        version.shadow_at = version.ended_at = None
    for other in queries.versions_signed(session, agreement):
        _make_way(other, version.effective_at)
    version.state = VersionState.SIGNED
    session.add(version)
    session.flush()
    if version.effective_at <= now:
        _take_over(session, agreement, version, now=now)


def take_effect(engine: Engine, *, now: datetime) -> int:
    """Close versions whose time is over and end trials that became earnest; returns how many.

    Work is found from the rows, and clocks are read from histories: a tick that is lost, or that
    comes twice, changes nothing.
    """
    with db.transaction(engine) as session:
        over = [version.id for version in queries.versions_over(session, now=now)]
    for version_id in over:
        _move_in_batches(engine, version_id, now=now)
        with db.transaction(engine) as session:
            _close(session.get_one(AgreementVersion, version_id))
    with db.transaction(engine) as session:
        earnest = queries.versions_out_of_trial(session, now=now)
        for version in earnest:
            _end_trial(session, version, now=now)
    return len(over) + len(earnest)


def end_silent_clocks(session: Session, version: AgreementVersion, *, now: datetime) -> None:
    """What still runs in silence ends, and nobody hears of it; what is finished stays."""
    session.flush()
    session.connection().execute(
        update(Timer)
        .where(
            col(Timer.workspace_id) == version.workspace_id,
            col(Timer.version_id) == version.id,
            col(Timer.is_shadow),
            col(Timer.state).in_(queries.OPEN),
            col(Timer.stopped_at).is_(None),
        )
        .values(state=State.CANCELLED, stopped_at=now, next_at=None)
    )


def _must_not_double(session: Session, agreement: Agreement, *, now: datetime) -> None:
    """Two agreements for the same leads of the same teams would promise everything twice."""
    ours = set(segment_of(agreement).conditions)
    for other in queries.rivals(session, agreement, now=now):
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


def _make_way(other: AgreementVersion, at: datetime) -> None:
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
    for other in queries.versions_signed(session, agreement):
        if other.ended_at is not None and other.ended_at <= now:
            if version.covers_open and other.ended_at == version.effective_at:
                repinning.move_open_clocks(session, other, now=now)
            _close(other)
    if version.shadow_at is not None:
        _end_trial(session, version, now=now)


def _move_in_batches(engine: Engine, version_id: int, *, now: datetime) -> None:
    """A batch of leads to a transaction, so that nobody who writes waits for long."""
    after: int | None = 0
    while after is not None:
        with db.transaction(engine) as session:
            version = session.get_one(AgreementVersion, version_id)
            later = queries.successor(session, version)
            if later is None or not later.covers_open:
                return
            after = repinning.move_some_clocks(session, version, after=after, now=now)


def _close(version: AgreementVersion) -> None:
    version.state = VersionState.REPLACED


def _end_trial(session: Session, version: AgreementVersion, *, now: datetime) -> None:
    end_silent_clocks(session, version, now=now)
    version.shadow_at = None
    session.add(version)
