"""PURE. A lead's history as a timer reads it: ordered, without duplicates or future events."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from itertools import repeat
from typing import NamedTuple

from alignment.leads.event_kinds import STAY_BOUNDARY_KINDS, EventKind
from alignment.sla.promises.targets import Target


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryEvent:
    """One event of a lead's history. ``id`` identifies it: recorded twice, it counts once."""

    kind: EventKind
    at: datetime
    id: str
    by_id: int | None = None
    owner_id: int | None = None
    """Who owns the lead from here on, where that is what happened; it may be NOBODY."""
    reason: str = ""
    facts: Mapping[str, object] | None = None
    """What promises depend on, where it changed."""
    sequence: int = 0
    """Counts up as lines are written down; of several owners at one instant the last has it."""


class Effect(IntEnum):
    """What a line does to a clock, in the order in which it does so at one instant.

    Stop before pause before start decides in favour of the person who answered; a pause of the
    instant at which a stay ends belongs to the next one. Starts and
    cancels go in the order of a lead's life: handed off, then merged; lost, then reopened. Proofs
    that a lead is complete go with them: the line that starts a clock may prove it at once.
    """

    STOP = 0
    END_STAY = 1
    PAUSE = 2
    RESUME = 3
    CHANGE_OWNER = 4
    START = 5
    CANCEL = 6
    COMPLETE = 7


class EventEffect(NamedTuple):
    """One effect that one event has on one target's timer."""

    at: datetime
    effect: Effect
    event: HistoryEvent
    missing: tuple[str, ...] = ()
    """What the lead then lacks of the required fields."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A stretch that does not count; ``until`` is None while nobody has resumed."""

    at: datetime
    until: datetime | None
    by_id: int | None = None
    reason: str = ""


LIFE_ORDER = {kind: place for place, kind in enumerate(EventKind)}
"""The order of a lead's life, for lines of one instant."""


def ordered_events(history: Iterable[HistoryEvent], *, now: datetime) -> list[HistoryEvent]:
    """Every line up to ``now`` once, oldest first, whatever order they arrived in."""
    known: dict[str, HistoryEvent] = {}
    for event in sorted(history, key=_event_sort_key):
        if event.at <= now:
            known.setdefault(event.id, event)
    return _with_last_owners(list(known.values()))


def effects_of(events: Sequence[HistoryEvent], target: Target) -> list[EventEffect]:
    """What the lines do to this target's clock, in order; lines of one part keep theirs."""
    lacks = _missing(events, target) if target.required_fields else repeat(())
    played = (
        EventEffect(event.at, part, event, missing)
        for event, missing in zip(events, lacks, strict=False)
        for part in _effects(event, target)
    )
    return sorted(played, key=_effect_sort_key)


def may_pause(event: HistoryEvent, target: Target) -> bool:
    """Whether this person may pause this clock for this reason."""
    return (not target.pause_reasons or event.reason in target.pause_reasons) and (
        not target.pause_people or event.by_id in target.pause_people
    )


def owner_at(events: Iterable[HistoryEvent], at: datetime) -> int | None:
    """Who owned the lead at that instant, what happened at it included; None where nobody did."""
    owner_id = None
    for event in events:
        if event.at > at:
            break
        owner_id = event.owner_id if event.owner_id is not None else owner_id
    return owner_id or None


def _event_sort_key(event: HistoryEvent) -> tuple[datetime, int, str, int]:
    return event.at, LIFE_ORDER[event.kind], event.id, event.sequence


def _with_last_owners(lines: list[HistoryEvent]) -> list[HistoryEvent]:
    """The same, where every line of one instant gives the lead to the owner told last."""
    owned = [event for event in lines if event.owner_id is not None]
    owners = {event.at: event.owner_id for event in sorted(owned, key=lambda event: event.sequence)}
    if len(owners) == len(owned):
        return lines
    return [
        event if event.owner_id is None else replace(event, owner_id=owners[event.at])
        for event in lines
    ]


def _effect_sort_key(effect: EventEffect) -> tuple[datetime, int]:
    return effect.at, min(effect.effect, Effect.START)


def _missing(events: Iterable[HistoryEvent], target: Target) -> Iterator[tuple[str, ...]]:
    """What the lead lacks once each line is told."""
    known: dict[str, object] = {}
    for event in events:
        known |= event.facts or {}
        yield target.missing(known)


def _effects(event: HistoryEvent, target: Target) -> Iterable[Effect]:
    kind = event.kind
    stops, proves = kind in target.stops_on, bool(target.required_fields)
    applies = {
        Effect.STOP: stops and not proves,
        Effect.END_STAY: kind in STAY_BOUNDARY_KINDS,
        Effect.PAUSE: kind in target.pauses_on,
        Effect.RESUME: kind in target.resumes_on,
        Effect.CHANGE_OWNER: event.owner_id is not None,
        Effect.START: kind in target.starts_on,
        Effect.CANCEL: kind in target.cancels_on,
        Effect.COMPLETE: stops and proves,
    }
    return [effect for effect, is_so in applies.items() if is_so]
