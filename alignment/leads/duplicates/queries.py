"""Every SELECT about duplicates. Workspace or person is the scope."""

from collections.abc import Sequence

from sqlalchemy import or_
from sqlmodel import Session, col, select

from alignment.leads.event_kinds import EventKind
from alignment.leads.history.queries import LeadWithEvent, event_belongs_to_lead, history_of
from alignment.leads.models import Lead, LeadEvent


def merge_event_of(session: Session, lead: Lead) -> LeadEvent | None:
    """The line that says that this lead lives on as another one."""
    history = history_of(session, lead)
    return next((line for line in history if line.kind is EventKind.MERGED), None)


def has_events_since(session: Session, lead: Lead, line: LeadEvent) -> bool:
    """Whether this lead's history has grown since that line was written, of any lead.

    What was taken back since then does not count.
    """
    later = select(LeadEvent.id).where(
        LeadEvent.workspace_id == lead.workspace_id,
        LeadEvent.lead_id == lead.id,
        LeadEvent.id > line.id,
        col(LeadEvent.dedupe_key).is_not(None),
    )
    return session.exec(later.limit(1)).first() is not None


def leads_merged_into(session: Session, lead: Lead) -> Sequence[LeadWithEvent]:
    """The records that turned out to be this lead, each with the line that says so."""
    rows = session.exec(
        select(Lead, LeadEvent)
        .join(LeadEvent, event_belongs_to_lead())
        .where(
            Lead.workspace_id == lead.workspace_id,
            Lead.merged_into_id == lead.id,
            LeadEvent.kind == EventKind.MERGED,
            col(LeadEvent.undone_at).is_(None),
        )
        .order_by(col(LeadEvent.id))
    )
    return [LeadWithEvent(lead=merged, event=line) for merged, line in rows]


def possible_duplicates(session: Session, lead: Lead, *, limit: int) -> Sequence[Lead]:
    """Other leads of the same address, phone or name: perhaps the same person."""
    same = [
        col(column) == value
        for column, value in (
            (Lead.email_key, lead.email_key),
            (Lead.phone, lead.phone),
            (Lead.name, lead.name),
        )
        if value
    ]
    if not same:
        return []
    return session.exec(
        select(Lead)
        .where(
            Lead.workspace_id == lead.workspace_id,
            Lead.id != lead.id,
            col(Lead.merged_into_id).is_(None),
            or_(*same),
        )
        .order_by(col(Lead.id))
        .limit(limit)
    ).all()
