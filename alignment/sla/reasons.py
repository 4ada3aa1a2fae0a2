"""PURE. Why a clock reads as it does: short facts that machines keep and ``explain`` words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alignment.leads.happenings import Happening
from alignment.sla.cycles import Cycle, Ending, Walk
from alignment.sla.history import Happened
from alignment.sla.pausing import Standstill


class Because(StrEnum):
    STARTED = "started"
    COUNTED = "counted"
    """One of several stops that the promise asks for."""
    INCOMPLETE = "incomplete"
    """Required fields were missing; ``note`` names them."""
    PAUSED = "paused"
    RESUMED = "resumed"
    PAUSE_NOT_ALLOWED = "pause_not_allowed"
    PAUSE_USED_UP = "pause_used_up"
    RETARGETED = "retargeted"
    """Another segment's target took over; ``note`` names the segment."""
    KEPT = "kept"
    KEPT_BEFORE_START = "kept_before_start"
    DROPPED = "dropped"
    VOIDED = "voided"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One fact behind a reading."""

    why: Because
    at: datetime
    happening: Happening | None = None
    by_id: int | None = None
    note: str = ""


ENDINGS = {
    Ending.KEPT: Because.KEPT,
    Ending.DROPPED: Because.DROPPED,
    Ending.VOIDED: Because.VOIDED,
    Ending.PASSED_ON: Because.PASSED_ON,
}


def reasons_of(cycle: Cycle, seen: Walk, still: Standstill) -> tuple[Reason, ...]:
    """The facts behind one cycle, in the order in which they happened."""
    told = [_line(Because.STARTED, cycle.start), *_missing(cycle)]
    told += [*_on_the_way(cycle, seen), *_pauses(still)]
    if cycle.ending is not None and cycle.last is not None:
        early = cycle.ending is Ending.KEPT and cycle.last.at < cycle.started_at
        told.append(
            _line(Because.KEPT_BEFORE_START if early else ENDINGS[cycle.ending], cycle.last)
        )
    return tuple(sorted(told, key=lambda reason: reason.at))


def _missing(cycle: Cycle) -> Iterable[Reason]:
    """What the lead lacked, each time that it lacked something else."""
    before: tuple[str, ...] = ()
    for at, _, line, missing in cycle.lacks:
        if missing != before:
            note = ", ".join(missing)
            yield Reason(
                why=Because.INCOMPLETE, at=at, happening=line.kind, by_id=line.by_id, note=note
            )
        before = missing


def _on_the_way(cycle: Cycle, seen: Walk) -> Iterable[Reason]:
    if seen.target.times > 1:
        yield from (_line(Because.COUNTED, stop) for stop in cycle.stops if stop is not cycle.last)
    for line in seen.refused_pauses:
        if cycle.started_at <= line.at and (cycle.ended_at is None or line.at < cycle.ended_at):
            yield _line(Because.PAUSE_NOT_ALLOWED, line)


def _pauses(still: Standstill) -> Iterable[Reason]:
    for pause in still.pauses:
        yield Reason(why=Because.PAUSED, at=pause.at, by_id=pause.by_id, note=pause.reason)
        if pause.until is not None and pause.until != still.cut_at:
            yield Reason(why=Because.RESUMED, at=pause.until)
    if still.cut_at is not None:
        yield Reason(why=Because.PAUSE_USED_UP, at=still.cut_at)


def _line(why: Because, line: Happened) -> Reason:
    return Reason(why=why, at=line.at, happening=line.kind, by_id=line.by_id, note=line.reason)
