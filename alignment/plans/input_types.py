"""Input types of plan and task forms; each refusal says what to do instead."""

import re
import unicodedata
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from alignment.normalisation import nfc
from alignment.notifications.actions.secret_texts import hide_secrets

LONGEST_NOTE = 2000
FIRST_YEAR, LAST_YEAR = 2000, 2100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def clean_note(value: object) -> object:
    """Lines without trailing blanks, characters that cannot be seen, and links that we signed."""
    if not isinstance(value, str):
        return value
    lines = nfc(value).splitlines()
    note = hide_secrets("\n".join(_without_invisible(line).rstrip() for line in lines).strip())
    if len(note) > LONGEST_NOTE:
        raise ValueError(f"Use at most {LONGEST_NOTE} characters.")
    return note


def parse_form_date(value: object) -> object:
    """A date as forms write it, 2027-03-30; no other spelling, and no number of seconds."""
    if isinstance(value, date):
        return value
    try:
        day = (
            date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
        )
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("Enter a date, like 2027-03-30.")
    return day


def chosen_person(value: object) -> int:
    return _chosen(value, "Choose a person.")


def chosen_team(value: object) -> int:
    return _chosen(value, "Choose a team.")


def blank_is_none(value: object) -> object:
    return None if value == "" else value


def _chosen(value: object, otherwise: str) -> int:
    """The number of a row, as a form posts it; small enough for every database."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(otherwise)
    return int(text)


def _without_invisible(line: str) -> str:
    kept = (" " if letter == "\t" else letter for letter in line)
    return "".join(
        letter
        for letter in kept
        if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co") or letter == "\u200d"
    )


NoteText = Annotated[str, BeforeValidator(clean_note)]
FormDate = Annotated[date, BeforeValidator(parse_form_date)]
PersonId = Annotated[int, BeforeValidator(chosen_person)]
TeamId = Annotated[int, BeforeValidator(chosen_team)]
OptionalFormDate = Annotated[FormDate | None, BeforeValidator(blank_is_none)]
OptionalTeamId = Annotated[TeamId | None, BeforeValidator(blank_is_none)]
