"""XLSX workbooks: values only. Macros and links are never followed, formulas never computed."""

import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from alignment.files import limits
from alignment.files.errors import BadFile
from alignment.files.rows import FileRow

CHUNK_BYTES = 1_000_000
OVERLAP_BYTES = 100
OTHER_OFFICE = {"content.xml", "xl/workbook.bin"}
PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,7})([0-9]{1,10})[\"']")

# What zipfile raises where an archive is torn, encrypted or packed in a rare way.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)

SheetValue = str | int | float | bool | date | datetime | time | timedelta


def open_sheet(path: Path, *, name: str | None = None) -> CalamineSheet:
    """The named sheet, or the first that people see; refused before it can fill the memory."""
    _refuse_too_big(path)
    try:
        with path.open("rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
        return workbook.get_sheet_by_name(_choose(workbook, name))
    except (CalamineError, ValueError) as error:
        raise BadFile("The workbook is damaged. Open it and save it again.") from error


def sheet_records(sheet: CalamineSheet) -> Callable[[], Iterator[FileRow]]:
    """Every row from the first of the sheet on, each value as its text."""

    def read() -> Iterator[FileRow]:
        for number, values in enumerate(sheet.iter_rows(), start=1):
            yield FileRow(number=number, cells=tuple(map(as_text, values)))

    return read


def as_text(value: SheetValue) -> str:
    """The value as a CSV file would carry it: dates year first, whole numbers without a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _choose(workbook: CalamineWorkbook, name: str | None) -> str:
    sheets = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if name is None and sheets:
        return sheets[0]
    if name in sheets:
        return name
    raise BadFile(f"There is no sheet {name}." if name else "The workbook shows no sheet.")


def _refuse_too_big(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names or names & OTHER_OFFICE:
                raise BadFile("This is not an Excel workbook. Save it as XLSX or CSV.")
            _refuse_bomb(archive)
    except UNREADABLE as error:
        raise BadFile("The workbook is damaged or locked. Save it again as XLSX.") from error


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    """Unpack once, keeping nothing, and look how far the cells of the sheets reach."""
    unpacked = columns = rows = 0
    for part in archive.infolist():
        for chunk in _chunks(archive, part):
            unpacked += len(chunk) - OVERLAP_BYTES
            if unpacked > limits.UNPACKED_BYTES:
                raise BadFile(f"The workbook unpacks to over {limits.UNPACKED_BYTES:,} bytes.")
            for letters, digits in PLACE.findall(chunk):
                columns, rows = max(columns, _column(letters)), max(rows, int(digits))
    if columns > limits.COLUMNS:
        raise BadFile(f"A sheet has {columns:,} columns, over {limits.COLUMNS} columns.")
    if columns * rows > limits.WORKBOOK_CELLS:
        raise BadFile(f"A sheet has over {limits.WORKBOOK_CELLS:,} cells. Save it as CSV.")


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Each chunk begins with the end of the one before, so that no place is cut in two."""
    # The size that a part declares may be a lie; reading must not stop there.
    part.file_size = limits.UNPACKED_BYTES + CHUNK_BYTES
    tail = b" " * OVERLAP_BYTES
    with archive.open(part) as file:
        while chunk := file.read(CHUNK_BYTES):
            yield tail + chunk
            tail = (tail + chunk)[-OVERLAP_BYTES:]


def _column(letters: bytes) -> int:
    """``A`` is 1, ``Z`` 26, ``AA`` 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
