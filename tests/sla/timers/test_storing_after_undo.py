"""Sam takes a line of the history back within ten minutes; a miss follows the facts both ways."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import hand_off
from alignment.leads.history.recording import undo_event
from alignment.leads.models import Lead
from alignment.leads.touches import record_touch
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Breach
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, clock, in_force, journal

MINUTE = timedelta(minutes=1)
FIVE = berlin("2027-03-01 17:00")
TUESDAY = berlin("2027-03-02 10:00")
IN_TIME = berlin("2027-03-01 16:00")


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    """Handed off to Sam on Monday at nine: to be touched by five, and on Tuesday it was not."""
    in_force(session, acme)
    lead = make_lead(session, acme, "Ada Byron")
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    refresh_leads(session, acme.id, [lead.id], now=TUESDAY)
    return lead


def miss(session: Session) -> Breach:
    (found,) = (one for one in breaches(session) if one.target_key == "first_touch")
    return found


def test_a_late_touch_taken_back_leaves_the_miss_open(session: Session, acme: Cast, ada: Lead):
    line = record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=TUESDAY)
    assert miss(session).resolved_at == TUESDAY

    undo_event(session, ada, line, by=acme.sam, now=TUESDAY + MINUTE)

    assert miss(session).resolved_at is None
    assert clock(session, ada, "first_touch").state is TimerState.BREACHED


def test_a_miss_stands_again_when_the_proof_that_withdrew_it_is_taken_back(
    session: Session, acme: Cast, ada: Lead
):
    proof = record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=TUESDAY, at=IN_TIME)
    assert miss(session).withdrawn_at == TUESDAY

    undo_event(session, ada, proof, by=acme.sam, now=TUESDAY + MINUTE)

    assert (miss(session).due_at, miss(session).withdrawn_at) == (FIVE, None)
    told = journal(session, "timer_breached")
    assert [entry.facts["due_at"] for entry in told].count(FIVE.isoformat()) == 2


def test_a_miss_that_stands_again_can_be_withdrawn_again(session: Session, acme: Cast, ada: Lead):
    proof = record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=TUESDAY, at=IN_TIME)
    undo_event(session, ada, proof, by=acme.sam, now=TUESDAY + MINUTE)

    record_touch(session, ada, EventKind.WROTE, by=acme.sam, now=TUESDAY + 2 * MINUTE, at=IN_TIME)

    assert miss(session).withdrawn_at == TUESDAY + 2 * MINUTE
    assert clock(session, ada, "first_touch").state is TimerState.MET
