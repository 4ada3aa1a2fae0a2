"""A file opened for import: its table, its whole mapping, and the reader of its rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from alignment.files.encodings import Encoding
from alignment.files.fields import Field, Kind
from alignment.files.mapping import Mapping
from alignment.files.rows import BadRow
from alignment.files.tables import Table, open_table
from alignment.files.typed_rows import TypedRow, typed_rows, with_date_order
from alignment.integrations.event_rows import EventRows
from alignment.integrations.fields import EVENT_FIELDS, LEAD_FIELDS
from alignment.integrations.lead_rows import KEPT, KEPT_AT_MOST, LeadRows
from alignment.integrations.models import ImportKind
from alignment.integrations.repeats import Keyed, Repeats, find_repeats
from alignment.integrations.row_reading import Place, RowReader

FIELDS: dict[ImportKind, Sequence[Field]] = {
    ImportKind.LEADS: LEAD_FIELDS,
    ImportKind.EVENTS: EVENT_FIELDS,
}
READERS: dict[ImportKind, Callable[[Place, Mapping], RowReader[Any]]] = {
    ImportKind.LEADS: LeadRows,
    ImportKind.EVENTS: EventRows,
}

SAMPLE = 10_000
"""As many records are looked at while a person waits."""
NOTHING_GIVEN = ("Select",)
"""What a web form's list says before anybody has chosen."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """``mapping`` has the kept columns besides those with a field of ours."""

    table: Table
    mapping: Mapping
    reader: RowReader[Any]
    fields: Sequence[Field]
    zone: ZoneInfo

    def rows(self) -> Iterator[TypedRow | BadRow]:
        """Every row below the header; each call reads the file anew."""
        return typed_rows(self.table, self.mapping, self.fields, zone=self.zone)

    def repeats(self) -> tuple[Repeats, int]:
        """Which rows name the same lead, and how many rows there are."""
        return find_repeats(self._names())

    def _names(self) -> Iterator[Keyed]:
        as_text = [replace(field, kind=Kind.TEXT) for field in self.fields]
        names = [field for field in as_text if field.name in ("external_id", "email")]
        mapping = replace(self.mapping, constants={})
        for row in typed_rows(self.table, mapping, names, zone=self.zone):
            yield row.number, () if isinstance(row, BadRow) else self.reader.names(row)


def open_import(
    path: Path,
    kind: ImportKind,
    mapping: Mapping,
    *,
    place: Place,
    encoding: Encoding | None = None,
    keeps_unknown: bool = False,
    sample: int | None = None,
) -> Opened:
    """Ready to be read; raises BadFile, BadMapping or AmbiguousDates before the first row.

    The order of dates is found in the whole file, or in a ``sample`` of it.
    """
    table = open_table(path, encoding=encoding)
    seen = beginning(table, sample) if sample else table
    mapping = with_date_order(seen, mapped(mapping, table, kind), FIELDS[kind])
    reader = READERS[kind](place, mapping)
    reader.refuse_unfit(mapping)
    kept = _kept_columns(mapping, table) if keeps_unknown else {}
    opened = Opened(
        table=table,
        mapping=replace(mapping, columns=mapping.columns | kept),
        reader=reader,
        fields=(*reader.fields, *(Field(name=name) for name in kept)),
        zone=place.zone,
    )
    next(opened.rows(), None)
    return opened


def mapped(mapping: Mapping, table: Table, kind: ImportKind) -> Mapping:
    """The mapping, with guessed columns where it names none."""
    if not mapping.columns and not mapping.missing:
        mapping = replace(mapping, missing={"*": NOTHING_GIVEN})
    return mapping.with_guessed_columns(table.header, FIELDS[kind])


def beginning(table: Table, rows: int) -> Table:
    """The table cut short, for looking at it."""
    end = table.header_number + rows
    return replace(table, records=lambda: islice(table.records(), end))


def _kept_columns(mapping: Mapping, table: Table) -> dict[str, str]:
    return {f"{KEPT}{name}": name for name in mapping.ignored(table.header)[:KEPT_AT_MOST]}
