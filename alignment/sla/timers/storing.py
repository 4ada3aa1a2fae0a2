"""Store timer readings, and publish each warning, breach, withdrawal and resolution once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from alignment.events import Event, publish_many
from alignment.sla.breaches import queries
from alignment.sla.breaches.causes import suggested_cause
from alignment.sla.breaches.excuses.periods import timers_excused_by_period
from alignment.sla.breaches.moving import move_with_timers
from alignment.sla.clock.stopwatch import LATE_STATES, TimerState
from alignment.sla.events import BreachResolved, BreachWithdrawn, TimerBreached, TimerWarned
from alignment.sla.models import Breach, Timer
from alignment.sla.timers.escalation_steps import EscalatingTimer, record_steps
from alignment.sla.versions.readings import TimerKey, TimerReading


def store_readings(
    session: Session,
    workspace_id: int,
    readings: Sequence[TimerReading],
    timers: Mapping[TimerKey, Timer],
    *,
    now: datetime,
) -> None:
    """Store the readings; clocks that the histories no longer know are cancelled."""
    timers_by_key = dict(timers)
    for reading in readings:
        stored = timers_by_key.pop(reading.stored_key or reading.key, None)
        timers_by_key[reading.key] = _store(session, workspace_id, reading, stored)
    _cancel_unknown(timers_by_key, {reading.key for reading in readings})
    session.flush()

    breaches_by_timer = queries.breaches_of_timers(
        session, workspace_id, [x.id for x in timers_by_key.values()]
    )
    timers_and_breaches = [
        (timer, _current_breach(timer, breaches_by_timer[timer.id]))
        for timer in timers_by_key.values()
    ]
    excused = _insert_new_breaches(session, workspace_id, timers_and_breaches, now=now)
    missed = [
        (timer, breach)
        for timer, breach in timers_and_breaches
        if breach is not None and timer.state in LATE_STATES
    ]
    moved = move_with_timers(session, workspace_id, missed, breaches_by_timer, now=now)
    events_of_timers = [
        _news_of(x, breach, is_excused=x.id in excused, now=now)
        for x, breach in timers_and_breaches
    ]
    # A clock that runs in silence is kept like any other, and nobody hears of it.
    aloud = [
        news
        for news, (timer, _) in zip(events_of_timers, timers_and_breaches, strict=True)
        if not timer.is_shadow
    ]
    # By kind, so that listeners hear of each kind once.
    news = sorted((event for event in aloud if event), key=lambda event: type(event).__name__)
    publish_many(session, [*moved, *news])
    # Last, since a step may give the lead away and so have its clocks read once more.
    excused |= {
        timer.id
        for timer, breach in timers_and_breaches
        if breach is not None and breach.is_excused
    }
    climbers = [_steps_due(x, timers_by_key[x.key]) for x in readings if not x.is_shadow]
    # What is excused presses nobody; its ladder stands still.
    climbing = [each for each in climbers if each.timer.id not in excused]
    publish_many(session, record_steps(session, workspace_id, climbing, now=now))


def _insert_new_breaches(
    session: Session,
    workspace_id: int,
    timers_and_breaches: Iterable[tuple[Timer, Breach | None]],
    *,
    now: datetime,
) -> set[int]:
    """Keep each miss that is new; the clocks among them that a granted period excuses at once."""
    missed = [
        timer
        for timer, breach in timers_and_breaches
        if breach is None and timer.state in LATE_STATES
    ]
    if not missed:
        return set()
    told = [timer for timer in missed if not timer.is_shadow]
    excused = timers_excused_by_period(session, workspace_id, told) if told else set[int]()
    rows = [_breach_of(timer, now=now) | {"is_excused": timer.id in excused} for timer in missed]
    session.connection().execute(insert(Breach), rows)
    return excused


def _steps_due(reading: TimerReading, timer: Timer) -> EscalatingTimer:
    return EscalatingTimer(
        timer=timer, steps=reading.target.steps, scheduled_steps=reading.reading.scheduled_steps
    )


def _store(
    session: Session, workspace_id: int, reading: TimerReading, timer: Timer | None
) -> Timer:
    columns = _stored_columns(reading)
    if timer is None:
        timer = Timer(
            workspace_id=workspace_id,
            lead_id=reading.lead_id,
            is_shadow=reading.is_shadow,
            target_key=reading.target.key,
            owed_by=reading.target.owed_by,
            **columns,
        )
        session.add(timer)
    for name, value in columns.items():
        if getattr(timer, name) != value:
            setattr(timer, name, value)
    return timer


def _stored_columns(timer_reading: TimerReading) -> dict[str, Any]:
    """What of a stored clock may change from one look to the next."""
    reading = timer_reading.reading
    return {
        "version_id": timer_reading.version_id,
        "cycle": reading.cycle,
        "segment": reading.segment,
        "opening_hours_id": timer_reading.opening_hours_id,
        "state": reading.state,
        "owner_id": timer_reading.owner_id,
        "started_at": reading.started_at,
        "warn_at": reading.warn_at,
        "due_at": reading.due_at,
        "stopped_at": reading.stopped_at,
        "next_at": reading.next_at,
    }


def _cancel_unknown(timers_by_key: Mapping[TimerKey, Timer], known: set[TimerKey]) -> None:
    for key, timer in timers_by_key.items():
        if key not in known:
            timer.state, timer.next_at = TimerState.CANCELLED, None


def _current_breach(timer: Timer, breaches: Sequence[Breach]) -> Breach | None:
    """The breach that stands; else, while it is late, the one withdrawn that is true again."""
    standing = [breach for breach in breaches if breach.withdrawn_at is None]
    again = [x for x in breaches if timer.state in LATE_STATES and x.due_at == timer.due_at]
    return next(iter(standing + again), None)


def _breach_of(timer: Timer, *, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": timer.workspace_id,
        "timer_id": timer.id,
        "lead_id": timer.lead_id,
        "owed_by": timer.owed_by,
        "target_key": timer.target_key,
        "is_shadow": timer.is_shadow,
        "owner_id": timer.owner_id,
        "due_at": timer.due_at,
        "noticed_at": now,
        "resolved_at": timer.stopped_at,
        "cause": suggested_cause(timer),
    }


def _news_of(
    timer: Timer, breach: Breach | None, *, is_excused: bool, now: datetime
) -> Event | None:
    """What is new about this clock, if anything: each fact is told once, whoever looks."""
    if timer.state in LATE_STATES and breach is None:
        return TimerBreached(**_event_fields(timer, now), is_excused=is_excused)
    if timer.state in LATE_STATES and breach is not None:
        return _news_of_known_breach(timer, breach, now)
    if breach is not None:
        breach.withdrawn_at = now
        return BreachWithdrawn(**_event_fields(timer, now))
    if timer.state is TimerState.RUNNING and timer.warn_at <= now and not _is_warned(timer):
        timer.warned_at = now
        timer.warned_due_at, timer.warned_owner_id = timer.due_at, timer.owner_id
        return TimerWarned(**_event_fields(timer, now))
    return None


def _is_warned(timer: Timer) -> bool:
    """Whether this owner was warned of this due time."""
    warned_of = (timer.warned_due_at, timer.warned_owner_id)
    return warned_of == (timer.due_at, timer.owner_id)


def _news_of_known_breach(timer: Timer, breach: Breach, now: datetime) -> Event | None:
    """What is new about a miss that was told before."""
    was_open = breach.resolved_at is None
    if breach.resolved_at != timer.stopped_at:
        breach.resolved_at = timer.stopped_at
    if breach.withdrawn_at is not None:
        breach.withdrawn_at = None
        return TimerBreached(**_event_fields(timer, now), is_excused=breach.is_excused)
    if was_open and timer.stopped_at is not None:
        return BreachResolved(**_event_fields(timer, now))
    return None


def _event_fields(timer: Timer, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": timer.workspace_id,
        "at": now,
        "timer_id": timer.id,
        "lead_id": timer.lead_id,
        "due_at": timer.due_at,
    }
