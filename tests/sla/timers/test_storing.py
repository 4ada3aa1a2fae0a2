"""A clock's facts are told once each: warned, missed, done after all, and kept as it turned out."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason, accept, hand_off, return_to_marketing
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import undo_event
from alignment.leads.models import Lead
from alignment.leads.routing import assign
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Breach
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, clock, in_force, journal

SECOND = timedelta(seconds=1)
TEN, NOON, ONE, TWO = (berlin(f"2027-03-01 {hour}:00") for hour in (10, 12, 13, 14))
THURSDAY = berlin("2027-03-04 10:00")


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    """Handed off to Sam on Monday at nine: to be accepted by one."""
    in_force(session, acme)
    lead = make_lead(session, acme, "Ada Byron")
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return lead


def look(session: Session, lead: Lead, *, now: datetime) -> None:
    refresh_leads(session, lead.workspace_id, [lead.id], now=now)


def breach_of(session: Session, key: str) -> Breach:
    (found,) = (one for one in breaches(session) if one.target_key == key)
    return found


def told(session: Session, kind: str) -> int:
    return len(journal(session, kind))


def test_a_warning_comes_once_when_three_quarters_are_used(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=NOON - SECOND)
    assert told(session, "timer_warned") == 0

    for _ in range(2):
        look(session, ada, now=NOON)

    assert told(session, "timer_warned") == 1
    assert clock(session, ada, "accept_or_return").warned_at == NOON


def test_what_is_done_at_the_due_instant_is_kept(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=ONE)

    accept(session, ada, by=acme.sam, now=ONE)

    assert clock(session, ada, "accept_or_return").state is TimerState.MET
    assert breaches(session) == []


def test_a_second_later_it_is_missed(session: Session, acme: Cast, ada: Lead):
    accept(session, ada, by=acme.sam, now=ONE + SECOND)

    assert clock(session, ada, "accept_or_return").state is TimerState.MET_LATE
    assert breach_of(session, "accept_or_return").resolved_at == ONE + SECOND


def test_a_breach_happened_when_it_was_due_whenever_it_is_noticed(
    session: Session, acme: Cast, ada: Lead
):
    look(session, ada, now=THURSDAY)

    breach = breach_of(session, "accept_or_return")
    assert (breach.due_at, breach.noticed_at) == (ONE, THURSDAY)
    assert (breach.owner_id, breach.resolved_at) == (acme.sam.id, None)


def test_however_often_somebody_looks_a_breach_is_told_once(
    session: Session, acme: Cast, ada: Lead
):
    for minute in range(3):
        look(session, ada, now=TWO + timedelta(minutes=minute))

    assert told(session, "timer_breached") == 1
    assert len(breaches(session)) == 1


def test_what_is_done_late_is_told_as_done(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=ONE + SECOND)

    accept(session, ada, by=acme.sam, now=TWO)

    assert breach_of(session, "accept_or_return").resolved_at == TWO
    assert told(session, "breach_resolved") == 1
    assert clock(session, ada, "accept_or_return").state is TimerState.MET_LATE


def test_a_fact_told_late_takes_a_breach_back_visibly(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=TWO)
    in_time = NewLeadEvent(kind=EventKind.ACCEPTED, at=TEN, by_id=acme.sam.id)

    add_history(session, acme.id, [HistoryAddition(lead=ada, events=(in_time,))], now=THURSDAY)

    breach = breach_of(session, "accept_or_return")
    assert (breach.due_at, breach.withdrawn_at) == (ONE, THURSDAY)
    assert clock(session, ada, "accept_or_return").state is TimerState.MET
    assert told(session, "breach_withdrawn") == 1


def test_a_breach_is_taken_back_once(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=TWO)
    in_time = NewLeadEvent(kind=EventKind.ACCEPTED, at=TEN, by_id=acme.sam.id)
    add_history(session, acme.id, [HistoryAddition(lead=ada, events=(in_time,))], now=TWO)

    look(session, ada, now=THURSDAY)

    withdrawn = [one for one in breaches(session) if one.target_key == "accept_or_return"]
    assert [one.withdrawn_at for one in withdrawn] == [TWO]
    assert told(session, "breach_withdrawn") == 1


def test_giving_the_lead_back_does_not_undo_a_missed_touch(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=THURSDAY)

    return_to_marketing(session, ada, reason=ReturnReason.NO_NEED, by=acme.sam, now=THURSDAY)

    assert clock(session, ada, "first_touch").state is TimerState.BREACHED
    assert breach_of(session, "first_touch").withdrawn_at is None


def test_a_breach_stays_with_whoever_owned_the_lead_when_it_was_due(
    session: Session, acme: Cast, ada: Lead
):
    lea = make_user(session, acme.workspace, "Lea", team=acme.sales)

    assign(session, ada, owner=lea, by=acme.sam, now=TWO)

    assert breach_of(session, "accept_or_return").owner_id == acme.sam.id


def test_a_handoff_that_was_taken_back_leaves_no_clock_running(session: Session, acme: Cast):
    in_force(session, acme)
    lead = make_lead(session, acme, "Bob")
    line = hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    undo_event(session, lead, line, by=acme.mona, now=MONDAY_NINE)

    assert clock(session, lead, "accept_or_return").state is TimerState.CANCELLED
    assert clock(session, lead, "accept_or_return").next_at is None
