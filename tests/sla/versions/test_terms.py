"""Several agreements at once: each lead is promised something by one of them."""

import pytest
from sqlmodel import Session

from alignment.errors import Refused
from alignment.leads.handoff import accept, hand_off
from alignment.leads.models import Lead
from alignment.leads.routing import assign
from alignment.sla.agreements import lifecycle
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.timers import queries
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches
from tests.sla.two_sales_teams import LARGE, America, america, promises, signed

TEN, ELEVEN, TWO = (berlin(f"2027-03-01 {wall}") for wall in ("10:00", "11:00", "14:00"))


@pytest.fixture
def us(session: Session, acme: Cast) -> America:
    return america(session, acme)


@pytest.fixture
def emea(session: Session, acme: Cast) -> AgreementVersion:
    """Sam's team accepts within four hours."""
    return signed(session, acme)


@pytest.fixture
def american(session: Session, acme: Cast, us: America, emea: AgreementVersion) -> AgreementVersion:
    """Lea's team accepts within two hours of its own."""
    return signed(session, acme, sales=us.team, by=us.lea, targets=promises(hours=2))


def clocks(session: Session, lead: Lead) -> list[tuple[int, TimerState]]:
    timers = queries.timers_of(session, lead)
    return [(x.version_id, x.state) for x in timers if x.target_key == "accept_or_return"]


def test_each_teams_leads_run_under_its_own_agreement(
    session: Session, acme: Cast, us: America, emea: AgreementVersion, american: AgreementVersion
):
    ada, bo = make_lead(session, acme, "Ada Byron"), make_lead(session, acme, "Bo Yu")

    hand_off(session, ada, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    hand_off(session, bo, by=acme.mona, now=MONDAY_NINE, owner=us.lea)

    assert clocks(session, ada) == [(emea.id, TimerState.RUNNING)]
    assert clocks(session, bo) == [(american.id, TimerState.RUNNING)]
    (timer,) = queries.timers_of(session, bo)
    assert timer.due_at == berlin("2027-03-01 17:00")  # two hours from nine in New York


def test_a_team_without_an_agreement_is_promised_nothing(
    session: Session, acme: Cast, us: America, emea: AgreementVersion
):
    lead = make_lead(session, acme)

    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=us.lea)

    assert clocks(session, lead) == []


def test_a_lead_of_nobody_belongs_to_the_first_agreement(
    session: Session, acme: Cast, emea: AgreementVersion, american: AgreementVersion
):
    lead = make_lead(session, acme)

    hand_off(session, lead, by=acme.olga, now=MONDAY_NINE, owner=acme.olga)

    assert clocks(session, lead) == [(emea.id, TimerState.RUNNING)]


def test_a_lead_moved_to_the_other_team_is_owed_by_it_from_the_original_start(
    session: Session, acme: Cast, us: America, emea: AgreementVersion, american: AgreementVersion
):
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    assign(session, lead, owner=us.lea, by=acme.sam, now=TEN)

    assert sorted(clocks(session, lead)) == [
        (emea.id, TimerState.CANCELLED),
        (american.id, TimerState.RUNNING),
    ]
    assert {x.started_at for x in queries.timers_of(session, lead)} == {MONDAY_NINE}


def test_what_one_team_missed_is_not_missed_by_the_next_as_well(
    session: Session, acme: Cast, us: America, emea: AgreementVersion, american: AgreementVersion
):
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=us.lea)
    tuesday = berlin("2027-03-02 09:00")
    refresh_leads(session, acme.id, [lead.id], now=tuesday)

    assign(session, lead, owner=acme.sam, by=us.lea, now=tuesday)

    assert clocks(session, lead) == [(american.id, TimerState.BREACHED)]
    assert len(breaches(session)) == 1


def test_a_finished_clock_stays_where_it_was_met(
    session: Session, acme: Cast, us: America, emea: AgreementVersion, american: AgreementVersion
):
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    accept(session, lead, by=acme.sam, now=TEN)

    assign(session, lead, owner=us.lea, by=acme.sam, now=ELEVEN)

    assert clocks(session, lead) == [(emea.id, TimerState.MET)]


def test_large_deals_have_an_agreement_of_their_own(
    session: Session, acme: Cast, emea: AgreementVersion
):
    large = signed(session, acme, segment=LARGE, rank=1, targets=promises(hours=1))
    small_lead = make_lead(session, acme, amount_minor=500)
    large_lead = make_lead(session, acme, amount_minor=2_000_000)

    for lead in (small_lead, large_lead):
        hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    assert clocks(session, small_lead) == [(emea.id, TimerState.RUNNING)]
    assert clocks(session, large_lead) == [(large.id, TimerState.RUNNING)]


def test_the_same_leads_are_not_promised_twice(session: Session, acme: Cast):
    signed(session, acme, segment=LARGE, rank=1)

    with pytest.raises(Refused, match="an agreement in force for the same leads: Leads"):
        signed(session, acme, segment=LARGE, rank=2)


def test_an_agreement_that_comes_later_takes_no_lead_that_runs_already(
    session: Session, acme: Cast, emea: AgreementVersion
):
    before, after = (make_lead(session, acme, amount_minor=2_000_000) for _ in range(2))
    hand_off(session, before, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    large = signed(session, acme, segment=LARGE, rank=1, now=TEN)

    hand_off(session, after, by=acme.mona, now=TEN, owner=acme.sam)
    refresh_leads(session, acme.id, [before.id, after.id], now=ELEVEN)

    assert clocks(session, before) == [(emea.id, TimerState.RUNNING)]
    assert clocks(session, after) == [(large.id, TimerState.RUNNING)]


def test_when_it_ends_its_leads_fall_to_the_next_agreement_and_results_stay(
    session: Session, acme: Cast, emea: AgreementVersion
):
    large = signed(session, acme, segment=LARGE, rank=1)
    before, after = (make_lead(session, acme, amount_minor=2_000_000) for _ in range(2))
    hand_off(session, before, by=acme.mona, now=TEN, owner=acme.sam)
    found = session.get_one(Agreement, large.agreement_id)
    lifecycle.end(session, found, by=acme.mona, now=ELEVEN)

    hand_off(session, after, by=acme.mona, now=ELEVEN, owner=acme.sam)
    accept(session, before, by=acme.sam, now=ELEVEN)

    assert clocks(session, before) == [(large.id, TimerState.MET)]
    assert clocks(session, after) == [(emea.id, TimerState.RUNNING)]
