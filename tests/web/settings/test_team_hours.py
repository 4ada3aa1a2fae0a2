import io
import re
from html import unescape

import pytest

from alignment import db
from alignment.accounts.opening_hours import queries
from alignment.leads.handoff import hand_off
from alignment.leads.models import Lead
from tests.accounts.opening_hours.icalendar_files import calendar_file, whole_day
from tests.factories import MONDAY_NINE, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import clock, in_force

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
TYPED = WEEK | {"sat": "", "sun": "", "zone": "Europe/Berlin", "country": "DE", "region": "BE"}


def change(client, team, **wish):
    return client.post(f"/teams/{team.id}/hours", data=TYPED | {"exceptions": ""} | wish)


def hours_of(engine, team):
    with db.read_only_session(engine) as session:
        return queries.newest_hours_of(session, team)


def test_everybody_sees_when_the_teams_work(browser, here):
    page = browser(here.sam).get("/teams")

    assert page.text.index("Marketing") < page.text.index("Sales")
    assert "09:00-17:00" in page.text
    assert "Change hours" not in page.text


def test_a_manager_changes_the_hours_and_sees_them_again(browser, here, engine):
    mona = browser(here.mona)
    line = "2027-12-24 09:00-12:00 Christmas Eve"

    answer = change(mona, here.sales, sat="10:00-12:00, 13:00-15:00", exceptions=line)

    assert answer.location == "/teams"
    hours = hours_of(engine, here.sales)
    assert hours.version == 2
    assert hours.week["sat"] == [["10:00", "12:00"], ["13:00", "15:00"]]
    assert ["2027-03-08", "Women's Day"] in hours.holidays
    form = mona.get(f"/teams/{here.sales.id}/hours").text
    assert 'value="10:00-12:00, 13:00-15:00"' in form
    assert line in form
    assert "Women&#39;s Day" in mona.get("/teams").text


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"mon": "17:00-17:00"}, "has no length"),
        ({"mon": "22:00-10:00"}, "The night of Mon runs into the hours of the next day"),
        ({"mon": "09:00-12:00, 11:00-13:00"}, "overlap"),
        (dict.fromkeys(WEEK, ""), "at least one working hour a week"),
        ({"zone": "Mars/Phobos"}, "not a time zone"),
        ({"zone": ""}, "not a time zone"),
        ({"region": "XX"}, "not a region"),
        ({"exceptions": "Christmas"}, "not clear"),
    ],
)
def test_hours_that_cannot_be_kept_are_refused_and_what_was_typed_stays(
    browser, here, engine, wish, sentence
):
    answer = change(browser(here.mona), here.sales, **wish)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert wish.get("mon", "09:00-17:00") in answer.text
    assert hours_of(engine, here.sales).version == 1


def test_a_night_shift_is_kept_and_read_back_as_it_was_typed(browser, here, engine):
    mona = browser(here.mona)

    answer = change(mona, here.sales, **dict.fromkeys(WEEK, "22:00-06:00"))

    assert answer.location == "/teams"
    assert hours_of(engine, here.sales).week["fri"] == [["22:00", "06:00"]]
    assert 'value="22:00-06:00"' in mona.get(f"/teams/{here.sales.id}/hours").text
    assert "22:00-06:00" in mona.get("/teams").text


def test_a_stranger_finds_no_team_and_sam_may_not(browser, here, elsewhere):
    for client, status in ((browser(elsewhere), 404), (browser(here.sam), 403)):
        assert client.get(f"/teams/{here.sales.id}/hours").status_code == status
        assert change(client, here.sales).status_code == status


CHRISTMAS = calendar_file(
    whole_day("20271224", "Christmas Eve"),
    whole_day("20271205", "Advent", "DESCRIPTION:Observance"),
    whole_day("20270617", "Outing", "STATUS:CANCELLED"),
)
FROM_NOON = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "12:00-17:00")


@pytest.fixture
def open_clock(engine, here) -> int:
    """Handed off to Sam on Monday at nine, to be accepted by one; the number of the lead."""
    with db.transaction(engine) as session:
        in_force(session, here)
        lead = make_lead(session, here)
        hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)
        return lead.id


def clock_of(engine, lead_id):
    with db.read_only_session(engine) as session:
        return clock(session, session.get_one(Lead, lead_id), "accept_or_return")


def add_days(client, team, data, **wish):
    file = (io.BytesIO(data), "holidays.ics")
    typed = TYPED | {"exceptions": "", "calendar": file, "step": "add"} | wish
    return client.post(f"/teams/{team.id}/hours", data=typed)


