from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from alignment.plans.input_types import FormDate, NoteText, OptionalFormDate, PersonId, TeamId


def refusal(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    return str(refused.value.errors()[0]["ctx"]["error"])


def test_a_day_is_written_as_forms_write_it():
    assert TypeAdapter(FormDate).validate_python("2027-03-30") == date(2027, 3, 30)


@pytest.mark.parametrize(
    "text", ["", "30.3.2027", "20270330", "2027-W13-2", "1806364800", "2027-02-30", "1999-12-31"]
)
def test_any_other_spelling_of_a_day_is_refused_with_an_example(text: str):
    assert refusal(FormDate, text) == "Enter a date, like 2027-03-30."


def test_a_day_left_empty_is_none_where_it_may_be():
    assert TypeAdapter(OptionalFormDate).validate_python("") is None


def test_a_note_keeps_its_lines_and_loses_what_cannot_be_seen():
    note = TypeAdapter(NoteText).validate_python("Call\tAda \r\n\u202eask her\x00 first\n")

    assert note == "Call Ada\nask her first"


def test_a_note_has_a_length_that_people_read():
    assert refusal(NoteText, "x" * 2001) == "Use at most 2000 characters."


@pytest.mark.parametrize("value", ["", "Sam", "-1", "1e3", "٣", "9" * 30])
def test_a_person_or_team_is_chosen_from_the_list(value: str):
    assert refusal(PersonId, value) == "Choose a person."
    assert refusal(TeamId, value) == "Choose a team."
