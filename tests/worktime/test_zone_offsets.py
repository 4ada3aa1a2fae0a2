from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from alignment.worktime.zone_offsets import utc_offsets


def seconds(year: int, month: int = 1, day: int = 1, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


def test_berlin_changes_its_clocks_twice_a_year():
    assert utc_offsets("Europe/Berlin", seconds(2026), seconds(2027)) == (
        (seconds(2026), seconds(2026, 3, 29, 1), 3600),
        (seconds(2026, 3, 29, 1), seconds(2026, 10, 25, 1), 7200),
        (seconds(2026, 10, 25, 1), seconds(2027), 3600),
    )


def test_samoa_skipped_a_whole_date():
    assert utc_offsets("Pacific/Apia", seconds(2011, 12, 1), seconds(2012, 1, 2)) == (
        (seconds(2011, 12, 1), seconds(2011, 12, 30, 10), -36_000),
        (seconds(2011, 12, 30, 10), seconds(2012, 1, 2), 50_400),
    )


def test_a_change_at_either_end_makes_no_empty_stretch():
    change = seconds(2026, 3, 29, 1)

    assert utc_offsets("Europe/Berlin", seconds(2026), change) == ((seconds(2026), change, 3600),)
    assert utc_offsets("Europe/Berlin", change, seconds(2026, 5)) == (
        (change, seconds(2026, 5), 7200),
    )


def test_the_ends_of_the_calendar_are_within_reach():
    assert utc_offsets("Asia/Tokyo", -62_135_596_800, -62_135_000_000)[0][2] > 0
    assert utc_offsets("Asia/Tokyo", 253_402_000_000, 253_500_000_000)[-1][2] == 32_400


@pytest.mark.parametrize("zone", sorted(available_timezones())[::8])
def test_no_change_of_any_zone_is_missed(zone: str):
    first, last = seconds(1995), seconds(2013)
    found = utc_offsets(zone, first, last)
    known, at = ZoneInfo(zone), datetime(1995, 1, 1, tzinfo=UTC)

    assert (found[0][0], found[-1][1]) == (first, last)
    assert all(one[1] == other[0] and one[2] != other[2] for one, other in pairwise(found))
    for since, until, offset in found:
        while since <= at.timestamp() < until:
            assert at.astimezone(known).utcoffset() == timedelta(seconds=offset)
            at += timedelta(hours=37)
