import re

import pytest

from alignment import db
from alignment.accounts.people import queries
from alignment.accounts.roles import Role
from alignment.leads.models import Lead
from alignment.plans import planning
from alignment.plans.planning import NewPlan
from tests.factories import MONDAY_NINE, make_user
from tests.web.lead_scenarios import handed_off, promised, saved


def sam_is_active(engine, here):
    with db.read_only_session(engine) as session:
        return queries.person_for(session, here.olga, here.sam.id).is_active


@pytest.fixture
def tim(engine, here):
    return saved(engine, lambda s: make_user(s, here.workspace, "Tim", team=here.sales))


@pytest.fixture
def viewer(engine, here):
    return saved(engine, lambda s: make_user(s, here.workspace, "Vera", role=Role.VIEWER))


def test_the_page_shows_what_is_open_and_who_may_take_it(browser, here, engine, tim):
    promised(engine, here)
    handed_off(engine, here)

    page = browser(here.olga).get(f"/people/{here.sam.id}/deactivation")

    assert "Open leads: 1" in page.text
    assert "Accept or return" in page.text
    assert f'<option value="{tim.id}">Tim</option>' in page.text
    assert ">Sam</option>" not in page.text


def test_one_press_ends_the_access_and_hands_everything_over(browser, here, engine, tim):
    lead = handed_off(engine, here)

    answer = browser(here.olga).post(
        f"/people/{here.sam.id}/deactivation",
        data={"leads_to": "successor", "successor_id": tim.id},
    )

    assert answer.location == "/people"
    assert not sam_is_active(engine, here)
    with db.read_only_session(engine) as session:
        assert session.get_one(Lead, lead.id).owner_id == tim.id


def test_without_a_successor_nothing_changes_and_the_page_says_why(browser, here, engine):
    handed_off(engine, here)

    answer = browser(here.olga).post(f"/people/{here.sam.id}/deactivation")

    assert answer.status_code == 422
    assert "Choose who takes over what Sam still has to do." in answer.text
    assert sam_is_active(engine, here)


def test_what_is_refused_half_way_is_undone_before_the_page_is_shown(browser, here, engine, viewer):
    lead = handed_off(engine, here)

    answer = browser(here.olga).post(
        f"/people/{here.sam.id}/deactivation", data={"successor_id": viewer.id}
    )

    assert answer.status_code == 422
    assert "Vera cannot own leads here" in answer.text
    assert "Open leads: 1" in answer.text
    assert sam_is_active(engine, here)
    with db.read_only_session(engine) as session:
        assert session.get_one(Lead, lead.id).owner_id == here.sam.id


@pytest.mark.parametrize("typed", [{"leads_to": "nowhere"}, {"successor_id": "x"}])
def test_a_bad_form_is_asked_again(browser, here, engine, typed):
    answer = browser(here.olga).post(f"/people/{here.sam.id}/deactivation", data=typed)

    assert answer.status_code == 422
    assert sam_is_active(engine, here)


def test_a_stranger_finds_nobody_and_a_viewer_may_not(browser, here, elsewhere, viewer):
    address = f"/people/{here.sam.id}/deactivation"

    assert browser(elsewhere).get(address).status_code == 404
    assert browser(viewer).get(address).status_code == 403


def test_who_sees_returned_leads_from_now_on_is_named(browser, here, engine):
    page = browser(here.olga).get(f"/people/{here.mona.id}/deactivation")

    assert "Nothing is open" in page.text


def test_back_to_the_queue_is_counted_and_anybody_of_the_team_takes_it(browser, here, engine, tim):
    lead = handed_off(engine, here)

    answer = browser(here.olga).post(
        f"/people/{here.sam.id}/deactivation", data={"leads_to": "queue"}
    )

    assert answer.location == "/people"
    queue = browser(tim).get("/leads?owner=none").text
    assert (lead.name in queue, "Nobody yet, waits for Sales" in queue) == (True, True)
    page = browser(tim).get(f"/leads/{lead.id}").text
    assert ("Take it" in page, "Take over" in page) == (True, False)
    assert "Olga put it into the team’s queue" in page
    browser(tim).post(f"/leads/{lead.id}/taking")
    with db.read_only_session(engine) as session:
        assert session.get_one(Lead, lead.id).owner_id == tim.id


def test_of_two_who_take_a_lead_from_the_queue_the_first_has_it(browser, here, engine, tim):
    kim = saved(engine, lambda s: make_user(s, here.workspace, "Kim", team=here.sales))
    lead = handed_off(engine, here)
    browser(here.olga).post(f"/people/{here.sam.id}/deactivation", data={"leads_to": "queue"})
    browser(tim).post(f"/leads/{lead.id}/taking")

    answer = browser(kim).post(f"/leads/{lead.id}/taking", follow_redirects=True)

    assert f"Tim took {lead.name} from the queue meanwhile." in answer.text
    with db.read_only_session(engine) as session:
        assert session.get_one(Lead, lead.id).owner_id == tim.id


def test_the_next_page_counts_what_went_into_the_queue(browser, here, engine, tim):
    handed_off(engine, here)
    olga = browser(here.olga)

    olga.post(f"/people/{here.sam.id}/deactivation", data={"leads_to": "queue"})

    assert "1 lead waits in the team’s queue." in olga.get("/people").text


def test_where_a_task_or_plan_is_open_the_page_asks_for_the_successor(browser, here, engine, tim):
    path = f"/people/{here.sam.id}/deactivation"
    handed_off(engine, here)
    before = browser(here.olga).get(path).text
    saved(engine, lambda s: plan_of(s, here))

    page = browser(here.olga).get(path).text

    assert "Choose who takes over" not in before
    assert '<option value="">Choose who takes over</option>' in page
    assert re.search(r'<select [^>]*name="successor_id"[^>]* required', page)
    answer = browser(here.olga).post(path, data={"leads_to": "queue"})
    assert answer.status_code == 422
    assert "Choose who takes over what Sam still has to do." in answer.text
    assert sam_is_active(engine, here)


def plan_of(session, here):
    new = NewPlan(name="Spring launch", owner_id=here.sam.id)
    return planning.start_plan(session, new, by=here.mona, now=MONDAY_NINE)


def test_several_leads_are_taken_from_the_queue_at_once(browser, here, engine, tim):
    ada, bo = handed_off(engine, here, "Ada Byron"), handed_off(engine, here, "Bo Yu")
    browser(here.olga).post(f"/people/{here.sam.id}/deactivation", data={"leads_to": "queue"})
    assert 'href="/leads?owner=none"' in browser(tim).get("/leads").text

    browser(tim).post("/leads/owners", data={"lead": [ada.id, bo.id], "owner_id": tim.id})

    with db.read_only_session(engine) as session:
        assert {session.get_one(Lead, x.id).owner_id for x in (ada, bo)} == {tim.id}
    queue = browser(tim).get("/leads?owner=none").text
    assert ("Ada Byron" in queue, "No lead matches this." in queue) == (False, True)
