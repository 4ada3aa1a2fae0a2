import pytest

from alignment.files.delimiter_guess import guess_delimiter


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("email\nsam@x.test\n", ","),
        ("", ","),
        ("a;b\n7307,37;16300,2\n", ";"),
        ("a,b\n1;2,3\n4;5,6\n", ","),
        ('a|b\n"1|2"|3\n', "|"),
        ("a\tb, c\n1\t2\n3\t4\n", "\t"),
    ],
)
def test_the_delimiter_parts_rows_into_as_many_cells_as_the_header(sample, delimiter):
    assert guess_delimiter(sample) == delimiter
