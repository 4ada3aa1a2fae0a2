"""Addresses of other services are of no use to who reads the database alone."""

import pytest

from alignment.notifications.channels.encryption import CannotDecrypt, decrypt, encrypt

ADDRESS = {"service": "slack", "url": "https://hooks.slack.com/services/T1/B1/xyz"}
SECRET, OTHER = "s" * 32, "t" * 32


def test_what_is_sealed_is_opened_with_the_same_secret():
    assert decrypt(encrypt(ADDRESS, secret=SECRET), secret=SECRET) == ADDRESS


def test_the_sealed_text_shows_nothing_of_it():
    sealed = encrypt(ADDRESS, secret=SECRET)

    assert "slack" not in sealed
    assert sealed != encrypt(ADDRESS, secret=SECRET)


def test_another_secret_says_what_to_do():
    with pytest.raises(CannotDecrypt, match="add it again"):
        decrypt(encrypt(ADDRESS, secret=SECRET), secret=OTHER)


@pytest.mark.parametrize("text", ["", "nothing sealed", "gAAAAAé"])
def test_a_damaged_text_says_what_to_do(text):
    with pytest.raises(CannotDecrypt):
        decrypt(text, secret=SECRET)
