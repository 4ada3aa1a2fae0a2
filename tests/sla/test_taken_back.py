import pytest

from alignment.sla.stopwatch import State
from alignment.sla.taken_back import why


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (State.MET, "a late fact proved it was kept."),
        (State.CANCELLED, "what it was promised for was taken back."),
        (State.RUNNING, "its due time has moved, and has not passed."),
        (State.PAUSED, "its due time has moved, and has not passed."),
    ],
)
def test_each_state_of_the_clock_has_its_own_reason(state: State, sentence: str):
    assert why(state) == sentence


def test_a_merged_lead_is_named_by_what_it_turned_out_to_be():
    assert why(State.CANCELLED, merged_into="Bo Yu") == (
        "its lead was merged into Bo Yu, where its history goes on."
    )


def test_what_was_kept_before_the_merge_stays_kept():
    assert why(State.MET, merged_into="Bo Yu") == "a late fact proved it was kept."
