"""Short ways to tell a lead's history in Berlin wall time around Easter 2027."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from alignment.leads.event_kinds import EventKind
from alignment.sla.clock.history import HistoryEvent, ordered_events
from alignment.sla.clock.regional_hours import CycleCalendars
from alignment.sla.clock.stopwatch import Reading, cycle_readings
from alignment.sla.promises.targets import Target
from alignment.worktime.calendar import Calendar

SAM, MONA, OLGA = 1, 2, 3
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

OFFICE = Calendar.weekly(
    "Europe/Berlin",
    {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")},
    holidays={date(2027, 3, 26): "Good Friday", date(2027, 3, 29): "Easter Monday"},
)
"""Monday 22 to Thursday 25 March 2027 are ordinary days; the next is Tuesday 30 March."""


def berlin(wall: str) -> datetime:
    """ "2027-03-25 18:00", or "25 18:00" for a day of March 2027, as an instant."""
    day, clock = wall.split()
    whole = day if "-" in day else f"2027-03-{day}"
    local = datetime.fromisoformat(f"{whole} {clock}").replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return local.astimezone(UTC)


def line(
    kind: str,
    wall: str,
    *,
    by: int | None = None,
    owner: int | None = None,
    reason: str = "",
    facts: Mapping[str, object] | None = None,
    name: str = "",
) -> HistoryEvent:
    return HistoryEvent(
        kind=EventKind(kind),
        at=berlin(wall),
        id=name or f"{kind} {wall}",
        by_id=by,
        owner_id=owner,
        reason=reason,
        facts=facts,
    )


def told(*stories: str) -> list[HistoryEvent]:
    """Lines such as "handed_off 25 18:00"."""
    return [line(*story.split(" ", 1)) for story in stories]


def reading(history: list[HistoryEvent], target: Target, now: str) -> Reading:
    """The latest cycle, which must have started."""
    found = latest_reading(history, target, OFFICE, berlin(now))
    assert found is not None
    return found


def latest_reading(
    history: Iterable[HistoryEvent], target: Target, hours: CycleCalendars, now: datetime
) -> Reading | None:
    """The latest cycle; none where nothing has started the clock."""
    cycles = all_cycle_readings(history, target, hours, now)
    return cycles[-1] if cycles else None


def all_cycle_readings(
    history: Iterable[HistoryEvent],
    target: Target,
    hours: CycleCalendars,
    now: datetime,
    *,
    since: datetime | None = None,
) -> tuple[Reading, ...]:
    """Every cycle, of a history in any order."""
    return cycle_readings(ordered_events(history, now=now), target, hours, now, since=since)
