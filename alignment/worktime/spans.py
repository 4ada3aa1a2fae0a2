"""PURE. Half-open stretches of real time, and the scale they are measured on: UTC microseconds."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
DAY_SECONDS = 86_400

MicrosInterval = tuple[int, int]
InstantPair = tuple[datetime, datetime]


class BadCalendar(ValueError):
    """These opening hours cannot be kept; ``str()`` says which and what to write instead."""


class NoBusinessTime(ValueError):
    """The calendar has not so much open time within reach."""


class Span(NamedTuple):
    """From ``start`` up to, not including, ``end``; both aware and in UTC."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def merged_intervals(stretches: Iterable[MicrosInterval]) -> list[MicrosInterval]:
    """The same time in order, told once: overlaps and neighbours joined, empty ones left out."""
    kept: list[MicrosInterval] = []
    for start, end in sorted(stretches):
        if kept and start <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(kept[-1][1], end)
        elif start < end:
            kept.append((start, end))
    return kept


def intervals_in_micros(pairs: Iterable[InstantPair]) -> list[MicrosInterval]:
    """Pairs of instants on the scale, merged."""
    return merged_intervals((to_micros(start), to_micros(end)) for start, end in pairs)


def to_micros(at: datetime) -> int:
    """Microseconds since 1970 in UTC; a naive instant is a TypeError."""
    return length_in_micros(at - EPOCH)


def to_instant(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def length_in_micros(length: timedelta) -> int:
    return (length.days * DAY_SECONDS + length.seconds) * SECOND + length.microseconds
