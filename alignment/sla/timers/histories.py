"""Every SELECT about timers. Workspace or person is the scope."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from alignment.leads.event_kinds import owner_told
from alignment.leads.models import LeadEvent
from alignment.sla.clock.history import HistoryEvent
from alignment.sla.timers import queries
from alignment.sla.versions.terms import History


def load_histories(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Mapping[int, History]:
    """What counts of the histories of these leads; nothing for one without any."""
    events_by_lead: defaultdict[int, list[HistoryEvent]] = defaultdict(list)
    for row in queries.event_rows_of_leads(session, workspace_id, lead_ids):
        events_by_lead[row.lead_id].append(event_of_row(row))
    return events_by_lead


def event_of_row(row: LeadEvent | Row[Any]) -> HistoryEvent:
    """A line of the history as the stopwatch takes it."""
    return HistoryEvent(
        kind=row.kind,
        at=row.at,
        id=row.dedupe_key or str(row.id),
        by_id=row.by_id,
        owner_id=owner_told(row.kind, row.owner_id),
        reason=row.reason,
        facts=row.facts,
        sequence=row.id,
    )
