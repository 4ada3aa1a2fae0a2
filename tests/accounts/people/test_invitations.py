from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import select

from alignment.accounts.authentication import tokens
from alignment.accounts.authentication.passwords import is_right
from alignment.accounts.models import Invitation
from alignment.accounts.people import invitations, queries
from alignment.accounts.people.invitations import InvitationAcceptance, NewColleague
from alignment.accounts.roles import Role, Side
from alignment.errors import Forbidden, NotFound, Refused
from alignment.journal.models import JournalEntry
from tests.factories import MONDAY_NINE

NINE = MONDAY_NINE
SECRET = "s" * 32
ARRIVAL = InvitationAcceptance(name="Rita", password="correct horse battery")


def invite(session, acme, *, by=None, role=Role.MEMBER, email="rita@acme.test"):
    wish = NewColleague(email=email, name="Rita", team_id=acme.sales.id, role=role)
    return invitations.invite(session, wish, by=by or acme.mona, now=NINE)


def token_of(invitation):
    return invitations.invitation_path(invitation, secret=SECRET).removeprefix("/invitations/")


def find(session, token, *, now=NINE):
    return invitations.invitation_by_token(session, token, secret=SECRET, now=now)


def test_an_invited_colleague_joins_the_team_in_the_role(session, acme):
    invitation = find(session, token_of(invite(session, acme)))

    rita = invitations.accept(session, invitation, ARRIVAL, now=NINE)

    assert (rita.email, rita.role, rita.zone) == ("rita@acme.test", Role.MEMBER, "Europe/Berlin")
    assert queries.sides_of(session, rita) == {Side.SALES}
    assert is_right("correct horse battery", rita.password_hash)


def test_the_event_names_the_invitation_and_holds_no_way_in(session, acme):
    invitation = invite(session, acme)

    entry = session.exec(select(JournalEntry)).one()
    assert entry.kind == "colleague_invited"
    assert entry.facts == {"invitation_id": invitation.id, "by_id": acme.mona.id}
    assert token_of(invitation) not in str(invitation.model_dump())


def test_an_invitation_works_once(session, acme):
    token = token_of(invite(session, acme))
    invitations.accept(session, find(session, token), ARRIVAL, now=NINE)

    with pytest.raises(Refused, match="used, withdrawn or has run out"):
        find(session, token)


def test_of_two_who_accept_at_once_one_gets_in(session, acme):
    invitation = invite(session, acme)
    rita = invitations.accept(session, invitation, ARRIVAL, now=NINE)
    rita.email_key = "moved@acme.test"

    with pytest.raises(Refused, match="used, withdrawn or has run out"):
        invitations.accept(session, invitation, ARRIVAL, now=NINE)


@pytest.mark.parametrize(
    ("days", "is_open"), [(6.99, True), (7, False)], ids=["just in time", "too late"]
)
def test_an_invitation_lives_for_seven_days(session, acme, days, is_open):
    invitation = invite(session, acme)

    assert invitations.is_open(invitation, now=NINE + timedelta(days=days)) is is_open


def test_a_withdrawn_invitation_is_over(session, acme):
    invitation = invite(session, acme)
    invitations.withdraw(session, invitation, by=acme.mona, now=NINE)

    with pytest.raises(Refused, match="used, withdrawn or has run out"):
        find(session, token_of(invitation))
    with pytest.raises(Refused, match="accepted or withdrawn already"):
        invitations.invite_again(session, invitation, by=acme.mona, now=NINE)


def test_inviting_again_gives_seven_more_days_and_ends_the_old_link(session, acme):
    invitation = invite(session, acme)
    old = token_of(invitation)

    invitations.invite_again(session, invitation, by=acme.mona, now=NINE + timedelta(days=8))

    assert find(session, token_of(invitation), now=NINE + timedelta(days=14)) is invitation
    with pytest.raises(Refused):
        find(session, old, now=NINE + timedelta(days=8))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        tokens.sign_payload({"id": 1, "stamp": "guessed"}, purpose="invitation", secret=SECRET),
        tokens.sign_payload({"id": 1}, purpose="invitation", secret=SECRET),
        tokens.sign_payload({"id": 1, "stamp": "x"}, purpose="set-up", secret=SECRET),
    ],
)
def test_a_made_up_link_finds_nothing(session, acme, token):
    invite(session, acme)

    with pytest.raises(Refused):
        find(session, token)


def test_only_an_owner_makes_an_owner(session, acme):
    with pytest.raises(Forbidden, match="Only an owner"):
        invite(session, acme, by=acme.mona, role=Role.OWNER)

    assert invite(session, acme, by=acme.olga, role=Role.OWNER).role is Role.OWNER


def test_a_team_of_another_workspace_is_not_found(session, acme, stella):
    with pytest.raises(NotFound):
        invite(session, acme, by=stella)


@pytest.mark.parametrize("email", ["sam@acme.test", "SAM@acme.test"])
def test_who_is_here_is_not_invited(session, acme, email):
    with pytest.raises(Refused, match="Sam is here already"):
        invite(session, acme, email=email)


def test_who_is_invited_is_not_invited_twice(session, acme):
    invite(session, acme)

    with pytest.raises(Refused, match="invited already"):
        invite(session, acme, email="Rita@acme.test")


def test_nothing_is_told_of_accounts_elsewhere_until_their_owner_comes(session, acme, stella):
    invitation = invite(session, acme, email=stella.email)

    with pytest.raises(Refused, match="has an account already"):
        invitations.accept(session, invitation, ARRIVAL, now=NINE)
    assert session.get_one(Invitation, invitation.id).accepted_at is None


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "no address"},
        {"name": "\u200b"},
        {"role": "emperor"},
        {"team_id": "sales"},
        {"is_admin": "yes"},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(changes):
    wish = {"email": "rita@acme.test", "name": "Rita", "team_id": "1", "role": "member"}

    assert NewColleague.model_validate(wish).role is Role.MEMBER
    with pytest.raises(ValidationError):
        NewColleague.model_validate(wish | changes)


def test_the_name_is_no_password():
    with pytest.raises(ValidationError, match="too common"):
        InvitationAcceptance(name="Rita Skeeter", password="skeeter1")
