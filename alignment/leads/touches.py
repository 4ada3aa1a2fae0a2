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
from alignment.leads.happenings import (
    DATED_BACK,
    DATED_BACK_AT_MOST,
    TOUCHES,
    Happening,
    at_most,
)
from alignment.leads.history import record
from alignment.leads.models import Lead, LeadEvent, Stage
from alignment.worktime.calendar import Calendar

NOT_WITH_SALES = frozenset({Stage.NEW, Stage.RECYCLED, Stage.WITHDRAWN, Stage.MERGED})
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
    days_back: int = DATED_BACK_AT_MOST,
) -> LeadEvent:
    """Write down a call, a mail or a meeting by a person.

    It may be dated back by ``days_back`` working days of sales, and is marked then.
    """
    at = at or now
    if how not in TOUCHES:
        raise Refused("Say how you reached out: called, wrote or met.")
    if lead.stage in NOT_WITH_SALES:
        raise Refused(f"{lead.name} is not with sales now.")
    is_dated_back = now - at >= SAME_MOMENT
    if at > now or (is_dated_back and _latest_telling(session, by, at, days=days_back) < now):
        raise Refused(f"A touch can be dated back {at_most(days_back)}, and not ahead.")

    reason = DATED_BACK if is_dated_back else ""
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


def _latest_telling(session: Session, by: User, at: datetime, *, days: int) -> datetime:
    """Until when this person may tell of that instant: working days of the own team later."""
    if days == 0:
        return at
    own = {place.team_id for place in accounts.memberships_of(session, by)}
    of_sales = [x for x in accounts.teams_of(session, by.workspace_id) if x.side is Side.SALES]
    team = next((x for x in of_sales if x.id in own), next(iter(of_sales), None))
    hours = accounts.hours_of(session, team) if team else None
    calendar = calendar_for(hours) if hours else Calendar.always()
    return max(at + timedelta(days=days), calendar.add_working_days(at, days))
