import pytest

from alignment.accounts.opening_hours.icalendar_entries import (
    CalendarEntry,
    UnreadableEntry,
    calendar_entries,
)
from alignment.accounts.opening_hours.icalendar_recurrence import check_recurrence
from tests.accounts.opening_hours.icalendar_files import calendar_file, whole_day


def entry(rule: str, *, begins: str = "20270101") -> CalendarEntry:
    (found,) = calendar_entries(calendar_file(whole_day(begins, "Closed", rule))).entries
    return found


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO",
        "FREQ=YEARLY;INTERVAL=4;UNTIL=20400101",
        "FREQ=MONTHLY;BYDAY=1FR;COUNT=7",
        "FREQ=WEEKLY;BYDAY=FR;WKST=MO",
        "FREQ=DAILY;COUNT=5",
    ],
)
def test_whole_days_may_recur(rule: str):
    check_recurrence(entry(f"RRULE:{rule}"))


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=YEARLY;BYHOUR=1,2,3",
        "RRULE:FREQ=YEARLY;INTERVAL=0",
        "RRULE:FREQ=YEARLY;COUNT=0",
        "RRULE:FREQ=YEARLY;RSCALE=CHINESE",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:COUNT=3",
        "EXRULE:FREQ=YEARLY",
    ],
)
def test_a_rule_that_is_not_for_whole_days_or_never_ends_its_search_is_named(rule: str):
    with pytest.raises(UnreadableEntry, match="“Closed” repeats by a rule that is not followed"):
        check_recurrence(entry(rule))


def test_what_recurs_every_year_may_be_as_old_as_it_likes_but_not_what_recurs_every_day():
    check_recurrence(entry("RRULE:FREQ=YEARLY", begins="17760704"))

    with pytest.raises(UnreadableEntry):
        check_recurrence(entry("RRULE:FREQ=DAILY", begins="17760704"))
