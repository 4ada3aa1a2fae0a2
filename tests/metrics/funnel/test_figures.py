import numpy as np

from alignment.accounts.roles import Side
from alignment.leads.handoff_outcomes import HANDOFF_CONDITIONS, HandoffOutcome
from alignment.metrics.formulas import Share, WaitDuration
from alignment.metrics.funnel.figures import Conversion, HandoffCount, count_figures
from alignment.metrics.funnel.queries import HandoffColumns
from alignment.metrics.promises.outcomes import SIDES, PromiseOutcome
from alignment.metrics.promises.queries import PromiseColumns
from alignment.metrics.promises.tally import PromiseTally

NO = [False, False, False, False]
HANDOFFS = HandoffColumns(
    at=np.array([0, 0, 0, 0]),
    source_ids=np.array([1, 1, 1, 1]),
    lead_ids=np.array([7, 7, 8, 9]),
    waits=np.array([10, 20, 30, 99]),
    is_over=np.array([True, False, True, True]),
    outcomes={fate: np.array(NO) for fate in HANDOFF_CONDITIONS}
    | {
        HandoffOutcome.HANDED_OFF: np.array([True, True, True, True]),
        HandoffOutcome.WON: np.array([False, True, True, True]),
        HandoffOutcome.LOST: np.array([True, False, False, False]),
        HandoffOutcome.OPEN: np.array([False, False, True, True]),
    },
)
PROMISES = PromiseColumns(
    at=np.array([0, 0, 0, 0]),
    source_ids=np.array([1, 1, 1, 1]),
    outcomes={(side, end): np.array(NO) for side in SIDES for end in PromiseOutcome}
    | {
        (Side.SALES, PromiseOutcome.KEPT): np.array([True, True, False, True]),
        (Side.MARKETING, PromiseOutcome.MISSED): np.array([True, False, True, True]),
    },
    is_excused=np.array([False, True, True, True]),
)


def test_only_the_given_places_are_counted():
    found = count_figures(HANDOFFS, np.array([0, 1, 2]), PROMISES, np.array([1, 2]))

    assert found.handoffs_by_outcome[HandoffOutcome.HANDED_OFF] == HandoffCount(handoffs=3, leads=2)
    assert found.handoffs_by_outcome[HandoffOutcome.WON] == HandoffCount(handoffs=2, leads=2)
    assert found.handoffs_by_outcome[HandoffOutcome.RETURNED] == HandoffCount(handoffs=0, leads=0)
    assert found.conversion == Conversion(share=Share(part=2, whole=3), open=1)
    assert found.win_rate == Share(part=2, whole=3)
    assert found.median_response == WaitDuration(seconds=20, at_least=True)
    assert found.promises[Side.SALES] == PromiseTally(kept=1, missed=0, open=0)
    assert found.promises[Side.MARKETING] == PromiseTally(kept=0, missed=1, open=0, excused=1)


def test_both_numbers_are_told_with_and_without_the_excused():
    kept = PromiseTally(kept=3, missed=3, open=0, excused=2)

    assert kept.share == Share(part=3, whole=6)
    assert kept.share_without_excused == Share(part=3, whole=4)


def test_a_share_of_nothing_but_excused_ones_is_no_number():
    assert PromiseTally(kept=0, missed=2, open=0, excused=2).share_without_excused.ratio is None


def test_open_promises_are_no_part_of_the_share():
    assert PromiseTally(kept=3, missed=1, open=9).share == Share(part=3, whole=4)
