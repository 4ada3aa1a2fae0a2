import pytest

from alignment.accounts.opening_hours.icalendar_text import UnreadableCalendar, written_calendars
from alignment.errors import Refused
from tests.accounts.opening_hours.icalendar_files import calendar_file, whole_day

LABOUR_DAY = whole_day("20270501", "Labour Day")
ALARM = ("BEGIN:VALARM", "TRIGGER:junk", "SUMMARY:Wake up", "END:VALARM")


def test_an_entry_is_its_lines_without_what_lies_within_it():
    (calendar,) = written_calendars(calendar_file((*LABOUR_DAY, *ALARM), head=("METHOD:CANCEL",)))

    (event,) = calendar.events
    assert event.lines == list(LABOUR_DAY)
    assert event.is_whole
    assert calendar.properties["METHOD"] == "CANCEL"


def test_an_alarm_that_is_left_open_ends_with_its_entry():
    (calendar,) = written_calendars(calendar_file((*LABOUR_DAY, *ALARM[:-1]), LABOUR_DAY))

    assert [event.lines for event in calendar.events] == [list(LABOUR_DAY)] * 2


def test_a_stray_end_is_passed_over():
    stray = calendar_file(("END:VALARM", *LABOUR_DAY), head=("END:VEVENT",))

    (calendar,) = written_calendars(stray)

    assert [event.lines for event in calendar.events] == [list(LABOUR_DAY)]


@pytest.mark.parametrize("data", [b"", b"date,name\n2026-01-01,New Year", b"\xff\xfe\x00", b"\0"])
def test_another_kind_of_file_is_refused(data: bytes):
    with pytest.raises(UnreadableCalendar, match="not an iCalendar file") as refusal:
        written_calendars(data)

    assert isinstance(refusal.value, Refused)
