import pytest

from alignment.accounts.opening_hours.text_format import (
    read_day,
    read_exceptions,
    write_day,
    write_exceptions,
)


@pytest.mark.parametrize(
    ("typed", "pairs"),
    [
        ("09:00-17:00", [["09:00", "17:00"]]),
        (" 9:00 – 17:00 ", [["09:00", "17:00"]]),
        ("9:00 to 17:00", [["09:00", "17:00"]]),
        ("13:15-17:00, 09:00-12:30", [["09:00", "12:30"], ["13:15", "17:00"]]),
        ("09:00-12:00,12:00-24:00", [["09:00", "12:00"], ["12:00", "24:00"]]),
        ("22:00-06:00", [["22:00", "06:00"]]),
        ("22:00-6:00, 13:00-17:00", [["13:00", "17:00"], ["22:00", "06:00"]]),
        ("22:00-08:00, 07:00-09:00", [["07:00", "09:00"], ["22:00", "08:00"]]),
        ("18:00-00:00", [["18:00", "00:00"]]),
        ("", []),
        (" Closed ", []),
    ],
)
def test_hours_are_read_as_people_write_them(typed, pairs):
    assert read_day(typed) == pairs


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("nine to five", "not a time span"),
        ("09:00", "not a time span"),
        ("09:00-25:00", "not a time span"),
        ("٠٩:00-17:00", "not a time span"),
        ("09:00-09:00", "has no length"),
        ("24:00-06:00", "Nothing opens at 24:00"),
        ("22:00-06:00, 23:00-24:00", "overlap at 23:00"),
        ("22:00-06:00, 23:00-05:00", "overlap at 23:00"),
        ("09:00-12:30, 12:00-17:00", "overlap at 12:00"),
        ("09:00-17:00,", "not a time span"),
    ],
)
def test_hours_that_cannot_be_kept_are_refused(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_day(typed)


def test_single_dates_are_read_in_order_with_their_names():
    typed = """
    2026-12-31 closed Inventory

    2026-12-24 9:00-12:00 Christmas Eve
    2026-05-02 10:00-12:00, 13:00-15:00
    2027-01-02 22:00-06:00 Moving night
    """

    rows = read_exceptions(typed)

    assert rows == [
        ["2026-05-02", [["10:00", "12:00"], ["13:00", "15:00"]], ""],
        ["2026-12-24", [["09:00", "12:00"]], "Christmas Eve"],
        ["2026-12-31", [], "Inventory"],
        ["2027-01-02", [["22:00", "06:00"]], "Moving night"],
    ]
    assert read_exceptions(write_exceptions(rows)) == rows


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-02-30 closed", "There is no 2026-02-30"),
        ("24.12.2026 closed", "not clear"),
        ("2026-12-24", "not clear"),
        ("2026-12-24 Christmas", "not clear"),
        ("2026-12-24 09:00-09:00", "has no length"),
        ("2026-12-24 closed\n2026-12-24 09:00-12:00", "stands here twice"),
    ],
)
def test_single_dates_that_are_unclear_are_refused(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_exceptions(typed)


def test_what_is_written_is_read_the_same():
    pairs = [["09:00", "12:30"], ["13:15", "17:00"], ["22:00", "06:00"]]

    assert read_day(write_day(pairs)) == pairs
    assert write_day([]) == ""
