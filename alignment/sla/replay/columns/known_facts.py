"""PURE. The facts known of each lead after each event; a later event overwrites an earlier."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Facts = Mapping[str, object]


class KnownFacts:
    """Histories in order, each line with its lead and the number of what it told; 0 is nothing."""

    def __init__(
        self, leads: Numbers, document_numbers: Numbers, documents: Sequence[Facts]
    ) -> None:
        self._leads = leads
        self.documents: list[Facts] = [{}]
        """Every combination of facts that comes up, each once; of the first nothing is known."""
        self.places: Numbers = np.flatnonzero(document_numbers)
        """The lines that told something."""
        self.codes: Numbers = np.array(list(self._read(document_numbers, documents)), np.int64)
        """What is known after each of them, as a place among ``documents``."""

    def where(self, holds: Callable[[Facts], bool]) -> NDArray[np.bool_]:
        """After which lines the facts are such."""
        is_such = np.array([holds(facts) for facts in self.documents], np.bool_)
        return is_such[self._after_each()]

    def _after_each(self) -> Numbers:
        last = np.searchsorted(self.places, np.arange(len(self._leads)), "right") - 1
        place = np.append(self.places, -1)[last]
        is_of_lead = (place >= 0) & (np.append(self._leads, -1)[place] == self._leads)
        return np.where(is_of_lead, np.append(self.codes, 0)[last], 0)

    def _read(self, document_numbers: Numbers, documents: Sequence[Facts]) -> Sequence[int]:
        """Line by line, but each combination is merged once."""
        codes: list[int] = []
        merged: dict[tuple[int, int], int] = {}
        last, known = -1, 0
        leads, numbers = self._leads[self.places], document_numbers[self.places]
        for lead, number in zip(leads.tolist(), numbers.tolist(), strict=True):
            before = known if lead == last else 0
            if (before, number) not in merged:
                merged[before, number] = len(self.documents)
                self.documents.append({**self.documents[before], **documents[number]})
            known, last = merged[before, number], lead
            codes.append(known)
        return codes
