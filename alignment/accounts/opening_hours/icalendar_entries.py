"""The entries of an iCalendar file, and a sentence for each that cannot be read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from icalendar import Event, vDDDTypes, vRecur, vText

from alignment.accounts.opening_hours.icalendar_text import WrittenEvent, written_calendars
from alignment.errors import Refused

KINDS = {"DTSTART": date, "DTEND": date, "RECURRENCE-ID": date, "DURATION": timedelta}
DATES = {*KINDS, "RRULE", "RDATE", "EXDATE"}
"""Where one of these cannot be read nobody knows on which days an entry lies."""
IMPOSSIBLE_DATES = (ValueError, TypeError, ArithmeticError)
"""What the library raises where dates do not fit each other or the calendar."""
CANCELLED = "CANCELLED"
LONGEST_NAME = 100


class UnreadableEntry(Refused, ValueError):
    """This entry gives no whole days; says why, by its name."""


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One VEVENT, and the zone in which its calendar is meant where it says so."""

    event: Event
    zone: str | None

    @property
    def title(self) -> str:
        return title_of(self.event)

    @property
    def uid(self) -> str | None:
        return text_of(self.event, "UID") or None

    @property
    def sequence(self) -> int:
        """The higher one is the later revision of the same entry."""
        number = text_of(self.event, "SEQUENCE")
        return int(number) if number.isdecimal() else 0

    @property
    def is_change(self) -> bool:
        """Whether it says what became of one occurrence of another entry."""
        return "RECURRENCE-ID" in self.event

    @property
    def is_called_off(self) -> bool:
        return text_of(self.event, "STATUS").upper() == CANCELLED


@dataclass(frozen=True, kw_only=True)
class CalendarEntries:
    """What a file holds, and a sentence for each entry that cannot be read."""

    entries: Sequence[CalendarEntry]
    unreadable: Sequence[str]


def calendar_entries(data: bytes) -> CalendarEntries:
    """The entries of every calendar in the file, in order."""
    entries: list[CalendarEntry] = []
    unreadable: list[str] = []
    for calendar in written_calendars(data):
        for written in calendar.events:
            try:
                entries.append(_entry(written, calendar.properties))
            except UnreadableEntry as reason:
                unreadable.append(str(reason))
    return CalendarEntries(entries=entries, unreadable=unreadable)


def title_of(event: Event) -> str:
    """How a sentence names it."""
    name = name_of(event)
    return f"“{name}”" if name else "An entry without a name"


def name_of(event: Event) -> str:
    return text_of(event, "SUMMARY")[:LONGEST_NAME]


def text_of(event: Event, name: str) -> str:
    """In one line; of several the first."""
    found = event.get(name, "")
    first = found[0] if isinstance(found, list) else found
    printable = "".join(each if each.isprintable() else " " for each in str(first))
    return " ".join(printable.split())


def _entry(written: WrittenEvent, calendar: dict[str, str]) -> CalendarEntry:
    event = _event(written.lines)
    entry = CalendarEntry(event=event, zone=calendar.get("X-WR-TIMEZONE"))
    if not written.is_whole:
        raise UnreadableEntry(f"{entry.title} is cut off.")
    _check_dates(entry)
    if calendar.get("METHOD", "").upper() == "CANCEL":
        event["STATUS"] = vText(CANCELLED)
    if entry.is_called_off and entry.is_change and "DTSTART" not in event:
        event["DTSTART"] = vDDDTypes(event.RECURRENCE_ID)
    return entry


def _event(lines: Iterable[str]) -> Event:
    try:
        event = Event.from_ical("\r\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT", "")))
    except IMPOSSIBLE_DATES:
        event = None
    if not isinstance(event, Event):
        raise UnreadableEntry("An entry cannot be read.")
    return event


def _check_dates(entry: CalendarEntry) -> None:
    """Another property that cannot be read is left away; that there was one stays in `errors`."""
    event = entry.event
    unreadable = {name for name, _ in event.errors if name}
    if broken := sorted(DATES & unreadable) or list(_of_another_kind(event)):
        raise UnreadableEntry(f"{entry.title} cannot be read: {', '.join(broken)}.")
    for name in unreadable:
        event.pop(name, None)


def _of_another_kind(event: Event) -> Iterator[str]:
    """A period where a date is due, or two dates where one is."""
    for name, kind in KINDS.items():
        if name in event and not isinstance(getattr(event[name], "dt", None), kind):
            yield name
    if "RRULE" in event and not isinstance(event["RRULE"], vRecur):
        yield "RRULE"
