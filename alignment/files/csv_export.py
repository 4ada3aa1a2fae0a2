"""Write CSV whose cells no spreadsheet executes as formulas."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

ExportValue = str | int | float | Decimal | bool | date | datetime | None

FORMULA_STARTS = frozenset("=+-@＝＋－＠")
SUSPICIOUS = re.compile("[=+\\-@＝＋－＠\t\r\n]")
SEPARATORS = re.compile("([;|\t\r\n\x0b\x0c\x85\u2028\u2029])")
"""Where a spreadsheet may begin another cell, whatever stands around it: many split at these and
ignore quotes inside a line.
"""
INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Mn", "Zs", "Zl", "Zp"})
INVISIBLE_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
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

    What a spreadsheet would take for a formula, at the start of a text or of a cell that it might
    make of a part of it, gets an apostrophe before it. Numbers, and the texts of number and phone
    columns that are nothing more, stay as they are.
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
    if SUSPICIOUS.search(text) is None:
        return text
    first, *others = SEPARATORS.split(text)
    is_empty = bool(others) and all(_is_skipped(character) for character in first)
    start = f"'{first}" if is_empty and others[0] in "\t\r\n" else _safe_part(first)
    return start + "".join(_safe_part(part) for part in others)


def _safe_part(part: str) -> str:
    first = next((character for character in part if not _is_skipped(character)), "")
    return f"'{part}" if first in FORMULA_STARTS else part


def _is_skipped(character: str) -> bool:
    """Whether a spreadsheet may pass over it before it looks for a formula: what cannot be seen,
    and a quotation mark.
    """
    is_invisible = unicodedata.category(character) in INVISIBLE_CATEGORIES
    return is_invisible or character in INVISIBLE_FILLERS or character == '"'
