from alignment.files.rows import BadRow, excerpt


def test_a_bad_row_says_where_and_why():
    cell = BadRow(number=7, column="notes", value="x", reason="over 10,000 characters")
    row = BadRow(number=7301, column=None, value="x", reason="byte 12 is not UTF-8")

    assert str(cell) == "row 7, column notes: over 10,000 characters"
    assert str(row) == "row 7301: byte 12 is not UTF-8"


def test_only_the_beginning_of_a_value_is_kept():
    assert excerpt("x" * 100) == "x" * 80


def test_what_cannot_be_stored_is_replaced():
    assert excerpt("a\0b\udcffc") == "a\ufffdb?c"
