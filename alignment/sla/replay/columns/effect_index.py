"""PURE. A sorted index of one kind of effect over all leads, searched by key."""

import numpy as np

from alignment.sla.clock.history import Effect
from alignment.sla.replay.columns.history import NEVER, Column, Flags, HistoryColumns


class EffectIndex:
    """Sorted keys, as ``Lines.keys`` makes them."""

    def __init__(self, lines: HistoryColumns, part: Effect, plays: Flags) -> None:
        self._keys = np.append(lines.keys(np.flatnonzero(plays), part), NEVER)

    def next(self, since: Column, before: Column, *, nth: Column | int = 0) -> Column:
        """The key at or after ``since``, or so many later; NEVER where it is not ``before``."""
        places = np.searchsorted(self._keys, since) + nth
        keys = self._keys[np.minimum(places, len(self._keys) - 1)]
        return np.where(keys < before, keys, NEVER)

    def last(self, before: Column, since: Column) -> Column:
        """The last key ``before`` this one; -1 where there is none at or after ``since``."""
        places = np.searchsorted(self._keys, before) - 1
        keys = np.where(places < 0, -1, self._keys[np.maximum(places, 0)])
        return np.where(keys < since, -1, keys)

    def count(self, since: Column, before: Column) -> Column:
        difference = np.searchsorted(self._keys, before) - np.searchsorted(self._keys, since)
        counts: Column = np.maximum(difference, 0)
        return counts

    def holds(self, keys: Column) -> Flags:
        held: Flags = self._keys[np.searchsorted(self._keys, keys)] == keys
        return held
