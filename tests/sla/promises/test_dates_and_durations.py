from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from alignment.sla.promises.dates_and_durations import (
    date_and_time,
    date_range_in_words,
    duration_in_words,
)
from tests.sla.lead_histories import berlin


def test_an_instant_is_said_in_the_readers_wall_time() -> None:
    at = berlin("30 13:00")

    assert date_and_time(at, ZoneInfo("Europe/Berlin")) == "Tuesday 30 March 2027 at 13:00"
    assert date_and_time(at, ZoneInfo("Asia/Tokyo")) == "Tuesday 30 March 2027 at 20:00"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2027-03-27", "2027-03-27", "Saturday 27 March"),
        ("2027-03-27", "2027-03-28", "Saturday 27 to Sunday 28 March"),
        ("2027-03-31", "2027-04-01", "Wednesday 31 March to Thursday 1 April"),
    ],
)
def test_dates_are_said_shortly(first: str, last: str, said: str) -> None:
    assert date_range_in_words(date.fromisoformat(first), date.fromisoformat(last)) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(), "no time"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(hours=3, minutes=20, seconds=5), "3 hours 20 minutes"),
        (timedelta(hours=1, seconds=5), "1 hour 5 seconds"),
        (timedelta(days=2), "48 hours"),
    ],
)
def test_a_length_is_said_in_its_two_largest_units(length: timedelta, said: str) -> None:
    assert duration_in_words(length) == said
