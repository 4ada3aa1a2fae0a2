"""Add closed days from an iCalendar file to the list of exceptions that a person edits."""

from dataclasses import dataclass
from datetime import date

from alignment.accounts.opening_hours.public_holidays import UnreadableHolidays, from_icalendar
from alignment.accounts.opening_hours.text_format import (
    Exceptions,
    read_exceptions,
    write_exceptions,
)

LARGEST = 256 * 1024
"""Bytes; ten years of public holidays take a tenth of it."""
MOST_DAYS = 400
LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class AddedClosures:
    """The single dates with those of the file, and which of them are new."""

    exceptions: str
    days: dict[date, str]


def add_closed_days(exceptions: str, data: bytes) -> AddedClosures:
    """Close each day of the file; a date that stands there already stays as it was typed.

    Raises ``ValueError`` with a sentence where the file, or what was typed, cannot be read.
    """
    if len(data) > LARGEST:
        raise UnreadableHolidays(f"This file is larger than {LARGEST // 1024} KB.")
    known = read_exceptions(exceptions)
    dates = {str(on) for on, *_ in known}
    found = from_icalendar(data)
    days = {on: _one_line(name) for on, name in found.items() if on.isoformat() not in dates}
    if len(days) > MOST_DAYS:
        raise UnreadableHolidays(f"This file holds {len(days)} days; {MOST_DAYS} is the most.")
    closed: Exceptions = [[on.isoformat(), [], name] for on, name in days.items()]
    rows = [*known, *closed]
    return AddedClosures(
        exceptions=write_exceptions(sorted(rows, key=lambda row: str(row[0]))), days=days
    )


def _one_line(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]
