"""The working days of tasks' teams, and those of them on which the owners are there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlmodel import Session

from alignment.accounts.absences import queries as absences
from alignment.accounts.absences.days_off import LONGEST
from alignment.accounts.models import User
from alignment.accounts.opening_hours import queries as opening_hours
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.plans.queries import TaskLine
from alignment.plans.reminder_schedule import ONE_DAY, OwnerDays
from alignment.worktime.calendar import Calendar

LONGEST_BREAK = timedelta(days=31)
"""A team's working day before is looked for over no longer a break than this."""
DaysOffSpans = Sequence[tuple[date, date]]
OwnerAndTeam = tuple[int, int]


def owner_days_of(
    session: Session, person: User, lines: Sequence[TaskLine], *, today: date
) -> Mapping[OwnerAndTeam, OwnerDays]:
    """By owner and team of these tasks of the person's workspace, from the first due date on."""
    since = min([today, *(line.task.due_on for line in lines)])
    hours = opening_hours.newest_hours_by_team(session, person.workspace_id) if lines else {}
    days_off = absences.days_off_of(
        session, person.workspace_id, {line.task.owner_id for line in lines}, since=since
    )
    return {
        (owner_id, team_id): _days(
            calendar_for(hours[team_id]) if team_id in hours else Calendar.always(),
            days_off.get(owner_id, ()),
            since=since,
            today=today,
        )
        for owner_id, team_id in {(line.task.owner_id, line.task.team_id) for line in lines}
    }


def _days(calendar: Calendar, days_off: DaysOffSpans, *, since: date, today: date) -> OwnerDays:
    """Beyond the owner's return by the longest break; every day where no hours were written."""
    ahead = calendar.working_dates(today + ONE_DAY, today + LONGEST + LONGEST_BREAK)
    back = next(_present(ahead, days_off), today)
    of_team = tuple(calendar.working_dates(since, back + LONGEST_BREAK))
    return OwnerDays(of_team=of_team, present=tuple(_present(of_team, days_off)))


def _present(dates: Iterable[date], days_off: DaysOffSpans) -> Iterator[date]:
    return (on for on in dates if not any(first <= on <= last for first, last in days_off))
