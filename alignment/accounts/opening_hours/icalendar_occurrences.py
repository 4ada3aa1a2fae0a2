"""On which dates an entry of a calendar lies, each time that it recurs."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import recurring_ical_events
from icalendar import Calendar, Event, vText

from alignment.accounts.opening_hours.icalendar_entries import (
    CANCELLED,
    IMPOSSIBLE_DATES,
    CalendarEntry,
    UnreadableEntry,
    text_of,
    title_of,
)
from alignment.accounts.opening_hours.icalendar_recurrence import check_recurrence
from alignment.accounts.opening_hours.time_zones import clean_zone

DAY = timedelta(days=1)
CHANGE_OF_CLOCKS = timedelta(hours=1)
LONGEST = timedelta(days=366)
MIDNIGHT, LAST_MINUTE = time(), time(23, 59)
"""Some programs end a whole day at 23:59."""


def occurrences(
    series: Sequence[CalendarEntry], first: date, last: date, *, zone: str
) -> list[Event]:
    """Those that touch these dates and are not called off; ``UnreadableEntry`` says why none is."""
    entry = series[0]
    _check_length(entry)
    check_recurrence(entry)
    try:
        found = recurring_ical_events.of(_calendar(series, zone)).between(first, last + DAY)
    except IMPOSSIBLE_DATES:
        raise UnreadableEntry(f"{entry.title} repeats in a way that is not followed.") from None
    return [event for event in found if text_of(event, "STATUS").upper() != CANCELLED]


def dates_of(event: Event) -> list[date]:
    """Each of its dates; where the end equals the start it is one."""
    start, end = event.start, event.end
    if not _begins_at_midnight(start) or not _ends_a_date(end):
        raise UnreadableEntry(f"{title_of(event)} has a time of day.")
    first, after = _date(start), _date(end)
    if isinstance(end, datetime) and end.time() >= LAST_MINUTE:
        after += DAY
    return [first + DAY * number for number in range(max((after - first).days, 1))]


def _check_length(entry: CalendarEntry) -> None:
    """Whole days but for a change of clocks; the times themselves are looked at later."""
    try:
        length = entry.event.end - entry.event.start
    except IMPOSSIBLE_DATES:
        raise UnreadableEntry(f"{entry.title} has no dates that can be read.") from None
    if length < timedelta():
        raise UnreadableEntry(f"{entry.title} ends before it begins.")
    if length > LONGEST:
        raise UnreadableEntry(f"{entry.title} lasts longer than a year.")
    if length and abs(length - DAY * max(round(length / DAY), 1)) > CHANGE_OF_CLOCKS:
        raise UnreadableEntry(f"{entry.title} has a time of day.")


def _calendar(series: Sequence[CalendarEntry], zone: str) -> Calendar:
    """These entries alone; an instant of UTC that is no midnight is read where the calendar is."""
    calendar = Calendar()
    if not _begins_at_midnight(series[0].event.start):
        calendar["X-WR-TIMEZONE"] = vText(_known_zone(series[0].zone or "", zone))
    for entry in series:
        calendar.add_component(entry.event)
    return calendar


def _known_zone(*names: str) -> str:
    for name in names:
        with suppress(ValueError):
            return clean_zone(name)
    return "UTC"


def _begins_at_midnight(start: date) -> bool:
    return not isinstance(start, datetime) or start.time() == MIDNIGHT


def _ends_a_date(end: date) -> bool:
    return _begins_at_midnight(end) or (isinstance(end, datetime) and end.time() >= LAST_MINUTE)


def _date(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
