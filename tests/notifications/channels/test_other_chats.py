"""Which chats are let through, and what is said in those that the library speaks to."""

import json

import pytest

from alignment.errors import Refused
from alignment.notifications.channels.base import DeliveryError
from alignment.notifications.channels.other_chats import OtherChats, parse_chat_address
from alignment.notifications.models import Outcome
from tests.notifications.channels.messages import make_message

DISCORD = "123456789012345678/abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    "address",
    [
        f"discord://{DISCORD}",
        f"https://discord.com/api/webhooks/{DISCORD}",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "https://chat.googleapis.com/v1/spaces/AAA/messages?key=abc&token=def",
    ],
)
def test_chats_with_fixed_public_hosts_are_understood(address):
    assert parse_chat_address(address).verify_certificate


@pytest.mark.parametrize(
    "address",
    [
        "",
        "discord://",
        "json://127.0.0.1/",
        "mailto://sam:secret@acme.test",
        "syslog://",
        "dbus://",
        "file:///etc/passwd",
        "mmost://chat.acme.test/token",
        "zulip://bot@evil.test/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        f"discord://{DISCORD}?verify=no",
        f"discord://{DISCORD}?template=/etc/passwd",
        f"discord://{DISCORD}?Verify=",
        "https://discord.com@evil.test/api/webhooks/1/a",
        "https://evil.test/api/webhooks/1/a",
        "https://[discord.com/",
    ],
)
def test_hosts_of_ones_own_mail_files_and_this_machine_are_not(address):
    with pytest.raises(Refused, match="not understood"):
        parse_chat_address(address)


def elsewhere(sink, **given):
    """The library itself over a real socket, by the one of its schemes that takes any host."""
    endpoint = {"service": "other", "url": f"json://{sink.host}/hook"}
    message = make_message(endpoint=endpoint, **given)
    return OtherChats(schemes=frozenset({"json"})).open().send(message)


def test_another_chat_is_told_what_happened_where_and_why(web_sink):
    assert elsewhere(web_sink).outcome is Outcome.ACCEPTED

    [posted] = web_sink.taken
    said = json.loads(posted.body)
    assert said["title"] == "Globex is yours now (Webinar)"
    assert "Mona gave you this lead." in said["message"]
    assert "https://alignment.acme.test/leads/7" in said["message"]
    assert "because you own the lead" in said["message"]


def test_nobodys_name_calls_everybody(web_sink):
    elsewhere(web_sink, subject="@everyone GmbH is yours now")

    assert "@everyone" not in json.loads(web_sink.taken[0].body)["title"]


def test_what_another_chat_does_not_take_is_tried_again(web_sink):
    web_sink.answer(500)

    with pytest.raises(DeliveryError, match="did not take it") as caught:
        elsewhere(web_sink)
    assert (caught.value.outcome, caught.value.disables) == (Outcome.RETRY, False)


def test_a_chat_that_is_no_longer_let_through_is_switched_off(web_sink):
    endpoint = {"service": "other", "url": f"json://{web_sink.host}/hook"}

    with pytest.raises(DeliveryError) as caught:
        OtherChats().send(make_message(endpoint=endpoint))
    assert (caught.value.disables, web_sink.taken) == (True, [])
