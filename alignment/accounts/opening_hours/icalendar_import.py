"""Offer the days of an iCalendar file as lines of the single dates that a person edits."""

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.accounts.opening_hours.icalendar_days import DayEntry, calendar_days
from alignment.accounts.opening_hours.icalendar_text import UnreadableCalendar
from alignment.accounts.opening_hours.text_format import read_exceptions, write_exceptions

LARGEST = 256 * 1024
"""Bytes; ten years of public holidays take a tenth of it."""
MOST_DAYS = 800


@dataclass(frozen=True, kw_only=True)
class OfferedDay:
    """A date of the file and the line that closes it, if it is ticked."""

    day: DayEntry
    line: str


@dataclass(frozen=True, kw_only=True)
class OfferedDays:
    """What is not among the single dates yet, and a sentence for each entry that gives no day."""

    days: Sequence[OfferedDay]
    left_out: Sequence[str]


def offer_days(exceptions: str, data: bytes, *, years: range, zone: str) -> OfferedDays:
    """The days of the file in these years; a date that stands there already stays as it was typed.

    Raises ``ValueError`` with a sentence where the file, or what was typed, cannot be read.
    """
    if len(data) > LARGEST:
        raise UnreadableCalendar(f"This file is larger than {LARGEST // 1024} KB.")
    typed = {str(on) for on, *_ in read_exceptions(exceptions)}
    found = calendar_days(data, years=years, zone=zone)
    if not found.days and not found.left_out:
        raise UnreadableCalendar("This calendar holds no entries.")
    days = [_offered(day) for day in found.days if day.on.isoformat() not in typed]
    if len(days) > MOST_DAYS:
        raise UnreadableCalendar(f"This file holds {len(days)} days; {MOST_DAYS} is the most.")
    return OfferedDays(days=days, left_out=found.left_out)


def with_ticked_days(exceptions: str, lines: Sequence[str]) -> str:
    """The single dates as typed, then the ticked days as their lines."""
    return "\n".join(part for part in (exceptions.rstrip(), *lines) if part)


def _offered(day: DayEntry) -> OfferedDay:
    return OfferedDay(day=day, line=write_exceptions([[day.on.isoformat(), [], day.name]]))
