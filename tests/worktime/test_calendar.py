import pickle
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alignment.accounts.opening_hours.public_holidays import public_holidays
from alignment.worktime.calendar import Calendar
from alignment.worktime.spans import BadCalendar, NoBusinessTime, Span
from tests.worktime.sheets import changes, instants, lengths, pauses, sheets

BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NINE_TO_FIVE = Calendar.weekly(
    "Europe/Berlin", {day: [("09:00", "17:00")] for day in WORKDAYS}, holidays=[date(2026, 12, 25)]
)
WITH_LUNCH = Calendar.weekly(
    "Europe/Berlin", {day: [("09:00", "12:30"), ("13:15", "17:00")] for day in WORKDAYS}
)
NIGHTS = Calendar.weekly("Europe/Berlin", {"fri": [("22:00", "06:00")]})


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("start", "work", "due"),
    [
        pytest.param("2026-03-06 16:00", 2, "2026-03-09 10:00", id="over a weekend"),
        pytest.param("2026-03-06 18:00", 2, "2026-03-09 11:00", id="from after the closing"),
        pytest.param("2026-03-07 12:00", 2, "2026-03-09 11:00", id="from a Saturday"),
        pytest.param("2026-03-09 09:00", 2, "2026-03-09 11:00", id="from the opening itself"),
        pytest.param("2026-03-09 17:00", 2, "2026-03-10 11:00", id="from the closing itself"),
        pytest.param("2026-03-09 15:00", 2, "2026-03-09 17:00", id="an exact fit is the closing"),
        pytest.param("2026-03-09 17:00", 0, "2026-03-10 09:00", id="nothing: the first opening"),
        pytest.param("2026-03-09 12:34", 0, "2026-03-09 12:34", id="nothing, while open: at once"),
        pytest.param("2026-12-24 16:00", 2, "2026-12-28 10:00", id="over Christmas Day"),
        pytest.param("2028-02-29 16:00", 2, "2028-03-01 10:00", id="on a leap day"),
    ],
)
def test_work_is_added_in_open_time(start: str, work: float, due: str):
    assert NINE_TO_FIVE.add(berlin(start), hours(work)) == berlin(due)


def test_a_lead_handed_off_on_maundy_thursday_evening_is_due_on_easter_tuesday():
    easter = public_holidays("DE", None, years=[2027])
    week = {day: [("09:00", "17:00")] for day in WORKDAYS}
    calendar = Calendar.weekly("Europe/Berlin", week, holidays=easter)

    due = calendar.add(berlin("2027-03-25 18:00"), hours(4))

    assert due == berlin("2027-03-30 13:00")


def test_lunch_is_not_open_time():
    assert WITH_LUNCH.add(berlin("2026-03-09 12:00"), hours(1)) == berlin("2026-03-09 13:45")


def test_answers_are_in_utc():
    due = NINE_TO_FIVE.add(berlin("2026-07-06 10:00"), hours(1))

    assert due.tzinfo is UTC
    assert due.hour == 9


def test_seconds_and_their_parts_are_kept():
    start = berlin("2026-03-09 16:59:59.250000")

    assert NINE_TO_FIVE.add(start, timedelta(seconds=1)) == berlin("2026-03-10 09:00:00.250000")


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(TypeError, match="naive"):
        NINE_TO_FIVE.add(datetime(2026, 3, 9, 9), hours(1))  # noqa: DTZ001


def test_work_cannot_be_less_than_none():
    with pytest.raises(ValueError, match="Work takes time"):
        NINE_TO_FIVE.add(berlin("2026-03-09 09:00"), hours(-1))


