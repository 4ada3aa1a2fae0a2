import pytest

from alignment.files.errors import BadFile
from alignment.files.headers import column_names, normalised_name


def test_names_are_trimmed_and_their_spaces_made_one():
    assert column_names(["E-Mail ", " First\n Name", "\ufeffCity"]) == (
        "E-Mail",
        "First Name",
        "City",
    )


def test_a_nameless_column_is_called_by_its_place():
    assert column_names(["email", "", " "]) == ("email", "column 2", "column 3")


def test_names_that_differ_in_case_only_appear_twice():
    with pytest.raises(BadFile, match="The column EMAIL appears twice"):
        column_names(["email ", " EMAIL"])


def test_a_hundred_columns_are_read_and_one_more_is_refused():
    hundred = [f"c{number}" for number in range(100)]

    assert len(column_names(hundred)) == 100
    with pytest.raises(BadFile, match="101 columns, over 100 columns"):
        column_names([*hundred, "one more"])


@pytest.mark.parametrize("spelling", ["E-Mail ", " EMAIL", "e_mail", "ｅmail"])
def test_spellings_of_one_name_are_alike(spelling):
    assert normalised_name(spelling) == normalised_name("email")
