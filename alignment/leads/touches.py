"""A person of sales tried to reach, or reached, a lead."""

from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads.events import LeadTouched
from alignment.leads.happenings import TOUCHES, Happening
from alignment.leads.history import record
from alignment.leads.models import Lead, LeadEvent, Stage

NOT_WITH_SALES = frozenset({Stage.NEW, Stage.RECYCLED, Stage.WITHDRAWN, Stage.MERGED})
DATED_BACK_AT_MOST = timedelta(days=1)


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
    """Write down a call, a mail or a meeting by a person; at most one day back."""
    at = at or now
    if how not in TOUCHES:
        raise Refused("Say how you reached out: called, wrote or met.")
    if lead.stage in NOT_WITH_SALES:
        raise Refused(f"{lead.name} is not with sales now.")
    if not now - DATED_BACK_AT_MOST <= at <= now:
        raise Refused("A touch can be dated back by one day at most, and not ahead.")

    line = record(session, lead, how, by=by, now=now, at=at, note=note)
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
