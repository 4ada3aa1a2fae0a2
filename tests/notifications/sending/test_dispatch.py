"""What is due is sent once, after asking again whether it matters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import NullPool, create_engine, text

from alignment import db
from alignment.accounts.models import User
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import DeliveryError, OutgoingMessage, Sent
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.models import Outcome
from alignment.notifications.outbox.outcomes import Attempt
from alignment.notifications.preferences.mutes import mute
from alignment.notifications.sending.claims import LEASE, claim
from alignment.notifications.sending.queries import Partition
from alignment.notifications.sending.recording import record
from tests.factories import MONDAY_NINE, make_cast
from tests.notifications.endpoint_factories import make_delivery, make_endpoint
from tests.postbox import deliveries, letter_to, mail_to, office_for, post, send_due

A_MINUTE = timedelta(minutes=1)


class Slow(KeptMail):
    """A channel that does something else in the middle of sending."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile = meanwhile

    def open(self) -> "Slow":
        return self

    def send(self, message: OutgoingMessage) -> Sent:
        self._meanwhile()
        return super().send(message)


def claim_mail(engine, office, here, *, now=MONDAY_NINE):
    mail = Partition(workspace_id=here.id, channel=ChannelKind.EMAIL)
    return claim(engine, office, mail, limit=10, now=now)


def record_for(engine, claimed, outcome, reason, *, now):
    with engine.begin() as connection:
        return record(connection, claimed, Attempt(outcome=outcome, reason=reason), now=now)


class Counting(KeptMail):
    """A channel that knows how often it was opened."""

    opened = 0

    def open(self) -> "Counting":
        self.opened += 1
        return self


def test_what_is_due_is_sent_and_what_is_not_waits(engine, sink, here):
    post(engine, letter_to(here.sam, key="now"))
    post(engine, letter_to(here.mona, key="later"), now=MONDAY_NINE + A_MINUTE)

    send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE)

    assert [one.outcome for one in deliveries(engine)] == [Outcome.ACCEPTED, Outcome.PENDING]
    assert [taken.recipients for taken in sink.taken] == [("sam@acme.test",)]


def test_a_message_is_sent_once_however_often_the_ticker_ticks(engine, sink, here):
    post(engine, letter_to(here.sam))

    for _ in range(3):
        send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE)

    assert len(sink.taken) == 1


def test_two_dispatchers_at_once_send_each_message_once(engine, sink, here):
    post(engine, *(letter_to(here.sam, key=f"task-{number}") for number in range(60)))
    office = office_for(mail_to(sink.port))

    workers = [
        Thread(target=send_due, args=(engine, office), kwargs={"now": MONDAY_NINE})
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(sink.taken) == len(set(sink.message_ids)) == 60
    assert {one.outcome for one in deliveries(engine)} == {Outcome.ACCEPTED}


def test_a_database_started_again_while_a_message_goes_does_not_double_it(
    postgresql_engine,
):
    engine = postgresql_engine
    with db.transaction(engine) as session:
        acme = make_cast(session)
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def start_again() -> None:
        with create_engine(engine.url, poolclass=NullPool).connect() as connection:
            connection.execute(others)

    post(engine, letter_to(acme.sam))

    outcomes = send_due(engine, office_for(Slow(meanwhile=start_again)), now=MONDAY_NINE)

    assert outcomes == {Outcome.KEPT: 1}
    assert [one.outcome for one in deliveries(engine)] == [Outcome.KEPT]


def test_without_a_mail_server_messages_are_kept_readable(engine, here):
    post(engine, letter_to(here.sam))

    outcomes = send_due(engine, office_for(KeptMail()), now=MONDAY_NINE)

    (message,) = deliveries(engine)
    assert outcomes == {Outcome.KEPT: 1}
    assert (message.outcome, message.subject) == (Outcome.KEPT, "Acme: something waits for you")
    assert "Globex" in message.text
    assert "Globex" in message.html


def test_what_no_longer_matters_is_not_sent_and_says_why(engine, sink, here):
    def is_done(_session, _delivery, *, now):
        return "The task is done."

    post(engine, letter_to(here.sam))

    send_due(
        engine, office_for(mail_to(sink.port), still_matters={"plain": is_done}), now=MONDAY_NINE
    )

    (message,) = deliveries(engine)
    assert (message.outcome, message.reason, sink.taken) == (
        Outcome.SUPPRESSED,
        "The task is done.",
        [],
    )


def test_who_left_hears_nothing(engine, sink, here):
    post(engine, letter_to(here.sam))
    with db.transaction(engine) as session:
        session.get_one(User, here.sam.id).is_active = False

    send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE)

    assert deliveries(engine)[0].reason == "Sam is no longer active here."
    assert sink.taken == []


