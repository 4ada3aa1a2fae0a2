"""PURE. The cycles of one promise: each begins at a start and ends at its stop or its cancel."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alignment.leads.event_kinds import EventKind
from alignment.sla.clock.history import (
    LIFE_ORDER,
    Effect,
    EventEffect,
    HistoryEvent,
    Pause,
    may_pause,
)
from alignment.sla.promises.targets import Target


class Ending(StrEnum):
    """How a cycle came to its end."""

    KEPT = "kept"
    """Everything that was promised was done, in time or late."""
    DROPPED = "dropped"
    """Nothing is owed any more; what was late by then stays late."""
    VOIDED = "voided"
    """It should never have run: the lead is another one."""
    REASSIGNED = "passed_on"
    """Another owner got a clock of his or her own."""


@dataclass(slots=True)
class Cycle:
    """One cycle, while the history is walked."""

    number: int
    start: HistoryEvent
    owner_id: int | None
    stops: list[HistoryEvent] = field(default_factory=list)
    incomplete_effects: list[EventEffect] = field(default_factory=list)
    """Lines after which the lead was not complete yet."""
    ending: Ending | None = None
    ended_at: datetime | None = None
    ended_by: HistoryEvent | None = None
    """The line that ended it."""

    @property
    def started_at(self) -> datetime:
        return self.start.at

    def end(self, ending: Ending, event: HistoryEvent) -> None:
        """End the round; an answer from before the start ends it at its start."""
        self.ending, self.ended_by = ending, event
        self.ended_at = max(event.at, self.start.at)


@dataclass(slots=True)
class CycleWalk:
    """What is known after each effect: cycles, pauses, refused pauses and unmatched stops."""

    target: Target
    since: datetime | None
    cycles: list[Cycle] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    refused_pauses: list[HistoryEvent] = field(default_factory=list)
    unmatched_stops: list[HistoryEvent] = field(default_factory=list)
    pause_event: HistoryEvent | None = None
    owner_id: int | None = None
    restarts: int = 0

    @property
    def open_cycle(self) -> Cycle | None:
        last = self.cycles[-1] if self.cycles else None
        return last if last is not None and last.ending is None else None


def walk_cycles(
    events: Iterable[EventEffect], target: Target, *, since: datetime | None
) -> CycleWalk:
    """Go through the moves in order; starts before ``since`` start nothing."""
    progress = CycleWalk(target, since)
    for effect in events:
        _APPLY_EFFECT[effect.effect](progress, effect)
    if progress.pause_event is not None:
        progress.pauses.append(_pause(progress.pause_event, until=None))
    return progress


def _stop(progress: CycleWalk, effect: EventEffect) -> None:
    if progress.open_cycle is None:
        progress.unmatched_stops.append(effect.event)
    else:
        _count(progress.open_cycle, effect.event, progress.target)


def _complete(progress: CycleWalk, effect: EventEffect) -> None:
    if progress.open_cycle is None:
        return
    if effect.missing:
        progress.open_cycle.incomplete_effects.append(effect)
    else:
        _count(progress.open_cycle, effect.event, progress.target)


def _pause_on(progress: CycleWalk, effect: EventEffect) -> None:
    if not may_pause(effect.event, progress.target):
        progress.refused_pauses.append(effect.event)
    elif progress.pause_event is None:
        progress.pause_event = effect.event


def _resume(progress: CycleWalk, effect: EventEffect) -> None:
    if progress.pause_event is not None and progress.pause_event.at < effect.at:
        progress.pauses.append(_pause(progress.pause_event, until=effect.at))
    progress.pause_event = None


def _change_owner(progress: CycleWalk, effect: EventEffect) -> None:
    """Of clocks that are each owner's own, the team has one too while nobody owns the lead; who
    takes it from the team goes on with that one.
    """
    event = effect.event
    previous_owner_id, progress.owner_id = progress.owner_id, event.owner_id or None
    cycle = progress.open_cycle
    if cycle is None or not progress.target.per_owner or previous_owner_id == progress.owner_id:
        return
    if cycle.owner_id is None:
        cycle.owner_id = progress.owner_id
    elif progress.restarts < progress.target.max_restarts:
        progress.restarts += 1
        cycle.end(Ending.REASSIGNED, event)
        _begin(progress, event)


def _start(progress: CycleWalk, effect: EventEffect) -> None:
    if progress.open_cycle is not None or (
        progress.since is not None and effect.at < progress.since
    ):
        return
    early = [
        stop for stop in progress.unmatched_stops if _answers_start(stop, effect.event, progress)
    ]
    progress.restarts = 0
    cycle = _begin(progress, effect.event)
    for stop in early:
        _count(cycle, stop, progress.target)


def _cancel(progress: CycleWalk, effect: EventEffect) -> None:
    if progress.open_cycle is not None:
        merged = effect.event.kind is EventKind.MERGED
        progress.open_cycle.end(Ending.VOIDED if merged else Ending.DROPPED, effect.event)


def _begin(progress: CycleWalk, event: HistoryEvent) -> Cycle:
    cycle = Cycle(len(progress.cycles) + 1, event, progress.owner_id)
    progress.cycles.append(cycle)
    return cycle


def _count(cycle: Cycle, stop: HistoryEvent, target: Target) -> None:
    if cycle.ending is None:
        cycle.stops.append(stop)
        if len(cycle.stops) >= target.times:
            cycle.end(Ending.KEPT, stop)


def _answers_start(stop: HistoryEvent, start: HistoryEvent, progress: CycleWalk) -> bool:
    """Whether a stop that met no clock answers this start.

    One from before counts for the first round only: later ones belong to the round before. Of one
    instant counts what comes later in a lead's life, and of one kind the later id.
    """
    if stop is start:
        return False
    if stop.at == start.at:
        return progress.target.counts_early or _sort_key(stop) > _sort_key(start)
    return progress.target.counts_early and not progress.cycles


def _sort_key(event: HistoryEvent) -> tuple[int, str]:
    return LIFE_ORDER[event.kind], event.id


def _pause(event: HistoryEvent, *, until: datetime | None) -> Pause:
    return Pause(at=event.at, until=until, by_id=event.by_id, reason=event.reason)


_APPLY_EFFECT = {
    Effect.STOP: _stop,
    Effect.END_STAY: _resume,
    Effect.PAUSE: _pause_on,
    Effect.RESUME: _resume,
    Effect.CHANGE_OWNER: _change_owner,
    Effect.START: _start,
    Effect.CANCEL: _cancel,
    Effect.COMPLETE: _complete,
}
