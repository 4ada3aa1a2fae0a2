"""PURE. Instants, dates and lengths as people say them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

UNITS = (("hour", 3600), ("minute", 60), ("second", 1))


def day_and_clock(at: datetime, zone: ZoneInfo) -> str:
    """ "Tuesday 30 March 2027 at 13:00", in the zone's wall time."""
    local = at.astimezone(zone)
    return f"{day(local)} {local.year} at {local:%H:%M}"


def day(on: date) -> str:
    """ "Tuesday 30 March"."""
    return f"{on:%A} {on.day} {on:%B}"


def days(first: date, last: date) -> str:
    """ "Tuesday 30 March", or "Saturday 27 to Sunday 28 March"."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%A} {first.day} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def duration(length: timedelta) -> str:
    """ "3 hours 20 minutes"; the two largest units, cut not rounded."""
    rest, said = round(length.total_seconds()), []
    for name, size in UNITS:
        count, rest = divmod(rest, size)
        if count:
            said.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(said[:2]) or "no time"
