"""Pause a lead and resume it.

Which timers pause is part of each promise and is decided by the sla slice."""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import LeadPaused, LeadResumed, change_fields
from alignment.leads.history import queries
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead, LeadEvent


def pause(
    session: Session, lead: Lead, *, reason: str, by: User, now: datetime, note: str = ""
) -> LeadEvent:
    """From now on the lead waits for what ``reason`` says."""
    if queries.pause_event_of(session, lead) is not None:
        raise Refused(f"{lead.name} is paused already. Resume it first.")

    event = NewLeadEvent(kind=EventKind.PAUSED, at=now, by_id=by.id, reason=reason, note=note)
    line = record_event(session, lead, event, now=now)
    publish(session, LeadPaused(**change_fields(lead, by=by, now=now), reason=reason))
    return line


def resume(session: Session, lead: Lead, *, by: User, now: datetime, note: str = "") -> LeadEvent:
    """It waits no longer."""
    if queries.pause_event_of(session, lead) is None:
        raise Refused(f"{lead.name} is not paused.")

    line = record_event(
        session, lead, NewLeadEvent(kind=EventKind.RESUMED, at=now, by_id=by.id, note=note), now=now
    )
    publish(session, LeadResumed(**change_fields(lead, by=by, now=now)))
    return line
