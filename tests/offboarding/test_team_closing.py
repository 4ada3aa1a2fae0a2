"""A team on which nothing stands can be closed; it stays in what is past."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.models import Team, User
from alignment.accounts.people import administration, invitations, queries
from alignment.accounts.people.administration import Placement
from alignment.accounts.people.invitations import NewColleague
from alignment.accounts.people.teams import NewTeam, add_team, reopen_team
from alignment.accounts.roles import Role, Side
from alignment.errors import Refused
from alignment.journal.models import JournalEntry
from alignment.leads import routing
from alignment.leads.handoff import ReturnReason, accept, hand_off, return_to_marketing
from alignment.leads.models import Lead
from alignment.leads.owing_teams import OwingTeams
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Endpoint
from alignment.offboarding.deactivation import (
    Handover,
    LeadDestination,
    deactivate_and_hand_over,
)
from alignment.offboarding.team_closing import close
from alignment.offboarding.team_work import TeamWork, work_of_team
from alignment.sla.agreements import lifecycle
from alignment.sla.models import Agreement, AgreementVersion
from tests.factories import MONDAY_NINE, Cast, make_lead, make_team, make_user, save
from tests.sla.two_sales_teams import America, america, signed

TEN, ELEVEN = MONDAY_NINE + timedelta(hours=1), MONDAY_NINE + timedelta(hours=2)


@pytest.fixture
def us(session: Session, acme: Cast) -> America:
    return america(session, acme)


def work(session: Session, acme: Cast, team: Team) -> TeamWork:
    return work_of_team(session, team, reader=acme.olga, now=TEN)


def closed(session: Session, acme: Cast, team: Team) -> Team:
    close(session, team, by=acme.olga, now=TEN)
    return team


def move(session: Session, acme: Cast, person: User, team: Team) -> None:
    place = Placement(role=person.role, team_id=team.id)
    administration.assign_placement(session, person, place, by=acme.olga, now=TEN)


def with_lea(session: Session, acme: Cast, us: America) -> tuple[Lead, AgreementVersion]:
    """A lead of Lea's, under an agreement of Sales US."""
    version = signed(session, acme, sales=us.team, by=us.lea)
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)
    assert lead.owner_id == us.lea.id
    return lead, version


def end(session: Session, acme: Cast, version: AgreementVersion) -> None:
    agreement = session.get_one(Agreement, version.agreement_id)
    lifecycle.end(session, agreement, by=acme.mona, now=TEN)


def test_a_team_on_which_nothing_stands_is_closed_and_journaled(session: Session, acme: Cast):
    partners = make_team(session, acme.workspace, side=Side.OTHER, name="Partners")

    closed(session, acme, partners)

    assert (partners.closed_at, partners.is_open) == (TEN, False)
    entry = session.exec(select(JournalEntry).where(JournalEntry.kind == "team_closed")).one()
    assert (entry.facts["name"], entry.facts["by_id"]) == ("Partners", acme.olga.id)


def test_people_leads_and_agreements_are_named_and_keep_it_open(
    session: Session, acme: Cast, us: America
):
    lead, version = with_lea(session, acme, us)

    found = work(session, acme, us.team)

    assert (list(found.people), list(found.leads)) == ([us.lea], [lead])
    assert [agreement.id for agreement in found.agreements] == [version.agreement_id]
    with pytest.raises(Refused, match="Something stands on Sales US still"):
        closed(session, acme, us.team)
    assert us.team.is_open


def test_a_lead_whose_owner_moved_stays_the_teams_until_it_is_given_to_another(
    session: Session, acme: Cast, us: America
):
    lead, version = with_lea(session, acme, us)
    end(session, acme, version)
    move(session, acme, us.lea, acme.sales)

    found = work(session, acme, us.team)
    assert (list(found.people), list(found.leads), list(found.agreements)) == ([], [lead], [])

    routing.assign(session, lead, owner=acme.sam, by=acme.olga, now=ELEVEN)
    assert not work(session, acme, us.team).is_any
    assert not closed(session, acme, us.team).is_open


def test_what_waits_in_its_queue_keeps_it_open_though_every_promise_is_kept(
    session: Session, acme: Cast, us: America
):
    lead, version = with_lea(session, acme, us)
    accept(session, lead, by=us.lea, now=TEN)
    end(session, acme, version)
    wish = Handover(leads_to=LeadDestination.QUEUE)

    deactivate_and_hand_over(session, us.lea, wish, by=acme.olga, now=TEN)

    found = work(session, acme, us.team)
    assert (list(found.people), list(found.leads)) == ([], [lead])


