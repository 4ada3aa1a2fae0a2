"""Template filters: how instants, durations, numbers, shares and money read on a page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from alignment.leads.money import format_money

NO_DATA = "–"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SMALL_SAMPLE = 10


def register(app: Flask) -> None:
    """Teach the templates every filter; those about wall time find the reader's `zone`."""
    app.add_template_filter(_in_readers_zone(instant), "instant")
    app.add_template_filter(_due_in_readers_zone, "due_in")
    for plain in (iso, on, duration, number, percent, share, money, placed):
        app.add_template_filter(plain, plain.__name__)


def instant(at: datetime, zone: str) -> str:
    """Tue 30 Mar 2027, 13:00 CEST"""
    local = _local(at, zone)
    return f"{on(local)}, {local:%H:%M} {_zone_name(local)}"


def iso(at: datetime) -> str:
    """2027-03-30T11:00:00Z"""
    return _local(at, "UTC").strftime("%Y-%m-%dT%H:%M:%SZ")


def on(day: date | None) -> str:
    """Tue 30 Mar 2027"""
    return f"{day:%a} {day.day} {day:%b %Y}" if day else NO_DATA


def due_in(at: datetime, now: datetime, zone: str) -> str:
    """Short words for a due instant; units are rounded down, so nobody is promised more time."""
    left = at - now
    if abs(left) < MINUTE:
        return "due now"
    if left < timedelta():
        return f"{_coarse(-left)} late"
    if left < HOUR:
        return f"due in {left // MINUTE} min"
    return f"due {_day_and_time(_local(at, zone), _local(now, zone))}"


def duration(length: timedelta | float | None) -> str:
    """3 h 20 min, from seconds or a timedelta; never days, since a working day is not 24 hours."""
    if length is None:
        return NO_DATA
    seconds = round(length.total_seconds() if isinstance(length, timedelta) else length)
    if seconds < 0:
        return f"−{duration(-seconds)}"
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(
        part for part in (hours and f"{hours:,} h", minutes and f"{minutes} min") if part
    )


def number(value: float | None, decimals: int = 0) -> str:
    """12,345, with a true minus sign, and a dash for no data."""
    return NO_DATA if value is None else f"{value:,.{decimals}f}".replace("-", "−")


def percent(value: float | None) -> str:
    """91 % of 0.914; 0 % and 100 % only when they are exactly so."""
    if value is None:
        return NO_DATA
    if 0 < value < 0.01:
        return "<1 %"
    if 0.99 < value < 1:
        return ">99 %"
    return f"{number(value * 100)} %"


def share(part: float, whole: float) -> str:
    """A percentage, or the fraction itself below ten, or a dash for a share of nothing."""
    if not whole:
        return NO_DATA
    if whole < SMALL_SAMPLE:
        return f"{number(part)} of {number(whole)}"
    return percent(part / whole)


def money(minor: int | None, currency: str) -> str:
    """1,234.50 EUR, from integer minor units (ISO 4217)."""
    if minor is None:
        return NO_DATA
    return format_money(minor, currency)


class DrawableSegment(Protocol):
    """One stretch of a drawn clock: what kind of time it was, and its share of the whole bar."""

    @property
    def kind(self) -> str: ...
    @property
    def share(self) -> float: ...


@dataclass(frozen=True, kw_only=True)
class PlacedSegment:
    """A segment with its place on the bar, in percent of the bar's width."""

    kind: str
    x: float
    width: float


def placed(segments: Iterable[DrawableSegment]) -> list[PlacedSegment]:
    """Lay segments end to end, left to right; those of no width are left out."""
    bars, x = [], 0.0
    for segment in segments:
        width = round(segment.share * 100, 3)
        if width > 0:
            bars.append(PlacedSegment(kind=segment.kind, x=round(x, 3), width=width))
        x += segment.share * 100
    return bars


def _local(at: datetime, zone: str) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC if zone == "UTC" else ZoneInfo(zone))


def _zone_name(local: datetime) -> str:
    """CEST where the zone has letters of its own, otherwise UTC-03 and the like."""
    name = local.tzname() or ""
    return name if name[:1].isalpha() else f"UTC{name}"


def _coarse(length: timedelta) -> str:
    if length < HOUR:
        return f"{length // MINUTE} min"
    if length < 2 * DAY:
        return f"{length // HOUR} h"
    return f"{length // DAY} days"


def _day_and_time(local: datetime, today: datetime) -> str:
    """The weekday alone means the coming one, so it serves for six days and no longer."""
    days = (local.date() - today.date()).days
    if days == 0:
        return f"today {local:%H:%M}"
    if days < 7:
        return f"{local:%a %H:%M}"
    if local.year == today.year:
        return f"{local:%a} {local.day} {local:%b %H:%M}"
    return f"{on(local)} {local:%H:%M}"


def _in_readers_zone(say: Callable[[datetime, str], str]) -> Callable[..., str]:
    @pass_context
    def filtered(context: Context, at: datetime | None, zone: str | None = None) -> str:
        return NO_DATA if at is None else say(at, zone or _zone_of(context))

    return filtered


@pass_context
def _due_in_readers_zone(
    context: Context, at: datetime | None, now: datetime, zone: str | None = None
) -> str:
    return NO_DATA if at is None else due_in(at, now, zone or _zone_of(context))


def _zone_of(context: Context) -> str:
    zone = context.get("zone")
    if not zone:
        raise LookupError("No reader's zone here: import this macro 'with context', or name a zone")
    return str(zone)
