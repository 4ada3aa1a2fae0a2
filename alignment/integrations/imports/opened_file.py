"""A file opened for import: its table, its complete column mapping, and the parser of its rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from alignment.files.encodings import Encoding
from alignment.files.fields import Field, FieldKind
from alignment.files.mapping import ColumnMapping
from alignment.files.rows import BadRow
from alignment.files.tables import FileTable, open_table
from alignment.files.typed_rows import TypedRow, typed_rows, with_date_order
from alignment.integrations.imports.duplicate_rows import (
    DuplicateRows,
    RowNames,
    find_duplicate_rows,
)
from alignment.integrations.imports.event_fields import EVENT_FIELDS
from alignment.integrations.imports.event_rows import EventRows
from alignment.integrations.imports.lead_fields import LEAD_FILE_FIELDS
from alignment.integrations.imports.lead_rows import EXTRA_COLUMNS_LIMIT, EXTRA_PREFIX, LeadRows
from alignment.integrations.imports.models import ImportKind
from alignment.integrations.imports.row_reader import ImportContext, RowReader

FIELDS_BY_KIND: dict[ImportKind, Sequence[Field]] = {
    ImportKind.LEADS: LEAD_FILE_FIELDS,
    ImportKind.EVENTS: EVENT_FIELDS,
}
READERS_BY_KIND: dict[ImportKind, Callable[[ImportContext, ColumnMapping], RowReader[Any]]] = {
    ImportKind.LEADS: LeadRows,
    ImportKind.EVENTS: EventRows,
}

SAMPLE_ROWS = 10_000
"""As many records are looked at while a person waits."""
EMPTY_CHOICES = ("Select",)
"""What a web form's list says before anybody has chosen."""


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """How a file is read, as far as a person chose: the encoding is else found out from the file.

    ``keeps_extra_columns``: columns without a field of ours are kept with the lead, as text.
    """

    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    encoding: Encoding | None = None
    keeps_extra_columns: bool = False


@dataclass(frozen=True, kw_only=True)
class OpenedFile:
    """``mapping`` has the kept columns besides those with a field of ours."""

    table: FileTable
    mapping: ColumnMapping
    reader: RowReader[Any]
    fields: Sequence[Field]
    zone: ZoneInfo

    def rows(self) -> Iterator[TypedRow | BadRow]:
        """Every row below the header; each call reads the file anew."""
        return typed_rows(self.table, self.mapping, self.fields, zone=self.zone)

    def repeats(self) -> tuple[DuplicateRows, int]:
        """Which rows name the same lead, and how many rows there are."""
        return find_duplicate_rows(self._names())

    def _names(self) -> Iterator[RowNames]:
        as_text = [replace(known, kind=FieldKind.TEXT) for known in self.fields]
        names = [known for known in as_text if known.name in ("external_id", "email")]
        mapping = replace(self.mapping, constants={})
        for row in typed_rows(self.table, mapping, names, zone=self.zone):
            yield row.number, () if isinstance(row, BadRow) else self.reader.names(row)


def open_import(
    path: Path,
    kind: ImportKind,
    options: ReadOptions,
    *,
    place: ImportContext,
    sample: int | None = None,
) -> OpenedFile:
    """Ready to be read; raises BadFile, BadMapping or AmbiguousDates before the first row.

    The order of dates is found in the whole file, or in a ``sample`` of it.
    """
    table = open_table(path, encoding=options.encoding)
    seen = first_rows(table, sample) if sample else table
    mapping = with_date_order(
        seen, with_guessed_mapping(options.mapping, table, kind), FIELDS_BY_KIND[kind]
    )
    reader = READERS_BY_KIND[kind](place, mapping)
    reader.check_mapping(mapping)
    kept = _extra_columns(mapping, table) if options.keeps_extra_columns else {}
    opened = OpenedFile(
        table=table,
        mapping=replace(mapping, columns=mapping.columns | kept),
        reader=reader,
        fields=(*reader.fields, *(Field(name=name) for name in kept)),
        zone=place.zone,
    )
    next(opened.rows(), None)
    return opened


def with_guessed_mapping(
    mapping: ColumnMapping, table: FileTable, kind: ImportKind
) -> ColumnMapping:
    """The mapping, with guessed columns where it names none."""
    if not mapping.columns and not mapping.missing:
        mapping = replace(mapping, missing={"*": EMPTY_CHOICES})
    return mapping.with_guessed_columns(table.header, FIELDS_BY_KIND[kind])


def first_rows(table: FileTable, rows: int) -> FileTable:
    """The table cut short, for looking at it."""
    end = table.header_number + rows
    return replace(table, records=lambda: islice(table.records(), end))


def _extra_columns(mapping: ColumnMapping, table: FileTable) -> dict[str, str]:
    return {
        f"{EXTRA_PREFIX}{name}": name
        for name in mapping.ignored(table.header)[:EXTRA_COLUMNS_LIMIT]
    }
