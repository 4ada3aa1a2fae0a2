"""PURE. Which stretches of one cycle do not count, and whether it is paused right now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alignment.sla.history import Pause
from alignment.worktime.calendar import Calendar

Pair = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standstill:
    """The pauses of one cycle up to one instant."""

    pauses: tuple[Pause, ...]
    """Those that counted, cut to the cycle and to the limit; the last may still be open."""
    cut_at: datetime | None
    """When the limit was used up and the clock ran on although nobody had resumed."""
    runs_out_at: datetime | None
    """When a pause in force will reach the limit."""

    @property
    def since(self) -> datetime | None:
        """From when it stands still now."""
        last = self.pauses[-1] if self.pauses else None
        return last.at if last is not None and last.until is None else None

    @property
    def closed(self) -> list[Pair]:
        return [(pause.at, pause.until) for pause in self.pauses if pause.until is not None]


MOVING = Standstill(pauses=(), cut_at=None, runs_out_at=None)


def standstill(
    pauses: Iterable[Pause],
    calendar: Calendar,
    *,
    start: datetime,
    until: datetime,
    ended: bool,
    limit: timedelta | None,
) -> Standstill:
    """Cut the pauses to the cycle from ``start`` to ``until``, and to ``limit`` of open time.

    A pause from before the start counts from the start on. One in force when the cycle ended
    ended with it.
    """
    within = tuple(_within(pauses, start=start, until=until, ended=ended))
    if not within:
        return MOVING
    if limit is None:
        return Standstill(pauses=within, cut_at=None, runs_out_at=None)
    return _limited(within, calendar, until=until, limit=limit)


def _within(
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
) -> Standstill:
    kept: list[Pause] = []
    left, cut_at, runs_out_at = limit, None, None
    for pause in within:
        taken = calendar.between(pause.at, pause.until or until)
        is_used_up = taken > left or (pause.until is None and taken == left)
        if not is_used_up:
            kept.append(pause)
            if pause.until is None:
                runs_out_at = calendar.add(pause.at, left)
        else:
            end = calendar.add(pause.at, left) if left else pause.at
            cut_at = cut_at or end
            if pause.at < end:
                kept.append(replace(pause, until=end))
        left -= min(taken, left)
    return Standstill(pauses=tuple(kept), cut_at=cut_at, runs_out_at=runs_out_at)
