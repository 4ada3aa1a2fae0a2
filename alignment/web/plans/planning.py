"""Plans: the list, one plan with its tasks, and the plan mailed to its people."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from alignment.accounts.models import User, id_of
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.errors import Refused
from alignment.plans import mailing, planning, queries
from alignment.plans import tasks as plan_tasks
from alignment.plans.models import Plan, today_for
from alignment.plans.planning import NewPlan
from alignment.plans.tasks import NewTask
from alignment.web.forms import submitted_fields
from alignment.web.plans import tasks
from alignment.web.plans.task_lists import choices, task_list_context, view_of_request
from alignment.web.responses import fragments

pages = Blueprint("plans", __name__)
pages.register_blueprint(tasks.pages)


@pages.get("/plans")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    return render_template(
        "plans/index.html",
        plans=queries.plans_of(session(), user()),
        today=today_for(user(), now=now()),
    )


@pages.get("/plans/new")
@needs(Right.PLAN)
def new() -> ResponseReturnValue:
    return form_page(None, values={"owner_id": user().id}, errors={})


@pages.post("/plans")
@needs(Right.PLAN)
def start() -> ResponseReturnValue:
    started: list[Plan] = []
    errors = tasks.field_errors_of(
        lambda: started.append(
            planning.start_plan(
                session(),
                NewPlan.model_validate(submitted_fields(request.form)),
                by=user(),
                now=now(),
            )
        )
    )
    if errors:
        return form_page(None, values=request.form, errors=errors), 422
    return redirect(url_for("plans.show", plan_id=id_of(started[0])), 303)


@pages.get("/plans/<int:plan_id>")
@needs(Right.READ)
def show(plan_id: int) -> ResponseReturnValue:
    plan = queries.plan_for(session(), user(), plan_id)
    return plan_page(task_list_context(plan, view_of_request()))


@pages.get("/plans/<int:plan_id>/edit")
@needs(Right.PLAN)
def edit(plan_id: int) -> ResponseReturnValue:
    plan = queries.plan_for(session(), user(), plan_id)
    return form_page(plan, values=plan.model_dump(), errors={})


@pages.post("/plans/<int:plan_id>")
@needs(Right.PLAN)
def change(plan_id: int) -> ResponseReturnValue:
    plan = queries.plan_for(session(), user(), plan_id)
    errors = tasks.field_errors_of(
        lambda: planning.change_plan(
            session(),
            plan,
            NewPlan.model_validate(submitted_fields(request.form)),
            by=user(),
            now=now(),
        )
    )
    if errors:
        return form_page(plan, values=request.form, errors=errors), 422
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@pages.post("/plans/<int:plan_id>/closure")
@needs(Right.PLAN)
def close(plan_id: int) -> ResponseReturnValue:
    plan = queries.plan_for(session(), user(), plan_id)
    planning.close_plan(session(), plan, by=user(), now=now())
    flash(f"“{plan.name}” is closed. Nobody is reminded of it any more.")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@pages.post("/plans/<int:plan_id>/reopening")
@needs(Right.PLAN)
def reopen(plan_id: int) -> ResponseReturnValue:
    plan = queries.plan_for(session(), user(), plan_id)
    planning.reopen_plan(session(), plan, by=user(), now=now())
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@pages.post("/plans/<int:plan_id>/tasks")
@needs(Right.PLAN)
def add_task(plan_id: int) -> ResponseReturnValue:
    plan = queries.plan_for(session(), user(), plan_id)
    errors = tasks.field_errors_of(
        lambda: plan_tasks.add_task(
            session(),
            plan,
            NewTask.model_validate(submitted_fields(request.form)),
            by=user(),
            now=now(),
        )
    )
    view = view_of_request()
    words = task_list_context(plan, view)
    if errors:
        return not_added(plan, words | {"values": request.form, "errors": errors})
    back = url_for("plans.show", plan_id=plan_id, by=view)
    return fragments(
        "plans/_tasks.html", back_to=back, trigger="task-added", **words, has_added=True
    )


@pages.get("/plans/<int:plan_id>/mailing")
@needs(Right.PLAN)
def preview(plan_id: int) -> ResponseReturnValue:
    plan = queries.plan_for(session(), user(), plan_id)
    try:
        prepared = mailing.prepare_mailing(session(), plan, by=user(), now=now())
    except Refused as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for("plans.show", plan_id=plan_id), 303)
    return render_template("plans/mailing.html", plan=plan, mailing=prepared)


@pages.post("/plans/<int:plan_id>/mailing")
@needs(Right.PLAN)
def mail(plan_id: int) -> ResponseReturnValue:
    plan = queries.plan_for(session(), user(), plan_id)
    number = request.form.get("number", type=int, default=0)
    sent = mailing.mail_plan(session(), plan, number=number, by=user(), now=now())
    letters = "1 letter is" if sent == 1 else f"{sent} letters are"
    flash(f"{letters} on the way." if sent else "That mailing went out already.")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


def plan_page(words: dict[str, Any]) -> str:
    owner = session().get_one(User, words["plan"].owner_id)
    return render_template("plans/show.html", owner=owner, **words)


def not_added(plan: Plan, words: dict[str, Any]) -> ResponseReturnValue:
    """The form with what was typed and what to do about it, alone or on the whole page."""
    if not request.htmx:
        return plan_page(words), 422
    place = {"HX-Retarget": f"#plan-{plan.id}-new-task", "HX-Reswap": "outerHTML"}
    return render_template("plans/_new_task.html", **words), 422, place


def form_page(plan: Plan | None, *, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template("plans/form.html", plan=plan, values=values, errors=errors, **choices())
