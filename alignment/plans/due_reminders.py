"""What a person is to be reminded of on a date: own tasks, those of colleagues whose substitute the
person is, and those of the person's plans that are due while their owners are away.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.accounts.people.substitutes import Substitutes, absence_words
from alignment.notifications.formatting import format_date
from alignment.plans import queries
from alignment.plans.owner_days import owner_days_of
from alignment.plans.queries import TaskLine
from alignment.plans.reminder_schedule import (
    OwnerDays,
    ReminderSection,
    ReminderStep,
    colleague_step_for,
    reminder_step_for,
)

REMARKS = {
    ReminderSection.DAY_OFF: ", due on a day off",
    ReminderSection.AWAY: ", due while you are away",
    ReminderSection.NEXT: ", due next working day",
}


@dataclass(frozen=True, kw_only=True)
class DueReminder:
    """A task, the step that it has reached today, and what is said about it after its plan."""

    line: TaskLine
    step: ReminderStep
    remark: str

    @property
    def key(self) -> tuple[int, date, str]:
        """What is recorded, so that it is said on one day only."""
        return (id_of(self.line.task), self.line.task.due_on, self.step.name)


def due_reminders(session: Session, person: User, *, on: date, now: datetime) -> list[DueReminder]:
    """All that were not said to this person on an earlier day; each task once."""
    due = [
        *_of_colleagues_away(session, person, today=on),
        *_of_represented(session, person, on, now=now),
        *reminders_of_own_tasks(session, person, today=on),
    ]
    said_before = queries.steps_said(session, person, before=on) if due else set()
    by_task = {id_of(reminder.line.task): reminder for reminder in due}
    return [reminder for reminder in by_task.values() if reminder.key not in said_before]


def reminders_of_own_tasks(session: Session, owner: User, *, today: date) -> Iterator[DueReminder]:
    """Each open task of this person's that has reached a step, whether it was said or not."""
    lines = queries.open_tasks_of(session, owner)
    days_by_owner = owner_days_of(session, owner, lines, today=today)
    for line in lines:
        days = days_by_owner[line.task.owner_id, line.task.team_id]
        if step := reminder_step_for(line.task.due_on, today=today, days=days):
            yield DueReminder(line=line, step=step, remark=REMARKS.get(step.section, ""))


def _of_represented(
    session: Session, person: User, today: date, *, now: datetime
) -> Iterator[DueReminder]:
    """On the days of the team, since the substitute is there though the owner is not."""
    substitutes = Substitutes(session, person.workspace_id, now=now)
    for colleague in substitutes.represented_by(person):
        lines = queries.open_tasks_of(session, colleague)
        days_by_owner = owner_days_of(session, colleague, lines, today=today)
        for line in lines:
            days = days_by_owner[line.task.owner_id, line.task.team_id]
            of_team = replace(days, present=days.of_team)
            if step := reminder_step_for(line.task.due_on, today=today, days=of_team):
                yield DueReminder(line=line, step=step, remark=f", {absence_words(colleague)}")


def _of_colleagues_away(session: Session, person: User, *, today: date) -> Iterator[DueReminder]:
    lines = queries.tasks_of_colleagues_with_days_off(session, person, today=today)
    days_by_owner = owner_days_of(session, person, lines, today=today)
    for line in lines:
        days = days_by_owner[line.task.owner_id, line.task.team_id]
        step = colleague_step_for(
            line.task.due_on, owner_id=line.task.owner_id, today=today, days=days
        )
        if step:
            yield DueReminder(line=line, step=step, remark=_away_words(line, days, today=today))


def _away_words(line: TaskLine, days: OwnerDays, *, today: date) -> str:
    """Sam is away when it is due, and back on Mon 22 Mar 2027."""
    back = days.back_after(max(line.task.due_on, today))
    returns = f", and back on {format_date(back)}" if back else ""
    return f". {line.owner.name} is away when it is due{returns}."
