"""Record a touch: a call, mail or meeting by a person of sales, backdated within a limit."""

from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.accounts.opening_hours import queries as opening_hours_queries
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads.event_kinds import (
    BACKDATED,
    BACKDATING_LIMIT_DAYS,
    TOUCH_KINDS,
    EventKind,
    backdating_limit_words,
)
from alignment.leads.events import LeadTouched, change_fields
from alignment.leads.history import queries as history_queries
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead, LeadEvent
from alignment.leads.owing_teams import OwingTeams, owes
from alignment.leads.permissions import require
from alignment.leads.rules import Verb
from alignment.worktime.calendar import Calendar

DOUBLE_CLICK_WINDOW = timedelta(seconds=5)
"""The same touch written down again within this time is the same press."""
BACKDATING_TOLERANCE = timedelta(minutes=1)
"""People fill in whole minutes; the present one is not dated back."""


def record_touch(
    session: Session,
    lead: Lead,
    kind: EventKind,
    *,
    by: User,
    now: datetime,
    at: datetime | None = None,
    note: str = "",
    days_back: int = BACKDATING_LIMIT_DAYS,
) -> LeadEvent:
    """Write down a call, a mail or a meeting by a person; a double click counts once.

    It may be dated back by ``days_back`` working days of sales, and is marked then. By somebody
    outside the team that owes the lead it stops no clock.
    """
    at = at or now
    if kind not in TOUCH_KINDS:
        raise Refused("Say how you reached out: called, wrote or met.")
    require(session, lead, Verb.TOUCH, by=by)
    if line := _double_click(session, lead, kind, by=by, now=now):
        return line
    is_dated_back = now - at >= BACKDATING_TOLERANCE
    if at > now or (
        is_dated_back and _backdating_deadline(session, lead, at, by=by, days=days_back) < now
    ):
        raise Refused(
            f"A touch can be dated back {backdating_limit_words(days_back)}, and not ahead."
        )

    reason = BACKDATED if is_dated_back else ""
    is_by_outsider = not owes(session, lead, by)
    event = NewLeadEvent(
        kind=kind, at=at, by_id=by.id, reason=reason, note=note, is_by_outsider=is_by_outsider
    )
    line = record_event(session, lead, event, now=now)
    changed = change_fields(lead, by=by, now=now, happened_at=at)
    publish(session, LeadTouched(**changed, how=kind, is_by_outsider=is_by_outsider))
    return line


def call_sentence(session: Session, lead: Lead, line: LeadEvent, *, by: User) -> str:
    """What whoever called is told, and why it does not count where it does not."""
    said = f"Your call to {lead.name} is written down."
    if not line.is_by_outsider:
        return said
    return (
        f"{said} It stops no clock: you are not in {OwingTeams(session, by, [lead]).names(lead)}."
    )


def _double_click(
    session: Session, lead: Lead, kind: EventKind, *, by: User, now: datetime
) -> LeadEvent | None:
    last = history_queries.newest_events(session, lead.workspace_id, [lead.id]).get(lead.id)
    is_same = last is not None and (last.kind, last.by_id) == (kind, by.id)
    return last if is_same and last and now - last.recorded_at < DOUBLE_CLICK_WINDOW else None


def _backdating_deadline(
    session: Session, lead: Lead, at: datetime, *, by: User, days: int
) -> datetime:
    """Until when this person may tell of that instant: working days later, of the own team where it
    is of sales, else of the team that owes the lead.
    """
    if days == 0:
        return at
    own = {place.team_id for place in people_queries.memberships_of(session, by)}
    teams = people_queries.open_teams_of(session, by.workspace_id)
    of_sales = {id_of(team): team for team in teams if team.side is Side.SALES}
    owing = OwingTeams(session, by, [lead]).ids(lead)
    team_id = min(own & owing or own & of_sales.keys() or owing, default=None)
    hours = opening_hours_queries.newest_hours_of(session, of_sales[team_id]) if team_id else None
    calendar = calendar_for(hours) if hours else Calendar.always()
    return max(at + timedelta(days=days), calendar.add_working_days(at, days))
