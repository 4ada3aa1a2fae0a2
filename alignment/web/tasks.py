"""Tasks: acted on from a plan's page and from the desk alike, each row answering in place."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request
from pydantic import ValidationError

from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.errors import Forbidden, NotFound, Refused
from alignment.plans import queries, tasks
from alignment.plans.models import Task
from alignment.plans.tasks import NewDate, NewOwner, TaskWords
from alignment.web.forms import typed
from alignment.web.responses import form_errors
from alignment.web.task_lists import answer, choices, view_of_request

pages = Blueprint("tasks", __name__, url_prefix="/tasks")


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
