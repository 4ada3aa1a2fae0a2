"""Who is away when the time of a lead that is given now begins to run."""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.absences import days_off
from alignment.accounts.models import Team
from alignment.accounts.opening_hours import queries as hours_queries
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import Side
from alignment.worktime.spans import NoBusinessTime


def away_when_time_begins(session: Session, workspace_id: int, *, now: datetime) -> set[int]:
    """The people of sales with a day off at the first instant from ``now`` on (aware UTC) at which
    their team is open: a lead of Friday evening is for who works on Monday.
    """
    away: set[int] = set()
    for team in people_queries.open_teams_of(session, workspace_id):
        if team.side is Side.SALES:
            members = {person.id for person in people_queries.members_of(session, team)}
            begins_at = _first_open_instant(session, team, now=now)
            away |= members & days_off.away_now_ids(session, workspace_id, now=begins_at)
    return away


def _first_open_instant(session: Session, team: Team, *, now: datetime) -> datetime:
    hours = hours_queries.newest_hours_of(session, team)
    if hours is None:
        return now
    try:
        return calendar_for(hours).next_open(now)
    except NoBusinessTime:
        return now
