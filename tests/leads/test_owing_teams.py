"""The team that owes a lead an answer is its owner's; without one it is any team of sales."""

import pytest

from alignment.accounts.models import Membership
from alignment.accounts.roles import Role, Side
from alignment.leads.owing_teams import OwingTeams, owes
from tests.factories import make_lead, make_team, make_user, save


@pytest.fixture
def america(session, acme):
    """A second sales team."""
    return make_team(session, acme.workspace, side=Side.SALES, name="Sales US")


@pytest.fixture
def tim(session, acme, america):
    return make_user(session, acme.workspace, "Tim", team=america)


def test_the_owners_own_team_owes_it(session, acme, america, tim):
    rita = make_user(session, acme.workspace, "Rita", team=acme.sales)
    lead = make_lead(session, acme, owner_id=acme.sam.id)

    assert owes(session, lead, acme.sam)
    assert owes(session, lead, rita)
    assert not owes(session, lead, tim)
    assert OwingTeams(session, tim, [lead]).names(lead) == "Sales"


def test_what_nobody_owns_any_sales_team_owes(session, acme, america, tim):
    lead = make_lead(session, acme)

    assert owes(session, lead, acme.sam)
    assert owes(session, lead, tim)
    assert OwingTeams(session, tim, [lead]).names(lead) == "Sales or Sales US"


def test_marketing_owes_no_lead_of_sales(session, acme):
    assert not owes(session, make_lead(session, acme), acme.mona)


def test_an_owner_of_the_workspace_owes_what_the_own_team_owes(session, acme):
    lead = make_lead(session, acme, owner_id=acme.sam.id)
    placed = make_user(session, acme.workspace, "Otto", role=Role.OWNER, team=acme.sales)

    assert not owes(session, lead, acme.olga)
    assert owes(session, lead, placed)


def test_a_lead_of_an_owner_in_no_team_is_any_sales_teams(session, acme):
    lead = make_lead(session, acme, owner_id=acme.olga.id)

    assert owes(session, lead, acme.sam)
    assert not owes(session, lead, acme.olga)


def test_who_is_in_two_teams_owes_what_either_owes(session, acme, america, tim):
    save(
        session,
        Membership(workspace_id=acme.id, user_id=acme.sam.id, team_id=america.id),
    )
    lead = make_lead(session, acme, owner_id=tim.id)

    assert owes(session, lead, acme.sam)


def test_of_many_leads_each_is_asked_by_its_own_owner(session, acme, tim):
    ada = make_lead(session, acme, "Ada Byron", owner_id=acme.sam.id)
    bo = make_lead(session, acme, "Bo Yu", owner_id=tim.id)

    teams = OwingTeams(session, acme.sam, [ada, bo])

    assert (teams.include_person(ada), teams.include_person(bo)) == (True, False)
