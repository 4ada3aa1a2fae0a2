import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.files.csv_export import ColumnKind, ExportValue, csv_lines


def written(value: ExportValue, kind: ColumnKind = ColumnKind.TEXT) -> str:
    """The one cell that is left of ``value`` after writing and reading."""
    lines = list(csv_lines({"name": kind}, [[value]]))
    return list(csv.reader(io.StringIO("".join(lines), newline="")))[1][0]


def test_the_file_is_given_line_by_line_and_begins_with_its_mark():
    rows: list[list[ExportValue]] = [["Zoë", 5]]

    lines = csv_lines({"name": ColumnKind.TEXT, "won": ColumnKind.NUMBER}, iter(rows))

    assert next(lines) == '\ufeff"name","won"\r\n'
    assert next(lines) == '"Zoë",5\r\n'
    assert list(lines) == []


@pytest.mark.parametrize(
    "formula",
    ['=HYPERLINK("x")', "+1", "-2", "@SUM", "\tx", " =1", "\u200b=1", "＝1", "－1", '"=1"'],
)
def test_a_text_that_a_spreadsheet_would_execute_gets_an_apostrophe(formula):
    assert written(formula) == f"'{formula}"


@pytest.mark.parametrize(
    "invisible",
    ["\u00ad", "\u2061", "\u180e", "\u0600", "\u034f", "\ufe0f", "\u3164", "\U000e0020"],
)
def test_what_cannot_be_seen_hides_no_formula(invisible):
    assert written(f"{invisible}=1+1") == f"'{invisible}=1+1"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("bad;=1+1;x", "bad;'=1+1;x"),
        ("a; \u00ad@SUM", "a;' \u00ad@SUM"),
        ('a;"=1+1"', 'a;\'"=1+1"'),
        ("a\n=1", "a\n'=1"),
        ("\r=1", "'\r'=1"),
        ("a\t+1", "a\t'+1"),
        ("a;b=1", "a;b=1"),
    ],
)
def test_a_part_that_becomes_a_cell_of_its_own_is_made_safe_too(text, safe):
    assert written(text) == safe


@given(st.text(alphabet=st.sampled_from('=+-@;|\t\n \u00ad\u2061a"'), max_size=8))
def test_no_part_between_separators_begins_like_a_formula(text):
    parts = re.split("[;|\t\n]", written(text))

    assert not any(part.lstrip(' \u00ad\u2061"').startswith(tuple("=+-@")) for part in parts)


@given(st.text(alphabet=st.sampled_from("=+-@＝＋－＠\t\r\n \u200b\ufeffa1'\""), max_size=6))
def test_no_text_begins_like_a_formula(text):
    seen = written(text).lstrip(" \u200b\ufeff")

    assert not seen.startswith(tuple("=+-@＝＋－＠\t\r\n"))


@pytest.mark.parametrize("text", ["Sam", "a=b", "", "5-2", "1+1", "'quoted'", 'a "b", c\nd'])
def test_other_texts_stay_as_they_are(text):
    assert written(text) == text


@pytest.mark.parametrize("phone", ["+49 30 123-45", "+4930123", "(030) 123", "030/123"])
def test_a_phone_number_is_not_mangled(phone):
    assert written(phone, ColumnKind.PHONE) == phone


def test_a_phone_number_is_quoted_as_text():
    assert list(csv_lines({"phone": ColumnKind.PHONE}, [["+4930123"]]))[1] == '"+4930123"\r\n'


@pytest.mark.parametrize("amount", ["-5", "+1.234,56", "-0.5"])
def test_a_negative_amount_is_not_mangled(amount):
    assert written(amount, ColumnKind.NUMBER) == amount


@pytest.mark.parametrize("kind", [ColumnKind.PHONE, ColumnKind.NUMBER])
@pytest.mark.parametrize("formula", ["+1*2", "=1", "-A1", "+49'!A1", "-5\nx"])
def test_a_formula_hides_in_no_column(kind, formula):
    assert written(formula, kind) == f"'{formula}"


def test_the_names_of_columns_are_made_safe_too():
    header = next(csv_lines({"=1": ColumnKind.NUMBER}, []))

    assert header == '\ufeff"\'=1"\r\n'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-5, "-5"),
        (Decimal("-1.50"), "-1.50"),
        (True, "yes"),
        (False, "no"),
        (None, ""),
        (date(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 3, 31, 8, 0, tzinfo=UTC), "2026-03-31T08:00:00+00:00"),
    ],
)
def test_values_are_written_so_that_they_can_be_read_again(value, text):
    assert written(value) == text


def test_a_row_of_another_width_is_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        list(csv_lines({"a": ColumnKind.TEXT}, [["1", "2"]]))
