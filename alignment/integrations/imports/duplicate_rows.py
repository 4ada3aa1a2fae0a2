"""Find rows that name a lead which an earlier row of the file has named.

Found beforehand from eight-byte fingerprints, so that a million rows take a few megabytes and a
resumed import knows them too.
"""

from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np

RowNames = tuple[int, Sequence[str]]
"""A row's number, and the names it goes by."""


class DuplicateRows:
    """Asked row by row, in the order of the file."""

    def __init__(self, shared: dict[int, list[int]]) -> None:
        self._shared = shared
        self._taken: dict[int, int] = {}

    def earlier_row(self, row: int) -> int | None:
        """The row that was taken under one of this row's names."""
        names = self._shared.get(row, ())
        return next((self._taken[name] for name in names if name in self._taken), None)

    def claim_names(self, row: int) -> None:
        """The names of this row are given away from here on."""
        for name in self._shared.get(row, ()):
            self._taken.setdefault(name, row)


def find_duplicate_rows(keyed: Iterable[RowNames]) -> tuple[DuplicateRows, int]:
    """The names that several rows share, and how many rows there are."""
    fingerprints, rows = array("Q"), array("Q")
    total = 0
    for row, names in keyed:
        total += 1
        for name in names:
            fingerprints.append(fingerprint(name))
            rows.append(row)
    return DuplicateRows(_shared_fingerprints(fingerprints, rows)), total


def fingerprint(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def _shared_fingerprints(fingerprints: Sequence[int], rows: Sequence[int]) -> dict[int, list[int]]:
    marks = np.array(fingerprints, dtype=np.uint64)
    values, counts = np.unique(marks, return_counts=True)
    several = np.isin(marks, values[counts > 1])
    shared: dict[int, list[int]] = {}
    for place in np.flatnonzero(several).tolist():
        shared.setdefault(rows[place], []).append(fingerprints[place])
    return shared
