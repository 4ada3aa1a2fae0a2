from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.files.dates import DateOrder, guess_date_order, parse_date, parse_instant
from alignment.files.errors import AmbiguousDates, BadCell

BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
DMY, MDY, YMD = DateOrder.DMY, DateOrder.MDY, DateOrder.YMD


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "order", "zone", "at"),
    [
        pytest.param("2018-02-26 19:58:54", YMD, SAO_PAULO, "2018-02-26 22:58:54", id="olist"),
        pytest.param("2018-02-01", YMD, BERLIN, "2018-01-31 23:00", id="a date alone"),
        pytest.param("29/2/2016 01:16", DMY, BERLIN, "2016-02-29 00:16", id="service desk"),
        pytest.param("3/15/2024 2:30 PM", MDY, BERLIN, "2024-03-15 13:30", id="american"),
        pytest.param("3/15/2024 12:05 am", MDY, BERLIN, "2024-03-14 23:05", id="after midnight"),
        pytest.param("15 Apr, 2021 00:03:00", None, BERLIN, "2021-04-14 22:03", id="named month"),
        pytest.param("April 15, 2021", None, BERLIN, "2021-04-14 22:00", id="month named first"),
        pytest.param("2026-03-31T10:00:00Z", None, BERLIN, "2026-03-31 10:00", id="in utc"),
        pytest.param("2023-08-02T16:51:03-11:00", None, BERLIN, "2023-08-03 03:51:03", id="samoa"),
        pytest.param("2026-03-31 10:00:00.999+0545", None, BERLIN, "2026-03-31 04:15", id="nepal"),
        pytest.param("2026/3/1 9:00", DMY, BERLIN, "2026-03-01 08:00", id="the year is plain"),
        pytest.param("31.03.2026 09:00", DMY, BERLIN, "2026-03-31 07:00", id="dots"),
    ],
)
def test_an_instant_is_read_as_its_writer_meant_it(raw, order, zone, at):
    assert parse_instant(raw, order=order, zone=zone) == utc(at)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-02-30",
        "2026-06-31",
        "2026-13-01",
        "2026-W01-1",
        "20260101",
        "1893456000",
        "2026-01-01 24:00",
        "2026-01-01 10:00:60",
        "2026-01-01 10:00 pm pm",
        "2026-01-01 13:00 PM",
        "2026-01-01 10:00+25:00",
        "2026-01-01 10:00+02:75",
        "1999-12-31",
        "2101-01-01",
        "0001-01-01T00:00+14:00",
        "٢٠٢٦-01-01",
        "3/4/26",
        "15 Foo 2021",
        "tomorrow",
        "2026-01-01\n",
        "2026-01-011",
    ],
)
def test_what_is_no_instant_is_refused(raw):
    with pytest.raises(BadCell):
        parse_instant(raw, order=DMY, zone=BERLIN)


def test_a_day_first_date_in_a_year_first_file_is_refused():
    with pytest.raises(BadCell, match="03/04/2026 does not put the year first"):
        parse_instant("03/04/2026", order=YMD, zone=BERLIN)


def test_day_and_month_are_never_guessed():
    with pytest.raises(AmbiguousDates) as refusal:
        parse_instant("03/04/2026 10:00", order=None, zone=BERLIN)

    assert refusal.value.example == "03/04/2026"
    assert "dates like 03/04/2026" in str(refusal.value)


def test_a_time_that_the_clocks_skip_is_refused():
    with pytest.raises(BadCell, match="does not exist in Europe/Berlin: the clocks went ahead"):
        parse_instant("2026-03-29 02:30", order=YMD, zone=BERLIN)


def test_of_a_time_that_comes_twice_the_first_is_taken():
    assert parse_instant("2026-10-25 02:30", order=YMD, zone=BERLIN) == utc("2026-10-25 00:30")


def test_a_day_whose_midnight_is_skipped_begins_after_the_gap():
    assert parse_instant("2017-10-15", order=YMD, zone=SAO_PAULO) == utc("2017-10-15 03:00")


def test_a_day_that_a_zone_left_out_is_refused():
    with pytest.raises(BadCell, match="2011-12-30 does not exist in Pacific/Apia"):
        parse_instant("2011-12-30", order=YMD, zone=ZoneInfo("Pacific/Apia"))


def test_a_day_is_read_without_a_zone():
    assert parse_date("29/2/2016", order=DMY) == date(2016, 2, 29)


def test_a_day_with_a_time_is_refused():
    with pytest.raises(BadCell, match="not a date alone"):
        parse_date("2026-01-01 10:00", order=YMD)


@pytest.mark.parametrize(
    ("samples", "order"),
    [
        (["03/04/2026", "", "29/2/2016 01:16"], DMY),
        (["3/15/2024 2:30 PM", "03/04/2024"], MDY),
        (["2026-03-04", "15 Apr, 2021 00:03:00"], YMD),
        (["?", ""], YMD),
    ],
)
def test_the_order_is_found_in_the_dates(samples, order):
    assert guess_date_order(samples) is order


@pytest.mark.parametrize(
    "samples", [["03/04/2026", "01/02/2026"], ["03/04/2026", "29/2/2016", "3/15/2024"]]
)
def test_dates_that_fit_both_orders_or_neither_are_ambiguous(samples):
    with pytest.raises(AmbiguousDates) as refusal:
        guess_date_order(samples)

    assert refusal.value.example == "03/04/2026"


@given(
    st.text(alphabet="0123456789-/.: TZAPMapr,+٣", max_size=24), st.sampled_from([None, *DateOrder])
)
def test_any_text_is_an_instant_of_our_time_or_refused(raw, order):
    try:
        at = parse_instant(raw, order=order, zone=BERLIN)
    except (BadCell, AmbiguousDates):
        return

    assert 1999 <= at.year <= 2101
