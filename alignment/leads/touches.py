"""A person of sales tried to reach, or reached, a lead."""

from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.accounts.working_hours import calendar_for
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads.events import LeadTouched
from alignment.leads.happenings import DATED_BACK, TOUCHES, Happening
from alignment.leads.history import record
from alignment.leads.models import Lead, LeadEvent, Stage
from alignment.worktime.calendar import Calendar

NOT_WITH_SALES = frozenset({Stage.NEW, Stage.RECYCLED, Stage.WITHDRAWN, Stage.MERGED})
DATED_BACK_AT_MOST = 1
"""Working days of sales: a call of Friday can be written down until the same time on Monday."""
SAME_MOMENT = timedelta(minutes=1)
"""People fill in whole minutes; the present one is not dated back."""


def touch(
    session: Session,
    lead: Lead,
    how: Happening,
    *,
    by: User,
    now: datetime,
    at: datetime | None = None,
    note: str = "",
) -> LeadEvent:
    """Write down a call, a mail or a meeting by a person.

    It may be dated back by one working day, and is marked then.
    """
    at = at or now
    if how not in TOUCHES:
        raise Refused("Say how you reached out: called, wrote or met.")
    if lead.stage in NOT_WITH_SALES:
        raise Refused(f"{lead.name} is not with sales now.")
    if at > now or _latest_telling(session, by, at) < now:
        raise Refused("A touch can be dated back by one working day at most, and not ahead.")

    reason = DATED_BACK if now - at >= SAME_MOMENT else ""
    line = record(session, lead, how, by=by, now=now, at=at, note=note, reason=reason)
    publish(
        session,
        LeadTouched(
            workspace_id=lead.workspace_id,
            at=now,
            lead_id=lead.id,
            by_id=by.id,
            happened_at=at,
            how=how,
        ),
    )
    return line


def _latest_telling(session: Session, by: User, at: datetime) -> datetime:
    """Until when this person may tell of that instant: a working day of the own team later."""
    own = {place.team_id for place in accounts.memberships_of(session, by)}
    of_sales = [x for x in accounts.teams_of(session, by.workspace_id) if x.side is Side.SALES]
    team = next((x for x in of_sales if x.id in own), next(iter(of_sales), None))
    hours = accounts.hours_of(session, team) if team else None
    calendar = calendar_for(hours) if hours else Calendar.always()
    same_time = at + timedelta(days=DATED_BACK_AT_MOST)
    return max(same_time, calendar.add_working_days(at, DATED_BACK_AT_MOST))
