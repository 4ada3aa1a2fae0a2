"""Addresses of other services are of no use to who reads the database alone."""

import pytest

from alignment.notifications.sealing import Unreadable, seal, unseal

ADDRESS = {"service": "slack", "url": "https://hooks.slack.com/services/T1/B1/xyz"}
SECRET, OTHER = "s" * 32, "t" * 32


def test_what_is_sealed_is_opened_with_the_same_secret():
    assert unseal(seal(ADDRESS, secret=SECRET), secret=SECRET) == ADDRESS


def test_the_sealed_text_shows_nothing_of_it():
    sealed = seal(ADDRESS, secret=SECRET)

    assert "slack" not in sealed
    assert sealed != seal(ADDRESS, secret=SECRET)


def test_another_secret_says_what_to_do():
    with pytest.raises(Unreadable, match="add it again"):
        unseal(seal(ADDRESS, secret=SECRET), secret=OTHER)


@pytest.mark.parametrize("text", ["", "nothing sealed", "gAAAAAé"])
def test_a_damaged_text_says_what_to_do(text):
    with pytest.raises(Unreadable):
        unseal(text, secret=SECRET)
