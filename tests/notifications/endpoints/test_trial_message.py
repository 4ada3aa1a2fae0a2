"""The test button of a channel."""

import pytest

from alignment.errors import Refused
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.endpoints import trial_message
from alignment.notifications.models import Outcome
from tests.factories import MONDAY_NINE
from tests.notifications.endpoint_factories import make_endpoint, messages


def test_a_test_goes_the_way_of_every_message(session, acme):
    endpoint = make_endpoint(session, acme.sam)

    trial_message.send_trial(session, endpoint, by=acme.sam, now=MONDAY_NINE)

    [message] = messages(session)
    assert (message.kind, message.channel) == ("channel_test", ChannelKind.CHAT)
    assert (message.endpoint_id, message.next_attempt_at) == (endpoint.id, MONDAY_NINE)


def test_two_presses_are_one_test_until_it_was_tried(session, acme):
    endpoint = make_endpoint(session, acme.sam)

    trial_message.send_trial(session, endpoint, by=acme.sam, now=MONDAY_NINE)
    trial_message.send_trial(session, endpoint, by=acme.sam, now=MONDAY_NINE)
    assert len(messages(session)) == 1

    messages(session)[0].attempts = 1
    trial_message.send_trial(session, endpoint, by=acme.sam, now=MONDAY_NINE)
    assert len(messages(session)) == 2


def test_what_is_switched_off_is_not_tested(session, acme):
    endpoint = make_endpoint(session, acme.sam, disabled_at=MONDAY_NINE)

    with pytest.raises(Refused, match="switched off"):
        trial_message.send_trial(session, endpoint, by=acme.sam, now=MONDAY_NINE)


def test_a_test_is_tried_once(session, acme):
    trial_message.send_trial(
        session, make_endpoint(session, acme.sam), by=acme.sam, now=MONDAY_NINE
    )
    [message] = messages(session)
    assert trial_message.tried_once(session, message, now=MONDAY_NINE) is None

    message.attempts, message.outcome, message.reason = 1, Outcome.RETRY, "It answered 500."

    said = trial_message.tried_once(session, message, now=MONDAY_NINE)
    assert said == "A test is tried once. It answered 500."
