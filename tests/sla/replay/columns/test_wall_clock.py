from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.sla.replay.columns.wall_clock import WallClock
from tests.worktime.sheets import changes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@settings(deadline=None)
@given(changes, st.lists(st.integers(-4 * 96, 4 * 96), min_size=1, max_size=20))
def test_walls_read_as_python_reads_them_and_back(
    change: tuple[str, date], quarters: list[int]
) -> None:
    zone, on = change
    near = datetime(on.year, on.month, on.day, tzinfo=UTC)
    instants = [near + timedelta(minutes=15 * quarter) for quarter in quarters]
    wall_clock = clock(zone, near)

    wall, is_second = wall_clock.read(seconds(instants))

    local = [at.astimezone(ZoneInfo(zone)) for at in instants]
    naive = [round((each.replace(tzinfo=UTC) - EPOCH).total_seconds()) for each in local]
    assert wall.tolist() == naive
    assert is_second.tolist() == [each.fold == 1 for each in local]
    assert wall_clock.instants(wall, is_second).tolist() == seconds(instants).tolist()


@settings(deadline=None)
@given(changes, st.lists(st.integers(-4 * 96, 4 * 96), min_size=1, max_size=20), st.booleans())
def test_wall_times_that_are_never_read_are_taken_as_python_takes_them(
    change: tuple[str, date], quarters: list[int], second: bool
) -> None:
    zone, on = change
    near = datetime(on.year, on.month, on.day, tzinfo=UTC)
    walls = [near + timedelta(minutes=15 * quarter) for quarter in quarters]

    found = clock(zone, near).instants(seconds(walls), np.full(len(walls), second))

    expected = [at.replace(tzinfo=ZoneInfo(zone), fold=int(second)) for at in walls]
    assert found.tolist() == seconds(expected).tolist()


def test_weeks_begin_on_the_local_monday() -> None:
    sunday_evening = datetime(2027, 3, 21, 22, 59, tzinfo=UTC)
    monday = (date(2027, 3, 22) - date(1970, 1, 1)).days

    found = clock("Europe/Berlin", sunday_evening).mondays(
        seconds([sunday_evening, sunday_evening + timedelta(minutes=1)])
    )

    assert found.tolist() == [monday - 7, monday]


def clock(zone: str, near: datetime) -> WallClock:
    first, last = (near + timedelta(days=days) for days in (-9, 9))
    return WallClock(zone, first=int(first.timestamp()), last=int(last.timestamp()))


def seconds(instants: list[datetime]) -> np.ndarray:
    return np.array([round((at - EPOCH).total_seconds()) for at in instants], np.int64)
