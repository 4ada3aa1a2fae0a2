"""Tell a new owner that a lead is theirs, with what is due first and when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from alignment.leads.events import LeadAssigned, LeadHandedOff, LeadReopened
from alignment.leads.models import Lead
from alignment.leads.notices import owners_and_returns as lead_notices
from alignment.leads.notices.owners_and_returns import DueFirst
from alignment.notifications.formatting import to_json_values
from alignment.notifications.models import Delivery
from alignment.sla.clock.stopwatch import TimerState
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


def why_no_longer_waiting(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    """Why a new owner need not hear of the lead any more; what is due is said as it is now."""
    reason = lead_notices.why_no_longer_waiting(session, delivery, now=now)
    if reason is None:
        lead = session.get_one(Lead, delivery.subject_id)
        due = due_first_by_lead(session, lead.workspace_id, {lead.id: lead.owner_id}).get(lead.id)
        current = to_json_values(lead_notices.due_words(due, now=now))
        delivery.words = {**delivery.words, **current}
    return reason


def due_first_by_lead(
    session: Session, workspace_id: int, owners: Mapping[int, int | None]
) -> dict[int, DueFirst]:
    """By lead, what its owner owes first; ``owners`` are by lead too."""
    owed = {
        lead_id: of_owner
        for lead_id, timers in open_timers_of_leads(session, workspace_id, owners).items()
        if (of_owner := [timer for timer in timers if timer.owner_id == owners[lead_id]])
    }
    subjects = timer_subjects(session, workspace_id, [timers[0].id for timers in owed.values()])
    return {
        subject.timer.lead_id: DueFirst(
            promise=subject.promise,
            due_at=subject.timer.due_at,
            is_paused=subject.timer.state is TimerState.PAUSED,
            instants=tuple(
                at for timer in owed[subject.timer.lead_id] for at in (timer.warn_at, timer.due_at)
            ),
        )
        for subject in subjects
    }
