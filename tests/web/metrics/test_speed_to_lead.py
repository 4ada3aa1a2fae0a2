"""The page of speed to lead, and its file."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from alignment.leads import queries
from alignment.leads.event_kinds import EventKind
from alignment.leads.touches import record_touch
from tests.factories import MONDAY_NINE, Cast, make_user
from tests.web.conftest import Browser
from tests.web.lead_scenarios import handed_off, saved


@pytest.fixture
def sams(engine: Engine, here: Cast, browser: Browser) -> FlaskClient:
    """One lead with Sam, called at once, and one with Tim."""
    ada = handed_off(engine, here)
    tim = saved(engine, lambda x: make_user(x, here.workspace, "Tim", team=here.sales))
    handed_off(engine, here, "Bo Yu", owner=tim)
    saved(
        engine,
        lambda x: record_touch(
            x,
            queries.lead_for(x, here.sam, ada.id),
            EventKind.CALLED,
            by=here.sam,
            now=MONDAY_NINE,
        ),
    )
    return browser(here.sam)


def test_compare_says_how_long_people_waited_and_leads_on(sams: FlaskClient):
    page = sams.get("/compare?from_on=2027-03-01&until_on=2027-03-31").text

    assert "Arrival to first human touch" in page
    assert "/compare/speed?from_on=2027-03-01&amp;until_on=2027-03-31" in page


@pytest.mark.parametrize("by", ["week", "team", "source"])
def test_each_way_of_looking_has_its_lines(sams: FlaskClient, by: str):
    page = sams.get(f"/compare/speed?by={by}").text

    assert page.count('<th scope="row"') == 2
    assert "Touches dated back are left out and counted apart." in page


def test_a_person_sees_the_own_line_and_a_manager_everybodys(
    here: Cast, sams: FlaskClient, browser: Browser
):
    own = sams.get("/compare/speed?by=owner").text
    all_of_them = browser(here.mona).get("/compare/speed?by=owner").text

    assert (">Sam</th>" in own, ">Tim</th>" in own) == (True, False)
    assert (">Sam</th>" in all_of_them, ">Tim</th>" in all_of_them) == (True, True)
    assert ">Tim" not in sams.get("/compare/speed.csv?by=owner").text


def test_the_file_is_a_spreadsheet(sams: FlaskClient):
    answer = sams.get("/compare/speed.csv?by=source")

    assert answer.mimetype == "text/csv"
    assert answer.text.splitlines()[1].startswith('"No source given",2,1,')


def test_before_any_handoff_the_page_says_what_to_do(here: Cast, browser: Browser):
    assert "Nothing was handed off in this period." in browser(here.sam).get("/compare/speed").text


@pytest.mark.parametrize("asked", ["by=colour", "from_on=yesterday", "months=7"])
def test_what_is_no_speed_is_not_found(here: Cast, browser: Browser, asked: str):
    assert browser(here.sam).get(f"/compare/speed?{asked}").status_code == 404