def test_a_returned_lead_keeps_its_marketing_team_open(session: Session, acme: Cast):
    events = make_team(session, acme.workspace, side=Side.MARKETING, name="Events")
    max_ = make_user(session, acme.workspace, "Max", team=events)
    lead = make_lead(session, acme)
    hand_off(session, lead, by=max_, now=MONDAY_NINE, owner=acme.sam)
    return_to_marketing(session, lead, reason=ReturnReason.NO_FIT, by=acme.sam, now=TEN)
    move(session, acme, max_, acme.marketing)

    assert list(work(session, acme, events).leads) == [lead]
    assert list(work(session, acme, acme.marketing).leads) == []


def test_invitations_and_channels_keep_it_open(session: Session, acme: Cast):
    partners = make_team(session, acme.workspace, side=Side.OTHER, name="Partners")
    wish = NewColleague(email="uma@acme.test", name="Uma", team_id=partners.id, role=Role.MEMBER)
    uma = invitations.invite(session, wish, by=acme.olga, now=MONDAY_NINE)
    chat = save(
        session,
        Endpoint(
            workspace_id=acme.id,
            team_id=partners.id,
            channel=ChannelKind.CHAT,
            label="Partners' chat",
            encrypted="",
            added_by_id=acme.olga.id,
            created_at=MONDAY_NINE,
        ),
    )

    found = work(session, acme, partners)

    assert (list(found.invitations), list(found.channels)) == ([uma], [chat])
    invitations.withdraw(session, uma, by=acme.olga, now=TEN)
    session.delete(chat)
    assert not work(session, acme, partners).is_any


def test_of_marketing_and_of_sales_one_team_stays_open(session: Session, acme: Cast):
    move(session, acme, acme.sam, acme.marketing)

    assert work(session, acme, acme.sales).is_last_of_side
    with pytest.raises(Refused, match="Something stands on Sales still"):
        closed(session, acme, acme.sales)


def test_a_closed_team_is_chosen_for_nothing_new(session: Session, acme: Cast, us: America):
    move(session, acme, us.lea, acme.sales)
    closed(session, acme, us.team)

    assert us.team not in queries.open_teams_of(session, acme.id)
    assert us.team in queries.teams_of(session, acme.id)
    colleague = NewColleague(
        email="uma@acme.test", name="Uma", team_id=us.team.id, role=Role.MEMBER
    )
    with pytest.raises(Refused, match="Sales US is closed"):
        move(session, acme, us.lea, us.team)
    with pytest.raises(Refused, match="Sales US is closed"):
        invitations.invite(session, colleague, by=acme.olga, now=TEN)
    with pytest.raises(Refused, match="Sales US is closed"):
        signed(session, acme, sales=us.team, by=us.lea)
    again = NewTeam(name="sales us", side=Side.SALES, zone="Europe/Berlin")
    with pytest.raises(Refused, match=r"Sales US is closed\. Reopen it"):
        add_team(session, again, by=acme.olga, now=TEN)


def test_what_nobody_owns_no_closed_team_owes(session: Session, acme: Cast, us: America):
    move(session, acme, us.lea, acme.sales)
    closed(session, acme, us.team)

    lead = make_lead(session, acme)

    assert OwingTeams(session, acme.sam, [lead]).names(lead) == "Sales"


def test_a_reopened_team_is_one_like_the_others(session: Session, acme: Cast, us: America):
    move(session, acme, us.lea, acme.sales)
    closed(session, acme, us.team)

    reopen_team(session, us.team, by=acme.olga, now=ELEVEN)
    move(session, acme, us.lea, us.team)

    assert queries.members_of(session, us.team) == [us.lea]
    kinds = session.exec(select(JournalEntry.kind).where(JournalEntry.kind == "team_reopened"))
    assert list(kinds) == ["team_reopened"]


def test_who_comes_back_comes_back_into_no_closed_team(session: Session, acme: Cast, us: America):
    administration.deactivate(session, us.lea, by=acme.olga, now=MONDAY_NINE)
    closed(session, acme, us.team)

    administration.reactivate(session, us.lea, by=acme.olga, now=TEN)

    assert us.lea.is_active
    assert queries.memberships_of(session, us.lea) == []


def test_closing_and_reopening_twice_is_doing_it_once(session: Session, acme: Cast):
    partners = make_team(session, acme.workspace, side=Side.OTHER, name="Partners")
    closed(session, acme, partners)

    close(session, partners, by=acme.olga, now=ELEVEN)

    assert partners.closed_at == TEN
    reopen_team(session, partners, by=acme.olga, now=ELEVEN)
    reopen_team(session, partners, by=acme.olga, now=ELEVEN)
    kinds = select(JournalEntry.kind).where(
        col(JournalEntry.kind).in_(["team_closed", "team_reopened"])
    )
    assert sorted(session.exec(kinds)) == ["team_closed", "team_reopened"]
