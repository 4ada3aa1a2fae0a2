"""Chats, webhooks and browsers that fail: what is lost, what is told, and to whom."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db, wiring
from alignment.accounts.models import User
from alignment.config import Settings
from alignment.leads import handoff
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.endpoints import queries, trial_message
from alignment.notifications.models import Delivery, Endpoint, Outcome, Preference
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.dispatch import dispatch
from tests.factories import MONDAY_NINE, Cast, make_lead, save
from tests.http.sink import WebSink
from tests.notifications.channels.browsers import Browser
from tests.notifications.endpoint_factories import SECRET, make_endpoint, messages
from tests.postbox import letter_to, post


@pytest.fixture
def receiver() -> Iterator[WebSink]:
    with WebSink() as running:
        yield running


@pytest.fixture
def office(receiver: WebSink) -> DeliveryContext:
    """An office without a mail server that may speak to the receiver."""
    return wiring.delivery_context(Settings(secret_key=SECRET, outgoing_hosts=receiver.host))


@pytest.fixture
def webhook(engine: Engine, here: Cast, receiver: WebSink) -> Endpoint:
    """Sam wants to be told by a webhook of his own, and by nothing else."""
    with db.transaction(engine) as session:
        save(session, wish(here.sam))
        facts = {"url": receiver.url, "secret": "whsec_c2VjcmV0"}
        return make_endpoint(session, here.sam, channel=ChannelKind.WEBHOOK, facts=facts)


def wish(person: User, channel: ChannelKind = ChannelKind.WEBHOOK) -> Preference:
    return Preference(
        workspace_id=person.workspace_id,
        user_id=person.id,
        channels={"plain": [channel]},
        updated_at=MONDAY_NINE,
    )


def tick(engine: Engine, office: DeliveryContext, *, now: datetime = MONDAY_NINE) -> None:
    dispatch(engine, office, clock=lambda: now)


def tell(engine: Engine, person: User, *, key: str = "task-1", now: datetime = MONDAY_NINE) -> None:
    post(engine, letter_to(person, key=key), now=now)


def rows(engine: Engine, **columns: object) -> list[Delivery]:
    with Session(engine) as session:
        return messages(session, **columns)


def of(engine: Engine, endpoint: Endpoint) -> Endpoint:
    with Session(engine) as session:
        return session.get_one(Endpoint, endpoint.id)


def test_a_message_goes_to_the_webhook_that_its_reader_chose(
    engine: Engine, here: Cast, office: DeliveryContext, receiver: WebSink, webhook: Endpoint
) -> None:
    tell(engine, here.sam)

    tick(engine, office)

    [posted], [row] = receiver.taken, rows(engine)
    assert posted.headers["webhook-id"] == row.message_id.replace(".", "_")
    assert (row.channel, row.outcome) == (ChannelKind.WEBHOOK, Outcome.ACCEPTED)


def test_a_receiver_that_is_down_for_hours_gets_everything_with_the_same_id(
    engine: Engine, here: Cast, office: DeliveryContext, receiver: WebSink, webhook: Endpoint
) -> None:
    for _ in range(5):
        receiver.answer(500)
    tell(engine, here.sam)

    for hours in range(24):
        tick(engine, office, now=MONDAY_NINE + timedelta(hours=hours))

    [row] = rows(engine)
    assert row.outcome is Outcome.ACCEPTED
    assert len({posted.headers["webhook-id"] for posted in receiver.taken}) == 1
    assert of(engine, webhook).failing_since is None


def test_a_receiver_that_is_gone_is_switched_off_and_nothing_is_lost(
    engine: Engine, here: Cast, office: DeliveryContext, receiver: WebSink, webhook: Endpoint
) -> None:
    receiver.answer(410)
    tell(engine, here.sam)
    tick(engine, office)
    tell(engine, here.sam, key="task-2")
    tick(engine, office)

    assert of(engine, webhook).disabled_at == MONDAY_NINE
    assert len(receiver.taken) == 1
    [told] = rows(engine, kind="channel_disabled")
    assert (told.recipient_id, told.channel) == (here.sam.id, ChannelKind.EMAIL)
    [second] = rows(engine, key="task-2")
    assert (second.channel, second.outcome) == (ChannelKind.INBOX, Outcome.KEPT)


def test_a_busy_receiver_is_left_alone_as_long_as_it_asks(
    engine: Engine, here: Cast, office: DeliveryContext, receiver: WebSink, webhook: Endpoint
) -> None:
    receiver.answer(429, retry_after="7200")
    tell(engine, here.sam)
    tick(engine, office)

    [row] = rows(engine)
    assert row.outcome is Outcome.RETRY
    assert row.next_attempt_at is not None
    assert row.next_attempt_at >= MONDAY_NINE + timedelta(hours=2)


def test_a_receiver_that_fails_for_five_days_is_switched_off(
    engine: Engine, here: Cast, office: DeliveryContext, receiver: WebSink, webhook: Endpoint
) -> None:
    for day in range(6):
        receiver.answer(500)
        at = MONDAY_NINE + timedelta(days=day)
        with db.transaction(engine) as session:
            trial_message.send_trial(
                session, session.get_one(Endpoint, webhook.id), by=here.sam, now=at
            )
        tick(engine, office, now=at)

    assert of(engine, webhook).disabled_reason == "Nothing went through for five days."
    assert len(rows(engine, kind="channel_disabled")) == 1


def test_a_browser_that_took_its_wish_back_is_forgotten_and_nothing_is_lost(
    engine: Engine, here: Cast, office: DeliveryContext, receiver: WebSink
) -> None:
    with db.transaction(engine) as session:
        save(session, wish(here.sam, ChannelKind.PUSH))
        facts = Browser(receiver.url).gave
        make_endpoint(session, here.sam, channel=ChannelKind.PUSH, label="Firefox", facts=facts)
    receiver.answer(201)
    receiver.answer(410)

    for key in ("task-1", "task-2", "task-3"):
        tell(engine, here.sam, key=key)
        tick(engine, office)

    ends = [(row.channel, row.outcome) for row in rows(engine, kind="plain")]
    assert ends == [
        (ChannelKind.PUSH, Outcome.ACCEPTED),
        (ChannelKind.PUSH, Outcome.DEAD),
        (ChannelKind.INBOX, Outcome.KEPT),
    ]
    [told] = rows(engine, kind="channel_disabled")
    assert "Firefox" in told.subject
    with Session(engine) as session:
        assert queries.browsers_of(session, here.sam) == []


def test_another_secret_switches_the_channel_off_in_words(
    engine: Engine, here: Cast, receiver: WebSink, webhook: Endpoint
) -> None:
    tell(engine, here.sam)

    changed = Settings(secret_key="t" * 32, outgoing_hosts=receiver.host)
    tick(engine, wiring.delivery_context(changed))

    assert "secret key" in of(engine, webhook).disabled_reason
    assert receiver.taken == []


def test_a_webhook_that_fails_keeps_no_mail_back(
    engine: Engine, here: Cast, office: DeliveryContext, receiver: WebSink, webhook: Endpoint
) -> None:
    receiver.answer(500)
    tell(engine, here.sam)
    tell(engine, here.mona, key="task-2")

    tick(engine, office)

    [mail] = rows(engine, recipient_id=here.mona.id)
    assert (mail.channel, mail.outcome) == (ChannelKind.EMAIL, Outcome.KEPT)


def test_a_test_goes_through_the_whole_house_once(
    engine: Engine, here: Cast, office: DeliveryContext, receiver: WebSink, webhook: Endpoint
) -> None:
    receiver.answer(500)
    with db.transaction(engine) as session:
        trial_message.send_trial(
            session, session.get_one(Endpoint, webhook.id), by=here.sam, now=MONDAY_NINE
        )
    tick(engine, office)
    tick(engine, office, now=MONDAY_NINE + timedelta(hours=2))

    [test] = rows(engine, kind="channel_test")
    assert len(receiver.taken) == 1
    assert (test.outcome, test.reason) == (
        Outcome.SUPPRESSED,
        "A test is tried once. It answered 500.",
    )


def test_a_teams_chat_hears_a_handoff_with_buttons_that_act(
    engine: Engine, here: Cast, receiver: WebSink
) -> None:
    with db.transaction(engine) as session:
        facts = {"service": "slack", "url": receiver.url}
        make_endpoint(session, here.mona, team=here.sales, facts=facts)
        lead = make_lead(session, here)
        handoff.hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)

    settings = Settings(
        secret_key=SECRET, slack_signing_secret="signing", outgoing_hosts=receiver.host
    )
    tick(engine, wiring.delivery_context(settings))

    [posted] = receiver.taken
    assert b"For Sam: Globex is yours now" in posted.body
    assert b'"action_id": "accept"' in posted.body
