"""PURE. Why a reading is what it is: structured reasons that ``explanation`` puts into words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alignment.leads.event_kinds import EventKind
from alignment.sla.clock.cycles import Cycle, CycleWalk, Ending
from alignment.sla.clock.history import HistoryEvent
from alignment.sla.clock.paused_time import PausedTime


class ReasonKind(StrEnum):
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
    REASSIGNED = "passed_on"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One fact behind a reading."""

    kind: ReasonKind
    at: datetime
    event_kind: EventKind | None = None
    by_id: int | None = None
    note: str = ""


ENDINGS = {
    Ending.KEPT: ReasonKind.KEPT,
    Ending.DROPPED: ReasonKind.DROPPED,
    Ending.VOIDED: ReasonKind.VOIDED,
    Ending.REASSIGNED: ReasonKind.REASSIGNED,
}


def reasons_of(cycle: Cycle, progress: CycleWalk, paused: PausedTime) -> tuple[Reason, ...]:
    """The facts behind one cycle, in the order in which they happened."""
    told = [_reason_of_event(ReasonKind.STARTED, cycle.start), *_incomplete_reasons(cycle)]
    told += [*_running_reasons(cycle, progress), *_pauses(paused)]
    if cycle.ending is not None and cycle.ended_by is not None:
        early = cycle.ending is Ending.KEPT and cycle.ended_by.at < cycle.started_at
        told.append(
            _reason_of_event(
                ReasonKind.KEPT_BEFORE_START if early else ENDINGS[cycle.ending], cycle.ended_by
            )
        )
    return tuple(sorted(told, key=lambda reason: reason.at))


def _incomplete_reasons(cycle: Cycle) -> Iterable[Reason]:
    """What the lead lacked, each time that it lacked something else."""
    before: tuple[str, ...] = ()
    for at, _, event, missing in cycle.incomplete_effects:
        if missing != before:
            note = ", ".join(missing)
            yield Reason(
                kind=ReasonKind.INCOMPLETE,
                at=at,
                event_kind=event.kind,
                by_id=event.by_id,
                note=note,
            )
        before = missing


def _running_reasons(cycle: Cycle, progress: CycleWalk) -> Iterable[Reason]:
    if progress.target.times > 1:
        yield from (
            _reason_of_event(ReasonKind.COUNTED, stop)
            for stop in cycle.stops
            if stop is not cycle.ended_by
        )
    for event in progress.refused_pauses:
        if cycle.started_at <= event.at and (cycle.ended_at is None or event.at < cycle.ended_at):
            yield _reason_of_event(ReasonKind.PAUSE_NOT_ALLOWED, event)


def _pauses(paused: PausedTime) -> Iterable[Reason]:
    for pause in paused.pauses:
        yield Reason(kind=ReasonKind.PAUSED, at=pause.at, by_id=pause.by_id, note=pause.reason)
        if pause.until is not None and pause.until != paused.limit_reached_at:
            yield Reason(kind=ReasonKind.RESUMED, at=pause.until)
    if paused.limit_reached_at is not None:
        yield Reason(kind=ReasonKind.PAUSE_USED_UP, at=paused.limit_reached_at)


def _reason_of_event(why: ReasonKind, event: HistoryEvent) -> Reason:
    return Reason(
        kind=why, at=event.at, event_kind=event.kind, by_id=event.by_id, note=event.reason
    )
