"""The calendars of an iCalendar file, line by line, so that a torn entry harms no other."""

import re
from dataclasses import dataclass, field

from alignment.errors import Refused

CALENDAR, EVENT = "VCALENDAR", "VEVENT"


class UnreadableCalendar(Refused, ValueError):
    """The file is no calendar, or is too much of one."""


@dataclass(kw_only=True)
class WrittenEvent:
    """The lines of an entry without what lies within it, and whether its end was found."""

    lines: list[str] = field(default_factory=list)
    is_whole: bool = False


@dataclass(kw_only=True)
class WrittenCalendar:
    """Its properties by name, and its entries."""

    properties: dict[str, str] = field(default_factory=dict)
    events: list[WrittenEvent] = field(default_factory=list)


def written_calendars(data: bytes) -> list[WrittenCalendar]:
    """Every calendar of the file in order; a file without one is refused."""
    calendars: list[WrittenCalendar] = []
    inside: list[str] = []
    for line in re.split(r"\r\n|\n|\r", _decoded(data)):
        verb, _, part = line.strip().upper().partition(":")
        if verb == "BEGIN":
            _begin(calendars, inside, part)
        elif verb == "END":
            _end(calendars, inside, part)
        elif calendars and inside:
            _keep(calendars[-1], inside[-1], line)
    if not calendars:
        raise UnreadableCalendar("This is not an iCalendar file. Choose one ending in .ics.")
    return calendars


def _decoded(data: bytes) -> str:
    """Old programs of offices write Windows’ letters instead of UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _begin(calendars: list[WrittenCalendar], inside: list[str], part: str) -> None:
    """A calendar or an entry also ends the one before that was left open."""
    if part == CALENDAR:
        calendars.append(WrittenCalendar())
        inside.clear()
    elif part == EVENT and calendars:
        calendars[-1].events.append(WrittenEvent())
        del inside[1:]
    inside.append(part)


def _end(calendars: list[WrittenCalendar], inside: list[str], part: str) -> None:
    """What lies within, like an alarm, ends with it."""
    if part not in inside:
        return
    if part == EVENT and calendars:
        calendars[-1].events[-1].is_whole = True
    del inside[inside.index(part) :]


def _keep(calendar: WrittenCalendar, part: str, line: str) -> None:
    if part == EVENT:
        calendar.events[-1].lines.append(line)
    elif part == CALENDAR:
        name, _, value = line.partition(":")
        calendar.properties[name.partition(";")[0].upper()] = value.strip()
