"""Amounts of money as people and exports write them."""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from alignment.files.errors import BadCell
from alignment.files.rows import excerpt

CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 15
SCALES = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
CURRENCY = r"(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥])?"
SPACE = "[ \u00a0\u202f]?"


class DecimalSign(StrEnum):
    """What parts the whole from its fraction."""

    POINT = "."
    COMMA = ","


def parse_money(raw: str, *, decimal: DecimalSign = DecimalSign.POINT) -> int:
    """Hundredths of the currency's unit, rounded half to even; the currency itself is not read.

    ``$22,700.00``, ``$141.56K``, ``-5``, ``7307,37`` and ``1.234,56`` with the comma.
    ``1.234`` and ``1,234`` as decimals are refused: three places look like thousands.
    """
    match = PATTERNS[decimal].fullmatch(raw)
    if match is None:
        raise BadCell(f"{excerpt(raw)} is not an amount with decimal {decimal.name.lower()}")

    sign, whole, fraction, scale = (
        match["sign"] or match["sign_2"],
        *match.group("whole", "fraction", "scale"),
    )
    if len(fraction or "") == 3 and not scale and whole.isdigit() and 0 < int(whole) < 1_000:
        raise BadCell(f"{excerpt(raw)} has three decimals; write thousands or cents")
    return _cents(f"{sign or ''}{_digits(whole)}.{fraction or 0}", scale.upper(), raw)


def _digits(whole: str) -> str:
    return whole if whole.isdigit() else re.sub(r"[^0-9]", "", whole)


def _cents(plain: str, scale: str, raw: str) -> int:
    amount = Decimal(plain) * SCALES[scale]
    if abs(amount) >= LARGEST:
        raise BadCell(f"{excerpt(raw)} is too large an amount")
    return int(amount.quantize(CENT, rounding=ROUND_HALF_EVEN) * 100)


def _pattern(point: str, parting: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<sign>[+-])?{CURRENCY}{SPACE}(?(sign)|(?P<sign_2>[+-])?)"
        rf"(?P<whole>[0-9]{{1,3}}(?:[{parting}][0-9]{{3}})+|[0-9]{{1,15}})"
        rf"(?:{point}(?P<fraction>[0-9]{{1,20}}))?(?P<scale>[KMBkmb]?){SPACE}{CURRENCY}"
    )


PATTERNS = {
    DecimalSign.POINT: _pattern(r"\.", ",'’ \u00a0\u202f"),
    DecimalSign.COMMA: _pattern(",", ".'’ \u00a0\u202f"),
}
