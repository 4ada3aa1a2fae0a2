from datetime import date

import pytest

from alignment.plans.reminder_schedule import ReminderSection, ReminderStep, reminder_step_for

MARCH = [date(2027, 3, day) for day in range(1, 32) if date(2027, 3, day).weekday() < 5]
"""Monday to Friday in March 2027; the 1st is a Monday."""


def step_name(due: int, today: int) -> str | None:
    step = reminder_step_for(date(2027, 3, due), today=date(2027, 3, today), working=MARCH)
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

    step = reminder_step_for(
        date(2027, 3, 29), today=date(2027, 3, 25), working=without_good_friday
    )

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
    step = reminder_step_for(date(2027, 3, due), today=date(2027, 3, today), working=MARCH)

    assert step is not None
    assert step.section is section


def test_a_team_that_never_works_is_never_reminded():
    assert reminder_step_for(date(2027, 3, 4), today=date(2027, 3, 4), working=[]) is None
