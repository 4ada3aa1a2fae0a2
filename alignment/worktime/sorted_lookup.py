"""PURE. Positions in a sorted int64 column in constant time, by an index of equal cells."""

import numpy as np
from numpy.typing import NDArray

Int64Column = NDArray[np.int64]

MOST_CELLS = 1 << 20
"""Eight megabytes; a column whose keys lie closer together is searched by halving."""


class SortedLookup:
    """How many of the strictly increasing keys are at most x, for x from ``first`` to ``last``.

    The range is cut into cells no wider than the least gap between two keys: a cell holds at most
    one key after its beginning, so one look at the cell and one at the next key suffice.
    """

    def __init__(self, keys: Int64Column, *, first: int, last: int) -> None:
        self._keys = np.append(keys, np.iinfo(np.int64).max)
        self._first = first
        least_gap = int(np.diff(keys).min()) if len(keys) > 1 else last - first + 1
        self._bits = least_gap.bit_length() - 1
        cells = (last - first >> self._bits) + 1
        self._counts: Int64Column | None = None
        if cells <= MOST_CELLS:
            beginnings = first + (np.arange(cells, dtype=np.int64) << self._bits)
            self._counts = np.searchsorted(keys, beginnings, side="right")

    def count(self, at: Int64Column) -> Int64Column:
        if self._counts is None:
            return np.searchsorted(self._keys[:-1], at, side="right")
        count = self._counts[(at - self._first) >> self._bits]
        found: Int64Column = count + (self._keys[count] <= at)
        return found
