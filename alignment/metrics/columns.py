"""Whole columns out of a database, as numbers, at a quarter of what rows cost.

Every row becomes one line of whole numbers, all lines one string, and numpy reads that; both
databases can do it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, ColumnElement, String, case, cast, extract, func, literal

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def lines(*parts: Any) -> ColumnElement[str]:
    """All rows of a SELECT as one text; ``numbers`` reads it."""
    line: ColumnElement[str] = cast(parts[0], String)
    for part in parts[1:]:
        line = line + " " + cast(part, String)
    return func.aggregate_strings(line, " ")


def numbers(text: str | None, count: int) -> list[Numbers]:
    """The columns again, ``count`` of them, all in one order."""
    read = np.fromstring(text or "", dtype=np.int64, sep=" ")
    return list(read.reshape(-1, count).T)


def seconds(at: Any) -> ColumnElement[int]:
    """An instant as whole seconds since 1970 in UTC."""
    return cast(extract("epoch", at), BigInteger)


def bits(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[int]:
    """Several yes-or-no answers as one number; ``flags`` tells them apart."""
    ones = (case((condition, 1 << place), else_=0) for place, condition in enumerate(conditions))
    return sum(ones, literal(0))


def first_of(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[int]:
    """The place of the first condition that holds, or -1."""
    return case(*((condition, place) for place, condition in enumerate(conditions)), else_=-1)


def flags(packed: Numbers, count: int) -> list[Flags]:
    return [np.bitwise_and(packed, 1 << place) != 0 for place in range(count)]
