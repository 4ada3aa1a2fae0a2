"""What is done from a message about a clock is done to its lead."""

import pytest
from sqlmodel import select

from alignment.errors import NotFound
from alignment.leads import handoff
from alignment.leads.actions import LEAD
from alignment.leads.models import Stage
from alignment.notifications.actions.definitions import Press
from alignment.sla.models import Timer
from alignment.sla.notices.actions import TIMER
from tests.factories import MONDAY_NINE, make_lead
from tests.sla.light_agreement import in_force

ACCEPT = TIMER.actions[0]


def accept(session, lead, *, by):
    timer_id = session.exec(select(Timer.id).where(Timer.lead_id == lead.id)).first()
    return ACCEPT.perform(session, Press(by=by, subject_id=timer_id, now=MONDAY_NINE))


def test_accepting_from_a_warning_accepts_the_lead(session, acme):
    in_force(session, acme)
    lead = make_lead(session, acme)
    handoff.hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    said = accept(session, lead, by=acme.sam)

    assert (said, lead.stage) == ("You accepted Ada Byron.", Stage.ACCEPTED)


def test_a_clock_of_another_workspace_is_not_here(session, acme, stella):
    in_force(session, acme)
    lead = make_lead(session, acme)
    handoff.hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    with pytest.raises(NotFound):
        accept(session, lead, by=stella)


def test_the_same_can_be_done_as_from_a_message_about_the_lead():
    names = [action.name for action in TIMER.actions]

    assert names == [*(action.name for action in LEAD.actions), "excuse"]
