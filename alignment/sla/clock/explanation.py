"""PURE. Why a timer is due when it is, in sentences and as the segments of a bar."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from alignment.sla.clock.daily_sentences import DatedSentence, calendar_sentences
from alignment.sla.clock.reasons import Reason, ReasonKind
from alignment.sla.clock.stopwatch import Reading, TimerState
from alignment.sla.promises.dates_and_durations import date_and_time, duration_in_words
from alignment.sla.promises.targets import OpenTime, Target
from alignment.worktime.calendar import Calendar

NO_NAMES: Mapping[int, str] = {}


def explanation_sentences(
    reading: Reading,
    target: Target,
    calendar: Calendar,
    zone: str,
    *,
    people: Mapping[int, str] = NO_NAMES,
) -> tuple[str, ...]:
    """The story of one clock, in order; every wall time is one of ``zone``.

    ``people`` gives the names of those who paused, answered or gave up.
    """
    told = [
        *_reason_sentences(reading, ZoneInfo(zone), people),
        *calendar_sentences(reading, calendar),
    ]
    return (
        _promise_sentence(target, calendar),
        *(each.sentence for each in sorted(told, key=lambda each: (each.at, each.position))),
        *_due_sentences(reading, zone),
        *_state_sentences(reading),
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


def bar_segments(reading: Reading, calendar: Calendar, now: datetime) -> tuple[BarSegment, ...]:
    """The clock from its start to its due instant, its end or ``now``, whichever is last."""
    first, until = reading.started_at, reading.stopped_at or now
    last = max(reading.due_at, until)
    cuts = sorted(
        _segment_bounds(reading, calendar, first, last) | {first, last, until, reading.due_at}
    )
    within = [at for at in cuts if first <= at <= last]
    drawn: list[BarSegment] = []
    for start, end in pairwise(within):
        kind = _kind(reading, calendar, start, until)
        begun = drawn.pop().start if drawn and drawn[-1].kind is kind else start
        share = (end - begun) / (last - first)
        drawn.append(BarSegment(kind=kind, start=begun, end=end, share=share))
    return tuple(drawn)


def _segment_bounds(
    reading: Reading, calendar: Calendar, first: datetime, last: datetime
) -> set[datetime]:
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


def _promise_sentence(target: Target, calendar: Calendar) -> str:
    if isinstance(target.allowed, OpenTime):
        length = duration_in_words(target.allowed.length)
        kind = "" if calendar == Calendar.always() else " of open time"
        return f"{target.name}: {length}{kind} promised by {target.owed_by}."
    days = target.allowed.days
    return f"{target.name}: {days} working day{'s'[: days > 1]} promised by {target.owed_by}."


def _reason_sentences(
    reading: Reading, zone: ZoneInfo, people: Mapping[int, str]
) -> Iterator[DatedSentence]:
    for reason in reading.reasons:
        at = date_and_time(reason.at, zone)
        yield DatedSentence(at=reason.at, position=1, sentence=_reason_sentence(reason, at, people))


def _reason_sentence(reason: Reason, at: str, people: Mapping[int, str]) -> str:
    what = str(reason.event_kind or "").replace("_", " ")
    by = f" by {people[reason.by_id]}" if reason.by_id and reason.by_id in people else ""
    note = f" ({reason.note.replace('_', ' ')})" if reason.note else ""
    match reason.kind:
        case ReasonKind.STARTED:
            return f"Started {at}: {what}{by}."
        case ReasonKind.COUNTED:
            return f"One counted {at}: {what}{by}."
        case ReasonKind.KEPT:
            return f"Stopped {at}: {what}{by}."
        case ReasonKind.KEPT_BEFORE_START:
            return f"Answered before the start, {at}: {what}{by}."
        case ReasonKind.DROPPED if what:
            return f"Ended {at}: {what}{by}."
        case ReasonKind.INCOMPLETE:
            return f"Missing {at}: {reason.note}."
        case ReasonKind.RETARGETED:
            return f"Moved to “{reason.note}” {at}, counted from the start."
    return f"{_PHRASES[reason.kind]} {at}{by}{note}."


_PHRASES = {
    ReasonKind.PAUSED: "Paused",
    ReasonKind.RESUMED: "Resumed",
    ReasonKind.PAUSE_NOT_ALLOWED: "Pause not allowed",
    ReasonKind.PAUSE_USED_UP: "All allowed pause used; the clock ran on",
    ReasonKind.DROPPED: "Ended",
    ReasonKind.VOIDED: "Merged into another lead",
    ReasonKind.REASSIGNED: "Passed on: whoever has the lead now has a clock of its own",
}


def _due_sentences(reading: Reading, zone: str) -> Iterable[str]:
    if reading.state is TimerState.PAUSED:
        return [f"Paused with {duration_in_words(reading.left)} left; due is set on resuming."]
    return [f"Due {date_and_time(reading.due_at, ZoneInfo(zone))} ({zone})."]


def _state_sentences(reading: Reading) -> Iterable[str]:
    match reading.state:
        case TimerState.RUNNING:
            return [f"{duration_in_words(reading.left)} left."]
        case TimerState.MET:
            return [f"Kept with {duration_in_words(reading.left)} left."]
        case TimerState.MET_LATE:
            return [f"Kept {duration_in_words(-reading.left)} after due."]
        case TimerState.BREACHED:
            return [f"{duration_in_words(-reading.left)} past due."]
    return []
