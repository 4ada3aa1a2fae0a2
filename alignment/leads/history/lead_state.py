"""PURE. Derive a lead's stage, owner and sales cycles from its history.

The order in which events are recorded does not matter; what happened before the first handoff
belongs to the first cycle.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alignment.leads.event_kinds import (
    BACKDATED,
    CLOSED_BY_MISTAKE,
    CLOSING_KINDS,
    HANDOFF_KINDS,
    RETURN_ANSWER_KINDS,
    TOUCH_KINDS,
    EventKind,
    owner_told,
)
from alignment.leads.fields import SOURCE
from alignment.leads.history.entries import entry_starts
from alignment.leads.history.facts import Facts

KIND_ORDER = {kind: place for place, kind in enumerate(EventKind)}
"""At one instant a lead arrives before it is handed off, and so on down the list."""

STAGE_AFTER: dict[EventKind, str] = {
    EventKind.ARRIVED: "new",
    EventKind.HANDED_OFF: "handed_off",
    EventKind.ACCEPTED: "accepted",
    EventKind.RETURNED: "returned",
    EventKind.FIXED: "handed_off",
    EventKind.RECYCLED: "recycled",
    EventKind.WITHDRAWN: "withdrawn",
    EventKind.QUALIFIED: "qualified",
    EventKind.OPPORTUNITY_OPENED: "opportunity",
    EventKind.UNREACHABLE: "unreachable",
    EventKind.WON: "won",
    EventKind.LOST: "lost",
    EventKind.MERGED: "merged",
    EventKind.REOPENED: "accepted",
}

LEAVING_KINDS = CLOSING_KINDS | {EventKind.RETURNED}
"""With these a stay with sales ends."""


class EventView(Protocol):
    """The fields of a history event from which the lead's state is derived, stored or not."""

    @property
    def kind(self) -> EventKind: ...
    @property
    def at(self) -> datetime: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def facts(self) -> Facts | None: ...
    @property
    def id(self) -> int | None:
        """Counts up as lines are written; what is not stored yet comes last, as it is given."""


@dataclass(frozen=True, kw_only=True)
class SalesCycle:
    """One cycle of a lead with sales, from a handoff to the next; ``models.Handoff`` stores it."""

    handed_off_at: datetime
    begins_entry: bool
    """Whether it is the first one of an entry (``entries.py``)."""
    source: str | None = None
    """What its handoff says about the source: its name, empty where nobody gave one; None where the
    handoff says nothing about it."""
    owner_id: int | None = None
    """Who owned it when it was first touched, else when it left sales, else who does now."""
    assigned_at: datetime | None = None
    accepted_at: datetime | None = None
    returned_at: datetime | None = None
    return_reason: str = ""
    answered_at: datetime | None = None
    touched_at: datetime | None = None
    is_touch_backdated: bool = False
    qualified_at: datetime | None = None
    won_at: datetime | None = None
    lost_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LeadState:
    """The derived state of a lead: stage, owner and sales cycles."""

    stage: str
    owner_id: int | None
    won_at: datetime | None
    sales_cycles: tuple[SalesCycle, ...]

    @property
    def handed_off_at(self) -> datetime | None:
        return self.sales_cycles[-1].handed_off_at if self.sales_cycles else None


def derive_lead_state(history: Iterable[EventView]) -> LeadState:
    """Read the whole history anew."""
    events = list(history)
    owners = _owners(events)
    in_order = sorted(events, key=lambda line: (line.at, KIND_ORDER[line.kind]))
    starts = entry_starts(in_order)
    cycles = tuple(
        _sales_cycle(part, owners, begins_entry=is_first)
        for part, is_first in zip(_split_at_handoffs(in_order), starts, strict=True)
    )
    return LeadState(
        stage=_stage(in_order, cycles),
        owner_id=(owners[max(owners)] or None) if owners else None,
        won_at=_first_at(_without_mistakes(in_order), {EventKind.WON}),
        sales_cycles=cycles,
    )


def _stage(lines: list[EventView], cycles: tuple[SalesCycle, ...]) -> str:
    """What the last line made of it; a win dated before its only handoff stays a win."""
    stages = [STAGE_AFTER[line.kind] for line in lines if line.kind in STAGE_AFTER]
    last = stages[-1] if stages else "new"
    is_won = len(cycles) == 1 and cycles[0].won_at is not None
    return "won" if is_won and last == "handed_off" else last


