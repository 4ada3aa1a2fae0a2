"""Letters enter the outbox once for each cause, in the transaction of the change."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.models import User, id_of
from alignment.errors import Refused
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.health.resending import resend
from alignment.notifications.models import Delivery, Endpoint, Outcome, Preference
from alignment.notifications.outbox.enqueue import enqueue, enqueue_many
from alignment.notifications.preferences.mutes import mute
from tests.factories import MONDAY_NINE, save
from tests.postbox import deliveries, letter_to, post


def stored(session: Session) -> list[Delivery]:
    return list(session.exec(select(Delivery).order_by(col(Delivery.id))))


def test_a_cause_is_told_once(session, acme):
    letter = letter_to(acme.sam, key="timer-breached:42:sam")

    first = enqueue(session, letter, now=MONDAY_NINE)
    second = enqueue(session, letter, now=MONDAY_NINE + timedelta(hours=1))

    assert (first, second, len(stored(session))) == (True, False, 1)


def test_of_many_letters_only_the_new_ones_are_counted(session, acme):
    enqueue(session, letter_to(acme.sam, key="old"), now=MONDAY_NINE)

    letters = [letter_to(acme.sam, key=key) for key in ("old", "new-1", "new-2")]

    assert enqueue_many(session, letters, now=MONDAY_NINE) == 2


def test_more_letters_than_one_statement_takes_are_all_stored(session, acme):
    letters = (letter_to(acme.sam, key=f"task-{number}") for number in range(1_201))

    assert enqueue_many(session, letters, now=MONDAY_NINE) == 1_201


def test_the_same_key_in_two_workspaces_is_two_messages(session, acme, stella):
    letters = [letter_to(acme.sam, key="task-1"), letter_to(stella, key="task-1")]

    assert enqueue_many(session, letters, now=MONDAY_NINE) == 2


def test_a_letter_is_gone_when_its_cause_is_undone(engine, here):
    with Session(engine) as session:
        enqueue(session, letter_to(here.sam), now=MONDAY_NINE)
        session.rollback()

    assert deliveries(engine) == []


def test_a_letter_may_wait_for_its_hour(session, acme):
    half_past_eight = MONDAY_NINE + timedelta(hours=23, minutes=30)

    enqueue(session, letter_to(acme.sam), now=MONDAY_NINE, not_before=half_past_eight)

    assert stored(session)[0].next_attempt_at == half_past_eight


def test_words_that_no_database_takes_are_made_fit(session, acme):
    words = {"about": "Globex\x00\ud800", "at": MONDAY_NINE}

    enqueue(session, letter_to(acme.sam, words=words), now=MONDAY_NINE)

    assert stored(session)[0].words == {"about": "Globex  ", "at": "2027-03-01T08:00:00+00:00"}


def test_each_message_has_an_id_of_its_own(engine, here):
    post(engine, letter_to(here.sam, key="task-1"), letter_to(here.sam, key="task-2"))

    first, second = deliveries(engine)

    assert first.message_id != second.message_id
    assert first.message_id.startswith("plain.")


def test_a_message_given_up_can_be_sent_again_with_a_fresh_schedule(session, acme):
    enqueue(session, letter_to(acme.sam), now=MONDAY_NINE)
    (message,) = stored(session)
    message.outcome, message.attempts, message.next_attempt_at = Outcome.DEAD, 8, None

    resend(message, now=MONDAY_NINE)

    assert (message.outcome, message.attempts) == (Outcome.PENDING, 0)
    assert message.next_attempt_at == MONDAY_NINE


def test_a_message_that_arrived_cannot_be_sent_again(session, acme):
    enqueue(session, letter_to(acme.sam), now=MONDAY_NINE)
    (message,) = stored(session)
    message.outcome = Outcome.ACCEPTED

    with pytest.raises(Refused, match="This message is accepted"):
        resend(message, now=MONDAY_NINE)


def wants_both(session: Session, person: User) -> Endpoint:
    """Mail, and a webhook of this person's own."""
    session.add(
        Preference(
            workspace_id=person.workspace_id,
            user_id=person.id,
            channels={"plain": ["email", "webhook"]},
            updated_at=MONDAY_NINE,
        )
    )
    webhook = Endpoint(
        workspace_id=person.workspace_id,
        channel=ChannelKind.WEBHOOK,
        user_id=person.id,
        label="My own",
        encrypted="",
        added_by_id=id_of(person),
        created_at=MONDAY_NINE,
    )
    return save(session, webhook)


def test_a_letter_goes_by_every_way_that_its_reader_wants(session, acme):
    webhook = wants_both(session, acme.sam)

    new = enqueue_many(
        session, [letter_to(acme.sam), letter_to(acme.mona, key="task-2")], now=MONDAY_NINE
    )

    assert new == 2
    assert [(row.key, row.channel, row.endpoint_id) for row in stored(session)] == [
        ("task-1", ChannelKind.EMAIL, None),
        ("task-2", ChannelKind.EMAIL, None),
        (f"task-1:webhook:{webhook.id}", ChannelKind.WEBHOOK, webhook.id),
    ]


def test_what_was_told_is_not_told_again_by_a_way_that_is_new(session, acme):
    enqueue(session, letter_to(acme.sam), now=MONDAY_NINE)
    wants_both(session, acme.sam)

    is_new = enqueue(session, letter_to(acme.sam), now=MONDAY_NINE)

    assert (is_new, len(stored(session))) == (False, 1)


def test_who_muted_a_kind_finds_it_in_the_inbox(session, acme):
    mute(session, acme.sam, "plain", now=MONDAY_NINE)

    enqueue(session, letter_to(acme.sam), now=MONDAY_NINE)

    assert [row.channel for row in stored(session)] == [ChannelKind.INBOX]
