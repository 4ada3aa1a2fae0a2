"""Resolve a message thread such as "lead-7" to its lead, plan or task: name and URL."""

import re
from dataclasses import dataclass

from flask import request, url_for

from alignment.edge import session, user
from alignment.errors import Refused
from alignment.leads import queries as leads
from alignment.notifications.models import Mute
from alignment.notifications.notice_kinds import kind_of
from alignment.notifications.preferences.mutes import ALL_KINDS, LIST_PREFIX, RENAMED_KINDS
from alignment.plans import queries as plans

THREAD_PATTERN = re.compile(r"(?P<about>lead|plan|task)-(?P<number>[1-9][0-9]{0,8})")
LIST_NAMES = {
    "alerts": "Alerts about leads and promises",
    "digest": "The daily digest",
    "minutes": "Plans and minutes",
    "reports": "Summaries and reports",
}


@dataclass(frozen=True, kw_only=True)
class MessageSubject:
    """One lead, plan or task: its name, and its page."""

    thread: str
    name: str
    href: str


def requested_subject() -> MessageSubject:
    """What the form is about; what is not of this workspace is not found."""
    return subject_of(request.values.get("thread", ""))


def subject_of(thread: str) -> MessageSubject:
    named = THREAD_PATTERN.fullmatch(thread)
    if named is None:
        raise Refused("Open this from a lead, a plan or a task.")
    about, number = named["about"], int(named["number"])
    name, href = {"lead": _lead, "plan": _plan, "task": _task}[about](number)
    return MessageSubject(thread=thread, name=name, href=href)


def name_of_mute(muted: Mute) -> str:
    """What somebody muted, in words."""
    if muted.thread:
        return subject_of(muted.thread).name
    return name_of_kind(muted.kind)


def name_of_kind(name: str) -> str:
    if name == ALL_KINDS:
        return "All mail"
    if name.startswith(LIST_PREFIX):
        return LIST_NAMES[name.removeprefix(LIST_PREFIX)]
    return kind_of(RENAMED_KINDS.get(name, name)).title


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
