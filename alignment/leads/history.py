"""Add lines to a lead's history, and keep the lead's row in line with it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads import queries
from alignment.leads.events import HappeningUndone
from alignment.leads.happenings import HANDOFFS, Happening
from alignment.leads.models import Handoff, Lead, LeadEvent, Stage
from alignment.leads.standing import Cycle, standing
from alignment.leads.teams import Teams

UNDO_WITHIN = timedelta(minutes=10)


def record(
    session: Session,
    lead: Lead,
    kind: Happening,
    *,
    now: datetime,
    by: User | None = None,
    at: datetime | None = None,
    owner_id: int | None = None,
    reason: str = "",
    note: str = "",
    facts: Mapping[str, Any] | None = None,
) -> LeadEvent:
    """Write down that this happened at ``at`` (now, unless it is told late); once for each fact."""
    at = at or now
    by_id = by.id if by else None
    teams = Teams(session, lead.workspace_id, (by_id, owner_id))
    told = dict(facts or {}) | teams.facts(kind, by_id=by_id, owner_id=owner_id)
    line = LeadEvent(
        workspace_id=lead.workspace_id,
        lead_id=lead.id,
        kind=kind,
        at=at,
        recorded_at=now,
        key=f"{kind}:{at.isoformat()}:{by.id if by else ''}",
        by_id=by_id,
        owner_id=owner_id,
        reason=reason,
        note=note,
        facts=told or None,
    )
    told_before = queries.line_by_key(session, lead, line.key)
    if told_before is not None:
        return told_before
    session.add(line)
    session.flush()
    read_again(session, lead)
    return line


def undo(session: Session, lead: Lead, line: LeadEvent, *, by: User, now: datetime) -> None:
    """Take back one's own line within ten minutes; it stays visible and counts for nothing."""
    if line.by_id != by.id or line.undone_at is not None:
        raise Refused("Only the person who did this can take it back, and only once.")
    if now - line.recorded_at > UNDO_WITHIN:
        raise Refused("That was more than ten minutes ago. Say what is true now instead.")
    if line.kind is Happening.REPRIORITISED:
        raise Refused("Change the lead again instead; its history keeps both changes.")
    if line.kind in HANDOFFS and _is_answered(session, lead, line):
        raise Refused(f"Sales has acted on {lead.name} already. Ask sales to return the lead.")

    line.undone_at = now
    line.key = f"undone:{line.id}:{line.key}"[:200]
    session.add(line)
    session.flush()
    read_again(session, lead)
    publish(
        session,
        HappeningUndone(
            workspace_id=lead.workspace_id,
            at=now,
            lead_id=lead.id,
            by_id=by.id,
            happened_at=line.at,
        ),
    )


def _is_answered(session: Session, lead: Lead, handoff: LeadEvent) -> bool:
    """Whether somebody else went on from this handoff; without it their work would hang in air."""
    told = queries.history_of(session, lead)
    return any(line.id > handoff.id and line.by_id not in (None, handoff.by_id) for line in told)


def read_again(session: Session, lead: Lead) -> None:
    """Bring the lead's row and its handoffs in line with its history."""
    now_stands = standing(queries.history_of(session, lead))
    lead.stage = Stage(now_stands.stage)
    lead.owner_id = now_stands.owner_id
    lead.handed_off_at = now_stands.handed_off_at
    lead.won_at = now_stands.won_at
    session.add(lead)
    _keep_handoffs(session, lead, now_stands.cycles)
    session.flush()


def _keep_handoffs(session: Session, lead: Lead, cycles: Iterable[Cycle]) -> None:
    kept = {row.cycle: row for row in queries.handoffs_of(session, lead)}
    for number, cycle in enumerate(cycles, start=1):
        row = kept.pop(number, None) or Handoff(
            workspace_id=lead.workspace_id,
            lead_id=lead.id,
            cycle=number,
            source_id=lead.source_id,
            handed_off_at=cycle.handed_off_at,
        )
        for name in Cycle.__dataclass_fields__:
            setattr(row, name, getattr(cycle, name))
        session.add(row)
    for row in kept.values():
        session.delete(row)
