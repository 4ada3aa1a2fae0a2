from datetime import date

import pytest

from alignment.accounts.opening_hours.icalendar_import import LARGEST, add_closed_days
from alignment.accounts.opening_hours.text_format import read_exceptions
from alignment.errors import Refused


def calendar(*days: tuple[str, str]) -> bytes:
    events = "".join(
        f"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{on}\r\nSUMMARY:{name}\r\nEND:VEVENT\r\n"
        for on, name in days
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n".encode()


CHRISTMAS = calendar(("20271225", "Christmas Day"), ("20271224", "Christmas Eve"))


def test_each_day_of_the_file_becomes_a_line_to_look_at() -> None:
    added = add_closed_days("2027-12-31 closed Inventory", CHRISTMAS)

    assert added.exceptions.splitlines() == [
        "2027-12-24 closed Christmas Eve",
        "2027-12-25 closed Christmas Day",
        "2027-12-31 closed Inventory",
    ]
    assert added.days == {
        date(2027, 12, 24): "Christmas Eve",
        date(2027, 12, 25): "Christmas Day",
    }


def test_a_date_that_was_typed_stays_as_it_was_typed() -> None:
    added = add_closed_days("2027-12-24 09:00-12:00 Half a day", CHRISTMAS)

    assert "2027-12-24 09:00-12:00 Half a day" in added.exceptions
    assert list(added.days) == [date(2027, 12, 25)]


def test_a_name_over_several_lines_becomes_one_that_reads_back() -> None:
    added = add_closed_days("", calendar(("20271225", r"09:00-12:00\n2027-01-01 closed")))

    assert read_exceptions(added.exceptions) == [
        ["2027-12-25", [], "09:00-12:00 2027-01-01 closed"]
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"Date,Name\n2027-12-25,Christmas", "not an iCalendar file"),
        (b"x" * (LARGEST + 1), "larger than 256 KB"),
        (calendar(), "holds no events"),
        (
            calendar(
                *(
                    (f"{year}{month:02}{day:02}", "Closed")
                    for year in (2027, 2028)
                    for month in range(1, 11)
                    for day in range(1, 28)
                )
            ),
            "holds 540 days; 400 is the most",
        ),
    ],
    ids=["a table", "too large", "empty", "too many days"],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        add_closed_days("", data)


def test_what_was_typed_wrong_is_said_before_the_file_is_used() -> None:
    with pytest.raises(ValueError, match="is not clear"):
        add_closed_days("Christmas", CHRISTMAS)
