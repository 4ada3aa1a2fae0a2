"""A new owner hears with the lead what is due first, and when."""

from datetime import datetime

import pytest
from sqlmodel import Session

from alignment.leads.handoff import hand_off
from alignment.leads.routing import assign
from tests.factories import Cast, make_lead, make_user
from tests.sla.escalating_agreement import handed_off, promise, told
from tests.sla.lead_histories import berlin

NINE, ONE = berlin("2027-03-01 09:00"), berlin("2027-03-01 13:00")


def due_of(session: Session, person_id: int) -> tuple[str, datetime | None]:
    [notice] = [x for x in told(session, "lead_assigned") if x.recipient_id == person_id]
    due_at = notice.words["due_at"]
    return notice.words["promise"], datetime.fromisoformat(due_at) if due_at else None


@pytest.mark.parametrize("how", ["handed off", "given away"])
def test_it_says_what_is_due_first_and_when(session: Session, acme: Cast, how: str) -> None:
    otto = make_user(session, acme.workspace, "Otto", team=acme.sales)
    promise(session, acme)  # accept or return within four hours

    if how == "handed off":
        lead = make_lead(session, acme, "Ada Byron")
        hand_off(session, lead, by=acme.mona, now=NINE, owner=otto)
    else:
        assign(session, handed_off(session, acme), owner=otto, by=acme.sam, now=NINE)

    assert due_of(session, otto.id) == ("Accept or return", ONE)


def test_without_a_promise_it_names_no_due_time(session: Session, acme: Cast) -> None:
    lead = make_lead(session, acme, "Ada Byron")

    hand_off(session, lead, by=acme.mona, now=NINE, owner=acme.sam)

    assert due_of(session, acme.sam.id) == ("", None)
