"""Each file is written here byte by byte; the names follow what people do wrong with files."""

import tracemalloc

import pytest

from alignment.files.encodings import Encoding
from alignment.files.errors import BadFile
from alignment.files.rows import BadRow, FileRow
from alignment.files.tables import FileTable, open_table


def cells_of(table: FileTable) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows() if isinstance(row, FileRow)]


def refusals_of(table: FileTable) -> list[str]:
    return [str(row) for row in table.rows() if isinstance(row, BadRow)]


def test_a_file_of_no_bytes_is_empty(make_file):
    with pytest.raises(BadFile, match=r"^The file is empty\.$"):
        open_table(make_file(b""))


def test_a_file_of_blank_lines_is_empty(make_file):
    with pytest.raises(BadFile, match=r"^The file is empty\.$"):
        open_table(make_file(b"\r\n \r\n,,\r\n"))


def test_a_header_alone_is_refused(make_file):
    with pytest.raises(BadFile, match="has a header and no rows"):
        open_table(make_file(b"email,name\r\n\r\n"))


def test_a_byte_order_mark_is_no_part_of_the_first_name(make_file):
    table = open_table(make_file(b"\xef\xbb\xbfemail,name\nmona@acme.test,Mona\n"))

    assert table.header == ("email", "name")
    assert table.encoding is Encoding.UTF_8


def test_windows_1252_is_found_out_and_said(make_file):
    table = open_table(make_file(b"email,name\nsam@acme.test,Sam M\xfcller\n"))

    assert table.encoding is Encoding.WINDOWS_1252
    assert cells_of(table) == [("sam@acme.test", "Sam Müller")]


def test_a_byte_that_windows_1252_leaves_unused_refuses_its_row(make_file):
    path = make_file(b"email,name\nsam@acme.test,Sam M\xfcller\nolga@acme.test,Olga \x81\n")

    table = open_table(path, encoding=Encoding.WINDOWS_1252)

    assert refusals_of(table) == ["row 3: byte 21 is not Windows-1252"]


def test_the_chosen_encoding_wins_and_is_kept_to(make_file):
    path = make_file(b"email,name\nsam@acme.test,Sam M\xfcller\nmona@acme.test,Mona\n")

    table = open_table(path, encoding=Encoding.UTF_8)

    assert refusals_of(table) == ["row 2: byte 20 is not UTF-8"]
    assert cells_of(table) == [("mona@acme.test", "Mona")]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_by_its_mark(make_file, codec):
    path = make_file("\ufeffemail;name\r\nsam@acme.test;Sam Müller\r\n".encode(codec))

    table = open_table(path)

    assert (table.encoding, table.delimiter) == (Encoding.UTF_16, ";")
    assert cells_of(table) == [("sam@acme.test", "Sam Müller")]


def test_utf_16_cut_off_within_a_letter_is_refused(make_file):
    path = make_file("\ufeffemail,name\r\nsam@acme.test,Sam\r\n".encode("utf-16-le")[:-1])

    with pytest.raises(BadFile, match="not whole UTF-16"):
        list(open_table(path).rows())


def test_one_bad_byte_refuses_one_row_of_thousands(make_file):
    rows = [f"lead{number}@acme.test,Zoë\n".encode() for number in range(2, 9_000)]
    rows[7_301 - 2] = b"lead7301@ac\xffme.test,Zoe\n"

    table = open_table(make_file(b"email,name\n" + b"".join(rows)))

    assert refusals_of(table) == ["row 7301: byte 12 is not UTF-8"]
    assert len(cells_of(table)) == len(rows) - 1


def test_the_byte_is_counted_in_bytes_not_in_letters(make_file):
    table = open_table(make_file(b"name,city\n\xc3\xa9\xc3\xa9,K\xc3\xb6ln\n\xc3\xa9\xc3,x\n"))

    assert refusals_of(table) == ["row 3: byte 3 is not UTF-8"]


