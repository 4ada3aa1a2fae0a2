from datetime import UTC, date, datetime, timedelta

from alignment.worktime.calendar import Calendar
from alignment.worktime.calendar_days import DayKind

WEEK = {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")}


def noon(month: int, day: int, year: int = 2027) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def test_every_date_over_easter_says_why_it_is_open_or_not():
    holidays = {date(2027, 3, 26): "Good Friday", date(2027, 3, 29): "Easter Monday"}
    calendar = Calendar.weekly("Europe/Berlin", WEEK, holidays=holidays)

    days = calendar.days(noon(3, 25), noon(3, 30))

    assert [(day.on.day, day.kind, day.name) for day in days] == [
        (25, DayKind.USUAL, ""),
        (26, DayKind.HOLIDAY, "Good Friday"),
        (27, DayKind.NOT_OPEN, ""),
        (28, DayKind.NOT_OPEN, ""),
        (29, DayKind.HOLIDAY, "Easter Monday"),
        (30, DayKind.USUAL, ""),
    ]
    assert [bool(day.spans) for day in days] == [True, False, False, False, False, True]


def test_a_date_shows_all_its_hours_also_those_outside_the_two_instants():
    calendar = Calendar.weekly("Europe/Berlin", WEEK)

    (day,) = calendar.days(noon(3, 30), noon(3, 30) + timedelta(minutes=1))

    assert [span.length for span in day.spans] == [timedelta(hours=8)]


def test_a_date_with_hours_of_its_own_says_so_even_when_they_are_none():
    eve, christmas = date(2026, 12, 24), date(2026, 12, 25)
    calendar = Calendar.weekly(
        "Europe/Berlin",
        WEEK,
        holidays={christmas: "Christmas Day"},
        overrides={eve: [], christmas: [("10:00", "11:00")]},
    )

    days = calendar.days(noon(12, 24, 2026), noon(12, 25, 2026))

    assert [day.kind for day in days] == [DayKind.OVERRIDE, DayKind.OVERRIDE]
    assert [bool(day.spans) for day in days] == [False, True]


def test_dates_are_local():
    calendar = Calendar.weekly("Pacific/Auckland", WEEK)

    (day,) = calendar.days(noon(3, 29), noon(3, 29))

    assert day.on == date(2027, 3, 30)


def test_a_date_that_the_zone_skipped_is_left_out():
    calendar = Calendar.weekly("Pacific/Apia", WEEK)

    days = calendar.days(noon(12, 29, 2011), noon(12, 31, 2011))

    assert [day.on for day in days] == [date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]


def test_of_two_calendars_together_the_one_with_a_holiday_speaks():
    team = Calendar.weekly("Europe/Berlin", WEEK)
    region = Calendar.weekly("Europe/Paris", WEEK, holidays={date(2026, 7, 14): "National Day"})

    (day,) = (team & region).days(noon(7, 14, 2026), noon(7, 14, 2026))

    assert (day.kind, day.name, day.spans) == (DayKind.HOLIDAY, "National Day", ())
