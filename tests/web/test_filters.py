"""Instants, spans, numbers and money read as people say them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, render_template_string

from alignment.web import filters
from alignment.web.filters import due_in, duration, instant, iso, money, number, on, percent, share

TUESDAY_NOON = datetime(2027, 3, 30, 10, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        pytest.param(BERLIN, "Tue 30 Mar 2027, 12:00 CEST", id="a zone with letters of its own"),
        pytest.param("America/Sao_Paulo", "Tue 30 Mar 2027, 07:00 UTC-03", id="a zone without"),
        pytest.param("Asia/Kathmandu", "Tue 30 Mar 2027, 15:45 UTC+0545", id="a quarter hour off"),
        pytest.param("Pacific/Auckland", "Tue 30 Mar 2027, 23:00 NZDT", id="half a day ahead"),
        pytest.param("UTC", "Tue 30 Mar 2027, 10:00 UTC", id="no zone chosen"),
    ],
)
def test_an_instant_is_told_in_the_readers_zone(zone: str, words: str) -> None:
    assert instant(TUESDAY_NOON, zone) == words


def test_both_hours_of_the_autumn_change_are_told_apart() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))

    assert instant(first, BERLIN) == "Sun 25 Oct 2026, 02:30 CEST"
    assert instant(second, BERLIN) == "Sun 25 Oct 2026, 02:30 CET"


def test_a_machine_reads_the_same_instant_in_utc() -> None:
    assert iso(datetime(2027, 3, 30, 12, 0, tzinfo=UTC)) == "2027-03-30T12:00:00Z"


def test_an_instant_without_a_zone_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        instant(TUESDAY_NOON.replace(tzinfo=None), BERLIN)


def test_a_date_is_told_with_its_weekday_and_a_missing_one_as_a_dash() -> None:
    assert on(date(2027, 3, 30)) == "Tue 30 Mar 2027"
    assert on(None) == "–"


@pytest.mark.parametrize(
    ("due", "words"),
    [
        pytest.param("2027-03-30 10:35:59", "due in 35 min", id="minutes are rounded down"),
        pytest.param("2027-03-30 10:00:59", "due now", id="within the minute before"),
        pytest.param("2027-03-30 09:59:01", "due now", id="within the minute after"),
        pytest.param("2027-03-30 11:00:00", "due today 13:00", id="an hour ahead"),
        pytest.param("2027-03-30 21:59:00", "due today 23:59", id="the last minute of today"),
        pytest.param("2027-03-30 22:00:00", "due Wed 00:00", id="midnight is tomorrow"),
        pytest.param("2027-04-05 11:00:00", "due Mon 13:00", id="six days ahead"),
        pytest.param("2027-04-06 11:00:00", "due Tue 6 Apr 13:00", id="the same weekday again"),
        pytest.param("2028-01-03 12:00:00", "due Mon 3 Jan 2028 13:00", id="another year"),
        pytest.param("2027-03-30 09:25:00", "35 min late", id="minutes late"),
        pytest.param("2027-03-30 07:10:00", "2 h late", id="hours late are rounded down"),
        pytest.param("2027-03-28 10:00:00", "2 days late", id="days late"),
    ],
)
def test_a_due_instant_is_told_as_seen_from_now(due: str, words: str) -> None:
    assert due_in(datetime.fromisoformat(f"{due}+00:00"), TUESDAY_NOON, BERLIN) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (None, "–"),
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (7_200, "2 h"),
        (12_000, "3 h 20 min"),
        (4_324_800, "1,201 h 20 min"),
        (timedelta(hours=8), "8 h"),
        (timedelta(minutes=-5), "−5 min"),
    ],
)
def test_a_length_of_time_is_told_in_hours_and_minutes(
    length: timedelta | float | None, words: str
) -> None:
    assert duration(length) == words


def test_numbers_have_thousands_a_true_minus_and_a_dash_for_no_data() -> None:
    assert number(12_345) == "12,345"
    assert number(-9) == "−9"
    assert number(2.345, 1) == "2.3"
    assert number(None) == "–"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.914, "91 %"), (0.999, ">99 %"), (0.001, "<1 %"), (1, "100 %"), (0, "0 %"), (None, "–")],
)
def test_a_percentage_is_whole_only_when_it_is(value: float | None, words: str) -> None:
    assert percent(value) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(3, 7, "3 of 7"), (9, 10, "90 %"), (0, 0, "–"), (181, 400, "45 %")],
)
def test_a_share_of_a_small_sample_is_a_fraction(part: int, whole: int, words: str) -> None:
    assert share(part, whole) == words


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (123_450, "EUR", "1,234.50 EUR"),
        (-5, "EUR", "−0.05 EUR"),
        (5_000, "JPY", "5,000 JPY"),
        (1_234, "KWD", "1.234 KWD"),
        (None, "EUR", "–"),
    ],
)
def test_money_has_the_decimals_of_its_currency(
    minor: int | None, currency: str, words: str
) -> None:
    assert money(minor, currency) == words


@dataclass(frozen=True, kw_only=True)
class Stretch:
    kind: str
    share: float


def test_stretches_of_a_clock_lie_end_to_end() -> None:
    stretches = [
        Stretch(kind="used", share=0.25),
        Stretch(kind="closed", share=0.0),
        Stretch(kind="left", share=0.75),
    ]

    bars = filters.placed(stretches)

    assert [(bar.kind, bar.x, bar.width) for bar in bars] == [("used", 0, 25), ("left", 25, 75)]


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    filters.register(app)
    return app


def test_a_template_reads_the_zone_of_its_reader(app: Flask) -> None:
    with app.test_request_context():
        page = "{{ at | instant }}, {{ at | due_in(at) }}"

        assert render_template_string(page, at=TUESDAY_NOON, zone=BERLIN) == (
            "Tue 30 Mar 2027, 12:00 CEST, due now"
        )


def test_a_template_without_a_reader_must_name_the_zone(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(LookupError, match="with context"):
        render_template_string("{{ at | instant }}", at=TUESDAY_NOON)


def test_an_instant_not_yet_known_is_a_dash(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ none | instant }}{{ none | due_in(none) }}") == "––"
