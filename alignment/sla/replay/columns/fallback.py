"""PURE. The fallback for leads that columns cannot express: the stopwatch reads them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np

from alignment.sla.clock.history import HistoryEvent, ordered_events
from alignment.sla.clock.reasons import ReasonKind
from alignment.sla.clock.regional_hours import CycleCalendars, calendar_at
from alignment.sla.clock.responsibility import responsible_person
from alignment.sla.clock.retargeting import all_readings
from alignment.sla.clock.stopwatch import ONE_SECOND, Reading
from alignment.sla.promises.targets import Target
from alignment.sla.replay.columns.stopwatch import STATES, ReadingColumns
from alignment.worktime.calendar import Calendar
from alignment.worktime.spans import SECOND, to_micros

HoursOf = Callable[[Target], CycleCalendars]
ReadingRow = tuple[int, int, int, int, int, int]
"""In the order of the columns of ``ReadingColumns``."""


def read_one_by_one(
    histories: Mapping[int, Sequence[HistoryEvent]],
    same_key_targets: Sequence[Target],
    hours_of: HoursOf,
    *,
    since: datetime | None,
    until: datetime,
) -> dict[str, ReadingColumns]:
    """By segment, every round of one promise for these leads."""
    rows: defaultdict[str, list[ReadingRow]] = defaultdict(list)
    targets = {target.segment.name: target for target in same_key_targets}
    for lead_id, history in histories.items():
        events = ordered_events(history, now=until)
        for reading in all_readings(
            events, same_key_targets, hours_of, until, facts={}, since=since
        ):
            target = targets[reading.segment]
            calendar = calendar_at(hours_of(target), events, reading.started_at)
            row = _row(lead_id, reading, target, events, calendar, until)
            rows[reading.segment].append(row)
    return {segment: as_columns(found) for segment, found in rows.items()}


def as_columns(rows: Sequence[ReadingRow]) -> ReadingColumns:
    leads, numbers, states, owners, started, needs = np.array(rows, np.int64).reshape(-1, 6).T
    return ReadingColumns(
        lead_ids=leads,
        numbers=numbers,
        states=states,
        owner_ids=owners,
        started_at=started,
        seconds_needed=needs,
    )


def _row(
    lead_id: int,
    reading: Reading,
    target: Target,
    events: Iterable[HistoryEvent],
    calendar: Calendar,
    until: datetime,
) -> ReadingRow:
    return (
        lead_id,
        reading.cycle,
        STATES.index(reading.state),
        responsible_person(events, target, reading) or 0,
        to_micros(reading.started_at) // SECOND,
        _seconds_needed(reading, calendar, until),
    )


def _seconds_needed(reading: Reading, calendar: Calendar, until: datetime) -> int:
    """As ``readings`` counts it: the open seconds before its last, and one more."""
    if any(x.kind is ReasonKind.VOIDED and x.at == reading.stopped_at for x in reading.reasons):
        return 0
    ends = (reading.stopped_at or until) - ONE_SECOND
    closed = [(pause.at, pause.until) for pause in reading.pauses if pause.until is not None]
    is_running = [pause.at for pause in reading.pauses if pause.until is None]
    used = calendar.between(reading.started_at, min([ends, *is_running]), pauses=closed)
    return int(used.total_seconds()) + 1
