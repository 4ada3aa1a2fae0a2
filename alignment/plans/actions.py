"""The page behind a task's mail buttons: done, another date, snooze."""

from datetime import date

from pydantic import ValidationError
from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.notifications.actions.definitions import (
    Action,
    ActionInput,
    Press,
    Topic,
    TopicItem,
)
from alignment.notifications.actions.snooze_action import snooze_action
from alignment.notifications.formatting import format_date
from alignment.plans import queries, tasks
from alignment.plans.models import Plan
from alignment.plans.tasks import NewDate, TaskText


def about(session: Session, reader: User, task_id: int) -> TopicItem:
    """The task as it stands; whose it is since when makes its epoch."""
    task = queries.task_for(session, reader, task_id)
    plan, owner = session.get_one(Plan, task.plan_id), session.get_one(User, task.owner_id)
    by = session.get_one(User, task.done_by_id).name if task.done_by_id else ""
    return TopicItem(
        thread=f"task-{task_id}",
        title=task.title,
        words=f"{plan.name}, with {owner.name}, due {format_date(task.due_on)}.",
        link=f"/plans/{plan.id}#task-{task_id}",
        ownership_key=f"{task.owner_id}:{task.owner_since.isoformat()}",
        last_change_by=f"{by} said done" if task.is_done else "",
        last_change_at=task.done_at,
        before=task.due_on.isoformat(),
    )


def done(session: Session, press: Press) -> str:
    task = queries.task_for(session, press.by, press.subject_id)
    tasks.complete_task(session, task, by=press.by, now=press.now)
    return f"“{task.title}” is done."


def open_again(session: Session, press: Press) -> str:
    task = queries.task_for(session, press.by, press.subject_id)
    tasks.reopen_task(session, task, by=press.by, now=press.now)
    return f"“{task.title}” is open again."


def move(session: Session, press: Press) -> str:
    """To a date as forms write it."""
    task = queries.task_for(session, press.by, press.subject_id)
    try:
        to = NewDate.model_validate({"due_on": press.input})
    except ValidationError as error:
        raise Refused("Enter a date, like 2027-03-30.") from error
    tasks.change_due_date(session, task, to, by=press.by, now=press.now)
    return f"“{task.title}” is due {format_date(task.due_on)}."


def move_back(session: Session, press: Press) -> str:
    """The date before may be over; then the page offers another one."""
    task = queries.task_for(session, press.by, press.subject_id)
    to = NewDate(due_on=date.fromisoformat(press.before))
    tasks.change_due_date(session, task, to, by=press.by, now=press.now)
    return f"“{task.title}” is due {format_date(task.due_on)} again."


def comment(session: Session, press: Press) -> str:
    """Keep what somebody wrote back, at the end of the task's note."""
    task = queries.task_for(session, press.by, press.subject_id)
    local = f"{press.by.name}, {format_date(press.now.date())}: {press.input}"
    note = "\n".join(part for part in (task.note, local) if part)
    try:
        wish = TaskText.model_validate({"title": task.title, "note": note})
    except ValidationError as error:
        raise Refused(f"The note of “{task.title}” has no room for that.") from error
    tasks.change_task(session, task, wish, by=press.by, now=press.now)
    return f"Your comment stands in the note of “{task.title}”."


def is_open(session: Session, reader: User, task_id: int) -> bool:
    task = queries.task_for(session, reader, task_id)
    return not (task.is_done or session.get_one(Plan, task.plan_id).is_closed)


DONE = Action(
    name="done",
    label="Done",
    right=Right.PLAN,
    perform=done,
    undo=open_again,
    is_offered=is_open,
    is_light=True,
    reply_commands={"done": ""},
)
MOVE = Action(
    name="move",
    label="New date …",
    right=Right.PLAN,
    perform=move,
    undo=move_back,
    is_offered=is_open,
    input=ActionInput.DATE,
)
TASK = Topic(
    name="task",
    find=about,
    actions=(DONE, MOVE, snooze_action("task")),
    comment=comment,
    is_in_digest=True,
)
