"""The tasks of a plan: add, change, hand over, move, done."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, update

from alignment.accounts.models import User, id_of
from alignment.accounts.names import Name
from alignment.accounts.people import queries as accounts
from alignment.errors import Refused
from alignment.events import publish
from alignment.plans import queries
from alignment.plans.events import (
    TaskAdded,
    TaskChanged,
    TaskDone,
    TaskEvent,
    TaskHandedOver,
    TaskMoved,
    TaskUndone,
)
from alignment.plans.input_types import FormDate, NoteText, OptionalTeamId, PersonId
from alignment.plans.models import Plan, Task, today_for
from alignment.plans.planning import active_person, must_be_open


class TaskText(SQLModel):
    """What is to be done."""

    title: Name
    note: NoteText = ""


class NewOwner(SQLModel):
    """Who does it, and for which team; without one, the first of that person."""

    owner_id: PersonId
    team_id: OptionalTeamId = None


class NewDate(SQLModel):
    """By when, on the owner's calendar."""

    due_on: FormDate


class NewTask(TaskText, NewOwner, NewDate):
    """One person's part in a plan."""


def add_task(session: Session, plan: Plan, new: NewTask, *, by: User, now: datetime) -> Task:
    """One more task; the very same one, added again by a double click, is the first one."""
    must_be_open(plan)
    owner, team_id = _owner_and_team(session, new, by=by)
    known = queries.open_task_like(session, plan, new.title, id_of(owner), new.due_on)
    if known is not None:
        return known
    _refuse_past_date(new.due_on, owner=owner, now=now)

    given = new.model_dump() | {"team_id": team_id}
    task = Task(
        workspace_id=plan.workspace_id,
        plan_id=id_of(plan),
        created_at=now,
        owner_since=now,
        **given,
    )
    session.add(task)
    session.flush()
    _publish_task_event(
        session, TaskAdded, task, by=by, now=now, owner_id=id_of(owner), due_on=new.due_on
    )
    return task


def change_task(session: Session, task: Task, words: TaskText, *, by: User, now: datetime) -> None:
    """Say in other words what is to be done."""
    _must_be_open(session, task)
    if (task.title, task.note) == (words.title, words.note):
        return
    task.title, task.note = words.title, words.note
    session.add(task)
    _publish_task_event(session, TaskChanged, task, by=by, now=now)


def hand_over_task(
    session: Session,
    task: Task,
    to: NewOwner,
    *,
    by: User,
    now: datetime,
    is_inherited: bool = False,
) -> None:
    """Somebody else does it from now on, and is the only one to be reminded."""
    _must_be_open(session, task)
    owner, team_id = _owner_and_team(session, to, by=by)
    if (task.owner_id, task.team_id) == (owner.id, team_id):
        return
    before, task.team_id = task.owner_id, team_id
    if before != owner.id:
        task.owner_id, task.owner_since = id_of(owner), now
    session.add(task)
    _publish_task_event(
        session,
        TaskHandedOver,
        task,
        by=by,
        now=now,
        from_id=before,
        owner_id=task.owner_id,
        is_inherited=is_inherited,
    )


def change_due_date(session: Session, task: Task, to: NewDate, *, by: User, now: datetime) -> None:
    """Give it a new due date, not before the owner's today."""
    _must_be_open(session, task)
    if task.due_on == to.due_on:
        return
    _refuse_past_date(to.due_on, owner=session.get_one(User, task.owner_id), now=now)
    before, task.due_on = task.due_on, to.due_on
    session.add(task)
    _publish_task_event(session, TaskMoved, task, by=by, now=now, from_on=before, due_on=to.due_on)


def complete_task(session: Session, task: Task, *, by: User, now: datetime) -> None:
    """It is done; of two people who say so at once, the first one is written down."""
    if task.is_done:
        return
    _must_be_open(session, task)
    claimed = session.exec(
        update(Task)
        .where(col(Task.id) == task.id, col(Task.done_at).is_(None))
        .values(done_at=now, done_by_id=by.id)
    )
    if claimed.rowcount == 1:
        _publish_task_event(session, TaskDone, task, by=by, now=now)


def reopen_task(session: Session, task: Task, *, by: User, now: datetime) -> None:
    """Open it again, within ten minutes."""
    if task.done_at is None:
        return
    must_be_open(session.get_one(Plan, task.plan_id))
    if not task.can_be_undone(now):
        raise Refused(f"“{task.title}” was done a while ago. Add a new task instead.")
    task.done_at = task.done_by_id = None
    session.add(task)
    _publish_task_event(session, TaskUndone, task, by=by, now=now)


def _must_be_open(session: Session, task: Task) -> None:
    must_be_open(session.get_one(Plan, task.plan_id))
    if task.is_done:
        raise Refused(f"“{task.title}” is done already.")


def _refuse_past_date(due_on: date, *, owner: User, now: datetime) -> None:
    if due_on < today_for(owner, now=now):
        raise Refused("That date is over. Choose today or a later one.")


def _owner_and_team(session: Session, wish: NewOwner, *, by: User) -> tuple[User, int]:
    """An active colleague, and one of the teams that this colleague is in, where there are any."""
    owner = active_person(session, by, wish.owner_id)
    own = [membership.team_id for membership in accounts.memberships_of(session, owner)]
    if wish.team_id is None:
        if not own:
            raise Refused(f"{owner.name} is in no team. Choose a team for this task.")
        return owner, own[0]
    if own and wish.team_id not in own:
        raise Refused(f"{owner.name} is not in that team. Choose another team or person.")
    return owner, id_of(accounts.open_team_for(session, by, wish.team_id))


def _publish_task_event(
    session: Session, kind: type[TaskEvent], task: Task, *, by: User, now: datetime, **facts: Any
) -> None:
    event = kind(
        workspace_id=task.workspace_id,
        at=now,
        plan_id=task.plan_id,
        task_id=id_of(task),
        by_id=id_of(by),
        **facts,
    )
    publish(session, event)
