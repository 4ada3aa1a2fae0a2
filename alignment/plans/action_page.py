"""The page behind a task's mail buttons: done, another date, snooze."""

from datetime import date, datetime

from pydantic import ValidationError
from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.notifications.actions.definitions import Action, ActionInput, Topic, TopicItem
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


def done(session: Session, by: User, task_id: int, *, choice: str, now: datetime) -> str:  # noqa: ARG001
    task = queries.task_for(session, by, task_id)
    tasks.complete_task(session, task, by=by, now=now)
    return f"“{task.title}” is done."


def open_again(session: Session, by: User, task_id: int, *, before: str, now: datetime) -> str:  # noqa: ARG001
    task = queries.task_for(session, by, task_id)
    tasks.reopen_task(session, task, by=by, now=now)
    return f"“{task.title}” is open again."


def move(session: Session, by: User, task_id: int, *, choice: str, now: datetime) -> str:
    """``choice`` is a date as forms write it."""
    task = queries.task_for(session, by, task_id)
    try:
        to = NewDate.model_validate({"due_on": choice})
    except ValidationError as error:
        raise Refused("Enter a date, like 2027-03-30.") from error
    tasks.change_due_date(session, task, to, by=by, now=now)
    return f"“{task.title}” is due {format_date(task.due_on)}."


def move_back(session: Session, by: User, task_id: int, *, before: str, now: datetime) -> str:
    """The date before may be over; then the page offers another one."""
    task = queries.task_for(session, by, task_id)
    tasks.change_due_date(session, task, NewDate(due_on=date.fromisoformat(before)), by=by, now=now)
    return f"“{task.title}” is due {format_date(task.due_on)} again."


def comment(session: Session, by: User, task_id: int, words: str, *, now: datetime) -> str:
    """Keep what somebody wrote back, at the end of the task's note."""
    task = queries.task_for(session, by, task_id)
    local = f"{by.name}, {format_date(now.date())}: {words}"
    note = "\n".join(part for part in (task.note, local) if part)
    try:
        wish = TaskText.model_validate({"title": task.title, "note": note})
    except ValidationError as error:
        raise Refused(f"The note of “{task.title}” has no room for that.") from error
    tasks.change_task(session, task, wish, by=by, now=now)
    return f"Your comment stands in the note of “{task.title}”."


def is_open(session: Session, by: User, task_id: int) -> bool:
    task = queries.task_for(session, by, task_id)
    return not (task.is_done or session.get_one(Plan, task.plan_id).is_closed)


TASK = Topic(
    name="task",
    find=about,
    acts=(
        Action(
            name="done",
            label="Done",
            right=Right.PLAN,
            do=done,
            is_light=True,
            undo=open_again,
            is_applicable=is_open,
        ),
        Action(
            name="move",
            label="New date …",
            right=Right.PLAN,
            do=move,
            input=ActionInput.DATE,
            undo=move_back,
            is_applicable=is_open,
        ),
        snooze_action(lambda _session, _by, task_id: f"task-{task_id}"),
    ),
    comment=comment,
    is_in_digest=True,
)
