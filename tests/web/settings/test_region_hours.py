"""Mona gives a region of leads hours of its own, and changes them as she changes her team's."""

import io
from dataclasses import replace

import pytest

from alignment import db
from alignment.accounts.opening_hours import queries
from alignment.leads.handoff import hand_off
from alignment.leads.models import Lead
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return
from alignment.sla.promises.targets import HoursSource
from tests.accounts.opening_hours.icalendar_files import calendar_file, whole_day
from tests.factories import MONDAY_NINE, make_lead, make_region_hours
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import clock, draft_light, sign_both

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
TYPED = WEEK | {"sat": "", "sun": "", "zone": "America/New_York", "country": "US", "region": "NY"}
NEW = "/teams/regions/new"
CHRISTMAS = calendar_file(whole_day("20271224", "Christmas Eve"))


def send(client, address, **wish):
    return client.post(address, data=TYPED | {"exceptions": ""} | wish)


def hours_of(engine, here, key="us"):
    with db.read_only_session(engine) as session:
        return queries.region_hours(session, here.id, key)


@pytest.fixture
def us(engine, here) -> str:
    """Where the hours of the United States are changed; version 1."""
    with db.transaction(engine) as session:
        return f"/teams/regions/{make_region_hours(session, here, 'US').id}"


@pytest.fixture
def open_clock(engine, here) -> int:
    """A lead of the United States, handed off to Sam on Monday at nine; its number."""
    targets = [replace(accept_or_return(hours=4), clock_of=HoursSource.LEAD_REGION)]
    with db.transaction(engine) as session:
        drafted = draft_light(
            session, here, targets=[*targets, answer_to_return(hours=8)], now=MONDAY_NINE
        )
        sign_both(session, here, drafted, now=MONDAY_NINE)
        lead = make_lead(session, here, region="US")
        hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)
        return lead.id


def due(engine, lead_id):
    with db.read_only_session(engine) as session:
        return clock(session, session.get_one(Lead, lead_id), "accept_or_return").due_at


def test_a_region_gets_hours_and_everybody_sees_them(browser, here, engine):
    answer = send(browser(here.mona), NEW, lead_region=" US ")

    assert answer.location == "/teams"
    hours = hours_of(engine, here)
    assert (hours.lead_region, hours.version, hours.team_id) == ("US", 1, None)
    assert ["2027-07-05", "Independence Day (observed)"] in hours.holidays
    page = browser(here.sam).get("/teams").text
    assert "America/New_York" in page
    assert "Add hours of a region" not in page


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (" ", "Name the region as your leads name it."),
        ("us", "us has hours already. Change them under Teams."),
        ("x" * 201, "at most 200 characters"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_and_what_was_typed_stays(
    browser, here, us, name, sentence
):
    answer = send(browser(here.mona), NEW, lead_region=name, sat="10:00-12:00")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="10:00-12:00"' in answer.text


def test_hours_that_cannot_be_kept_are_refused_and_the_name_stays(browser, here, engine):
    answer = send(browser(here.mona), NEW, lead_region="US", mon="17:00-17:00")

    assert answer.status_code == 422
    assert "has no length" in answer.text
    assert 'value="US"' in answer.text
    assert hours_of(engine, here) is None


def test_the_hours_of_a_region_change_and_the_form_finds_them_again(browser, here, engine, us):
    mona = browser(here.mona)

    answer = send(mona, us, mon="10:00-18:00")

    assert answer.location == "/teams"
    assert (hours_of(engine, here).version, hours_of(engine, here).lead_region) == (2, "US")
    assert 'value="10:00-18:00"' in mona.get(us).text


def test_the_days_of_a_calendar_file_are_offered_for_a_new_region_and_saved(browser, here, engine):
    mona, line = browser(here.mona), "2027-12-24 closed Christmas Eve"
    file = (io.BytesIO(CHRISTMAS), "holidays.ics")

    offered = send(mona, NEW, lead_region="US", calendar=file, step="add")
    saved = send(mona, NEW, lead_region="US", closed=[line])

    assert f'value="{line}" checked' in offered.text
    assert 'value="US"' in offered.text
    assert saved.location == "/teams"
    assert hours_of(engine, here).exceptions == [["2027-12-24", [], "Christmas Eve"]]


def test_days_ticked_for_a_region_stay_while_its_name_is_mended(browser, here, us):
    line = "2027-12-24 closed Christmas Eve"

    answer = send(browser(here.mona), NEW, lead_region="us", closed=[line])

    assert f"{line}</textarea>" in answer.text


def test_before_open_clocks_move_into_a_new_regions_hours_the_page_asks(
    browser, here, engine, open_clock
):
    mona = browser(here.mona)

    asked = send(mona, NEW, lead_region="US")
    edited = send(mona, NEW, lead_region="US", covers_open="open", step="edit")

    assert "1 open clock would move." in asked.text
    assert 'name="lead_region" value="US"' in asked.text
    assert 'value="US"' in edited.text
    assert hours_of(engine, here) is None


@pytest.mark.parametrize(
    ("choice", "at"), [("new", "2027-03-01 13:00"), ("open", "2027-03-01 19:00")]
)
def test_open_clocks_move_into_a_new_regions_hours_only_if_chosen(
    browser, here, engine, open_clock, choice, at
):
    answer = send(browser(here.mona), NEW, lead_region="US", covers_open=choice)

    assert answer.location == "/teams"
    assert due(engine, open_clock) == berlin(at)


def test_a_stranger_finds_no_region_and_sam_may_not(browser, here, elsewhere, engine, us):
    for client, status in ((browser(elsewhere), 404), (browser(here.sam), 403)):
        assert client.get(us).status_code == status
        assert send(client, us).status_code == status
    assert "US" not in browser(elsewhere).get("/teams").text
    assert hours_of(engine, here).version == 1


def test_the_form_of_agreements_offers_the_region_once_one_has_hours(browser, here, engine):
    mona = browser(here.mona)
    before = mona.get("/agreements/new").text

    with db.transaction(engine) as session:
        make_region_hours(session, here, "US")

    assert "Hours of the lead’s region" not in before
    assert "Hours of the lead’s region" in mona.get("/agreements/new").text


def test_the_contract_says_that_the_region_decides(browser, here, us, open_clock):
    page = browser(here.sam).get("/agreements/1").text

    assert "Within 4 hours, in the hours of the lead’s region, of its handoff." in page
    assert "A lead of no known region handed off now would be" in page
