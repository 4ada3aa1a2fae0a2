"""The letter with a link for somebody who forgot the password, through the whole outbox."""

import re
from datetime import timedelta

import pytest

from alignment import db
from alignment.accounts.authentication import credentials
from alignment.notifications import sign_in_notices
from alignment.notifications.models import Outcome
from tests.factories import MONDAY_NINE
from tests.postbox import deliveries, mail_to, office_for, send_due

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def office(sink):
    return office_for(
        mail_to(sink.port),
        still_matters={sign_in_notices.SIGN_IN_LINK: sign_in_notices.still_open},
        send_time_words={sign_in_notices.SIGN_IN_LINK: sign_in_notices.sign_in_path},
    )


@pytest.fixture
def asked(engine, here, office) -> None:
    """Sam asked for a link on Monday at nine."""
    with db.transaction(engine) as session:
        credentials.ask_for_link(session, "SAM@acme.test", secret=office.secret, now=MONDAY_NINE)


def test_sam_gets_a_link_that_lets_him_in_once(engine, sink, office, asked):
    send_due(engine, office)

    (taken,) = sink.taken
    text = taken.mail.get_body(("plain",)).get_content()
    (token,) = re.findall(r"https://alignment.acme.test/sign-in/(\S+)", text)
    assert taken.recipients == ("sam@acme.test",)
    with db.transaction(engine) as session:
        assert credentials.sign_in_by_link(session, token, browser="Firefox", now=MONDAY_NINE)


def test_the_link_is_not_stored(engine, office, asked):
    send_due(engine, office)

    (letter,) = deliveries(engine)
    assert "/sign-in/" not in letter.text + letter.html + str(letter.words)
    assert "/hidden" in letter.text


def test_a_letter_that_comes_too_late_does_not_go(engine, sink, office, asked):
    send_due(engine, office, now=MONDAY_NINE + HALF_AN_HOUR)

    (letter,) = deliveries(engine)
    assert (letter.outcome, letter.reason) == (
        Outcome.SUPPRESSED,
        "The link was used or has run out.",
    )
    assert sink.taken == []
