"""PURE. The kind of a calendar day: usual hours, closed, a holiday, or with hours of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from alignment.worktime.spans import Span
from alignment.worktime.weekly_hours import WeeklyHours


class DayKind(StrEnum):
    USUAL = "usual"
    """The hours of its weekday; nothing closed it."""
    NOT_OPEN = "not_open"
    """A weekday without hours, such as a Sunday."""
    HOLIDAY = "holiday"
    OVERRIDE = "override"
    """Hours given for this one date, which may be none."""


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    """One local date: all its open spans, and why they are as they are."""

    on: date
    spans: tuple[Span, ...]
    kind: DayKind
    name: str
    """The holiday's name, else empty."""


def calendar_day(hours: Sequence[WeeklyHours], on: date, spans: tuple[Span, ...]) -> CalendarDay:
    """Where calendars are joined, the first with something to say about the date says it."""
    for each in hours:
        if on in each.override_times:
            return CalendarDay(on=on, spans=spans, kind=DayKind.OVERRIDE, name="")
        if on in each.holiday_names:
            return CalendarDay(
                on=on, spans=spans, kind=DayKind.HOLIDAY, name=each.holiday_names[on]
            )
    return CalendarDay(
        on=on, spans=spans, kind=DayKind.USUAL if spans else DayKind.NOT_OPEN, name=""
    )
