"""What creating, updating and adding history in bulk have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from alignment.events import publish_many
from alignment.leads.event_kinds import HANDOFF_KINDS, EventKind
from alignment.leads.events import LeadImported
from alignment.leads.history.facts import Facts, facts_to_record
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.models import Lead


class RowChange(StrEnum):
    """What a row did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def fact_change_events(
    lead: Lead,
    before: Facts,
    after: Facts,
    *,
    at: datetime,
    by_id: int | None,
) -> tuple[NewLeadEvent, ...]:
    """A line of its own where a promise depends on what changed."""
    changed = facts_to_record(before, after, handed_off_at=lead.handed_off_at)
    if not changed:
        return ()
    return (NewLeadEvent(kind=EventKind.REPRIORITISED, at=at, by_id=by_id, facts=changed),)


def with_facts(
    lines: tuple[NewLeadEvent, ...], facts: Mapping[str, Any]
) -> tuple[NewLeadEvent, ...]:
    """The lines; a handoff that tells no facts has these."""
    return tuple(
        replace(line, facts=facts) if line.kind in HANDOFF_KINDS and line.facts is None else line
        for line in lines
    )


def publish_imported(
    session: Session,
    workspace_id: int,
    changed: Sequence[tuple[int, Sequence[NewLeadEvent]]],
    *,
    now: datetime,
    by_id: int | None,
) -> None:
    publish_many(
        session,
        [
            LeadImported(
                workspace_id=workspace_id,
                at=now,
                lead_id=lead_id,
                by_id=by_id,
                happened_at=max((line.at for line in lines), default=now),
            )
            for lead_id, lines in changed
        ],
    )
