import pytest

from alignment.files.cells import parse_integer, parse_text, parse_yes_no
from alignment.files.errors import BadCell


@pytest.mark.parametrize(
    ("raw", "trimmed"),
    [
        ("  Sam\t", "Sam"),
        ("\u200b\ufeff Zoë \u00a0", "Zoë"),
        ("\u200b", ""),
        ("Zoe\u0308", "Zoë"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
    ],
)
def test_text_is_trimmed_of_what_nobody_sees(raw, trimmed):
    assert parse_text(raw) == trimmed


@pytest.mark.parametrize(("raw", "number"), [("5", 5), ("-5", -5), ("5.0", 5), ("007", 7)])
def test_whole_numbers_are_read(raw, number):
    assert parse_integer(raw) == number


@pytest.mark.parametrize("raw", ["²", "١٢", "1_000", "5.5", "1e3", "", "9" * 19, "5\n"])
def test_what_only_looks_like_a_whole_number_is_refused(raw):
    with pytest.raises(BadCell, match="is not a whole number"):
        parse_integer(raw)


@pytest.mark.parametrize(
    ("raw", "claim"), [("Yes", True), ("TRUE", True), ("0", False), ("n", False)]
)
def test_yes_and_no_are_read_in_any_case(raw, claim):
    assert parse_yes_no(raw) is claim


def test_maybe_is_neither_yes_nor_no():
    with pytest.raises(BadCell, match="maybe is neither yes nor no"):
        parse_yes_no("maybe")
