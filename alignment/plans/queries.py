"""Every SELECT about plans, tasks and reminders. The workspace or the person is the scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, exists, func
from sqlmodel import Session, col, select

from alignment.accounts.models import Absence, Team, User
from alignment.errors import NotFound
from alignment.plans.models import UNDO_WITHIN, DueStatus, Plan, Task, TaskReminder, today_for

NO_TASKS = (0, 0, None)


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """A plan in the list of plans; ``next_due_on`` is of its open tasks."""

    plan: Plan
    owner: User
    tasks: int
    done: int
    next_due_on: date | None


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """A task with its plan, its owner and the team it counts for."""

    task: Task
    plan: Plan
    owner: User
    team: Team

    def due(self, now: datetime) -> DueStatus:
        """How it stands on the owner's calendar."""
        return self.task.due(today_for(self.owner, now=now))


def plan_for(session: Session, user: User, plan_id: int) -> Plan:
    """The plan, if it is of this person's workspace; else ``NotFound``."""
    plan = session.exec(
        select(Plan).where(Plan.workspace_id == user.workspace_id, Plan.id == plan_id)
    ).first()
    if plan is None:
        raise NotFound("There is no such plan here.")
    return plan


def task_for(session: Session, user: User, task_id: int) -> Task:
    """The task, if it is of this person's workspace; else ``NotFound``."""
    task = session.exec(
        select(Task).where(Task.workspace_id == user.workspace_id, Task.id == task_id)
    ).first()
    if task is None:
        raise NotFound("There is no such task here.")
    return task


def task_line(session: Session, workspace_id: int, task_id: int) -> TaskLine:
    """The task with its plan, owner and team."""
    [line] = _lines(session, Task.workspace_id == workspace_id, Task.id == task_id)
    return line


def plans_of(session: Session, user: User) -> list[PlanLine]:
    """Open plans first, of these the one with the next due task first."""
    progress = _progress(session, user.workspace_id)
    rows = session.exec(
        select(Plan, User)
        .join(User, col(User.id) == Plan.owner_id)
        .where(Plan.workspace_id == user.workspace_id)
        .order_by(col(Plan.id))
    )
    lines = [_plan_line(plan, owner, *progress.get(plan.id, NO_TASKS)) for plan, owner in rows]
    return sorted(lines, key=lambda line: (line.plan.is_closed, line.next_due_on or date.max))


def open_plans_owned_by(session: Session, person: User) -> list[Plan]:
    """The open plans that this person looks after."""
    plans = select(Plan).where(
        Plan.workspace_id == person.workspace_id,
        Plan.owner_id == person.id,
        col(Plan.closed_at).is_(None),
    )
    return list(session.exec(plans.order_by(col(Plan.due_on), col(Plan.id))))


def open_plan_named(session: Session, workspace_id: int, name: str) -> Plan | None:
    """The newest open plan of exactly this name."""
    return session.exec(
        select(Plan)
        .where(Plan.workspace_id == workspace_id, Plan.name == name, col(Plan.closed_at).is_(None))
        .order_by(col(Plan.id).desc())
    ).first()


def open_task_like(
    session: Session, plan: Plan, title: str, owner_id: int, due_on: date
) -> Task | None:
    return session.exec(
        select(Task).where(
            Task.workspace_id == plan.workspace_id,
            Task.plan_id == plan.id,
            Task.title == title,
            Task.owner_id == owner_id,
            Task.due_on == due_on,
            col(Task.done_at).is_(None),
        )
    ).first()


def task_lines(session: Session, plan: Plan) -> list[TaskLine]:
    """Every task of a plan: what is open first, by due date."""
    return _lines(
        session,
        Plan.workspace_id == plan.workspace_id,
        Plan.id == plan.id,
    )


def tasks_of_person(session: Session, person: User, *, now: datetime) -> list[TaskLine]:
    """What this person has to do in open plans, and what was done just now and may be undone."""
    return _lines(
        session,
        Task.workspace_id == person.workspace_id,
        Task.owner_id == person.id,
        col(Plan.closed_at).is_(None),
        col(Task.done_at).is_(None) | (col(Task.done_at) >= now - UNDO_WITHIN),
    )


