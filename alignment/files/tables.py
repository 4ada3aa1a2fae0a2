"""A file as a table: a header, and rows that are read or refused one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from alignment.files import limits
from alignment.files.csv_records import csv_records
from alignment.files.delimiter_guess import SAMPLE_CHARACTERS, guess_delimiter
from alignment.files.encodings import Encoding, detect_encoding
from alignment.files.errors import BadFile
from alignment.files.file_format import FileFormat, file_format_of
from alignment.files.headers import column_names
from alignment.files.rows import BadRow, FileRow, excerpt
from alignment.files.workbooks import open_sheet, sheet_records

RecordSource = Callable[[], Iterator[FileRow | BadRow]]


@dataclass(frozen=True, kw_only=True)
class FileTable:
    """What a preview shows of a file, and its rows. Only text has an encoding and a delimiter."""

    header: tuple[str, ...]
    header_number: int
    records: RecordSource
    encoding: Encoding | None = None
    delimiter: str | None = None
    sheet: str | None = None

    def rows(self) -> Iterator[FileRow | BadRow]:
        """Each row below the header, but blank ones; every call reads the file anew."""
        for record in self.records():
            if record.number <= self.header_number:
                continue
            if isinstance(record, BadRow):
                yield record
            elif any(record.cells):
                yield self._fault(record) or record

    def _fault(self, row: FileRow) -> BadRow | None:
        if len(row.cells) != len(self.header):
            reason = f"{len(row.cells)} cells, header has {len(self.header)}"
            value = excerpt(" ".join(row.cells))
            return BadRow(number=row.number, column=None, value=value, reason=reason)
        if len("".join(row.cells)) > limits.CELL_CHARACTERS:
            return self._long_cell(row)
        return None

    def _long_cell(self, row: FileRow) -> BadRow | None:
        for name, cell in zip(self.header, row.cells, strict=True):
            if len(cell) > limits.CELL_CHARACTERS:
                reason = f"over {limits.CELL_CHARACTERS:,} characters"
                return BadRow(number=row.number, column=name, value=excerpt(cell), reason=reason)
        return None


def open_table(
    path: Path,
    *,
    encoding: Encoding | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> FileTable:
    """Read CSV or XLSX, told apart by content. What is not given is found out.

    Raises BadFile, before any row is given, where no row could be trusted.
    """
    if file_format_of(path) is FileFormat.WORKBOOK:
        return _open_workbook(path, sheet)
    return _open_delimited(path, encoding or detect_encoding(path), delimiter)


def _open_workbook(path: Path, name: str | None) -> FileTable:
    sheet = open_sheet(path, name=name)
    read = sheet_records(sheet)
    header_number, header = _header(read)
    table = FileTable(header=header, header_number=header_number, records=read, sheet=sheet.name)
    _refuse_length(table, at_most=sheet.total_height)
    return table


def _open_delimited(path: Path, encoding: Encoding, delimiter: str | None) -> FileTable:
    delimiter = delimiter or guess_delimiter(_sample(path, encoding))

    def read() -> Iterator[FileRow | BadRow]:
        return csv_records(path, encoding=encoding, delimiter=delimiter)

    header_number, header = _header(read)
    table = FileTable(
        header=header,
        header_number=header_number,
        records=read,
        encoding=encoding,
        delimiter=delimiter,
    )
    _refuse_length(table, at_most=_line_ends(path))
    return table


def _sample(path: Path, encoding: Encoding) -> str:
    with path.open(encoding=encoding.codec, errors="replace", newline="") as file:
        return file.read(SAMPLE_CHARACTERS)


def _header(read: RecordSource) -> tuple[int, tuple[str, ...]]:
    for record in read():
        if isinstance(record, BadRow):
            raise BadFile(f"The header cannot be read: {record.reason}.")
        if any(cell.strip() for cell in record.cells):
            return record.number, column_names(record.cells)
    raise BadFile("The file is empty.")


def _refuse_length(table: FileTable, *, at_most: int) -> None:
    if next(table.rows(), None) is None:
        raise BadFile("The file has a header and no rows.")
    if at_most > limits.ROWS and sum(1 for _ in table.rows()) > limits.ROWS:
        raise BadFile(f"The file is over the limit of {limits.ROWS:,} rows.")


def _line_ends(path: Path) -> int:
    """At least as many as there are rows: cheap to count, and mostly enough to know."""
    ends = 1
    with path.open("rb") as file:
        while chunk := file.read(1_000_000):
            ends += chunk.count(b"\n") + chunk.count(b"\r")
    return ends
