"""How many working days back a touch of a lead may be dated, by the targets of its open timers."""

from collections.abc import Iterable

from alignment.leads.event_kinds import BACKDATING_LIMIT_DAYS, TOUCH_KINDS
from alignment.sla.timers.inspection import InspectedTimer


def backdating_limit(timers: Iterable[InspectedTimer]) -> int:
    """Working days: the strictest of a lead's open promises that touches keep; else the usual."""
    limits = (
        timer.target.dated_back_limit_days
        for timer in timers
        if timer.reading.is_open and timer.target.stops_on & TOUCH_KINDS
    )
    return min(limits, default=BACKDATING_LIMIT_DAYS)
