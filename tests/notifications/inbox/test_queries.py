"""What a person finds in the inbox, and what not."""

from datetime import timedelta
from typing import Any

import pytest

from alignment.errors import NotFound
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.inbox import queries
from alignment.notifications.models import Outcome
from tests.factories import MONDAY_NINE
from tests.notifications.endpoint_factories import make_delivery, make_endpoint

NOW = MONDAY_NINE + timedelta(hours=1)


def found(session, person):
    return [row.key for row in queries.messages(session, person, skip=0, now=NOW)]


def test_mail_and_inbox_are_there_the_newest_first(session, acme):
    make_delivery(session, acme.sam, outcome=Outcome.ACCEPTED)
    make_delivery(session, acme.sam, channel=ChannelKind.INBOX, at=NOW)

    assert found(session, acme.sam) == ["task-2", "task-1"]
    assert queries.unread(session, acme.sam, now=NOW) == queries.total(session, acme.sam, now=NOW)


def test_messages_of_others_are_not(session, acme, stella):
    make_delivery(session, acme.mona)
    make_delivery(session, stella)
    make_delivery(session, None, workspace_id=acme.id)

    assert found(session, acme.sam) == []
    assert queries.unread(session, acme.sam, now=NOW) == 0


def test_what_no_longer_mattered_and_what_is_not_due_are_not(session, acme):
    make_delivery(session, acme.sam, outcome=Outcome.SUPPRESSED)
    make_delivery(session, acme.sam, due_at=NOW + timedelta(seconds=1))

    assert found(session, acme.sam) == []


def test_what_was_told_together_is_inside_the_message_that_told_it(session, acme):
    carrier = make_delivery(session, acme.sam)
    make_delivery(session, acme.sam, merged_into_id=carrier.id, outcome=Outcome.MERGED)

    assert found(session, acme.sam) == ["task-1"]
    inside = queries.merged_into(session, acme.id, [carrier.id])
    assert [row.key for row in inside[carrier.id]] == ["task-2"]


def test_a_letter_is_there_once_however_many_copies_went_out(session, acme):
    chat = make_endpoint(session, acme.sam)
    facts: dict[str, Any] = {"channel": ChannelKind.CHAT, "endpoint_id": chat.id}
    make_delivery(session, acme.sam)
    make_delivery(session, acme.sam, key=f"task-1:chat:{chat.id}", **facts)

    assert found(session, acme.sam) == ["task-1"]


def test_a_letter_that_goes_by_chat_alone_is_there_too(session, acme):
    chat = make_endpoint(session, acme.sam)

    make_delivery(session, acme.sam, channel=ChannelKind.CHAT, endpoint_id=chat.id)

    assert found(session, acme.sam) == ["task-1"]


def test_what_a_copy_told_too_stands_by_itself(session, acme):
    chat = make_endpoint(session, acme.sam)
    facts: dict[str, Any] = {"channel": ChannelKind.CHAT, "endpoint_id": chat.id}
    make_delivery(session, acme.sam)
    copy = make_delivery(session, acme.sam, key=f"task-1:chat:{chat.id}", **facts)

    make_delivery(session, acme.sam, merged_into_id=copy.id, outcome=Outcome.MERGED, **facts)

    assert found(session, acme.sam) == ["task-3", "task-1"]
    assert queries.unread(session, acme.sam, now=NOW) == 2


def test_counting_stops_at_a_hundred(session, acme):
    for _ in range(queries.MAX_COUNTED + 3):
        make_delivery(session, acme.sam)

    assert queries.unread(session, acme.sam, now=NOW) == 100


def test_nobody_opens_the_message_of_a_colleague(session, acme):
    message = make_delivery(session, acme.sam)

    assert queries.message(session, acme.sam, message.id, now=NOW).id == message.id
    with pytest.raises(NotFound):
        queries.message(session, acme.mona, message.id, now=NOW)
