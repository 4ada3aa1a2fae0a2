"""PURE. How the calendar affected a timer, date by date, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from alignment.sla.clock.stopwatch import Reading, TimerState
from alignment.sla.promises.dates_and_durations import (
    date_in_words,
    date_range_in_words,
    duration_in_words,
)
from alignment.worktime.calendar import Calendar
from alignment.worktime.calendar_days import CalendarDay, DayKind

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class DatedSentence:
    """A sentence and its place in the story."""

    at: datetime
    position: int
    """Among sentences of one instant."""
    sentence: str


@dataclass(frozen=True, kw_only=True)
class CountedDay:
    """One date, and how much of it the clock counted."""

    date: CalendarDay
    length: timedelta


def calendar_sentences(reading: Reading, calendar: Calendar) -> Iterator[DatedSentence]:
    """From the start to due, or to where the clock stands still: dates that are alike together."""
    if calendar == Calendar.always():
        return
    counted = _counted(reading, calendar)
    for _, days in groupby(counted, key=_grouping_key):
        run = list(days)
        is_first = run[0] is counted[0]
        # The line of the first date follows the line that says what started the clock.
        at = reading.started_at if is_first else _midnight(run[0].date, calendar)
        yield DatedSentence(
            at=at, position=2 if is_first else 0, sentence=_sentence(run, is_first=is_first)
        )
    yield from _daylight_saving_changes(counted, calendar)


def _counted(reading: Reading, calendar: Calendar) -> list[CountedDay]:
    stands = reading.state is TimerState.PAUSED
    last = reading.pauses[-1].at if stands else reading.due_at
    pauses = [(each.at, each.until) for each in reading.pauses if each.until is not None]
    found = []
    for date in calendar.days(reading.started_at, last):
        length = timedelta()
        for span in date.spans:
            start, end = max(span.start, reading.started_at), min(span.end, last)
            length += calendar.between(start, end, pauses=pauses)
        found.append(CountedDay(date=date, length=length))
    # Due at the opening: the date of the due instant itself counted nothing.
    return found[:-1] if len(found) > 1 and not found[-1].length else found


def _grouping_key(counted: CountedDay) -> tuple[DayKind, str, bool]:
    return counted.date.kind, counted.date.name, counted.length > timedelta()


def _sentence(run: list[CountedDay], *, is_first: bool) -> str:
    first, last = run[0].date, run[-1].date
    length = sum((each.length for each in run), timedelta())
    open_time = f"{duration_in_words(length)} counted" if length else "nothing counted"
    usual = "already closed" if is_first and not length else open_time
    what = {
        DayKind.USUAL: usual,
        DayKind.NOT_OPEN: "closed",
        DayKind.HOLIDAY: f"{first.name or 'holiday'}, {open_time if length else 'closed'}",
        DayKind.OVERRIDE: f"hours of its own, {open_time if first.spans else 'closed'}",
    }
    return f"{date_range_in_words(first.on, last.on)}: {what[first.kind]}."


def _daylight_saving_changes(
    counted: list[CountedDay], calendar: Calendar
) -> Iterator[DatedSentence]:
    for each in counted:
        on = each.date.on
        length = _midnight_after(each.date, calendar) - _midnight(each.date, calendar)
        if length != DAY:
            said = (
                f"{date_in_words(on)}: the clocks change; the day has {duration_in_words(length)}."
            )
            yield DatedSentence(at=_midnight(each.date, calendar), position=1, sentence=said)


def _midnight(date: CalendarDay, calendar: Calendar) -> datetime:
    return _instant(datetime.combine(date.on, time(), ZoneInfo(calendar.zone)))


def _midnight_after(date: CalendarDay, calendar: Calendar) -> datetime:
    return _instant(datetime.combine(date.on + DAY, time(), ZoneInfo(calendar.zone)))


def _instant(local: datetime) -> datetime:
    return local.astimezone(UTC)
