"""PURE. The intervals of real time in which a zone keeps one UTC offset."""

from bisect import bisect_left
from datetime import UTC, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from alignment.worktime.spans import DAY_SECONDS, EPOCH

# Shorter than the shortest time that any zone ever kept an offset, which is just under a week.
STEP = 3 * DAY_SECONDS
# 3 January of year 1 and 29 December 9999: any zone can tell its offset from here to there.
EARLIEST, LATEST = -62_135_424_000, 253_402_041_600


@lru_cache(maxsize=2048)
def utc_offsets(zone: str, first: int, last: int) -> tuple[tuple[int, int, int], ...]:
    """(since, until, offset) in seconds, without a gap from ``first`` to ``last`` in UTC."""
    known, found, since = ZoneInfo(zone), [], first
    for left, right in pairwise((*range(first, last, STEP), last - 1)):
        kept = _offset(known, left)
        if _offset(known, right) != kept:
            until = _change(known, left, right)
            found.append((since, until, kept))
            since = until
    return (*found, (since, last, _offset(known, since)))


def _change(zone: ZoneInfo, left: int, right: int) -> int:
    kept = _offset(zone, left)
    within = range(left, right)
    return left + bisect_left(within, True, key=lambda at: _offset(zone, at) != kept)  # noqa: FBT003


def _offset(zone: ZoneInfo, at: int) -> int:
    instant = EPOCH + timedelta(seconds=min(max(at, EARLIEST), LATEST))
    local = instant.astimezone(zone).replace(tzinfo=UTC)
    return round((local - instant).total_seconds())
