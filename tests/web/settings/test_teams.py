"""Owners add, rename and close teams; nobody else does."""

import pytest

from alignment import db
from alignment.accounts.people import invitations, queries
from alignment.leads.models import Lead
from tests.factories import make_user
from tests.web.lead_scenarios import handed_off, promised, saved

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


def sales_us(browser, here, engine):
    browser(here.olga).post("/teams/new", data=US)
    with db.read_only_session(engine) as session:
        return next(x for x in queries.teams_of(session, here.id) if x.name == "Sales US")


def test_olga_closes_a_team_on_which_nothing_stands_and_reopens_it(browser, here, engine):
    team, olga = sales_us(browser, here, engine), browser(here.olga)
    page = olga.get(f"/teams/{team.id}/closing").text
    assert "Nothing stands on Sales US" in page

    answer = olga.post(f"/teams/{team.id}/closing")

    assert answer.location == "/teams"
    page = olga.get("/teams").text
    assert "Sales US is closed. What it did stays in history and numbers." in page
    assert f'id="team-{team.id}"' not in page
    assert "Sales US, closed" in page
    for form in ("/people", "/agreements/new", "/account/channels"):
        assert "Sales US" not in olga.get(form).text
    olga.post(f"/teams/{team.id}/reopening")
    assert f'id="team-{team.id}"' in olga.get("/teams").text


def test_the_page_says_what_stands_on_a_team_and_what_must_happen_first(browser, here, engine):
    promised(engine, here)
    handed_off(engine, here)
    olga = browser(here.olga)

    page = olga.get(f"/teams/{here.sales.id}/closing").text

    for words in (
        "The only team of its side",
        "People: 1",
        "Give each of them another team",
        "Open leads: 1",
        "Ada Byron",
        "Agreements in force: 1",
    ):
        assert words in page
    assert f"Close {here.sales.name}</button>" not in page
    answer = olga.post(f"/teams/{here.sales.id}/closing")
    assert answer.status_code == 422
    assert "Something stands on Sales still." in answer.text


def test_a_closed_team_that_an_old_form_names_is_refused_in_a_sentence(browser, here, engine):
    team, olga = sales_us(browser, here, engine), browser(here.olga)
    olga.post(f"/teams/{team.id}/closing")

    placed = olga.post(f"/people/{here.sam.id}", data={"role": "member", "team_id": team.id})
    invited = olga.post(
        "/people/invitations",
        data={"email": "uma@acme.test", "name": "Uma", "team_id": team.id, "role": "member"},
    )

    for answer in (placed, invited):
        assert answer.status_code == 422
        assert "Sales US is closed. Choose another team." in answer.text


def test_a_manager_sees_no_button_to_close_or_reopen(browser, here, engine):
    team = sales_us(browser, here, engine)
    assert "/closing" not in browser(here.mona).get("/teams").text

    browser(here.olga).post(f"/teams/{team.id}/closing")

    assert "/reopening" not in browser(here.mona).get("/teams").text


def test_the_leads_of_a_team_are_handed_over_on_its_page(browser, here, engine):
    team = sales_us(browser, here, engine)
    tim = saved(engine, lambda s: make_user(s, here.workspace, "Tim", team=team))
    lead, olga = handed_off(engine, here), browser(here.olga)
    path = f"/teams/{here.sales.id}"
    assert f'<option value="{team.id}">Sales US</option>' in olga.get(f"{path}/closing").text

    answer = olga.post(f"{path}/leads", data={"team_id": team.id})

    assert answer.location == f"{path}/closing"
    page = olga.get(f"{path}/closing").text
    assert "1 lead is with Sales US now." in page
    assert "Open leads" not in page
    with db.read_only_session(engine) as session:
        assert session.get_one(Lead, lead.id).owner_id == tim.id


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose the team that gets the open leads."),
        ({"team_id": "x"}, "Choose the team that gets the open leads."),
        ({"team_id": "1"}, "Choose another sales team."),
    ],
)
def test_a_wish_that_no_team_meets_is_answered_with_the_page(browser, here, sent, said):
    answer = browser(here.olga).post(f"/teams/{here.sales.id}/leads", data=sent)

    assert answer.status_code == 422
    assert said in answer.text
