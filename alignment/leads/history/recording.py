"""Record events in a lead's history, undo them, and update the columns of the lead and its handoffs
that derive from it.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts.models import User, Workspace
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads.event_kinds import HANDOFF_KINDS, EventKind
from alignment.leads.events import LeadEventUndone, change_fields
from alignment.leads.history import queries
from alignment.leads.history.lead_state import derive_lead_state
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.settlement import settle_handoffs
from alignment.leads.history.stored_columns import HandoffSources, event_columns, store_state
from alignment.leads.history.team_facts import TeamFacts
from alignment.leads.models import Lead, LeadEvent

UNDO_WITHIN = timedelta(minutes=10)


def record_event(session: Session, lead: Lead, event: NewLeadEvent, *, now: datetime) -> LeadEvent:
    """Store what happened and update the lead; the same event recorded twice is stored once."""
    existing = queries.event_by_key(session, lead, event.dedupe_key)
    if existing is not None:
        return existing

    teams = TeamFacts(session, lead.workspace_id, (event.by_id, event.owner_id))
    stored = LeadEvent(**event_columns(lead.workspace_id, lead.id, event, teams, now=now))
    session.add(stored)
    session.flush()
    refresh_lead(session, lead, now=now)
    return stored


def undo_event(session: Session, lead: Lead, line: LeadEvent, *, by: User, now: datetime) -> None:
    """Undo one's own event within ten minutes; it stays visible and no longer counts."""
    if line.by_id != by.id or line.undone_at is not None:
        raise Refused("Only the person who did this can take it back, and only once.")
    if now - line.recorded_at > UNDO_WITHIN:
        raise Refused("That was more than ten minutes ago. Say what is true now instead.")
    if line.kind is EventKind.REPRIORITISED:
        raise Refused("Change the lead again instead; its history keeps both changes.")
    if line.kind is EventKind.RELEASED:
        raise Refused("Give the lead to somebody instead: who had it may have left.")
    if line.kind in HANDOFF_KINDS and _is_answered(session, lead, line):
        raise Refused(f"Sales has acted on {lead.name} already. Ask sales to return the lead.")

    line.undone_at, line.dedupe_key = now, None
    session.add(line)
    session.flush()
    refresh_lead(session, lead, now=now)
    publish(session, LeadEventUndone(**change_fields(lead, by=by, now=now, happened_at=line.at)))


def _is_answered(session: Session, lead: Lead, handoff: LeadEvent) -> bool:
    """Whether somebody else went on from this handoff; without it their work would hang in air."""
    history = queries.history_of(session, lead)
    return any(line.id > handoff.id and line.by_id not in (None, handoff.by_id) for line in history)


def refresh_lead(session: Session, lead: Lead, *, now: datetime) -> None:
    """Bring the lead's row and its handoffs in line with its history."""
    _settle_handoffs(session, lead, now=now)
    state = derive_lead_state(line for line in queries.history_of(session, lead) if line.counts)
    sources = HandoffSources(session, lead.workspace_id, [state])
    store_state(session, lead, state, queries.handoffs_of(session, lead), sources)
    session.flush()


def _settle_handoffs(session: Session, lead: Lead, *, now: datetime) -> None:
    """Of a handoff told twice one line counts from now on."""
    told = [x for x in queries.history_of(session, lead) if not x.is_by_outsider]
    zone = ZoneInfo(session.get_one(Workspace, lead.workspace_id).zone)
    keys = queries.event_keys_of(session, lead)
    for event in settle_handoffs(told, [], zone=zone, known_keys=keys):
        teams = TeamFacts(session, lead.workspace_id, (event.by_id, event.owner_id))
        columns = event_columns(lead.workspace_id, lead.id, event, teams, now=now)
        session.add(LeadEvent(**columns))
    session.flush()
