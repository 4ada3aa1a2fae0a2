from datetime import date

import pytest
from flask import Flask

from alignment.accounts.models import Team, User
from alignment.accounts.roles import Role, Side
from alignment.plans.models import Plan, Task
from alignment.plans.queries import TaskLine
from alignment.web.plans.task_lists import TaskListView, by_date, by_owner, view_of_request
from tests.factories import BERLIN, MONDAY_NINE

PLAN = Plan(id=1, workspace_id=1, name="Spring launch", owner_id=1, created_at=MONDAY_NINE)
SALES = Team(id=1, workspace_id=1, side=Side.SALES, name="Sales")


def person(number: int, name: str) -> User:
    return User(
        id=number,
        workspace_id=1,
        name=name,
        email=f"{name}@acme.test",
        email_key=f"{name}@acme.test",
        role=Role.MEMBER,
        zone=BERLIN,
        security_stamp="",
        created_at=MONDAY_NINE,
    )


MONA, SAM, KIM = person(1, "Mona"), person(2, "Sam"), person(3, "Kim")


def line(owner: User, title: str, day: int, *, is_done: bool = False) -> TaskLine:
    task = Task(
        workspace_id=1,
        plan_id=1,
        title=title,
        owner_id=owner.id,
        team_id=1,
        due_on=date(2027, 3, day),
        created_at=MONDAY_NINE,
        owner_since=MONDAY_NINE,
        done_at=MONDAY_NINE if is_done else None,
    )
    return TaskLine(task=task, plan=PLAN, owner=owner, team=SALES)


def test_by_owner_the_reader_comes_first_and_the_others_by_name():
    lines = [line(MONA, "Write the page", 2), line(SAM, "Call Ada", 3), line(KIM, "Post it", 4)]

    groups = by_owner(lines, SAM)

    assert [group.heading for group in groups] == ["You", "Kim", "Mona"]
    assert [one.task.title for one in groups[0].lines] == ["Call Ada"]


def test_by_date_shows_only_headings_that_have_a_task(app: Flask):
    lines = [
        line(SAM, "Call Ada", 1),
        line(SAM, "Post it", 9),
        line(SAM, "Send one-pager", 1, is_done=True),
    ]

    with app.test_request_context():
        groups = by_date(lines)

    assert [group.heading for group in groups] == ["Due today", "Later", "Done"]


@pytest.mark.parametrize(
    ("address", "view"),
    [
        ("/plans/1", TaskListView.OWNER),
        ("/plans/1?by=date", TaskListView.DATE),
        ("/plans/1?by=nonsense", TaskListView.OWNER),
    ],
)
def test_the_order_is_read_from_the_address(app: Flask, address: str, view: TaskListView):
    with app.test_request_context(address):
        assert view_of_request() is view
