"""The letter that asks a colleague to join, through the whole outbox."""

from datetime import timedelta

import pytest

from alignment import db
from alignment.accounts.models import Invitation
from alignment.accounts.people.invitations import NewColleague, invite, invite_again, withdraw
from alignment.accounts.roles import Role
from alignment.notifications import invitation_notices
from alignment.notifications.models import Outcome
from tests.factories import MONDAY_NINE
from tests.postbox import deliveries, mail_to, office_for, send_due

AN_HOUR_LATER = MONDAY_NINE + timedelta(hours=1)


@pytest.fixture
def invited(engine, here) -> Invitation:
    """Nils, asked by Olga to join the sales team."""
    wish = NewColleague(
        email="nils@acme.test", name="Nils", team_id=here.sales.id, role=Role.MEMBER
    )
    with db.transaction(engine) as session:
        return invite(session, wish, by=here.olga, now=MONDAY_NINE)


@pytest.fixture
def office(sink):
    return office_for(
        mail_to(sink.port),
        still_matters={invitation_notices.INVITATION: invitation_notices.still_open},
        send_time_words={invitation_notices.INVITATION: invitation_notices.join_path},
    )


def test_an_invited_colleague_gets_one_letter_with_a_link(engine, sink, office, invited):
    send_due(engine, office)

    (taken,) = sink.taken
    text = taken.mail.get_body(("plain",)).get_content()
    assert taken.recipients == ("nils@acme.test",)
    assert taken.mail["Subject"] == "Olga invites you to Acme on Alignment"
    assert "https://alignment.acme.test/invitations/" in text
    assert taken.mail["List-Unsubscribe"] is None


def test_the_link_is_not_stored(engine, office, invited):
    send_due(engine, office)

    (letter,) = deliveries(engine)
    assert "/invitations/" not in letter.text + letter.html + str(letter.words)
    assert "/hidden" in letter.text


def test_a_withdrawn_invitation_is_not_mailed(engine, here, sink, office, invited):
    with db.transaction(engine) as session:
        withdraw(session, invited, by=here.olga, now=MONDAY_NINE)

    send_due(engine, office)

    assert deliveries(engine)[0].outcome is Outcome.SUPPRESSED
    assert sink.taken == []


def test_of_two_letters_that_wait_only_the_newer_one_goes(engine, here, sink, office, invited):
    with db.transaction(engine) as session:
        invite_again(session, invited, by=here.olga, now=AN_HOUR_LATER)

    send_due(engine, office, now=AN_HOUR_LATER)

    older, newer = deliveries(engine)
    assert (older.outcome, newer.outcome) == (Outcome.SUPPRESSED, Outcome.ACCEPTED)
    assert older.reason == "A newer letter was sent for this invitation."
    assert len(sink.taken) == 1
