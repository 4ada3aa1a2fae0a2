"""Whoever of sales has waited longest gets the next lead."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.leads import queries
from alignment.leads.handoff import hand_off
from alignment.leads.happenings import Happening
from alignment.leads.routing import active_owner, assign, next_owner
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user

HOUR = timedelta(hours=1)


def test_leads_go_round_in_turn(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    leads = [make_lead(session, acme, f"Lead {number}") for number in range(4)]

    for number, lead in enumerate(leads):
        hand_off(session, lead, by=acme.mona, now=MONDAY_NINE + number * HOUR)

    assert [lead.owner_id for lead in leads] == [acme.sam.id, tim.id, acme.sam.id, tim.id]


def test_who_left_gets_none(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    acme.sam.is_active = False
    session.flush()

    assert next_owner(session, make_lead(session, acme)) == tim


def test_nobody_is_next_where_sales_is_empty(session: Session, acme: Cast):
    acme.sam.is_active = False
    session.flush()

    assert next_owner(session, make_lead(session, acme)) is None


def test_people_of_marketing_get_none(session: Session, acme: Cast):
    lead = make_lead(session, acme)

    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)

    assert lead.owner_id == acme.sam.id


def test_an_active_owner_stays_the_owner(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    lead = make_lead(session, acme, owner_id=tim.id)

    assert active_owner(session, lead) == tim


def test_the_new_owner_stands_in_the_history(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)

    assign(session, lead, to=tim, by=acme.sam, now=MONDAY_NINE + HOUR)

    line = queries.history_of(session, lead)[-1]
    assert lead.owner_id == tim.id
    assert (line.kind, line.owner_id, line.by_id) == (Happening.ASSIGNED, tim.id, acme.sam.id)


def test_who_left_cannot_be_given_a_lead(session: Session, acme: Cast):
    lead = make_lead(session, acme)
    acme.sam.is_active = False

    with pytest.raises(Refused, match="Sam cannot own leads here"):
        assign(session, lead, to=acme.sam, by=acme.olga, now=MONDAY_NINE)


def test_a_stranger_cannot_be_given_a_lead(session: Session, acme: Cast, stella: User):
    lead = make_lead(session, acme)

    with pytest.raises(Refused, match="Stella cannot own leads here"):
        assign(session, lead, to=stella, by=acme.olga, now=MONDAY_NINE)
