import pytest

from alignment.accounts.opening_hours.icalendar_entries import (
    calendar_entries,
    text_of,
)
from tests.accounts.opening_hours.icalendar_files import calendar_file, whole_day

NEW_YEAR = whole_day("20270101", "New Year")


def names(data: bytes) -> list[str]:
    return [text_of(entry.event, "SUMMARY") for entry in calendar_entries(data).entries]


def test_every_calendar_of_a_file_is_read():
    labour_day = calendar_file(whole_day("20270501", "Labour Day"))

    assert names(calendar_file(NEW_YEAR) + labour_day) == ["New Year", "Labour Day"]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\r\n", b"\n"),
        lambda data: data.replace(b"\r\n", b"\r"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\r\n" + data + b"\x1a",
        lambda data: data.decode().encode("utf-16"),
        lambda data: data.decode().encode("cp1252"),
        lambda data: data.lower().replace(b"f\xc3\xaate", "Fête".encode()),
        lambda data: data.replace("Fête".encode(), "Fê\r\n te".encode()),
    ],
    ids=["\\n", "\\r", "a mark", "an end mark", "UTF-16", "Windows", "small letters", "folded"],
)
def test_a_file_is_read_however_it_is_written_down(change):
    assert names(change(calendar_file(whole_day("20270621", "Fête")))) == ["Fête"]


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (("SUMMARY:Torn", "DTSTART;VALUE=DATE:20270231"), "“Torn” cannot be read: DTSTART."),
        (whole_day("2027-01-01", "Torn"), "“Torn” cannot be read: DTSTART."),
        (
            whole_day("20270101", "Torn", "DTSTART;VALUE=DATE:20270102"),
            "“Torn” cannot be read: DTSTART.",
        ),
        (whole_day("20270101", "Torn", "RRULE:FREQ=NOW"), "“Torn” cannot be read: RRULE."),
        (whole_day("20270101", "Torn", "EXDATE:soon"), "“Torn” cannot be read: EXDATE."),
        (whole_day("20270101", "Torn", "DURATION:20270102"), "“Torn” cannot be read: DURATION."),
        (("DTSTART:soon",), "An entry without a name cannot be read: DTSTART."),
        (whole_day("20270101", "Torn", "DTEND:99991231/P1D"), "“Torn” cannot be read: DTEND."),
    ],
)
def test_an_entry_that_cannot_be_read_is_named_and_the_rest_is_read(entry, sentence):
    read = calendar_entries(calendar_file(entry, NEW_YEAR))

    assert read.unreadable == [sentence]
    assert [each.title for each in read.entries] == ["“New Year”"]


def test_an_entry_that_is_cut_off_is_named_and_the_next_calendar_is_read():
    torn = calendar_file(whole_day("20270501", "Labour Day")).partition(b"END:VEVENT")[0]

    read = calendar_entries(torn + calendar_file(NEW_YEAR))

    assert read.unreadable == ["“Labour Day” is cut off."]
    assert [each.title for each in read.entries] == ["“New Year”"]


def test_an_alarm_within_an_entry_is_passed_over():
    alarm = ("BEGIN:VALARM", "TRIGGER:junk", "SUMMARY:Wake up", "END:VALARM")

    assert names(calendar_file((*NEW_YEAR, *alarm))) == ["New Year"]


def test_a_name_is_one_line_that_can_be_printed():
    assert names(calendar_file(whole_day("20270101", r"New\nYear" + "\x00\x07 at last"))) == [
        "New Year at last"
    ]


def test_what_a_calendar_calls_off_is_called_off():
    (entry,) = calendar_entries(calendar_file(NEW_YEAR, head=("METHOD:CANCEL",))).entries

    assert entry.is_called_off
