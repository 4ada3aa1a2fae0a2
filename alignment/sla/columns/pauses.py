"""PURE. What does not count, for all rounds at once: ``sla.pausing`` without its limit."""

from dataclasses import dataclass

import numpy as np

from alignment.sla.columns.lines import NEVER, Column, Flags, Lines
from alignment.sla.columns.rounds import Rounds
from alignment.sla.history import Part
from alignment.sla.targets import Target


@dataclass(frozen=True, kw_only=True)
class Pauses:
    """The pauses of all leads, by lead and instant; one that nobody resumed never ends."""

    leads: Column
    starts: Column
    ends: Column


@dataclass(frozen=True, kw_only=True)
class Standstills:
    """The ended pauses within rounds, by round and instant, and since when rounds stand still."""

    rounds: Column
    """Of each pause, the place of its round."""
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


def pauses(lines: Lines, target: Target) -> Pauses:
    """From the first pause on until somebody resumes; of no length, it is none."""
    ons, offs = lines.of_kinds(target.pauses_on), lines.of_kinds(target.resumes_on)
    keys = np.concatenate(
        [
            lines.keys(np.flatnonzero(ons), Part.PAUSE),
            lines.keys(np.flatnonzero(offs), Part.RESUME),
        ]
    )
    keys.sort()
    places = lines.line_of(keys)
    on, leads, at = ons[places], lines.leads[places], lines.at[places]
    begun = np.flatnonzero(on & ~_follows(leads, on))
    resumed = np.append(np.flatnonzero(~on), len(on))
    ended = resumed[np.searchsorted(resumed, begun)]
    is_over = np.append(leads, -1)[ended] == leads[begun]
    ends = np.where(is_over, np.append(at, NEVER)[ended], NEVER)
    kept = ends > at[begun]
    return Pauses(leads=leads[begun][kept], starts=at[begun][kept], ends=ends[kept])


def standstills(lines: Lines, found: Rounds, paused: Pauses) -> Standstills:
    """The pauses cut to the rounds; one in force when a round ended, ended with it."""
    ends = np.minimum(paused.ends, lines.until + 1)
    starts_at = lines.moments(paused.leads, paused.starts)
    firsts = np.searchsorted(
        lines.moments(paused.leads, ends), lines.moments(found.leads, found.started_at), "right"
    )
    lasts = np.searchsorted(starts_at, lines.moments(found.leads, found.until))
    endless, since = _endless(lines, found, paused)
    counts = np.maximum(np.minimum(lasts, endless) - firsts, 0)
    rounds = np.repeat(np.arange(len(found)), counts)
    places = np.arange(len(rounds)) + np.repeat(firsts - np.cumsum(counts) + counts, counts)
    return Standstills(
        rounds=rounds,
        starts=np.maximum(paused.starts[places], found.started_at[rounds]),
        ends=np.minimum(paused.ends[places], found.until[rounds]),
        firsts=np.cumsum(counts) - counts,
        counts=counts,
        since=since,
    )


def _endless(lines: Lines, found: Rounds, paused: Pauses) -> tuple[Column, Column]:
    """Of each open round the place of the pause that holds it, and since when it does."""
    places = np.full(len(lines.lead_ids), NEVER)
    held = np.flatnonzero(paused.ends == NEVER)
    places[paused.leads[held]] = held
    place = np.where(found.is_open, places[found.leads], NEVER)
    since = np.append(paused.starts, NEVER)[np.minimum(place, len(paused.starts))]
    return place, np.where(place < NEVER, np.maximum(since, found.started_at), NEVER)


def _follows(leads: Column, flags: Flags) -> Flags:
    """Where the line before is of the same lead and has the flag."""
    found = np.zeros(len(flags), np.bool_)
    found[1:] = flags[:-1] & (leads[1:] == leads[:-1])
    return found
