from datetime import date

import pytest

from alignment.accounts.opening_hours.public_holidays import (
    UnknownPlace,
    UnreadableHolidays,
    countries,
    from_icalendar,
    public_holidays,
    regions,
)
from alignment.errors import Refused


def calendar_file(*lines: str) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Acme//Holidays//EN")
    return "\r\n".join((*head, *lines, "END:VCALENDAR", "")).encode()


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "UID:1@acme.example", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT")


def test_german_holidays_are_named_in_english():
    found = public_holidays("DE", None, years=[2027])

    assert found[date(2027, 3, 26)] == "Good Friday"
    assert found[date(2027, 3, 29)] == "Easter Monday"
    assert len(found) == 9


def test_a_region_has_more_holidays_than_its_country():
    bavaria = public_holidays("DE", "BY", years=[2027])

    assert bavaria[date(2027, 5, 27)] == "Corpus Christi"
    assert date(2027, 5, 27) not in public_holidays("DE", None, years=[2027])


def test_a_country_speaks_its_own_english():
    assert public_holidays("GB", "ENG", years=[2026])[date(2026, 12, 26)] == "Boxing Day"
    assert public_holidays("AU", None, years=[2026])[date(2026, 1, 26)] == "Australia Day"


def test_several_years_come_in_order_of_their_dates():
    found = list(public_holidays("FR", "", years=range(2026, 2029)))

    assert found == sorted(found)
    assert {on.year for on in found} == {2026, 2027, 2028}


def test_every_country_and_region_of_the_form_has_an_answer():
    for country in countries():
        for region in [None, *regions(country)]:
            assert isinstance(public_holidays(country, region, years=[2026]), dict)


@pytest.mark.parametrize(
    ("country", "region", "sentence"),
    [
        ("Germany", None, r"“Germany” is not a country .* Did you mean DE \(Germany\)"),
        ("de", None, r"Did you mean DE \(Germany\)"),
        ("ZZZ", None, "Choose one from the list"),
        ("DE", "Bayern", r"“Bayern” is not a region of DE .* Did you mean BY \(Bayern\)"),
        ("DE", "XX", "Choose one from the list"),
    ],
)
def test_an_unknown_place_names_those_like_it(country: str, region: str | None, sentence: str):
    with pytest.raises(UnknownPlace, match=sentence) as refusal:
        public_holidays(country, region, years=[2026])

    assert isinstance(refusal.value, Refused)
    assert isinstance(refusal.value, ValueError)


def test_a_form_offers_names_in_order():
    names = list(countries().values())

    assert countries()["GB"] == "United Kingdom"
    assert names == sorted(names)
    assert regions("DE")["NW"] == "Nordrhein-Westfalen"
    assert regions("JM") == {}
    with pytest.raises(UnknownPlace):
        regions("ZZZ")


def test_whole_day_events_are_holidays_and_a_longer_one_is_each_of_its_days():
    data = calendar_file(
        *event("SUMMARY:Company days", "DTSTART;VALUE=DATE:20261228", "DTEND;VALUE=DATE:20261230"),
        *event("SUMMARY:Carnival\\, Monday", "DTSTART;VALUE=DATE:20260216"),
    )

    assert from_icalendar(data) == {
        date(2026, 2, 16): "Carnival, Monday",
        date(2026, 12, 28): "Company days",
        date(2026, 12, 29): "Company days",
    }


def test_an_event_without_a_name_is_a_holiday_without_one():
    assert from_icalendar(calendar_file(*event("DTSTART;VALUE=DATE:20260216"))) == {
        date(2026, 2, 16): ""
    }


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        pytest.param(
            ["SUMMARY:Lunch", "DTSTART:20260216T120000Z", "DTEND:20260216T130000Z"],
            "“Lunch” has a time of day",
            id="a time of day",
        ),
        pytest.param(
            ["SUMMARY:New Year", "DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY"],
            "“New Year” repeats",
            id="repeating",
        ),
        pytest.param(["SUMMARY:Some day"], "“Some day” has no dates", id="no date"),
        pytest.param(
            ["SUMMARY:Ages", "DTSTART;VALUE=DATE:20200101", "DTEND;VALUE=DATE:20400101"],
            "“Ages” lasts longer than a year",
            id="too long",
        ),
        pytest.param(
            ["SUMMARY:Torn", "DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260101"],
            "“Torn” ends before",
            id="reversed",
        ),
    ],
)
def test_an_event_that_is_no_holiday_is_named(lines: list[str], sentence: str):
    with pytest.raises(UnreadableHolidays, match=sentence):
        from_icalendar(calendar_file(*event(*lines)))


@pytest.mark.parametrize("data", [b"", b"date,name\n2026-01-01,New Year", b"\xff\xfe\x00", b"\0"])
def test_another_kind_of_file_is_refused(data: bytes):
    with pytest.raises(UnreadableHolidays, match="not an iCalendar file"):
        from_icalendar(data)


def test_a_calendar_without_events_is_refused():
    with pytest.raises(UnreadableHolidays, match="no events"):
        from_icalendar(calendar_file())
