"""Adding chats, webhooks and browsers."""

import pytest
from pydantic import ValidationError
from sqlmodel import select

from alignment.config import Settings
from alignment.errors import Refused
from alignment.journal.models import JournalEntry
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.endpoints import lifecycle, queries, registration
from alignment.notifications.endpoints.registration import (
    MAX_CHANNELS,
    BrowserSubscription,
    NewEndpoint,
    Owner,
)
from tests.factories import MONDAY_NINE
from tests.notifications.endpoint_factories import SECRET, make_endpoint

SLACK = {"form": "slack", "label": "#sales", "address": "https://hooks.slack.com/services/T/B/x"}
WEBHOOK = {"form": "webhook", "label": "Warehouse", "address": "https://hooks.acme.test/in"}
KEY = "B" * 87
SETTINGS = Settings(secret_key=SECRET)


def add(session, by, wish, *, team=None):
    return registration.add_endpoint(
        session,
        NewEndpoint.model_validate(wish),
        Owner(by=by, team=team),
        settings=SETTINGS,
        now=MONDAY_NINE,
    )


def add_browser(session, by, address="https://push.acme.test/1", *, label="Firefox"):
    return registration.add_browser(
        session,
        BrowserSubscription(address=address, p256dh=KEY, auth="a" * 22, label=label),
        by=by,
        settings=SETTINGS,
        now=MONDAY_NINE,
    )


def test_a_persons_own_chat(session, acme):
    endpoint, shown = add(session, acme.sam, SLACK | {"kinds": ["lead_assigned"]})

    assert (endpoint.channel, endpoint.user_id, endpoint.team_id) == ("chat", acme.sam.id, None)
    assert (endpoint.kinds, shown) == ([], "")
    assert lifecycle.decrypted_address(endpoint, SECRET)["service"] == "slack"


def test_a_teams_chat_hears_the_kinds_that_were_chosen(session, acme):
    wish = SLACK | {"kinds": ["lead_assigned", "no_such_kind"]}

    endpoint, _ = add(session, acme.mona, wish, team=acme.marketing)

    assert (endpoint.user_id, endpoint.team_id) == (None, acme.marketing.id)
    assert endpoint.kinds == ["lead_assigned"]


def test_the_secret_of_a_webhook_is_said_when_it_is_made(session, acme):
    endpoint, shown = add(session, acme.sam, WEBHOOK)

    assert shown.startswith("whsec_")
    assert lifecycle.decrypted_address(endpoint, SECRET)["secret"] == shown


def test_a_new_secret_keeps_the_one_before_beside_it(session, acme):
    endpoint, first = add(session, acme.sam, WEBHOOK)

    second = registration.rotate_secret(endpoint, secret=SECRET, now=MONDAY_NINE)

    facts = lifecycle.decrypted_address(endpoint, SECRET)
    assert (facts["secret"], facts["old_secret"]) == (second, first)
    assert facts["old_until"] == "2027-03-02T08:00:00+00:00"


def test_only_webhooks_have_a_secret(session, acme):
    endpoint, _ = add(session, acme.sam, SLACK)

    with pytest.raises(Refused, match="Only a webhook"):
        registration.rotate_secret(endpoint, secret=SECRET, now=MONDAY_NINE)


def test_a_webhook_that_was_sealed_otherwise_says_what_to_do(session, acme):
    endpoint, _ = add(session, acme.sam, WEBHOOK)

    with pytest.raises(Refused, match="add it again"):
        registration.rotate_secret(endpoint, secret="t" * 32, now=MONDAY_NINE)


@pytest.mark.parametrize(
    ("form", "address"),
    [
        ("webhook", "http://127.0.0.1:5432/"),
        ("slack", "https://10.0.0.1/"),
        ("teams", "https://localhost/"),
        ("other", "json://127.0.0.1/"),
    ],
)
def test_an_address_that_leads_into_our_network_is_refused(session, acme, form, address):
    with pytest.raises(Refused):
        add(session, acme.sam, {"form": form, "label": "x", "address": address})
    assert queries.endpoints_of(session, acme.sam) == []


@pytest.mark.parametrize("wrong", [{"form": "email"}, {"label": ""}, {"address": " "}, {"x": "y"}])
def test_a_form_that_is_not_filled_in_is_told(wrong):
    with pytest.raises(ValidationError):
        NewEndpoint.model_validate(SLACK | wrong)


def test_there_is_an_end_to_channels(session, acme):
    for _ in range(MAX_CHANNELS):
        make_endpoint(session, acme.sam)

    with pytest.raises(Refused, match="20 channels"):
        add(session, acme.sam, SLACK)
    add(session, acme.mona, SLACK)


def test_a_browser_that_says_so_again_is_the_same_one(session, acme):
    first = add_browser(session, acme.sam)
    first.disabled_at = MONDAY_NINE

    again = add_browser(session, acme.sam, label="Firefox 140")

    assert again.id == first.id
    assert (again.label, again.disabled_at) == ("Firefox 140", None)


def test_another_browser_is_another_channel(session, acme):
    add_browser(session, acme.sam)
    add_browser(session, acme.sam, "https://push.acme.test/2")

    assert [one.channel for one in queries.browsers_of(session, acme.sam)] == [ChannelKind.PUSH] * 2


@pytest.mark.parametrize("wrong", [{"p256dh": "short"}, {"auth": "ü" * 22}, {"address": ""}])
def test_what_no_browser_would_give_is_refused(wrong):
    given = {"address": "https://push.acme.test/1", "p256dh": KEY, "auth": "a" * 22, "label": "x"}

    with pytest.raises(ValidationError):
        BrowserSubscription.model_validate(given | wrong)


def test_the_journal_knows_who_added_what_and_never_where(session, acme):
    add(session, acme.mona, SLACK, team=acme.marketing)

    [entry] = session.exec(select(JournalEntry)).all()
    assert (entry.kind, entry.facts["by_id"]) == ("channel_added", acme.mona.id)
    assert (entry.facts["label"], entry.facts["team_id"]) == ("#sales", acme.marketing.id)
    assert "hooks.slack.com" not in str(entry.facts)
