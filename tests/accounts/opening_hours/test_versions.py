from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine

from alignment import db
from alignment.accounts.models import Team, User
from alignment.accounts.opening_hours import queries, versions
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.accounts.opening_hours.versions import NewHours
from tests.factories import MONDAY_NINE, make_cast, make_hours

NINE = MONDAY_NINE
BERLIN_WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
THURSDAY_SIX_PM = datetime(2027, 3, 25, 17, 0, tzinfo=UTC)
"""Thursday before Easter, 18:00 in Berlin."""


def test_an_edit_is_a_new_version_and_the_old_one_stays(session, acme):
    before = acme.sales_hours
    wish = NewHours(zone="Europe/Vienna", **BERLIN_WEEK, sat="10:00-12:00")

    after = versions.change_opening_hours(session, acme.sales, wish, by=acme.mona, now=NINE)

    assert (before.version, before.zone) == (1, "Europe/Berlin")
    assert (after.version, after.zone) == (2, "Europe/Vienna")
    assert after.week["sat"] == [["10:00", "12:00"]]
    assert queries.newest_hours_of(session, acme.sales) is after


def test_a_lead_before_easter_is_due_on_the_tuesday_after(session, acme):
    wish = NewHours(zone="Europe/Berlin", country="DE", **BERLIN_WEEK)
    hours = versions.change_opening_hours(session, acme.sales, wish, by=acme.mona, now=NINE)

    due = calendar_for(hours).add(THURSDAY_SIX_PM, timedelta(hours=4))

    assert due == datetime(2027, 3, 30, 11, 0, tzinfo=UTC)
    assert ["2027-03-26", "Good Friday"] in hours.holidays


def test_a_single_date_wins_over_a_holiday(session, acme):
    wish = NewHours(
        zone="Europe/Berlin",
        country="DE",
        exceptions="2027-03-26 10:00-15:00 Good Friday shift",
        **BERLIN_WEEK,
    )
    hours = versions.change_opening_hours(session, acme.sales, wish, by=acme.mona, now=NINE)

    due = calendar_for(hours).add(THURSDAY_SIX_PM, timedelta(hours=4))

    assert due == datetime(2027, 3, 26, 13, 0, tzinfo=UTC)


def test_the_region_has_its_own_holidays(session, acme):
    wish = NewHours(zone="Europe/Berlin", country="DE", region="BE", **BERLIN_WEEK)
    hours = versions.change_opening_hours(session, acme.sales, wish, by=acme.mona, now=NINE)

    assert any(on == "2027-03-08" for on, _ in hours.holidays)


def test_asking_again_gives_the_same_calendar_also_for_an_equal_version(session, acme):
    hours = acme.sales_hours
    equal = make_hours(session, acme.sales, version=2)

    assert calendar_for(hours) is calendar_for(hours)
    assert calendar_for(hours) is calendar_for(equal)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"mon": "17:00-17:00"}, "mon", "has no length"),
        ({"mon": "09:00-12:00, 11:00-13:00"}, "mon", "overlap"),
        ({"zone": "Etc/GMT+5"}, "zone", "not a time zone"),
        ({"exceptions": "Christmas"}, "exceptions", "not clear"),
        ({"country": "DE", "region": "XX"}, "region", "is not a region"),
        ({"country": "XX"}, "country", "is not a country"),
        ({"is_admin": "yes"}, "is_admin", "not permitted"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes, field, sentence):
    with pytest.raises(ValidationError, match=sentence) as refused:
        NewHours(**({"zone": "Europe/Berlin"} | BERLIN_WEEK | changes))

    assert [error["loc"] for error in refused.value.errors()] == [(field,)]


def test_a_week_without_an_hour_is_refused():
    with pytest.raises(ValidationError, match="at least one working hour a week"):
        NewHours(zone="Europe/Berlin", mon="closed")


@pytest.mark.parametrize(
    ("night", "next_day"),
    [
        ({"mon": "22:00-06:00"}, {"tue": "05:00-09:00"}),
        ({"sun": "22:00-06:00"}, {"mon": "05:59-9:00"}),
    ],
)
def test_a_night_that_runs_into_the_next_days_hours_is_refused(night, next_day):
    with pytest.raises(ValidationError, match="runs into the hours of the next day"):
        NewHours(**({"zone": "Europe/Berlin"} | night | next_day))


NIGHTS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "22:00-06:00")


@pytest.mark.parametrize(
    ("handed_off", "due"),
    [
        pytest.param("2027-03-25T22:00+01:00", "2027-03-26T05:00+01:00", id="an ordinary night"),
        pytest.param("2027-03-26T12:00+01:00", "2027-03-27T05:00+01:00", id="at noon"),
        pytest.param("2027-03-27T22:00+01:00", "2027-03-28T06:00+02:00", id="clocks go forward"),
        pytest.param("2027-10-30T22:00+02:00", "2027-10-31T04:00+01:00", id="clocks go back"),
    ],
)
def test_seven_hours_of_a_night_shift_through_both_changes_of_clocks(
    session, acme, handed_off, due
):
    wish = NewHours(zone="Europe/Berlin", **NIGHTS)
    hours = versions.change_opening_hours(session, acme.sales, wish, by=acme.mona, now=NINE)

    reached = calendar_for(hours).add(datetime.fromisoformat(handed_off), timedelta(hours=7))

    assert reached == datetime.fromisoformat(due)


def test_a_night_belongs_to_the_day_on_which_it_begins(session, acme):
    wish = NewHours(zone="Europe/Berlin", fri="22:00-06:00")
    hours = versions.change_opening_hours(session, acme.sales, wish, by=acme.mona, now=NINE)

    assert hours.week["fri"] == [["22:00", "06:00"]]
    assert calendar_for(hours).is_open(datetime(2027, 3, 6, 4, 0, tzinfo=UTC))
    assert not calendar_for(hours).is_open(datetime(2027, 3, 5, 4, 0, tzinfo=UTC))


def test_of_two_who_change_hours_at_once_the_later_writes_the_next_version(
    postgresql_engine: Engine,
):
    with db.transaction(postgresql_engine) as session:
        acme = make_cast(session)

    def close_on_friday() -> int:
        with db.transaction(postgresql_engine) as session:
            team, by = session.get_one(Team, acme.sales.id), session.get_one(User, acme.sam.id)
            wish = NewHours(zone="Europe/Berlin", mon="09:00-17:00")
            return versions.change_opening_hours(session, team, wish, by=by, now=NINE).version

    with ThreadPoolExecutor(1) as other:
        with db.transaction(postgresql_engine) as session:
            team, by = session.get_one(Team, acme.sales.id), session.get_one(User, acme.olga.id)
            wish = NewHours(zone="Europe/Berlin", tue="09:00-17:00")
            first = versions.change_opening_hours(session, team, wish, by=by, now=NINE).version
            later = other.submit(close_on_friday)
            wait([later], timeout=0.5)
        assert (first, later.result()) == (2, 3)
