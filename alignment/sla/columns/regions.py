"""PURE. Which rounds count in which region's hours: ``sla.regional`` for columns."""

from collections.abc import Sequence

import numpy as np

from alignment.sla.columns.lines import Lines
from alignment.sla.columns.rounds import Rounds
from alignment.sla.regional import Regional, region_in
from alignment.worktime.calendar import Calendar


def by_calendar(lines: Lines, found: Rounds, hours: Regional) -> Sequence[tuple[Calendar, Rounds]]:
    """The rounds apart by the calendar that their leads' regions chose as they began."""
    known = lines.known
    last = lines.last_of(known.places, found.leads, found.started_at)
    told = np.append(known.codes, 0)[np.searchsorted(known.places, np.maximum(last, 0))]
    calendars = [hours.calendar(region_in(facts)) for facts in known.documents]
    apart = list(dict.fromkeys(calendars))
    places = np.array([apart.index(calendar) for calendar in calendars], np.int64)
    chosen = places[np.where(last < 0, 0, told)]
    return [(calendar, found.only(chosen == place)) for place, calendar in enumerate(apart)]