def test_a_refused_row_can_be_stored_and_shown(make_file):
    table = open_table(make_file(b"name,city\n\xc3\xa9,\xc3\xa9\na\xff\0,b\n"))

    bad = next(row for row in table.rows() if isinstance(row, BadRow))

    assert bad.value == "a?\ufffd,b\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(make_file, delimiter):
    content = delimiter.join(["email", "name"]) + "\n" + delimiter.join(["a@x.test", "Sam"]) + "\n"

    table = open_table(make_file(content.encode()))

    assert table.delimiter == delimiter
    assert cells_of(table) == [("a@x.test", "Sam")]


def test_the_chosen_delimiter_wins(make_file):
    table = open_table(make_file(b"a,b;c\n1,2;3\n"), delimiter=";")

    assert cells_of(table) == [("1,2", "3")]


@pytest.mark.parametrize("content", [b"a,b\r1,2\r3,4\r", b"a,b\r\n1,2\n3,4", b"a,b\n1,2\r\n3,4\r"])
def test_line_ends_of_every_system_are_read(make_file, content):
    assert cells_of(open_table(make_file(content))) == [("1", "2"), ("3", "4")]


def test_a_quote_that_is_not_closed_refuses_its_own_row_only(make_file):
    table = open_table(
        make_file(b'email,name\nsam@x.test,"Sam\nmona@x.test,Mona\nolga@x.test,Olga\n')
    )

    assert refusals_of(table) == ["row 2: quote not closed"]
    assert cells_of(table) == [("mona@x.test", "Mona"), ("olga@x.test", "Olga")]


def test_a_quote_that_is_not_closed_in_the_last_row_is_said(make_file):
    table = open_table(make_file(b'email,name\nmona@x.test,Mona\nsam@x.test,"Sam'))

    assert refusals_of(table) == ["row 3: quote not closed"]


def test_text_behind_a_closing_quote_refuses_its_row(make_file):
    table = open_table(make_file(b'email,name\nsam@x.test,"Sam" Miller\nmona@x.test,Mona\n'))

    assert refusals_of(table) == ["row 2: text after a closing quote"]


def test_a_file_full_of_open_quotes_is_given_up(make_file):
    path = make_file(b"email,name\n" + b'sam","\n' * 50_000)

    with pytest.raises(BadFile, match="Over 100 rows have a quote that is not closed"):
        list(open_table(path).rows())


def test_a_quoted_cell_may_run_over_lines_and_counts_as_one_row(make_file):
    path = make_file(b'email,note\nsam@x.test,"one\r\ntwo"\nmona@x.test,three,four\n')

    table = open_table(path)

    assert cells_of(table) == [("sam@x.test", "one\r\ntwo")]
    assert refusals_of(table) == ["row 3: 3 cells, header has 2"]


@pytest.mark.parametrize("length", [10_001, 200_000])
def test_a_cell_over_the_limit_is_named_by_its_column(make_file, length):
    table = open_table(make_file(b"email,notes\nsam@x.test," + b"x" * length + b"\na,b\n"))

    assert refusals_of(table) == ["row 2, column notes: over 10,000 characters"]
    assert cells_of(table) == [("a", "b")]


def test_a_cell_at_the_limit_and_a_long_row_of_short_cells_are_read(make_file):
    row = b",".join([b"x" * 10_000] * 3)

    table = open_table(make_file(b"a,b,c\n" + row + b"\n"))

    assert [len(cell) for cell in cells_of(table)[0]] == [10_000, 10_000, 10_000]


def test_a_line_too_long_to_hold_is_passed_over(make_file):
    table = open_table(make_file(b"a,b\n" + b"x" * 3_000_000 + b",1\n2,3\n"))

    assert refusals_of(table) == ["row 2: over 1,000,000 characters"]
    assert cells_of(table) == [("2", "3")]


def test_a_nul_refuses_its_row(make_file):
    table = open_table(make_file(b"email,name\nsam@x.test,S\0am\nmona@x.test,Mona\n"))

    assert refusals_of(table) == ["row 2: has a NUL character"]
    assert cells_of(table) == [("mona@x.test", "Mona")]


