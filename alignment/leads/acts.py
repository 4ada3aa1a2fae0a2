"""What an owner can do about a lead from the message that tells of it; as on its page."""

from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.leads import handoff, queries, touches
from alignment.leads.handoff import ReturnReason
from alignment.leads.happenings import Happening
from alignment.leads.models import Lead
from alignment.notifications.acts import Act

TWO_PRESSES = timedelta(seconds=5)
"""The same said again within this time is the same press."""


def accept(session: Session, by: User, lead_id: int, *, choice: str, now: datetime) -> str:  # noqa: ARG001
    lead = queries.lead_to_change(session, by, lead_id)
    handoff.accept(session, lead, by=by, now=now)
    return f"You accepted {lead.name}."


def called(session: Session, by: User, lead_id: int, *, choice: str, now: datetime) -> str:  # noqa: ARG001
    lead = queries.lead_to_change(session, by, lead_id)
    if not _said_just_now(session, lead, by, now=now):
        touches.touch(session, lead, Happening.CALLED, by=by, now=now)
    return f"Your call to {lead.name} is written down."


def give_back(session: Session, by: User, lead_id: int, *, choice: str, now: datetime) -> str:
    lead = queries.lead_to_change(session, by, lead_id)
    if choice not in list(ReturnReason):
        raise Refused("Choose why the lead goes back.")
    handoff.return_to_marketing(session, lead, why=ReturnReason(choice), by=by, now=now)
    return f"{lead.name} is back with marketing."


def _said_just_now(session: Session, lead: Lead, by: User, *, now: datetime) -> bool:
    last = queries.newest_lines(session, lead.workspace_id, [id_of(lead)]).get(id_of(lead))
    is_same = last is not None and (last.kind, last.by_id) == (Happening.CALLED, by.id)
    return is_same and last is not None and now - last.recorded_at < TWO_PRESSES


REASONS = tuple((reason.value, reason.replace("_", " ").capitalize()) for reason in ReturnReason)

ACCEPT = Act(name="accept", label="Accept", right=Right.WORK, do=accept)
CALLED = Act(name="called", label="I called", right=Right.WORK, do=called)
RETURN = Act(name="return", label="Return …", right=Right.WORK, do=give_back, choices=REASONS)
ON_A_LEAD = (ACCEPT, CALLED, RETURN)
"""For messages whose subject is a lead."""
