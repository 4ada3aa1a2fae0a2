"""PURE. The calendar of the region that a lead was in when a cycle began.

The facts at the start decide: a lead that moves to another region later keeps the hours that its
cycle began with, so that nobody gains time by changing the region."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from alignment.sla.clock.history import HistoryEvent, ordered_events
from alignment.worktime.calendar import Calendar


@dataclass(frozen=True)
class RegionalCalendars:
    """A calendar for each region; a region that nobody told of is the empty text."""

    calendar: Callable[[str], Calendar]


CycleCalendars = Calendar | RegionalCalendars
"""One calendar for all rounds, or one for each round's region."""


def calendar_at(hours: CycleCalendars, history: Iterable[HistoryEvent], at: datetime) -> Calendar:
    """The calendar of a round of this history that began then."""
    return hours.calendar(region_at(history, at)) if isinstance(hours, RegionalCalendars) else hours


def region_at(history: Iterable[HistoryEvent], at: datetime) -> str:
    """The lead's region as it was told by then; empty when nobody had told of any."""
    facts: dict[str, object] = {}
    for event in ordered_events(history, now=at):
        facts |= event.facts or {}
    return region_of_facts(facts)


def region_of_facts(facts: Mapping[str, object]) -> str:
    return str(facts.get("region") or "").strip()
