"""How fast business time is beside its peers, over 100,000 instants in one run.

``python bench/worktime.py`` needs the extra ``bench``. Everybody works Monday to Friday 09:00-17:00
in Berlin with the German public holidays. timegrid knows no zones: it is given local times and
not charged for turning them. That no answer differs is checked before anything is timed.
"""

import gc
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from time import perf_counter
from zoneinfo import ZoneInfo

import businesstimedelta
import numpy as np
import timegrid

from alignment.accounts.opening_hours.public_holidays import public_holidays
from alignment.worktime.calendar import Calendar
from alignment.worktime.open_intervals import day_number, open_intervals
from alignment.worktime.vectorised import VectorisedCalendar

COUNT = 100_000
SLOW, SLOWEST = 2_000, 500
"""businesstimedelta is timed on so many, for add and for between, and scaled up."""
FIRST, LAST = date(2024, 1, 1), date(2028, 12, 31)
FIRST_SECOND, END_SECOND = day_number(FIRST) * 86_400, (day_number(LAST) + 1) * 86_400
WORK = timedelta(hours=4)

# A year before the last date, so that every answer lies within the table.
STARTS = np.random.default_rng(1).integers(FIRST_SECOND, END_SECOND - 366 * 86_400, COUNT)
ENDS = STARTS + np.random.default_rng(2).integers(0, 14 * 86_400, COUNT)
INSTANTS = [datetime.fromtimestamp(at, UTC) for at in STARTS.tolist()]
UNTIL = [datetime.fromtimestamp(at, UTC) for at in ENDS.tolist()]
BERLIN = ZoneInfo("Europe/Berlin")
HOLIDAYS = public_holidays("DE", None, years=range(FIRST.year, LAST.year + 1))
CALENDAR = Calendar.weekly(
    "Europe/Berlin",
    {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")},
    holidays=HOLIDAYS,
)
NAIVE = [at.astimezone(BERLIN).replace(tzinfo=None) for at in INSTANTS]
NAIVE_UNTIL = [at.astimezone(BERLIN).replace(tzinfo=None) for at in UNTIL]
COMPILED = VectorisedCalendar(CALENDAR, first=FIRST, last=LAST)
TABLE_STARTS, TABLE_ENDS = open_intervals(CALENDAR.hours, FIRST_SECOND, END_SECOND)
TABLE_WORKED = np.cumsum(TABLE_ENDS - TABLE_STARTS)
GOALS = np.random.default_rng(3).integers(0, int(TABLE_WORKED[-1]), COUNT)
GRID = timegrid.TimeGridCalendar.weekdays(time(9), time(17))
for holiday in HOLIDAYS:
    GRID = GRID.close(holiday)
TIMELINE = GRID.compile(datetime(2024, 1, 1), datetime(2029, 1, 1))  # noqa: DTZ001
# businesstimedelta takes no other zones than those of pytz, which ships no types.
PEER_ZONE = import_module("pytz").timezone("Europe/Berlin")
RULE = businesstimedelta.Rules(
    [
        businesstimedelta.WorkDayRule(
            start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4], tz=PEER_ZONE
        ),
        businesstimedelta.HolidayRule(HOLIDAYS, tz=PEER_ZONE),
    ]
)


def main() -> None:
    check_that_all_agree()
    adding, between = add_times(), between_times()
    print(f"add {WORK} to {COUNT:,} instants")
    show(adding)
    print(f"open time between {COUNT:,} pairs of instants")
    show(between)
    print("wanted, and found in this run")
    for wish, found in ratios(adding, between):
        print(f"  {wish:<66} {found:>9,.2f}")


def check_that_all_agree() -> None:
    due = [datetime.fromtimestamp(at, UTC) for at in compiled_add().tolist()]
    local = [at.astimezone(BERLIN).replace(tzinfo=None) for at in due]
    worked = COMPILED.between_many(STARTS, ENDS).tolist()
    same(due, scalar_add(COUNT))
    same(local, grid_add(COUNT))
    same(due[:SLOW], slow_add(SLOW))
    same(worked, [length.total_seconds() for length in scalar_between(COUNT)])
    same(worked, [length.total_seconds() for length in grid_between(COUNT)])
    same(worked[:SLOWEST], [d.hours * 3600 + d.seconds for d in slow_between(SLOWEST)])


