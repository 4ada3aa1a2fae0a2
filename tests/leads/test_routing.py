"""Whoever of sales has waited longest gets the next lead."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from alignment.accounts.absences import days_off
from alignment.accounts.absences.days_off import DaysOff
from alignment.accounts.models import User
from alignment.accounts.roles import Role, Side
from alignment.errors import Refused
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import hand_off
from alignment.leads.history import queries
from alignment.leads.models import Stage
from alignment.leads.routing import (
    EVERYBODY_IS_AWAY,
    assign,
    give,
    next_available_owner,
    next_owner,
    previous_or_next_owner,
)
from tests.factories import MONDAY_NINE, Cast, make_lead, make_team, make_user

HOUR = timedelta(hours=1)
TODAY = date(2027, 3, 1)


def take_off(session: Session, *people: User) -> None:
    for person in people:
        days_off.add_days_off(session, person, DaysOff(first_on=TODAY), by=person, now=MONDAY_NINE)


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

    assert next_owner(session, make_lead(session, acme), now=MONDAY_NINE).owner == tim


def test_nobody_is_next_where_sales_is_empty(session: Session, acme: Cast):
    acme.sam.is_active = False
    session.flush()

    assert next_owner(session, make_lead(session, acme), now=MONDAY_NINE).owner is None


def test_who_only_reads_gets_none(session: Session, acme: Cast):
    make_user(session, acme.workspace, "Rolf", team=acme.sales, role=Role.VIEWER)
    leads = [make_lead(session, acme, f"Lead {number}") for number in range(2)]

    for lead in leads:
        hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)

    assert [lead.owner_id for lead in leads] == [acme.sam.id, acme.sam.id]


def test_an_owner_who_only_reads_by_now_does_not_get_a_fixed_lead_back(
    session: Session, acme: Cast
):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)
    acme.sam.role = Role.VIEWER

    assert previous_or_next_owner(session, lead, now=MONDAY_NINE).owner == tim


def test_people_of_marketing_get_none(session: Session, acme: Cast):
    lead = make_lead(session, acme)

    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)

    assert lead.owner_id == acme.sam.id


def test_an_active_owner_stays_the_owner(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    lead = make_lead(session, acme, owner_id=tim.id)

    assert previous_or_next_owner(session, lead, now=MONDAY_NINE).owner == tim


def test_the_new_owner_stands_in_the_history(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)

    assign(session, lead, owner=tim, by=acme.sam, now=MONDAY_NINE + HOUR)

    line = queries.history_of(session, lead)[-1]
    assert lead.owner_id == tim.id
    assert (line.kind, line.owner_id, line.by_id) == (EventKind.ASSIGNED, tim.id, acme.sam.id)


def test_who_left_cannot_be_given_a_lead(session: Session, acme: Cast):
    lead = make_lead(session, acme)
    acme.sam.is_active = False

    with pytest.raises(Refused, match="Sam cannot own leads here"):
        assign(session, lead, owner=acme.sam, by=acme.olga, now=MONDAY_NINE)


def test_who_only_reads_cannot_be_given_a_lead(session: Session, acme: Cast):
    acme.sam.role = Role.VIEWER

    with pytest.raises(Refused, match="Sam cannot own leads here"):
        assign(session, make_lead(session, acme), owner=acme.sam, by=acme.olga, now=MONDAY_NINE)


def test_a_stranger_cannot_be_given_a_lead(session: Session, acme: Cast, stella: User):
    lead = make_lead(session, acme)

    with pytest.raises(Refused, match="Stella cannot own leads here"):
        assign(session, lead, owner=stella, by=acme.olga, now=MONDAY_NINE)


def test_who_is_away_today_is_left_out_until_back(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    take_off(session, acme.sam)
    lead = make_lead(session, acme)

    assert next_owner(session, lead, now=MONDAY_NINE).owner == tim
    assert next_owner(session, lead, now=MONDAY_NINE + 24 * HOUR).owner == acme.sam


def test_where_everybody_is_away_the_longest_waiting_gets_it_and_the_history_says_so(
    session: Session, acme: Cast
):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    take_off(session, acme.sam, tim)
    lead = make_lead(session, acme)

    line = hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)

    assert (lead.owner_id, line.note) == (acme.sam.id, EVERYBODY_IS_AWAY)


def test_an_owner_who_is_away_does_not_get_a_fixed_lead_back(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    take_off(session, acme.sam)
    lead = make_lead(session, acme, owner_id=acme.sam.id)

    assert previous_or_next_owner(session, lead, now=MONDAY_NINE).owner == tim


def test_the_next_available_is_of_the_team_there_and_not_the_owner(session: Session, acme: Cast):
    us = make_team(session, acme.workspace, side=Side.SALES, name="US")
    make_user(session, acme.workspace, "Uma", team=us)
    tim, kim = (
        make_user(session, acme.workspace, name, team=acme.sales) for name in ("Tim", "Kim")
    )
    take_off(session, tim)
    lead = make_lead(session, acme, owner_id=acme.sam.id)

    found = next_available_owner(session, lead, team_ids=[acme.sales.id], now=MONDAY_NINE)

    assert found == kim


def test_nobody_is_available_where_the_others_are_away(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    take_off(session, tim)
    lead = make_lead(session, acme, owner_id=acme.sam.id)

    assert next_available_owner(session, lead, team_ids=[acme.sales.id], now=MONDAY_NINE) is None


def test_a_lead_that_no_person_gave_says_why_in_its_history(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    lead = make_lead(session, acme, owner_id=acme.sam.id)

    line = assign(session, lead, owner=tim, by=None, now=MONDAY_NINE, reason="escalated")

    assert (line.by_id, line.owner_id, line.reason) == (None, tim.id, "escalated")


def test_a_colleague_takes_an_unreachable_lead_over(session, acme):
    rita = make_user(session, acme.workspace, "Rita", team=acme.sales)
    lead = handed_to_sam(session, acme, stage=Stage.UNREACHABLE)

    give(session, lead, owner=rita, by=rita, now=MONDAY_NINE)

    assert lead.owner_id == rita.id


def test_nobody_outside_the_team_takes_a_lead_over(session, acme):
    tim = make_user(
        session,
        acme.workspace,
        "Tim",
        team=make_team(session, acme.workspace, side=Side.SALES, name="Sales US"),
    )
    lead = handed_to_sam(session, acme, stage=Stage.ACCEPTED)

    with pytest.raises(Refused, match="Only somebody of Sales can do that"):
        give(session, lead, owner=tim, by=tim, now=MONDAY_NINE)


def test_what_is_back_with_marketing_is_given_to_nobody(session, acme):
    rita = make_user(session, acme.workspace, "Rita", team=acme.sales)
    lead = handed_to_sam(session, acme, stage=Stage.RETURNED)

    with pytest.raises(Refused, match="Ada Byron is returned and not with sales now"):
        give(session, lead, owner=rita, by=acme.sam, now=MONDAY_NINE)


def handed_to_sam(session, acme, *, stage):
    return make_lead(session, acme, stage=stage, owner_id=acme.sam.id)
