"""PURE. One promise to several segments: which target holds while a lead's facts change.

The facts that decide are those when the clock is read, or those when it ended. The target they
choose counts from the original start, pauses kept, so changing back and forth buys no time. A
target that was missed before the facts changed goes on holding: a breach is a fact. A lead that
comes to a promise from none, or from another agreement, when its time is over owes it nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import attrgetter

from alignment.sla.clock.history import HistoryEvent, ordered_events
from alignment.sla.clock.reasons import Reason, ReasonKind
from alignment.sla.clock.regional_hours import CycleCalendars
from alignment.sla.clock.stopwatch import LATE_STATES, Reading, TimerState, cycle_readings
from alignment.sla.promises.targets import Target, target_for, targets_by_key

Facts = Mapping[str, object]
MIN_INSTANT = datetime.min.replace(tzinfo=UTC)
MAX_INSTANT = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class TargetChoice:
    """From this instant on the facts choose this target, or none."""

    at: datetime
    target: Target | None


def all_readings(
    history: Iterable[HistoryEvent],
    targets: Iterable[Target],
    hours_of: Callable[[Target], CycleCalendars],
    now: datetime,
    *,
    facts: Facts,
    since: datetime | None = None,
) -> tuple[Reading, ...]:
    """Every cycle of every promise for one lead as of ``now``, each under the target that holds.

    ``facts`` are the lead's until its history first says otherwise.
    """
    events = ordered_events(history, now=now)
    by_cycle: list[Reading] = []
    for same_key_targets in targets_by_key(targets).values():
        by_rank = {
            target.rank: cycle_readings(events, target, hours_of(target), now, since=since)
            for target in same_key_targets
        }
        for alternatives in zip(*by_rank.values(), strict=True):
            held = _applicable_reading(
                dict(zip(by_rank, alternatives, strict=True)), same_key_targets, events, facts
            )
            by_cycle += [held] if held else []
    return tuple(by_cycle)


def _applicable_reading(
    by_rank: Mapping[int, Reading],
    same_key_targets: tuple[Target, ...],
    events: list[HistoryEvent],
    facts: Facts,
) -> Reading | None:
    """Of one cycle read under every target, the reading that holds."""
    held: Reading | None = None
    is_free = True  # nothing is promised for the lead at the moment
    moves: list[Reason] = []
    for choice in _target_choices(next(iter(by_rank.values())), same_key_targets, events, facts):
        if held is not None and _missed_by(held, choice.at):
            break
        if choice.target is None:
            held, is_free = held and _cancelled_at(held, choice.at), True
            continue
        reading = by_rank[choice.target.rank]
        if is_free and _missed_by(reading, choice.at):
            continue
        is_free = False
        if held is not None:
            moves.append(_retargeted_reason(reading, choice.at))
        held = reading
    return replace(held, reasons=_in_order((*held.reasons, *moves))) if held and moves else held


def _target_choices(
    reading: Reading, same_key_targets: tuple[Target, ...], events: list[HistoryEvent], facts: Facts
) -> Iterator[TargetChoice]:
    """The target chosen at the start, then each change of it until the cycle ended."""
    known = dict(facts)
    for _, changed in _fact_changes(events, until=reading.started_at):
        known |= changed
    chosen = target_for(known, same_key_targets)
    yield TargetChoice(at=reading.started_at, target=chosen)
    for at, changed in _fact_changes(events, after=reading.started_at, before=reading.stopped_at):
        known |= changed
        last, chosen = chosen, target_for(known, same_key_targets)
        if chosen is not last:
            yield TargetChoice(at=at, target=chosen)


def _fact_changes(
    events: Iterable[HistoryEvent],
    *,
    after: datetime = MIN_INSTANT,
    until: datetime = MAX_INSTANT,
    before: datetime | None = None,
) -> Iterator[tuple[datetime, Facts]]:
    return (
        (event.at, event.facts)
        for event in events
        if event.facts and after < event.at <= until and (before is None or event.at < before)
    )


def _missed_by(reading: Reading, at: datetime) -> bool:
    return reading.state in LATE_STATES and reading.due_at < at


def _cancelled_at(reading: Reading, at: datetime) -> Reading:
    """Nobody promised anything for a lead with such facts; what was running ends."""
    reason = Reason(kind=ReasonKind.DROPPED, at=at, note="no segment has this lead")
    return replace(
        reading,
        state=TimerState.CANCELLED,
        stopped_at=at,
        next_at=None,
        reasons=_in_order((*reading.reasons, reason)),
    )


def _retargeted_reason(reading: Reading, at: datetime) -> Reason:
    return Reason(kind=ReasonKind.RETARGETED, at=at, note=reading.segment)


def _in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=attrgetter("at")))
