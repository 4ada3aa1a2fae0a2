"""Write CSV whose cells no spreadsheet executes as formulas."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

ExportValue = str | int | float | Decimal | bool | date | datetime | None

# Spreadsheets skip what cannot be seen before they look for a formula.
FORMULA = re.compile("[\\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\\-@＝＋－＠\t\r\n]")
PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]*")
NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")
BYTE_ORDER_MARK = "\ufeff"


class ColumnKind(StrEnum):
    """What a column's texts may safely look like."""

    TEXT = "text"
    NUMBER = "number"
    PHONE = "phone"


SAFE_PATTERNS = {ColumnKind.NUMBER: NUMBER, ColumnKind.PHONE: PHONE}


def csv_lines(
    columns: Mapping[str, ColumnKind], rows: Iterable[Sequence[ExportValue]]
) -> Iterator[str]:
    """The file line by line, to be sent as UTF-8; it opens as such in Excel by its first mark.

    A text that a spreadsheet would take for a formula gets an apostrophe before it. Numbers,
    and the texts of number and phone columns that are nothing more, stay as they are.
    """
    writer = csv.writer(_LineWriter(), quoting=csv.QUOTE_NONNUMERIC)
    kinds = tuple(columns.values())
    yield BYTE_ORDER_MARK + writer.writerow([_safe(name, ColumnKind.TEXT) for name in columns])
    for row in rows:
        yield writer.writerow([_cell(value, kind) for value, kind in zip(row, kinds, strict=True)])


class _LineWriter:
    """Gives each line back instead of storing it."""

    def write(self, line: str) -> str:
        return line


def _cell(value: ExportValue, kind: ColumnKind) -> str | int | float | Decimal:
    if isinstance(value, str):
        return _safe(value, kind)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value


def _safe(text: str, kind: ColumnKind) -> str:
    harmless = SAFE_PATTERNS.get(kind)
    if harmless is not None and harmless.fullmatch(text):
        return text
    return f"'{text}" if FORMULA.match(text) else text
