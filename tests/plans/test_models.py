from collections.abc import Callable
from datetime import date

import pytest

from alignment.plans.models import DueStatus, Task
from tests.factories import MONDAY_NINE, Cast

GiveTask = Callable[..., Task]


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2027, 3, 3), DueStatus.LATER),
        (date(2027, 3, 4), DueStatus.TODAY),
        (date(2027, 3, 5), DueStatus.OVERDUE),
    ],
)
def test_a_task_is_overdue_only_when_its_date_has_passed(
    acme: Cast, give: GiveTask, today: date, due: DueStatus
):
    assert give(acme.sam, "Send one-pager", date(2027, 3, 4)).due(today) is due


def test_a_done_task_is_done_on_every_date(acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", date(2027, 3, 4))
    task.done_at = MONDAY_NINE

    assert task.due(date(2027, 3, 9)) is DueStatus.DONE
