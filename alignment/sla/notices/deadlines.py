"""PURE. Before when a notice about open timers has to be told, so that the rate limit and grouping
hold it no longer.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol


class Due(Protocol):
    """What warns at one instant and is due at a later one."""

    @property
    def warn_at(self) -> datetime: ...

    @property
    def due_at(self) -> datetime: ...


def deadline(timers: Iterable[Due], *, now: datetime) -> datetime | None:
    """The first warning that is still to come, or due time after a warning; None when all of them
    are past due.
    """
    coming = [at for timer in timers if (at := _next_instant(timer, now=now)) is not None]
    return min(coming, default=None)


def _next_instant(timer: Due, *, now: datetime) -> datetime | None:
    return next((at for at in (timer.warn_at, timer.due_at) if at > now), None)