def test_who_stopped_a_kind_of_mail_gets_none_of_it(engine, sink, here):
    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))
    with db.transaction(engine) as session:
        mute(session, here.sam, "plain", now=MONDAY_NINE)

    send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE)

    assert deliveries(engine)[0].reason == "Sam stopped mail of this kind."
    assert [taken.recipients for taken in sink.taken] == [("mona@acme.test",)]


def test_mail_goes_to_the_address_that_a_person_has_now(engine, sink, here):
    post(engine, letter_to(here.sam))
    with db.transaction(engine) as session:
        session.get_one(User, here.sam.id).email = "samuel@acme.test"

    send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE)

    assert sink.taken[0].recipients == ("samuel@acme.test",)
    assert deliveries(engine)[0].address == "samuel@acme.test"


def test_a_letter_that_cannot_be_written_is_replaced_by_the_plain_one(engine, sink, here):
    post(engine, letter_to(here.sam, kind="lead_assigned"))

    send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE)

    broken, plain = deliveries(engine)
    assert (broken.outcome, plain.outcome) == (Outcome.DEAD, Outcome.ACCEPTED)
    assert "'company' is undefined" in broken.reason
    assert 'A message about "lead assigned"' in plain.text


def test_a_plain_letter_that_cannot_be_written_is_not_replaced_for_ever(engine, sink, here):
    post(engine, letter_to(here.sam, words={}))

    send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE)

    assert [one.outcome for one in deliveries(engine)] == [Outcome.DEAD]


def test_nobody_is_mailed_that_a_letter_to_a_teams_chat_could_not_be_written(engine, here):
    with db.transaction(engine) as session:
        chat = make_endpoint(session, here.sam, team=here.sales)
        facts = {"channel": ChannelKind.CHAT, "endpoint_id": chat.id, "workspace_id": here.id}
        make_delivery(session, None, kind="lead_assigned", words={}, **facts)
    channels = {ChannelKind.CHAT: KeptMail(), ChannelKind.EMAIL: KeptMail()}

    send_due(engine, replace(office_for(KeptMail()), channels=channels), now=MONDAY_NINE)

    [broken] = deliveries(engine)
    assert broken.outcome is Outcome.DEAD
    assert "'company' is undefined" in broken.reason


def test_a_picture_that_cannot_be_drawn_is_left_out(engine, sink, here):
    def fail(_words):
        raise OSError("no fonts")

    post(engine, letter_to(here.sam))

    send_due(engine, office_for(mail_to(sink.port), pictures={"plain": fail}), now=MONDAY_NINE)

    assert [one.outcome for one in deliveries(engine)] == [Outcome.ACCEPTED]


def test_a_check_that_fails_stops_nobody_else(engine, sink, here):
    def fail(_session, delivery, *, now):
        if delivery.key == "bad":
            raise LookupError("no such task")

    post(engine, letter_to(here.sam, key="bad"), letter_to(here.mona, key="good"))
    office = office_for(mail_to(sink.port), still_matters={"plain": fail})

    send_due(engine, office, now=MONDAY_NINE)

    bad, good = deliveries(engine)
    assert (bad.outcome, good.outcome) == (Outcome.RETRY, Outcome.ACCEPTED)
    assert "no such task" in bad.reason


def test_a_channel_that_breaks_on_one_message_stops_nobody_else(engine, here):
    class Fragile(KeptMail):
        def open(self) -> "Fragile":
            return self

        def send(self, message: OutgoingMessage) -> Sent:
            if message.name == "Sam":
                raise RuntimeError("no such luck")
            return super().send(message)

    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))

    send_due(engine, office_for(Fragile()), now=MONDAY_NINE)

    assert [one.outcome for one in deliveries(engine)] == [Outcome.RETRY, Outcome.KEPT]


