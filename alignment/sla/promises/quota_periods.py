"""PURE. The periods of a quota: from midnight to midnight where the team that owes it works.

A week begins on Monday; months and quarters are those of the calendar year. A period is due in its
last second, so that it counts in the month in which it ends.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from alignment.sla.promises.quotas import Per
from alignment.worktime.calendar import Calendar

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
PACE_STEPS = (Fraction(1, 2), Fraction(3, 4))
"""When so much of the open time of a period is gone, its pace is looked at."""


@dataclass(frozen=True, kw_only=True)
class QuotaSpan:
    """One period: its local dates, both included, and its instants, half open."""

    first_on: date
    last_on: date
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def until(
        cls, due_at: datetime, *, first_on: date, last_on: date, starts_at: datetime
    ) -> "QuotaSpan":
        return cls(
            first_on=first_on, last_on=last_on, starts_at=starts_at, ends_at=due_at + ONE_SECOND
        )

    @property
    def due_at(self) -> datetime:
        """Its last second: what is handed off then still counts."""
        return self.ends_at - ONE_SECOND

    @property
    def words(self) -> str:
        """ "March 2027", "the first quarter of 2027", or "the week of 1 March 2027"."""
        return _words(self.first_on, self.last_on)


def span_at(per: Per, on: date, zone: str) -> QuotaSpan:
    """The period in which this local date lies."""
    first_on = _first(per, on)
    after = _next(per, first_on)
    return QuotaSpan(
        first_on=first_on,
        last_on=after - ONE_DAY,
        starts_at=_midnight(first_on, zone),
        ends_at=_midnight(after, zone),
    )


def span_before(per: Per, span: QuotaSpan, zone: str) -> QuotaSpan:
    return span_at(per, span.first_on - ONE_DAY, zone)


def span_after(per: Per, span: QuotaSpan, zone: str) -> QuotaSpan:
    return span_at(per, span.last_on + ONE_DAY, zone)


def first_whole_span(per: Per, since: datetime, zone: str) -> QuotaSpan:
    """The first period that begins at this instant or later."""
    found = span_at(per, local_date(since, zone), zone)
    return found if found.starts_at >= since else span_after(per, found, zone)


def local_date(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def pace_checks(span: QuotaSpan, calendar: Calendar) -> list[datetime]:
    """When the pace is looked at, step by step; never in a period without open time."""
    seconds = calendar.between(span.starts_at, span.ends_at) // ONE_SECOND
    if not seconds:
        return []
    return [calendar.add(span.starts_at, int(seconds * step) * ONE_SECOND) for step in PACE_STEPS]


def _first(per: Per, on: date) -> date:
    match per:
        case Per.WEEK:
            return on - timedelta(days=on.weekday())
        case Per.MONTH:
            return on.replace(day=1)
        case Per.QUARTER:
            return on.replace(month=on.month - (on.month - 1) % 3, day=1)


def _next(per: Per, first_on: date) -> date:
    """The first day of the period after this one."""
    length = {Per.WEEK: 7, Per.MONTH: 31, Per.QUARTER: 92}[per]
    return _first(per, first_on + timedelta(days=length))


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)


def _words(first_on: date, last_on: date) -> str:
    days = (last_on - first_on).days + 1
    if days == 7:
        return f"the week of {first_on.day} {first_on:%B %Y}"
    if days > 31:
        return f"the {_ORDINALS[first_on.month // 3]} quarter of {first_on.year}"
    return f"{first_on:%B %Y}"


_ORDINALS = ("first", "second", "third", "fourth")
