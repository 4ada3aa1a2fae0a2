"""Mona hands leads off to Sam; what was promised starts, stops and stays where it began."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from alignment.leads.bulk.upsert import LeadUpsert, upsert_leads
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    accept,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import undo_event
from alignment.leads.intake import NewLead
from alignment.leads.models import Lead
from alignment.leads.routing import assign
from alignment.leads.touches import record_touch
from alignment.notifications.models import Delivery
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Timer
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    answer_to_return,
    first_touch,
    next_touch,
)
from alignment.sla.timers import queries as timers_queries
from alignment.sla.timers.refresh import refresh_leads
from alignment.sla.versions import queries as versions_queries
from tests.factories import MONDAY_NINE, Cast, make_hours, make_lead, make_user
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, clock, draft_light, in_force, sign_both

NINE = MONDAY_NINE
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
    timers = timers_queries.timers_of(session, ada)

    assert [(one.target_key, one.state, one.due_at) for one in timers] == [
        ("accept_or_return", TimerState.RUNNING, ONE),
        ("first_touch", TimerState.RUNNING, FIVE),
    ]
    assert {one.owner_id for one in timers} == {acme.sam.id}


def test_before_easter_four_business_hours_end_on_tuesday(session: Session, acme: Cast):
    make_hours(session, acme.sales, version=2, holidays=EASTER)
    in_force(session, acme)

    lead = handed_off(session, acme, "Ada Byron", now=THURSDAY_SIX)

    assert clock(session, lead, "accept_or_return").due_at == berlin("2027-03-30 13:00")


def test_without_an_agreement_nothing_runs(session: Session, acme: Cast):
    lead = handed_off(session, acme, "Ada Byron", now=MONDAY_NINE)

    assert timers_queries.timers_of(session, lead) == []


def test_accepting_stops_one_clock_and_leaves_the_other(session: Session, acme: Cast, ada: Lead):
    accept(session, ada, by=acme.sam, now=TEN)

    accepted = clock(session, ada, "accept_or_return")
    assert (accepted.state, accepted.stopped_at, accepted.next_at) == (TimerState.MET, TEN, None)
    assert clock(session, ada, "first_touch").state is TimerState.RUNNING


def test_a_call_keeps_the_promise_of_a_touch(session: Session, acme: Cast, ada: Lead):
    record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=ELEVEN)

    assert clock(session, ada, "first_touch").state is TimerState.MET


def test_a_returned_lead_starts_the_clock_of_whoever_handed_it_off(
    session: Session, acme: Cast, ada: Lead
):
    return_to_marketing(session, ada, reason=ReturnReason.NO_FIT, by=acme.sam, now=TEN)

    owed = clock(session, ada, "answer_to_return")
    assert (owed.owner_id, owed.state) == (acme.mona.id, TimerState.RUNNING)
    assert owed.due_at == berlin("2027-03-02 10:00")
    assert clock(session, ada, "first_touch").state is TimerState.CANCELLED


def test_a_fixed_lead_starts_a_second_round(session: Session, acme: Cast, ada: Lead):
    return_to_marketing(session, ada, reason=ReturnReason.INACCURATE_DATA, by=acme.sam, now=TEN)

    answer_return(session, ada, answer=ReturnAnswer.FIXED, by=acme.mona, now=TWO)

    assert clock(session, ada, "answer_to_return").state is TimerState.MET
    assert clock(session, ada, "accept_or_return", cycle=1).state is TimerState.MET
    second = clock(session, ada, "accept_or_return", cycle=2)
    assert (second.state, second.due_at) == (TimerState.RUNNING, berlin("2027-03-02 10:00"))


def test_another_owner_answers_for_the_same_clock(session: Session, acme: Cast, ada: Lead):
    lea = make_user(session, acme.workspace, "Lea", team=acme.sales)

    assign(session, ada, owner=lea, by=acme.sam, now=TEN)

    owed = clock(session, ada, "accept_or_return")
    assert (owed.owner_id, owed.due_at) == (lea.id, ONE)


def test_what_is_taken_back_lets_the_clock_run_on(session: Session, acme: Cast, ada: Lead):
    line = accept(session, ada, by=acme.sam, now=TEN)

    undo_event(session, ada, line, by=acme.sam, now=TEN)

    assert clock(session, ada, "accept_or_return").state is TimerState.RUNNING


def test_reading_again_changes_nothing(session: Session, acme: Cast, ada: Lead):
    before = [timer.model_dump() for timer in timers_queries.timers_of(session, ada)]

    refresh_leads(session, acme.id, [ada.id], now=MONDAY_NINE)

    assert [timer.model_dump() for timer in timers_queries.timers_of(session, ada)] == before


def test_history_from_before_the_agreement_starts_nothing_and_tells_nobody(
    session: Session, acme: Cast
):
    in_force(session, acme, now=TEN)
    told_before = told(session)
    long_ago = NewLeadEvent(kind=EventKind.HANDED_OFF, at=berlin("2026-11-02 09:00"))

    upsert_leads(
        session,
        acme.id,
        [LeadUpsert(fields=NewLead(name="Ada Byron", external_id="1"), events=(long_ago,))],
        now=TEN,
    )

    assert session.exec(select(Timer)).all() == []
    assert (breaches(session), told(session)) == ([], told_before)


def test_an_imported_handoff_of_today_starts_clocks(session: Session, acme: Cast):
    in_force(session, acme)
    today = NewLeadEvent(kind=EventKind.HANDED_OFF, at=TEN, owner_id=acme.sam.id)
    row = LeadUpsert(fields=NewLead(name="Ada Byron", external_id="1"), events=(today,))

    (taken,) = upsert_leads(session, acme.id, [row], now=ELEVEN)

    lead = session.get_one(Lead, taken.lead_id)
    assert clock(session, lead, "accept_or_return").due_at == TWO


def test_an_amendment_leaves_running_clocks_alone(session: Session, acme: Cast, ada: Lead):
    (found,) = versions_queries.agreements_of(session, acme.mona)
    stricter = [accept_or_return(hours=1), answer_to_return(hours=1)]
    version = lifecycle.amend(session, found, NewVersion(targets=stricter), by=acme.mona, now=TEN)
    sign_both(session, acme, version, now=TEN)

    bob = handed_off(session, acme, "Bob", now=ELEVEN)
    record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=ELEVEN)

    assert clock(session, ada, "accept_or_return").due_at == ONE
    assert clock(session, bob, "accept_or_return").due_at == NOON
    assert len(timers_queries.timers_of(session, ada)) == 2


def test_after_its_end_running_clocks_go_on_and_no_new_one_starts(
    session: Session, acme: Cast, ada: Lead
):
    (found,) = versions_queries.agreements_of(session, acme.mona)
    lifecycle.end(session, found, by=acme.mona, now=TEN)

    bob = handed_off(session, acme, "Bob", now=TEN)
    accept(session, ada, by=acme.sam, now=ELEVEN)

    assert timers_queries.timers_of(session, bob) == []
    assert clock(session, ada, "accept_or_return").state is TimerState.MET


def test_an_edited_holiday_moves_new_clocks_only(session: Session, acme: Cast):
    in_force(session, acme)
    ada = handed_off(session, acme, "Ada Byron", now=THURSDAY_SIX)
    make_hours(session, acme.sales, version=2, holidays=EASTER)

    refresh_leads(session, acme.id, [ada.id], now=THURSDAY_SIX)
    bob = handed_off(session, acme, "Bob", now=THURSDAY_SIX)

    assert clock(session, ada, "accept_or_return").due_at == berlin("2027-03-26 13:00")
    assert clock(session, bob, "accept_or_return").due_at == berlin("2027-03-30 13:00")


def test_a_finished_result_is_safe_from_edits(session: Session, acme: Cast, ada: Lead):
    accept(session, ada, by=acme.sam, now=TEN)
    make_hours(session, acme.sales, version=2, week={"sat": [["09:00", "10:00"]]})

    record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=ELEVEN)

    kept = clock(session, ada, "accept_or_return")
    assert (kept.state, kept.due_at, kept.stopped_at) == (TimerState.MET, ONE, TEN)


def test_a_call_by_an_outsider_ends_no_promise_and_starts_none(session: Session, acme: Cast):
    promised = [first_touch(hours=8), next_touch(working_days=1), answer_to_return(hours=8)]
    sign_both(session, acme, draft_light(session, acme, targets=promised, now=NINE), now=NINE)
    lead = handed_off(session, acme, "Ada Byron", now=NINE)

    record_touch(session, lead, EventKind.CALLED, by=acme.olga, now=TEN)
    outside = [(x.target_key, x.state) for x in timers_queries.timers_of(session, lead)]
    record_touch(session, lead, EventKind.CALLED, by=acme.sam, now=NOON)

    assert outside == [("first_touch", TimerState.RUNNING)]
    assert clock(session, lead, "first_touch").stopped_at == NOON
    assert clock(session, lead, "next_touch").started_at == NOON
