from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import NotFound
from alignment.plans import planning, queries, tasks
from alignment.plans.models import DueStatus, Plan, Task
from alignment.plans.planning import NewPlan
from tests.factories import MONDAY_NINE, Cast

GiveTask = Callable[..., Task]

TUESDAY, THURSDAY = date(2027, 3, 2), date(2027, 3, 4)


def start(session: Session, acme: Cast, name: str) -> Plan:
    new = NewPlan(name=name, owner_id=acme.sam.id)
    return planning.start_plan(session, new, by=acme.mona, now=MONDAY_NINE)


def test_a_stranger_finds_neither_plan_nor_task(
    session: Session, acme: Cast, stella: User, plan: Plan, give: GiveTask
):
    task = give(acme.sam, "Send one-pager", THURSDAY)

    with pytest.raises(NotFound, match="no such plan"):
        queries.plan_for(session, stella, plan.id)
    with pytest.raises(NotFound, match="no such task"):
        queries.task_for(session, stella, task.id)
    assert queries.plans_of(session, stella) == []


def test_plans_show_progress_and_the_next_open_date(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    first = give(acme.sam, "Send one-pager", TUESDAY)
    give(acme.mona, "Write the page", THURSDAY)
    tasks.complete_task(session, first, by=acme.sam, now=MONDAY_NINE)

    [line] = queries.plans_of(session, acme.mona)

    assert (line.plan.id, line.owner.name) == (plan.id, "Mona")
    assert (line.tasks, line.done, line.next_due_on) == (2, 1, THURSDAY)


def test_plans_come_by_their_next_date_and_closed_ones_last(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY)
    sooner, empty = start(session, acme, "Congress"), start(session, acme, "Someday")
    closed = start(session, acme, "Winter")
    give(acme.sam, "Book a booth", TUESDAY, to=sooner)
    give(acme.sam, "Sweep up", TUESDAY, to=closed)
    planning.close_plan(session, closed, by=acme.mona, now=MONDAY_NINE)

    names = [line.plan.name for line in queries.plans_of(session, acme.olga)]

    assert names == ["Congress", "Spring launch", "Someday", "Winter"]
    assert empty.name == "Someday"


def test_tasks_come_by_date_and_what_is_done_last(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    give(acme.mona, "Write the page", THURSDAY)
    done = give(acme.sam, "Send one-pager", TUESDAY)
    give(acme.sam, "Call Ada", TUESDAY)
    tasks.complete_task(session, done, by=acme.sam, now=MONDAY_NINE)

    lines = queries.task_lines(session, plan)

    assert [(line.task.title, line.owner.name, line.team.name) for line in lines] == [
        ("Call Ada", "Sam", "Sales"),
        ("Write the page", "Mona", "Marketing"),
        ("Send one-pager", "Sam", "Sales"),
    ]


def test_a_line_stands_as_its_owners_calendar_says(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    acme.sam.zone = "Pacific/Auckland"
    give(acme.sam, "Send one-pager", THURSDAY)
    [line] = queries.task_lines(session, plan)

    noon_in_berlin = MONDAY_NINE + timedelta(days=3, hours=3)
    assert line.due(noon_in_berlin - timedelta(hours=1, seconds=1)) is DueStatus.TODAY
    assert line.due(noon_in_berlin) is DueStatus.OVERDUE


def test_my_tasks_are_mine_open_and_those_done_just_now(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    give(acme.mona, "Write the page", TUESDAY)
    give(acme.sam, "Call Ada", THURSDAY)
    done = give(acme.sam, "Send one-pager", TUESDAY)
    tasks.complete_task(session, done, by=acme.sam, now=MONDAY_NINE)

    def titles(minutes: int) -> list[str]:
        now = MONDAY_NINE + timedelta(minutes=minutes)
        return [line.task.title for line in queries.tasks_of_person(session, acme.sam, now=now)]

    assert titles(10) == ["Call Ada", "Send one-pager"]
    assert titles(11) == ["Call Ada"]


def test_my_tasks_leave_closed_plans_out(session: Session, acme: Cast, plan: Plan, give: GiveTask):
    give(acme.sam, "Call Ada", THURSDAY)
    planning.close_plan(session, plan, by=acme.mona, now=MONDAY_NINE)

    assert queries.tasks_of_person(session, acme.sam, now=MONDAY_NINE) == []