def test_the_night_on_which_clocks_go_back_has_an_hour_more():
    sundays = Calendar.weekly("Europe/Berlin", {"sun": [("01:00", "02:30")]})

    spans = sundays.spans(berlin("2026-10-25 00:00"), berlin("2026-10-26 00:00"))

    # 02:30 to 03:00 before the change is closed.
    assert spans == (
        Span(berlin("2026-10-25 01:00"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        Span(datetime(2026, 10, 25, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    )
    assert sum((span.length for span in spans), timedelta()) == hours(2)


@pytest.mark.parametrize(
    ("closes", "open_hours"), [("02:30", 1), ("03:00", 1), ("04:00", 2), ("24:00", 22)]
)
def test_a_wall_time_that_the_change_skips_is_never_read(closes: str, open_hours: int):
    sundays = Calendar.weekly("Europe/Berlin", {"sun": [("01:00", closes)]})

    counted = sundays.between(berlin("2026-03-29 00:00"), berlin("2026-03-30 00:00"))

    assert counted == hours(open_hours)


@pytest.mark.parametrize(
    ("on", "length"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-07", 24)]
)
def test_a_whole_day_is_as_long_as_it_is(on: str, length: int):
    sundays = Calendar.weekly("Europe/Berlin", {"sun": [("00:00", "24:00")]})
    midnight = berlin(f"{on} 00:00")

    assert sundays.between(midnight, midnight + timedelta(days=1)) == hours(length)


def test_a_night_shift_runs_into_the_next_date():
    assert NIGHTS.add(berlin("2026-12-04 23:00"), hours(3)) == berlin("2026-12-05 02:00")
    assert NIGHTS.between(berlin("2026-12-04 00:00"), berlin("2026-12-06 00:00")) == hours(8)


@pytest.mark.parametrize(
    ("closed", "open_hours"),
    [
        pytest.param(date(2026, 12, 25), 0, id="the date on which the night begins: all of it"),
        pytest.param(date(2026, 12, 26), 2, id="the date on which it ends: from midnight"),
    ],
)
def test_a_holiday_closes_its_date_and_its_night(closed: date, open_hours: int):
    nights = Calendar.weekly("Europe/Berlin", {"fri": [("22:00", "06:00")]}, holidays=[closed])

    counted = nights.between(berlin("2026-12-25 00:00"), berlin("2026-12-27 00:00"))

    assert counted == hours(open_hours)


def test_an_override_wins_over_a_holiday_and_over_the_weekday():
    week = {day: [("09:00", "17:00")] for day in WORKDAYS}
    eve, christmas = date(2026, 12, 24), date(2026, 12, 25)
    calendar = Calendar.weekly(
        "Europe/Berlin",
        week,
        holidays=[christmas],
        overrides={eve: [("09:00", "12:00")], christmas: [("10:00", "11:00")]},
    )

    spans = calendar.spans(berlin("2026-12-24 00:00"), berlin("2026-12-26 00:00"))

    assert spans == (
        Span(berlin("2026-12-24 09:00"), berlin("2026-12-24 12:00")),
        Span(berlin("2026-12-25 10:00"), berlin("2026-12-25 11:00")),
    )


def test_an_override_replaces_the_whole_date_with_the_end_of_the_night_before():
    saturday = date(2026, 12, 5)
    nights = Calendar.weekly(
        "Europe/Berlin",
        {"fri": [("22:00", "06:00")]},
        overrides={saturday: [("10:00", "11:00"), ("23:00", "01:00")]},
    )

    spans = nights.spans(berlin("2026-12-04 00:00"), berlin("2026-12-07 00:00"))

    assert spans == (
        Span(berlin("2026-12-04 22:00"), berlin("2026-12-05 00:00")),
        Span(berlin("2026-12-05 10:00"), berlin("2026-12-05 11:00")),
        Span(berlin("2026-12-05 23:00"), berlin("2026-12-06 01:00")),
    )


def test_open_at_the_opening_and_closed_at_the_closing():
    assert not NINE_TO_FIVE.is_open(berlin("2026-03-09 08:59:59"))
    assert NINE_TO_FIVE.is_open(berlin("2026-03-09 09:00"))
    assert NINE_TO_FIVE.is_open(berlin("2026-03-09 16:59:59"))
    assert not NINE_TO_FIVE.is_open(berlin("2026-03-09 17:00"))


def test_the_next_opening_is_now_while_open():
    assert NINE_TO_FIVE.next_open(berlin("2026-03-09 10:11")) == berlin("2026-03-09 10:11")
    assert NINE_TO_FIVE.next_open(berlin("2026-12-25 10:11")) == berlin("2026-12-28 09:00")


def test_time_from_a_later_to_an_earlier_instant_is_none():
    counted = NINE_TO_FIVE.between(berlin("2026-03-09 12:00"), berlin("2026-03-09 10:00"))

    assert counted == timedelta()


@pytest.mark.parametrize(
    ("paused", "due"),
    [
        pytest.param([("09 10:00", "09 11:00")], "09 14:00", id="within the hours"),
        pytest.param([("09 16:00", "10 10:00")], "09 13:00", id="after the due instant"),
        pytest.param([("09 13:00", "09 15:00")], "09 13:00", id="from the due instant itself"),
        pytest.param([("09 11:00", "10 10:00")], "10 12:00", id="over the closing"),
        pytest.param([("06 17:00", "09 10:00")], "09 14:00", id="before the start and over it"),
        pytest.param(
            [("09 10:30", "09 11:00"), ("09 10:00", "09 10:45")], "09 14:00", id="overlapping"
        ),
        pytest.param([("09 11:00", "09 10:00")], "09 13:00", id="reversed: none"),
        pytest.param([("09 10:00:00", "09 10:00:36")], "09 13:00:36", id="less than a minute"),
    ],
)
def test_a_pause_moves_the_due_instant_by_its_open_time(paused: list[tuple[str, str]], due: str):
    pairs = [(berlin(f"2026-03-{a}"), berlin(f"2026-03-{b}")) for a, b in paused]

    found = NINE_TO_FIVE.add(berlin("2026-03-09 09:00"), hours(4), pauses=pairs)

    assert found == berlin(f"2026-03-{due}")


def test_with_no_work_the_answer_is_the_first_open_instant_outside_the_pauses():
    paused = [(berlin("2026-03-09 08:30"), berlin("2026-03-09 10:00"))]

    found = NINE_TO_FIVE.add(berlin("2026-03-09 08:00"), hours(0), pauses=paused)

    assert found == berlin("2026-03-09 10:00")


def test_twenty_years_of_work_are_counted():
    start = berlin("2026-03-09 09:00")
    twenty_years = NINE_TO_FIVE.between(start, berlin("2046-03-09 09:00"))

    assert NINE_TO_FIVE.add(start, twenty_years) == berlin("2046-03-08 17:00")


def test_always_is_open_at_every_instant():
    start = berlin("2026-10-24 12:00")

    assert Calendar.always().is_open(start)
    assert Calendar.always().add(start, hours(24)) == start.astimezone(UTC) + hours(24)
    assert Calendar.always().zone == "UTC"
    assert Calendar.always() & NINE_TO_FIVE == NINE_TO_FIVE


def test_two_calendars_together_are_open_when_both_are():
    new_york = Calendar.weekly("America/New_York", {day: [("09:00", "17:00")] for day in WORKDAYS})

    spans = (NINE_TO_FIVE & new_york).spans(berlin("2026-03-09 00:00"), berlin("2026-03-10 00:00"))

    # New York changed its clocks the day before, Berlin not yet: five hours apart instead of six.
    assert spans == (Span(berlin("2026-03-09 14:00"), berlin("2026-03-09 17:00")),)
    assert (NINE_TO_FIVE & new_york).zone == "Europe/Berlin"


def test_hours_that_never_meet_are_found_out_in_a_bounded_search():
    mornings = Calendar.weekly("UTC", {"mon": [("09:00", "12:00")]})
    evenings = Calendar.weekly("UTC", {"mon": [("12:00", "20:00")]})
    never = mornings & evenings

    with pytest.raises(NoBusinessTime, match="too little open time in the 50 years"):
        never.add(berlin("2026-03-09 09:00"), hours(1))
    with pytest.raises(NoBusinessTime):
        never.next_open(berlin("2026-03-09 09:00"))
    assert not never.is_open(berlin("2026-03-09 09:00"))


def test_a_calendar_of_one_date_has_no_time_after_it():
    fair = Calendar.weekly("UTC", {}, overrides={date(2026, 3, 9): [("09:00", "12:00")]})

    assert fair.add(berlin("2026-01-01 09:00"), hours(3)) == datetime(2026, 3, 9, 12, tzinfo=UTC)
    with pytest.raises(NoBusinessTime):
        fair.add(berlin("2026-01-01 09:00"), hours(4))


def test_hours_that_cannot_be_kept_are_refused_where_they_are_written():
    with pytest.raises(BadCalendar, match="never open"):
        Calendar.weekly("Europe/Berlin", {})


def test_a_calendar_is_a_value():
    week = {day: [("09:00", "17:00")] for day in WORKDAYS}
    again = Calendar.weekly("Europe/Berlin", week, holidays={date(2026, 12, 25): ""})

    assert again == NINE_TO_FIVE
    assert hash(again) == hash(NINE_TO_FIVE)
    assert pickle.loads(pickle.dumps(NINE_TO_FIVE)) == NINE_TO_FIVE
    assert again != WITH_LUNCH


def test_working_dates_are_those_with_any_open_time():
    dates = list(NINE_TO_FIVE.working_dates(date(2026, 12, 24), date(2026, 12, 29)))

    assert dates == [date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 29)]


def test_a_night_makes_both_of_its_dates_working_dates():
    dates = list(NIGHTS.working_dates(date(2026, 12, 3), date(2026, 12, 7)))

    assert dates == [date(2026, 12, 4), date(2026, 12, 5)]


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        pytest.param("2026-03-09 10:30", 1, "2026-03-10 10:30", id="the same time tomorrow"),
        pytest.param("2026-03-06 10:30", 1, "2026-03-09 10:30", id="over a weekend"),
        pytest.param("2026-12-23 10:30", 3, "2026-12-29 10:30", id="over Christmas Day"),
        pytest.param("2026-03-27 10:30", 1, "2026-03-30 10:30", id="over a change of clocks"),
        pytest.param("2026-03-06 18:00", 1, "2026-03-10 09:00", id="from the next opening"),
        pytest.param("2026-03-07 12:00", 1, "2026-03-10 09:00", id="from the next opening day"),
        pytest.param("2026-03-09 17:00", 1, "2026-03-11 09:00", id="closed at the closing"),
        pytest.param("2026-03-09 09:00", 5, "2026-03-16 09:00", id="five days are a week"),
    ],
)
def test_working_days_keep_the_wall_time(start: str, days: int, due: str):
    assert NINE_TO_FIVE.add_working_days(berlin(start), days) == berlin(due)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param("2026-12-23 16:00", "2026-12-24 12:00", id="no later than its closing"),
        pytest.param("2026-12-23 09:15", "2026-12-24 10:00", id="no earlier than its opening"),
        pytest.param("2026-12-23 11:00", "2026-12-24 11:00", id="else the same time"),
    ],
)
def test_a_working_day_ends_within_the_hours_of_its_date(start: str, due: str):
    week = {day: [("09:00", "17:00")] for day in WORKDAYS}
    eve = {date(2026, 12, 24): [("10:00", "12:00")]}
    calendar = Calendar.weekly("Europe/Berlin", week, overrides=eve)

    assert calendar.add_working_days(berlin(start), 1) == berlin(due)


