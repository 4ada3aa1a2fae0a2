"""Rows of a table as values of named fields."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from alignment.files import cells
from alignment.files.dates import day, guess_date_order, instant
from alignment.files.errors import BadCell, BadMapping
from alignment.files.fields import Field, Kind, Value
from alignment.files.mapping import EVERY_FIELD, Mapping
from alignment.files.money import money
from alignment.files.rows import BadRow, Row, excerpt
from alignment.files.tables import Table

DATED = (Kind.DAY, Kind.INSTANT)
Parse = Callable[[str], Value]


@dataclass(frozen=True, kw_only=True, slots=True)
class TypedRow:
    """``values`` has every mapped field; None where the cell is blank or says so."""

    number: int
    values: dict[str, Value]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reader:
    """How one field is read from a row."""

    name: str
    column: str
    index: int
    parse: Parse
    missing: frozenset[str]


def typed_rows(
    table: Table, mapping: Mapping, fields: Sequence[Field], *, zone: ZoneInfo
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


def with_date_order(table: Table, mapping: Mapping, fields: Sequence[Field]) -> Mapping:
    """The mapping with its date order found in the dates themselves, for which all are looked at.

    Raises AmbiguousDates where they fit two orders, or none.
    """
    dated = [wanted for wanted in fields if wanted.kind in DATED]
    places = [reader.index for reader in _readers(table, mapping, dated, _RAW)]
    if mapping.date_order or not places:
        return mapping
    samples = (
        cells.text(row.cells[place])
        for row in table.rows()
        if isinstance(row, Row)
        for place in places
    )
    return replace(mapping, date_order=guess_date_order(samples))


def _typed(row: Row, readers: Sequence[_Reader], constants: dict[str, Value]) -> TypedRow | BadRow:
    values = constants.copy()
    for reader in readers:
        raw = row.cells[reader.index]
        text = cells.text(raw)
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


def _parsers(mapping: Mapping, zone: ZoneInfo) -> dict[Kind, Parse]:
    order, local = mapping.date_order, mapping.zone or zone
    return {
        Kind.TEXT: str,
        Kind.INTEGER: cells.integer,
        Kind.YES_NO: cells.yes_no,
        Kind.MONEY: lambda raw: money(raw, decimal=mapping.decimal),
        Kind.DAY: lambda raw: day(raw, order=order),
        Kind.INSTANT: lambda raw: instant(raw, order=order, zone=local),
    }


_RAW: dict[Kind, Parse] = dict.fromkeys(Kind, str)


def _readers(
    table: Table, mapping: Mapping, fields: Sequence[Field], parsers: dict[Kind, Parse]
) -> list[_Reader]:
    places = {name.casefold(): place for place, name in enumerate(table.header)}
    everywhere = mapping.missing.get(EVERY_FIELD, ())
    return [
        _Reader(
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
    mapping: Mapping, fields: Sequence[Field], parsers: dict[Kind, Parse]
) -> dict[str, Value]:
    kinds = {wanted.name: wanted.kind for wanted in fields}
    try:
        return {name: parsers[kinds[name]](raw) for name, raw in mapping.constants.items()}
    except BadCell as error:
        raise BadMapping(f"A constant cannot be read: {error}.") from error
