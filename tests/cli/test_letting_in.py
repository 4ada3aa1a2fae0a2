"""An operator lets people in where no mail reaches them."""

import pytest
from sqlmodel import Session

from alignment.accounts import invitations, queries
from alignment.accounts.invitations import NewColleague
from alignment.accounts.models import Invitation
from alignment.accounts.roles import Role
from alignment.cli.letting_in import way_in
from tests.factories import MONDAY_NINE, Cast

SECRET = "a secret of thirty-two characters"


@pytest.fixture
def ines(session: Session, acme: Cast) -> Invitation:
    wish = NewColleague(
        email="Ines@acme.test", name="Ines", team_id=acme.sales.id, role=Role.MEMBER
    )
    return invitations.invite(session, wish, by=acme.olga, now=MONDAY_NINE)


def test_who_is_here_gets_a_link_that_signs_in(session: Session, acme: Cast):
    path = way_in(session, acme.sam.email, secret=SECRET, now=MONDAY_NINE)

    assert path
    assert path.startswith("/sign-in/")


def test_who_was_invited_gets_the_link_of_the_letter(session: Session, ines):
    path = way_in(session, "ines@ACME.test", secret=SECRET, now=MONDAY_NINE)

    assert path
    token = path.removeprefix("/invitations/")
    assert invitations.with_token(session, token, secret=SECRET, now=MONDAY_NINE) == ines


def test_nobody_else_gets_one(session: Session, acme: Cast, ines):
    acme.sam.is_active = False
    invitations.withdraw(session, ines, by=acme.olga, now=MONDAY_NINE)
    session.flush()

    for email in (acme.sam.email, "ines@acme.test", "nobody@acme.test"):
        assert way_in(session, email, secret=SECRET, now=MONDAY_NINE) is None


def test_an_invitation_that_ran_out_lets_nobody_in(session: Session, ines):
    after = MONDAY_NINE + invitations.LIVES

    assert way_in(session, "ines@acme.test", secret=SECRET, now=after) is None
    assert queries.user_at(session, "ines@acme.test") is None
