"""PURE. The cycles of one promise for all leads at once: ``clock.cycles``, vectorised.

Each pass of the loop handles one cycle of every lead that has another; a lead with seven cycles
costs seven passes, a million leads with one cost one."""

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from alignment.leads.event_kinds import EventKind
from alignment.sla.clock.cycles import Ending
from alignment.sla.clock.history import Effect
from alignment.sla.promises.targets import Target
from alignment.sla.replay.columns.effect_index import EffectIndex
from alignment.sla.replay.columns.history import NEVER, RELEASED, Column, Flags, HistoryColumns

Item = TypeVar("Item", bound=np.generic)

ENDINGS = (None, *Ending)
"""How a round ended, by number; 0 is one that has not."""
KEPT, DROPPED, VOIDED, REASSIGNED = (ENDINGS.index(ending) for ending in Ending)


@dataclass(frozen=True, kw_only=True)
class CycleColumns:
    """Columns of one length: each round's lead, its number there, its ends and its ending."""

    leads: Column
    numbers: Column
    start_keys: Column
    """The key of the move that began it."""
    end_keys: Column
    """The key of the move that ended it, or NEVER."""
    endings: Column
    started_at: Column
    until: Column
    """When it ended; an open one is looked at when the histories end."""

    def __len__(self) -> int:
        return len(self.leads)

    def only(self, wanted: Flags | Column) -> "CycleColumns":
        return CycleColumns(
            **{each.name: getattr(self, each.name)[wanted] for each in fields(self)}
        )

    @property
    def is_open(self) -> Flags:
        is_open: Flags = self.endings == 0
        return is_open


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """How far the walk has come with each lead that is not done."""

    leads: Column
    numbers: Column
    look_from: Column
    """The key from which the next round may begin; where passed on, the key at which it does."""
    is_passed_on: Flags
    restarts: Column
    unmatched_from: Column
    """The key from which stops met no clock."""

    def only(self, wanted: Flags) -> "Frontier":
        return Frontier(**{each.name: getattr(self, each.name)[wanted] for each in fields(self)})


def cycle_columns(lines: HistoryColumns, target: Target, *, since: int | None) -> CycleColumns:
    """Every round of every lead, by lead and number; starts before ``since`` start nothing."""
    walk = _CycleWalk(lines, target, since)
    frontier = walk.beginning()
    cycles: list[CycleColumns] = []
    while not cycles or len(frontier.leads):
        begun, frontier = walk.begin(frontier)
        cycles.append(walk.end(begun, frontier))
        frontier = walk.after(cycles[-1], frontier)
    whole = {
        x.name: np.concatenate([getattr(y, x.name) for y in cycles]) for x in fields(CycleColumns)
    }
    return CycleColumns(**whole).only(np.lexsort((whole["numbers"], whole["leads"])))


