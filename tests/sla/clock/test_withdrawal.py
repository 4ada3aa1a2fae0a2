import pytest

from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.clock.withdrawal import withdrawal_reason


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (TimerState.MET, "a late fact proved it was kept."),
        (TimerState.CANCELLED, "what it was promised for was taken back."),
        (TimerState.RUNNING, "its due time has moved, and has not passed."),
        (TimerState.PAUSED, "its due time has moved, and has not passed."),
    ],
)
def test_each_state_of_the_clock_has_its_own_reason(state: TimerState, sentence: str):
    assert withdrawal_reason(state) == sentence


def test_a_merged_lead_is_named_by_what_it_turned_out_to_be():
    assert withdrawal_reason(TimerState.CANCELLED, merged_into="Bo Yu") == (
        "its lead was merged into Bo Yu, where its history goes on."
    )


def test_what_was_kept_before_the_merge_stays_kept():
    assert (
        withdrawal_reason(TimerState.MET, merged_into="Bo Yu") == "a late fact proved it was kept."
    )
