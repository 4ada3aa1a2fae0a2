"""The days on which the entries of a calendar lie, and which of them close a team."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from icalendar import Event

from alignment.accounts.opening_hours.icalendar_entries import (
    LONGEST_NAME,
    CalendarEntry,
    UnreadableEntry,
    calendar_entries,
    name_of,
    text_of,
)
from alignment.accounts.opening_hours.icalendar_occurrences import dates_of, occurrences
from alignment.accounts.opening_hours.icalendar_revisions import standing_series
from alignment.accounts.opening_hours.icalendar_text import UnreadableCalendar

MOST_REPEATING, MOST_OCCURRENCES = 300, 5_000
MOST_OF_ONE = 600
"""A day a week for eleven years is less."""
DOUBTS = (
    ("observance", re.compile(r"\bobservances?\b|not an? (public|bank) holiday", re.IGNORECASE)),
    ("not everywhere", re.compile(r"holiday in (?!lieu)|(regional|local) holiday", re.IGNORECASE)),
)
"""What the words of an entry say against closing the team."""
HOLIDAY = re.compile(r"\b(public|bank|national|federal) holiday\b", re.IGNORECASE)
"""The common sources mark these, too, as time that is free."""


@dataclass(frozen=True, kw_only=True)
class DayEntry:
    """A date with the names of its entries, and what speaks against closing on it."""

    on: date
    name: str
    doubt: str

    @property
    def closes(self) -> bool:
        return not self.doubt


@dataclass(frozen=True, kw_only=True)
class ReadCalendar:
    """The dates in order, each once, and a sentence for each entry that gives none."""

    days: Sequence[DayEntry]
    left_out: Sequence[str]


def calendar_days(data: bytes, *, years: range, zone: str) -> ReadCalendar:
    """The days of a file in these years; instants are read in this zone if the file names none."""
    read = calendar_entries(data)
    if sum("RRULE" in entry.event for entry in read.entries) > MOST_REPEATING:
        raise UnreadableCalendar(f"More than {MOST_REPEATING} entries of this file repeat.")
    found: list[DayEntry] = []
    left_out = [*read.unreadable]
    left_out += [f"{entry.title} is called off." for entry in read.entries if entry.is_called_off]
    for series in standing_series(read.entries):
        days, reasons = _days_of_series(series, years=years, zone=zone)
        found, left_out = found + days, left_out + reasons
        if len(found) > MOST_OCCURRENCES:
            raise UnreadableCalendar(f"This file holds more than {MOST_OCCURRENCES} days.")
    return ReadCalendar(days=_one_a_date(found), left_out=list(dict.fromkeys(left_out)))


def _days_of_series(
    series: Sequence[CalendarEntry], *, years: range, zone: str
) -> tuple[list[DayEntry], list[str]]:
    """Its days in these years, and a sentence for what gives none."""
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    try:
        events = occurrences(series, first, last, zone=zone)
    except UnreadableEntry as reason:
        return [], [str(reason)]
    days, reasons = _days_and_reasons(events, is_read_in_full=not series[0].event.errors)
    days = [day for day in days if first <= day.on <= last]
    if len(days) > MOST_OF_ONE:
        return [], [f"{series[0].title} has {len(days)} days; {MOST_OF_ONE} is the most."]
    if not days and not reasons:
        reasons = [f"{series[0].title} has no day from {years[0]} to {years[-1]}."]
    return days, reasons


def _days_and_reasons(
    events: Iterable[Event], *, is_read_in_full: bool
) -> tuple[list[DayEntry], list[str]]:
    days: list[DayEntry] = []
    reasons: list[str] = []
    for event in events:
        try:
            days += _days_of(event, is_read_in_full=is_read_in_full)
        except UnreadableEntry as reason:
            reasons.append(str(reason))
    return days, reasons


def _days_of(event: Event, *, is_read_in_full: bool) -> list[DayEntry]:
    doubt = _doubt(event) if is_read_in_full else "not read in full"
    name = name_of(event)
    return [DayEntry(on=on, name=name, doubt=doubt) for on in dates_of(event)]


def _doubt(event: Event) -> str:
    """What speaks against closing; the words of the entry count more than its free time."""
    words = " ".join((text_of(event, "SUMMARY"), text_of(event, "DESCRIPTION"), *event.categories))
    if text_of(event, "STATUS").upper() == "TENTATIVE":
        return "not certain"
    for doubt, pattern in DOUBTS:
        if pattern.search(words):
            return doubt
    is_free = text_of(event, "TRANSP").upper() == "TRANSPARENT"
    return "marked as free time" if is_free and not HOLIDAY.search(words) else ""


def _one_a_date(days: Iterable[DayEntry]) -> list[DayEntry]:
    """Where several entries share a date, those that close it name it."""
    by_date: dict[date, list[DayEntry]] = defaultdict(list)
    for day in days:
        by_date[day.on].append(day)
    return [_joined(by_date[on]) for on in sorted(by_date)]


def _joined(days: Sequence[DayEntry]) -> DayEntry:
    named = [day for day in days if day.closes] or days
    names = dict.fromkeys(day.name for day in named if day.name)
    return replace(named[0], name=", ".join(names)[:LONGEST_NAME])
