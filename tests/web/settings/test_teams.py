"""Owners add and rename teams; nobody else does."""

from alignment import db
from alignment.accounts.people import invitations, queries

US = {"name": "Sales US", "side": "sales", "zone": "America/New_York"}


def test_olga_adds_a_team_and_everybody_sees_it(browser, here):
    olga = browser(here.olga)

    answer = olga.post("/teams/new", data=US)

    assert answer.location == "/teams"
    assert "Sales US is added." in olga.get("/teams").text
    page = browser(here.sam).get("/teams").text
    assert "Sales US" in page
    assert "America/New_York" in page


def test_olga_renames_a_team_and_agreements_may_name_it(browser, here):
    olga = browser(here.olga)

    answer = olga.post(f"/teams/{here.sales.id}/name", data={"name": "Sales EU"})

    assert answer.location == "/teams"
    assert "Sales is called Sales EU from now on." in olga.get("/teams").text
    assert "Sales EU" in olga.get("/agreements/new").text


def test_what_was_typed_stays_when_the_name_is_taken(browser, here):
    answer = browser(here.olga).post("/teams/new", data=US | {"name": "marketing"})

    assert answer.status_code == 422
    assert "There is a team Marketing already. Choose another name." in answer.text
    assert 'value="America/New_York"' in answer.text


def test_a_manager_sees_no_button_to_add_or_rename(browser, here):
    page = browser(here.mona).get("/teams").text

    assert "/teams/new" not in page
    assert f"/teams/{here.sales.id}/name" not in page


def test_who_joins_a_team_of_another_zone_begins_with_that_zone(browser, here, engine, app):
    browser(here.olga).post("/teams/new", data=US)
    with db.read_only_session(engine) as session:
        [team] = [row for row in queries.teams_of(session, here.id) if row.name == "Sales US"]
    wish = {"email": "uma@acme.test", "name": "Uma", "team_id": team.id, "role": "member"}
    browser(here.mona).post("/people/invitations", data=wish)
    with db.read_only_session(engine) as session:
        [invitation] = queries.open_invitations(session, here.id)
        path = invitations.invitation_path(invitation, secret="s" * 32)

    visitor = app.test_client()
    visitor.post(path, data={"name": "Uma", "password": "correct horse battery"})

    assert "We show times in America/New_York." in visitor.get("/account").text
