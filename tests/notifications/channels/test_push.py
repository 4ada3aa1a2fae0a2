"""Web push, read by a browser's own means and checked as a push service checks it."""

import base64
import json

import pytest
from py_vapid import Vapid02

from alignment.notifications.channels.base import DeliveryError
from alignment.notifications.channels.push import Push, VapidIdentity
from tests.factories import MONDAY_NINE
from tests.notifications.channels.browsers import Browser
from tests.notifications.channels.messages import client_of, make_message

SECRET = "s" * 32


def push_to(sink, browser, **given):
    push = Push(
        client=client_of(sink), identity=VapidIdentity(SECRET), contact="mailto:alignment@acme.test"
    )
    return push.open().send(make_message(endpoint=browser.gave, **given))


def test_only_the_browser_reads_what_happened(web_sink):
    browser = Browser(web_sink.url)

    push_to(web_sink, browser)

    [posted] = web_sink.taken
    assert b"Globex" not in posted.body
    assert browser.read(posted.body) == {
        "title": "Globex is yours now (Webinar)",
        "body": "Mona gave you this lead.\nIt came from: Webinar",
        "link": "https://alignment.acme.test/leads/7",
        "thread": "lead-7",
    }


def test_the_push_service_sees_who_vouches_for_it(web_sink):
    push_to(web_sink, Browser(web_sink.url))

    headers = web_sink.taken[0].headers
    assert Vapid02.verify(headers["authorization"])
    assert f"k={VapidIdentity(SECRET).public}" in headers["authorization"]
    claims = headers["authorization"].split("t=")[1].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "==")) == {
        "aud": f"http://{web_sink.host}",
        "exp": int(MONDAY_NINE.timestamp()) + 12 * 60 * 60,
        "sub": "mailto:alignment@acme.test",
    }
    assert (headers["ttl"], headers["content-encoding"]) == ("86400", "aes128gcm")


def test_a_long_message_stays_small_enough_for_every_service(web_sink):
    push_to(web_sink, Browser(web_sink.url), text="Title\n" + "wörter " * 2000, subject="ß" * 300)

    assert len(web_sink.taken[0].body) < 4096


def test_an_installation_is_known_by_the_same_key_for_ever():
    assert VapidIdentity(SECRET).public == VapidIdentity(SECRET).public
    assert VapidIdentity(SECRET).public != VapidIdentity("t" * 32).public
    assert len(base64.urlsafe_b64decode(VapidIdentity(SECRET).public + "=")) == 65


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_browser_that_took_its_wish_back_is_gone(web_sink, status):
    web_sink.answer(status)

    with pytest.raises(DeliveryError) as caught:
        push_to(web_sink, Browser(web_sink.url))
    assert caught.value.disables
