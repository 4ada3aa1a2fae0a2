"""Keep what clocks read: store it, and tell each warning, breach, withdrawal and end once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from alignment.events import Event, publish_many
from alignment.sla import queries
from alignment.sla.causes import suggested
from alignment.sla.events import BreachResolved, BreachWithdrawn, TimerBreached, TimerWarned
from alignment.sla.excused_periods import covered
from alignment.sla.ladder import Climber, climb
from alignment.sla.models import Breach, Timer
from alignment.sla.stopwatch import Reading, State
from alignment.sla.targets import Target

TimerKey = tuple[int, int, bool, str, int]
"""Lead, version, whether in silence, target and cycle: which clock it is."""

LATE = frozenset({State.BREACHED, State.MET_LATE})


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One round of one promise for one lead, as it reads now."""

    lead_id: int
    version_id: int
    is_shadow: bool = False
    target: Target
    opening_hours_id: int | None
    reading: Reading
    owner_id: int | None
    was: TimerKey | None = None
    """Under what it is stored so far: a version that this one took over from, maybe."""

    @property
    def key(self) -> TimerKey:
        cycle = self.reading.cycle
        return self.lead_id, self.version_id, self.is_shadow, self.target.key, cycle


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
        stored = kept.pop(clock.was or clock.key, None)
        kept[clock.key] = _store(session, workspace_id, clock, stored)
    _cancel_unknown(kept, {clock.key for clock in clocks})
    session.flush()

    known = queries.breaches_of_timers(session, workspace_id, [x.id for x in kept.values()])
    stands = [(timer, _breach_at_issue(timer, known[timer.id])) for timer in kept.values()]
    excused = _write_down(session, workspace_id, stands, now=now)
    told = [_tell(x, breach, is_excused=x.id in excused, now=now) for x, breach in stands]
    # A clock that runs in silence is kept like any other, and nobody hears of it.
    aloud = [news for news, (timer, _) in zip(told, stands, strict=True) if not timer.is_shadow]
    # By kind, so that listeners hear of each kind once.
    news = sorted((event for event in aloud if event), key=lambda event: type(event).__name__)
    publish_many(session, news)
    # Last, since a step may give the lead away and so have its clocks read once more.
    excused |= {timer.id for timer, breach in stands if breach is not None and breach.is_excused}
    climbers = [_climber(x, kept[x.key]) for x in clocks if not x.is_shadow]
    # What is excused presses nobody; its ladder stands still.
    climbing = [each for each in climbers if each.timer.id not in excused]
    publish_many(session, climb(session, workspace_id, climbing, now=now))


def _write_down(
    session: Session,
    workspace_id: int,
    stands: Iterable[tuple[Timer, Breach | None]],
    *,
    now: datetime,
) -> set[int]:
    """Keep each miss that is new; the clocks among them that a granted period excuses at once."""
    missed = [timer for timer, breach in stands if breach is None and timer.state in LATE]
    if not missed:
        return set()
    excused = covered(session, workspace_id, missed)
    rows = [_breach_of(timer, now=now) | {"is_excused": timer.id in excused} for timer in missed]
    session.connection().execute(insert(Breach), rows)
    return excused


def _climber(clock: Clock, timer: Timer) -> Climber:
    return Climber(timer=timer, steps=clock.target.steps, rungs=clock.reading.rungs)


def _store(session: Session, workspace_id: int, clock: Clock, timer: Timer | None) -> Timer:
    reads = _columns(clock)
    if timer is None:
        timer = Timer(
            workspace_id=workspace_id,
            lead_id=clock.lead_id,
            is_shadow=clock.is_shadow,
            target_key=clock.target.key,
            owed_by=clock.target.owed_by,
            **reads,
        )
        session.add(timer)
    for name, value in reads.items():
        if getattr(timer, name) != value:
            setattr(timer, name, value)
    return timer


def _columns(clock: Clock) -> dict[str, Any]:
    """What of a stored clock may change from one look to the next."""
    reading = clock.reading
    return {
        "version_id": clock.version_id,
        "cycle": reading.cycle,
        "segment": reading.segment,
        "opening_hours_id": clock.opening_hours_id,
        "state": reading.state,
        "owner_id": clock.owner_id,
        "started_at": reading.started_at,
        "warn_at": reading.warn_at,
        "due_at": reading.due_at,
        "stopped_at": reading.stopped_at,
        "next_at": reading.next_at,
    }


def _cancel_unknown(kept: Mapping[TimerKey, Timer], known: set[TimerKey]) -> None:
    for key, timer in kept.items():
        if key not in known:
            timer.state, timer.next_at = State.CANCELLED, None


def key_of(timer: Timer) -> TimerKey:
    return timer.lead_id, timer.version_id, timer.is_shadow, timer.target_key, timer.cycle


def _breach_at_issue(timer: Timer, breaches: Sequence[Breach]) -> Breach | None:
    """The breach that stands; else, while it is late, the one withdrawn that is true again."""
    stands = [breach for breach in breaches if breach.withdrawn_at is None]
    again = [x for x in breaches if timer.state in LATE and x.due_at == timer.due_at]
    return next(iter(stands + again), None)


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
        "cause": suggested(timer),
    }


def _tell(timer: Timer, breach: Breach | None, *, is_excused: bool, now: datetime) -> Event | None:
    """What is new about this clock, if anything: each fact is told once, whoever looks."""
    if timer.state in LATE and breach is None:
        return TimerBreached(**_said(timer, now), is_excused=is_excused)
    if timer.state in LATE and breach is not None:
        return _late(timer, breach, now)
    if breach is not None:
        breach.withdrawn_at = now
        return BreachWithdrawn(**_said(timer, now))
    if timer.state is State.RUNNING and timer.warn_at <= now and timer.warned_at is None:
        timer.warned_at = now
        return TimerWarned(**_said(timer, now))
    return None


def _late(timer: Timer, breach: Breach, now: datetime) -> Event | None:
    """What is new about a miss that was told before."""
    was_open = breach.resolved_at is None
    if breach.resolved_at != timer.stopped_at:
        breach.resolved_at = timer.stopped_at
    if breach.withdrawn_at is not None:
        breach.withdrawn_at = None
        return TimerBreached(**_said(timer, now), is_excused=breach.is_excused)
    if was_open and timer.stopped_at is not None:
        return BreachResolved(**_said(timer, now))
    return None


def _said(timer: Timer, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": timer.workspace_id,
        "at": now,
        "timer_id": timer.id,
        "lead_id": timer.lead_id,
        "due_at": timer.due_at,
    }
