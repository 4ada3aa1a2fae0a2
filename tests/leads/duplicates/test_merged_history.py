"""Of two histories one is made: overlapping stays are one, and nothing given up is taken over."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from alignment.leads.duplicates.merged_history import merge_histories
from alignment.leads.event_kinds import EventKind


@dataclass(frozen=True)
class Line:
    """One line of a history."""

    id: int
    kind: EventKind
    at: datetime


def story(first_id: int, *told: tuple[str, int]) -> list[Line]:
    """Lines of 1 March 2027, each a kind and an hour."""
    return [
        Line(first_id + place, EventKind(kind), datetime(2027, 3, 1, hour, tzinfo=UTC))
        for place, (kind, hour) in enumerate(told)
    ]


@pytest.mark.parametrize(
    ("own", "theirs", "counts", "earlier"),
    [
        ([], [("handed_off", 9), ("lost", 10)], {10, 11}, {}),
        ([("handed_off", 10)], [("handed_off", 9)], {10}, {1: 10}),
        ([("handed_off", 9)], [("handed_off", 10)], set(), {}),
        ([("handed_off", 9)], [("handed_off", 10), ("called", 11)], {11}, {}),
        ([("handed_off", 9)], [("handed_off", 10), ("returned", 11)], set(), {}),
        ([("handed_off", 9)], [("handed_off", 10), ("won", 11)], {11}, {}),
        ([("handed_off", 9), ("accepted", 12)], [("handed_off", 10), ("accepted", 11)], {11}, {}),
        ([("handed_off", 9), ("accepted", 10)], [("handed_off", 10), ("accepted", 11)], set(), {}),
        ([("handed_off", 9), ("lost", 10)], [("handed_off", 11)], {10}, {}),
        ([("handed_off", 12)], [("handed_off", 9), ("lost", 10)], {10, 11}, {}),
        ([("handed_off", 9), ("won", 10), ("called", 11)], [("handed_off", 12)], {10}, {}),
        ([("handed_off", 9), ("lost", 10), ("reopened", 11)], [("handed_off", 12)], set(), {}),
    ],
    ids=[
        "a survivor without a handoff takes all",
        "the earlier handoff counts",
        "the later one does not",
        "a touch counts",
        "a return does not",
        "a win counts",
        "an earlier acceptance counts",
        "a later one does not",
        "a stay after the last one is told",
        "a stay before the first one is told",
        "a call after the end opens nothing",
        "what was opened again is one stay",
    ],
)
def test_what_counts_of_the_other_record(
    own: list[tuple[str, int]],
    theirs: list[tuple[str, int]],
    counts: set[int],
    earlier: dict[int, int],
):
    found = merge_histories(story(1, *own), story(10, *theirs))

    assert (set(found.counting_ids), found.earlier_handoffs) == (counts, earlier)
