"""What kind of date it is: open as usual, closed as usual, a holiday, or with hours of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from alignment.worktime.hours import Hours
from alignment.worktime.spans import Span


class Kind(StrEnum):
    USUAL = "usual"
    """The hours of its weekday; nothing closed it."""
    NOT_OPEN = "not_open"
    """A weekday without hours, such as a Sunday."""
    HOLIDAY = "holiday"
    OVERRIDE = "override"
    """Hours given for this one date, which may be none."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """One local date: all its open spans, and why they are as they are."""

    on: date
    spans: tuple[Span, ...]
    kind: Kind
    name: str
    """The holiday's name, else empty."""


def day_of(hours: Sequence[Hours], on: date, spans: tuple[Span, ...]) -> Day:
    """Where calendars are joined, the first with something to say about the date says it."""
    for each in hours:
        if on in each.override_times:
            return Day(on=on, spans=spans, kind=Kind.OVERRIDE, name="")
        if on in each.holiday_names:
            return Day(on=on, spans=spans, kind=Kind.HOLIDAY, name=each.holiday_names[on])
    return Day(on=on, spans=spans, kind=Kind.USUAL if spans else Kind.NOT_OPEN, name="")
