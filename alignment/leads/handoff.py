"""The handoff: marketing hands off, sales accepts or returns, marketing answers."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.events import publish
from alignment.leads import routing
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import (
    LeadAccepted,
    LeadHandedOff,
    LeadReturned,
    ReturnAnswered,
    change_fields,
)
from alignment.leads.history.current_facts import current_facts
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead, LeadEvent
from alignment.leads.permissions import require
from alignment.leads.rules import Verb


class ReturnReason(StrEnum):
    """Why sales gives a lead back; each is something marketing can act on."""

    INACCURATE_DATA = "inaccurate_data"
    NO_NEED = "no_need"
    NO_BUDGET = "no_budget"
    NO_FIT = "no_fit"
    BAD_TIMING = "bad_timing"
    ALREADY_A_CUSTOMER = "already_a_customer"
    DUPLICATE = "duplicate"
    WRONG_TERRITORY = "wrong_territory"
    SPAM = "spam"


class ReturnAnswer(StrEnum):
    """What marketing does with a returned lead."""

    FIXED = "fixed"
    RECYCLED = "recycled"
    WITHDRAWN = "withdrawn"


def hand_off(
    session: Session, lead: Lead, *, by: User, now: datetime, owner: User | None = None
) -> LeadEvent:
    """Give the lead to sales: to ``owner``, else to whose turn it is in the agreement's team."""
    require(session, lead, Verb.HAND_OFF, by=by)

    turn = (
        routing.NextOwner(owner=owner)
        if owner
        else routing.next_owner(session, lead, by=by, now=now)
    )
    event = NewLeadEvent(
        kind=EventKind.HANDED_OFF,
        at=now,
        by_id=by.id,
        owner_id=turn.owner_id,
        note=turn.note,
        facts=current_facts(session, lead),
    )
    line = record_event(session, lead, event, now=now)
    publish(session, LeadHandedOff(**change_fields(lead, by=by, now=now), owner_id=turn.owner_id))
    return line


def accept(session: Session, lead: Lead, *, by: User, now: datetime) -> LeadEvent:
    """Take the lead on; whoever accepts owns it."""
    require(session, lead, Verb.ACCEPT, by=by)

    event = NewLeadEvent(kind=EventKind.ACCEPTED, at=now, by_id=by.id, owner_id=by.id)
    line = record_event(session, lead, event, now=now)
    publish(session, LeadAccepted(**change_fields(lead, by=by, now=now)))
    return line


def return_to_marketing(
    session: Session, lead: Lead, *, reason: ReturnReason, by: User, now: datetime, note: str = ""
) -> LeadEvent:
    """Give the lead back, with a reason that marketing can act on."""
    require(session, lead, Verb.RETURN, by=by)

    event = NewLeadEvent(kind=EventKind.RETURNED, at=now, by_id=by.id, reason=reason, note=note)
    line = record_event(session, lead, event, now=now)
    publish(session, LeadReturned(**change_fields(lead, by=by, now=now), reason=reason, note=note))
    return line


def answer_return(
    session: Session, lead: Lead, *, answer: ReturnAnswer, by: User, now: datetime, note: str = ""
) -> LeadEvent:
    """Say what becomes of a returned lead; a fixed one goes straight back to sales."""
    require(session, lead, Verb.ANSWER, by=by)

    is_fixed = answer is ReturnAnswer.FIXED
    turn = (
        routing.previous_or_next_owner(session, lead, by=by, now=now)
        if is_fixed
        else routing.NextOwner(owner=None)
    )
    facts = current_facts(session, lead) if is_fixed else None
    event = NewLeadEvent(
        kind=EventKind(answer.value),
        at=now,
        by_id=by.id,
        owner_id=turn.owner_id,
        note=" ".join(filter(None, (note, turn.note))),
        facts=facts,
    )
    line = record_event(session, lead, event, now=now)
    change = change_fields(lead, by=by, now=now)
    publish(session, ReturnAnswered(**change, answer=answer))
    if is_fixed:
        publish(session, LeadHandedOff(**change, owner_id=turn.owner_id))
    return line
