"""PURE. Promises over a period: how many leads, worth how much, how good, and how far on the way.

Formulas are those of the field: pace compares what came with what should have come by the working
days gone; quality is told both of the decided and of all handed off. Nothing over nothing is None,
never zero.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.sla.promises.segments import Segment
from alignment.sla.promises.targets import REQUIRABLE_FIELDS
from alignment.worktime.calendar import Calendar
from alignment.worktime.calendar_days import CalendarDay

ZERO = timedelta()
SECOND = timedelta(seconds=1)


class Measure(StrEnum):
    """What is counted of the leads handed off in a period."""

    VOLUME = "volume"
    """How many entries: a lead that is returned and fixed counts once."""
    VALUE = "value"
    """What the leads of these entries are worth."""
    ACCEPTANCE_RATE = "acceptance_rate"
    """How many sales accepted, of those it decided on."""
    OPPORTUNITY_RATE = "opportunity_rate"
    """How many became opportunities, of all handed off."""
    COMPLETENESS_RATE = "completeness_rate"
    """How many had every required field at the handoff, of all handed off."""


RATES = frozenset({Measure.ACCEPTANCE_RATE, Measure.OPPORTUNITY_RATE, Measure.COMPLETENESS_RATE})


class Per(StrEnum):
    """Weeks begin on Monday; months and quarters are those of the calendar year."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, kw_only=True)
class Quota:
    """One promise over a period; ``key`` names it across versions."""

    key: str
    name: str
    owed_by: Side
    measure: Measure
    goal: int
    """At least so many leads, minor units of money, or percent."""
    per: Per
    segment: Segment = field(default_factory=Segment)
    currency: str = ""
    """Of a value; leads worth another currency do not count."""
    required_fields: tuple[str, ...] = ()
    """What makes a lead complete, where that is measured."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", self.key):
            raise Refused("A promise's key is lower case letters, digits and underscores")
        for wrong, sentence in self._complaints():
            if wrong:
                raise Refused(f"{self.name or self.key}: {sentence}")

    @property
    def is_rate(self) -> bool:
        return self.measure in RATES

    def _complaints(self) -> Iterable[tuple[bool, str]]:
        is_money = self.measure is Measure.VALUE
        asks_fields = self.measure is Measure.COMPLETENESS_RATE
        yield not self.name.strip(), "give the promise a name"
        yield self.owed_by not in (Side.MARKETING, Side.SALES), "marketing or sales must owe it"
        yield self.goal < 1, "promise at least one"
        yield self.is_rate and self.goal > 100, "a rate is at most 100 percent"
        yield self.goal > 10**15, "promise less"
        yield is_money and not re.fullmatch("[A-Z]{3}", self.currency), "name a currency like EUR"
        yield not is_money and bool(self.currency), "only a value has a currency"
        yield asks_fields and not self.required_fields, "name the fields that a lead needs"
        yield not asks_fields and bool(self.required_fields), "only completeness asks for fields"
        for name in set(self.required_fields) - REQUIRABLE_FIELDS:
            yield True, f"a lead has no field {name!r}"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Working days of a period: how many there are, and how many are gone."""

    gone: Fraction
    """The day that is running counts by the open time gone of it."""
    total: int


@dataclass(frozen=True, kw_only=True)
class QuotaAttainment:
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
class LeadCategory:
    """Leads of one kind, how often such a lead is won, and what a won one is worth."""

    leads: int
    close_rate: Fraction
    average_sale: int
    """Minor units."""


def period_progress(
    calendar: Calendar, first_on: date, last_on: date, *, now: datetime
) -> Progress:
    """The working days from ``first_on`` to ``last_on``, local dates of the calendar, both in."""
    zone = ZoneInfo(calendar.zone)
    # Noon exists on every date; the calendar answers for the whole of it.
    noons = (datetime.combine(on, time(12), zone) for on in (first_on, last_on))
    days = [day for day in calendar.days(*noons) if day.spans]
    return Progress(
        gone=sum((_share_of_day_gone(day, now) for day in days), Fraction()), total=len(days)
    )


def expected_value(kinds: Iterable[LeadCategory]) -> int:
    """Expected money in minor units, so that easy leads do not keep the promise."""
    worth = (kind.leads * kind.close_rate * kind.average_sale for kind in kinds)
    return round(sum(worth, Fraction()))


def leads_needed(customers: int, *, lead_to_customer: Fraction) -> int:
    """How many leads so many customers take: 7 customers at 5 percent take 140."""
    if not 0 < lead_to_customer <= 1:
        raise Refused("A rate lies above 0 and up to 100 percent")
    return ceil(customers / lead_to_customer)


def _share_of_day_gone(day: CalendarDay, now: datetime) -> Fraction:
    past = sum((min(span.end, now) - span.start for span in day.spans if span.start < now), ZERO)
    whole = sum((span.length for span in day.spans), ZERO)
    return Fraction(past // SECOND, whole // SECOND)


def _ratio(part: Fraction | int, whole: Fraction | int | None) -> Fraction | None:
    return Fraction(part) / whole if whole else None
