"""A plan of Acme, and a short way to give somebody a task."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from alignment.accounts.models import User
from alignment.plans import planning, tasks
from alignment.plans.models import Plan, Task
from alignment.plans.planning import NewPlan
from alignment.plans.tasks import NewTask
from tests.factories import MONDAY_NINE, Cast

GiveTask = Callable[..., Task]


@pytest.fixture
def plan(session: Session, acme: Cast) -> Plan:
    """ "Spring launch" of Mona, started on Monday 1 March 2027 at nine."""
    new = NewPlan(name="Spring launch", goal="60 demo requests", owner_id=acme.mona.id)
    return planning.start_plan(session, new, by=acme.mona, now=MONDAY_NINE)


@pytest.fixture
def give(session: Session, acme: Cast, plan: Plan) -> GiveTask:
    """``give(acme.sam, "Send one-pager", date(2027, 3, 4))``, by Mona on Monday at nine."""

    def add(owner: User, title: str, due_on: date, **more: Any) -> Task:
        given: dict[str, Any] = {"by": acme.mona, "now": MONDAY_NINE, "to": plan} | more
        new = NewTask(
            title=title,
            owner_id=owner.id,
            team_id=given.pop("team_id", None),
            due_on=due_on,
            note=given.pop("note", ""),
        )
        return tasks.add_task(session, given.pop("to"), new, **given)

    return add
