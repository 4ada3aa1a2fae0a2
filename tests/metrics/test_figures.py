import numpy as np

from alignment.accounts.roles import Side
from alignment.leads.fates import OF_A_HANDOFF, Fate
from alignment.metrics.figures import Counted, Kept, figures
from alignment.metrics.formulas import Share, Wait
from alignment.metrics.outcomes import Outcome
from alignment.metrics.queries import SIDES, Handoffs, Promises

NO = [False, False, False, False]
HANDOFFS = Handoffs(
    at=np.array([0, 0, 0, 0]),
    source_ids=np.array([1, 1, 1, 1]),
    lead_ids=np.array([7, 7, 8, 9]),
    waits=np.array([10, 20, 30, 99]),
    is_touched=np.array([True, False, True, True]),
    fates={fate: np.array(NO) for fate in OF_A_HANDOFF}
    | {
        Fate.HANDED_OFF: np.array([True, True, True, True]),
        Fate.WON: np.array([False, True, True, True]),
    },
)
PROMISES = Promises(
    at=np.array([0, 0, 0, 0]),
    source_ids=np.array([1, 1, 1, 1]),
    outcomes={(side, end): np.array(NO) for side in SIDES for end in Outcome}
    | {
        (Side.SALES, Outcome.KEPT): np.array([True, True, False, True]),
        (Side.MARKETING, Outcome.MISSED): np.array([True, False, True, True]),
    },
    is_excused=np.array([False, True, True, True]),
)


def test_only_the_given_places_are_counted():
    found = figures(HANDOFFS, np.array([0, 1, 2]), PROMISES, np.array([1, 2]))

    assert found.counted[Fate.HANDED_OFF] == Counted(handoffs=3, leads=2)
    assert found.counted[Fate.WON] == Counted(handoffs=2, leads=2)
    assert found.counted[Fate.RETURNED] == Counted(handoffs=0, leads=0)
    assert found.win_rate == Share(part=2, whole=3)
    assert found.median_response == Wait(seconds=20, at_least=True)
    assert found.promises[Side.SALES] == Kept(kept=1, missed=0, open=0)
    assert found.promises[Side.MARKETING] == Kept(kept=0, missed=1, open=0, excused=1)


def test_both_numbers_are_told_with_and_without_the_excused():
    kept = Kept(kept=3, missed=3, open=0, excused=2)

    assert kept.share == Share(part=3, whole=6)
    assert kept.share_without_excused == Share(part=3, whole=4)


def test_a_share_of_nothing_but_excused_ones_is_no_number():
    assert Kept(kept=0, missed=2, open=0, excused=2).share_without_excused.ratio is None


def test_open_promises_are_no_part_of_the_share():
    assert Kept(kept=3, missed=1, open=9).share == Share(part=3, whole=4)
