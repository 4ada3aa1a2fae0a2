"""Record a touch: a call, mail or meeting by a person of sales, backdated within a limit."""

from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import User
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
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead, LeadEvent, Stage
from alignment.worktime.calendar import Calendar

STAGES_WITHOUT_TOUCHES = frozenset({Stage.NEW, Stage.RECYCLED, Stage.WITHDRAWN, Stage.MERGED})
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
    """Write down a call, a mail or a meeting by a person.

    It may be dated back by ``days_back`` working days of sales, and is marked then.
    """
    at = at or now
    if kind not in TOUCH_KINDS:
        raise Refused("Say how you reached out: called, wrote or met.")
    if lead.stage in STAGES_WITHOUT_TOUCHES:
        raise Refused(f"{lead.name} is not with sales now.")
    is_dated_back = now - at >= BACKDATING_TOLERANCE
    if at > now or (is_dated_back and _backdating_deadline(session, by, at, days=days_back) < now):
        raise Refused(
            f"A touch can be dated back {backdating_limit_words(days_back)}, and not ahead."
        )

    reason = BACKDATED if is_dated_back else ""
    event = NewLeadEvent(kind=kind, at=at, by_id=by.id, reason=reason, note=note)
    line = record_event(session, lead, event, now=now)
    publish(session, LeadTouched(**change_fields(lead, by=by, now=now, happened_at=at), how=kind))
    return line


def _backdating_deadline(session: Session, by: User, at: datetime, *, days: int) -> datetime:
    """Until when this person may tell of that instant: working days of the own team later."""
    if days == 0:
        return at
    own_team_ids = {place.team_id for place in people_queries.memberships_of(session, by)}
    sales_teams = [
        x for x in people_queries.teams_of(session, by.workspace_id) if x.side is Side.SALES
    ]
    team = next((x for x in sales_teams if x.id in own_team_ids), next(iter(sales_teams), None))
    hours = opening_hours_queries.newest_hours_of(session, team) if team else None
    calendar = calendar_for(hours) if hours else Calendar.always()
    return max(at + timedelta(days=days), calendar.add_working_days(at, days))
