"""PURE. Periods in whole local days: what they span in real time, and the months they hold."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alignment.errors import Refused

DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, kw_only=True)
class ReportPeriod:
    """From one local date to another, both included."""

    from_on: date
    until_on: date
    zone: str

    @property
    def start(self) -> datetime:
        """The first instant."""
        return _midnight(self.from_on, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant that is no longer in it."""
        return _midnight(self.until_on + DAY, self.zone)

    @property
    def is_whole_month(self) -> bool:
        return self.from_on.day == 1 and self.until_on == month_end(self.from_on)

    @property
    def key(self) -> str:
        """2027-03, for a period within one month."""
        return f"{self.from_on:%Y-%m}"

    @property
    def words(self) -> str:
        """March 2027, or 15 Mar 2027 – 2 Apr 2027."""
        if self.is_whole_month:
            return f"{self.from_on:%B %Y}"
        return f"{_day(self.from_on)} – {_day(self.until_on)}"

    def months(self) -> list["ReportPeriod"]:
        """Its calendar months in order, the first and the last cut where the period is."""
        found, begin = [], self.from_on
        while begin <= self.until_on:
            end = min(month_end(begin), self.until_on)
            found.append(ReportPeriod(from_on=begin, until_on=end, zone=self.zone))
            begin = end + DAY
        return found


def last_months(count: int, *, today: date, zone: str) -> ReportPeriod:
    """The present month and those before it, in whole."""
    months = today.year * 12 + today.month - count
    first = date(months // 12, months % 12 + 1, 1)
    return ReportPeriod(from_on=first, until_on=month_end(today), zone=zone)


def period_since(first: datetime, *, today: date, zone: str) -> ReportPeriod:
    """From the month in which something first happened to the end of the present one."""
    begun = max(min(local_date(first, zone), today), date(FIRST_YEAR, 1, 1))
    return ReportPeriod(from_on=begun.replace(day=1), until_on=month_end(today), zone=zone)


def period_between(
    from_on: date | None, until_on: date | None, *, today: date, zone: str
) -> ReportPeriod:
    """What a person chose; an end that is left out is today's month, a start two months before."""
    until_on = until_on or month_end(today)
    _within_reason(until_on)
    from_on = from_on or last_months(3, today=until_on, zone=zone).from_on
    _within_reason(from_on)
    if until_on < from_on:
        raise Refused("The period ends before it begins. Swap the two dates.")
    return ReportPeriod(from_on=from_on, until_on=until_on, zone=zone)


def local_date(at: datetime, zone: str) -> date:
    """The date that the wall reads there."""
    return at.astimezone(ZoneInfo(zone)).date()


def month_end(on: date) -> date:
    return (on.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def _within_reason(on: date) -> None:
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise Refused(f"Choose a year from {FIRST_YEAR} to {LAST_YEAR}.")


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"
