"""Remind owners of their tasks: one mail a person and day, found from the state of the tasks.

From 08:30 on the owner's clock, at whichever run comes next. A step of the ladder that was said
to an owner about a due date is written down and never said again, however often this runs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
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

WorkingDates = Callable[[Team], Sequence[date]]


@dataclass(frozen=True, kw_only=True)
class Due:
    """A task, and the step that it has reached today."""

    line: TaskLine
    step: Step


def remind(session: Session, *, now: datetime) -> int:
    """Write to everybody who has something new to hear this morning; how many letters are new."""
    told = queries.people_told_since(session, now.date() - ONE_DAY)
    lines = queries.tasks_due(session, until=now.date() + LONGEST_BREAK)
    waiting = [line for line in lines if _is_time_for(line.owner, told=told, now=now)]
    working = _working_dates(session, waiting, now=now)
    return sum(
        _remind(session, tasks[0].owner, tasks, working=working, now=now)
        for tasks in _by_owner(waiting)
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


def _remind(
    session: Session,
    owner: User,
    lines: Sequence[TaskLine],
    *,
    working: WorkingDates,
    now: datetime,
) -> bool:
    """One letter with all that is new to this person; True if there is something."""
    today = today_of(owner, now=now)
    new = _not_yet_said(session, owner, _due(lines, today=today, working=working))
    if not new or any(now - due.line.task.owner_since < SETTLED_AFTER for due in new):
        return False
    letter = notices.reminder(owner, today, [(due.step.section, due.line) for due in new])
    # The letter is unique for person and day: whoever else runs at this moment enqueues none.
    if not enqueue(session, letter, now=now):
        return False
    session.add_all(_said(owner, due, on=today) for due in new)
    session.flush()
    return True


def _due(lines: Sequence[TaskLine], *, today: date, working: WorkingDates) -> list[Due]:
    steps = (
        (line, step_for(line.task.due_on, today=today, working=working(line.team)))
        for line in lines
    )
    return [Due(line=line, step=step) for line, step in steps if step]


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


def _by_owner(lines: Sequence[TaskLine]) -> Iterator[list[TaskLine]]:
    ordered = sorted(lines, key=lambda line: line.task.owner_id)
    for _, tasks in groupby(ordered, key=lambda line: line.task.owner_id):
        yield list(tasks)


def _working_dates(session: Session, lines: Sequence[TaskLine], *, now: datetime) -> WorkingDates:
    """Each team's working dates of the whole time in question, read once a run."""
    first = min([now.date(), *(line.task.due_on for line in lines)]) - 2 * ONE_DAY
    last = now.date() + LONGEST_BREAK + ONE_DAY
    known: dict[int | None, list[date]] = {}

    def working(team: Team) -> list[date]:
        if team.id not in known:
            known[team.id] = list(_calendar_of(session, team).working_dates(first, last))
        return known[team.id]

    return working


def _calendar_of(session: Session, team: Team) -> Calendar:
    """A team that never wrote down its hours is reminded on every day."""
    hours = accounts.hours_of(session, team)
    return calendar_for(hours) if hours else Calendar.always()
