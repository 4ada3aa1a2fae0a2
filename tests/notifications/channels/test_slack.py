"""A message in Slack, as Slack is sent it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from alignment.leads.actions import LEAD, REASONS
from alignment.notifications.actions.table import ActionTable
from alignment.notifications.channels.base import DeliveryError
from alignment.notifications.channels.slack import ButtonPress, Slack, block_id_of, read_block_id
from tests.factories import MONDAY_NINE
from tests.notifications.channels.messages import client_of, make_message

SECRET = "s" * 32
ACTIONS = ActionTable(topic_by_kind={"lead_assigned": LEAD})


def slack_of(sink, **given):
    facts: dict[str, Any] = {"actions": ACTIONS, "secret": SECRET, "has_buttons": True}
    return Slack(client=client_of(sink), **(facts | given))


def sent(sink, message, **given):
    slack_of(sink, **given).send(message)
    return json.loads(sink.taken[-1].body)


def message_to(sink, **given):
    return make_message(endpoint={"service": "slack", "url": sink.url}, **given)


def test_the_message_says_what_happened_and_why_it_is_told(web_sink):
    payload = sent(web_sink, message_to(web_sink))

    said, _buttons, why = payload["blocks"]
    assert payload["text"] == "Globex is yours now (Webinar)"
    assert said["text"]["text"] == (
        "*Globex is yours now (Webinar)*\nMona gave you this lead.\nIt came from: Webinar"
    )
    assert why["elements"][0]["text"] == "You get this because you own the lead."


def test_nobodys_name_calls_a_whole_channel(web_sink):
    payload = sent(web_sink, message_to(web_sink, subject="<!channel> & Co is yours now"))

    assert payload["text"] == "&lt;!channel&gt; &amp; Co is yours now"
    assert "<!channel>" not in json.dumps(payload)


def test_a_lead_is_accepted_called_returned_with_a_reason_or_taken_over_from_where_it_is_told(
    web_sink,
):
    _said, buttons, _why = sent(web_sink, message_to(web_sink))["blocks"]

    accept, called, give_back, take_over, page = buttons["elements"]
    assert [one["action_id"] for one in (accept, called, take_over)] == [
        "accept",
        "called",
        "take_over",
    ]
    assert [one["value"] for one in give_back["options"]] == [value for value, _ in REASONS]
    assert page["url"] == "https://alignment.acme.test/leads/7"
    assert len(buttons["block_id"]) <= 255


def test_without_the_secret_of_an_app_only_the_link_is_offered(web_sink):
    _said, buttons, _why = sent(web_sink, message_to(web_sink), has_buttons=False)["blocks"]

    assert [one["action_id"] for one in buttons["elements"]] == ["open"]


def test_what_tells_of_several_leads_has_no_button_for_one_of_them(web_sink):
    _said, buttons, _why = sent(web_sink, message_to(web_sink, is_summary=True))["blocks"]

    assert [one["action_id"] for one in buttons["elements"]] == ["open"]


def test_a_long_message_fits(web_sink):
    payload = sent(web_sink, message_to(web_sink, text="Title\n" + "word " * 2000))

    assert len(payload["blocks"][0]["text"]["text"]) < 3000


def test_a_team_is_told_whom_the_message_is_for(web_sink):
    payload = sent(web_sink, message_to(web_sink, name="", address="Sam"))

    assert payload["text"] == "For Sam: Globex is yours now (Webinar)"


def test_a_block_says_what_it_was_made_for_for_a_week():
    block = block_id_of(make_message(), secret=SECRET)
    week = MONDAY_NINE + timedelta(days=7)

    found = read_block_id(block, secret=SECRET, now=week)

    assert found == ButtonPress(workspace_id=1, kind="lead_assigned", subject_id=7)
    assert read_block_id(block, secret=SECRET, now=week + timedelta(seconds=1)) is None
    assert read_block_id(block, secret="t" * 32, now=MONDAY_NINE) is None
    assert read_block_id("anything", secret=SECRET, now=MONDAY_NINE) is None


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_removed_webhook_is_switched_off(web_sink, status):
    web_sink.answer(status)

    with pytest.raises(DeliveryError) as caught:
        slack_of(web_sink).send(message_to(web_sink))
    assert caught.value.disables
