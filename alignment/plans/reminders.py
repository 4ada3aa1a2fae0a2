"""Which tasks stand in a person's digest today, and what colleagues put off in their plans.

A step of the ladder that was said to an owner about a due date on an earlier day is never said
again, however often this runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team, User, id_of
from alignment.accounts.working_hours import calendar_for
from alignment.notifications.digests import Line
from alignment.notifications.digests import Section as Heading
from alignment.notifications.mornings import Day
from alignment.notifications.snoozing import put_off_by_others
from alignment.plans import queries
from alignment.plans.ladder import Section, Step, step_for
from alignment.plans.models import TaskReminder
from alignment.plans.queries import TaskLine
from alignment.worktime.calendar import Calendar

LONGEST_BREAK = timedelta(days=31)
"""The working day before is looked for over no longer a break than this."""
HEADINGS = {
    Section.OVERDUE: Heading.OVERDUE,
    Section.TODAY: Heading.TODAY,
    Section.DAY_OFF: Heading.TODAY,
    Section.NEXT: Heading.INFORMATION,
}
REMARKS = {Section.DAY_OFF: ", due on a day off", Section.NEXT: ", due next working day"}


@dataclass(frozen=True, kw_only=True)
class Due:
    """A task, and the step that it has reached today."""

    line: TaskLine
    step: Step


def lines(session: Session, person: User, day: Day, now: datetime) -> Iterator[Line]:
    """This person's tasks that are to be said today, and others' that were put off since."""
    for due in _to_say(session, person, on=day.on):
        yield _line(due.line, HEADINGS[due.step.section], REMARKS.get(due.step.section, ""))
    yield from _put_off(session, person, day, now=now)


def write_down(session: Session, owner: User, day: Day) -> None:
    """They are said now; the same steps are not said again on another day."""
    known = queries.steps_said(session, owner)
    session.add_all(
        _said(owner, due, on=day.on)
        for due in _to_say(session, owner, on=day.on)
        if _key(due) not in known
    )
    session.flush()


def _to_say(session: Session, owner: User, *, on: date) -> list[Due]:
    due = _due(session, owner, today=on)
    said_before = queries.steps_said(session, owner, before=on) if due else set()
    return [one for one in due if _key(one) not in said_before]


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


def _put_off(session: Session, person: User, day: Day, *, now: datetime) -> Iterator[Line]:
    """Tasks in plans of this person's that their owners put off."""
    put_off = put_off_by_others(session, person, "task", since=day.since, now=now)
    words = dict(put_off)
    for line in queries.tasks_of_plans_owned(session, person, words.keys()):
        yield _line(line, Heading.INFORMATION, f". {words[id_of(line.task)]}")


def _line(line: TaskLine, section: Heading, remark: str) -> Line:
    return Line(
        section=section,
        title=line.task.title,
        words=f"{line.plan.name}{remark}",
        link=f"/plans/{line.plan.id}#task-{line.task.id}",
        due_on=line.task.due_on,
        threads=(f"task-{line.task.id}", f"plan-{line.plan.id}"),
    )


def _key(due: Due) -> tuple[int, date, str]:
    return (id_of(due.line.task), due.line.task.due_on, due.step.name)


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
