"""Which rows of a file name somebody whom an earlier row has named.

Found beforehand from fingerprints of eight bytes a name, so that a million rows need no more than
a few megabytes, and an import that goes on behind an interruption knows them too.
"""

from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np

Keyed = tuple[int, Sequence[str]]
"""A row's number, and the names it goes by."""


class Repeats:
    """Asked row by row, in the order of the file."""

    def __init__(self, shared: dict[int, list[int]]) -> None:
        self._shared = shared
        self._taken: dict[int, int] = {}

    def earlier(self, row: int) -> int | None:
        """The row that was taken under one of this row's names."""
        names = self._shared.get(row, ())
        return next((self._taken[name] for name in names if name in self._taken), None)

    def take(self, row: int) -> None:
        """The names of this row are given away from here on."""
        for name in self._shared.get(row, ()):
            self._taken.setdefault(name, row)


def find_repeats(keyed: Iterable[Keyed]) -> tuple[Repeats, int]:
    """The names that several rows share, and how many rows there are."""
    fingerprints, rows = array("Q"), array("Q")
    total = 0
    for row, names in keyed:
        total += 1
        for name in names:
            fingerprints.append(fingerprint(name))
            rows.append(row)
    return Repeats(_shared(fingerprints, rows)), total


def fingerprint(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def _shared(fingerprints: Sequence[int], rows: Sequence[int]) -> dict[int, list[int]]:
    marks = np.array(fingerprints, dtype=np.uint64)
    values, counts = np.unique(marks, return_counts=True)
    several = np.isin(marks, values[counts > 1])
    shared: dict[int, list[int]] = {}
    for place in np.flatnonzero(several).tolist():
        shared.setdefault(rows[place], []).append(fingerprints[place])
    return shared