def _split_at_handoffs(lines: list[EventView]) -> list[list[EventView]]:
    """The history cut at every handoff; what came before the first one goes with it.

    A fixed lead's line closes one cycle and opens the next, so it stands in both.
    """
    starts = [place for place, line in enumerate(lines) if line.kind in HANDOFF_KINDS]
    if not starts:
        return []
    ends = [start + 1 for start in starts[1:]] + [len(lines)]
    return [
        lines[0 if number == 0 else start : end]
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def _owners(told: Iterable[EventView]) -> dict[datetime, int]:
    """Who has the lead from each instant on, or NOBODY; of one instant, the line written down last
    says so.
    """
    in_recorded_order = sorted(told, key=lambda line: (line.id is None, line.id or 0))
    owners = ((line.at, owner_told(line.kind, line.owner_id)) for line in in_recorded_order)
    return {at: owner_id for at, owner_id in owners if owner_id is not None}


def _owner_at(
    owners: Mapping[datetime, int], at: datetime | None, *, since: datetime
) -> int | None:
    """Who had the lead at that instant, not before ``since``; without an instant, who has it."""
    until = max(owners, default=since) if at is None else max(at, since)
    return next((owners[x] for x in sorted(owners, reverse=True) if x <= until), None) or None


def _sales_cycle(
    lines: list[EventView], owners: Mapping[datetime, int], *, begins_entry: bool
) -> SalesCycle:
    handoff = next(line for line in lines if line.kind in HANDOFF_KINDS)
    after_handoff = [line for line in lines if line is not handoff]
    with_owner = [line for line in lines if line.owner_id is not None]
    standing = _without_mistakes(after_handoff)
    touched_at = _first_at(after_handoff, TOUCH_KINDS)
    return SalesCycle(
        handed_off_at=handoff.at,
        begins_entry=begins_entry,
        source=_source_of(handoff),
        owner_id=_owner_at(
            owners, touched_at or _first_at(standing, LEAVING_KINDS), since=handoff.at
        ),
        assigned_at=with_owner[0].at if with_owner else None,
        accepted_at=_first_at(after_handoff, {EventKind.ACCEPTED}),
        returned_at=_first_at(after_handoff, {EventKind.RETURNED}),
        return_reason=next((x.reason for x in after_handoff if x.kind is EventKind.RETURNED), ""),
        answered_at=_first_at(after_handoff, RETURN_ANSWER_KINDS),
        touched_at=touched_at,
        is_touch_backdated=_is_backdated(after_handoff, touched_at),
        qualified_at=_first_at(after_handoff, {EventKind.QUALIFIED, EventKind.OPPORTUNITY_OPENED}),
        won_at=_first_at(standing, {EventKind.WON}),
        lost_at=_first_at(standing, {EventKind.LOST}),
    )


def _source_of(handoff: EventView) -> str | None:
    source = (handoff.facts or {}).get(SOURCE.name)
    return source if isinstance(source, str) else None


def _without_mistakes(lines: list[EventView]) -> list[EventView]:
    """What stands: a win or loss stays one when the lead is opened again, unless by mistake it was
    told at all.
    """
    standing: list[EventView] = []
    since_opened: list[EventView] = []
    for line in lines:
        if line.kind is EventKind.REOPENED:
            is_mistake = line.reason == CLOSED_BY_MISTAKE
            standing += (x for x in since_opened if not (is_mistake and x.kind in CLOSING_KINDS))
            since_opened = []
        since_opened.append(line)
    return standing + since_opened


def _is_backdated(lines: list[EventView], touched_at: datetime | None) -> bool:
    """Whether nobody but a person who remembered it later told of the first touch."""
    first = [line for line in lines if line.kind in TOUCH_KINDS and line.at == touched_at]
    return bool(first) and all(line.reason == BACKDATED for line in first)


def _first_at(lines: list[EventView], kinds: Iterable[EventKind]) -> datetime | None:
    return min((line.at for line in lines if line.kind in kinds), default=None)
