"""The open leads of a sales team go to another before the first is closed."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.people import administration
from alignment.accounts.people.administration import Placement
from alignment.errors import Refused
from alignment.leads.handoff import hand_off
from alignment.leads.history.queries import history_of
from alignment.leads.models import Lead
from alignment.notifications.models import Delivery
from alignment.offboarding import team_handover
from alignment.offboarding.team_handover import TEAM_CHANGED, hand_over_leads
from alignment.offboarding.team_work import work_of_team
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import AgreementVersion
from alignment.sla.timers.queries import open_timers_of_leads, timers_of
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.sla.light_agreement import breaches
from tests.sla.two_sales_teams import America, america, signed

TEN = MONDAY_NINE + timedelta(hours=1)


@pytest.fixture
def us(session: Session, acme: Cast) -> America:
    """Both sales teams have an agreement with marketing; that of Sales US has its turn first."""
    us = america(session, acme)
    signed(session, acme, sales=us.team, by=us.lea, rank=10)
    signed(session, acme)
    return us


def leads_of_lea(session: Session, acme: Cast, *names: str) -> list[Lead]:
    leads = [make_lead(session, acme, name) for name in names]
    for lead in leads:
        hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)
    return leads


def move_lea(session: Session, acme: Cast, lea: User) -> None:
    place = Placement(role=lea.role, team_id=acme.sales.id)
    administration.assign_placement(session, lea, place, by=acme.olga, now=TEN)


def handed_over(session: Session, acme: Cast, us: America) -> int:
    return hand_over_leads(session, us.team, acme.sales, by=acme.olga, now=TEN)


def open_agreements(session: Session, lead: Lead) -> set[int]:
    """The sales teams whose clocks run for the lead."""
    timers = open_timers_of_leads(session, lead.workspace_id, [lead.id]).get(lead.id, [])
    return {session.get_one(AgreementVersion, timer.version_id).agreement_id for timer in timers}


def told(session: Session) -> list[int | None]:
    assigned = select(Delivery.recipient_id).where(
        Delivery.kind == "lead_assigned", Delivery.created_at == TEN
    )
    return list(session.exec(assigned.order_by(col(Delivery.id))))


def test_the_leads_go_in_turn_to_the_other_teams_people(session: Session, acme: Cast, us: America):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    leads = leads_of_lea(session, acme, "Ada", "Bo", "Cy", "Di")

    assert handed_over(session, acme, us) == 4

    assert [lead.owner_id for lead in leads] == [acme.sam.id, tim.id, acme.sam.id, tim.id]
    assert history_of(session, leads[0])[-1].reason == TEAM_CHANGED
    assert sorted(filter(None, told(session))) == [acme.sam.id] * 2 + [tim.id] * 2
    assert list(work_of_team(session, us.team, reader=acme.olga, now=TEN).leads) == []


def test_whoever_moved_to_the_other_team_keeps_the_leads_and_hears_nothing_new(
    session: Session, acme: Cast, us: America
):
    (ada,) = leads_of_lea(session, acme, "Ada Byron")
    move_lea(session, acme, us.lea)

    handed_over(session, acme, us)

    assert ada.owner_id == us.lea.id
    assert told(session) == []
    assert list(work_of_team(session, us.team, reader=acme.olga, now=TEN).leads) == []


def test_the_first_teams_clocks_end_and_the_others_begin_at_the_original_start(
    session: Session, acme: Cast, us: America
):
    (ada,) = leads_of_lea(session, acme, "Ada Byron")
    (before,) = open_agreements(session, ada)

    handed_over(session, acme, us)

    (after,) = open_agreements(session, ada)
    assert after != before
    ended, running = sorted(timers_of(session, ada), key=lambda timer: timer.state)
    assert (ended.state, running.state) == (TimerState.CANCELLED, TimerState.RUNNING)
    assert running.started_at == MONDAY_NINE


def test_what_the_first_team_missed_keeps_it_open_no_longer(
    session: Session, acme: Cast, us: America
):
    (ada,) = leads_of_lea(session, acme, "Ada Byron")
    late = MONDAY_NINE + timedelta(days=1)
    refresh_leads(session, acme.id, [ada.id], now=late)
    assert [timer.state for timer in timers_of(session, ada)] == [TimerState.BREACHED]

    hand_over_leads(session, us.team, acme.sales, by=acme.olga, now=late)

    assert list(work_of_team(session, us.team, reader=acme.olga, now=late).leads) == []
    assert len(breaches(session)) == 1


def test_to_itself_to_marketing_and_to_a_team_with_nobody_nothing_goes(
    session: Session, acme: Cast, us: America
):
    (ada,) = leads_of_lea(session, acme, "Ada Byron")

    for other in (us.team, acme.marketing):
        with pytest.raises(Refused, match="Choose another sales team"):
            hand_over_leads(session, us.team, other, by=acme.olga, now=TEN)
    acme.sam.is_active = False
    session.flush()
    with pytest.raises(Refused, match="Nobody of Sales can own leads"):
        handed_over(session, acme, us)
    assert ada.owner_id == us.lea.id


def test_of_very_many_so_many_go_at_once_that_nobody_waits_for_long(
    session: Session, acme: Cast, us: America, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(team_handover, "MOST_AT_ONCE", 2)
    leads_of_lea(session, acme, "Ada", "Bo", "Cy")

    assert [handed_over(session, acme, us) for _ in range(3)] == [2, 1, 0]
