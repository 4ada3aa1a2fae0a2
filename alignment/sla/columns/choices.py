"""PURE. Which of a promise's targets holds for each round: ``sla.retargeting`` for columns."""

from collections.abc import Sequence

import numpy as np

from alignment.sla.columns.lines import Column, Facts, Flags, Lines
from alignment.sla.columns.rounds import Rounds
from alignment.sla.targets import Target, target_for

NO_TARGET = -1


class Choices:
    """What the facts choose, told line by line; a target is its place among ``alike``."""

    def __init__(self, lines: Lines, alike: Sequence[Target]) -> None:
        self._lines = lines
        self._at_first = _place_of({}, alike)
        depends = any(target.segment.depends_on_facts for target in alike)
        self._told = lines.known.places if depends else np.empty(0, np.int64)
        self._chosen = _chosen(lines, alike) if depends else np.empty(0, np.int64)

    def at_start(self, found: Rounds) -> Column:
        """What each round begins with; NO_TARGET where no segment has the lead."""
        last = self._lines.last_of(self._told, found.leads, found.started_at)
        places = np.searchsorted(self._told, np.maximum(last, 0))
        chosen = np.append(self._chosen, self._at_first)[places]
        return np.where(last < 0, self._at_first, chosen)

    def change_within(self, found: Rounds) -> Flags:
        """Whether the facts choose another target between a round's start and its end."""
        changed = self._told[self._changes()]
        moments = self._lines.moments(self._lines.leads[changed], self._lines.at[changed])
        starts = self._lines.moments(found.leads, found.started_at)
        ends = self._lines.moments(found.leads, found.until + found.is_open)
        return np.searchsorted(moments, ends) > np.searchsorted(moments, starts, "right")

    def _changes(self) -> Flags:
        leads = self._lines.leads[self._told]
        before = np.append(self._at_first, self._chosen[:-1])
        before[1:][leads[1:] != leads[:-1]] = self._at_first
        changes: Flags = self._chosen != before[: len(self._chosen)]
        return changes


def _chosen(lines: Lines, alike: Sequence[Target]) -> Column:
    """What each line that tells facts chooses; each combination of facts is asked once."""
    places = np.array([_place_of(facts, alike) for facts in lines.known.documents], np.int64)
    return places[lines.known.codes]


def _place_of(facts: Facts, alike: Sequence[Target]) -> int:
    target = target_for(facts, alike)
    return NO_TARGET if target is None else alike.index(target)
