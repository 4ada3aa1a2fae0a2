"""An entry is a lead's life between the two teams; returned and fixed it goes on."""

import pytest

from alignment.leads.event_kinds import EventKind
from alignment.leads.history.entries import entry_starts
from alignment.leads.history.new_event import NewLeadEvent
from tests.factories import MONDAY_NINE


@pytest.mark.parametrize(
    ("told", "starts"),
    [
        pytest.param("handed_off", [True], id="the first handoff"),
        pytest.param("handed_off returned fixed", [True, False], id="returned and fixed"),
        pytest.param("handed_off returned handed_off", [True, False], id="never closed"),
        pytest.param("handed_off unreachable handed_off", [True, False], id="nobody was reached"),
        pytest.param("handed_off won handed_off", [True, True], id="won"),
        pytest.param("handed_off lost handed_off", [True, True], id="lost"),
        pytest.param("handed_off returned withdrawn handed_off", [True, True], id="withdrawn"),
        pytest.param("handed_off returned recycled handed_off", [True, True], id="recycled"),
        pytest.param("handed_off lost reopened returned fixed", [True, True], id="came back"),
        pytest.param(
            "handed_off lost reopened:closed_by_mistake returned fixed",
            [True, False],
            id="lost by mistake",
        ),
        pytest.param("won handed_off returned fixed", [True, False], id="won before its handoff"),
        pytest.param("arrived called", [], id="never handed off"),
    ],
)
def test_a_new_entry_begins_after_the_last_one_has_ended(told: str, starts: list[bool]) -> None:
    assert entry_starts(map(event, told.split())) == starts


def event(told: str) -> NewLeadEvent:
    kind, _, reason = told.partition(":")
    return NewLeadEvent(kind=EventKind(kind), at=MONDAY_NINE, reason=reason)
