"""A closed lead is worked again; what was kept or missed before stays as it was."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.leads.disposition import Disposition, decide
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import accept, hand_off
from alignment.leads.models import Lead, Stage
from alignment.leads.reopening import ReopenReason, reopen
from alignment.leads.touches import record_touch
from alignment.notifications.models import Delivery
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Timer
from alignment.sla.promises.standard_targets import light_agreement
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.leads.test_correction import sign

TEN = MONDAY_NINE + timedelta(hours=1)
TUESDAY = MONDAY_NINE + timedelta(days=1)


@pytest.fixture
def lost(session: Session, acme: Cast) -> Lead:
    """Called and lost by Sam on Monday at ten."""
    sign(session, acme, light_agreement())
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    accept(session, lead, by=acme.sam, now=TEN)
    record_touch(session, lead, EventKind.CALLED, by=acme.sam, now=TEN)
    decide(session, lead, outcome=Disposition.LOST, by=acme.sam, now=TEN)
    return lead


def test_the_clocks_begin_a_new_cycle_and_the_old_result_is_final(
    session: Session, acme: Cast, lost: Lead
):
    reopen(session, lost, reason=ReopenReason.CAME_BACK, owner=acme.sam, by=acme.sam, now=TUESDAY)

    touches = session.exec(
        select(Timer).where(Timer.target_key == "first_touch").order_by(Timer.cycle)  # type: ignore[arg-type]
    ).all()
    assert [(x.cycle, x.state, x.started_at) for x in touches] == [
        (1, TimerState.MET, MONDAY_NINE),
        (2, TimerState.RUNNING, TUESDAY),
    ]
    assert (lost.stage, lost.owner_id) == (Stage.ACCEPTED, acme.sam.id)


def test_the_new_owner_hears_of_it(session: Session, acme: Cast, lost: Lead):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)

    reopen(session, lost, reason=ReopenReason.CAME_BACK, owner=tim, by=acme.sam, now=TUESDAY)

    letters = session.exec(select(Delivery).where(Delivery.recipient_id == tim.id)).all()
    assert [(x.kind, x.words["stage"]) for x in letters] == [("lead_assigned", "accepted")]


def test_an_open_lead_is_not_opened_again(session: Session, acme: Cast):
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    with pytest.raises(Refused, match="Ada Byron is handed off, not closed"):
        reopen(session, lead, reason=ReopenReason.CAME_BACK, owner=acme.sam, by=acme.sam, now=TEN)


def test_a_stranger_owns_no_lead_here(session: Session, acme: Cast, lost: Lead, stella: User):
    with pytest.raises(Refused, match="Stella cannot own leads here"):
        reopen(session, lost, reason=ReopenReason.CAME_BACK, owner=stella, by=acme.sam, now=TEN)
