"""Who of sales gets the next lead: whoever has waited longest for one."""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads import queries
from alignment.leads.events import LeadAssigned
from alignment.leads.happenings import Happening
from alignment.leads.history import record
from alignment.leads.models import Lead, LeadEvent


def next_owner(session: Session, lead: Lead) -> User | None:
    """The active person of sales whose last lead is the longest ago; none when sales is empty."""
    return queries.longest_waiting_of_sales(session, lead.workspace_id)


def active_owner(session: Session, lead: Lead) -> User | None:
    """Who owned it before, while still here; else whoever is next."""
    owner = session.get_one(User, lead.owner_id) if lead.owner_id else None
    return owner if owner and owner.is_active else next_owner(session, lead)


def assign(session: Session, lead: Lead, *, to: User, by: User, now: datetime) -> LeadEvent:
    """Make ``to`` the owner from now on."""
    if not to.is_active or to.workspace_id != lead.workspace_id:
        raise Refused(f"{to.name} cannot own leads here.")

    line = record(session, lead, Happening.ASSIGNED, by=by, now=now, owner_id=to.id)
    publish(
        session,
        LeadAssigned(
            workspace_id=lead.workspace_id,
            at=now,
            lead_id=lead.id,
            by_id=by.id,
            happened_at=now,
            owner_id=to.id,
        ),
    )
    return line
