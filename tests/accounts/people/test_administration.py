import pytest
from sqlmodel import select

from alignment.accounts.authentication import credentials, sessions, tokens
from alignment.accounts.people import administration, queries
from alignment.accounts.people.administration import Placement
from alignment.accounts.roles import Role, Side
from alignment.errors import Forbidden, NotFound, Refused
from alignment.journal.models import JournalEntry
from tests.factories import MONDAY_NINE, make_user

NINE = MONDAY_NINE


def place(session, person, *, by, role=Role.MEMBER, team=None, is_team_lead=False, manager=None):
    wish = Placement(
        role=role,
        team_id=team.id if team else None,
        is_team_lead=is_team_lead,
        manager_id=manager.id if manager else None,
    )
    administration.assign_placement(session, person, wish, by=by, now=NINE)
    session.flush()


def test_a_person_moves_to_another_team_and_leads_it(session, acme):
    place(
        session, acme.sam, by=acme.mona, role=Role.MANAGER, team=acme.marketing, is_team_lead=True
    )

    assert acme.sam.role is Role.MANAGER
    assert queries.sides_of(session, acme.sam) == {Side.MARKETING}
    assert acme.sam in queries.team_leads_of(session, acme.marketing)


def test_a_person_may_have_no_team(session, acme):
    place(session, acme.sam, by=acme.olga)

    assert queries.memberships_of(session, acme.sam) == []


def test_a_manager_neither_makes_nor_changes_an_owner(session, acme):
    with pytest.raises(Forbidden, match="make somebody an owner"):
        place(session, acme.sam, by=acme.mona, role=Role.OWNER)
    with pytest.raises(Forbidden, match="change an owner"):
        place(session, acme.olga, by=acme.mona)
    with pytest.raises(Forbidden, match="change an owner"):
        administration.deactivate(session, acme.olga, by=acme.mona, now=NINE)


def test_nobody_manages_his_or_her_own_manager(session, acme):
    place(session, acme.sam, by=acme.olga, manager=acme.mona)

    with pytest.raises(Refused, match="Sam reports to Mona"):
        place(session, acme.mona, by=acme.olga, role=Role.MANAGER, manager=acme.sam)

    assert acme.mona.manager_id is None


def test_nobody_manages_a_manager_further_up(session, acme):
    otto = make_user(session, acme.workspace, "Otto")
    place(session, acme.sam, by=acme.olga, manager=acme.mona)
    place(session, otto, by=acme.olga, manager=acme.sam)

    with pytest.raises(Refused, match="Otto reports to Mona"):
        place(session, acme.mona, by=acme.olga, role=Role.MANAGER, manager=otto)


def test_the_only_owner_stays_one_until_there_is_another(session, acme):
    with pytest.raises(Refused, match="Olga is the only owner"):
        place(session, acme.olga, by=acme.olga)

    place(session, acme.mona, by=acme.olga, role=Role.OWNER)
    place(session, acme.olga, by=acme.mona)

    assert acme.olga.role is Role.MEMBER


def test_a_deactivated_owner_does_not_count(session, acme):
    make_user(session, acme.workspace, "Otto", role=Role.OWNER, is_active=False)

    with pytest.raises(Refused, match="only owner"):
        place(session, acme.olga, by=acme.olga)


def test_a_team_of_another_workspace_is_not_found(session, acme, stella):
    with pytest.raises(NotFound):
        place(session, stella, by=stella, role=Role.OWNER, team=acme.sales)


def test_a_deactivated_person_is_signed_out_everywhere(session, acme):
    token = sessions.begin_session(session, acme.sam, browser="Firefox", now=NINE)
    stamp = acme.sam.security_stamp

    administration.deactivate(session, acme.sam, by=acme.mona, now=NINE)
    administration.reactivate(session, acme.sam, by=acme.mona, now=NINE)

    assert acme.sam.is_active
    assert acme.sam.security_stamp != stamp
    assert sessions.session_by_token(session, token, now=NINE) is None


def test_deactivating_twice_happens_once(session, acme):
    administration.deactivate(session, acme.sam, by=acme.mona, now=NINE)
    administration.deactivate(session, acme.sam, by=acme.mona, now=NINE)

    assert [entry.kind for entry in session.exec(select(JournalEntry))] == ["person_deactivated"]


def test_nobody_deactivates_themselves(session, acme):
    with pytest.raises(Refused, match="cannot deactivate yourself"):
        administration.deactivate(session, acme.mona, by=acme.mona, now=NINE)


def test_a_link_made_before_a_deactivation_never_signs_in(session, acme):
    token = tokens.sign_in_link(session, acme.sam, now=NINE).rpartition("/")[2]

    administration.deactivate(session, acme.sam, by=acme.mona, now=NINE)
    administration.reactivate(session, acme.sam, by=acme.mona, now=NINE)

    with pytest.raises(Refused, match="run out"):
        credentials.sign_in_by_link(session, token, browser="Firefox", now=NINE)


def test_a_person_reports_to_a_manager_or_to_nobody(session, acme):
    place(session, acme.sam, by=acme.mona, manager=acme.olga)
    assert acme.sam.manager_id == acme.olga.id

    place(session, acme.sam, by=acme.mona)

    assert acme.sam.manager_id is None


def test_nobody_reports_to_oneself_or_to_a_stranger(session, acme, stella):
    with pytest.raises(Refused, match="somebody else"):
        place(session, acme.sam, by=acme.mona, manager=acme.sam)
    with pytest.raises(NotFound):
        place(session, acme.sam, by=acme.mona, manager=stella)