def test_paused_open_time_moves_the_end_of_a_working_day():
    paused = [(berlin("2026-03-09 15:00"), berlin("2026-03-10 10:00"))]

    due = NINE_TO_FIVE.add_working_days(berlin("2026-03-09 14:00"), 1, pauses=paused)

    assert due == berlin("2026-03-10 17:00")


def test_a_pause_after_the_working_day_counts_while_the_first_is_made_good():
    paused = [
        (berlin("2026-03-09 15:00"), berlin("2026-03-10 10:00")),
        (berlin("2026-03-10 15:00"), berlin("2026-03-10 16:00")),
    ]

    due = NINE_TO_FIVE.add_working_days(berlin("2026-03-09 14:00"), 1, pauses=paused)

    assert due == berlin("2026-03-11 10:00")


def test_working_days_are_counted_from_one():
    with pytest.raises(ValueError, match="counted from 1"):
        NINE_TO_FIVE.add_working_days(berlin("2026-03-09 14:00"), 0)


def test_too_few_working_days_are_found_out():
    fair = Calendar.weekly("UTC", {}, overrides={date(2026, 3, 9): [("09:00", "12:00")]})

    with pytest.raises(NoBusinessTime, match="too few working days"):
        fair.add_working_days(berlin("2026-03-09 11:00"), 1)


