"""Record events in a lead's history, undo them, and update the columns of the lead and its handoffs
that derive from it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads.event_kinds import HANDOFF_KINDS, EventKind
from alignment.leads.events import LeadEventUndone
from alignment.leads.history import queries
from alignment.leads.history.lead_state import SalesCycle, derive_lead_state
from alignment.leads.history.team_facts import TeamFacts
from alignment.leads.models import Handoff, Lead, LeadEvent, Stage

UNDO_WITHIN = timedelta(minutes=10)


def record_event(
    session: Session,
    lead: Lead,
    kind: EventKind,
    *,
    now: datetime,
    by: User | None = None,
    at: datetime | None = None,
    owner_id: int | None = None,
    reason: str = "",
    note: str = "",
    facts: Mapping[str, Any] | None = None,
) -> LeadEvent:
    """Store that this happened at ``at`` (default: now) and update the lead; the same event
    recorded twice is stored once.
    """
    at = at or now
    by_id = by.id if by else None
    teams = TeamFacts(session, lead.workspace_id, (by_id, owner_id))
    all_facts = dict(facts or {}) | teams.facts_for(kind, by_id=by_id, owner_id=owner_id)
    event = LeadEvent(
        workspace_id=lead.workspace_id,
        lead_id=lead.id,
        kind=kind,
        at=at,
        recorded_at=now,
        dedupe_key=f"{kind}:{at.isoformat()}:{by.id if by else ''}",
        by_id=by_id,
        owner_id=owner_id,
        reason=reason,
        note=note,
        facts=all_facts or None,
    )
    existing = queries.event_by_key(session, lead, event.dedupe_key)
    if existing is not None:
        return existing
    session.add(event)
    session.flush()
    refresh_lead(session, lead)
    return event


def undo_event(session: Session, lead: Lead, line: LeadEvent, *, by: User, now: datetime) -> None:
    """Undo one's own event within ten minutes; it stays visible and no longer counts."""
    if line.by_id != by.id or line.undone_at is not None:
        raise Refused("Only the person who did this can take it back, and only once.")
    if now - line.recorded_at > UNDO_WITHIN:
        raise Refused("That was more than ten minutes ago. Say what is true now instead.")
    if line.kind is EventKind.REPRIORITISED:
        raise Refused("Change the lead again instead; its history keeps both changes.")
    if line.kind in HANDOFF_KINDS and _is_answered(session, lead, line):
        raise Refused(f"Sales has acted on {lead.name} already. Ask sales to return the lead.")

    line.undone_at = now
    line.dedupe_key = f"undone:{line.id}:{line.dedupe_key}"[:200]
    session.add(line)
    session.flush()
    refresh_lead(session, lead)
    publish(
        session,
        LeadEventUndone(
            workspace_id=lead.workspace_id,
            at=now,
            lead_id=lead.id,
            by_id=by.id,
            happened_at=line.at,
        ),
    )


def _is_answered(session: Session, lead: Lead, handoff: LeadEvent) -> bool:
    """Whether somebody else went on from this handoff; without it their work would hang in air."""
    history = queries.history_of(session, lead)
    return any(line.id > handoff.id and line.by_id not in (None, handoff.by_id) for line in history)


def refresh_lead(session: Session, lead: Lead) -> None:
    """Bring the lead's row and its handoffs in line with its history."""
    state = derive_lead_state(queries.history_of(session, lead))
    lead.stage = Stage(state.stage)
    lead.owner_id = state.owner_id
    lead.handed_off_at = state.handed_off_at
    lead.won_at = state.won_at
    session.add(lead)
    _sync_handoffs(session, lead, state.sales_cycles)
    session.flush()


def _sync_handoffs(session: Session, lead: Lead, cycles: Iterable[SalesCycle]) -> None:
    stored = {handoff.cycle: handoff for handoff in queries.handoffs_of(session, lead)}
    for number, cycle in enumerate(cycles, start=1):
        handoff = stored.pop(number, None) or Handoff(
            workspace_id=lead.workspace_id,
            lead_id=lead.id,
            cycle=number,
            source_id=lead.source_id,
            handed_off_at=cycle.handed_off_at,
        )
        for name in SalesCycle.__dataclass_fields__:
            setattr(handoff, name, getattr(cycle, name))
        session.add(handoff)
    for handoff in stored.values():
        session.delete(handoff)