def test_too_many_and_too_few_cells_are_counted(make_file):
    table = open_table(make_file(b"a,b,c,d,e\n1,2,3,4,5,6,7\n1,2\n1,2,3,4,5\n"))

    assert refusals_of(table) == ["row 2: 7 cells, header has 5", "row 3: 2 cells, header has 5"]


def test_blank_rows_are_passed_over_but_counted(make_file):
    table = open_table(make_file(b"\n\na,b\n1,2\n\n,\n3\n"))

    assert cells_of(table) == [("1", "2")]
    assert refusals_of(table) == ["row 7: 1 cells, header has 2"]


def test_a_column_that_appears_twice_refuses_the_file_by_name(make_file):
    with pytest.raises(BadFile, match="The column email appears twice"):
        open_table(make_file(b"email,email\na,b\n"))


def test_a_bad_header_refuses_the_file(make_file):
    with pytest.raises(BadFile, match=r"The header cannot be read: quote not closed\."):
        open_table(make_file(b'email,"name\nsam,Sam\n'))


def test_ten_thousand_columns_are_refused(make_file):
    header = b",".join(b"c%d" % number for number in range(10_000))

    with pytest.raises(BadFile, match="over 100 columns"):
        open_table(make_file(header + b"\n" + b"," * 9_999 + b"\n"))


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        b"\xef\xbb\xbf\r\n  <HTML><table><tr><td>email</td></tr></table>",
        "\ufeff<table><tr><td>email</td></tr></table>".encode("utf-16-le"),
    ],
)
def test_a_web_page_saved_as_csv_is_recognised(make_file, page):
    with pytest.raises(BadFile, match=r"^This looks like HTML\."):
        open_table(make_file(page))


@pytest.mark.large
def test_a_million_rows_are_read_and_one_more_is_refused(make_file):
    million = b"a\n" + b"1\n" * 1_000_000

    assert open_table(make_file(million + b"\n\n")).header == ("a",)
    with pytest.raises(BadFile, match="over the limit of 1,000,000 rows"):
        open_table(make_file(million + b"1\n"))


def test_over_a_hundred_megabytes_are_refused_unread(make_file):
    path = make_file(b"a,b\n1,2\n")
    with path.open("r+b") as file:
        file.truncate(100_000_001)

    with pytest.raises(BadFile, match="over the limit of 100 MB"):
        open_table(path)


def test_the_name_of_a_file_decides_nothing_and_is_never_repeated(tmp_path):
    path = tmp_path / "<img src=x>.xlsx"
    path.write_bytes(b"email,email\n1,2\n")

    with pytest.raises(BadFile) as refusal:
        open_table(path)

    assert "img" not in str(refusal.value)


def test_formulas_are_read_as_the_text_they_are(make_file):
    path = make_file('a\n"=HYPERLINK(""x"")"\n+1\n-2\n@SUM\n"\t="\n"\r=1"\n＝1\n'.encode())

    cells = [row[0] for row in cells_of(open_table(path))]

    assert cells == ['=HYPERLINK("x")', "+1", "-2", "@SUM", "\t=", "\r=1", "＝1"]


def test_a_file_is_read_anew_each_time(make_file):
    table = open_table(make_file(b"a,b\n1,2\n"))

    assert list(table.rows()) == list(table.rows()) == [FileRow(number=2, cells=("1", "2"))]


@pytest.mark.large
def test_three_hundred_thousand_rows_are_streamed(tmp_path):
    path = tmp_path / "many.csv"
    with path.open("w", encoding="utf_8") as file:
        file.write("id,email,name\n")
        file.writelines(f"{n},lead{n}@acme.test,Zoë {n}\n" for n in range(300_000))
    tracemalloc.start()

    table = open_table(path)
    count = sum(1 for _ in table.rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 300_000
    assert path.stat().st_size > 9_000_000
    assert peak < 6_000_000
