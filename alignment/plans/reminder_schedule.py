"""PURE. Which reminder step a task has reached on a date, by the days on which its owner works.

The working day before, on the day, on working days 1, 3 and 7 after it, then weekly. Only the
latest step is asked for, so a missed day is made good and never doubled.
"""

from bisect import bisect_left, bisect_right
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
    AWAY = "due_while_away"
    NEXT = "due_next_working_day"
    COLLEAGUE_AWAY = "due_while_colleague_away"


@dataclass(frozen=True, kw_only=True)
class ReminderStep:
    """One reminder step; ``name`` is recorded so that it is sent once an owner and due date."""

    section: ReminderSection
    name: str


DAY_BEFORE, ON_THE_DAY = "day_before", "on_the_day"


@dataclass(frozen=True, kw_only=True)
class OwnerDays:
    """Working dates in order: those of the task's team, and those on which its owner is there."""

    of_team: Sequence[date]
    present: Sequence[date]

    def is_present(self, on: date) -> bool:
        return bool(_between(self.present, on - ONE_DAY, on))

    def working_day_of(self, due_on: date) -> date:
        """The date itself, or the team's last working day before it."""
        return next(reversed(_between(self.of_team, date.min, due_on)), due_on)

    def back_after(self, on: date) -> date | None:
        """The next date on which the owner is there."""
        return next(iter(self.present[bisect_right(self.present, on) :]), None)

    def is_absence(self, first: date, last: date) -> bool:
        """Whether the owner is there on no date of these, both ends included."""
        return bisect_left(self.present, first) == bisect_right(self.present, last)


def reminder_step_for(due_on: date, *, today: date, days: OwnerDays) -> ReminderStep | None:
    """The latest step reached on ``today``; none on a day off, and none before the day before.

    A step of a date on which the owner is not there is reached on the owner's last day before it.
    """
    if not days.is_present(today):
        return None
    if today > due_on:
        return _overdue(_between(days.of_team, due_on, today), today)
    back = days.back_after(today) or date.max
    match len(_between(days.of_team, back - ONE_DAY, due_on)):
        case 0:
            return ReminderStep(
                section=_section(due_on, days, ReminderSection.TODAY), name=ON_THE_DAY
            )
        case 1:
            return ReminderStep(
                section=_section(due_on, days, ReminderSection.NEXT), name=DAY_BEFORE
            )
    return None


def colleague_step_for(
    due_on: date, *, owner_id: int, today: date, days: OwnerDays
) -> ReminderStep | None:
    """What whoever shares the task hears where its owner is away when it is due: from the owner's
    last day before the absence until its end.
    """
    on = days.working_day_of(due_on)
    first, last = (today + ONE_DAY, on) if today < on else (on, today)
    if days.is_present(on) or not days.is_absence(first, last):
        return None
    return ReminderStep(section=ReminderSection.COLLEAGUE_AWAY, name=f"owner_{owner_id}_away")


def _section(due_on: date, days: OwnerDays, on_a_working_day: ReminderSection) -> ReminderSection:
    working_day = days.working_day_of(due_on)
    if not days.is_present(working_day):
        return ReminderSection.AWAY
    return on_a_working_day if working_day == due_on else ReminderSection.DAY_OFF


def _overdue(passed: Sequence[date], today: date) -> ReminderStep:
    """``passed`` are the working dates after the due date, ``today`` the last of them."""
    reached = max(days for days in OVERDUE_DAYS if days <= len(passed))
    weeks = (today - passed[reached - 1]).days // WEEK if reached == OVERDUE_DAYS[-1] else 0
    name = f"overdue_week_{weeks}" if weeks else f"overdue_{reached}"
    return ReminderStep(section=ReminderSection.OVERDUE, name=name)


def _between(working: Sequence[date], after: date, until: date) -> Sequence[date]:
    """Working dates after the one date, up to and with the other."""
    return working[bisect_right(working, after) : bisect_right(working, until)]
