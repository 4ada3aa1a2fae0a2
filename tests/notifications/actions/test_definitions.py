"""What is done from a message is done with the rights of the page."""

from dataclasses import replace

import pytest

from alignment.accounts.roles import Right
from alignment.errors import Forbidden
from alignment.notifications.actions import definitions
from alignment.notifications.actions.definitions import (
    Action,
    ActionInput,
    Press,
    Topic,
    TopicItem,
    offered_actions,
)
from alignment.notifications.actions.related_subjects import through
from alignment.notifications.actions.table import ActionTable
from tests.factories import MONDAY_NINE


def say(_session, press):
    return f"{press.by.name} {press.subject_id} {press.input} {press.now:%H:%M}"


def item(_session, _reader, subject_id):
    return TopicItem(
        thread=f"lead-{subject_id}", title="Ada", words="", link="/leads/7", ownership_key=""
    )


ACCEPT = Action(name="accept", label="Accept", right=Right.WORK, perform=say, undo=say)
ASKING = replace(ACCEPT, name="excuse", input=ActionInput.WORDS)
PERSONAL = replace(ACCEPT, name="snooze", is_personal=True)
LEAD = Topic(name="lead", find=item, actions=(ACCEPT, ASKING, PERSONAL), comment=say)


def press_by(person, *, subject_id=7):
    return Press(by=person, subject_id=subject_id, now=MONDAY_NINE, input="no_need")


def test_who_may_do_it_on_the_page_may_do_it_here(session, acme):
    said = definitions.perform(session, ACCEPT, press_by(acme.sam))

    assert said == "Sam 7 no_need 08:00"


def test_who_may_not_do_it_on_the_page_may_not_do_it_here(session, acme):
    with pytest.raises(Forbidden, match="role"):
        definitions.perform(session, ACCEPT, press_by(acme.mona))


def test_who_may_not_do_it_may_not_take_it_back(session, acme):
    with pytest.raises(Forbidden, match="role"):
        definitions.undo(session, ACCEPT, press_by(acme.mona))


def test_a_button_stands_only_for_who_has_the_right_and_where_it_is_offered(session, acme):
    never = replace(ACCEPT, name="never", is_offered=lambda _session, _reader, _id: False)
    topic = replace(LEAD, actions=(ACCEPT, never))

    assert offered_actions(session, topic, acme.sam, 7) == [ACCEPT]
    assert offered_actions(session, topic, acme.mona, 7) == []


def test_a_channel_is_shown_nothing_to_type_and_nothing_personal():
    table = ActionTable(topic_by_kind={"lead_assigned": LEAD})

    assert table.in_chat("lead_assigned") == (ACCEPT,)
    assert table.in_chat("another_kind") == ()


def test_an_action_through_a_clock_is_done_offered_and_undone_to_its_lead(session, acme):
    seen = replace(ACCEPT, is_offered=lambda _session, _reader, subject_id: subject_id == 7)
    on_clock = through(seen, lambda _session, _reader, timer_id: timer_id - 10)
    press = press_by(acme.sam, subject_id=17)

    assert definitions.perform(session, on_clock, press) == "Sam 7 no_need 08:00"
    assert definitions.undo(session, on_clock, press) == "Sam 7 no_need 08:00"
    assert on_clock.is_offered(session, acme.sam, 17)
