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

from alignment.sla.history import Happened, lines
from alignment.sla.reasons import Because, Reason
from alignment.sla.regional import Hours
from alignment.sla.stopwatch import Reading, State, rounds
from alignment.sla.targets import Target, by_key, target_for

Facts = Mapping[str, object]
BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """From this instant on the facts choose this target, or none."""

    at: datetime
    target: Target | None


def all_readings(
    history: Iterable[Happened],
    targets: Iterable[Target],
    hours_of: Callable[[Target], Hours],
    now: datetime,
    *,
    facts: Facts,
    since: datetime | None = None,
) -> tuple[Reading, ...]:
    """Every cycle of every promise for one lead as of ``now``, each under the target that holds.

    ``facts`` are the lead's until its history first says otherwise.
    """
    told = lines(history, now=now)
    found: list[Reading] = []
    for alike in by_key(targets).values():
        by_rank = {
            target.rank: rounds(told, target, hours_of(target), now, since=since)
            for target in alike
        }
        for alternatives in zip(*by_rank.values(), strict=True):
            held = _holding(dict(zip(by_rank, alternatives, strict=True)), alike, told, facts)
            found += [held] if held else []
    return tuple(found)


def _holding(
    by_rank: Mapping[int, Reading], alike: tuple[Target, ...], told: list[Happened], facts: Facts
) -> Reading | None:
    """Of one cycle read under every target, the reading that holds."""
    held: Reading | None = None
    is_free = True  # nothing is promised for the lead at the moment
    moves: list[Reason] = []
    for choice in _choices(next(iter(by_rank.values())), alike, told, facts):
        if held is not None and _missed_by(held, choice.at):
            break
        if choice.target is None:
            held, is_free = held and _given_up(held, choice.at), True
            continue
        reading = by_rank[choice.target.rank]
        if is_free and _missed_by(reading, choice.at):
            continue
        is_free = False
        if held is not None:
            moves.append(_moved(reading, choice.at))
        held = reading
    return replace(held, reasons=_in_order((*held.reasons, *moves))) if held and moves else held


def _choices(
    reading: Reading, alike: tuple[Target, ...], told: list[Happened], facts: Facts
) -> Iterator[Choice]:
    """The target chosen at the start, then each change of it until the cycle ended."""
    known = dict(facts)
    for _, changed in _changes(told, until=reading.started_at):
        known |= changed
    chosen = target_for(known, alike)
    yield Choice(at=reading.started_at, target=chosen)
    for at, changed in _changes(told, after=reading.started_at, before=reading.stopped_at):
        known |= changed
        last, chosen = chosen, target_for(known, alike)
        if chosen is not last:
            yield Choice(at=at, target=chosen)


def _changes(
    told: Iterable[Happened],
    *,
    after: datetime = BEGINNING,
    until: datetime = END,
    before: datetime | None = None,
) -> Iterator[tuple[datetime, Facts]]:
    return (
        (line.at, line.facts)
        for line in told
        if line.facts and after < line.at <= until and (before is None or line.at < before)
    )


def _missed_by(reading: Reading, at: datetime) -> bool:
    return reading.state in (State.BREACHED, State.MET_LATE) and reading.due_at < at


def _given_up(reading: Reading, at: datetime) -> Reading:
    """Nobody promised anything for a lead with such facts; what was running ends."""
    reason = Reason(why=Because.DROPPED, at=at, note="no segment has this lead")
    return replace(
        reading,
        state=State.CANCELLED,
        stopped_at=at,
        next_at=None,
        reasons=_in_order((*reading.reasons, reason)),
    )


def _moved(reading: Reading, at: datetime) -> Reason:
    return Reason(why=Because.RETARGETED, at=at, note=reading.segment)


def _in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=attrgetter("at")))
