"""Pause a lead and resume it.

Which timers pause is part of each promise and is decided by the sla slice."""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import LeadPaused, LeadResumed
from alignment.leads.history import queries
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead, LeadEvent


def pause(
    session: Session, lead: Lead, *, reason: str, by: User, now: datetime, note: str = ""
) -> LeadEvent:
    """From now on the lead waits for what ``reason`` says."""
    if queries.pause_event_of(session, lead) is not None:
        raise Refused(f"{lead.name} is paused already. Resume it first.")

    line = record_event(session, lead, EventKind.PAUSED, by=by, now=now, reason=reason, note=note)
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
    if queries.pause_event_of(session, lead) is None:
        raise Refused(f"{lead.name} is not paused.")

    line = record_event(session, lead, EventKind.RESUMED, by=by, now=now, note=note)
    publish(
        session,
        LeadResumed(
            workspace_id=lead.workspace_id, at=now, lead_id=lead.id, by_id=by.id, happened_at=now
        ),
    )
    return line
