"""PURE. Which reminder step a task has reached on a date, by the working days of its owner's team.

The working day before, on the day, on working days 1, 3 and 7 after it, then weekly. Only the
latest step is asked for, so a missed day is made good and never doubled.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

OVERDUE_DAYS = (1, 3, 7)
WEEK = 7
ONE_DAY = timedelta(days=1)


class ReminderSection(StrEnum):
    """How a task stands on that date."""

    OVERDUE = "overdue"
    TODAY = "due_today"
    DAY_OFF = "due_on_a_day_off"
    NEXT = "due_next_working_day"


@dataclass(frozen=True, kw_only=True)
class ReminderStep:
    """One reminder step; ``name`` is recorded so that it is sent once an owner and due date."""

    section: ReminderSection
    name: str


DAY_BEFORE, ON_THE_DAY = "day_before", "on_the_day"


def reminder_step_for(due_on: date, *, today: date, working: Sequence[date]) -> ReminderStep | None:
    """The latest step reached on ``today``; none on a day off, and none before the day before.

    ``working`` are the working dates in order; both dates lie within the time they cover.
    """
    if not _between(working, today - ONE_DAY, today):
        return None
    if today > due_on:
        return _overdue(_between(working, due_on, today), today)
    is_day_off = not _between(working, due_on - ONE_DAY, due_on)
    match len(_between(working, today, due_on)):
        case 0:
            return ReminderStep(
                section=ReminderSection.DAY_OFF if is_day_off else ReminderSection.TODAY,
                name=ON_THE_DAY,
            )
        case 1:
            return ReminderStep(
                section=ReminderSection.DAY_OFF if is_day_off else ReminderSection.NEXT,
                name=DAY_BEFORE,
            )
    return None


def _overdue(passed: Sequence[date], today: date) -> ReminderStep:
    """``passed`` are the working dates after the due date, ``today`` the last of them."""
    reached = max(days for days in OVERDUE_DAYS if days <= len(passed))
    weeks = (today - passed[reached - 1]).days // WEEK if reached == OVERDUE_DAYS[-1] else 0
    name = f"overdue_week_{weeks}" if weeks else f"overdue_{reached}"
    return ReminderStep(section=ReminderSection.OVERDUE, name=name)


def _between(working: Sequence[date], after: date, until: date) -> Sequence[date]:
    """Working dates after the one date, up to and with the other."""
    return working[bisect_right(working, after) : bisect_right(working, until)]
