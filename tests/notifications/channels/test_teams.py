"""A message in Microsoft Teams, as its workflow is sent it."""

import json

import pytest

from alignment.notifications.channels.base import DeliveryError
from alignment.notifications.channels.teams import Teams
from tests.notifications.channels.messages import client_of, make_message


def card_of(sink, **given):
    message = make_message(endpoint={"service": "teams", "url": sink.url}, **given)
    Teams(client=client_of(sink)).send(message)
    [attachment] = json.loads(sink.taken[-1].body)["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    return attachment["content"]


def lines_of(card):
    return [block["inlines"][0]["text"] for block in card["body"]]


def test_the_card_says_what_happened_and_why_it_is_told(web_sink):
    card = card_of(web_sink)

    assert lines_of(card) == [
        "Globex is yours now (Webinar)",
        "Mona gave you this lead.",
        "It came from: Webinar",
        "You get this because you own the lead.",
    ]


def test_its_buttons_open_pages(web_sink):
    act = ("Accept", "https://alignment.acme.test/a/token")

    buttons = card_of(web_sink, action_links=(act,))["actions"]

    assert [(one["type"], one["title"], one["url"]) for one in buttons] == [
        ("Action.OpenUrl", "Accept", "https://alignment.acme.test/a/token"),
        ("Action.OpenUrl", "Open", "https://alignment.acme.test/leads/7"),
    ]


def test_nobodys_name_becomes_a_link(web_sink):
    card = card_of(web_sink, subject="[Sign in](https://evil.test) is yours now")

    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert lines_of(card)[0] == "[Sign in](https://evil.test) is yours now"


@pytest.mark.parametrize("status", [401, 404, 410])
def test_a_deleted_workflow_is_switched_off(web_sink, status):
    web_sink.answer(status)

    with pytest.raises(DeliveryError) as caught:
        card_of(web_sink)
    assert caught.value.disables
