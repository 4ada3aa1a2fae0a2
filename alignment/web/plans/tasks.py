"""Actions on one task, from a plan’s page or the desk; each answers with the changed list."""

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
from alignment.plans.tasks import NewDate, NewOwner, TaskText
from alignment.web.forms import submitted_fields
from alignment.web.plans.task_lists import choices, task_list_response, view_of_request
from alignment.web.responses import form_errors

pages = Blueprint("tasks", __name__, url_prefix="/tasks")


@pages.post("/<int:task_id>/completion")
@needs(Right.PLAN)
def done(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    tasks.complete_task(session(), task, by=user(), now=now())
    return task_list_response(task, trigger="task-done")


@pages.post("/<int:task_id>/completion/undo")
@needs(Right.PLAN)
def undo(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    tasks.reopen_task(session(), task, by=user(), now=now())
    return task_list_response(task, trigger="task-undone")


@pages.get("/<int:task_id>/date")
@needs(Right.PLAN)
def ask_date(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    return task_form("move", task, values={"due_on": task.due_on})


@pages.post("/<int:task_id>/date")
@needs(Right.PLAN)
def move(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    errors = field_errors_of(
        lambda: tasks.change_due_date(
            session(),
            task,
            NewDate.model_validate(submitted_fields(request.form)),
            by=user(),
            now=now(),
        )
    )
    if errors:
        return task_form("move", task, values=request.form, errors=errors)
    return task_list_response(task, trigger="task-moved")


@pages.get("/<int:task_id>/owner")
@needs(Right.PLAN)
def ask_owner(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    return task_form("hand_over", task, values={"owner_id": task.owner_id})


@pages.post("/<int:task_id>/owner")
@needs(Right.PLAN)
def hand_over(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    errors = field_errors_of(
        lambda: tasks.hand_over_task(
            session(),
            task,
            NewOwner.model_validate(submitted_fields(request.form)),
            by=user(),
            now=now(),
        )
    )
    if errors:
        return task_form("hand_over", task, values=request.form, errors=errors)
    return task_list_response(task, trigger="task-handed-over")


@pages.get("/<int:task_id>/edit")
@needs(Right.PLAN)
def edit(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    return edit_page(task, values={"title": task.title, "note": task.note}, errors={})


@pages.post("/<int:task_id>")
@needs(Right.PLAN)
def change(task_id: int) -> ResponseReturnValue:
    task = queries.task_for(session(), user(), task_id)
    errors = field_errors_of(
        lambda: tasks.change_task(
            session(),
            task,
            TaskText.model_validate(submitted_fields(request.form)),
            by=user(),
            now=now(),
        )
    )
    if errors:
        return edit_page(task, values=request.form, errors=errors), 422
    return redirect(url_for("plans.show", plan_id=task.plan_id), 303)


def field_errors_of(act: Callable[[], object]) -> dict[str, str]:
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


def task_form(
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
