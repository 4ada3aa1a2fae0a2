import numpy as np
import pytest

from alignment.metrics.formulas import Share, WaitDuration, percentile


def waits(*told: str):
    """ "5" is a wait that is over, "5+" one that still lasts."""
    return np.array([int(x.rstrip("+")) for x in told]), np.array([x[-1] != "+" for x in told])


@pytest.mark.parametrize(
    ("told", "percent", "found"),
    [
        pytest.param(
            ["7"], 50, WaitDuration(seconds=7, at_least=False), id="one is every percentile"
        ),
        pytest.param(
            ["9", "1"], 50, WaitDuration(seconds=1, at_least=False), id="the first of two"
        ),
        pytest.param(
            ["3", "1", "2"], 50, WaitDuration(seconds=2, at_least=False), id="the middle of three"
        ),
        pytest.param(
            [str(n) for n in range(1, 11)],
            90,
            WaitDuration(seconds=9, at_least=False),
            id="ninth of ten",
        ),
        pytest.param(
            [str(n) for n in range(1, 12)],
            90,
            WaitDuration(seconds=10, at_least=False),
            id="tenth of 11",
        ),
        pytest.param(
            ["1", "2", "9+"], 50, WaitDuration(seconds=2, at_least=False), id="a long one beyond"
        ),
        pytest.param(
            ["1", "2", "9+"], 90, WaitDuration(seconds=9, at_least=True), id="a long one found"
        ),
        pytest.param(
            ["5", "6", "1+"], 50, WaitDuration(seconds=5, at_least=True), id="a young one below"
        ),
        pytest.param(
            ["4+", "4"], 50, WaitDuration(seconds=4, at_least=False), id="it lasts at least 4"
        ),
        pytest.param(
            ["8+", "3+"], 50, WaitDuration(seconds=3, at_least=True), id="nobody was answered"
        ),
    ],
)
def test_a_percentile_is_found_by_nearest_rank_and_who_waits_may_wait_for_ever(
    told, percent, found
):
    assert percentile(*waits(*told), percent=percent) == found


def test_leaving_a_lead_unanswered_never_makes_the_percentile_better():
    answered = percentile(*waits("1", "2", "3", "40"), percent=90)
    ignored = percentile(*waits("1", "2", "3", "40+"), percent=90)

    assert answered == WaitDuration(seconds=40, at_least=False)
    assert ignored == WaitDuration(seconds=40, at_least=True)


def test_nobody_waiting_has_no_percentile():
    assert percentile(*waits(), percent=50) is None


def test_a_share_of_nothing_is_no_number():
    assert Share(part=0, whole=0).ratio is None


def test_a_share_is_small_below_ten():
    assert Share(part=3, whole=9).is_small
    assert not Share(part=3, whole=10).is_small
    assert Share(part=3, whole=10).ratio == 0.3
