import pytest

from alignment import db
from alignment.accounts.people import queries
from alignment.accounts.roles import Role, Side


def place(client, person, **wish):
    return client.post(f"/people/{person.id}", data={"role": "member", "team_id": ""} | wish)


@pytest.fixture
def viewer(engine, here):
    with db.transaction(engine) as session:
        session.add(here.sam)
        here.sam.role = Role.VIEWER
    return here.sam


def test_everybody_sees_who_is_here(browser, here):
    page = browser(here.sam).get("/people")

    assert all(name in page.text for name in ("Mona", "Sam", "Olga"))
    assert "Send invitation" not in page.text


def test_nobody_sees_the_people_of_another_workspace(browser, here, elsewhere):
    page = browser(elsewhere).get("/people")

    assert "Stella" in page.text
    assert "Mona" not in page.text


def test_a_manager_gives_a_person_another_place(browser, here, engine):
    mona = browser(here.mona)

    assert mona.get(f"/people/{here.sam.id}").status_code == 200
    answer = place(mona, here.sam, role="manager", team_id=here.marketing.id, is_team_lead="yes")

    assert answer.location == "/people"
    with db.read_only_session(engine) as session:
        sam = queries.person_for(session, here.mona, here.sam.id)
        assert sam.role is Role.MANAGER
        assert queries.sides_of(session, sam) == {Side.MARKETING}
        assert [lead.name for lead in queries.team_leads_of(session, here.marketing)] == [
            "Mona",
            "Sam",
        ]


def test_a_bad_place_is_refused_and_nothing_changes(browser, here, engine):
    answer = place(browser(here.mona), here.sam, role="emperor")

    assert answer.status_code == 422
    assert "Choose one from the list" in answer.text
    with db.read_only_session(engine) as session:
        assert queries.person_for(session, here.mona, here.sam.id).role is Role.MEMBER


def test_what_is_refused_says_why_and_keeps_what_was_chosen(browser, here):
    answer = place(browser(here.olga), here.olga, role="member", team_id=here.sales.id)

    assert answer.status_code == 422
    assert "Olga is the only owner" in answer.text


def test_a_team_of_another_workspace_cannot_be_chosen(browser, here, elsewhere):
    answer = place(browser(elsewhere), elsewhere, role="owner", team_id=here.sales.id)

    assert answer.status_code == 404


def test_a_manager_does_not_touch_an_owner(browser, here):
    mona = browser(here.mona)

    assert place(mona, here.olga).status_code == 403
    assert place(mona, here.mona, role="owner").status_code == 403
    assert mona.post(f"/people/{here.olga.id}/deactivation").status_code == 403


@pytest.mark.parametrize("act", ["", "/deactivation", "/reactivation"])
def test_a_stranger_finds_nobody_and_a_viewer_may_not(browser, here, elsewhere, viewer, act):
    address = f"/people/{here.mona.id}{act}"

    assert browser(elsewhere).post(address).status_code == 404
    assert browser(viewer).post(address).status_code == 403


def test_a_deactivated_person_is_out_at_once_and_comes_back(browser, here):
    sam, mona = browser(here.sam), browser(here.mona)

    mona.post(f"/people/{here.sam.id}/deactivation")

    assert sam.get("/account").status_code == 303
    assert "deactivated" in mona.get("/people").text
    mona.post(f"/people/{here.sam.id}/reactivation")
    assert browser(here.sam).get("/account").status_code == 200


def test_a_team_beyond_every_number_is_asked_again(browser, here):
    answer = place(browser(here.olga), here.sam, team_id="9" * 30)

    assert answer.status_code == 422


def test_a_manager_says_to_whom_a_person_reports(browser, here):
    mona = browser(here.mona)

    place(mona, here.sam, manager_id=here.olga.id)

    form = mona.get(f"/people/{here.sam.id}").text
    assert f'<option value="{here.olga.id}" selected>Olga</option>' in form
    assert ">Sam</option>" not in form
