"""Digest lines about a person's due tasks, and tasks that others snoozed in this person's plans.

A step reminded on an earlier day is never reminded again for the same owner and due date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import Team, User, id_of
from alignment.accounts.opening_hours import queries as accounts
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.notifications.digests.schedule import DigestDay
from alignment.notifications.digests.sections import DigestLine
from alignment.notifications.digests.sections import DigestSection as Heading
from alignment.notifications.preferences.snoozing import snoozed_by_others
from alignment.plans import queries
from alignment.plans.models import TaskReminder
from alignment.plans.queries import TaskLine
from alignment.plans.reminder_schedule import ReminderSection, ReminderStep, reminder_step_for
from alignment.worktime.calendar import Calendar

LONGEST_BREAK = timedelta(days=31)
"""The working day before is looked for over no longer a break than this."""
HEADINGS = {
    ReminderSection.OVERDUE: Heading.OVERDUE,
    ReminderSection.TODAY: Heading.TODAY,
    ReminderSection.DAY_OFF: Heading.TODAY,
    ReminderSection.NEXT: Heading.INFORMATION,
}
REMARKS = {
    ReminderSection.DAY_OFF: ", due on a day off",
    ReminderSection.NEXT: ", due next working day",
}


@dataclass(frozen=True, kw_only=True)
class DueReminder:
    """A task, and the step that it has reached today."""

    line: TaskLine
    step: ReminderStep


def task_digest_lines(
    session: Session, person: User, day: DigestDay, now: datetime
) -> Iterator[DigestLine]:
    """This person's tasks that are to be said today, and others' that were put off since."""
    for due in _due_reminders(session, person, on=day.on):
        yield _line(due.line, HEADINGS[due.step.section], REMARKS.get(due.step.section, ""))
    yield from _snoozed_lines(session, person, day, now=now)


def record_reminders(session: Session, owner: User, day: DigestDay) -> None:
    """They are said now; the same steps are not said again on another day."""
    known = queries.steps_said(session, owner)
    session.add_all(
        _reminder_row(owner, due, on=day.on)
        for due in _due_reminders(session, owner, on=day.on)
        if _reminder_key(due) not in known
    )
    session.flush()


def _due_reminders(session: Session, owner: User, *, on: date) -> list[DueReminder]:
    due = _due(session, owner, today=on)
    said_before = queries.steps_said(session, owner, before=on) if due else set()
    return [reminder for reminder in due if _reminder_key(reminder) not in said_before]


def _due(session: Session, owner: User, *, today: date) -> list[DueReminder]:
    lines = queries.tasks_due(session, owner, until=today + LONGEST_BREAK)
    first = min((line.task.due_on for line in lines), default=today)
    working = {
        team.id: _working_dates(session, team, since=min(first, today), today=today)
        for team in {line.team.id: line.team for line in lines}.values()
    }
    steps = (
        (line, reminder_step_for(line.task.due_on, today=today, working=working[line.team.id]))
        for line in lines
    )
    return [DueReminder(line=line, step=step) for line, step in steps if step]


def _working_dates(session: Session, team: Team, *, since: date, today: date) -> list[date]:
    """From ``since`` to the end of the longest break; every day where no hours were written."""
    hours = accounts.newest_hours_of(session, team)
    calendar = calendar_for(hours) if hours else Calendar.always()
    return list(calendar.working_dates(since, today + LONGEST_BREAK))


def _snoozed_lines(
    session: Session, person: User, day: DigestDay, *, now: datetime
) -> Iterator[DigestLine]:
    """Tasks in plans of this person's that their owners put off."""
    put_off = snoozed_by_others(session, person, "task", since=day.since, now=now)
    words = dict(put_off)
    for line in queries.tasks_of_plans_owned(session, person, words.keys()):
        yield _line(line, Heading.INFORMATION, f". {words[id_of(line.task)]}")


def _line(line: TaskLine, section: Heading, remark: str) -> DigestLine:
    return DigestLine(
        section=section,
        title=line.task.title,
        words=f"{line.plan.name}{remark}",
        link=f"/plans/{line.plan.id}#task-{line.task.id}",
        due_on=line.task.due_on,
        threads=(f"task-{line.task.id}", f"plan-{line.plan.id}"),
    )


def _reminder_key(due: DueReminder) -> tuple[int, date, str]:
    return (id_of(due.line.task), due.line.task.due_on, due.step.name)


def _reminder_row(owner: User, due: DueReminder, *, on: date) -> TaskReminder:
    task = due.line.task
    return TaskReminder(
        workspace_id=task.workspace_id,
        task_id=id_of(task),
        owner_id=id_of(owner),
        due_on=task.due_on,
        step=due.step.name,
        reminded_on=on,
    )
