"""How far back a touch of one lead may be dated: its promises say so."""

from collections.abc import Iterable

from alignment.leads.happenings import DATED_BACK_AT_MOST, TOUCHES
from alignment.sla.inspection import Inspected


def days_back(clocks: Iterable[Inspected]) -> int:
    """Working days: the strictest of a lead's open promises that touches keep; else the usual."""
    limits = (
        clock.target.dated_back_limit_days
        for clock in clocks
        if clock.reading.is_open and clock.target.stops_on & TOUCHES
    )
    return min(limits, default=DATED_BACK_AT_MOST)
