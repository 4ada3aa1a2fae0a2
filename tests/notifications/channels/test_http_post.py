"""What the answers of other services mean."""

import socket
from datetime import timedelta

import pytest

from alignment.http.client import Client
from alignment.notifications.channels.base import DeliveryError
from alignment.notifications.channels.http_post import JSON, endpoint_field, post
from alignment.notifications.models import Outcome
from tests.factories import MONDAY_NINE
from tests.notifications.channels.messages import client_of


def post_to(sink, **facts):
    return post(client_of(sink), sink.url, b"{}", headers=JSON, at=MONDAY_NINE, **facts)


def refusal(sink, status, *, gone=frozenset({410}), **headers):
    sink.answer(status, **headers)
    with pytest.raises(DeliveryError) as caught:
        post_to(sink, gone=gone)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_whatever_begins_with_two_is_taken(web_sink, status):
    web_sink.answer(status)

    assert post_to(web_sink).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("status", [301, 302, 307, 400, 403, 404, 429, 500, 502, 503])
def test_other_answers_are_tried_again(web_sink, status):
    error = refusal(web_sink, status)

    assert (error.outcome, error.disables, error.is_down) == (Outcome.RETRY, False, False)


def test_gone_is_gone(web_sink):
    error = refusal(web_sink, 410)

    assert (error.outcome, error.disables) == (Outcome.DEAD, True)


def test_a_service_may_say_gone_in_other_ways(web_sink):
    assert refusal(web_sink, 404, gone=frozenset({404})).disables


@pytest.mark.parametrize(
    ("status", "asked", "patience"),
    [
        (429, "120", timedelta(minutes=2)),
        (503, "Mon, 01 Mar 2027 08:30:00 GMT", timedelta(minutes=30)),
        (429, "Mon, 01 Mar 2027 07:00:00 GMT", timedelta()),
        (429, "99999999999", timedelta(hours=24)),
        (429, "soon", None),
        (500, "120", None),
    ],
)
def test_a_busy_service_is_left_alone_as_long_as_it_asks(web_sink, status, asked, patience):
    assert refusal(web_sink, status, retry_after=asked).retry_after == patience


def test_an_address_in_our_own_network_switches_the_channel_off():
    nearby = Client(resolve=lambda _host, _port: ["10.0.0.1"])

    with pytest.raises(DeliveryError, match="cannot be used") as caught:
        post(nearby, "https://hooks.acme.test/", b"{}", headers=JSON, at=MONDAY_NINE)
    assert caught.value.disables


def test_a_silent_address_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
    client = Client(own_hosts=frozenset({host}))

    with pytest.raises(DeliveryError, match=r"^No answer came") as caught:
        post(client, f"http://{host}/", b"{}", headers=JSON, at=MONDAY_NINE)
    assert (caught.value.outcome, caught.value.disables) == (Outcome.RETRY, False)


def test_an_endpoint_that_cannot_be_unsealed_is_switched_off():
    with pytest.raises(DeliveryError, match="secret key") as caught:
        endpoint_field({}, "url")

    assert caught.value.disables
