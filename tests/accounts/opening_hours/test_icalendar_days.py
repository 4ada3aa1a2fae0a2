from datetime import date

import pytest

from alignment.accounts.opening_hours.icalendar_text import UnreadableCalendar
from tests.accounts.opening_hours.icalendar_files import (
    NEW_YEAR,
    YEARLY,
    calendar_file,
    read,
    whole_day,
)


def test_a_called_off_entry_closes_nothing_and_is_named():
    outing = whole_day("20270617", "Company outing", "STATUS:CANCELLED")
    christmas = whole_day("20271225", "Christmas Day", "STATUS:CONFIRMED")

    found = read(calendar_file(outing, christmas))

    assert [day.name for day in found.days] == ["Christmas Day"]
    assert found.left_out == ["“Company outing” is called off."]


@pytest.mark.parametrize(
    ("lines", "doubt"),
    [
        (["DESCRIPTION:Observance", "TRANSP:TRANSPARENT"], "observance"),
        (["CATEGORIES:Holiday,Observance"], "observance"),
        (["DESCRIPTION:Not a public holiday"], "observance"),
        (["TRANSP:TRANSPARENT"], "marked as free time"),
        (["DESCRIPTION:Public holiday in Bavaria"], "not everywhere"),
        ([f"DESCRIPTION:{'x' * 200} observance"], "observance"),
        (["DESCRIPTION:Bank holiday in lieu"], ""),
        (["STATUS:TENTATIVE"], "not certain"),
        (["SEQUENCE:many"], "not read in full"),
        (["DESCRIPTION:Public holiday", "TRANSP:TRANSPARENT"], ""),
        (["TRANSP:OPAQUE"], ""),
        ([], ""),
    ],
)
def test_an_observance_and_what_is_doubtful_closes_nothing_by_itself(lines: list[str], doubt: str):
    (day,) = read(calendar_file(whole_day("20270328", "Summer time begins", *lines))).days

    assert (day.doubt, day.closes) == (doubt, not doubt)


def test_a_date_is_offered_once_under_the_names_that_close_it():
    file = calendar_file(
        whole_day("20271003", "Unity Day"),
        whole_day("20271003", "Thanksgiving", "TRANSP:TRANSPARENT"),
        whole_day("20271003", "Company day"),
    )

    (day,) = read(file).days

    assert (day.on, day.name, day.closes) == (date(2027, 10, 3), "Unity Day, Company day", True)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["DTSTART:20270216T120000", "DTEND:20270216T123000"], "“X” has a time of day."),
        (["DTSTART:20270216T120000", "DTEND:20270217T120000"], "“X” has a time of day."),
        (["DTSTART:20270216T120000"], "“X” has a time of day."),
        ([], "“X” has no dates that can be read."),
        (
            ["DTSTART;VALUE=DATE:20270216", "DTEND:20270217T000000"],
            "“X” has no dates that can be read.",
        ),
        (
            ["DTSTART;VALUE=DATE:20270101", "DTEND;VALUE=DATE:20290101"],
            "“X” lasts longer than a year.",
        ),
        (
            ["DTSTART;VALUE=DATE:20270105", "DTEND;VALUE=DATE:20270101"],
            "“X” ends before it begins.",
        ),
        (["DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=HOURLY"], "“X” repeats by a rule"),
        (["DTSTART;VALUE=DATE:20190101"], "“X” has no day from 2025 to 2029."),
        (
            ["DTSTART;VALUE=DATE:20250101", "RRULE:FREQ=DAILY"],
            "“X” has 1826 days; 600 is the most.",
        ),
        (["DTSTART:99991231T235959"], "“X” has no day from 2025 to 2029."),
    ],
)
def test_an_entry_without_whole_days_is_named_and_the_rest_is_offered(
    lines: list[str], sentence: str
):
    found = read(calendar_file(("SUMMARY:X", *lines), NEW_YEAR))

    (left_out,) = found.left_out
    assert left_out.startswith(sentence)
    assert len(found.days) == 5


def test_a_file_with_very_many_repeating_entries_is_refused():
    birthdays = [whole_day("20000229", f"Person {each}", YEARLY) for each in range(301)]

    with pytest.raises(UnreadableCalendar, match="More than 300 entries of this file repeat"):
        read(calendar_file(*birthdays))