def test_who_lost_the_lease_writes_nothing(engine, here):
    post(engine, letter_to(here.sam))
    office = office_for(KeptMail())
    (mine,) = claim_mail(engine, office, here)
    (theirs,) = claim_mail(engine, office, here, now=MONDAY_NINE + LEASE)

    wrote = record_for(engine, mine, Outcome.BOUNCED, "550 No such user", now=MONDAY_NINE)

    assert wrote is False
    assert record_for(engine, theirs, Outcome.ACCEPTED, "250 OK", now=MONDAY_NINE + LEASE)
    assert deliveries(engine)[0].outcome is Outcome.ACCEPTED


def test_a_claim_is_nobody_elses_until_the_lease_ends(engine, here):
    post(engine, letter_to(here.sam))
    office = office_for(KeptMail())
    claim_mail(engine, office, here)

    at_once = claim_mail(engine, office, here)
    at_the_end = claim_mail(engine, office, here, now=MONDAY_NINE + LEASE)

    assert at_once is None
    assert len(at_the_end) == 1


def test_no_transaction_is_open_while_a_message_is_sent(engine, here):
    def write_something():
        with db.transaction(engine) as session:
            mute(session, here.mona, "task_reminder", now=MONDAY_NINE)

    post(engine, letter_to(here.sam))

    send_due(engine, office_for(Slow(write_something)), now=MONDAY_NINE)

    assert deliveries(engine)[0].outcome is Outcome.KEPT


def test_secret_links_leave_by_mail_and_are_hidden_in_our_copy(engine, sink, here):
    def secret_words(_session, _delivery, *, secret):
        return {"about": "/invitations/very-secret"}

    post(engine, letter_to(here.sam, words={}))
    office = office_for(mail_to(sink.port), send_time_words={"plain": secret_words})

    send_due(engine, office, now=MONDAY_NINE)

    (message,) = deliveries(engine)
    assert "very-secret" in sink.taken[0].mail.as_string()
    assert "very-secret" not in message.text + message.html + str(message.words)
    assert "/hidden" in message.text


def test_in_the_demo_the_links_of_kept_messages_work(engine, here):
    def secret_words(_session, _delivery, *, secret):
        return {"about": "/invitations/very-secret"}

    post(engine, letter_to(here.sam, words={}))
    office = office_for(KeptMail(), send_time_words={"plain": secret_words}, shows_secrets=True)

    send_due(engine, office, now=MONDAY_NINE)

    assert "/invitations/very-secret" in deliveries(engine)[0].text


def test_what_was_not_begun_in_time_is_given_back_and_goes_next(engine, here, monkeypatch):
    begun, too_late = 0.0, 20.0
    clock = iter([begun, begun, begun, begun, too_late, *[begun] * 20])
    monkeypatch.setattr(
        "alignment.notifications.sending.dispatch.time.monotonic", lambda: next(clock)
    )
    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))
    channel = Counting()

    send_due(engine, office_for(channel))

    assert channel.opened == 1
    assert [one.outcome for one in deliveries(engine)] == [Outcome.KEPT, Outcome.KEPT]


def test_a_letter_of_an_unknown_kind_cannot_be_posted(engine, here):
    with pytest.raises(KeyError, match="no_such_kind"):
        post(engine, letter_to(here.sam, kind="no_such_kind"))


def test_a_channel_that_is_down_does_not_stop_another_one(engine, here):
    class Down:
        def open(self) -> KeptMail:
            raise DeliveryError("Nobody answers.", outcome=Outcome.RETRY, is_down=True)

    with db.transaction(engine) as session:
        mute(session, here.mona, "plain", now=MONDAY_NINE)
    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))

    send_due(engine, office_for(Down()))

    mail, in_the_inbox = deliveries(engine)
    assert (mail.outcome, mail.attempts) == (Outcome.RETRY, 1)
    assert (in_the_inbox.channel, in_the_inbox.outcome) == (ChannelKind.INBOX, Outcome.KEPT)


def test_who_asks_to_be_left_alone_is_left_alone_so_long(engine, here):
    class Busy(KeptMail):
        def open(self) -> "Busy":
            return self

        def send(self, _message: OutgoingMessage) -> Sent:
            raise DeliveryError("429", outcome=Outcome.RETRY, retry_after=timedelta(minutes=30))

    post(engine, letter_to(here.sam))

    send_due(engine, office_for(Busy()))

    assert deliveries(engine)[0].next_attempt_at == MONDAY_NINE + timedelta(minutes=30)
