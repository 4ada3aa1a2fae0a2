"""Let each handoff of a history count once, however often it was told."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from alignment.leads.event_kinds import HANDOFF_KINDS, EventKind
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.stored_columns import update_columns
from alignment.leads.history.told_handoffs import ToldHandoff, told_handoffs
from alignment.leads.models import LeadEvent

AnyEvent = LeadEvent | NewLeadEvent


def settle_handoffs(
    stored: Sequence[LeadEvent],
    new: Sequence[NewLeadEvent],
    *,
    zone: tzinfo,
    known_keys: Collection[str],
) -> list[NewLeadEvent]:
    """The new lines as they are to be stored; stored ones are marked in place.

    Whom a repeated handoff gave the lead to still gets it, by a line of its own. The handoff that
    stands keeps what was known when it was first told.
    """
    lines: list[AnyEvent] = [*stored, *new]
    handoff_lines = [x for x in lines if x.kind in HANDOFF_KINDS]
    if len(handoff_lines) < 2 and not any(line.is_repeated for line in handoff_lines):
        return list(new)
    told = told_handoffs(lines, zone)
    assignments = _assignments(told)
    settled: dict[int, NewLeadEvent] = {}
    for handoff in told:
        settled |= _settled(handoff)
    keys = {*known_keys, *(line.dedupe_key for line in new)}
    return [
        *(settled.get(id(line), line) for line in new),
        *(line for key, line in assignments.items() if key not in keys),
    ]


def _assignments(told: Iterable[ToldHandoff[AnyEvent]]) -> dict[str, NewLeadEvent]:
    """What gives the lead to the owners of lines that counted until now, by their keys."""
    given = (
        NewLeadEvent(kind=EventKind.ASSIGNED, at=line.at, by_id=line.by_id, owner_id=line.owner_id)
        for handoff in told
        for line in handoff.repeated
        if line.owner_id is not None and not line.is_repeated
    )
    return {line.dedupe_key: line for line in given}


def _settled(handoff: ToldHandoff[AnyEvent]) -> dict[int, NewLeadEvent]:
    """Mark the lines that tell one handoff; the new ones of them as they are now, by identity."""
    standing, lines = handoff.standing, [handoff.standing, *handoff.repeated]
    first_told = min(lines, key=lambda line: (line.id is None, line.id or 0))
    facts = standing.facts if first_told.facts is None else first_told.facts
    settled = {}
    for line in lines:
        columns: dict[str, Any] = {"is_repeated": line is not standing}
        if line is standing:
            columns["facts"] = facts
        if isinstance(line, NewLeadEvent):
            settled[id(line)] = replace(line, **columns)
        else:
            update_columns(line, columns)
    return settled
