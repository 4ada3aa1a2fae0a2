"""PURE. The instants of one cycle: when it warns, when it is due, when others hear."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from alignment.sla.pausing import Pair
from alignment.sla.targets import OpenTime, Step, Target
from alignment.worktime.calendar import Calendar
from alignment.worktime.spans import DAY_SECONDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """A step of the escalation ladder, and when it is reached."""

    at: datetime
    step: Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """All of it in UTC, as far as the pauses known by then tell."""

    warn_at: datetime
    due_at: datetime
    rungs: tuple[Rung, ...]


def schedule(
    target: Target, calendar: Calendar, start: datetime, pauses: Sequence[Pair]
) -> Schedule:
    """When this cycle warns, is due, and climbs the ladder."""
    due_at = _due(target, calendar, start, pauses)
    total = _total(target, calendar, start, due_at, pauses)
    return Schedule(
        warn_at=calendar.add(start, _part(target.warn_share, total), pauses=pauses),
        due_at=due_at,
        rungs=tuple(_rungs(target.steps, calendar, start, due_at, total, pauses)),
    )


def _due(target: Target, calendar: Calendar, start: datetime, pauses: Sequence[Pair]) -> datetime:
    if isinstance(target.allowed, OpenTime):
        return calendar.add(start, target.allowed.length, pauses=pauses)
    return calendar.add_working_days(start, target.allowed.days, pauses=pauses)


def _total(
    target: Target,
    calendar: Calendar,
    start: datetime,
    due_at: datetime,
    pauses: Sequence[Pair],
) -> timedelta:
    """The open time that the whole promise takes."""
    if isinstance(target.allowed, OpenTime):
        return target.allowed.length
    return calendar.between(start, due_at, pauses=pauses)


def _rungs(
    steps: Iterable[Step],
    calendar: Calendar,
    start: datetime,
    due_at: datetime,
    total: timedelta,
    pauses: Sequence[Pair],
) -> Iterable[Rung]:
    for step in steps:
        if isinstance(step.when, Fraction):
            at = calendar.add(start, _part(step.when, total), pauses=pauses)
        else:
            at = calendar.add(due_at, step.when, pauses=pauses) if step.when else due_at
        yield Rung(at=at, step=step)


def _part(share: Fraction, total: timedelta) -> timedelta:
    """So much of the total, in whole seconds and no later than the true share."""
    # By whole numbers, since every reading asks for it: the same as ``seconds * share // 1``.
    seconds = total.days * DAY_SECONDS + total.seconds
    return timedelta(seconds=seconds * share.numerator // share.denominator)
