"""Tasks: acted on from a plan's page and from the desk alike, each row answering in place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request
from pydantic import ValidationError

from alignment.accounts import queries as accounts
from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.edge import allowed, needs, now, session, user
from alignment.errors import Forbidden, NotFound, Refused
from alignment.plans import queries, tasks
from alignment.plans.models import Due, Plan, Task
from alignment.plans.queries import TaskLine
from alignment.plans.tasks import NewDate, NewOwner, TaskWords
from alignment.web.forms import typed
from alignment.web.responses import form_errors, fragments

pages = Blueprint("tasks", __name__, url_prefix="/tasks")


class View(StrEnum):
    """Where the row stands that was pressed."""

    OWNER = "owner"
    DATE = "date"
    DESK = "desk"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Tasks under one heading."""

    heading: str
    lines: Sequence[TaskLine]


DATE_HEADINGS = {
    Due.OVERDUE: "Date has passed",
    Due.TODAY: "Due today",
    Due.LATER: "Later",
    Due.DONE: "Done",
}


@pages.post("/<int:task_id>/completion")
@needs(Right.PLAN)
def done(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    tasks.done(session(), task, by=user(), now=now())
    return answer(task, trigger="task-done")


@pages.post("/<int:task_id>/completion/undo")
@needs(Right.PLAN)
def undo(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    tasks.undo(session(), task, by=user(), now=now())
    return answer(task, trigger="task-undone")


@pages.get("/<int:task_id>/date")
@needs(Right.PLAN)
def ask_date(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    return form("move", task, values={"due_on": task.due_on})


@pages.post("/<int:task_id>/date")
@needs(Right.PLAN)
def move(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    errors = problems(
        lambda: tasks.move(
            session(), task, NewDate.model_validate(typed(request.form)), by=user(), now=now()
        )
    )
    if errors:
        return form("move", task, values=request.form, errors=errors)
    return answer(task, trigger="task-moved")


@pages.get("/<int:task_id>/owner")
@needs(Right.PLAN)
def ask_owner(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    return form("hand_over", task, values={"owner_id": task.owner_id})


@pages.post("/<int:task_id>/owner")
@needs(Right.PLAN)
def hand_over(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    errors = problems(
        lambda: tasks.hand_over(
            session(), task, NewOwner.model_validate(typed(request.form)), by=user(), now=now()
        )
    )
    if errors:
        return form("hand_over", task, values=request.form, errors=errors)
    return answer(task, trigger="task-handed-over")


@pages.get("/<int:task_id>/edit")
@needs(Right.PLAN)
def edit(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    return edit_page(task, values={"title": task.title, "note": task.note}, errors={})


@pages.post("/<int:task_id>")
@needs(Right.PLAN)
def change(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    errors = problems(
        lambda: tasks.change(
            session(), task, TaskWords.model_validate(typed(request.form)), by=user(), now=now()
        )
    )
    if errors:
        return edit_page(task, values=request.form, errors=errors), 422
    return redirect(url_for("plans.show", plan_id=task.plan_id), 303)


def problems(act: Callable[[], object]) -> dict[str, str]:
    """What keeps a form's act from being done, by field; nothing when it is done."""
    try:
        act()
    except ValidationError as error:
        return form_errors(error)
    except (NotFound, Forbidden):
        raise
    except Refused as refusal:
        return {"form": str(refusal)}
    return {}


def answer(task: Task, *, trigger: str) -> ResponseReturnValue:
    """The list in which the task was pressed, as it is now."""
    view = view_of_request()
    if view is View.DESK:
        mine = queries.tasks_of_person(session(), user(), now=now())
        return fragments("plans/_my_tasks.html", back_to="/", trigger=trigger, tasks=mine)
    plan = queries.plan_for(session(), user(), task.plan_id)
    back = url_for("plans.show", plan_id=plan.id, by=view, _anchor=f"task-{task.id}")
    return fragments("plans/_tasks.html", back_to=back, trigger=trigger, **words_of(plan, view))


def view_of_request() -> View:
    """What the link or form says; by owner where it says nothing that we know."""
    said = request.values.get("by", "")
    return View(said) if said in list(View) else View.OWNER


def words_of(plan: Plan, view: View) -> dict[str, Any]:
    """What the list of a plan's tasks shows."""
    lines = queries.task_lines(session(), plan)
    is_by_date = view is View.DATE
    return {
        "plan": plan,
        "by": View.DATE if is_by_date else View.OWNER,
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
            (one.id, f"{one.name} (you)" if one.id == user().id else one.name) for one in people
        ],
        "teams": [(team.id, team.name) for team in accounts.teams_of(session(), workspace_id)],
    }


def by_owner(lines: Sequence[TaskLine], reader: User) -> list[Group]:
    """The reader's own first, then the others by name."""
    owners = {line.owner.id: line.owner for line in lines}
    order = sorted(owners.values(), key=lambda owner: (owner.id != reader.id, owner.name, owner.id))
    return [
        Group(
            heading="You" if owner.id == reader.id else owner.name,
            lines=[line for line in lines if line.owner.id == owner.id],
        )
        for owner in order
    ]


def by_date(lines: Sequence[TaskLine]) -> list[Group]:
    """What is late first, what is done last; each in the order of its date."""
    groups = (
        Group(heading=words, lines=[line for line in lines if line.due(now()) is due])
        for due, words in DATE_HEADINGS.items()
    )
    return [group for group in groups if group.lines]


def form(
    name: str, task: Task, *, values: Mapping[str, Any], errors: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """A small form inside the task's row, or a page of its own without htmx."""
    view = view_of_request()
    words = {
        "task": task,
        "owner": session().get_one(User, task.owner_id),
        "by": view,
        "partial": f"plans/_{name}.html",
        "values": values,
        "errors": errors or {},
        **choices(),
    }
    status = 422 if errors else 200
    if not request.htmx:
        return render_template("plans/task.html", **words), status
    place = {"HX-Retarget": f"#task-{task.id}-form", "HX-Reswap": "outerHTML"}
    return render_template(words["partial"], **words), status, place


def edit_page(task: Task, *, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template("plans/edit_task.html", task=task, values=values, errors=errors)
