"""Stream the records of a CSV file; a broken record is reported and reading goes on."""

import csv
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TextIO

from alignment.files import limits
from alignment.files.encodings import Encoding, stray_byte
from alignment.files.errors import BadFile
from alignment.files.rows import BadRow, FileRow, excerpt

# The default of 131,072 would cut a long cell off before we can name its column.
csv.field_size_limit(limits.ROW_CHARACTERS)


def csv_records(path: Path, *, encoding: Encoding, delimiter: str) -> Iterator[FileRow | BadRow]:
    """Every record from the header on, numbered from 1, blank ones too."""
    with path.open(encoding=encoding.codec, errors=encoding.on_error, newline="") as file:
        lines = _RecordLines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        for number in count(1):
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _RowTooLongError) as error:
                yield _broken_row(lines, number, error)
                continue
            except UnicodeError as error:
                raise BadFile("The file is not whole UTF-16. Save it as CSV UTF-8.") from error
            yield _undecodable_row(lines, number, encoding) or FileRow(
                number=number, cells=tuple(cells)
            )


class _RowTooLongError(Exception):
    """The record has grown past what a row may hold."""


class _RecordLines:
    """The lines of a file, remembering those of the record being read."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: list[str] = []
        self._length = 0
        self._open_quotes = 0
        self.record: list[str] = []

    def __iter__(self) -> "_RecordLines":
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._file.readline(limits.ROW_CHARACTERS + 1)
        if not line:
            raise StopIteration

        self.record.append(line)
        self._length += len(line)
        if self._length > limits.ROW_CHARACTERS:
            raise _RowTooLongError
        return line

    def begin(self) -> None:
        self.record = []
        self._length = 0

    def read_again_from_second(self) -> None:
        """Give back what an open quote has swallowed; its own line stays refused."""
        self._open_quotes += 1
        if self._open_quotes > limits.OPEN_QUOTES:
            raise BadFile(f"Over {limits.OPEN_QUOTES} rows have a quote that is not closed.")
        self._again.extend(reversed(self.record[1:]))

    def skip_line(self) -> None:
        """Pass over the rest of a line too long to hold."""
        piece = self.record[-1]
        while piece and not piece.endswith(("\n", "\r")):
            piece = self._file.readline(limits.ROW_CHARACTERS)


def _broken_row(lines: _RecordLines, number: int, error: Exception) -> BadRow:
    first = excerpt(lines.record[0])
    if len(lines.record) > 1:
        lines.read_again_from_second()
        return BadRow(number=number, column=None, value=first, reason="quote not closed")
    if isinstance(error, _RowTooLongError):
        lines.skip_line()
        reason = f"over {limits.ROW_CHARACTERS:,} characters"
        return BadRow(number=number, column=None, value=first, reason=reason)
    at_end = str(error) == "unexpected end of data"
    reason = "quote not closed" if at_end else "text after a closing quote"
    return BadRow(number=number, column=None, value=first, reason=reason)


def _undecodable_row(lines: _RecordLines, number: int, encoding: Encoding) -> BadRow | None:
    text = lines.record[0] if len(lines.record) == 1 else "".join(lines.record)
    if (byte := stray_byte(text, encoding)) is not None:
        reason = f"byte {byte} is not {encoding.label}"
    elif "\0" in text:
        reason = "has a NUL character"
    else:
        return None
    return BadRow(number=number, column=None, value=excerpt(text), reason=reason)
