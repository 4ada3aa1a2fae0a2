from datetime import timedelta

import pytest

from alignment.accounts import queries, sessions
from alignment.accounts.models import Invitation
from alignment.accounts.roles import Role, Side
from alignment.errors import NotFound
from tests.factories import MONDAY_NINE, make_hours, make_user

NINE = MONDAY_NINE


def test_nobody_finds_what_belongs_to_another_workspace(session, acme, stella):
    sessions.begin(session, acme.sam, browser="Firefox", now=NINE)
    (row,) = queries.open_sessions_of(session, acme.sam)
    for find, number in (
        (queries.person_for, acme.sam.id),
        (queries.team_for, acme.sales.id),
        (queries.session_for, row.id),
        (queries.invitation_for, 1),
    ):
        with pytest.raises(NotFound):
            find(session, stella, number)

    assert [person.name for person in queries.people_of(session, stella)] == ["Stella"]
    assert queries.places_of(session, stella) == {}


def test_people_come_by_name_and_teams_with_marketing_first(session, acme):
    assert [user.name for user in queries.people_of(session, acme.sam)] == ["Mona", "Olga", "Sam"]
    assert [team.side for team in queries.teams_of(session, acme.id)] == [
        Side.MARKETING,
        Side.SALES,
    ]
    assert queries.team_on(session, acme.id, Side.SALES) is acme.sales
    assert queries.team_on(session, acme.id, Side.OTHER) is None


def test_a_team_is_its_active_people_with_its_leads_first(session, acme):
    make_user(session, acme.workspace, "Alma", team=acme.marketing)
    make_user(session, acme.workspace, "Zora", team=acme.marketing, is_lead=True)
    make_user(session, acme.workspace, "Bea", team=acme.marketing, is_lead=True, is_active=False)

    members = [user.name for user in queries.members_of(session, acme.marketing)]
    leads = [user.name for user in queries.leads_of(session, acme.marketing)]

    assert members == ["Mona", "Zora", "Alma"]
    assert leads == ["Mona", "Zora"]


def test_only_active_people_can_be_given_something_to_do(session, acme):
    make_user(session, acme.workspace, "Bea", is_active=False)

    active = queries.active_people_of(session, acme.id)

    assert [user.name for user in active] == ["Mona", "Olga", "Sam"]


def test_active_owners_are_counted_in_their_workspace_only(session, acme, stella):
    make_user(session, acme.workspace, "Otto", role=Role.OWNER, is_active=False)

    assert queries.active_owner_ids(session, acme.id) == {acme.olga.id}


def test_the_newest_hours_are_the_ones_in_use(session, acme):
    newest = make_hours(session, acme.sales, version=2, created_at=NINE + timedelta(days=1))

    assert queries.hours_of(session, acme.sales) is newest
    assert queries.hours_of(session, acme.marketing) is acme.marketing_hours


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

    assert [row.name for row in queries.open_invitations(session, acme.id)] == ["Open"]
    assert queries.invitation_with(session, 1, "guessed") is None
