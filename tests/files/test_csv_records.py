import tracemalloc

from alignment.files.csv_records import csv_records
from alignment.files.encodings import Encoding
from alignment.files.rows import BadRow, FileRow


def test_records_are_numbered_from_one_and_blank_ones_count(make_file):
    path = make_file(b"a;b\n\n1;2\n")

    found = list(csv_records(path, encoding=Encoding.UTF_8, delimiter=";"))

    assert found == [
        FileRow(number=1, cells=("a", "b")),
        FileRow(number=2, cells=()),
        FileRow(number=3, cells=("1", "2")),
    ]


def test_lines_that_an_open_quote_swallowed_are_read_in_their_order(make_file):
    path = make_file(b'"open\n' + b"".join(b"%d\n" % number for number in range(2, 6)))

    found = list(csv_records(path, encoding=Encoding.UTF_8, delimiter=","))

    assert found[0] == BadRow(number=1, column=None, value='"open\n', reason="quote not closed")
    assert found[1:] == [FileRow(number=number, cells=(str(number),)) for number in range(2, 6)]


def test_an_open_quote_never_swallows_a_large_file_whole(make_file):
    path = make_file(b'"open\n' + b"1234567\n" * 2_000_000)
    tracemalloc.start()

    first = next(csv_records(path, encoding=Encoding.UTF_8, delimiter=","))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(first, BadRow)
    assert peak < 16_000_000