def same(ours: Sequence[object], theirs: Sequence[object]) -> None:
    differing = sum(one != other for one, other in zip(ours, theirs, strict=True))
    if differing:
        raise SystemExit(f"{differing:,} of {len(ours):,} answers differ")


def add_times() -> dict[str, float]:
    return {
        "compiled": best(compiled_add),
        "bare searchsorted, two calls": best(bare_add),
        "scalar": best(lambda: scalar_add(COUNT), tries=3),
        "timegrid": best(lambda: grid_add(COUNT), tries=3),
        f"businesstimedelta, {SLOW:,} scaled": best(lambda: slow_add(SLOW), tries=1) * COUNT / SLOW,
    }


def between_times() -> dict[str, float]:
    return {
        "compiled": best(lambda: COMPILED.between_many(STARTS, ENDS)),
        "bare searchsorted, two calls": best(bare_between),
        "scalar": best(lambda: scalar_between(COUNT), tries=3),
        "timegrid, compiled": best(lambda: grid_between(COUNT), tries=3),
        f"businesstimedelta, {SLOWEST:,} scaled": best(lambda: slow_between(SLOWEST), tries=1)
        * COUNT
        / SLOWEST,
    }


def ratios(adding: dict[str, float], between: dict[str, float]) -> list[tuple[str, float]]:
    fast, bare, scalar, grid, slow = adding.values()
    fast_between, bare_between_, _, grid_between_, slow_between_ = between.values()
    return [
        ("add_many at least 1,000 times as fast as businesstimedelta", slow / fast),
        ("add_many at least 50 times as fast as timegrid", grid / fast),
        ("add_many at most 2 times its two bare searchsorted calls", fast / bare),
        ("scalar add at least 1 time as fast as timegrid", grid / scalar),
        (
            "between_many at least 20 times as fast as timegrid, compiled",
            grid_between_ / fast_between,
        ),
        (
            "between_many at most 2 times its two bare searchsorted calls",
            fast_between / bare_between_,
        ),
        ("between_many beside businesstimedelta", slow_between_ / fast_between),
    ]


def best(run: Callable[[], object], tries: int = 7) -> float:
    """Seconds of the quickest try, with the collector of garbage off."""
    times = []
    gc.disable()
    for _ in range(tries):
        began = perf_counter()
        run()
        times.append(perf_counter() - began)
    gc.enable()
    return min(times)


def compiled_add() -> np.ndarray:
    return COMPILED.add_many(STARTS, int(WORK.total_seconds()))


def bare_add() -> None:
    np.searchsorted(TABLE_STARTS, STARTS, side="right")
    np.searchsorted(TABLE_WORKED, GOALS)


def bare_between() -> None:
    np.searchsorted(TABLE_STARTS, STARTS, side="right")
    np.searchsorted(TABLE_STARTS, ENDS, side="right")


def scalar_add(count: int) -> list[datetime]:
    return [CALENDAR.add(at, WORK) for at in INSTANTS[:count]]


def scalar_between(count: int) -> list[timedelta]:
    return [CALENDAR.between(*pair) for pair in zip(INSTANTS[:count], UNTIL, strict=False)]


def grid_add(count: int) -> list[datetime]:
    return [GRID.add_work_duration(at, WORK) for at in NAIVE[:count]]


def grid_between(count: int) -> list[timedelta]:
    pairs = zip(NAIVE[:count], NAIVE_UNTIL, strict=False)
    return [TIMELINE.get_working_duration(*pair) for pair in pairs]


def slow_add(count: int) -> list[datetime]:
    work = businesstimedelta.BusinessTimeDelta(RULE, timedelta=WORK)
    return [at + work for at in INSTANTS[:count]]


def slow_between(count: int) -> list[businesstimedelta.BusinessTimeDelta]:
    return [RULE.difference(*pair) for pair in zip(INSTANTS[:count], UNTIL, strict=False)]


def show(times: dict[str, float]) -> None:
    for name, seconds in times.items():
        print(f"  {name:<40} {seconds * 1000:>12,.1f} ms")


if __name__ == "__main__":
    main()
