"""PURE. Promises over a period: how many leads, worth how much, how good, and how far on the way.

Formulas are those of the field: pace compares what came with what should have come by the working
days gone; quality is told both of the decided and of all handed off. Nothing over nothing is None,
never zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

from alignment.errors import Refused
from alignment.worktime.calendar import Calendar
from alignment.worktime.days import Day

ZERO = timedelta()
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Working days of a period: how many there are, and how many are gone."""

    gone: Fraction
    """The day that is running counts by the open time gone of it."""
    total: int


@dataclass(frozen=True, kw_only=True)
class Attainment:
    """What came against what was promised; both counts, or both minor units of money."""

    actual: int
    goal: int
    progress: Progress

    def __post_init__(self) -> None:
        if self.goal < 1:
            raise Refused("Promise at least one")

    @property
    def share(self) -> Fraction:
        return Fraction(self.actual, self.goal)

    @property
    def expected(self) -> Fraction | None:
        """What should have come by now; None where the period has no working day."""
        part = _ratio(self.progress.gone, self.progress.total)
        return None if part is None else self.goal * part

    @property
    def pace(self) -> Fraction | None:
        """1 is on pace; None before any open time has passed."""
        return _ratio(self.actual, self.expected)

    @property
    def heading_for(self) -> Fraction | None:
        """What the period will end with at this pace."""
        return None if self.pace is None else self.goal * self.pace


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What sales made of the leads handed off in a period."""

    accepted: int
    returned: int
    undecided: int
    opportunities: int

    @property
    def handed_off(self) -> int:
        return self.accepted + self.returned + self.undecided

    @property
    def accepted_of_decided(self) -> Fraction | None:
        return _ratio(self.accepted, self.accepted + self.returned)

    @property
    def accepted_of_handed_off(self) -> Fraction | None:
        return _ratio(self.accepted, self.handed_off)

    @property
    def opportunities_of_handed_off(self) -> Fraction | None:
        return _ratio(self.opportunities, self.handed_off)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Leads of one kind, how often such a lead is won, and what a won one is worth."""

    leads: int
    close_rate: Fraction
    average_sale: int
    """Minor units."""


def progress(calendar: Calendar, first_on: date, last_on: date, *, now: datetime) -> Progress:
    """The working days from ``first_on`` to ``last_on``, local dates of the calendar, both in."""
    zone = ZoneInfo(calendar.zone)
    # Noon exists on every date; the calendar answers for the whole of it.
    noons = (datetime.combine(on, time(12), zone) for on in (first_on, last_on))
    days = [day for day in calendar.days(*noons) if day.spans]
    return Progress(gone=sum((_gone(day, now) for day in days), Fraction()), total=len(days))


def value(kinds: Iterable[Kind]) -> int:
    """Expected money in minor units, so that easy leads do not keep the promise."""
    worth = (kind.leads * kind.close_rate * kind.average_sale for kind in kinds)
    return round(sum(worth, Fraction()))


def leads_needed(customers: int, *, lead_to_customer: Fraction) -> int:
    """How many leads so many customers take: 7 customers at 5 percent take 140."""
    if not 0 < lead_to_customer <= 1:
        raise Refused("A rate lies above 0 and up to 100 percent")
    return ceil(customers / lead_to_customer)


def _gone(day: Day, now: datetime) -> Fraction:
    past = sum((min(span.end, now) - span.start for span in day.spans if span.start < now), ZERO)
    whole = sum((span.length for span in day.spans), ZERO)
    return Fraction(past // SECOND, whole // SECOND)


def _ratio(part: Fraction | int, whole: Fraction | int | None) -> Fraction | None:
    return Fraction(part) / whole if whole else None
