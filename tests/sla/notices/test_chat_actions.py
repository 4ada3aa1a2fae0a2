"""What is done from a message about a clock is done to its lead."""

import pytest
from sqlmodel import select

from alignment.errors import NotFound
from alignment.leads import handoff
from alignment.leads.models import Stage
from alignment.sla.models import Timer
from alignment.sla.notices.chat_actions import TIMER_CHAT_ACTIONS
from tests.factories import MONDAY_NINE, make_lead
from tests.sla.light_agreement import in_force

ACCEPT = TIMER_CHAT_ACTIONS[0]


def clock_of(session, lead):
    return session.exec(select(Timer.id).where(Timer.lead_id == lead.id)).first()


def test_accepting_from_a_warning_accepts_the_lead(session, acme):
    in_force(session, acme)
    lead = make_lead(session, acme)
    handoff.hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    said = ACCEPT.do(session, acme.sam, clock_of(session, lead), choice="", now=MONDAY_NINE)

    assert (said, lead.stage) == ("You accepted Ada Byron.", Stage.ACCEPTED)


def test_a_clock_of_another_workspace_is_not_here(session, acme, stella):
    in_force(session, acme)
    lead = make_lead(session, acme)
    handoff.hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    with pytest.raises(NotFound):
        ACCEPT.do(session, stella, clock_of(session, lead), choice="", now=MONDAY_NINE)


def test_the_same_can_be_done_as_from_a_message_about_the_lead():
    assert [act.name for act in TIMER_CHAT_ACTIONS] == ["accept", "called", "return"]
