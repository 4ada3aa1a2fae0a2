"""Digest lines about the due tasks of a person and of colleagues who are away or left, and about
tasks in this person's plans that others put off.

A step reminded on an earlier day is never reminded again for the same owner and due date.
"""

from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.accounts.people import queries as accounts
from alignment.notifications.digests.schedule import DigestDay
from alignment.notifications.digests.sections import DigestLine
from alignment.notifications.digests.sections import DigestSection as Heading
from alignment.notifications.preferences.snoozing import snoozed_by_others
from alignment.plans import queries
from alignment.plans.due_reminders import DueReminder, due_reminders
from alignment.plans.models import TaskReminder
from alignment.plans.queries import TaskLine
from alignment.plans.reminder_schedule import ReminderSection

HEADINGS = {
    ReminderSection.OVERDUE: Heading.OVERDUE,
    ReminderSection.TODAY: Heading.TODAY,
    ReminderSection.DAY_OFF: Heading.TODAY,
    ReminderSection.AWAY: Heading.TODAY,
    ReminderSection.NEXT: Heading.INFORMATION,
    ReminderSection.COLLEAGUE_AWAY: Heading.INFORMATION,
}


def task_digest_lines(
    session: Session, person: User, day: DigestDay, now: datetime
) -> Iterator[DigestLine]:
    """What this person is reminded of today, others' tasks that were put off since, and after days
    off what became of own tasks.
    """
    for due in due_reminders(session, person, on=day.on, now=now):
        yield _line(due.line, HEADINGS[due.step.section], due.remark)
    yield from _snoozed_lines(session, person, day, now=now)
    if day.is_return:
        yield from _meanwhile_lines(session, person, day)


def record_reminders(session: Session, person: User, day: DigestDay, now: datetime) -> None:
    """They are said now; the same steps are not said again on another day."""
    known = queries.steps_said(session, person)
    session.add_all(
        _reminder_row(person, due, on=day.on)
        for due in due_reminders(session, person, on=day.on, now=now)
        if due.key not in known
    )
    session.flush()


def _snoozed_lines(
    session: Session, person: User, day: DigestDay, *, now: datetime
) -> Iterator[DigestLine]:
    """Tasks in plans of this person's that their owners put off."""
    put_off = snoozed_by_others(session, person, "task", since=day.since, now=now)
    words = dict(put_off)
    for line in queries.tasks_of_plans_owned(session, person, words.keys()):
        yield _line(line, Heading.INFORMATION, f". {words[id_of(line.task)]}")


def _meanwhile_lines(session: Session, person: User, day: DigestDay) -> Iterator[DigestLine]:
    names = accounts.names_of(session, person.workspace_id)
    for line in queries.tasks_changed_by_others(session, person, since=day.since):
        by = names.get(line.task.done_by_id or 0)
        yield _line(line, Heading.MEANWHILE, f". {by} did it." if by else ". It is yours now.")


def _line(line: TaskLine, section: Heading, remark: str) -> DigestLine:
    return DigestLine(
        section=section,
        title=line.task.title,
        words=f"{line.plan.name}{remark}",
        link=f"/plans/{line.plan.id}#task-{line.task.id}",
        due_on=line.task.due_on,
        threads=(f"task-{line.task.id}", f"plan-{line.plan.id}"),
    )


def _reminder_row(person: User, due: DueReminder, *, on: date) -> TaskReminder:
    task = due.line.task
    return TaskReminder(
        workspace_id=task.workspace_id,
        task_id=id_of(task),
        owner_id=id_of(person),
        due_on=task.due_on,
        step=due.step.name,
        reminded_on=on,
    )
