"""What a mail server may answer, and what becomes of the message."""

import socket
import ssl
from datetime import timedelta

import pytest

from alignment.notifications.channels.email import Email
from alignment.notifications.channels.smtp_settings import server_at
from alignment.notifications.models import Outcome
from tests.factories import MONDAY_NINE
from tests.faults.smtp_sink import HANG_UP, PEM, Sink
from tests.postbox import SENDER, deliveries, letter_to, mail_to, office_for, post, send_due

LATER = MONDAY_NINE + timedelta(minutes=2)
MUCH_LATER = MONDAY_NINE + timedelta(hours=2)


def send(engine, sink, now=MONDAY_NINE):
    send_due(engine, office_for(mail_to(sink.port)), now=now)
    return deliveries(engine)


def test_a_greylisted_message_arrives_once_on_its_second_try(engine, sink, here):
    post(engine, letter_to(here.sam))
    sink.answer("RCPT", "450 4.2.0 Greylisted, try again later")

    (first,) = send(engine, sink)
    (second,) = send(engine, sink, now=LATER)

    assert (first.outcome, first.reason) == (
        Outcome.RETRY,
        "450 4.2.0 Greylisted, try again later",
    )
    assert (second.outcome, second.attempts, len(sink.taken)) == (Outcome.ACCEPTED, 2, 1)


def test_nothing_is_tried_again_before_its_time(engine, sink, here):
    post(engine, letter_to(here.sam))
    sink.answer("RCPT", "450 later")
    send(engine, sink)

    (message,) = send(engine, sink, now=MONDAY_NINE + timedelta(seconds=40))

    assert (message.outcome, message.attempts, sink.taken) == (Outcome.RETRY, 1, [])


def test_an_unknown_address_is_told_and_not_tried_again(engine, sink, here):
    post(engine, letter_to(here.sam))
    sink.answer("RCPT", "550 5.1.1 No such user")

    send(engine, sink)
    (message,) = send(engine, sink, now=MUCH_LATER)

    assert (message.outcome, message.attempts) == (Outcome.BOUNCED, 1)
    assert message.reason == "550 5.1.1 No such user"
    assert message.next_attempt_at is None


def test_refused_content_is_given_up_with_the_words_of_the_server(engine, sink, here):
    post(engine, letter_to(here.sam))
    sink.answer("DATA", "552 5.3.4 Message too big")

    (message,) = send(engine, sink)

    assert (message.outcome, message.reason) == (Outcome.DEAD, "552 5.3.4 Message too big")


def test_one_refused_message_does_not_stop_the_next(engine, sink, here):
    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))
    sink.answer("RCPT", "550 5.1.1 No such user")

    sam, mona = send(engine, sink)

    assert (sam.outcome, mona.outcome) == (Outcome.BOUNCED, Outcome.ACCEPTED)


def test_a_server_that_is_closing_is_left_alone_until_the_next_tick(engine, sink, here):
    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))
    sink.answer("MAIL", "421 4.3.2 Too many connections")

    sam, mona = send(engine, sink)

    assert (sam.outcome, mona.outcome, mona.attempts) == (Outcome.RETRY, Outcome.PENDING, 0)
    assert mona.next_attempt_at == MONDAY_NINE


def test_nobody_listening_is_tried_again_and_given_up_after_eight_tries(engine, here):
    post(engine, letter_to(here.sam))
    with Sink() as gone:
        port = gone.port
    office, now = office_for(mail_to(port)), MONDAY_NINE

    while (message := deliveries(engine)[0]).next_attempt_at:
        now = message.next_attempt_at
        send_due(engine, office, now=now)

    assert (message.outcome, message.attempts) == (Outcome.DEAD, 8)
    assert message.reason.startswith("Given up after 8 tries. The mail server cannot be reached")
    assert timedelta(hours=29) < now - MONDAY_NINE < timedelta(hours=44)


