"""PURE. Which stretches of a cycle do not count because it was paused, and if it is paused now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alignment.sla.clock.history import Pause
from alignment.worktime.calendar import Calendar

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class PausedTime:
    """The pauses of one cycle up to one instant."""

    pauses: tuple[Pause, ...]
    """Those that counted, cut to the cycle and to the limit; the last may still be open."""
    limit_reached_at: datetime | None
    """When the limit was used up and the clock ran on although nobody had resumed."""
    runs_out_at: datetime | None
    """When a pause in force will reach the limit."""

    @property
    def since(self) -> datetime | None:
        """From when it stands still now."""
        last = self.pauses[-1] if self.pauses else None
        return last.at if last is not None and last.until is None else None

    @property
    def intervals(self) -> list[Interval]:
        return [(pause.at, pause.until) for pause in self.pauses if pause.until is not None]


NEVER_PAUSED = PausedTime(pauses=(), limit_reached_at=None, runs_out_at=None)


def paused_time(
    pauses: Iterable[Pause],
    calendar: Calendar,
    *,
    start: datetime,
    until: datetime,
    ended: bool,
    limit: timedelta | None,
) -> PausedTime:
    """Cut the pauses to the cycle from ``start`` to ``until``, and to ``limit`` of open time.

    A pause from before the start counts from the start on. One in force when the cycle ended
    ended with it.
    """
    within = tuple(_within_cycle(pauses, start=start, until=until, ended=ended))
    if not within:
        return NEVER_PAUSED
    if limit is None:
        return PausedTime(pauses=within, limit_reached_at=None, runs_out_at=None)
    return _limited(within, calendar, until=until, limit=limit)


def _within_cycle(
    pauses: Iterable[Pause], *, start: datetime, until: datetime, ended: bool
) -> Iterable[Pause]:
    for pause in pauses:
        at = max(pause.at, start)
        if pause.until is None and not ended and at <= until:
            yield replace(pause, at=at)
            continue
        end = until if pause.until is None else min(pause.until, until)
        if at < end:
            yield replace(pause, at=at, until=end)


def _limited(
    within: tuple[Pause, ...], calendar: Calendar, *, until: datetime, limit: timedelta
) -> PausedTime:
    within_limit: list[Pause] = []
    left, cut_at, runs_out_at = limit, None, None
    for pause in within:
        taken = calendar.between(pause.at, pause.until or until)
        is_used_up = taken > left or (pause.until is None and taken == left)
        if not is_used_up:
            within_limit.append(pause)
            if pause.until is None:
                runs_out_at = calendar.add(pause.at, left)
        else:
            end = calendar.add(pause.at, left) if left else pause.at
            cut_at = cut_at or end
            if pause.at < end:
                within_limit.append(replace(pause, until=end))
        left -= min(taken, left)
    return PausedTime(pauses=tuple(within_limit), limit_reached_at=cut_at, runs_out_at=runs_out_at)
