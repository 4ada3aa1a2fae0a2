"""Dates and instants as exports write them. Day and month are never guessed."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from alignment.files.errors import AmbiguousDates, BadCell
from alignment.files.rows import excerpt

FIRST_YEAR, LAST_YEAR = 2000, 2100
WIDEST_OFFSET = timedelta(hours=14)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?![0-9])")
DAY_NAMED_MONTH = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -]([0-9]{4})(?![0-9])")
NAMED_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})(?![0-9])")
TIME = re.compile(
    r"(?:[Tt]|,? )([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"(?: ?([AaPp])[Mm])?(?: ?([Zz]|[+-][0-9]{2}:?[0-9]{2}))?"
)


class DateOrder(StrEnum):
    """How the numbers of a date follow each other."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


def parse_instant(raw: str, *, order: DateOrder | None, zone: ZoneInfo) -> datetime:
    """The instant in UTC, to the second; its own offset wins over ``zone``.

    A date alone is the beginning of that day. A time that the clocks skip is refused; of a time
    that comes twice the first is taken. ``order`` matters only where the year comes last.
    """
    on, rest = _date(raw, order)
    if not rest:
        return _beginning(on, zone)

    match = TIME.fullmatch(rest)
    if match is None:
        raise BadCell(f"{excerpt(raw)} is not a date and time")
    hour, minute, second, half, offset = match.groups()
    wall_zone = _offset(offset, raw) if offset else zone
    hours = _hour_of_day(int(hour), half, raw)
    try:
        wall = datetime(
            on.year, on.month, on.day, hours, int(minute), int(second or 0), 0, wall_zone
        )
    except ValueError as error:
        raise BadCell(f"{excerpt(raw)} is not a time of the day") from error
    return _existing(wall, raw)


def parse_date(raw: str, *, order: DateOrder | None) -> date:
    """The date; a time of day behind it is refused, for it would need a zone."""
    on, rest = _date(raw, order)
    if rest:
        raise BadCell(f"{excerpt(raw)} is not a date alone")
    return on


def guess_date_order(samples: Iterable[str]) -> DateOrder:
    """The only order that fits all samples; AmbiguousDates where both or neither would."""
    fitting = {DateOrder.DMY, DateOrder.MDY}
    example = None
    for sample in samples:
        if match := YEAR_LAST.match(sample):
            fitting -= _unfitting(int(match[1]), int(match[3]))
            example = example or sample
    if example is None:
        return DateOrder.YMD
    if len(fitting) != 1:
        raise AmbiguousDates(example)
    return fitting.pop()


def _date(raw: str, order: DateOrder | None) -> tuple[date, str]:
    if match := YEAR_FIRST.match(raw):
        year, month, day_of_month = match[1], match[3], match[4]
    elif match := YEAR_LAST.match(raw):
        year = match[4]
        month, day_of_month = _month_and_day(match, order)
    elif match := DAY_NAMED_MONTH.match(raw):
        year, month, day_of_month = match[3], _month(match[2], raw), match[1]
    elif match := NAMED_MONTH_DAY.match(raw):
        year, month, day_of_month = match[3], _month(match[1], raw), match[2]
    else:
        raise BadCell(f"{excerpt(raw)} is not a date; write it as 2026-03-31")
    return _checked(int(year), int(month), int(day_of_month), raw), raw[match.end() :]


def _month_and_day(match: re.Match[str], order: DateOrder | None) -> tuple[str, str]:
    if order is None:
        raise AmbiguousDates(match[0])
    if order is DateOrder.YMD:
        raise BadCell(f"{match[0]} does not put the year first")
    return (match[3], match[1]) if order is DateOrder.DMY else (match[1], match[3])


def _month(word: str, raw: str) -> str:
    start = word[:3].lower()
    if start not in MONTHS:
        raise BadCell(f"{excerpt(raw)} names no month in English")
    return str(MONTHS.index(start) + 1)


def _checked(year: int, month: int, day_of_month: int, raw: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadCell(f"{excerpt(raw)} is outside the years {FIRST_YEAR} to {LAST_YEAR}")
    try:
        return date(year, month, day_of_month)
    except ValueError as error:
        raise BadCell(f"{excerpt(raw)} is not a day of the calendar") from error


def _hour_of_day(hour: int, half: str | None, raw: str) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise BadCell(f"{excerpt(raw)} is not a time of the day")
    return hour % 12 + (12 if half in "Pp" else 0)


def _offset(offset: str, raw: str) -> tzinfo:
    if offset in "Zz":
        return UTC
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    if ahead > WIDEST_OFFSET or int(offset[-2:]) > 59:
        raise BadCell(f"{excerpt(raw)} is further from UTC than any place")
    return timezone(-ahead if offset[0] == "-" else ahead)


def _existing(wall: datetime, raw: str) -> datetime:
    at = wall.astimezone(UTC)
    # Both are in one zone, so Python compares what the wall clock shows: unlike in a gap.
    if at.astimezone(wall.tzinfo) != wall:
        raise BadCell(f"{excerpt(raw)} does not exist in {wall.tzinfo}: the clocks went ahead")
    return at


def _beginning(on: date, zone: ZoneInfo) -> datetime:
    """Where the clocks skip midnight, as they did in Brazil, the day begins after the gap."""
    at = datetime(on.year, on.month, on.day, tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).date() != on:
        raise BadCell(f"{on} does not exist in {zone}")
    return at


def _unfitting(first: int, second: int) -> set[DateOrder]:
    unfitting = set()
    if first > 12:
        unfitting.add(DateOrder.MDY)
    if second > 12:
        unfitting.add(DateOrder.DMY)
    return unfitting
