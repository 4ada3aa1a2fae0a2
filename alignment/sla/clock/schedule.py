"""PURE. The instants of one cycle: when it warns, when it is due, when each step is reached."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from alignment.sla.clock.paused_time import Interval
from alignment.sla.promises.targets import EscalationStep, OpenTime, Target
from alignment.worktime.calendar import Calendar
from alignment.worktime.spans import DAY_SECONDS


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduledStep:
    """A step of the escalation ladder, and when it is reached."""

    at: datetime
    step: EscalationStep


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """All of it in UTC, as far as the pauses known by then tell."""

    warn_at: datetime
    due_at: datetime
    scheduled_steps: tuple[ScheduledStep, ...]


def schedule(
    target: Target, calendar: Calendar, start: datetime, pauses: Sequence[Interval]
) -> Schedule:
    """When this cycle warns, is due, and climbs the ladder."""
    due_at = _due_at(target, calendar, start, pauses)
    total = _total_open_time(target, calendar, start, due_at, pauses)
    return Schedule(
        warn_at=calendar.add(start, _share_of(target.warn_share, total), pauses=pauses),
        due_at=due_at,
        scheduled_steps=tuple(
            _scheduled_steps(target.steps, calendar, start, due_at, total, pauses)
        ),
    )


def _due_at(
    target: Target, calendar: Calendar, start: datetime, pauses: Sequence[Interval]
) -> datetime:
    if isinstance(target.allowed, OpenTime):
        return calendar.add(start, target.allowed.length, pauses=pauses)
    return calendar.add_working_days(start, target.allowed.days, pauses=pauses)


def _total_open_time(
    target: Target,
    calendar: Calendar,
    start: datetime,
    due_at: datetime,
    pauses: Sequence[Interval],
) -> timedelta:
    """The open time that the whole promise takes."""
    if isinstance(target.allowed, OpenTime):
        return target.allowed.length
    return calendar.between(start, due_at, pauses=pauses)


def _scheduled_steps(
    steps: Iterable[EscalationStep],
    calendar: Calendar,
    start: datetime,
    due_at: datetime,
    total: timedelta,
    pauses: Sequence[Interval],
) -> Iterable[ScheduledStep]:
    for step in steps:
        if isinstance(step.when, Fraction):
            at = calendar.add(start, _share_of(step.when, total), pauses=pauses)
        else:
            at = calendar.add(due_at, step.when, pauses=pauses) if step.when else due_at
        yield ScheduledStep(at=at, step=step)


def _share_of(share: Fraction, total: timedelta) -> timedelta:
    """So much of the total, in whole seconds and no later than the true share."""
    # By whole numbers, since every reading asks for it: the same as ``seconds * share // 1``.
    seconds = total.days * DAY_SECONDS + total.seconds
    return timedelta(seconds=seconds * share.numerator // share.denominator)
