"""Put the leads of somebody who left into the queue of their sales team: nobody owns them."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.events import publish_many
from alignment.leads.bulk.inheritance import OWNER_LEFT
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import LeadReleased, change_fields
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead


def release_leads(
    session: Session, leads: Sequence[Lead], *, former: User, by: User, now: datetime
) -> None:
    """Their clocks go on for the team, and anybody of it may take them."""
    note = f"{former.name} had it until now."
    for lead in leads:
        event = NewLeadEvent(
            kind=EventKind.RELEASED, at=now, by_id=by.id, reason=OWNER_LEFT, note=note
        )
        record_event(session, lead, event, now=now)
    publish_many(session, [LeadReleased(**change_fields(lead, by=by, now=now)) for lead in leads])
