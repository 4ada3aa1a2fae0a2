"""Short ways to promises that were missed, and to who can excuse them."""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.leads.handoff import hand_off
from alignment.leads.models import Lead
from alignment.sla.models import Breach
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, in_force

ONE_OCLOCK, TWO_OCLOCK = berlin("2027-03-01 13:00"), berlin("2027-03-01 14:00")
"""Handed off on Monday at nine, a lead is to be accepted by one; at two that is missed."""


def given(session: Session, acme: Cast, name: str = "Ada Byron", *, to: User | None = None) -> Lead:
    """A lead that Mona handed off on Monday at nine, to Sam or to whom it says."""
    lead = make_lead(session, acme, name)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=to or acme.sam)
    return lead


def missed(
    session: Session, acme: Cast, name: str = "Ada Byron", *, now: datetime = TWO_OCLOCK
) -> Breach:
    """Sales had until one to accept it; nobody did."""
    in_force(session, acme)
    return noticed(session, given(session, acme, name), now=now)


def noticed(session: Session, lead: Lead, *, now: datetime = TWO_OCLOCK) -> Breach:
    refresh_leads(session, lead.workspace_id, [lead.id], now=now)
    (found,) = (x for x in breaches(session) if (x.lead_id, x.due_at) == (lead.id, ONE_OCLOCK))
    return found


def lea_of(acme: Cast, session: Session) -> User:
    """Lea manages sales, so that she may sign for it."""
    return make_user(
        session, acme.workspace, "Lea", role=Role.MANAGER, team=acme.sales, is_team_lead=True
    )