def test_before_open_clocks_move_the_page_says_how_many_and_asks(browser, here, engine, open_clock):
    answer = change(browser(here.mona), here.sales, **FROM_NOON)

    assert answer.status_code == 200
    assert "2 open clocks would move." in answer.text
    assert 'value="new" checked' in answer.text
    assert hours_of(engine, here.sales).version == 1


def test_new_leads_only_leaves_open_clocks_alone(browser, here, engine, open_clock):
    answer = change(browser(here.mona), here.sales, **FROM_NOON, covers_open="new")

    assert answer.location == "/teams"
    assert hours_of(engine, here.sales).version == 2
    assert clock_of(engine, open_clock).due_at == berlin("2027-03-01 13:00")


def test_open_ones_too_moves_them(browser, here, engine, open_clock):
    answer = change(browser(here.mona), here.sales, **FROM_NOON, covers_open="open")

    assert answer.location == "/teams"
    assert clock_of(engine, open_clock).due_at == berlin("2027-03-01 16:00")


def test_keep_editing_shows_what_was_typed_and_saves_nothing(browser, here, engine, open_clock):
    answer = change(browser(here.mona), here.sales, **FROM_NOON, covers_open="open", step="edit")

    assert 'value="12:00-17:00"' in answer.text
    assert hours_of(engine, here.sales).version == 1


def boxes(page: str) -> dict[str, bool]:
    """Each day that is offered, and whether it is ticked."""
    found = re.findall(r'name="closed" value="([^"]*)"( checked)?', page)
    return {unescape(line): bool(ticked) for line, ticked in found}


def test_the_days_of_a_calendar_file_are_offered_to_be_ticked(browser, here, engine):
    answer = add_days(browser(here.mona), here.sales, CHRISTMAS, exceptions="2027-12-31 closed")

    assert boxes(answer.text) == {
        "2027-12-24 closed Christmas Eve": True,
        "2027-12-05 closed Advent": False,
    }
    assert 'Advent <span class="hint">(observance)</span>' in answer.text
    assert "“Outing” is called off." in answer.text
    assert "2027-12-31 closed</textarea>" in answer.text
    assert hours_of(engine, here.sales).version == 1


def test_the_ticked_days_are_saved_with_the_hours(browser, here, engine):
    ticked = ["2027-12-24 closed Christmas Eve", "2027-12-05 closed Advent"]

    answer = change(browser(here.mona), here.sales, exceptions="2027-12-31 closed", closed=ticked)

    assert answer.location == "/teams"
    assert hours_of(engine, here.sales).exceptions == [
        ["2027-12-05", [], "Advent"],
        ["2027-12-24", [], "Christmas Eve"],
        ["2027-12-31", [], ""],
    ]


def test_ticked_days_stay_while_other_answers_are_mended(browser, here, engine, open_clock):
    mona, line = browser(here.mona), "2027-12-24 closed Christmas Eve"

    wrong = change(mona, here.sales, zone="", closed=[line])
    asked = change(mona, here.sales, **FROM_NOON, closed=[line])
    second_file = add_days(mona, here.sales, CHRISTMAS, closed=["2027-12-05 closed Advent"])

    assert f"{line}</textarea>" in wrong.text
    assert f'name="exceptions" value="{line}"' in asked.text
    assert "2027-12-05 closed Advent</textarea>" in second_file.text
    assert boxes(second_file.text) == {line: True}


def test_a_ticked_day_that_is_none_is_refused(browser, here, engine):
    answer = change(browser(here.mona), here.sales, closed=["Christmas"])

    assert answer.status_code == 422
    assert "“Christmas” is not clear." in answer.text


def test_the_same_file_again_offers_nothing(browser, here):
    typed = "2027-12-24 closed Christmas Eve\n2027-12-05 09:00-10:00"

    answer = add_days(browser(here.mona), here.sales, CHRISTMAS, exceptions=typed)

    assert "No day of this file is new" in answer.text
    assert boxes(answer.text) == {}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Choose a file ending in .ics first."),
        (b"PK\x03\x04", "This is not an iCalendar file."),
        (b"B" * (300 * 1024), "larger than 256 KB"),
    ],
    ids=["none", "no calendar", "too large"],
)
def test_a_file_that_cannot_be_used_is_refused_and_what_was_typed_stays(
    browser, here, data, sentence
):
    answer = add_days(browser(here.mona), here.sales, data, sat="10:00-12:00")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="10:00-12:00"' in answer.text
