"""PURE. Hours that depend on the region a lead was in when a round began.

The facts at the start decide: a lead that moves to another region later keeps the hours that its
round began with, so that nobody wins time by writing another region down.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from alignment.sla.history import Happened, lines
from alignment.worktime.calendar import Calendar


@dataclass(frozen=True)
class Regional:
    """A calendar for each region; a region that nobody told of is the empty text."""

    calendar: Callable[[str], Calendar]


Hours = Calendar | Regional
"""One calendar for all rounds, or one for each round's region."""


def calendar_at(hours: Hours, history: Iterable[Happened], at: datetime) -> Calendar:
    """The calendar of a round of this history that began then."""
    return hours.calendar(region_at(history, at)) if isinstance(hours, Regional) else hours


def region_at(history: Iterable[Happened], at: datetime) -> str:
    """The lead's region as it was told by then; empty when nobody had told of any."""
    facts: dict[str, object] = {}
    for line in lines(history, now=at):
        facts |= line.facts or {}
    return region_in(facts)


def region_in(facts: Mapping[str, object]) -> str:
    return str(facts.get("region") or "").strip()
