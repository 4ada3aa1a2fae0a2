"""Signed webhooks, checked with the library that receivers use."""

import base64
import json
from datetime import timedelta

import pytest
from standardwebhooks.webhooks import Webhook as Receiver

from alignment.notifications.channels.base import DeliveryError
from alignment.notifications.channels.webhook import Webhook, new_secret, with_new_secret
from alignment.notifications.models import Outcome
from tests.factories import MONDAY_NINE
from tests.notifications.channels.messages import client_of, make_message

SECRET, NEW = new_secret(), new_secret()


def send(sink, *, at=MONDAY_NINE, **facts):
    """What the receiver got."""
    endpoint = {"url": sink.url, "secret": SECRET} | facts
    Webhook(client=client_of(sink)).send(make_message(endpoint=endpoint, at=at))
    return sink.taken[-1]


def signatures(posted):
    return posted.headers["webhook-signature"].split()


def signature_by(secret, posted, at=MONDAY_NINE):
    return Receiver(secret).sign(posted.headers["webhook-id"], at, posted.body.decode())


def test_a_program_reads_what_happened(web_sink):
    posted = send(web_sink)

    assert json.loads(posted.body) == {
        "kind": "lead_assigned",
        "subject": "Globex is yours now (Webinar)",
        "text": make_message().text,
        "link": "https://alignment.acme.test/leads/7",
        "at": "2027-03-01T08:00:00+00:00",
        "data": {"workspace_id": 1, "subject_id": 7, "thread": "lead-7"},
    }


def test_the_signature_is_that_of_the_secret_over_id_time_and_body(web_sink):
    posted = send(web_sink)

    assert signatures(posted) == [signature_by(SECRET, posted)]
    assert posted.headers["webhook-timestamp"] == str(int(MONDAY_NINE.timestamp()))


def test_the_id_stays_the_same_on_every_try_and_holds_no_point(web_sink):
    later = MONDAY_NINE + timedelta(hours=1)

    first, second = send(web_sink), send(web_sink, at=later)

    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "lead_assigned_0123abcd"
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]


def test_both_secrets_sign_for_a_day_after_a_change(web_sink):
    changed = with_new_secret({"secret": SECRET}, secret=NEW, now=MONDAY_NINE)
    next_day = MONDAY_NINE + timedelta(days=1)

    soon, late = send(web_sink, **changed), send(web_sink, at=next_day, **changed)

    assert signatures(soon) == [signature_by(NEW, soon), signature_by(SECRET, soon)]
    assert signatures(late) == [signature_by(NEW, late, at=next_day)]


def test_a_secret_is_made_of_256_random_bits():
    assert len(base64.b64decode(SECRET.removeprefix("whsec_"))) == 32
    assert SECRET != NEW


def test_gone_switches_it_off(web_sink):
    web_sink.answer(410)

    with pytest.raises(DeliveryError) as caught:
        send(web_sink)
    assert (caught.value.outcome, caught.value.disables) == (Outcome.DEAD, True)
