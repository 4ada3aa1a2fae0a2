import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.files.errors import BadCell
from alignment.files.money import DecimalSign, parse_money


@pytest.mark.parametrize(
    ("raw", "cents"),
    [
        ("$22,700.00", 2_270_000),
        ("$141.56K", 14_156_000),
        ("$1,117.10K", 111_710_000),
        ("1.234K", 123_400),
        ("2M", 200_000_000),
        ("-5", -500),
        ("-$5.50", -550),
        ("$-5.50", -550),
        ("+5", 500),
        ("EUR 5", 500),
        ("5 €", 500),
        ("1 234 567.89", 123_456_789),
        ("1100.04", 110_004),
        ("0.0", 0),
        ("0.005", 0),
        ("0.015", 2),
        ("0.30000000000000004", 30),
        ("7307.5625", 730_756),
        ("12345.678", 1_234_568),
    ],
)
def test_amounts_with_a_decimal_point_become_cents(raw, cents):
    assert parse_money(raw) == cents


@pytest.mark.parametrize(
    ("raw", "cents"),
    [("7307,37", 730_737), ("16300,2", 1_630_020), ("1.234,56", 123_456), ("1.234", 123_400)],
)
def test_amounts_with_a_decimal_comma_become_cents(raw, cents):
    assert parse_money(raw, decimal=DecimalSign.COMMA) == cents


@pytest.mark.parametrize("raw", ["1.234", "12.345", "$999.500"])
def test_three_decimals_look_like_thousands_and_are_refused(raw):
    with pytest.raises(BadCell, match="has three decimals"):
        parse_money(raw)


@pytest.mark.parametrize(
    "raw", ["7307,37", "1.234,56", "1,23,456", "five", "", "$", "--5", "1e5", "١٢", "NaN", "5\n"]
)
def test_what_is_no_amount_with_a_decimal_point_is_refused(raw):
    with pytest.raises(BadCell, match="is not an amount with decimal point"):
        parse_money(raw)


def test_an_amount_no_database_holds_is_refused():
    with pytest.raises(BadCell, match="too large"):
        parse_money("999999999B")


@given(st.integers(min_value=-(10**16), max_value=10**16))
def test_an_amount_written_with_cents_is_read_back(cents):
    sign, whole, part = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100

    assert parse_money(f"{sign}${whole:,}.{part:02}") == cents
