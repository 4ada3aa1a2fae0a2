"""Lists of tasks: grouping by owner or date, and the fragment that redraws the list an action came
from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from alignment.accounts.models import User
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right
from alignment.edge import allowed, now, session, user
from alignment.plans import queries
from alignment.plans.models import DueStatus, Plan, Task
from alignment.plans.queries import TaskLine
from alignment.web.responses import fragments


class TaskListView(StrEnum):
    """Where the row stands that was pressed."""

    OWNER = "owner"
    DATE = "date"
    DESK = "desk"


@dataclass(frozen=True, kw_only=True)
class TaskGroup:
    """Tasks under one heading."""

    heading: str
    lines: Sequence[TaskLine]


DATE_HEADINGS = {
    DueStatus.OVERDUE: "Overdue",
    DueStatus.TODAY: "Due today",
    DueStatus.LATER: "Later",
    DueStatus.DONE: "Done",
}


def task_list_response(task: Task, *, trigger: str) -> ResponseReturnValue:
    """The list in which the task was pressed, as it is now."""
    view = view_of_request()
    if view is TaskListView.DESK:
        mine = queries.tasks_of_person(session(), user(), now=now())
        return fragments("plans/_my_tasks.html", back_to="/", trigger=trigger, tasks=mine)
    plan = queries.plan_for(session(), user(), task.plan_id)
    back = url_for("plans.show", plan_id=plan.id, by=view, _anchor=f"task-{task.id}")
    return fragments(
        "plans/_tasks.html", back_to=back, trigger=trigger, **task_list_context(plan, view)
    )


def view_of_request() -> TaskListView:
    """What the link or form says; by owner where it says nothing that we know."""
    said = request.values.get("by", "")
    return TaskListView(said) if said in list(TaskListView) else TaskListView.OWNER


def task_list_context(plan: Plan, view: TaskListView) -> dict[str, Any]:
    """What the list of a plan's tasks shows."""
    lines = queries.task_lines(session(), plan)
    is_by_date = view is TaskListView.DATE
    return {
        "plan": plan,
        "by": TaskListView.DATE if is_by_date else TaskListView.OWNER,
        "groups": by_date(lines) if is_by_date else by_owner(lines, user()),
        "tasks_done": sum(line.task.is_done for line in lines),
        "tasks_in_all": len(lines),
        "may_plan": allowed(Right.PLAN) and not plan.is_closed,
        "values": {},
        "errors": {},
        **choices(),
    }


def choices() -> dict[str, Any]:
    """Who can be given a task, and the teams it may count for."""
    workspace_id = user().workspace_id
    people = accounts.active_people_of(session(), workspace_id)
    return {
        "people": [
            (person.id, f"{person.name} (you)" if person.id == user().id else person.name)
            for person in people
        ],
        "teams": [(team.id, team.name) for team in accounts.open_teams_of(session(), workspace_id)],
    }


def by_owner(lines: Sequence[TaskLine], reader: User) -> list[TaskGroup]:
    """The reader's own first, then the others by name."""
    owners = {line.owner.id: line.owner for line in lines}
    order = sorted(owners.values(), key=lambda owner: (owner.id != reader.id, owner.name, owner.id))
    return [
        TaskGroup(
            heading="You" if owner.id == reader.id else owner.name,
            lines=[line for line in lines if line.owner.id == owner.id],
        )
        for owner in order
    ]


def by_date(lines: Sequence[TaskLine]) -> list[TaskGroup]:
    """What is late first, what is done last; each in the order of its date."""
    groups = (
        TaskGroup(heading=words, lines=[line for line in lines if line.due(now()) is due])
        for due, words in DATE_HEADINGS.items()
    )
    return [group for group in groups if group.lines]
