import pytest

from tests.accounts.opening_hours.icalendar_files import (
    NEW_YEAR,
    calendar_file,
    closed,
    new_years,
    read,
    whole_day,
)

BERLIN = "TZID=Europe/Berlin"


def moved(*lines: str) -> tuple[str, ...]:
    """What became of New Year 2027."""
    return ("UID:1", "RECURRENCE-ID;VALUE=DATE:20270101", *lines)


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        pytest.param(["DTSTART;VALUE=DATE:20270501"], 1, id="no end"),
        pytest.param(["DTSTART:20270501"], 1, id="a date that does not say that it is one"),
        pytest.param(
            ["DTSTART;VALUE=DATE:20270501", "DTEND;VALUE=DATE:20270501"], 1, id="end equals start"
        ),
        pytest.param(
            ["DTSTART;VALUE=DATE:20270501", "DTEND;VALUE=DATE:20270502"], 1, id="the day after"
        ),
        pytest.param(
            ["DTSTART;VALUE=DATE:20270501", "DTEND;VALUE=DATE:20270503"], 2, id="two days"
        ),
        pytest.param(["DTSTART;VALUE=DATE:20270501", "DURATION:P2D"], 2, id="a duration"),
        pytest.param(
            [
                f"DTSTART;{BERLIN};VALUE=DATE:20270501",
                f"DTEND;{BERLIN};VALUE=DATE:20270502",
            ],
            1,
            id="a date with a zone",
        ),
        pytest.param(
            [f"DTSTART;{BERLIN}:20270501T000000", f"DTEND;{BERLIN}:20270503T000000"],
            2,
            id="midnights with a zone",
        ),
        pytest.param(
            ["DTSTART;TZID=Our Office:20270501T000000", "DTEND;TZID=Our Office:20270502T000000"],
            1,
            id="midnights in a zone nobody knows",
        ),
        pytest.param(["DTSTART:20270501T000000", "DTEND:20270502T000000"], 1, id="midnights"),
        pytest.param(["DTSTART:20270501T000000", "DTEND:20270501T235959"], 1, id="to 23:59"),
        pytest.param(["DTSTART:20270501T000000Z", "DTEND:20270502T000000Z"], 1, id="UTC’s own"),
        pytest.param(
            ["DTSTART:20270430T220000Z", "DTEND:20270502T220000Z"], 2, id="Berlin’s, as UTC"
        ),
    ],
)
def test_a_whole_day_is_one_however_it_is_written(lines: list[str], days: int):
    assert (
        closed(calendar_file((*lines, "SUMMARY:Off")))
        == [
            "2027-05-01 Off",
            "2027-05-02 Off",
        ][:days]
    )


@pytest.mark.parametrize(
    ("starts", "ends", "on"),
    [
        ("20270328T000000", "20270329T000000", "2027-03-28"),
        ("20271031T000000", "20271101T000000", "2027-10-31"),
    ],
)
def test_a_day_on_which_clocks_change_is_one_day(starts: str, ends: str, on: str):
    in_berlin = (f"DTSTART;{BERLIN}:{starts}", f"DTEND;{BERLIN}:{ends}")

    assert closed(calendar_file(in_berlin)) == [on]


def test_a_day_written_in_utc_is_read_in_the_zone_of_its_calendar():
    in_new_york = ("DTSTART:20270704T040000Z", "DTEND:20270705T040000Z")
    file = calendar_file(in_new_york, head=("X-WR-TIMEZONE:America/New_York",))

    assert closed(file) == ["2027-07-04"]
    assert closed(calendar_file(in_new_york), zone="America/New_York") == ["2027-07-04"]
    assert read(calendar_file(in_new_york)).left_out == [
        "An entry without a name has a time of day."
    ]


def test_a_yearly_entry_closes_each_year_in_view_but_its_exceptions():
    without_2027 = (*NEW_YEAR, "EXDATE;VALUE=DATE:20270101")

    assert closed(calendar_file(NEW_YEAR)) == new_years(2025, 2026, 2027, 2028, 2029)
    assert closed(calendar_file(without_2027)) == new_years(2025, 2026, 2028, 2029)


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ("RRULE:FREQ=YEARLY;COUNT=2", ["2025-05-26", "2026-05-26"]),
        ("RRULE:FREQ=YEARLY;UNTIL=20260526", ["2025-05-26", "2026-05-26"]),
        ("RRULE:FREQ=YEARLY;INTERVAL=3;BYMONTH=5;BYDAY=-1MO", ["2025-05-26", "2028-05-29"]),
        ("RDATE;VALUE=DATE:20270531", ["2025-05-26", "2027-05-31"]),
    ],
)
def test_a_rule_or_a_list_says_when_an_entry_recurs(rule: str, dates: list[str]):
    assert closed(calendar_file(whole_day("20250526", "", rule))) == dates


@pytest.mark.parametrize(
    ("change", "on_the_way"),
    [
        pytest.param(moved("STATUS:CANCELLED"), [], id="called off"),
        pytest.param(
            moved("DTSTART;VALUE=DATE:20270104", "SUMMARY:Later"), ["2027-01-04 Later"], id="moved"
        ),
        pytest.param(
            moved("DTSTART:20270101T100000", "DTEND:20270101T120000", "SUMMARY:Late"),
            [],
            id="hours",
        ),
    ],
)
def test_what_became_of_one_year_holds_for_that_year(
    change: tuple[str, ...], on_the_way: list[str]
):
    assert closed(calendar_file(NEW_YEAR, change)) == [
        *new_years(2025, 2026),
        *on_the_way,
        *new_years(2028, 2029),
    ]
