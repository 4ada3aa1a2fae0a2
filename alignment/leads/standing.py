"""PURE. Where a lead stands, read from its history: stage, owner, and the story of each handoff.

The order in which lines arrive does not matter; what happened before the first handoff belongs
to the first cycle.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alignment.leads.happenings import ANSWERS, DATED_BACK, HANDOFFS, TOUCHES, Happening

ORDER = {kind: place for place, kind in enumerate(Happening)}
"""At one instant a lead arrives before it is handed off, and so on down the list."""

STAGE_AFTER: dict[Happening, str] = {
    Happening.ARRIVED: "new",
    Happening.HANDED_OFF: "handed_off",
    Happening.ACCEPTED: "accepted",
    Happening.RETURNED: "returned",
    Happening.FIXED: "handed_off",
    Happening.RECYCLED: "recycled",
    Happening.WITHDRAWN: "withdrawn",
    Happening.QUALIFIED: "qualified",
    Happening.OPPORTUNITY_OPENED: "opportunity",
    Happening.UNREACHABLE: "unreachable",
    Happening.WON: "won",
    Happening.LOST: "lost",
    Happening.MERGED: "merged",
    Happening.REOPENED: "accepted",
}


class Line(Protocol):
    """One line of a history."""

    kind: Happening
    at: datetime
    owner_id: int | None
    reason: str

    @property
    def id(self) -> int | None:
        """Counts up as lines are written; what is not stored yet comes last, as it is given."""


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """One stay with sales."""

    handed_off_at: datetime
    owner_id: int | None = None
    assigned_at: datetime | None = None
    accepted_at: datetime | None = None
    returned_at: datetime | None = None
    return_reason: str = ""
    answered_at: datetime | None = None
    touched_at: datetime | None = None
    is_touch_dated_back: bool = False
    qualified_at: datetime | None = None
    won_at: datetime | None = None
    lost_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What lists show of a lead."""

    stage: str
    owner_id: int | None
    won_at: datetime | None
    cycles: tuple[Cycle, ...]

    @property
    def handed_off_at(self) -> datetime | None:
        return self.cycles[-1].handed_off_at if self.cycles else None


def standing(history: Iterable[Line]) -> Standing:
    """Read the whole history anew."""
    told = list(history)
    owners = _owners(told)
    lines = sorted(told, key=lambda line: (line.at, ORDER[line.kind]))
    cycles = tuple(_cycle(part, owners) for part in _parts(lines))
    return Standing(
        stage=_stage(lines, cycles),
        owner_id=owners[max(owners)] if owners else None,
        won_at=_first(_since_reopened(lines), {Happening.WON}),
        cycles=cycles,
    )


def _stage(lines: list[Line], cycles: tuple[Cycle, ...]) -> str:
    """What the last line made of it; a win dated before its only handoff stays a win."""
    stages = [STAGE_AFTER[line.kind] for line in lines if line.kind in STAGE_AFTER]
    last = stages[-1] if stages else "new"
    is_won = len(cycles) == 1 and cycles[0].won_at is not None
    return "won" if is_won and last == "handed_off" else last


def _parts(lines: list[Line]) -> list[list[Line]]:
    """The history cut at every handoff; what came before the first one goes with it.

    A fixed lead's line closes one cycle and opens the next, so it stands in both.
    """
    starts = [place for place, line in enumerate(lines) if line.kind in HANDOFFS]
    if not starts:
        return []
    ends = [start + 1 for start in starts[1:]] + [len(lines)]
    return [
        lines[0 if number == 0 else start : end]
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def _owners(told: Iterable[Line]) -> dict[datetime, int]:
    """Who has the lead from each instant on; of one instant, the line written down last says so."""
    by_told = sorted(told, key=lambda line: (line.id is None, line.id or 0))
    return {line.at: line.owner_id for line in by_told if line.owner_id is not None}


def _cycle(lines: list[Line], owners: Mapping[datetime, int]) -> Cycle:
    start = next(line for line in lines if line.kind in HANDOFFS)
    rest = [line for line in lines if line is not start]
    owned = [line for line in lines if line.owner_id is not None]
    touched_at = _first(rest, TOUCHES)
    return Cycle(
        handed_off_at=start.at,
        owner_id=owners[owned[-1].at] if owned else None,
        assigned_at=owned[0].at if owned else None,
        accepted_at=_first(rest, {Happening.ACCEPTED}),
        returned_at=_first(rest, {Happening.RETURNED}),
        return_reason=next((x.reason for x in rest if x.kind is Happening.RETURNED), ""),
        answered_at=_first(rest, ANSWERS),
        touched_at=touched_at,
        is_touch_dated_back=_is_dated_back(rest, touched_at),
        qualified_at=_first(rest, {Happening.QUALIFIED, Happening.OPPORTUNITY_OPENED}),
        won_at=_first(_since_reopened(rest), {Happening.WON}),
        lost_at=_first(rest, {Happening.LOST}),
    )


def _since_reopened(lines: list[Line]) -> list[Line]:
    """What has come since the lead was opened again: a win from before was none."""
    places = [place for place, line in enumerate(lines) if line.kind is Happening.REOPENED]
    return lines[places[-1] + 1 :] if places else lines


def _is_dated_back(lines: list[Line], touched_at: datetime | None) -> bool:
    """Whether nobody but a person who remembered it later told of the first touch."""
    first = [line for line in lines if line.kind in TOUCHES and line.at == touched_at]
    return bool(first) and all(line.reason == DATED_BACK for line in first)


def _first(lines: list[Line], kinds: Iterable[Happening]) -> datetime | None:
    return min((line.at for line in lines if line.kind in kinds), default=None)
