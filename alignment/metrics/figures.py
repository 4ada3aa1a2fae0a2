"""The figures of one line: what both teams count of a group of handoffs and promises."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from alignment.accounts.roles import Side
from alignment.leads.fates import Fate
from alignment.metrics.columns import Numbers
from alignment.metrics.formulas import Share, Wait, percentile
from alignment.metrics.outcomes import Outcome
from alignment.metrics.queries import SIDES, Handoffs, Promises


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Handoffs, and the different leads among them."""

    handoffs: int
    leads: int


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One side's promises that were due: kept or missed, and those that are open still."""

    kept: int
    missed: int
    """Excused ones too."""
    open: int
    excused: int = 0

    @property
    def share(self) -> Share:
        """Of all that fell due, whatever was excused."""
        return Share(part=self.kept, whole=self.kept + self.missed)

    @property
    def share_without_excused(self) -> Share:
        """Of those that fell due and were not excused."""
        return Share(part=self.kept, whole=self.kept + self.missed - self.excused)


Value = int | Counted | Share | Wait | Kept | None
"""What a number can be; none where there is nothing to tell."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What stands on one line, for both teams."""

    counted: Mapping[Fate, Counted]
    median_response: Wait | None
    p90_response: Wait | None
    promises: Mapping[Side, Kept]

    @property
    def handed_off(self) -> int:
        return self.counted[Fate.HANDED_OFF].handoffs

    @property
    def win_rate(self) -> Share:
        return Share(part=self.counted[Fate.WON].handoffs, whole=self.handed_off)


def figures(handoffs: Handoffs, those: Numbers, promises: Promises, due: Numbers) -> Figures:
    """Count these handoffs and these promises, each given by their places in the columns."""
    waits, is_touched = handoffs.waits[those], handoffs.is_touched[those]
    return Figures(
        counted={fate: _counted(handoffs, fate, those) for fate in handoffs.fates},
        median_response=percentile(waits, is_touched, percent=50),
        p90_response=percentile(waits, is_touched, percent=90),
        promises={side: _kept(promises, side, due) for side in SIDES},
    )


def _counted(handoffs: Handoffs, fate: Fate, those: Numbers) -> Counted:
    lead_ids = handoffs.lead_ids[those[handoffs.fates[fate][those]]]
    return Counted(handoffs=len(lead_ids), leads=len(np.unique(lead_ids)))


def _kept(promises: Promises, side: Side, due: Numbers) -> Kept:
    def count(outcome: Outcome) -> int:
        return int(promises.outcomes[side, outcome][due].sum())

    is_excused = promises.outcomes[side, Outcome.MISSED] & promises.is_excused
    return Kept(
        kept=count(Outcome.KEPT),
        missed=count(Outcome.MISSED),
        open=count(Outcome.OPEN),
        excused=int(is_excused[due].sum()),
    )
