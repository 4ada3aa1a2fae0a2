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
        self._lines, self._alike = lines, alike
        self._at_first = self._of({})
        self._facts: list[Facts] = [{}]
        self._targets = [self._at_first]
        self._merged: dict[tuple[int, int], int] = {}
        depends = any(target.segment.conditions for target in alike)
        self._told = np.flatnonzero(lines.facts if depends else [])
        self._chosen = np.array(self._read(), np.int64)

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

    def _read(self) -> list[int]:
        """Line by line, but each combination of facts is asked for its target once."""
        chosen: list[int] = []
        last, known = -1, 0
        leads, codes = self._lines.leads[self._told], self._lines.facts[self._told]
        for lead, code in zip(leads.tolist(), codes.tolist(), strict=True):
            known = self._after(known if lead == last else 0, code)
            chosen.append(self._targets[known])
            last = lead
        return chosen

    def _after(self, known: int, code: int) -> int:
        """What is known once these facts are told as well, as a place among ``_facts``."""
        if (known, code) not in self._merged:
            facts = {**self._facts[known], **self._lines.documents[code]}
            self._merged[known, code] = len(self._facts)
            self._facts.append(facts)
            self._targets.append(self._of(facts))
        return self._merged[known, code]

    def _of(self, facts: Facts) -> int:
        target = target_for(facts, self._alike)
        return NO_TARGET if target is None else self._alike.index(target)
