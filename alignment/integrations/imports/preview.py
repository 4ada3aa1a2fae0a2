"""What a person sees of a file before it is brought in: how it was read, and what is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from alignment.files.dates import DateOrder
from alignment.files.encodings import Encoding
from alignment.files.errors import AmbiguousDates
from alignment.files.mapping import ColumnMapping
from alignment.files.rows import FileRow
from alignment.files.tables import FileTable, open_table
from alignment.files.typed_rows import with_date_order
from alignment.integrations.imports.models import ImportKind
from alignment.integrations.imports.opened_file import (
    FIELDS_BY_KIND,
    SAMPLE_ROWS,
    first_rows,
    with_guessed_mapping,
)

SHOWN_ROWS = 5
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, kw_only=True)
class FilePreview:
    """The first rows, and what a person may want to put right."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    read_as: str
    """Such as "UTF-8, comma" or "sheet Leads"."""
    encoding: Encoding | None
    mapping: ColumnMapping
    ignored: tuple[str, ...]
    date_order: DateOrder | None
    """As the dates themselves say; None where they fit two orders."""
    ambiguous: str
    """A date that could be read in two ways, or nothing."""


def preview_file(path: Path, kind: ImportKind, *, encoding: Encoding | None = None) -> FilePreview:
    """Look at the beginning of the file; raises BadFile where it is no table."""
    table = open_table(path, encoding=encoding)
    mapping = with_guessed_mapping(ColumnMapping(), table, kind)
    order, ambiguous = _date_order(table, mapping, kind)
    return FilePreview(
        header=table.header,
        rows=_first_rows(table),
        read_as=_read_as(table),
        encoding=table.encoding,
        mapping=mapping,
        ignored=mapping.ignored(table.header),
        date_order=order,
        ambiguous=ambiguous,
    )


def _date_order(
    table: FileTable, mapping: ColumnMapping, kind: ImportKind
) -> tuple[DateOrder | None, str]:
    try:
        found = with_date_order(first_rows(table, SAMPLE_ROWS), mapping, FIELDS_BY_KIND[kind])
    except AmbiguousDates as question:
        return None, question.example
    return found.date_order, ""


def _first_rows(table: FileTable) -> list[tuple[str, ...]]:
    rows = (row.cells for row in table.rows() if isinstance(row, FileRow))
    return list(islice(rows, SHOWN_ROWS))


def _read_as(table: FileTable) -> str:
    if table.sheet is not None:
        return f"sheet {table.sheet}"
    encoding = table.encoding.label if table.encoding else ""
    return f"{encoding}, {DELIMITERS.get(table.delimiter or '', 'other')}"
