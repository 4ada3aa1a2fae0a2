"""PURE. Weekly opening hours as people write them, checked and frozen."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alignment.worktime.spans import DAY_SECONDS, BadCalendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WALL_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")

WrittenTimes = Sequence[Sequence[str]]
DayTimes = tuple[tuple[int, int], ...]
"""Pairs of seconds since the date's midnight; a night's end lies beyond the date's 86,400."""


@dataclass(frozen=True, kw_only=True)
class WeeklyHours:
    """One zone's hours: a night belongs to the date on which it begins."""

    zone: str
    week: tuple[DayTimes, ...]
    holidays: tuple[tuple[date, str], ...]
    overrides: tuple[tuple[date, DayTimes], ...]

    @cached_property
    def holiday_names(self) -> dict[date, str]:
        return dict(self.holidays)

    @cached_property
    def override_times(self) -> dict[date, DayTimes]:
        return dict(self.overrides)


def parse_weekly_hours(
    zone: str,
    week: Mapping[str, WrittenTimes],
    *,
    holidays: Iterable[date] | Mapping[date, str],
    overrides: Mapping[date, WrittenTimes],
) -> WeeklyHours:
    """The hours as written, or BadCalendar with a sentence for the person who wrote them."""
    named = holidays if isinstance(holidays, Mapping) else dict.fromkeys(holidays, "")
    hours = WeeklyHours(
        zone=_known_zone(zone),
        week=_week(week),
        holidays=tuple(sorted((_whole_date(on), name) for on, name in named.items())),
        overrides=tuple(
            sorted((_whole_date(on), _times(str(on), overrides[on])) for on in overrides)
        ),
    )
    if not any(hours.week) and not any(times for _, times in hours.overrides):
        raise BadCalendar("These hours are never open. Give at least one weekday or date a time.")
    return hours


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A folder of zones such as "Europe" is an OSError, a path a ValueError.
        raise BadCalendar(f"“{zone}” is not a time zone. Write one like Europe/Berlin.") from None
    return zone


def _week(written: Mapping[str, WrittenTimes]) -> tuple[DayTimes, ...]:
    for weekday in written.keys() - set(WEEKDAYS):
        raise BadCalendar(f"“{weekday}” is not a weekday. Write one of {', '.join(WEEKDAYS)}.")
    week = tuple(_times(weekday, written.get(weekday, ())) for weekday in WEEKDAYS)
    for weekday, times, after in zip(WEEKDAYS, week, week[1:] + week[:1], strict=True):
        if times and after and times[-1][1] > after[0][0] + DAY_SECONDS:
            raise BadCalendar(
                f"The night of {weekday.title()} runs into the hours of the next day. "
                "End it sooner, or open later on that day."
            )
    return week


def _times(day: str, written: WrittenTimes) -> DayTimes:
    times = tuple(sorted(_pair(day, pair) for pair in written))
    for earlier, later in pairwise(times):
        if later[0] < earlier[1]:
            raise BadCalendar(f"On {day} two intervals overlap. Join them or move one.")
    return times


def _pair(day: str, pair: Sequence[str]) -> tuple[int, int]:
    if len(pair) != 2:
        raise BadCalendar(f"On {day} an interval needs two times: when it opens and closes.")

    start, end = _seconds(day, pair[0]), _seconds(day, pair[1])
    if start == DAY_SECONDS:
        raise BadCalendar(f"On {day} nothing can open at 24:00. Write 00:00 on the next day.")
    if start == end:
        raise BadCalendar(
            f"On {day} an interval has no length. Write 00:00 to 24:00 for a whole day."
        )
    return start, end if end > start else end + DAY_SECONDS


def _seconds(day: str, wall: str) -> int:
    if not WALL_TIME.fullmatch(wall):
        raise BadCalendar(f"On {day} “{wall}” is not a time. Write one from 00:00 to 24:00.")
    return int(wall[:2]) * 3600 + int(wall[3:]) * 60


def _whole_date(on: date) -> date:
    if isinstance(on, datetime):
        raise BadCalendar(f"{on} is an instant. Holidays and exceptions are whole dates.")
    return on