@given(st.data())
def test_time_between_undoes_add(data):
    zone, near = data.draw(changes)
    calendar, start = data.draw(sheets(zone, near)).calendar(), data.draw(instants(near))
    work, paused = data.draw(lengths), data.draw(pauses(near))

    due = calendar.add(start, work, pauses=paused)

    assert calendar.between(start, due, pauses=paused) == work


@given(st.data())
def test_adding_in_two_steps_is_adding_at_once(data):
    zone, near = data.draw(changes)
    calendar, start = data.draw(sheets(zone, near)).calendar(), data.draw(instants(near))
    first, second = data.draw(lengths), data.draw(lengths)
    assume(second)

    in_steps = calendar.add(calendar.add(start, first), second)

    assert in_steps == calendar.add(start, first + second)


@given(st.data())
def test_a_later_start_is_never_due_earlier(data):
    zone, near = data.draw(changes)
    calendar, work = data.draw(sheets(zone, near)).calendar(), data.draw(lengths)
    earlier, later = sorted([data.draw(instants(near)), data.draw(instants(near))])

    assert calendar.add(earlier, work) <= calendar.add(later, work)


@given(st.data())
def test_a_working_day_is_never_due_before_its_start_nor_on_a_closed_date(data):
    zone, near = data.draw(changes)
    calendar, start = data.draw(sheets(zone, near)).calendar(), data.draw(instants(near))

    due = calendar.add_working_days(start, data.draw(st.integers(1, 8)))

    # A closing at midnight belongs to the date before.
    local = due.astimezone(ZoneInfo(zone))
    dates = {local.date(), (local - timedelta(microseconds=1)).date()}
    assert due > start
    assert dates & set(calendar.working_dates(min(dates), max(dates)))


@given(st.data())
def test_spans_add_up_to_the_time_between(data):
    zone, near = data.draw(changes)
    calendar = data.draw(sheets(zone, near)).calendar()
    start, end = data.draw(instants(near)), data.draw(instants(near))

    spans = calendar.spans(start, end)

    assert sum((span.length for span in spans), timedelta()) == calendar.between(start, end)
    assert all(a.end < b.start for a, b in pairwise(spans))
