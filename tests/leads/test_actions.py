"""What an owner does about a lead from the message that tells of it."""

from datetime import timedelta

import pytest

from alignment.errors import NotFound, Refused
from alignment.leads import actions, handoff
from alignment.leads.event_kinds import EventKind
from alignment.leads.history import queries
from alignment.leads.models import Stage
from alignment.notifications.actions.definitions import Press
from tests.factories import MONDAY_NINE, make_lead

LATER = MONDAY_NINE + timedelta(minutes=5)


def with_sam(session, acme):
    lead = make_lead(session, acme)
    handoff.hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return lead


def do(session, act, by, lead, *, choice="", now=LATER):
    return act.perform(session, Press(by=by, subject_id=lead.id, now=now, input=choice))


def calls(session, lead):
    return [x for x in queries.history_of(session, lead) if x.kind is EventKind.CALLED]


def test_accept(session, acme):
    lead = with_sam(session, acme)

    assert do(session, actions.ACCEPT, acme.sam, lead) == "You accepted Ada Byron."
    assert lead.stage is Stage.ACCEPTED


def test_what_somebody_accepted_already_is_refused_with_the_reason(session, acme):
    lead = with_sam(session, acme)
    do(session, actions.ACCEPT, acme.sam, lead)

    with pytest.raises(Refused, match="accepted, not waiting"):
        do(session, actions.ACCEPT, acme.sam, lead)


def test_i_called(session, acme):
    lead = with_sam(session, acme)

    said = do(session, actions.CALLED, acme.sam, lead)

    assert said == "Your call to Ada Byron is written down."
    assert len(calls(session, lead)) == 1


def test_two_presses_within_five_seconds_are_one_call(session, acme):
    lead = with_sam(session, acme)

    for seconds in (0, 4, 10):
        do(session, actions.CALLED, acme.sam, lead, now=LATER + timedelta(seconds=seconds))

    assert len(calls(session, lead)) == 2


def test_return_with_a_reason(session, acme):
    lead = with_sam(session, acme)

    said = do(session, actions.RETURN, acme.sam, lead, choice="no_need")

    assert said == "Ada Byron is back with marketing."
    assert lead.stage is Stage.RETURNED


@pytest.mark.parametrize("choice", ["", "because"])
def test_a_return_needs_one_of_the_reasons(session, acme, choice):
    lead = with_sam(session, acme)

    with pytest.raises(Refused, match="Choose why"):
        do(session, actions.RETURN, acme.sam, lead, choice=choice)
    assert lead.stage is Stage.HANDED_OFF


def test_a_lead_of_another_workspace_is_not_here(session, acme, stella):
    lead = with_sam(session, acme)

    with pytest.raises(NotFound):
        do(session, actions.ACCEPT, stella, lead)


def test_the_news_names_people_as_they_write_themselves(session, acme):
    acme.mona.name = "Mona van Dyk"
    lead = with_sam(session, acme)

    found = actions.about(session, acme.sam, lead.id)

    assert found.last_change_by == "Mona van Dyk handed off"


def test_whose_lead_it_is_already_is_told_so(session, acme):
    lead = with_sam(session, acme)

    assert do(session, actions.TAKE_OVER, acme.sam, lead) == "Ada Byron is yours already."


def test_no_two_actions_have_a_name_or_a_reply_in_common():
    names = [action.name for action in actions.LEAD.actions]
    commands = [command for action in actions.LEAD.actions for command in action.reply_commands]

    assert len(set(names)) == len(names)
    assert len(set(commands)) == len(commands)
