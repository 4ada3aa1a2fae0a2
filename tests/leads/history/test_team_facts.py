"""Which teams a lead is with is told in its history, so that people may change teams later."""

from sqlmodel import Session

from alignment.accounts.models import Membership, Team, User
from alignment.accounts.roles import Side
from alignment.leads.bulk.upsert import LeadUpsert, upsert_leads
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import accept, hand_off
from alignment.leads.history import queries
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.intake import NewLead
from alignment.leads.models import Lead, LeadEvent
from alignment.leads.routing import assign
from tests.factories import MONDAY_NINE, Cast, make_lead, make_team, make_user, save


def american(session: Session, acme: Cast) -> tuple[Team, User]:
    """The sales team of the United States, and Lea who sells there."""
    team = make_team(session, acme.workspace, side=Side.SALES, name="Sales US")
    return team, make_user(session, acme.workspace, "Lea", team=team)


def teams_told(line: LeadEvent) -> tuple[object, object]:
    facts = line.facts or {}
    return facts.get("marketing_team"), facts.get("sales_team")


def test_a_handoff_tells_whose_lead_it_was_and_whose_it_is(session: Session, acme: Cast):
    lead = make_lead(session, acme)

    line = hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    assert teams_told(line) == (acme.marketing.id, acme.sales.id)


def test_a_lead_given_to_another_team_says_so(session: Session, acme: Cast):
    us, lea = american(session, acme)
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    line = assign(session, lead, owner=lea, by=acme.sam, now=MONDAY_NINE)

    assert teams_told(line) == (None, us.id)


def test_whoever_accepts_takes_the_lead_along(session: Session, acme: Cast):
    us, lea = american(session, acme)
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    line = accept(session, lead, by=lea, now=MONDAY_NINE)

    assert teams_told(line) == (None, us.id)


def test_of_two_teams_of_sales_the_one_joined_first_counts(session: Session, acme: Cast):
    us, _ = american(session, acme)
    also = Membership(workspace_id=acme.id, user_id=acme.sam.id, team_id=us.id)
    save(session, also)
    lead = make_lead(session, acme)

    line = hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    assert teams_told(line) == (acme.marketing.id, acme.sales.id)


def test_a_person_without_a_team_tells_of_none(session: Session, acme: Cast):
    lead = make_lead(session, acme)

    line = hand_off(session, lead, by=acme.olga, now=MONDAY_NINE, owner=acme.olga)

    assert teams_told(line) == (None, None)


def test_many_leads_brought_in_at_once_tell_the_same(session: Session, acme: Cast):
    us, lea = american(session, acme)
    told = (
        NewLeadEvent(
            kind=EventKind.HANDED_OFF, at=MONDAY_NINE, by_id=acme.mona.id, owner_id=acme.sam.id
        ),
        NewLeadEvent(kind=EventKind.ASSIGNED, at=MONDAY_NINE, owner_id=lea.id),
    )
    row = LeadUpsert(fields=NewLead(name="Ada Byron", external_id="1"), events=told)

    (taken,) = upsert_leads(session, acme.id, [row], now=MONDAY_NINE)

    lines = queries.history_of(session, session.get_one(Lead, taken.lead_id))
    by_kind = {line.kind: teams_told(line) for line in lines}
    assert by_kind[EventKind.HANDED_OFF] == (acme.marketing.id, acme.sales.id)
    assert by_kind[EventKind.ASSIGNED] == (None, us.id)
    assert by_kind[EventKind.ARRIVED] == (None, None)
