from datetime import date

import pytest

from alignment.plans.reminder_schedule import (
    OwnerDays,
    ReminderSection,
    ReminderStep,
    colleague_step_for,
    reminder_step_for,
)

MARCH = [date(2027, 3, day) for day in range(1, 32) if date(2027, 3, day).weekday() < 5]
"""Monday to Friday in March 2027; the 1st is a Monday."""
PRESENT = OwnerDays(of_team=MARCH, present=MARCH)
AWAY = OwnerDays(of_team=MARCH, present=[on for on in MARCH if not 9 <= on.day <= 19])
"""Days off from Tuesday 9 to Friday 19 March."""


def step_on(due: int, today: int, *, days: OwnerDays = PRESENT) -> ReminderStep | None:
    return reminder_step_for(date(2027, 3, due), today=date(2027, 3, today), days=days)


def step_name(due: int, today: int, **days: OwnerDays) -> str | None:
    step = step_on(due, today, **days)
    return step.name if step else None


@pytest.mark.parametrize(
    ("due", "today", "name"),
    [
        pytest.param(4, 2, None, id="two working days before: nothing yet"),
        pytest.param(4, 3, "day_before", id="the working day before"),
        pytest.param(4, 4, "on_the_day", id="on the day it is not overdue"),
        pytest.param(8, 5, "day_before", id="Friday is the working day before Monday"),
        pytest.param(8, 6, None, id="nothing on a Saturday"),
        pytest.param(7, 4, "day_before", id="due on a Sunday: Thursday is the day before"),
        pytest.param(7, 5, "on_the_day", id="due on a Sunday: Friday is the day"),
        pytest.param(4, 5, "overdue_1", id="the first working day after"),
        pytest.param(5, 8, "overdue_1", id="due on Friday, the first is Monday"),
        pytest.param(6, 8, "overdue_1", id="due on Saturday, the first is Monday"),
        pytest.param(4, 8, "overdue_1", id="the second: still the first step"),
        pytest.param(4, 9, "overdue_3", id="the third"),
        pytest.param(4, 12, "overdue_3", id="the sixth: still the third"),
        pytest.param(4, 15, "overdue_7", id="the seventh"),
        pytest.param(4, 19, "overdue_7", id="less than a week later"),
        pytest.param(4, 22, "overdue_week_1", id="a week after the seventh"),
        pytest.param(4, 30, "overdue_week_2", id="two weeks after it, noticed a day late"),
    ],
)
def test_only_the_latest_step_applies(due: int, today: int, name: str | None):
    assert step_name(due, today) == name


def test_holidays_are_no_working_days():
    without_good_friday = [day for day in MARCH if day != date(2027, 3, 26)]

    step = step_on(29, 25, days=OwnerDays(of_team=without_good_friday, present=without_good_friday))

    assert step == ReminderStep(section=ReminderSection.NEXT, name="day_before")


@pytest.mark.parametrize(
    ("due", "today", "section"),
    [
        pytest.param(4, 5, ReminderSection.OVERDUE, id="overdue"),
        pytest.param(4, 4, ReminderSection.TODAY, id="due today"),
        pytest.param(4, 3, ReminderSection.NEXT, id="due on the next working day"),
        pytest.param(7, 5, ReminderSection.DAY_OFF, id="the last working day before a Sunday"),
        pytest.param(7, 4, ReminderSection.DAY_OFF, id="and the one before that"),
    ],
)
def test_each_step_stands_under_a_heading_that_is_true(
    due: int, today: int, section: ReminderSection
):
    step = step_on(due, today)

    assert step is not None
    assert step.section is section


def test_a_team_that_never_works_is_never_reminded():
    assert step_on(4, 4, days=OwnerDays(of_team=[], present=[])) is None


@pytest.mark.parametrize(
    ("due", "today", "name"),
    [
        pytest.param(10, 5, None, id="the day before the last day: nothing yet"),
        pytest.param(10, 8, "on_the_day", id="the last day before the leave"),
        pytest.param(20, 8, "on_the_day", id="due on the Saturday after it: the same"),
        pytest.param(9, 8, "on_the_day", id="due on its first day: not as one of two days"),
        pytest.param(10, 12, None, id="nothing in the leave"),
        pytest.param(22, 8, "day_before", id="due on the first day back: the day before is in it"),
        pytest.param(22, 22, "on_the_day", id="and on the day itself"),
        pytest.param(23, 8, None, id="due on the second day back: nothing before the leave"),
        pytest.param(10, 22, "overdue_7", id="still open on the return: overdue since then"),
    ],
)
def test_what_is_due_in_ones_leave_is_said_on_the_last_day_before_it(
    due: int, today: int, name: str | None
):
    assert step_name(due, today, days=AWAY) == name


@pytest.mark.parametrize(
    ("due", "today", "section"),
    [
        pytest.param(10, 8, ReminderSection.AWAY, id="due in it"),
        pytest.param(13, 8, ReminderSection.AWAY, id="due on a Saturday in it"),
        pytest.param(22, 8, ReminderSection.NEXT, id="due on the first day back"),
        pytest.param(7, 5, ReminderSection.DAY_OFF, id="due on a Sunday before it"),
    ],
)
def test_a_reminder_before_a_leave_says_so(due: int, today: int, section: ReminderSection):
    step = step_on(due, today, days=AWAY)

    assert step is not None
    assert step.section is section


def test_who_never_comes_back_is_reminded_of_everything_on_the_last_day():
    last_week = OwnerDays(of_team=MARCH, present=MARCH[:5])

    assert step_name(31, 5, days=last_week) == "on_the_day"


@pytest.mark.parametrize(
    ("due", "today", "is_said"),
    [
        pytest.param(10, 5, False, id="before the owner's last day"),
        pytest.param(10, 7, False, id="on the Sunday before it"),
        pytest.param(10, 8, True, id="on the owner's last day"),
        pytest.param(10, 12, True, id="in the absence, after the due date"),
        pytest.param(10, 21, True, id="until the owner is back"),
        pytest.param(10, 22, False, id="and no longer"),
        pytest.param(8, 8, False, id="due on the last day"),
        pytest.param(20, 8, True, id="due on the Saturday after the absence"),
        pytest.param(22, 8, False, id="due on the first day back"),
    ],
)
def test_a_colleague_hears_of_what_is_due_while_its_owner_is_away(
    due: int, today: int, *, is_said: bool
):
    step = colleague_step_for(date(2027, 3, due), owner_id=7, today=date(2027, 3, today), days=AWAY)

    assert (step is not None) is is_said
