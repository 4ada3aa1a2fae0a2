"""Keep what clocks read: store it, and tell each warning, breach, withdrawal and end once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import OpeningHours
from alignment.events import Event, publish_many
from alignment.sla import queries
from alignment.sla.events import BreachResolved, BreachWithdrawn, TimerBreached, TimerWarned
from alignment.sla.models import AgreementVersion, Breach, Timer
from alignment.sla.stopwatch import Reading, State
from alignment.sla.targets import Target

TimerKey = tuple[int, int, str, int]
"""Lead, version, target and cycle: which clock it is."""

LATE = frozenset({State.BREACHED, State.MET_LATE})


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One round of one promise for one lead, as it reads now."""

    lead_id: int
    version: AgreementVersion
    target: Target
    hours: OpeningHours | None
    reading: Reading
    owner_id: int | None

    @property
    def key(self) -> TimerKey:
        return self.lead_id, self.version.id, self.target.key, self.reading.cycle


def keep(
    session: Session,
    workspace_id: int,
    clocks: Sequence[Clock],
    timers: Mapping[TimerKey, Timer],
    *,
    now: datetime,
) -> None:
    """Store the readings; clocks that the histories no longer know are cancelled."""
    kept = dict(timers)
    for clock in clocks:
        kept[clock.key] = _store(session, workspace_id, clock, kept.get(clock.key))
    _cancel_unknown(session, kept, {clock.key for clock in clocks})
    session.flush()

    ids = [timer.id for timer in kept.values()]
    breaches = queries.open_breaches_of_timers(session, workspace_id, ids)
    told = [_tell(session, timer, breaches.get(timer.id), now=now) for timer in kept.values()]
    publish_many(session, [event for event in told if event is not None])


def _store(session: Session, workspace_id: int, clock: Clock, timer: Timer | None) -> Timer:
    reading = clock.reading
    timer = timer or Timer(
        workspace_id=workspace_id,
        lead_id=clock.lead_id,
        version_id=clock.version.id,
        target_key=clock.target.key,
        cycle=reading.cycle,
        opening_hours_id=clock.hours.id if clock.hours else None,
        owed_by=clock.target.owed_by,
        state=reading.state,
        started_at=reading.started_at,
        warn_at=reading.warn_at,
        due_at=reading.due_at,
    )
    timer.state, timer.owner_id = reading.state, clock.owner_id
    timer.started_at, timer.warn_at, timer.due_at = (
        reading.started_at,
        reading.warn_at,
        reading.due_at,
    )
    timer.stopped_at, timer.next_at = reading.stopped_at, reading.next_at
    session.add(timer)
    return timer


def _cancel_unknown(session: Session, kept: Mapping[TimerKey, Timer], known: set[TimerKey]) -> None:
    for key, timer in kept.items():
        if key not in known:
            timer.state, timer.next_at = State.CANCELLED, None
            session.add(timer)


def _tell(session: Session, timer: Timer, breach: Breach | None, *, now: datetime) -> Event | None:
    """What is new about this clock, if anything: each fact is told once, whoever looks."""
    if timer.state in LATE:
        return _breached(session, timer, breach, now=now)
    if breach is not None:
        return _withdrawn(session, timer, breach, now=now)
    if timer.state is State.RUNNING and timer.warn_at <= now and timer.warned_at is None:
        timer.warned_at = now
        session.add(timer)
        return TimerWarned(**_said(timer, now))
    return None


def _breached(
    session: Session, timer: Timer, breach: Breach | None, *, now: datetime
) -> Event | None:
    if breach is None:
        session.add(_breach_of(timer, now=now))
        return TimerBreached(**_said(timer, now))
    if timer.stopped_at is not None and breach.resolved_at is None:
        breach.resolved_at = timer.stopped_at
        session.add(breach)
        return BreachResolved(**_said(timer, now))
    return None


def _breach_of(timer: Timer, *, now: datetime) -> Breach:
    return Breach(
        workspace_id=timer.workspace_id,
        timer_id=timer.id,
        lead_id=timer.lead_id,
        owed_by=timer.owed_by,
        target_key=timer.target_key,
        owner_id=timer.owner_id,
        due_at=timer.due_at,
        noticed_at=now,
        resolved_at=timer.stopped_at,
    )


def _withdrawn(session: Session, timer: Timer, breach: Breach, *, now: datetime) -> Event:
    breach.withdrawn_at = now
    session.add(breach)
    return BreachWithdrawn(**_said(timer, now))


def _said(timer: Timer, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": timer.workspace_id,
        "at": now,
        "timer_id": timer.id,
        "lead_id": timer.lead_id,
        "due_at": timer.due_at,
    }
