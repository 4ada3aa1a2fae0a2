"""A channel works, fails, is switched off and goes; no message is lost on the way."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from alignment.journal.models import JournalEntry
from alignment.notifications.causes import DisabledCause
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.endpoints import lifecycle
from alignment.notifications.endpoints.lifecycle import DISABLED_AFTER
from alignment.notifications.models import Endpoint, Outcome
from tests.factories import MONDAY_NINE
from tests.notifications.endpoint_factories import (
    SECRET,
    SLACK,
    make_delivery,
    make_endpoint,
    messages,
    outcomes_by_channel,
)

LATER = MONDAY_NINE + timedelta(hours=1)


def test_the_address_is_read_with_the_secret_alone(session, acme):
    endpoint = make_endpoint(session, acme.sam)

    assert lifecycle.decrypted_address(endpoint, SECRET) == SLACK
    assert lifecycle.decrypted_address(endpoint, "t" * 32) == {}


def test_five_days_without_a_message_switch_a_channel_off(session, acme):
    endpoint = make_endpoint(session, acme.sam)
    lifecycle.record_failure(session, endpoint.id, MONDAY_NINE)

    lifecycle.record_failure(
        session, endpoint.id, MONDAY_NINE + DISABLED_AFTER - timedelta(seconds=1)
    )
    session.refresh(endpoint)
    assert endpoint.disabled_at is None

    lifecycle.record_failure(session, endpoint.id, MONDAY_NINE + DISABLED_AFTER)
    session.refresh(endpoint)
    assert endpoint.disabled_at == MONDAY_NINE + DISABLED_AFTER
    assert endpoint.disabled_cause is DisabledCause.FAILURE


def test_one_message_that_goes_through_ends_the_five_days(session, acme):
    endpoint = make_endpoint(session, acme.sam)
    lifecycle.record_failure(session, endpoint.id, MONDAY_NINE)
    lifecycle.record_success(session, endpoint.id)

    lifecycle.record_failure(session, endpoint.id, MONDAY_NINE + DISABLED_AFTER)

    session.refresh(endpoint)
    assert (endpoint.disabled_at, endpoint.failing_since) == (None, MONDAY_NINE + DISABLED_AFTER)


def test_its_owner_is_told_once_that_it_is_switched_off(session, acme):
    endpoint = make_endpoint(session, acme.sam)

    for _ in range(2):
        lifecycle.disable(session, endpoint.id, reason="It answered 410.", now=LATER)

    [letter] = messages(session, kind="channel_disabled")
    assert (letter.recipient_id, letter.words["reason"]) == (acme.sam.id, "It answered 410.")


def test_of_a_teams_channel_whoever_added_it_and_the_teams_leads_are_told(session, acme):
    endpoint = make_endpoint(session, acme.olga, team=acme.marketing)

    lifecycle.disable(session, endpoint.id, reason="It answered 410.", now=LATER)

    told = {letter.recipient_id for letter in messages(session, kind="channel_disabled")}
    assert told == {acme.olga.id, acme.mona.id}


@pytest.mark.parametrize("how", ["switched off", "removed"])
def test_what_had_no_other_way_is_told_in_the_inbox(session, acme, how):
    endpoint = make_endpoint(session, acme.sam)
    facts: dict[str, Any] = {"channel": ChannelKind.CHAT, "endpoint_id": endpoint.id}
    make_delivery(session, acme.sam, **facts)
    make_delivery(session, acme.sam, key=f"task-9:chat:{endpoint.id}", **facts)
    make_delivery(session, None, workspace_id=acme.id, **facts)

    if how == "removed":
        lifecycle.remove(session, endpoint, by=acme.sam, now=LATER)
    else:
        lifecycle.switch_off(session, endpoint, by=acme.sam, now=LATER)

    assert outcomes_by_channel(session) == [
        (ChannelKind.INBOX, Outcome.PENDING),
        (ChannelKind.CHAT, Outcome.SUPPRESSED),
        (ChannelKind.CHAT, Outcome.SUPPRESSED),
    ]


def test_messages_of_other_channels_go_on(session, acme):
    endpoint, other = make_endpoint(session, acme.sam), make_endpoint(session, acme.sam)
    make_delivery(session, acme.sam)
    make_delivery(session, acme.sam, channel=ChannelKind.CHAT, endpoint_id=other.id)

    lifecycle.switch_off(session, endpoint, by=acme.sam, now=LATER)

    assert outcomes_by_channel(session) == [
        (ChannelKind.EMAIL, Outcome.PENDING),
        (ChannelKind.CHAT, Outcome.PENDING),
    ]


def test_a_channel_that_a_person_switched_off_says_so(session, acme):
    endpoint = make_endpoint(session, acme.sam)

    lifecycle.switch_off(session, endpoint, by=acme.sam, now=LATER)

    assert endpoint.disabled_cause is DisabledCause.PERSON


def test_a_channel_that_is_switched_on_again_starts_afresh(session, acme):
    endpoint = make_endpoint(session, acme.sam)
    lifecycle.record_failure(session, endpoint.id, MONDAY_NINE)
    lifecycle.switch_off(session, endpoint, by=acme.sam, now=LATER)
    assert endpoint.disabled_reason == "Sam switched it off."

    lifecycle.switch_on(session, endpoint, by=acme.sam, now=LATER)

    assert (endpoint.disabled_at, endpoint.failing_since) == (None, None)
    assert (endpoint.disabled_cause, endpoint.disabled_reason) == (None, "")


def test_a_removed_channel_leaves_nothing_but_what_was_sent(session, acme):
    endpoint = make_endpoint(session, acme.sam)
    sent = make_delivery(
        session,
        acme.sam,
        channel=ChannelKind.CHAT,
        endpoint_id=endpoint.id,
        outcome=Outcome.ACCEPTED,
    )

    lifecycle.remove(session, endpoint, by=acme.sam, now=LATER)

    session.refresh(sent)
    assert (sent.endpoint_id, sent.outcome) == (None, Outcome.ACCEPTED)
    assert session.exec(select(Endpoint)).all() == []


def test_a_browser_that_is_gone_is_forgotten_and_its_owner_told(session, acme):
    browser = make_endpoint(session, acme.sam, channel=ChannelKind.PUSH, label="Firefox")

    lifecycle.disable(session, browser.id, reason="It answered 410.", now=LATER)

    [letter] = messages(session, kind="channel_disabled")
    assert (letter.words["label"], letter.words["is_browser"]) == ("Firefox", True)
    assert session.exec(select(Endpoint)).all() == []


def test_the_journal_knows_who_switched_what_off_on_and_away(session, acme):
    endpoint = make_endpoint(session, acme.sam)

    lifecycle.switch_off(session, endpoint, by=acme.sam, now=LATER)
    lifecycle.switch_on(session, endpoint, by=acme.sam, now=LATER)
    lifecycle.disable(session, endpoint.id, reason="It answered 410.", now=LATER)
    lifecycle.remove(session, endpoint, by=acme.sam, now=LATER)

    entries = session.exec(select(JournalEntry).order_by(col(JournalEntry.id))).all()
    assert [(entry.kind, entry.facts["by_id"]) for entry in entries] == [
        ("channel_switched_off", acme.sam.id),
        ("channel_switched_on", acme.sam.id),
        ("channel_switched_off", None),
        ("channel_removed", acme.sam.id),
    ]