def test_a_lost_answer_is_asked_again_with_the_same_message_id(engine, sink, here):
    post(engine, letter_to(here.sam))
    sink.answer("DATA", HANG_UP)

    (first,) = send(engine, sink)
    (second,) = send(engine, sink, now=LATER)

    assert (first.outcome, second.outcome) == (Outcome.UNKNOWN, Outcome.ACCEPTED)
    assert len(sink.taken) == 2
    assert len(set(sink.message_ids)) == 1


def test_a_connection_cut_before_the_content_sends_nothing_twice(engine, sink, here):
    post(engine, letter_to(here.sam))
    sink.answer("RCPT", HANG_UP)

    (first,) = send(engine, sink)
    send(engine, sink, now=LATER)

    assert (first.outcome, len(sink.taken)) == (Outcome.RETRY, 1)


def test_a_wrong_password_holds_all_mail_and_signs_in_four_times_an_hour(engine, here):
    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))
    with Sink(password="right") as sink:
        server = server_at(f"smtp+plain://robot:wrong@127.0.0.1:{sink.port}")
        office = office_for(Email(server, sender=SENDER))

        for minute in range(60):
            send_due(engine, office, now=MONDAY_NINE + timedelta(minutes=minute))

    held = deliveries(engine)[0]
    assert (held.outcome, held.attempts, sink.sign_ins) == (Outcome.HELD, 0, 4)
    assert held.reason.startswith("535")
    assert "wrong" not in held.reason


def test_held_mail_goes_out_once_the_password_is_right(engine, here):
    post(engine, letter_to(here.sam))
    with Sink(password="right") as sink:
        for password, at in (
            ("wrong", MONDAY_NINE),
            ("right", MONDAY_NINE + timedelta(minutes=15)),
        ):
            server = server_at(f"smtp+plain://robot:{password}@127.0.0.1:{sink.port}")
            send_due(engine, office_for(Email(server, sender=SENDER)), now=at)

    assert (deliveries(engine)[0].outcome, len(sink.taken)) == (Outcome.ACCEPTED, 1)


def test_without_starttls_nothing_is_said_in_the_clear(engine, sink, here):
    post(engine, letter_to(here.sam))

    send_due(engine, office_for(mail_to(sink.port, scheme="smtp")), now=MONDAY_NINE)

    (message,) = deliveries(engine)
    assert (message.outcome, sink.taken) == (Outcome.HELD, [])
    assert "STARTTLS" in message.reason


def test_a_certificate_that_nobody_vouches_for_is_refused(engine, here):
    post(engine, letter_to(here.sam))

    with Sink(certificate=True) as sink:
        server = server_at(f"smtp://localhost:{sink.port}")
        send_due(engine, office_for(Email(server, sender=SENDER)), now=MONDAY_NINE)

    (message,) = deliveries(engine)
    assert (message.outcome, sink.taken) == (Outcome.HELD, [])
    assert "certificate" in message.reason


@pytest.mark.parametrize(
    ("host", "outcome"),
    [("localhost", Outcome.ACCEPTED), ("127.0.0.1", Outcome.HELD)],
    ids=["the right host", "another host's certificate"],
)
def test_a_trusted_certificate_serves_for_its_own_host_only(engine, here, host, outcome):
    post(engine, letter_to(here.sam))

    with Sink(certificate=True) as sink:
        trust = ssl.create_default_context(cafile=str(PEM))
        channel = Email(server_at(f"smtp://{host}:{sink.port}"), sender=SENDER, trust=trust)
        send_due(engine, office_for(channel), now=MONDAY_NINE)

    assert deliveries(engine)[0].outcome is outcome


def test_a_silent_server_is_left_after_the_timeout(engine, here, monkeypatch):
    monkeypatch.setattr("alignment.notifications.channels.email.TIMEOUT", 0.2)
    post(engine, letter_to(here.sam))

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        send_due(engine, office_for(mail_to(port)), now=MONDAY_NINE)

    assert deliveries(engine)[0].outcome is Outcome.RETRY
