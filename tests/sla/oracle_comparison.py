"""Put one question to the engine and to the oracle, in terms that compare."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from alignment.sla.clock.history import HistoryEvent
from alignment.sla.promises.targets import OpenTime, Target, WorkingDays
from alignment.worktime.calendar import Calendar
from tests.sla import oracle
from tests.sla.lead_histories import all_cycle_readings

MINUTE = timedelta(minutes=1)


def engine_says(
    history: Iterable[HistoryEvent], target: Target, calendar: Calendar, now: datetime
) -> list[tuple[object, ...]]:
    return [
        (
            reading.cycle,
            reading.state.value,
            minute_of(reading.started_at),
            minute_of(reading.warn_at),
            minute_of(reading.due_at),
            None if reading.stopped_at is None else minute_of(reading.stopped_at),
            reading.used / MINUTE,
            reading.left / MINUTE,
        )
        for reading in all_cycle_readings(history, target, calendar, now)
    ]


def oracle_says(
    history: Iterable[HistoryEvent],
    target: Target,
    open_minutes: Sequence[int],
    now: datetime,
    *,
    zone: str = "Europe/Berlin",
) -> list[tuple[object, ...]]:
    lines = [
        oracle.OracleEvent(
            minute_of(x.at), x.kind.value, x.id, x.owner_id, x.facts or {}, x.sequence
        )
        for x in history
    ]
    return oracle.read(lines, as_promise(target, zone), open_minutes, minute_of(now))


def as_promise(target: Target, zone: str) -> oracle.Promise:
    limit, allowed = target.pause_limit, target.allowed
    return oracle.Promise(
        starts=frozenset(kind.value for kind in target.starts_on),
        stops=frozenset(kind.value for kind in target.stops_on),
        cancels=frozenset(kind.value for kind in target.cancels_on),
        minutes=allowed.seconds // 60 if isinstance(allowed, OpenTime) else 0,
        days=allowed.days if isinstance(allowed, WorkingDays) else 0,
        zone=zone,
        requires=frozenset(target.required_fields),
        times=target.times,
        counts_early=target.counts_early,
        per_owner=target.per_owner,
        max_restarts=target.max_restarts,
        pause_limit=None if limit is None else limit // MINUTE,
    )


def minute_of(at: datetime) -> int:
    return round(at.timestamp()) // 60


def instant_of(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
