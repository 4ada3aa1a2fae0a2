"""PURE. Which target of a promise applies to each cycle: ``clock.retargeting``, vectorised."""

from collections.abc import Sequence

import numpy as np

from alignment.sla.promises.targets import Target, target_for
from alignment.sla.replay.columns.cycles import CycleColumns
from alignment.sla.replay.columns.history import Column, Facts, Flags, HistoryColumns

NO_TARGET = -1


class TargetChoices:
    """What the facts choose, told line by line; a target is its place among ``alike``."""

    def __init__(self, lines: HistoryColumns, same_key_targets: Sequence[Target]) -> None:
        self._lines = lines
        self._at_first = _index_of_target({}, same_key_targets)
        depends = any(target.segment.depends_on_facts for target in same_key_targets)
        self._told = lines.known.places if depends else np.empty(0, np.int64)
        self._chosen = (
            _chosen_per_event(lines, same_key_targets) if depends else np.empty(0, np.int64)
        )

    def at_start(self, cycles: CycleColumns) -> Column:
        """What each round begins with; NO_TARGET where no segment has the lead."""
        last = self._lines.last_of(self._told, cycles.leads, cycles.started_at)
        places = np.searchsorted(self._told, np.maximum(last, 0))
        chosen = np.append(self._chosen, self._at_first)[places]
        return np.where(last < 0, self._at_first, chosen)

    def changes_within(self, cycles: CycleColumns) -> Flags:
        """Whether the facts choose another target between a round's start and its end."""
        changed = self._told[self._changes()]
        moments = self._lines.moments(self._lines.leads[changed], self._lines.at[changed])
        starts = self._lines.moments(cycles.leads, cycles.started_at)
        ends = self._lines.moments(cycles.leads, cycles.until + cycles.is_open)
        return np.searchsorted(moments, ends) > np.searchsorted(moments, starts, "right")

    def _changes(self) -> Flags:
        leads = self._lines.leads[self._told]
        before = np.append(self._at_first, self._chosen[:-1])
        before[1:][leads[1:] != leads[:-1]] = self._at_first
        changes: Flags = self._chosen != before[: len(self._chosen)]
        return changes


def _chosen_per_event(lines: HistoryColumns, same_key_targets: Sequence[Target]) -> Column:
    """What each line that tells facts chooses; each combination of facts is asked once."""
    places = np.array(
        [_index_of_target(facts, same_key_targets) for facts in lines.known.documents], np.int64
    )
    return places[lines.known.codes]


def _index_of_target(facts: Facts, same_key_targets: Sequence[Target]) -> int:
    target = target_for(facts, same_key_targets)
    return NO_TARGET if target is None else same_key_targets.index(target)
