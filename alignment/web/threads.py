"""The leads, plans and tasks that messages are about, as forms name them: "lead-7"."""

import re
from dataclasses import dataclass

from flask import request, url_for

from alignment.edge import session, user
from alignment.errors import Refused
from alignment.leads import queries as leads
from alignment.notifications.kinds import kind_of
from alignment.notifications.models import Mute
from alignment.notifications.mutes import EVERYTHING, FORMERLY, LIST
from alignment.plans import queries as plans

NAME = re.compile(r"(?P<about>lead|plan|task)-(?P<number>[1-9][0-9]{0,8})")
LISTS = {
    "alerts": "Alerts about leads and promises",
    "digest": "The daily digest",
    "minutes": "Plans and minutes",
    "reports": "Summaries and reports",
}


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One lead, plan or task: its name, and its page."""

    thread: str
    name: str
    href: str


def asked() -> Thing:
    """What the form is about; what is not of this workspace is not found."""
    return thing(request.values.get("thread", ""))


def thing(thread: str) -> Thing:
    named = NAME.fullmatch(thread)
    if named is None:
        raise Refused("Open this from a lead, a plan or a task.")
    about, number = named["about"], int(named["number"])
    name, href = {"lead": _lead, "plan": _plan, "task": _task}[about](number)
    return Thing(thread=thread, name=name, href=href)


def name_of_mute(muted: Mute) -> str:
    """What somebody muted, in words."""
    if muted.thread:
        return thing(muted.thread).name
    return name_of_kind(muted.kind)


def name_of_kind(name: str) -> str:
    if name == EVERYTHING:
        return "All mail"
    if name.startswith(LIST):
        return LISTS[name.removeprefix(LIST)]
    return kind_of(FORMERLY.get(name, name)).title


def _lead(lead_id: int) -> tuple[str, str]:
    lead = leads.lead_for(session(), user(), lead_id)
    name = " · ".join(part for part in (lead.name, lead.company) if part)
    return name or f"Lead {lead.id}", url_for("leads.show", lead_id=lead.id)


def _plan(plan_id: int) -> tuple[str, str]:
    plan = plans.plan_for(session(), user(), plan_id)
    return plan.name, url_for("plans.show", plan_id=plan.id)


def _task(task_id: int) -> tuple[str, str]:
    task = plans.task_for(session(), user(), task_id)
    return task.title, url_for("plans.show", plan_id=task.plan_id, _anchor=f"task-{task.id}")
