"""PURE. The rounds of one promise: each begins at a start and ends at its stop or its cancel."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alignment.leads.happenings import Happening
from alignment.sla.history import ORDER, Happened, Move, Part, Pause, may_pause
from alignment.sla.targets import Target


class Ending(StrEnum):
    """How a cycle came to its end."""

    KEPT = "kept"
    """Everything that was promised was done, in time or late."""
    DROPPED = "dropped"
    """Nothing is owed any more; what was late by then stays late."""
    VOIDED = "voided"
    """It should never have run: the lead is another one."""
    PASSED_ON = "passed_on"
    """Another owner got a clock of his or her own."""


@dataclass(slots=True)
class Cycle:
    """One round, while the history is walked."""

    number: int
    start: Happened
    owner_id: int | None
    stops: list[Happened] = field(default_factory=list)
    lacks: list[Move] = field(default_factory=list)
    """Lines after which the lead was not complete yet."""
    ending: Ending | None = None
    ended_at: datetime | None = None
    last: Happened | None = None
    """The line that ended it."""

    @property
    def started_at(self) -> datetime:
        return self.start.at

    def end(self, ending: Ending, line: Happened) -> None:
        """End the round; an answer from before the start ends it at its start."""
        self.ending, self.last = ending, line
        self.ended_at = max(line.at, self.start.at)


@dataclass(slots=True)
class Walk:
    """What is known after each move: rounds, pauses, refused pauses, stops that met no clock."""

    target: Target
    since: datetime | None
    cycles: list[Cycle] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    refused_pauses: list[Happened] = field(default_factory=list)
    spare: list[Happened] = field(default_factory=list)
    paused: Happened | None = None
    owner_id: int | None = None
    restarts: int = 0

    @property
    def open(self) -> Cycle | None:
        last = self.cycles[-1] if self.cycles else None
        return last if last is not None and last.ending is None else None


def walk(told: Iterable[Move], target: Target, *, since: datetime | None) -> Walk:
    """Go through the moves in order; starts before ``since`` start nothing."""
    seen = Walk(target, since)
    for move in told:
        _DO[move.part](seen, move)
    if seen.paused is not None:
        seen.pauses.append(_pause(seen.paused, until=None))
    return seen


def _stop(seen: Walk, move: Move) -> None:
    if seen.open is None:
        seen.spare.append(move.line)
    else:
        _count(seen.open, move.line, seen.target)


def _prove(seen: Walk, move: Move) -> None:
    if seen.open is None:
        return
    if move.missing:
        seen.open.lacks.append(move)
    else:
        _count(seen.open, move.line, seen.target)


def _pause_on(seen: Walk, move: Move) -> None:
    if not may_pause(move.line, seen.target):
        seen.refused_pauses.append(move.line)
    elif seen.paused is None:
        seen.paused = move.line


def _resume(seen: Walk, move: Move) -> None:
    if seen.paused is not None and seen.paused.at < move.at:
        seen.pauses.append(_pause(seen.paused, until=move.at))
    seen.paused = None


def _own(seen: Walk, move: Move) -> None:
    line = move.line
    before, seen.owner_id = seen.owner_id, line.owner_id
    cycle = seen.open
    if cycle is None or not seen.target.per_owner or before == line.owner_id:
        return
    if cycle.owner_id is None:
        cycle.owner_id = line.owner_id
    elif seen.restarts < seen.target.max_restarts:
        seen.restarts += 1
        cycle.end(Ending.PASSED_ON, line)
        _begin(seen, line)


def _start(seen: Walk, move: Move) -> None:
    if seen.open is not None or (seen.since is not None and move.at < seen.since):
        return
    early = [stop for stop in seen.spare if _counts(stop, move.line, seen)]
    seen.restarts = 0
    cycle = _begin(seen, move.line)
    for stop in early:
        _count(cycle, stop, seen.target)


def _cancel(seen: Walk, move: Move) -> None:
    if seen.open is not None:
        merged = move.line.kind is Happening.MERGED
        seen.open.end(Ending.VOIDED if merged else Ending.DROPPED, move.line)


def _begin(seen: Walk, line: Happened) -> Cycle:
    cycle = Cycle(len(seen.cycles) + 1, line, seen.owner_id)
    seen.cycles.append(cycle)
    return cycle


def _count(cycle: Cycle, stop: Happened, target: Target) -> None:
    if cycle.ending is None:
        cycle.stops.append(stop)
        if len(cycle.stops) >= target.times:
            cycle.end(Ending.KEPT, stop)


def _counts(stop: Happened, start: Happened, seen: Walk) -> bool:
    """Whether a stop that met no clock answers this start.

    One from before counts for the first round only: later ones belong to the round before. Of one
    instant counts what comes later in a lead's life, and of one kind the later id.
    """
    if stop is start:
        return False
    if stop.at == start.at:
        return seen.target.counts_early or _turn(stop) > _turn(start)
    return seen.target.counts_early and not seen.cycles


def _turn(line: Happened) -> tuple[int, str]:
    return ORDER[line.kind], line.id


def _pause(line: Happened, *, until: datetime | None) -> Pause:
    return Pause(at=line.at, until=until, by_id=line.by_id, reason=line.reason)


_DO = {
    Part.STOP: _stop,
    Part.PAUSE: _pause_on,
    Part.RESUME: _resume,
    Part.OWN: _own,
    Part.START: _start,
    Part.CANCEL: _cancel,
    Part.PROVE: _prove,
}
