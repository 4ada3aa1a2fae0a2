import pytest

from alignment.worktime.calendar import Calendar
from alignment.worktime.open_time_index import (
    BLOCK,
    BLOCKS_KEPT,
    REACH,
    OpenTimeBlock,
    OpenTimeIndex,
)
from alignment.worktime.spans import NoBusinessTime

HOUR, DAY = 3_600_000_000, 86_400_000_000
# 1 January 1970, where block 0 begins, was a Thursday.
THURSDAYS = Calendar.weekly("UTC", {"thu": [("09:00", "17:00")]}).hours
DAILY = Calendar.weekly("UTC", {"wed": [("20:00", "24:00")], "thu": [("00:00", "04:00")]}).hours


def test_a_table_counts_open_time_from_the_beginning_of_its_block():
    table = OpenTimeBlock(THURSDAYS, 0)

    assert table.worked_by(8 * HOUR) == 0
    assert table.worked_by(10 * HOUR) == HOUR
    assert table.worked_by(20 * HOUR) == 8 * HOUR
    assert table.total == 64 * 8 * HOUR


def test_a_table_finds_the_earliest_instant():
    table = OpenTimeBlock(THURSDAYS, 0)

    assert table.instant_of(8 * HOUR) == 17 * HOUR
    assert table.instant_of(8 * HOUR + 1) == 7 * DAY + 9 * HOUR + 1


def test_an_interval_across_two_blocks_is_one_stretch():
    line = OpenTimeIndex(DAILY)

    assert line.stretches(BLOCK - DAY, BLOCK + DAY) == [(BLOCK - 4 * HOUR, BLOCK + 4 * HOUR)]
    assert line.worked(BLOCK - DAY, BLOCK + DAY) == 8 * HOUR
    assert line.add(BLOCK - DAY, 4 * HOUR) == BLOCK
    assert line.add(BLOCK - DAY, 5 * HOUR) == BLOCK + HOUR
    assert line.add(BLOCK, 0) == BLOCK


def test_years_are_crossed_by_their_totals():
    line = OpenTimeIndex(THURSDAYS)

    assert line.worked(0, 20 * BLOCK) == 20 * 64 * 8 * HOUR
    assert line.add(0, 20 * 64 * 8 * HOUR) == 20 * BLOCK - 7 * DAY + 17 * HOUR


def test_instants_before_1970_are_counted_too():
    line = OpenTimeIndex(THURSDAYS)

    assert line.worked(-7 * DAY, 0) == 8 * HOUR
    assert line.add(-7 * DAY, HOUR) == -7 * DAY + 10 * HOUR


def test_open_means_that_the_next_moment_counts():
    line = OpenTimeIndex(THURSDAYS)

    assert line.is_open(9 * HOUR)
    assert not line.is_open(17 * HOUR)


def test_a_search_ends_after_fifty_years():
    line = OpenTimeIndex(THURSDAYS)
    in_reach = line.worked(0, REACH)

    assert line.add(0, in_reach) <= REACH
    with pytest.raises(NoBusinessTime, match="50 years after 01 January 1970"):
        line.add(0, in_reach + 100 * 8 * HOUR)


def test_only_so_many_blocks_are_kept():
    line = OpenTimeIndex(THURSDAYS)

    for index in range(BLOCKS_KEPT + 10):
        line.is_open(index * BLOCK)

    assert len(line._tables) <= BLOCKS_KEPT
    assert line.worked(0, DAY) == 8 * HOUR
