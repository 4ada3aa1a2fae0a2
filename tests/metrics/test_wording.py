import pytest

from alignment.metrics.formulas import Share, WaitDuration
from alignment.metrics.funnel.figure_words import value_remark, value_words
from alignment.metrics.funnel.figures import HandoffCount
from alignment.metrics.promises.tally import PromiseTally


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_600, "1 h"),
        (12_000, "3 h 20 min"),
        (86_400, "1 day"),
        (93_599, "1 day 1 h"),
        (172_799, "1 day 23 h"),
        (172_800, "2 days"),
        (86_400 * 2_800 + 7_200, "2,800 days"),
    ],
)
def test_a_wait_is_told_in_its_largest_units(seconds, said):
    assert value_words(WaitDuration(seconds=seconds, at_least=False)) == said


def test_a_wait_without_an_end_says_so():
    assert value_words(WaitDuration(seconds=3_600, at_least=True)) == "≥ 1 h"


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 0, "–"),
        (3, 7, "3 of 7"),
        (9, 9, "9 of 9"),
        (9, 10, "90 %"),
        (0, 10, "0 %"),
        (1, 1_000, "<1 %"),
        (999, 1_000, ">99 %"),
        (1_000, 1_000, "100 %"),
    ],
)
def test_a_share_is_a_fraction_below_ten_and_exact_at_its_ends(part, whole, said):
    assert value_words(Share(part=part, whole=whole)) == said


def test_counts_have_their_leads_beside_them_where_these_differ():
    assert value_words(HandoffCount(handoffs=1_200, leads=1_200)) == "1,200"
    assert value_remark(HandoffCount(handoffs=1_200, leads=1_200)) == ""
    assert value_remark(HandoffCount(handoffs=2, leads=1)) == "1 lead"


def test_open_promises_stand_beside_the_share():
    kept = PromiseTally(kept=3, missed=1, open=2)

    assert (value_words(kept), value_remark(kept)) == ("3 of 4", "2 not due yet")


def test_nothing_to_tell_is_a_dash():
    assert (value_words(None), value_remark(None)) == ("–", "")
    assert value_words(0) == "0"


def test_the_second_number_stands_beside_the_first_where_anything_was_excused():
    kept = PromiseTally(kept=3, missed=2, open=1, excused=1)

    assert (value_words(kept), value_remark(kept)) == (
        "3 of 5",
        "1 not due yet, 3 of 4 without 1 excused",
    )
