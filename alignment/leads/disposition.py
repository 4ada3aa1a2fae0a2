"""What sales decides about a lead it has accepted."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.events import publish
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import LeadDecided, change_fields
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead, LeadEvent
from alignment.leads.permissions import require
from alignment.leads.rules import Verb


class Disposition(StrEnum):
    """How a worked lead goes on."""

    QUALIFIED = "qualified"
    OPPORTUNITY_OPENED = "opportunity_opened"
    UNREACHABLE = "unreachable"
    WON = "won"
    LOST = "lost"


def decide(
    session: Session, lead: Lead, *, outcome: Disposition, by: User, now: datetime, note: str = ""
) -> LeadEvent:
    """Say how the lead goes on; only an accepted lead can be decided."""
    require(session, lead, Verb.DECIDE, by=by)

    event = NewLeadEvent(kind=EventKind(outcome.value), at=now, by_id=by.id, note=note)
    line = record_event(session, lead, event, now=now)
    publish(session, LeadDecided(**change_fields(lead, by=by, now=now), outcome=outcome))
    return line
