"""The columns in which a lead's history is stored, and those that derive from it: of the lead
itself and of its handoffs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel

from alignment.leads.event_kinds import EventKind
from alignment.leads.fields import source_key
from alignment.leads.history import queries
from alignment.leads.history.lead_state import LeadState, SalesCycle
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.team_facts import TeamFacts
from alignment.leads.models import Handoff, Lead, Stage
from alignment.notifications.actions.secret_texts import hide_secrets

Columns = dict[str, Any]
"""A row as SQLAlchemy Core takes it."""


def event_columns(
    workspace_id: int, lead_id: int, event: NewLeadEvent, teams: TeamFacts, *, now: datetime
) -> Columns:
    team_ids = teams.facts_for(event.kind, by_id=event.by_id, owner_id=event.owner_id)
    return {
        "workspace_id": workspace_id,
        "lead_id": lead_id,
        "kind": EventKind(event.kind),
        "at": event.at,
        "recorded_at": now,
        "dedupe_key": event.dedupe_key,
        "by_id": event.by_id,
        "owner_id": event.owner_id,
        "reason": event.reason,
        "note": hide_secrets(event.note),
        "facts": dict(event.facts or {}) | team_ids or None,
        "is_by_outsider": event.is_by_outsider,
        "is_repeated": event.is_repeated,
    }


class HandoffSources:
    """The sources that handoffs are counted under: those that were known when they were made."""

    def __init__(self, session: Session, workspace_id: int, states: Iterable[LeadState]) -> None:
        cycles = (cycle for state in states for cycle in state.sales_cycles)
        keys = {source_key(cycle.source) for cycle in cycles if cycle.source}
        self._id_by_key = queries.source_ids_by_key(session, workspace_id, keys) if keys else {}

    def id_of(self, cycle: SalesCycle, *, otherwise: int | None) -> int | None:
        """``otherwise`` where the history does not say it."""
        if cycle.source is None:
            return otherwise
        return self._id_by_key.get(source_key(cycle.source))


def store_state(
    session: Session,
    lead: Lead,
    state: LeadState,
    stored_handoffs: Sequence[Handoff],
    sources: HandoffSources,
) -> None:
    """Bring the lead's row and its handoffs in line with its state; a handoff of which the history
    tells no source keeps the one that it has.
    """
    update_columns(lead, state_columns(state))
    session.add(lead)
    rows = {handoff.cycle: handoff for handoff in stored_handoffs}
    stored_source_ids = {handoff.handed_off_at: handoff.source_id for handoff in stored_handoffs}
    for number, cycle in enumerate(state.sales_cycles, start=1):
        stored = stored_source_ids.get(cycle.handed_off_at, lead.source_id)
        source_id = sources.id_of(cycle, otherwise=stored)
        row = rows.pop(number, None)
        if row is None:
            columns = handoff_columns(lead.workspace_id, lead.id, source_id, number, cycle)
            session.add(Handoff(**columns))
        else:
            update_columns(row, _cycle_columns(cycle) | {"source_id": source_id})
    for row in rows.values():
        session.delete(row)


def state_columns(state: LeadState) -> Columns:
    return {
        "stage": Stage(state.stage),
        "owner_id": state.owner_id,
        "handed_off_at": state.handed_off_at,
        "won_at": state.won_at,
    }


def handoff_columns(
    workspace_id: int, lead_id: int, source_id: int | None, number: int, cycle: SalesCycle
) -> Columns:
    return {
        "workspace_id": workspace_id,
        "lead_id": lead_id,
        "source_id": source_id,
        "cycle": number,
        **_cycle_columns(cycle),
    }


def update_columns(row: SQLModel, columns: Mapping[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    different = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _cycle_columns(cycle: SalesCycle) -> Columns:
    stored = SalesCycle.__dataclass_fields__.keys() - {"source"}
    return {name: getattr(cycle, name) for name in stored}
