"""Count the figures of one funnel line from the columns of handoffs and promises."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from alignment.accounts.roles import Side
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.metrics.bulk_columns import Numbers
from alignment.metrics.formulas import Share, Unknown, WaitDuration, percentile
from alignment.metrics.funnel.queries import HandoffColumns
from alignment.metrics.promises.outcomes import SIDES, PromiseOutcome
from alignment.metrics.promises.queries import PromiseColumns
from alignment.metrics.promises.tally import PromiseTally


@dataclass(frozen=True, kw_only=True)
class HandoffCount:
    """Handoffs, and the different leads among them."""

    handoffs: int
    leads: int


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """How many of some handoffs were won so far, and how many may still be."""

    share: Share
    open: int


FigureValue = int | HandoffCount | Conversion | Share | WaitDuration | PromiseTally | Unknown | None
"""What a number can be; none where there is nothing to tell."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What stands on one line, for both teams."""

    handoffs_by_outcome: Mapping[HandoffOutcome, HandoffCount]
    median_response: WaitDuration | None
    p90_response: WaitDuration | None
    promises: Mapping[Side, PromiseTally]

    @property
    def handed_off(self) -> int:
        return self._count(HandoffOutcome.HANDED_OFF)

    @property
    def conversion(self) -> Conversion:
        return Conversion(
            share=Share(part=self._count(HandoffOutcome.WON), whole=self.handed_off),
            open=self._count(HandoffOutcome.OPEN),
        )

    @property
    def win_rate(self) -> Share:
        """Of the deals that were decided."""
        won = self._count(HandoffOutcome.WON)
        return Share(part=won, whole=won + self._count(HandoffOutcome.LOST))

    def _count(self, outcome: HandoffOutcome) -> int:
        return self.handoffs_by_outcome[outcome].handoffs


def count_figures(
    handoffs: HandoffColumns, those: Numbers, promises: PromiseColumns, due: Numbers
) -> Figures:
    """Count these handoffs and these promises, each given by their places in the columns."""
    waits, is_over = handoffs.waits[those], handoffs.is_over[those]
    return Figures(
        handoffs_by_outcome={
            fate: _count_handoffs(handoffs, fate, those) for fate in handoffs.outcomes
        },
        median_response=percentile(waits, is_over, percent=50),
        p90_response=percentile(waits, is_over, percent=90),
        promises={side: _tally_promises(promises, side, due) for side in SIDES},
    )


def _count_handoffs(handoffs: HandoffColumns, fate: HandoffOutcome, those: Numbers) -> HandoffCount:
    lead_ids = handoffs.lead_ids[those[handoffs.outcomes[fate][those]]]
    return HandoffCount(handoffs=len(lead_ids), leads=len(np.unique(lead_ids)))


def _tally_promises(promises: PromiseColumns, side: Side, due: Numbers) -> PromiseTally:
    def count(outcome: PromiseOutcome) -> int:
        return int(promises.outcomes[side, outcome][due].sum())

    is_excused = promises.outcomes[side, PromiseOutcome.MISSED] & promises.is_excused
    return PromiseTally(
        kept=count(PromiseOutcome.KEPT),
        missed=count(PromiseOutcome.MISSED),
        open=count(PromiseOutcome.OPEN),
        excused=int(is_excused[due].sum()),
    )
