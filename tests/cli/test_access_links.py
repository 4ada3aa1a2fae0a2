"""An operator lets people in where no mail reaches them."""

import pytest
from sqlmodel import Session

from alignment.accounts.authentication import queries
from alignment.accounts.models import Invitation
from alignment.accounts.people import invitations
from alignment.accounts.people.invitations import NewColleague
from alignment.accounts.roles import Role
from alignment.cli.access_links import access_path
from tests.factories import MONDAY_NINE, Cast

SECRET = "a secret of thirty-two characters"


@pytest.fixture
def ines(session: Session, acme: Cast) -> Invitation:
    wish = NewColleague(
        email="Ines@acme.test", name="Ines", team_id=acme.sales.id, role=Role.MEMBER
    )
    return invitations.invite(session, wish, by=acme.olga, now=MONDAY_NINE)


def test_who_is_here_gets_a_link_that_signs_in(session: Session, acme: Cast):
    path = access_path(session, acme.sam.email, secret=SECRET, now=MONDAY_NINE)

    assert path
    assert path.startswith("/sign-in/")


def test_who_was_invited_gets_the_link_of_the_letter(session: Session, ines):
    path = access_path(session, "ines@ACME.test", secret=SECRET, now=MONDAY_NINE)

    assert path
    token = path.removeprefix("/invitations/")
    assert invitations.invitation_by_token(session, token, secret=SECRET, now=MONDAY_NINE) == ines


def test_nobody_else_gets_one(session: Session, acme: Cast, ines):
    acme.sam.is_active = False
    invitations.withdraw(session, ines, by=acme.olga, now=MONDAY_NINE)
    session.flush()

    for email in (acme.sam.email, "ines@acme.test", "nobody@acme.test"):
        assert access_path(session, email, secret=SECRET, now=MONDAY_NINE) is None


def test_an_invitation_that_ran_out_lets_nobody_in(session: Session, ines):
    after = MONDAY_NINE + invitations.INVITATION_LIFETIME

    assert access_path(session, "ines@acme.test", secret=SECRET, now=after) is None
    assert queries.user_by_email(session, "ines@acme.test") is None
