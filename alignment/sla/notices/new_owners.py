"""Tell a new owner that a lead is theirs, with what is due first and when."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from sqlmodel import Session

from alignment.leads.events import LeadAssigned, LeadHandedOff, LeadReopened
from alignment.leads.notices import owners_and_returns as lead_notices
from alignment.leads.notices.owners_and_returns import DueFirst
from alignment.sla.notices.warnings_and_breaches import timer_subjects
from alignment.sla.timers.queries import open_timers_of_leads


def notify_new_owners(
    session: Session, events: Sequence[LeadHandedOff | LeadAssigned | LeadReopened]
) -> None:
    """The timers are read before, when the lead changed, so that their due times hold."""
    for workspace_id, some in groupby(events, key=lambda event: event.workspace_id):
        of_workspace = list(some)
        owners = {event.lead_id: event.owner_id for event in of_workspace}
        due_first = due_first_by_lead(session, workspace_id, owners)
        lead_notices.notify_new_owner(session, of_workspace, due_first=due_first)


def due_first_by_lead(
    session: Session, workspace_id: int, owners: Mapping[int, int | None]
) -> dict[int, DueFirst]:
    """By lead, what its owner owes first; ``owners`` are by lead too."""
    by_lead = open_timers_of_leads(session, workspace_id, owners)
    first_ids = [
        next(timer.id for timer in timers if timer.owner_id == owners[lead_id])
        for lead_id, timers in by_lead.items()
        if any(timer.owner_id == owners[lead_id] for timer in timers)
    ]
    return {
        subject.timer.lead_id: DueFirst(promise=subject.promise, due_at=subject.timer.due_at)
        for subject in timer_subjects(session, workspace_id, first_ids)
    }
