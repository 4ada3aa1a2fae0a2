import pytest

from alignment.accounts.authentication import queries as authentication_queries
from alignment.accounts.authentication import sessions
from alignment.accounts.models import Invitation
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import Role, Side
from alignment.errors import NotFound
from tests.factories import MONDAY_NINE, make_user

NINE = MONDAY_NINE


def test_nobody_finds_what_belongs_to_another_workspace(session, acme, stella):
    sessions.begin_session(session, acme.sam, browser="Firefox", now=NINE)
    (row,) = authentication_queries.open_sessions_of(session, acme.sam)
    for find, number in (
        (people_queries.person_for, acme.sam.id),
        (people_queries.team_for, acme.sales.id),
        (authentication_queries.session_for, row.id),
        (people_queries.invitation_for, 1),
    ):
        with pytest.raises(NotFound):
            find(session, stella, number)

    assert [person.name for person in people_queries.people_of(session, stella)] == ["Stella"]
    assert people_queries.placements_of(session, stella) == {}


def test_people_come_by_name_and_teams_with_marketing_first(session, acme):
    assert [user.name for user in people_queries.people_of(session, acme.sam)] == [
        "Mona",
        "Olga",
        "Sam",
    ]
    assert [team.side for team in people_queries.teams_of(session, acme.id)] == [
        Side.MARKETING,
        Side.SALES,
    ]
    assert people_queries.first_team_on_side(session, acme.id, Side.SALES) is acme.sales
    assert people_queries.first_team_on_side(session, acme.id, Side.OTHER) is None


def test_a_team_is_its_active_people_with_its_leads_first(session, acme):
    make_user(session, acme.workspace, "Alma", team=acme.marketing)
    make_user(session, acme.workspace, "Zora", team=acme.marketing, is_team_lead=True)
    make_user(
        session, acme.workspace, "Bea", team=acme.marketing, is_team_lead=True, is_active=False
    )

    members = [user.name for user in people_queries.members_of(session, acme.marketing)]
    leads = [user.name for user in people_queries.team_leads_of(session, acme.marketing)]

    assert members == ["Mona", "Zora", "Alma"]
    assert leads == ["Mona", "Zora"]


def test_only_active_people_can_be_given_something_to_do(session, acme):
    make_user(session, acme.workspace, "Bea", is_active=False)

    active = people_queries.active_people_of(session, acme.id)

    assert [user.name for user in active] == ["Mona", "Olga", "Sam"]


def test_active_owners_are_counted_in_their_workspace_only(session, acme, stella):
    make_user(session, acme.workspace, "Otto", role=Role.OWNER, is_active=False)

    assert people_queries.active_owner_ids(session, acme.id) == {acme.olga.id}


def test_an_invitation_is_open_until_it_is_answered_or_withdrawn(session, acme):
    for name, accepted_at, withdrawn_at in (
        ("Open", None, None),
        ("Here", NINE, None),
        ("Gone", None, NINE),
    ):
        session.add(
            Invitation(
                workspace_id=acme.id,
                email=f"{name}@acme.test",
                name=name,
                role=Role.MEMBER,
                team_id=acme.sales.id,
                invited_by_id=acme.mona.id,
                stamp=name,
                created_at=NINE,
                expires_at=NINE,
                accepted_at=accepted_at,
                withdrawn_at=withdrawn_at,
            )
        )

    assert [row.name for row in people_queries.open_invitations(session, acme.id)] == ["Open"]
    assert people_queries.invitation_with(session, 1, "guessed") is None
