import struct
import zipfile
from datetime import date, datetime, time, timedelta

import pytest

from alignment.files.errors import BadFile
from alignment.files.rows import FileRow
from alignment.files.tables import open_table
from alignment.files.workbooks import as_text


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{text_cell("A1", "email")}{text_cell("B1", "score")}</row>'
SAM = f'<row r="2">{text_cell("A2", "sam@x.test")}<c r="B2"><v>5</v></c></row>'


def test_a_workbook_named_csv_is_read_as_the_workbook_it_is(make_workbook):
    table = open_table(make_workbook(HEADER + SAM))

    assert table.header == ("email", "score")
    assert (table.sheet, table.encoding, table.delimiter) == ("Sheet 1", None, None)
    assert list(table.rows()) == [FileRow(number=2, cells=("sam@x.test", "5"))]


def test_rows_are_numbered_as_the_sheet_shows_them(make_workbook):
    header = f'<row r="3">{text_cell("B3", "email")}{text_cell("C3", "name")}</row>'
    sam = f'<row r="5">{text_cell("B5", "sam@x.test")}{text_cell("C5", "Sam")}</row>'

    table = open_table(make_workbook(header + sam))

    assert list(table.rows()) == [FileRow(number=5, cells=("sam@x.test", "Sam"))]


def test_a_date_of_the_sheet_becomes_a_date_year_first(make_workbook):
    header = f'<row r="1">{text_cell("A1", "won_at")}</row>'
    won = '<row r="2"><c r="A2" s="1"><v>43157.75</v></c></row>'

    table = open_table(make_workbook(header + won))

    assert list(table.rows()) == [FileRow(number=2, cells=("2018-02-26 18:00:00",))]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "007"),
        (491701234567.0, "491701234567"),
        (0.1, "0.1"),
        (True, "yes"),
        (False, "no"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime.fromisoformat("2026-01-02 03:04:05"), "2026-01-02 03:04:05"),
        (time(1, 2), "01:02:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_a_value_is_written_as_a_csv_file_would_carry_it(value, text):
    assert as_text(value) == text


def test_another_sheet_is_read_by_its_name(make_workbook):
    path = make_workbook(HEADER + SAM, HEADER + SAM.replace("sam@x.test", "mona@x.test"))

    table = open_table(path, sheet="Sheet 2")

    assert list(table.rows()) == [FileRow(number=2, cells=("mona@x.test", "5"))]


def test_a_sheet_that_is_not_there_is_named(make_workbook):
    with pytest.raises(BadFile, match="There is no sheet Leads"):
        open_table(make_workbook(HEADER + SAM), sheet="Leads")


def test_two_hundred_sheets_macros_and_links_hinder_nothing(make_workbook):
    extra = {
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 not run",
        "xl/externalLinks/externalLink1.xml": b'<externalLink r:id="http://stella.test/"/>',
    }

    table = open_table(make_workbook(*[HEADER + SAM] * 200, extra=extra))

    assert len(list(table.rows())) == 1


def test_a_formula_gives_the_value_it_had_when_saved(make_workbook):
    row = f'<row r="2">{text_cell("A2", "=1")}<c r="B2"><f>6*7</f><v>42</v></c></row>'

    table = open_table(make_workbook(HEADER + row))

    assert list(table.rows()) == [FileRow(number=2, cells=("=1", "42"))]


def test_an_empty_sheet_is_an_empty_file(make_workbook):
    with pytest.raises(BadFile, match="The file is empty"):
        open_table(make_workbook(""))


@pytest.mark.large
def test_a_bomb_is_refused_before_it_goes_off(make_workbook):
    path = make_workbook(HEADER + SAM, extra={"xl/media/image.bin": b"\0" * 310_000_000})

    with pytest.raises(BadFile, match="unpacks to over 300,000,000 bytes"):
        open_table(path)


@pytest.mark.large
def test_a_bomb_that_lies_about_its_size_is_refused(make_workbook):
    path = make_workbook(HEADER + SAM, extra={"xl/media/image.bin": b"\0" * 310_000_000})
    true_size, small_size = struct.pack("<L", 310_000_000), struct.pack("<L", 1_000)
    path.write_bytes(path.read_bytes().replace(true_size, small_size))
    assert zipfile.ZipFile(path).getinfo("xl/media/image.bin").file_size == 1_000

    with pytest.raises(BadFile, match="unpacks to over 300,000,000 bytes"):
        open_table(path)


@pytest.mark.parametrize("place", ["CW2", "cw2", "XFD1048576"])
def test_a_cell_beyond_the_hundredth_column_is_refused(make_workbook, place):
    far = f'<row r="2">{text_cell(place, "x")}</row>'

    with pytest.raises(BadFile, match="over 100 columns"):
        open_table(make_workbook(HEADER + far))


def test_a_sheet_that_two_far_cells_stretch_is_refused(make_workbook):
    corner = f'<row r="1048576">{text_cell("CV1048576", "x")}</row>'

    with pytest.raises(BadFile, match=r"over 5,000,000 cells\. Save it as CSV"):
        open_table(make_workbook(HEADER + corner))


def test_a_far_cell_is_found_where_two_chunks_meet(make_workbook):
    padding = f"<!--{' ' * 999_880}-->"
    far = f'<row r="2">{text_cell("ZZ2", "x")}</row>'
    path = make_workbook(HEADER + padding + far * 40)

    with pytest.raises(BadFile, match="A sheet has 702 columns"):
        open_table(path)


def test_a_zip_of_something_else_is_refused(make_file, tmp_path):
    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.txt", "no table")

    with pytest.raises(BadFile, match="not an Excel workbook"):
        open_table(path)


def test_a_workbook_cut_off_half_way_is_refused(make_workbook):
    path = make_workbook(HEADER + SAM)
    path.write_bytes(path.read_bytes()[:700])

    with pytest.raises(BadFile, match="damaged or locked"):
        open_table(path)


def test_a_workbook_with_torn_insides_is_refused(make_workbook):
    path = make_workbook(HEADER + SAM)
    content = path.read_bytes()
    torn = content.index(b"sheet1.xml") + len("sheet1.xml")
    path.write_bytes(content[:torn] + b"\xff" * 20 + content[torn + 20 :])

    with pytest.raises(BadFile, match="damaged or locked"):
        open_table(path)


def test_a_workbook_with_broken_insides_is_refused(make_workbook):
    with pytest.raises(BadFile, match="The workbook is damaged"):
        open_table(make_workbook('<row r="1"><c r="A1"></row>'))