class _CycleWalk:
    def __init__(self, lines: HistoryColumns, target: Target, since: int | None) -> None:
        self.lines, self.target = lines, target
        starts = lines.of_kinds(target.starts_on)
        if since is not None:
            starts &= lines.at >= since
        self.starts = EffectIndex(lines, Effect.START, starts)
        self.stops = _stops(lines, target)
        self.cancels = EffectIndex(lines, Effect.CANCEL, lines.of_kinds(target.cancels_on))
        self.changes = EffectIndex(
            lines, Effect.CHANGE_OWNER, _other_owners(lines) & target.per_owner
        )

    def beginning(self) -> Frontier:
        leads = np.arange(len(self.lines.lead_ids))
        none = np.zeros(len(leads), np.int64)
        return Frontier(
            leads=leads,
            numbers=none,
            look_from=self.lines.begins,
            is_passed_on=none == 1,
            restarts=none,
            unmatched_from=self.lines.begins,
        )

    def begin(self, frontier: Frontier) -> tuple[Column, Frontier]:
        """The key at which the next round begins, of those leads that have another."""
        ends = self.lines.ends[frontier.leads]
        started = self.starts.next(frontier.look_from, ends)
        begun = np.where(frontier.is_passed_on, frontier.look_from, started)
        return begun[begun < NEVER], frontier.only(begun < NEVER)

    def end(self, begun: Column, frontier: Frontier) -> CycleColumns:
        # The line that begins a round may prove at once that the lead is complete.
        since = begun if self.target.required_fields else begun + 1
        missing = self.target.times - self._early(begun, frontier)
        ends = self.lines.ends[frontier.leads]
        stop = self.stops.next(since, ends, nth=np.maximum(missing - 1, 0))
        stop = np.where(missing <= 0, begun, stop)
        cancel = self.cancels.next(begun + 1, ends)
        change = self.changes.next(begun + 1, ends)
        change[frontier.restarts >= self.target.max_restarts] = NEVER
        ended = np.minimum(np.minimum(stop, cancel), change)
        endings = np.select(
            [ended == NEVER, ended == stop, ended == change, self._is_merger(ended)],
            [0, KEPT, REASSIGNED, VOIDED],
            DROPPED,
        )
        return CycleColumns(
            leads=frontier.leads,
            numbers=frontier.numbers + 1,
            start_keys=begun,
            end_keys=ended,
            endings=endings,
            started_at=self._at(begun),
            until=np.where(ended == NEVER, self.lines.until, self._at(ended)),
        )

    def after(self, cycles: CycleColumns, frontier: Frontier) -> Frontier:
        is_passed_on = cycles.endings == REASSIGNED
        # Stops of an instant come before its starts: a round within one instant meets none of them.
        is_long = self.lines.instant_of(cycles.start_keys) < self.lines.instant_of(cycles.end_keys)
        return Frontier(
            leads=cycles.leads,
            numbers=cycles.numbers,
            look_from=np.where(is_passed_on, cycles.end_keys, cycles.end_keys + 1),
            is_passed_on=is_passed_on,
            restarts=np.where(is_passed_on, frontier.restarts + 1, 0),
            unmatched_from=np.where(is_long, cycles.end_keys + 1, frontier.unmatched_from),
        ).only(~cycles.is_open)

    def _early(self, begun: Column, frontier: Frontier) -> Column:
        """How many stops that met no clock answer this start; ``cycles._counts`` gives the rule."""
        if self.target.required_fields:
            return np.zeros(len(begun), np.int64)
        instant, event = self.lines.instant_of(begun), self.lines.line_of(begun)
        since = np.maximum(instant, frontier.unmatched_from)
        if self.target.counts_early:
            is_first = frontier.numbers == 0
            since = np.where(is_first, self.lines.begins[frontier.leads], since)
            itself = instant + event
            own = self.stops.holds(itself) & (itself >= since)
            found = self.stops.count(since, instant + len(self.lines)) - own
        else:
            later = np.maximum(since, instant + event + 1)
            found = self.stops.count(later, instant + len(self.lines))
        return np.where(frontier.is_passed_on, 0, found)

    def _is_merger(self, keys: Column) -> Flags:
        merged = self.lines.of_kinds({EventKind.MERGED})
        return self._picked(merged, keys)

    def _at(self, keys: Column) -> Column:
        return self._picked(self.lines.at, keys)

    def _picked(self, column: NDArray[Item], keys: Column) -> NDArray[Item]:
        """What the lines of these keys have there; where there is no line, no matter what."""
        return column[np.where(keys == NEVER, 0, self.lines.line_of(keys))]


def _stops(lines: HistoryColumns, target: Target) -> EffectIndex:
    stopping = lines.of_kinds(target.stops_on)
    if not target.required_fields:
        return EffectIndex(lines, Effect.STOP, stopping)
    is_complete = lines.known.where(lambda facts: not target.missing(facts))
    return EffectIndex(lines, Effect.COMPLETE, stopping & is_complete)


def _other_owners(lines: HistoryColumns) -> Flags:
    """Where another person, or nobody, becomes the owner of a lead that has one."""
    owned = np.flatnonzero(lines.owners)
    previous_owners, after = owned[:-1], owned[1:]
    owners = np.zeros(len(lines), np.bool_)
    owners[after] = (lines.leads[previous_owners] == lines.leads[after]) & (
        lines.owners[previous_owners] != lines.owners[after]
    )
    owners[after] &= lines.owners[previous_owners] != RELEASED
    return owners
