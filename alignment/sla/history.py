"""PURE. A lead's history as a clock sees it: in order, each line once, nothing of the future."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from itertools import repeat
from typing import NamedTuple

from alignment.leads.happenings import Happening
from alignment.sla.targets import Target


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """One line of a lead's history. ``id`` names the fact: told twice, it is one line."""

    kind: Happening
    at: datetime
    id: str
    by_id: int | None = None
    owner_id: int | None = None
    """Who owns the lead from here on, where that is what happened."""
    reason: str = ""
    facts: Mapping[str, object] | None = None
    """What promises depend on, where it changed."""
    told: int = 0
    """Counts up as lines are written down; of several owners at one instant the last has it."""


class Part(IntEnum):
    """What a line does to a clock, in the order in which it does so at one instant.

    Stop before pause before start decides in favour of the person who answered. Starts and
    cancels go in the order of a lead's life: handed off, then merged; lost, then reopened. Proofs
    that a lead is complete go with them: the line that starts a clock may prove it at once.
    """

    STOP = 0
    PAUSE = 1
    RESUME = 2
    OWN = 3
    START = 4
    CANCEL = 5
    PROVE = 6


class Move(NamedTuple):
    """One part that one line plays for one target."""

    at: datetime
    part: Part
    line: Happened
    missing: tuple[str, ...] = ()
    """What the lead then lacks of the required fields."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A stretch that does not count; ``until`` is None while nobody has resumed."""

    at: datetime
    until: datetime | None
    by_id: int | None = None
    reason: str = ""


ORDER = {kind: place for place, kind in enumerate(Happening)}
"""The order of a lead's life, for lines of one instant."""


def lines(history: Iterable[Happened], *, now: datetime) -> list[Happened]:
    """Every line up to ``now`` once, oldest first, whatever order they arrived in."""
    known: dict[str, Happened] = {}
    for line in sorted(history, key=_order):
        if line.at <= now:
            known.setdefault(line.id, line)
    return _with_last_owners(list(known.values()))


def moves(told: Sequence[Happened], target: Target) -> list[Move]:
    """What the lines do to this target's clock, in order; lines of one part keep theirs."""
    lacks = _missing(told, target) if target.required_fields else repeat(())
    played = (
        Move(line.at, part, line, missing)
        for line, missing in zip(told, lacks, strict=False)
        for part in _parts(line, target)
    )
    return sorted(played, key=_turn)


def may_pause(line: Happened, target: Target) -> bool:
    """Whether this person may pause this clock for this reason."""
    return (not target.pause_reasons or line.reason in target.pause_reasons) and (
        not target.pause_people or line.by_id in target.pause_people
    )


def owner_at(told: Iterable[Happened], at: datetime) -> int | None:
    """Who owned the lead at that instant, what happened at it included."""
    owner_id = None
    for line in told:
        if line.at > at:
            break
        owner_id = line.owner_id if line.owner_id is not None else owner_id
    return owner_id


def _order(line: Happened) -> tuple[datetime, int, str, int]:
    return line.at, ORDER[line.kind], line.id, line.told


def _with_last_owners(lines: list[Happened]) -> list[Happened]:
    """The same, where every line of one instant gives the lead to the owner told last."""
    owned = [line for line in lines if line.owner_id is not None]
    owners = {line.at: line.owner_id for line in sorted(owned, key=lambda line: line.told)}
    if len(owners) == len(owned):
        return lines
    return [
        line if line.owner_id is None else replace(line, owner_id=owners[line.at]) for line in lines
    ]


def _turn(move: Move) -> tuple[datetime, int]:
    return move.at, min(move.part, Part.START)


def _missing(told: Iterable[Happened], target: Target) -> Iterator[tuple[str, ...]]:
    """What the lead lacks once each line is told."""
    known: dict[str, object] = {}
    for line in told:
        known |= line.facts or {}
        yield target.missing(known)


def _parts(line: Happened, target: Target) -> Iterable[Part]:
    kind = line.kind
    if kind in target.stops_on and not target.required_fields:
        yield Part.STOP
    if kind in target.pauses_on:
        yield Part.PAUSE
    if kind in target.resumes_on:
        yield Part.RESUME
    if line.owner_id is not None:
        yield Part.OWN
    if kind in target.starts_on:
        yield Part.START
    if kind in target.cancels_on:
        yield Part.CANCEL
    if kind in target.stops_on and target.required_fields:
        yield Part.PROVE
