from datetime import UTC, date, datetime

import pytest

from alignment.worktime.spans import BadCalendar
from alignment.worktime.weekly_hours import WeeklyHours, WrittenTimes, parse_weekly_hours

HOUR = 3600


def hours(
    week: dict[str, WrittenTimes], zone: str = "Europe/Berlin", **more: dict[date, WrittenTimes]
) -> WeeklyHours:
    return parse_weekly_hours(zone, week, holidays=(), overrides=more.get("overrides", {}))


def test_times_are_seconds_since_midnight_in_order():
    found = hours({"mon": [("13:15", "17:00"), ("09:00", "12:30")]})

    assert found.week[0] == ((9 * HOUR, 45_000), (47_700, 17 * HOUR))
    assert found.week[1:] == ((), (), (), (), (), ())


def test_a_night_ends_beyond_the_date_on_which_it_begins():
    assert hours({"fri": [("22:00", "06:00")]}).week[4] == ((22 * HOUR, 30 * HOUR),)


def test_a_day_ends_at_24_00_or_at_00_00():
    whole, evening = hours({"mon": [("00:00", "24:00")]}), hours({"mon": [("18:00", "00:00")]})

    assert whole.week[0] == ((0, 24 * HOUR),)
    assert evening.week[0] == ((18 * HOUR, 24 * HOUR),)


def test_lists_from_a_stored_document_are_as_good_as_pairs():
    assert hours({"mon": [["09:00", "17:00"]]}) == hours({"mon": [("09:00", "17:00")]})


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        pytest.param({}, "never open", id="nothing"),
        pytest.param({"mon": []}, "never open", id="an empty day"),
        pytest.param({"mon": [("09:00", "09:00")]}, "On mon an interval has no length", id="empty"),
        pytest.param({"mon": [("00:00", "00:00")]}, "Write 00:00 to 24:00", id="meant all day"),
        pytest.param({"mon": [("24:00", "06:00")]}, "nothing can open at 24:00", id="too late"),
        pytest.param({"mon": [("09:00", "25:00")]}, "“25:00” is not a time", id="no such hour"),
        pytest.param({"mon": [("9:00", "17:00")]}, "“9:00” is not a time", id="one digit"),
        pytest.param({"mon": [("٠٩:٠٠", "17:00")]}, "is not a time", id="other digits"),
        pytest.param({"mon": [("09:00",)]}, "needs two times", id="half an interval"),
        pytest.param(
            {"mon": [("09:00", "12:00"), ("11:59", "17:00")]}, "On mon two intervals", id="overlap"
        ),
        pytest.param(
            {"sun": [("22:00", "06:00")], "mon": [("05:00", "09:00")]},
            "The night of Sun runs into",
            id="a night into Monday",
        ),
        pytest.param({"Monday": [("09:00", "17:00")]}, "“Monday” is not a weekday", id="weekday"),
    ],
)
def test_hours_that_cannot_be_kept_are_refused(week: dict[str, WrittenTimes], sentence: str):
    with pytest.raises(BadCalendar, match=sentence):
        hours(week)


def test_intervals_may_touch():
    found = hours({"fri": [("18:00", "22:00"), ("22:00", "06:00")], "sat": [("06:00", "09:00")]})

    assert len(found.week[4]) == 2


@pytest.mark.parametrize("zone", ["Berlin", "", "Europe", "../etc/passwd", "Mars/Olympus", "\0"])
def test_only_known_zones_are_taken(zone: str):
    with pytest.raises(BadCalendar, match="is not a time zone"):
        hours({"mon": [("09:00", "17:00")]}, zone=zone)


def test_hours_of_one_date_are_checked_like_those_of_a_weekday():
    with pytest.raises(BadCalendar, match="On 2026-12-24 an interval has no length"):
        hours({}, overrides={date(2026, 12, 24): [("09:00", "09:00")]})


def test_one_open_date_is_enough():
    found = hours({}, overrides={date(2026, 3, 9): [("09:00", "12:00")]})

    assert found.override_times == {date(2026, 3, 9): ((9 * HOUR, 12 * HOUR),)}


def test_holidays_may_have_names():
    week = {"fri": [("09:00", "17:00")]}
    named = parse_weekly_hours(
        "UTC", week, holidays={date(2027, 3, 26): "Good Friday"}, overrides={}
    )
    bare = parse_weekly_hours("UTC", week, holidays=[date(2027, 3, 26)], overrides={})

    assert named.holiday_names == {date(2027, 3, 26): "Good Friday"}
    assert bare.holiday_names == {date(2027, 3, 26): ""}


def test_an_instant_is_no_holiday():
    with pytest.raises(BadCalendar, match="whole dates"):
        parse_weekly_hours(
            "UTC",
            {"fri": [("09:00", "17:00")]},
            holidays=[datetime(2027, 3, 26, tzinfo=UTC)],
            overrides={},
        )
