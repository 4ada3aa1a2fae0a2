"""PURE. Instants, dates and durations in words."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DURATION_UNITS = (("hour", 3600), ("minute", 60), ("second", 1))


def date_and_time(at: datetime, zone: ZoneInfo) -> str:
    """ "Tuesday 30 March 2027 at 13:00", in the zone's wall time."""
    local = at.astimezone(zone)
    return f"{date_in_words(local)} {local.year} at {local:%H:%M}"


def date_in_words(on: date) -> str:
    """ "Tuesday 30 March"."""
    return f"{on:%A} {on.day} {on:%B}"


def date_range_in_words(first: date, last: date) -> str:
    """ "Tuesday 30 March", or "Saturday 27 to Sunday 28 March"."""
    if first == last:
        return date_in_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%A} {first.day} to {date_in_words(last)}"
    return f"{date_in_words(first)} to {date_in_words(last)}"


def duration_in_words(length: timedelta) -> str:
    """ "3 hours 20 minutes"; the two largest units, cut not rounded."""
    rest, said = round(length.total_seconds()), []
    for name, size in DURATION_UNITS:
        count, rest = divmod(rest, size)
        if count:
            said.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(said[:2]) or "no time"
