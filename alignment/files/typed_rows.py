"""Rows of a table as values of named fields."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from alignment.files import cells
from alignment.files.dates import guess_date_order, parse_date, parse_instant
from alignment.files.errors import BadCell, BadMapping
from alignment.files.fields import Field, FieldKind, FieldValue
from alignment.files.mapping import EVERY_FIELD, ColumnMapping
from alignment.files.money import parse_money
from alignment.files.rows import BadRow, FileRow, excerpt
from alignment.files.tables import FileTable

DATE_KINDS = (FieldKind.DAY, FieldKind.INSTANT)
Parse = Callable[[str], FieldValue]


@dataclass(frozen=True, kw_only=True, slots=True)
class TypedRow:
    """``values`` has every mapped field; None where the cell is blank or says so."""

    number: int
    values: dict[str, FieldValue]


@dataclass(frozen=True, kw_only=True, slots=True)
class _FieldReader:
    """How one field is read from a row."""

    name: str
    column: str
    index: int
    parse: Parse
    missing: frozenset[str]


def typed_rows(
    table: FileTable, mapping: ColumnMapping, fields: Sequence[Field], *, zone: ZoneInfo
) -> Iterator[TypedRow | BadRow]:
    """Each row read by the mapping; its own zone, or else ``zone``, is for times without one.

    A wrong cell refuses its row and names the column. Raises BadMapping where the mapping does not
    fit the file, and AmbiguousDates where it leaves the order of dates open but the dates need it.
    """
    parsers = _parsers(mapping, zone)
    readers = _readers(table, mapping, fields, parsers)
    constants = _constants(mapping, fields, parsers)
    return (
        row if isinstance(row, BadRow) else _typed(row, readers, constants) for row in table.rows()
    )


def with_date_order(
    table: FileTable, mapping: ColumnMapping, fields: Sequence[Field]
) -> ColumnMapping:
    """The mapping with its date order found in the dates themselves, for which all are looked at.

    Raises AmbiguousDates where they fit two orders, or none.
    """
    dated = [wanted for wanted in fields if wanted.kind in DATE_KINDS]
    places = [reader.index for reader in _readers(table, mapping, dated, _RAW)]
    if mapping.date_order or not places:
        return mapping
    samples = (
        cells.parse_text(row.cells[place])
        for row in table.rows()
        if isinstance(row, FileRow)
        for place in places
    )
    return replace(mapping, date_order=guess_date_order(samples))


def _typed(
    row: FileRow, readers: Sequence[_FieldReader], constants: dict[str, FieldValue]
) -> TypedRow | BadRow:
    values = constants.copy()
    for reader in readers:
        raw = row.cells[reader.index]
        text = cells.parse_text(raw)
        if not text or text in reader.missing:
            values[reader.name] = None
            continue
        try:
            values[reader.name] = reader.parse(text)
        except BadCell as error:
            return BadRow(
                number=row.number, column=reader.column, value=excerpt(raw), reason=str(error)
            )
    return TypedRow(number=row.number, values=values)


def _parsers(mapping: ColumnMapping, zone: ZoneInfo) -> dict[FieldKind, Parse]:
    order, local = mapping.date_order, mapping.zone or zone
    return {
        FieldKind.TEXT: str,
        FieldKind.INTEGER: cells.parse_integer,
        FieldKind.YES_NO: cells.parse_yes_no,
        FieldKind.MONEY: lambda raw: parse_money(raw, decimal=mapping.decimal),
        FieldKind.DAY: lambda raw: parse_date(raw, order=order),
        FieldKind.INSTANT: lambda raw: parse_instant(raw, order=order, zone=local),
    }


_RAW: dict[FieldKind, Parse] = dict.fromkeys(FieldKind, str)


def _readers(
    table: FileTable,
    mapping: ColumnMapping,
    fields: Sequence[Field],
    parsers: dict[FieldKind, Parse],
) -> list[_FieldReader]:
    places = {name.casefold(): place for place, name in enumerate(table.header)}
    everywhere = mapping.missing.get(EVERY_FIELD, ())
    return [
        _FieldReader(
            name=wanted.name,
            column=(column := mapping.columns[wanted.name]),
            index=_place(column, places),
            parse=parsers[wanted.kind],
            missing=frozenset((*everywhere, *mapping.missing.get(wanted.name, ()))),
        )
        for wanted in fields
        if wanted.name in mapping.columns
    ]


def _place(column: str, places: dict[str, int]) -> int:
    place = places.get(" ".join(column.split()).casefold())
    if place is None:
        raise BadMapping(f"The file has no column {excerpt(column)}.")
    return place


def _constants(
    mapping: ColumnMapping, fields: Sequence[Field], parsers: dict[FieldKind, Parse]
) -> dict[str, FieldValue]:
    kinds = {wanted.name: wanted.kind for wanted in fields}
    try:
        return {name: parsers[kinds[name]](raw) for name, raw in mapping.constants.items()}
    except BadCell as error:
        raise BadMapping(f"A constant cannot be read: {error}.") from error
