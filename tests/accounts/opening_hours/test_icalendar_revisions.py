import pytest

from tests.accounts.opening_hours.icalendar_files import (
    NEW_YEAR,
    calendar_file,
    closed,
    new_years,
    whole_day,
)


@pytest.mark.parametrize(
    ("cancel", "left"),
    [
        pytest.param(("UID:1", "SEQUENCE:1"), [], id="the whole series"),
        pytest.param(NEW_YEAR, [], id="in the same revision"),
        pytest.param(
            ("UID:1", "RECURRENCE-ID;VALUE=DATE:20270101"),
            new_years(2025, 2026, 2028, 2029),
            id="one year",
        ),
        pytest.param(("UID:2",), new_years(2025, 2026, 2027, 2028, 2029), id="another entry"),
    ],
)
def test_a_second_calendar_in_the_file_calls_off_what_the_first_holds(
    cancel: tuple[str, ...], left: list[str]
):
    calls_off = calendar_file(cancel, head=("METHOD:CANCEL",))

    assert closed(calendar_file(NEW_YEAR) + calls_off) == left


def test_the_latest_revision_of_an_entry_holds():
    first = whole_day("20270617", "Outing", "UID:2")
    later = whole_day("20270618", "Outing", "UID:2", "SEQUENCE:1")

    assert closed(calendar_file(later, first)) == ["2027-06-18 Outing"]


def test_different_days_under_one_identity_are_all_read():
    days = [whole_day(f"2027060{day}", f"Day {day}", "UID:same") for day in (1, 2, 3)]

    assert len(closed(calendar_file(*days))) == 3
