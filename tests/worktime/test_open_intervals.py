from datetime import date

import numpy as np

from alignment.worktime.calendar import Calendar
from alignment.worktime.open_intervals import day_number, open_intervals

DAY, HOUR = 86_400, 3600
MONDAY = day_number(date(2026, 3, 9)) * DAY


def stretches(calendar: Calendar, first: int, last: int) -> list[tuple[int, int]]:
    starts, ends = open_intervals(calendar.hours, first, last)
    assert starts.dtype == ends.dtype == np.int64
    return list(zip((starts - MONDAY).tolist(), (ends - MONDAY).tolist(), strict=True))


def test_days_are_numbered_from_1970():
    assert day_number(date(1970, 1, 1)) == 0
    assert day_number(date(2026, 3, 9)) == 20_521


def test_stretches_are_clipped_to_what_was_asked():
    calendar = Calendar.weekly("UTC", {"mon": [("09:00", "17:00")]})

    found = stretches(calendar, MONDAY + 10 * HOUR, MONDAY + 7 * DAY + 10 * HOUR)

    assert found == [
        (10 * HOUR, 17 * HOUR),
        (7 * DAY + 9 * HOUR, 7 * DAY + 10 * HOUR),
    ]


def test_touching_stretches_are_one():
    calendar = Calendar.weekly("UTC", {"mon": [("18:00", "24:00")], "tue": [("00:00", "02:00")]})

    assert stretches(calendar, MONDAY, MONDAY + 7 * DAY) == [(18 * HOUR, 26 * HOUR)]


def test_a_night_of_one_date_overlapping_the_next_day_counts_once():
    calendar = Calendar.weekly(
        "UTC",
        {"tue": [("05:00", "09:00")]},
        overrides={date(2026, 3, 9): [("22:00", "06:00")]},
    )

    assert stretches(calendar, MONDAY, MONDAY + 7 * DAY) == [(22 * HOUR, 33 * HOUR)]


def test_a_zone_far_from_utc_is_open_on_another_date():
    calendar = Calendar.weekly("Pacific/Kiritimati", {"mon": [("09:00", "17:00")]})

    assert stretches(calendar, MONDAY - DAY, MONDAY + DAY) == [(-5 * HOUR, 3 * HOUR)]


def test_a_night_that_began_two_dates_before_in_utc_is_seen():
    calendar = Calendar.weekly("Pacific/Honolulu", {"sat": [("22:00", "20:00")]})

    assert stretches(calendar, MONDAY, MONDAY + DAY) == [(0, 6 * HOUR)]


def test_a_date_that_begins_before_utc_s_own_is_seen():
    calendar = Calendar.weekly("Pacific/Kiritimati", {"tue": [("09:00", "17:00")]})

    assert stretches(calendar, MONDAY, MONDAY + 20 * HOUR) == [(19 * HOUR, 20 * HOUR)]


def test_a_calendar_that_shares_several_stretches_keeps_each():
    mornings = Calendar.weekly("UTC", {"mon": [("08:00", "10:00"), ("11:00", "13:00")]})
    day = Calendar.weekly("UTC", {"mon": [("09:00", "12:00")], "tue": [("09:00", "12:00")]})

    found = stretches(mornings & day, MONDAY, MONDAY + 7 * DAY)

    assert found == [(9 * HOUR, 10 * HOUR), (11 * HOUR, 12 * HOUR)]


def test_calendars_that_only_touch_share_nothing():
    mornings = Calendar.weekly("UTC", {"mon": [("09:00", "12:00")]})
    noons = Calendar.weekly("UTC", {"mon": [("08:00", "09:00"), ("12:00", "13:00")]})

    assert stretches(mornings & noons, MONDAY, MONDAY + DAY) == []


def test_no_hours_at_all_are_always_open():
    assert stretches(Calendar.always(), MONDAY, MONDAY + DAY) == [(0, DAY)]


def test_nothing_open_is_no_stretch():
    calendar = Calendar.weekly("UTC", {"sun": [("09:00", "17:00")]})

    assert stretches(calendar, MONDAY, MONDAY + DAY) == []
