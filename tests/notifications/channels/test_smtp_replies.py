"""What a mail server's answers mean."""

import smtplib
import ssl

import pytest

from alignment.notifications.channels.smtp_replies import (
    connect_error,
    connection_lost,
    outcome_of_refusal,
    reply_text,
)
from alignment.notifications.models import Outcome


@pytest.mark.parametrize(
    ("step", "code", "outcome"),
    [
        ("MAIL", 451, Outcome.RETRY),
        ("MAIL", 530, Outcome.HELD),
        ("MAIL", 552, Outcome.DEAD),
        ("RCPT", 450, Outcome.RETRY),
        ("RCPT", 550, Outcome.BOUNCED),
        ("DATA", 452, Outcome.RETRY),
        ("DATA", 554, Outcome.DEAD),
    ],
)
def test_a_refusal_means_something_else_at_each_step(step, code, outcome):
    assert outcome_of_refusal(step, code) is outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ConnectionRefusedError("refused"), Outcome.RETRY),
        (TimeoutError("timed out"), Outcome.RETRY),
        (smtplib.SMTPServerDisconnected("gone"), Outcome.RETRY),
        (smtplib.SMTPConnectError(421, b"busy"), Outcome.RETRY),
        (smtplib.SMTPConnectError(554, b"not you"), Outcome.HELD),
        (smtplib.SMTPAuthenticationError(454, b"later"), Outcome.RETRY),
        (smtplib.SMTPAuthenticationError(535, b"wrong"), Outcome.HELD),
        (smtplib.SMTPNotSupportedError("no STARTTLS"), Outcome.HELD),
        (ssl.SSLCertVerificationError("self-signed"), Outcome.HELD),
    ],
    ids=lambda value: value.__class__.__name__ if isinstance(value, Exception) else str(value),
)
def test_who_refuses_us_holds_all_mail_and_who_is_away_is_asked_again(error, outcome):
    failure = connect_error(error)

    assert (failure.outcome, failure.is_down) == (outcome, True)


def test_a_broken_connection_ends_the_batch():
    failure = connection_lost(TimeoutError(), outcome=Outcome.UNKNOWN)

    assert (failure.is_down, failure.reason) == (True, "The connection was lost: TimeoutError")


def test_an_answer_of_many_lines_is_one_line():
    assert reply_text(550, b"5.1.1 No such user\n\x1b[31mhere") == "550 5.1.1 No such user [31mhere"
