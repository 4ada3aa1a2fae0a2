"""PURE. Why a clock is due when it is, in sentences and as a drawn line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from alignment.sla.daylight import Told, daylight
from alignment.sla.phrases import day_and_clock, duration
from alignment.sla.reasons import Because, Reason
from alignment.sla.stopwatch import Reading, State
from alignment.sla.targets import OpenTime, Target
from alignment.worktime.calendar import Calendar

NOBODY: Mapping[int, str] = {}


def sentences(
    reading: Reading,
    target: Target,
    calendar: Calendar,
    zone: str,
    *,
    people: Mapping[int, str] = NOBODY,
) -> tuple[str, ...]:
    """The story of one clock, in order; every wall time is one of ``zone``.

    ``people`` gives the names of those who paused, answered or gave up.
    """
    told = [*_facts(reading, ZoneInfo(zone), people), *daylight(reading, calendar)]
    return (
        _promise(target, calendar),
        *(each.sentence for each in sorted(told, key=lambda each: (each.at, each.place))),
        *_due(reading, zone),
        *_standing(reading),
    )


class SegmentKind(StrEnum):
    USED = "used"
    LEFT = "left"
    PAUSED = "paused"
    CLOSED = "closed"
    LATE = "late"


@dataclass(frozen=True, kw_only=True)
class BarSegment:
    """One stretch of the drawn line; ``share`` is its part of the whole width."""

    kind: SegmentKind
    start: datetime
    end: datetime
    share: float


def bar(reading: Reading, calendar: Calendar, now: datetime) -> tuple[BarSegment, ...]:
    """The clock from its start to its due instant, its end or ``now``, whichever is last."""
    first, until = reading.started_at, reading.stopped_at or now
    last = max(reading.due_at, until)
    cuts = sorted(_cuts(reading, calendar, first, last) | {first, last, until, reading.due_at})
    within = [at for at in cuts if first <= at <= last]
    drawn: list[BarSegment] = []
    for start, end in pairwise(within):
        kind = _kind(reading, calendar, start, until)
        begun = drawn.pop().start if drawn and drawn[-1].kind is kind else start
        share = (end - begun) / (last - first)
        drawn.append(BarSegment(kind=kind, start=begun, end=end, share=share))
    return tuple(drawn)


def _cuts(reading: Reading, calendar: Calendar, first: datetime, last: datetime) -> set[datetime]:
    opened = {at for span in calendar.spans(first, last) for at in span}
    paused = {at for pause in reading.pauses for at in (pause.at, pause.until) if at is not None}
    return opened | paused


def _kind(reading: Reading, calendar: Calendar, at: datetime, until: datetime) -> SegmentKind:
    if any(pause.at <= at < (pause.until or until) for pause in reading.pauses):
        return SegmentKind.PAUSED
    if not calendar.is_open(at):
        return SegmentKind.CLOSED
    if at >= until:
        return SegmentKind.LEFT
    return SegmentKind.USED if at < reading.due_at else SegmentKind.LATE


def _promise(target: Target, calendar: Calendar) -> str:
    if isinstance(target.allowed, OpenTime):
        length = duration(target.allowed.length)
        kind = "" if calendar == Calendar.always() else " of open time"
        return f"{target.name}: {length}{kind} promised by {target.owed_by}."
    days = target.allowed.days
    return f"{target.name}: {days} working day{'s'[: days > 1]} promised by {target.owed_by}."


def _facts(reading: Reading, zone: ZoneInfo, people: Mapping[int, str]) -> Iterator[Told]:
    for reason in reading.reasons:
        at = day_and_clock(reason.at, zone)
        yield Told(at=reason.at, place=1, sentence=_fact(reason, at, people))


def _fact(reason: Reason, at: str, people: Mapping[int, str]) -> str:
    what = str(reason.happening or "").replace("_", " ")
    by = f" by {people[reason.by_id]}" if reason.by_id and reason.by_id in people else ""
    note = f" ({reason.note.replace('_', ' ')})" if reason.note else ""
    match reason.why:
        case Because.STARTED:
            return f"Started {at}: {what}{by}."
        case Because.COUNTED:
            return f"One counted {at}: {what}{by}."
        case Because.KEPT:
            return f"Stopped {at}: {what}{by}."
        case Because.KEPT_BEFORE_START:
            return f"Answered before the start, {at}: {what}{by}."
        case Because.DROPPED if what:
            return f"Ended {at}: {what}{by}."
        case Because.INCOMPLETE:
            return f"Missing {at}: {reason.note}."
        case Because.RETARGETED:
            return f"Moved to “{reason.note}” {at}, counted from the start."
    return f"{_PHRASES[reason.why]} {at}{by}{note}."


_PHRASES = {
    Because.PAUSED: "Paused",
    Because.RESUMED: "Resumed",
    Because.PAUSE_NOT_ALLOWED: "Pause not allowed",
    Because.PAUSE_USED_UP: "All allowed pause used; the clock ran on",
    Because.DROPPED: "Ended",
    Because.VOIDED: "Merged into another lead",
    Because.PASSED_ON: "Passed on to another owner",
}


def _due(reading: Reading, zone: str) -> Iterable[str]:
    if reading.state is State.PAUSED:
        return [f"Paused with {duration(reading.left)} left; due is set on resuming."]
    return [f"Due {day_and_clock(reading.due_at, ZoneInfo(zone))} ({zone})."]


def _standing(reading: Reading) -> Iterable[str]:
    match reading.state:
        case State.RUNNING:
            return [f"{duration(reading.left)} left."]
        case State.MET:
            return [f"Kept with {duration(reading.left)} left."]
        case State.MET_LATE:
            return [f"Kept {duration(-reading.left)} after due."]
        case State.BREACHED:
            return [f"{duration(-reading.left)} past due."]
    return []
