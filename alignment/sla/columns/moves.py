"""PURE. All moves of one part, of all leads, in the order in which clocks go through them."""

import numpy as np

from alignment.sla.columns.lines import NEVER, Column, Flags, Lines
from alignment.sla.history import Part


class Moves:
    """Sorted keys, as ``Lines.keys`` makes them."""

    def __init__(self, lines: Lines, part: Part, plays: Flags) -> None:
        self._keys = np.append(lines.keys(np.flatnonzero(plays), part), NEVER)

    def next(self, since: Column, before: Column, *, nth: Column | int = 0) -> Column:
        """The key at or after ``since``, or so many later; NEVER where it is not ``before``."""
        places = np.searchsorted(self._keys, since) + nth
        found = self._keys[np.minimum(places, len(self._keys) - 1)]
        return np.where(found < before, found, NEVER)

    def last(self, before: Column, since: Column) -> Column:
        """The last key ``before`` this one; -1 where there is none at or after ``since``."""
        places = np.searchsorted(self._keys, before) - 1
        found = np.where(places < 0, -1, self._keys[np.maximum(places, 0)])
        return np.where(found < since, -1, found)

    def count(self, since: Column, before: Column) -> Column:
        found = np.searchsorted(self._keys, before) - np.searchsorted(self._keys, since)
        counts: Column = np.maximum(found, 0)
        return counts

    def holds(self, keys: Column) -> Flags:
        held: Flags = self._keys[np.searchsorted(self._keys, keys)] == keys
        return held
