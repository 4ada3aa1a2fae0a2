import pytest

from alignment import db
from alignment.accounts import queries

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
TYPED = WEEK | {"sat": "", "sun": "", "zone": "Europe/Berlin", "country": "DE", "region": "BE"}


def change(client, team, **wish):
    return client.post(f"/teams/{team.id}/hours", data=TYPED | {"exceptions": ""} | wish)


def hours_of(engine, team):
    with db.reading(engine) as session:
        return queries.hours_of(session, team)


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
        ({"mon": "17:00-09:00"}, "ends before it begins"),
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


def test_a_stranger_finds_no_team_and_sam_may_not(browser, here, elsewhere):
    for client, status in ((browser(elsewhere), 404), (browser(here.sam), 403)):
        assert client.get(f"/teams/{here.sales.id}/hours").status_code == status
        assert change(client, here.sales).status_code == status
