"""Mona hands leads off to Sam; what was promised starts, stops and stays where it began."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from alignment.leads.bulk import LeadRow, LineRow, take_in_many
from alignment.leads.handoff import (
    Answer,
    ReturnReason,
    accept,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.happenings import Happening
from alignment.leads.history import undo
from alignment.leads.intake import NewLead
from alignment.leads.models import Lead
from alignment.leads.routing import assign
from alignment.leads.touches import touch
from alignment.notifications.models import Delivery
from alignment.sla import agreement, queries
from alignment.sla.models import Timer
from alignment.sla.promises import accept_or_return, answer_to_return
from alignment.sla.stopwatch import State
from alignment.sla.tracking import read_leads
from tests.factories import MONDAY_NINE, Cast, make_hours, make_lead, make_user
from tests.sla.promised import breaches, clock, in_force, sign_both
from tests.sla.stories import berlin

TEN, ELEVEN, NOON = (berlin(f"2027-03-01 {hour}:00") for hour in (10, 11, 12))
ONE, TWO, FIVE = (berlin(f"2027-03-01 {hour}:00") for hour in (13, 14, 17))
EASTER = [["2027-03-26", "Good Friday"], ["2027-03-29", "Easter Monday"]]
THURSDAY_SIX = berlin("2027-03-25 18:00")


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    """Handed off to Sam on Monday at nine, under the light agreement."""
    in_force(session, acme)
    return handed_off(session, acme, "Ada Byron", now=MONDAY_NINE)


def handed_off(session: Session, acme: Cast, name: str, *, now: datetime) -> Lead:
    lead = make_lead(session, acme, name)
    hand_off(session, lead, by=acme.mona, now=now, owner=acme.sam)
    return lead


def told(session: Session) -> int:
    return len(session.exec(select(Delivery)).all())


def test_a_handoff_starts_what_sales_promised(session: Session, acme: Cast, ada: Lead):
    timers = queries.timers_of(session, ada)

    assert [(one.target_key, one.state, one.due_at) for one in timers] == [
        ("accept_or_return", State.RUNNING, ONE),
        ("first_touch", State.RUNNING, FIVE),
    ]
    assert {one.owner_id for one in timers} == {acme.sam.id}


def test_before_easter_four_business_hours_end_on_tuesday(session: Session, acme: Cast):
    make_hours(session, acme.sales, version=2, holidays=EASTER)
    in_force(session, acme)

    lead = handed_off(session, acme, "Ada Byron", now=THURSDAY_SIX)

    assert clock(session, lead, "accept_or_return").due_at == berlin("2027-03-30 13:00")


def test_without_an_agreement_nothing_runs(session: Session, acme: Cast):
    lead = handed_off(session, acme, "Ada Byron", now=MONDAY_NINE)

    assert queries.timers_of(session, lead) == []


def test_accepting_stops_one_clock_and_leaves_the_other(session: Session, acme: Cast, ada: Lead):
    accept(session, ada, by=acme.sam, now=TEN)

    accepted = clock(session, ada, "accept_or_return")
    assert (accepted.state, accepted.stopped_at, accepted.next_at) == (State.MET, TEN, None)
    assert clock(session, ada, "first_touch").state is State.RUNNING


def test_a_call_keeps_the_promise_of_a_touch(session: Session, acme: Cast, ada: Lead):
    touch(session, ada, Happening.CALLED, by=acme.sam, now=ELEVEN)

    assert clock(session, ada, "first_touch").state is State.MET


def test_a_returned_lead_starts_the_clock_of_whoever_handed_it_off(
    session: Session, acme: Cast, ada: Lead
):
    return_to_marketing(session, ada, why=ReturnReason.NO_FIT, by=acme.sam, now=TEN)

    owed = clock(session, ada, "answer_to_return")
    assert (owed.owner_id, owed.state) == (acme.mona.id, State.RUNNING)
    assert owed.due_at == berlin("2027-03-02 10:00")
    assert clock(session, ada, "first_touch").state is State.CANCELLED


def test_a_fixed_lead_starts_a_second_round(session: Session, acme: Cast, ada: Lead):
    return_to_marketing(session, ada, why=ReturnReason.INACCURATE_DATA, by=acme.sam, now=TEN)

    answer_return(session, ada, answer=Answer.FIXED, by=acme.mona, now=TWO)

    assert clock(session, ada, "answer_to_return").state is State.MET
    assert clock(session, ada, "accept_or_return", cycle=1).state is State.MET
    second = clock(session, ada, "accept_or_return", cycle=2)
    assert (second.state, second.due_at) == (State.RUNNING, berlin("2027-03-02 10:00"))


def test_another_owner_answers_for_the_same_clock(session: Session, acme: Cast, ada: Lead):
    lea = make_user(session, acme.workspace, "Lea", team=acme.sales)

    assign(session, ada, to=lea, by=acme.sam, now=TEN)

    owed = clock(session, ada, "accept_or_return")
    assert (owed.owner_id, owed.due_at) == (lea.id, ONE)


def test_what_is_taken_back_lets_the_clock_run_on(session: Session, acme: Cast, ada: Lead):
    line = accept(session, ada, by=acme.sam, now=TEN)

    undo(session, ada, line, by=acme.sam, now=TEN)

    assert clock(session, ada, "accept_or_return").state is State.RUNNING


def test_reading_again_changes_nothing(session: Session, acme: Cast, ada: Lead):
    before = [timer.model_dump() for timer in queries.timers_of(session, ada)]

    read_leads(session, acme.id, [ada.id], now=MONDAY_NINE)

    assert [timer.model_dump() for timer in queries.timers_of(session, ada)] == before


def test_history_from_before_the_agreement_starts_nothing_and_tells_nobody(
    session: Session, acme: Cast
):
    in_force(session, acme, now=TEN)
    long_ago = LineRow(kind=Happening.HANDED_OFF, at=berlin("2026-11-02 09:00"))

    take_in_many(
        session,
        acme.id,
        [LeadRow(new=NewLead(name="Ada Byron", external_id="1"), lines=(long_ago,))],
        now=TEN,
    )

    assert session.exec(select(Timer)).all() == []
    assert (breaches(session), told(session)) == ([], 0)


def test_an_imported_handoff_of_today_starts_clocks(session: Session, acme: Cast):
    in_force(session, acme)
    today = LineRow(kind=Happening.HANDED_OFF, at=TEN, owner_id=acme.sam.id)
    row = LeadRow(new=NewLead(name="Ada Byron", external_id="1"), lines=(today,))

    (taken,) = take_in_many(session, acme.id, [row], now=ELEVEN)

    lead = session.get_one(Lead, taken.lead_id)
    assert clock(session, lead, "accept_or_return").due_at == TWO


def test_an_amendment_leaves_running_clocks_alone(session: Session, acme: Cast, ada: Lead):
    (found,) = queries.agreements(session, acme.mona)
    stricter = [accept_or_return(hours=1), answer_to_return(hours=1)]
    version = agreement.amend(session, found, targets=stricter, by=acme.mona, now=TEN)
    sign_both(session, acme, version, now=TEN)

    bob = handed_off(session, acme, "Bob", now=ELEVEN)
    touch(session, ada, Happening.CALLED, by=acme.sam, now=ELEVEN)

    assert clock(session, ada, "accept_or_return").due_at == ONE
    assert clock(session, bob, "accept_or_return").due_at == NOON
    assert len(queries.timers_of(session, ada)) == 2


def test_after_its_end_running_clocks_go_on_and_no_new_one_starts(
    session: Session, acme: Cast, ada: Lead
):
    (found,) = queries.agreements(session, acme.mona)
    agreement.end(session, found, by=acme.mona, now=TEN)

    bob = handed_off(session, acme, "Bob", now=TEN)
    accept(session, ada, by=acme.sam, now=ELEVEN)

    assert queries.timers_of(session, bob) == []
    assert clock(session, ada, "accept_or_return").state is State.MET


def test_an_edited_holiday_moves_new_clocks_only(session: Session, acme: Cast):
    in_force(session, acme)
    ada = handed_off(session, acme, "Ada Byron", now=THURSDAY_SIX)
    make_hours(session, acme.sales, version=2, holidays=EASTER)

    read_leads(session, acme.id, [ada.id], now=THURSDAY_SIX)
    bob = handed_off(session, acme, "Bob", now=THURSDAY_SIX)

    assert clock(session, ada, "accept_or_return").due_at == berlin("2027-03-26 13:00")
    assert clock(session, bob, "accept_or_return").due_at == berlin("2027-03-30 13:00")


def test_a_finished_result_is_safe_from_edits(session: Session, acme: Cast, ada: Lead):
    accept(session, ada, by=acme.sam, now=TEN)
    make_hours(session, acme.sales, version=2, week={"sat": [["09:00", "10:00"]]})

    touch(session, ada, Happening.CALLED, by=acme.sam, now=ELEVEN)

    kept = clock(session, ada, "accept_or_return")
    assert (kept.state, kept.due_at, kept.stopped_at) == (State.MET, ONE, TEN)
