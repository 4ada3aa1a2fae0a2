"""Tell the history that a lead waits for something, and that it goes on.

Which clocks stand still then is part of each promise: ``sla.pauses`` asks them first.
"""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads import queries
from alignment.leads.events import LeadPaused, LeadResumed
from alignment.leads.happenings import Happening
from alignment.leads.history import record
from alignment.leads.models import Lead, LeadEvent


def pause(
    session: Session, lead: Lead, *, reason: str, by: User, now: datetime, note: str = ""
) -> LeadEvent:
    """From now on the lead waits for what ``reason`` says."""
    if queries.pause_of(session, lead) is not None:
        raise Refused(f"{lead.name} is paused already. Resume it first.")

    line = record(session, lead, Happening.PAUSED, by=by, now=now, reason=reason, note=note)
    publish(
        session,
        LeadPaused(
            workspace_id=lead.workspace_id,
            at=now,
            lead_id=lead.id,
            by_id=by.id,
            happened_at=now,
            reason=reason,
        ),
    )
    return line


def resume(session: Session, lead: Lead, *, by: User, now: datetime, note: str = "") -> LeadEvent:
    """It waits no longer."""
    if queries.pause_of(session, lead) is None:
        raise Refused(f"{lead.name} is not paused.")

    line = record(session, lead, Happening.RESUMED, by=by, now=now, note=note)
    publish(
        session,
        LeadResumed(
            workspace_id=lead.workspace_id, at=now, lead_id=lead.id, by_id=by.id, happened_at=now
        ),
    )
    return line
