"""Remind owners of their tasks: one mail a person and day, found from the state of the tasks.

From 08:30 on the owner's clock, at whichever run comes next. A step of the ladder that was said
to an owner about a due date is written down and never said again, however often this runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team, User, id_of
from alignment.accounts.working_hours import calendar_for
from alignment.notifications.models import Delivery
from alignment.notifications.outbox import enqueue
from alignment.plans import notices, queries
from alignment.plans.ladder import Step, step_for
from alignment.plans.models import TaskReminder, today_of
from alignment.plans.queries import TaskLine
from alignment.worktime.calendar import Calendar

ONE_DAY = timedelta(days=1)
MORNING = time(8, 30)
LONGEST_BREAK = timedelta(days=31)
"""The working day before is looked for over no longer a break than this."""
SETTLED_AFTER = timedelta(minutes=2)
"""While tasks are being dealt out in a meeting, their owners are left alone."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """A task, and the step that it has reached today."""

    line: TaskLine
    step: Step


def remind(session: Session, *, now: datetime) -> int:
    """Write to everybody who has something new to hear this morning; how many letters are new."""
    told = queries.people_told_since(session, now.date() - ONE_DAY)
    owners = queries.owners_with_tasks_due(session, until=now.date() + LONGEST_BREAK)
    return sum(
        _remind(session, owner, now=now)
        for owner in owners
        if _is_time_for(owner, told=told, now=now)
    )


def still_matters(session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """Why this reminder need no longer be sent.

    Tasks that no longer stand as they did are struck from it; with none left it is not sent.
    """
    owner = session.get_one(User, delivery.subject_id)
    lines = notices.lines_of(delivery.words)
    in_force = queries.tasks_in_force(session, owner, {line["task_id"] for line in lines})
    standing = {(task.id, task.due_on.isoformat()) for task in in_force}
    left = [line for line in lines if (line["task_id"], line["due_on"]) in standing]
    if not left:
        return "Every task in it was done, moved or handed over, or its plan was closed."
    if left != lines:
        delivery.words = notices.reminder_words(delivery.words["today"], left)
    return None


def _is_time_for(owner: User, *, told: set[tuple[int, date]], now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(owner.zone))
    return local.time() >= MORNING and (owner.id, local.date()) not in told


def _remind(session: Session, owner: User, *, now: datetime) -> bool:
    """One letter with all that is new to this person; True if there is something."""
    today = today_of(owner, now=now)
    new = _not_yet_said(session, owner, _due(session, owner, today=today))
    if not new or any(now - due.line.task.owner_since < SETTLED_AFTER for due in new):
        return False
    letter = notices.reminder(owner, today, [(due.step.section, due.line) for due in new])
    # The letter is unique for person and day: whoever else runs at this moment enqueues none.
    if not enqueue(session, letter, now=now):
        return False
    session.add_all(_said(owner, due, on=today) for due in new)
    session.flush()
    return True


def _due(session: Session, owner: User, *, today: date) -> list[Due]:
    lines = queries.tasks_due(session, owner, until=today + LONGEST_BREAK)
    first = min((line.task.due_on for line in lines), default=today)
    working = {
        team.id: _working_dates(session, team, since=min(first, today), today=today)
        for team in {line.team.id: line.team for line in lines}.values()
    }
    steps = (
        (line, step_for(line.task.due_on, today=today, working=working[line.team.id]))
        for line in lines
    )
    return [Due(line=line, step=step) for line, step in steps if step]


def _working_dates(session: Session, team: Team, *, since: date, today: date) -> list[date]:
    """From ``since`` to the end of the longest break; every day where no hours were written."""
    hours = accounts.hours_of(session, team)
    calendar = calendar_for(hours) if hours else Calendar.always()
    return list(calendar.working_dates(since, today + LONGEST_BREAK))


def _not_yet_said(session: Session, owner: User, due: Sequence[Due]) -> list[Due]:
    if not due:
        return []
    said = queries.steps_said(session, owner)
    return [
        one for one in due if (one.line.task.id, one.line.task.due_on, one.step.name) not in said
    ]


def _said(owner: User, due: Due, *, on: date) -> TaskReminder:
    task = due.line.task
    return TaskReminder(
        workspace_id=task.workspace_id,
        task_id=id_of(task),
        owner_id=id_of(owner),
        due_on=task.due_on,
        step=due.step.name,
        said_on=on,
    )
