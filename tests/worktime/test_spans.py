from datetime import UTC, datetime, timedelta, timezone

import pytest

from alignment.worktime.spans import (
    Span,
    intervals_in_micros,
    merged_intervals,
    to_instant,
    to_micros,
)

NINE = datetime(2026, 3, 9, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "once"),
    [
        pytest.param([(5, 9), (1, 3)], [(1, 3), (5, 9)], id="in order"),
        pytest.param([(1, 5), (3, 9)], [(1, 9)], id="overlapping"),
        pytest.param([(1, 9), (3, 5)], [(1, 9)], id="one within the other"),
        pytest.param([(1, 3), (3, 5)], [(1, 5)], id="neighbours"),
        pytest.param([(3, 3), (9, 5), (1, 2)], [(1, 2)], id="empty and reversed"),
        pytest.param([(1, 3), (3, 3)], [(1, 3)], id="empty at the end of another"),
        pytest.param([], [], id="none"),
    ],
)
def test_time_told_twice_counts_once(told: list[tuple[int, int]], once: list[tuple[int, int]]):
    assert merged_intervals(told) == once


def test_an_instant_is_the_same_in_every_zone():
    in_india = NINE.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert to_micros(in_india) == to_micros(NINE) == 1_773_046_800_000_000
    assert to_instant(to_micros(in_india)) == NINE


def test_an_instant_before_1970_is_kept_to_the_microsecond():
    at = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

    assert to_micros(at) == -1
    assert to_instant(-1) == at


def test_pairs_of_instants_are_measured_and_merged():
    ten, eleven = NINE + timedelta(hours=1), NINE + timedelta(hours=2)

    assert intervals_in_micros([(ten, eleven), (NINE, ten)]) == [
        (to_micros(NINE), to_micros(eleven))
    ]


def test_a_span_knows_its_length():
    assert Span(NINE, NINE + timedelta(minutes=7)).length == timedelta(minutes=7)
