from datetime import UTC, date, datetime

import pytest

from alignment.errors import Refused
from alignment.metrics.periods import ReportPeriod, last_months, period_between, period_since
from tests.factories import BERLIN

TODAY = date(2027, 4, 30)


def period(first: str, last: str, zone: str = BERLIN) -> ReportPeriod:
    return ReportPeriod(
        from_on=date.fromisoformat(first), until_on=date.fromisoformat(last), zone=zone
    )


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("UTC", datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)),
        (BERLIN, datetime(2027, 2, 28, 23, tzinfo=UTC), datetime(2027, 3, 31, 22, tzinfo=UTC)),
        (
            "Asia/Kathmandu",
            datetime(2027, 2, 28, 18, 15, tzinfo=UTC),
            datetime(2027, 3, 31, 18, 15, tzinfo=UTC),
        ),
        (
            "America/New_York",
            datetime(2027, 3, 1, 5, tzinfo=UTC),
            datetime(2027, 4, 1, 4, tzinfo=UTC),
        ),
    ],
)
def test_a_month_goes_from_local_midnight_to_local_midnight_across_a_change_of_clocks(
    zone, start, end
):
    march = period("2027-03-01", "2027-03-31", zone)

    assert (march.start, march.end) == (start, end)


def test_months_meet_without_a_gap():
    year = period("2027-01-01", "2027-12-31").months()

    assert len(year) == 12
    assert [month.end for month in year[:-1]] == [month.start for month in year[1:]]


def test_the_first_and_the_last_month_are_cut_where_the_period_is():
    months = period("2027-01-15", "2027-03-02").months()

    assert [month.words for month in months] == [
        "15 Jan 2027 – 31 Jan 2027",
        "February 2027",
        "1 Mar 2027 – 2 Mar 2027",
    ]


def test_the_last_months_are_whole_and_hold_the_present_one():
    assert last_months(3, today=TODAY, zone=BERLIN) == period("2027-02-01", "2027-04-30")
    assert last_months(12, today=date(2027, 1, 5), zone=BERLIN) == period(
        "2026-02-01", "2027-01-31"
    )


def test_all_begins_with_the_local_month_of_the_first_fact():
    new_year_in_berlin = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    found = period_since(new_year_in_berlin, today=TODAY, zone=BERLIN)

    assert found == period("2027-01-01", "2027-04-30")


def test_all_goes_back_to_the_year_2000_at_most():
    found = period_since(datetime(1899, 12, 31, tzinfo=UTC), today=TODAY, zone=BERLIN)

    assert found.from_on == date(2000, 1, 1)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (date(2027, 3, 5), date(2027, 3, 5), ("2027-03-05", "2027-03-05")),
        (date(2027, 3, 5), None, ("2027-03-05", "2027-04-30")),
        (None, date(2027, 1, 10), ("2026-11-01", "2027-01-10")),
    ],
)
def test_a_date_left_out_is_the_end_of_this_month_or_two_months_before(first, last, found):
    assert period_between(first, last, today=TODAY, zone=BERLIN) == period(*found)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2027, 3, 2), date(2027, 3, 1), "ends before it begins"),
        (date(1, 1, 1), date(2027, 3, 1), "from 2000 to 2100"),
        (date(2027, 3, 1), date(9999, 12, 31), "from 2000 to 2100"),
    ],
)
def test_dates_that_make_no_period_are_refused_with_what_to_do(first, last, words):
    with pytest.raises(Refused, match=words):
        period_between(first, last, today=TODAY, zone=BERLIN)
