"""PURE. The leads that columns cannot tell, read by the stopwatch itself."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np

from alignment.accounts.roles import Side
from alignment.leads.happenings import HANDOFFS
from alignment.sla.columns.readings import STATES, Readings
from alignment.sla.history import Happened, lines
from alignment.sla.reasons import Because
from alignment.sla.regional import Hours, calendar_at
from alignment.sla.retargeting import all_readings
from alignment.sla.stopwatch import INSTANT, Reading
from alignment.sla.targets import Target
from alignment.worktime.calendar import Calendar
from alignment.worktime.spans import SECOND, to_micros

HoursOf = Callable[[Target], Hours]
Row = tuple[int, int, int, int, int, int]
"""In the order of the columns of ``Readings``."""


def read_one_by_one(
    histories: Mapping[int, Sequence[Happened]],
    alike: Sequence[Target],
    hours_of: HoursOf,
    *,
    since: datetime | None,
    until: datetime,
) -> dict[str, Readings]:
    """By segment, every round of one promise for these leads."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    targets = {target.segment.name: target for target in alike}
    for lead_id, history in histories.items():
        told = lines(history, now=until)
        for reading in all_readings(told, alike, hours_of, until, facts={}, since=since):
            target = targets[reading.segment]
            calendar = calendar_at(hours_of(target), told, reading.started_at)
            row = _row(lead_id, reading, target, told, calendar, until)
            rows[reading.segment].append(row)
    return {segment: as_columns(found) for segment, found in rows.items()}


def as_columns(rows: Sequence[Row]) -> Readings:
    leads, numbers, states, owners, started, needs = np.array(rows, np.int64).reshape(-1, 6).T
    return Readings(
        lead_ids=leads,
        numbers=numbers,
        states=states,
        owner_ids=owners,
        started_at=started,
        needs=needs,
    )


def _row(
    lead_id: int,
    reading: Reading,
    target: Target,
    told: Iterable[Happened],
    calendar: Calendar,
    until: datetime,
) -> Row:
    return (
        lead_id,
        reading.cycle,
        STATES.index(reading.state),
        _answerable(told, reading, target) or 0,
        to_micros(reading.started_at) // SECOND,
        _needs(reading, calendar, until),
    )


def _answerable(told: Iterable[Happened], reading: Reading, target: Target) -> int | None:
    if target.owed_by is Side.SALES:
        return reading.owner_id
    handoffs = [x for x in told if x.kind in HANDOFFS and x.at <= reading.started_at]
    return handoffs[-1].by_id if handoffs else None


def _needs(reading: Reading, calendar: Calendar, until: datetime) -> int:
    """As ``readings`` counts it: the open seconds before its last, and one more."""
    if any(x.why is Because.VOIDED and x.at == reading.stopped_at for x in reading.reasons):
        return 0
    ends = (reading.stopped_at or until) - INSTANT
    closed = [(pause.at, pause.until) for pause in reading.pauses if pause.until is not None]
    still = [pause.at for pause in reading.pauses if pause.until is None]
    used = calendar.between(reading.started_at, min([ends, *still]), pauses=closed)
    return int(used.total_seconds()) + 1
