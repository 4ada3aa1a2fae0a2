"""Two spellings of one text are made the same, whatever its length."""

import unicodedata

import pytest

from alignment.normalisation import MARKS_AT_MOST, nfc, nfkc

ACUTE, GRAVE_BELOW = "\u0301", "\u0316"


@pytest.mark.parametrize(
    "text", ["", "Sam", "Zoe\u0308 " * 20, "e" + ACUTE * MARKS_AT_MOST, "각" * 40]
)
def test_a_text_that_people_write_is_normalised_as_by_unicode(text: str) -> None:
    assert nfc(text) == unicodedata.normalize("NFC", text)
    assert nfkc(text) == unicodedata.normalize("NFKC", text)


def test_characters_that_only_look_different_are_made_alike() -> None:
    assert nfkc("ﬁｎｅ") == "fine"


def test_of_a_quarter_of_a_million_marks_on_one_letter_thirty_are_kept() -> None:
    text = f"sam{ACUTE}" + (GRAVE_BELOW + ACUTE) * 125_000 + "@acme.test"

    assert nfc(text) == unicodedata.normalize("NFC", text[: 3 + MARKS_AT_MOST] + "@acme.test")


def test_marks_on_every_letter_of_a_long_text_are_kept() -> None:
    text = f"e{ACUTE}{GRAVE_BELOW}" * 5_000

    assert nfc(text) == unicodedata.normalize("NFC", text)
