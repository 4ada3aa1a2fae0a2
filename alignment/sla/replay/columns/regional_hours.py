"""PURE. Cycles grouped by the calendar of their region: ``clock.regional_hours``, vectorised."""

from collections.abc import Sequence

import numpy as np

from alignment.sla.clock.regional_hours import RegionalCalendars, region_of_facts
from alignment.sla.replay.columns.cycles import CycleColumns
from alignment.sla.replay.columns.history import HistoryColumns
from alignment.worktime.calendar import Calendar


def cycles_by_calendar(
    lines: HistoryColumns, cycles: CycleColumns, hours: RegionalCalendars
) -> Sequence[tuple[Calendar, CycleColumns]]:
    """The rounds apart by the calendar that their leads' regions chose as they began."""
    known = lines.known
    last = lines.last_of(known.places, cycles.leads, cycles.started_at)
    told = np.append(known.codes, 0)[np.searchsorted(known.places, np.maximum(last, 0))]
    calendars = [hours.calendar(region_of_facts(facts)) for facts in known.documents]
    apart = list(dict.fromkeys(calendars))
    places = np.array([apart.index(calendar) for calendar in calendars], np.int64)
    chosen = places[np.where(last < 0, 0, told)]
    return [(calendar, cycles.only(chosen == place)) for place, calendar in enumerate(apart)]
