"""PURE. The time that does not count in each cycle: ``clock.paused_time``, vectorised."""

from dataclasses import dataclass

import numpy as np

from alignment.leads.event_kinds import STAY_BOUNDARY_KINDS
from alignment.sla.clock.history import Effect
from alignment.sla.promises.targets import Target
from alignment.sla.replay.columns.cycles import CycleColumns
from alignment.sla.replay.columns.history import NEVER, Column, Flags, HistoryColumns
from alignment.worktime.vectorised import VectorisedCalendar


@dataclass(frozen=True, kw_only=True)
class PauseColumns:
    """The pauses of all leads, by lead and instant; one that nobody resumed never ends."""

    lead_indices: Column
    starts: Column
    ends: Column


@dataclass(frozen=True, kw_only=True)
class PausesWithinCycles:
    """The pauses within rounds, by round and instant, cut to them."""

    rounds: Column
    """Of each pause, the place of its round."""
    starts: Column
    ends: Column
    is_endless: Flags
    """Whether it holds its round still."""


@dataclass(frozen=True, kw_only=True)
class PausedTimeColumns:
    """The ended pauses of some rounds, and since when rounds stand still."""

    rounds: Column
    starts: Column
    ends: Column
    firsts: Column
    """Of each round, the place of its first pause."""
    counts: Column
    since: Column
    """Of each round; NEVER where nothing holds it now."""

    @property
    def is_still(self) -> Flags:
        return self.since < NEVER


def pause_columns(lines: HistoryColumns, target: Target) -> PauseColumns:
    """From the first pause on until somebody resumes or its stay ends; of no length, it is none."""
    ons = lines.keys(np.flatnonzero(_may_pause(lines, target)), Effect.PAUSE)
    offs = [
        lines.keys(np.flatnonzero(lines.of_kinds(STAY_BOUNDARY_KINDS)), Effect.END_STAY),
        lines.keys(np.flatnonzero(lines.of_kinds(target.resumes_on)), Effect.RESUME),
    ]
    keys = np.concatenate([ons, *offs])
    order = np.argsort(keys, kind="stable")
    places = lines.line_of(keys[order])
    on, leads, at = order < len(ons), lines.leads[places], lines.at[places]
    begun = np.flatnonzero(on & ~_previous_has(leads, on))
    resumed = np.append(np.flatnonzero(~on), len(on))
    ended = resumed[np.searchsorted(resumed, begun)]
    is_over = np.append(leads, -1)[ended] == leads[begun]
    ends = np.where(is_over, np.append(at, NEVER)[ended], NEVER)
    kept = ends > at[begun]
    return PauseColumns(lead_indices=leads[begun][kept], starts=at[begun][kept], ends=ends[kept])


def paused_time_columns(
    lines: HistoryColumns, cycles: CycleColumns, target: Target, calendar: VectorisedCalendar
) -> PausedTimeColumns:
    """What counts of the pauses within each round, up to the target's limit of open time."""
    within = _within(lines, cycles, pause_columns(lines, target))
    if target.pause_limit is not None:
        within = _limited(within, calendar, round(target.pause_limit.total_seconds()))
    ended = ~within.is_endless
    counts = np.bincount(within.rounds[ended], minlength=len(cycles))
    since = np.full(len(cycles), NEVER)
    since[within.rounds[within.is_endless]] = within.starts[within.is_endless]
    return PausedTimeColumns(
        rounds=within.rounds[ended],
        starts=within.starts[ended],
        ends=within.ends[ended],
        firsts=np.cumsum(counts) - counts,
        counts=counts,
        since=since,
    )


def _may_pause(lines: HistoryColumns, target: Target) -> Flags:
    pausing = lines.of_kinds(target.pauses_on)
    if target.pause_people:
        pausing &= np.isin(lines.people, list(target.pause_people))
    return pausing


def _within(
    lines: HistoryColumns, cycles: CycleColumns, paused: PauseColumns
) -> PausesWithinCycles:
    """One that was in force when a round ended, ended with it."""
    ends = lines.moments(paused.lead_indices, np.minimum(paused.ends, lines.until + 1))
    starts = lines.moments(paused.lead_indices, paused.starts)
    firsts = np.searchsorted(ends, lines.moments(cycles.leads, cycles.started_at), "right")
    lasts = np.searchsorted(starts, lines.moments(cycles.leads, cycles.until + cycles.is_open))
    counts = np.maximum(lasts - firsts, 0)
    rounds = np.repeat(np.arange(len(cycles)), counts)
    places = np.arange(len(rounds)) + np.repeat(firsts - np.cumsum(counts) + counts, counts)
    return PausesWithinCycles(
        rounds=rounds,
        starts=np.maximum(paused.starts[places], cycles.started_at[rounds]),
        ends=np.minimum(paused.ends[places], cycles.until[rounds]),
        is_endless=cycles.is_open[rounds] & (paused.ends[places] == NEVER),
    )


def _limited(
    within: PausesWithinCycles, calendar: VectorisedCalendar, limit: int
) -> PausesWithinCycles:
    """Each pause takes of the limit what the earlier ones of its round have left."""
    taken = calendar.between_many(within.starts, within.ends)
    before = np.cumsum(taken) - taken
    of_round = before[np.searchsorted(within.rounds, within.rounds)]
    left = np.maximum(limit - (before - of_round), 0)
    is_used_up = (taken > left) | (within.is_endless & (taken == left))
    ends = np.where(is_used_up, within.starts, within.ends)
    cut = is_used_up & (left > 0)
    ends[cut] = calendar.add_many(within.starts[cut], left[cut])
    return PausesWithinCycles(
        rounds=within.rounds,
        starts=within.starts,
        ends=ends,
        is_endless=within.is_endless & ~is_used_up,
    )


def _previous_has(leads: Column, flags: Flags) -> Flags:
    """Where the line before is of the same lead and has the flag."""
    found = np.zeros(len(flags), np.bool_)
    found[1:] = flags[:-1] & (leads[1:] == leads[:-1])
    return found
