"""Change what is known about a lead by hand; a changed fact that promises depend on is recorded in
its history.
"""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import LeadCorrected, change_fields
from alignment.leads.history.current_facts import current_facts
from alignment.leads.history.facts import Facts, facts_to_record
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.intake import NewLead, columns_of
from alignment.leads.models import Lead, LeadEvent


def correct(session: Session, lead: Lead, new: NewLead, *, by: User, now: datetime) -> None:
    """Keep what is told now instead of what was known; its history stays."""
    if lead.merged_into_id is not None:
        raise Refused(f"{lead.name} was merged into another lead. Change that one.")
    columns = columns_of(session, new, by)
    changed = {name: value for name, value in columns.items() if getattr(lead, name) != value}
    if not changed:
        return

    before = current_facts(session, lead)
    for name, value in changed.items():
        setattr(lead, name, value)
    session.add(lead)
    session.flush()
    record_changed_facts(session, lead, before, by=by, now=now)
    publish(
        session,
        LeadCorrected(
            **change_fields(lead, by=by, now=now),
            fields=tuple(sorted(changed)),
        ),
    )


def record_changed_facts(
    session: Session, lead: Lead, before: Facts, *, by: User, now: datetime
) -> LeadEvent | None:
    """Record in the history which facts that promises depend on are others now, if any are."""
    changed = facts_to_record(
        before, current_facts(session, lead), handed_off_at=lead.handed_off_at
    )
    if not changed:
        return None
    event = NewLeadEvent(kind=EventKind.REPRIORITISED, at=now, by_id=by.id, facts=changed)
    return record_event(session, lead, event, now=now)
