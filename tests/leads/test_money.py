import pytest

from alignment.leads.money import format_money


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (250_000_00, "EUR", "250,000.00 EUR"),
        (-5, "EUR", "−0.05 EUR"),
        (5_000, "JPY", "5,000 JPY"),
        (1_234, "KWD", "1.234 KWD"),
    ],
)
def test_money_has_the_decimals_of_its_currency(minor: int, currency: str, words: str) -> None:
    assert format_money(minor, currency) == words
