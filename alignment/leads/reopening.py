"""A lead that was closed is worked again; what was kept or missed before stays as it was."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import LeadReopened
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead, LeadEvent, Stage

CLOSED = frozenset({Stage.WON, Stage.LOST, Stage.UNREACHABLE, Stage.WITHDRAWN, Stage.RECYCLED})


class ReopenReason(StrEnum):
    """Why a closed lead is worked again."""

    CLOSED_BY_MISTAKE = "closed_by_mistake"
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
    if lead.stage not in CLOSED:
        raise Refused(f"{lead.name} is {lead.stage.replace('_', ' ')}, not closed.")
    if not owner.is_active or owner.workspace_id != lead.workspace_id:
        raise Refused(f"{owner.name} cannot own leads here.")

    line = record_event(
        session,
        lead,
        EventKind.REOPENED,
        by=by,
        now=now,
        owner_id=owner.id,
        reason=reason,
        note=note,
    )
    publish(
        session,
        LeadReopened(
            workspace_id=lead.workspace_id,
            at=now,
            lead_id=lead.id,
            by_id=by.id,
            happened_at=now,
            owner_id=owner.id,
            reason=reason,
        ),
    )
    return line
