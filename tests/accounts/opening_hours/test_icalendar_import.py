import pytest

from alignment.accounts.opening_hours.icalendar_import import (
    LARGEST,
    OfferedDays,
    offer_days,
    with_ticked_days,
)
from alignment.accounts.opening_hours.text_format import read_exceptions
from alignment.errors import Refused
from tests.accounts.opening_hours.icalendar_files import calendar_file, whole_day

CHRISTMAS = calendar_file(
    whole_day("20271225", "Christmas Day"), whole_day("20271224", "Christmas Eve")
)


def offer(exceptions: str, data: bytes) -> OfferedDays:
    return offer_days(exceptions, data, years=range(2025, 2036), zone="Europe/Berlin")


def lines(offered: OfferedDays) -> list[str]:
    return [day.line for day in offered.days]


def test_each_day_of_the_file_is_offered_as_a_line_of_the_single_dates():
    offered = offer("2027-12-31 closed Inventory", CHRISTMAS)

    assert lines(offered) == ["2027-12-24 closed Christmas Eve", "2027-12-25 closed Christmas Day"]


def test_a_date_that_was_typed_is_not_offered():
    offered = offer("2027-12-24 09:00-12:00 Half a day", CHRISTMAS)

    assert lines(offered) == ["2027-12-25 closed Christmas Day"]


def test_the_ticked_days_join_what_was_typed_and_read_back():
    name = r"09:00-12:00\n2027-01-01 closed"
    ticked = lines(offer("", calendar_file(whole_day("20271225", name))))

    text = with_ticked_days("2027-12-31 closed\n", ticked)

    assert read_exceptions(text) == [
        ["2027-12-25", [], "09:00-12:00 2027-01-01 closed"],
        ["2027-12-31", [], ""],
    ]


WEEKS = calendar_file(
    *(
        whole_day("20270104", f"Week {each}", f"RRULE:FREQ=WEEKLY;BYDAY={each}")
        for each in ("MO", "TU")
    )
)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"Date,Name\n2027-12-25,Christmas", "not an iCalendar file"),
        (b"x" * (LARGEST + 1), "larger than 256 KB"),
        (calendar_file(), "holds no entries"),
        (WEEKS, "holds 939 days; 800 is the most"),
    ],
    ids=["a table", "too large", "empty", "too many days"],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(data: bytes, sentence: str):
    with pytest.raises(Refused, match=sentence):
        offer("", data)


def test_what_was_typed_wrong_is_said_before_the_file_is_used():
    with pytest.raises(ValueError, match="is not clear"):
        offer("Christmas", CHRISTMAS)