def open_tasks_of(session: Session, owner: User) -> list[TaskLine]:
    """This person's open tasks in open plans."""
    return _lines(
        session,
        Task.workspace_id == owner.workspace_id,
        Task.owner_id == owner.id,
        col(Task.done_at).is_(None),
        col(Plan.closed_at).is_(None),
    )


def tasks_of_colleagues_with_days_off(
    session: Session, person: User, *, today: date
) -> list[TaskLine]:
    """Others' open tasks in this person's open plans, whose owners have days off now or later."""
    has_days_off = exists().where(
        col(Absence.workspace_id) == Task.workspace_id,
        col(Absence.user_id) == Task.owner_id,
        col(Absence.last_on) >= today,
    )
    return _lines(
        session,
        Task.workspace_id == person.workspace_id,
        Plan.owner_id == person.id,
        Task.owner_id != person.id,
        col(Task.done_at).is_(None),
        col(Plan.closed_at).is_(None),
        has_days_off,
    )


def tasks_changed_by_others(session: Session, person: User, *, since: datetime) -> list[TaskLine]:
    """This person's tasks that others did since then, and open ones that came since then."""
    return _lines(
        session,
        Task.workspace_id == person.workspace_id,
        Task.owner_id == person.id,
        (col(Task.done_at).is_(None) & (col(Task.owner_since) >= since))
        | ((col(Task.done_at) >= since) & (col(Task.done_by_id) != person.id)),
        col(Plan.closed_at).is_(None),
    )


def tasks_of_plans_owned(
    session: Session, person: User, task_ids: Collection[int]
) -> list[TaskLine]:
    """Which of these tasks are open, others' and in an open plan that this person owns."""
    return _lines(
        session,
        Task.workspace_id == person.workspace_id,
        Plan.owner_id == person.id,
        Task.owner_id != person.id,
        col(Task.id).in_(task_ids),
        col(Task.done_at).is_(None),
        col(Plan.closed_at).is_(None),
    )


def steps_said(
    session: Session, owner: User, *, before: date | None = None
) -> set[tuple[int, date, str]]:
    """Each task, due date and step that this person has heard of, ever or before a date."""
    said = select(
        col(TaskReminder.task_id), col(TaskReminder.due_on), col(TaskReminder.step)
    ).where(TaskReminder.workspace_id == owner.workspace_id, TaskReminder.owner_id == owner.id)
    if before is not None:
        said = said.where(TaskReminder.reminded_on < before)
    return set(session.exec(said))


def was_reminded(session: Session, owner: User, task: Task, *, since: date) -> bool:
    """Whether a digest of that date or later told this person of the task and its due date."""
    reminded = select(TaskReminder.id).where(
        TaskReminder.workspace_id == owner.workspace_id,
        TaskReminder.owner_id == owner.id,
        TaskReminder.task_id == task.id,
        TaskReminder.due_on == task.due_on,
        TaskReminder.reminded_on >= since,
    )
    return session.exec(reminded).first() is not None


def _progress(
    session: Session, workspace_id: int
) -> dict[int | None, tuple[int, int, date | None]]:
    """How many tasks each plan has, how many are done, and when the next open one is due."""
    next_due_on = func.min(case((col(Task.done_at).is_(None), col(Task.due_on))))
    rows = session.exec(
        select(Task.plan_id, func.count(), func.count(col(Task.done_at)), next_due_on)
        .where(Task.workspace_id == workspace_id)
        .group_by(col(Task.plan_id))
    )
    return {plan_id: (tasks, done, due_on) for plan_id, tasks, done, due_on in rows}


def _plan_line(
    plan: Plan, owner: User, tasks: int, done: int, next_due_on: date | None
) -> PlanLine:
    return PlanLine(plan=plan, owner=owner, tasks=tasks, done=done, next_due_on=next_due_on)


def _lines(session: Session, *conditions: ColumnElement[bool] | bool) -> list[TaskLine]:
    rows = session.exec(
        select(Task, Plan, User, Team)
        .join(Plan, col(Plan.id) == Task.plan_id)
        .join(User, col(User.id) == Task.owner_id)
        .join(Team, col(Team.id) == Task.team_id)
        .where(*conditions)
        .order_by(col(Task.done_at).is_not(None), col(Task.due_on), col(Task.id))
    )
    return [
        TaskLine(task=task, plan=plan, owner=owner, team=team) for task, plan, owner, team in rows
    ]
