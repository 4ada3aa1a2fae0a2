"""A lead that was closed is worked again; what was kept or missed before stays as it was."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads import event_kinds
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import LeadReopened, change_fields
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead, LeadEvent
from alignment.leads.permissions import require
from alignment.leads.rules import Verb


class ReopenReason(StrEnum):
    """Why a closed lead is worked again."""

    CLOSED_BY_MISTAKE = event_kinds.CLOSED_BY_MISTAKE
    """What was told as won or lost was not; for any other reason it stays a win or a loss."""
    CAME_BACK = "came_back"
    REACHED_AFTER_ALL = "reached_after_all"
    PLANS_CHANGED = "plans_changed"


def reopen(
    session: Session,
    lead: Lead,
    *,
    reason: ReopenReason,
    owner: User,
    by: User,
    now: datetime,
    note: str = "",
) -> LeadEvent:
    """Give the lead to ``owner``, who has accepted it by that; its clocks begin a new cycle."""
    require(session, lead, Verb.REOPEN, by=by)
    if not owner.is_active or owner.workspace_id != lead.workspace_id:
        raise Refused(f"{owner.name} cannot own leads here.")

    event = NewLeadEvent(
        kind=EventKind.REOPENED,
        at=now,
        by_id=by.id,
        owner_id=owner.id,
        reason=reason,
        note=note,
    )
    line = record_event(session, lead, event, now=now)
    publish(
        session,
        LeadReopened(
            **change_fields(lead, by=by, now=now),
            owner_id=owner.id,
            reason=reason,
        ),
    )
    return line
