"""Amounts in the smallest unit of their currency."""

import pytest

from alignment.integrations.imports.currencies import minor_units


@pytest.mark.parametrize(
    ("currency", "minor"), [("EUR", 123_450), ("JPY", 1_234), ("KWD", 1_234_500)]
)
def test_twelve_hundred_and_a_bit(currency, minor):
    assert minor_units(123_450, currency) == minor
