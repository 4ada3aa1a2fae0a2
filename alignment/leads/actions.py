"""The actions on a lead offered in messages: accept, record a call, return; the same verbs as on
its page.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.leads import handoff, queries, touches
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason
from alignment.leads.history import queries as history_queries
from alignment.leads.models import Lead
from alignment.notifications.actions.definitions import Action

DOUBLE_CLICK_WINDOW = timedelta(seconds=5)
"""The same said again within this time is the same press."""


def accept(session: Session, by: User, lead_id: int, *, choice: str, now: datetime) -> str:  # noqa: ARG001
    lead = queries.lead_to_change(session, by, lead_id)
    handoff.accept(session, lead, by=by, now=now)
    return f"You accepted {lead.name}."


def record_call(session: Session, by: User, lead_id: int, *, choice: str, now: datetime) -> str:  # noqa: ARG001
    lead = queries.lead_to_change(session, by, lead_id)
    if not _is_double_click(session, lead, by, now=now):
        touches.record_touch(session, lead, EventKind.CALLED, by=by, now=now)
    return f"Your call to {lead.name} is written down."


def return_lead(session: Session, by: User, lead_id: int, *, choice: str, now: datetime) -> str:
    lead = queries.lead_to_change(session, by, lead_id)
    if choice not in list(ReturnReason):
        raise Refused("Choose why the lead goes back.")
    handoff.return_to_marketing(session, lead, reason=ReturnReason(choice), by=by, now=now)
    return f"{lead.name} is back with marketing."


def _is_double_click(session: Session, lead: Lead, by: User, *, now: datetime) -> bool:
    last = history_queries.newest_events(session, lead.workspace_id, [id_of(lead)]).get(id_of(lead))
    is_same = last is not None and (last.kind, last.by_id) == (EventKind.CALLED, by.id)
    return is_same and last is not None and now - last.recorded_at < DOUBLE_CLICK_WINDOW


REASONS = tuple((reason.value, reason.replace("_", " ").capitalize()) for reason in ReturnReason)

ACCEPT = Action(name="accept", label="Accept", right=Right.WORK, do=accept)
CALLED = Action(name="called", label="I called", right=Right.WORK, do=record_call)
RETURN = Action(name="return", label="Return …", right=Right.WORK, do=return_lead, choices=REASONS)
LEAD_ACTIONS = (ACCEPT, CALLED, RETURN)
"""For messages whose subject is a lead."""
