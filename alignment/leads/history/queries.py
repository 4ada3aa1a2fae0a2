"""Every SELECT about history. Workspace or person is the scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.errors import NotFound
from alignment.leads.event_kinds import HANDOFF_KINDS, STAY_BOUNDARY_KINDS, EventKind
from alignment.leads.models import Handoff, Lead, LeadEvent, Source, counting, told

MOST_IDS = 10_000
"""Of one statement: PostgreSQL takes 65,535 values, SQLite mostly 32,766."""


@dataclass(frozen=True, kw_only=True)
class LeadWithEvent:
    """A lead with one event of its history."""

    lead: Lead
    event: LeadEvent


def history_of(session: Session, lead: Lead) -> Sequence[LeadEvent]:
    """What stands of the lead's history, in order: what was not taken back."""
    return [line for line in full_history_of(session, lead) if line.undone_at is None]


def full_history_of(session: Session, lead: Lead) -> Sequence[LeadEvent]:
    """Every line ever written, undone ones too, in order."""
    return session.exec(
        select(LeadEvent)
        .where(LeadEvent.workspace_id == lead.workspace_id, LeadEvent.lead_id == lead.id)
        .order_by(col(LeadEvent.at), col(LeadEvent.id))
    ).all()


def histories_of(
    session: Session, workspace_id: int, lead_ids: Sequence[int]
) -> Sequence[LeadEvent]:
    """What was told of many leads and stands, lead by lead; handoffs told again too."""
    return session.exec(
        select(LeadEvent)
        .where(
            LeadEvent.workspace_id == workspace_id,
            col(LeadEvent.lead_id).in_(lead_ids),
            told(),
        )
        .order_by(col(LeadEvent.lead_id), col(LeadEvent.at), col(LeadEvent.id))
    ).all()


def event_of(session: Session, lead: Lead, line_id: int) -> LeadEvent:
    event = session.exec(
        select(LeadEvent).where(
            LeadEvent.workspace_id == lead.workspace_id,
            LeadEvent.lead_id == lead.id,
            LeadEvent.id == line_id,
        )
    ).first()
    if event is None:
        raise NotFound("There is no such line in this history.")
    return event


def event_by_key(session: Session, lead: Lead, key: str) -> LeadEvent | None:
    return session.exec(
        select(LeadEvent).where(
            LeadEvent.workspace_id == lead.workspace_id,
            LeadEvent.lead_id == lead.id,
            LeadEvent.dedupe_key == key,
        )
    ).first()


def events_with_ids(session: Session, lead: Lead, ids: Collection[int]) -> Sequence[LeadEvent]:
    """These lines of the lead's history, those that count for nothing too."""
    return session.exec(
        select(LeadEvent).where(
            LeadEvent.workspace_id == lead.workspace_id,
            LeadEvent.lead_id == lead.id,
            col(LeadEvent.id).in_(ids),
        )
    ).all()


def event_keys_of(session: Session, lead: Lead) -> set[str]:
    """What this history has been told and nobody took back, counting or not."""
    keys = session.exec(
        select(LeadEvent.dedupe_key).where(
            LeadEvent.workspace_id == lead.workspace_id, LeadEvent.lead_id == lead.id
        )
    )
    return {key for key in keys if key is not None}


def pause_event_of(session: Session, lead: Lead) -> LeadEvent | None:
    """What paused the lead, while nobody has resumed it and its stay goes on."""
    kinds = {EventKind.PAUSED, EventKind.RESUMED} | STAY_BOUNDARY_KINDS
    relevant = [x for x in history_of(session, lead) if x.kind in kinds and not x.is_repeated]
    return relevant[-1] if relevant and relevant[-1].kind is EventKind.PAUSED else None


def newest_events(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, LeadEvent]:
    """What was written down last of each of these leads, and counts."""
    newest = (
        select(func.max(LeadEvent.id))
        .where(
            LeadEvent.workspace_id == workspace_id,
            col(LeadEvent.lead_id).in_(lead_ids),
            col(LeadEvent.undone_at).is_(None),
        )
        .group_by(col(LeadEvent.lead_id))
    )
    events = session.exec(select(LeadEvent).where(col(LeadEvent.id).in_(newest)))
    return {line.lead_id: line for line in events}


def facts_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, dict[str, object]]:
    """What the histories of these leads told of each, the last told of a fact; by lead."""
    facts_by_lead: dict[int, dict[str, object]] = {}
    ids = list(lead_ids)
    for first in range(0, len(ids), MOST_IDS):
        rows = session.exec(
            select(LeadEvent.lead_id, LeadEvent.facts)
            .where(
                LeadEvent.workspace_id == workspace_id,
                col(LeadEvent.lead_id).in_(ids[first : first + MOST_IDS]),
                counting(),
            )
            .order_by(col(LeadEvent.at), col(LeadEvent.id))
        )
        for lead_id, facts in rows:
            facts_by_lead.setdefault(lead_id, {}).update(facts or {})
    return facts_by_lead


def handed_off_by(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, int | None]:
    """Who handed each of these leads off last."""
    handoffs = session.exec(
        select(LeadEvent)
        .where(
            LeadEvent.workspace_id == workspace_id,
            col(LeadEvent.lead_id).in_(lead_ids),
            col(LeadEvent.kind).in_(HANDOFF_KINDS),
            counting(),
        )
        .order_by(col(LeadEvent.at), col(LeadEvent.id))
    )
    return {line.lead_id: line.by_id for line in handoffs}


def events_by(
    session: Session, user: User, kinds: Collection[EventKind], *, since: datetime, limit: int
) -> Sequence[LeadWithEvent]:
    """What this person wrote down since then, the newest first."""
    rows = session.exec(
        select(Lead, LeadEvent)
        .join(LeadEvent, event_belongs_to_lead())
        .where(
            LeadEvent.workspace_id == user.workspace_id,
            LeadEvent.by_id == user.id,
            LeadEvent.recorded_at >= since,
            col(LeadEvent.kind).in_(kinds),
            col(LeadEvent.undone_at).is_(None),
        )
        .order_by(col(LeadEvent.id).desc())
        .limit(limit)
    )
    return [LeadWithEvent(lead=lead, event=line) for lead, line in rows]


def events_on_own_handoffs(
    session: Session, user: User, kinds: Collection[EventKind], *, since: datetime, limit: int
) -> Sequence[LeadWithEvent]:
    """What others wrote since then about leads that this person handed off, the newest first."""
    own_handoffs = select(LeadEvent.lead_id).where(
        LeadEvent.workspace_id == user.workspace_id,
        LeadEvent.by_id == user.id,
        col(LeadEvent.kind).in_(HANDOFF_KINDS),
        counting(),
    )
    rows = session.exec(
        select(Lead, LeadEvent)
        .join(LeadEvent, event_belongs_to_lead())
        .where(
            LeadEvent.workspace_id == user.workspace_id,
            col(LeadEvent.lead_id).in_(own_handoffs),
            LeadEvent.at >= since,
            col(LeadEvent.kind).in_(kinds),
            col(LeadEvent.by_id).is_distinct_from(user.id),
            col(LeadEvent.undone_at).is_(None),
        )
        .order_by(col(LeadEvent.at).desc(), col(LeadEvent.id).desc())
        .limit(limit)
    )
    return [LeadWithEvent(lead=lead, event=line) for lead, line in rows]


def events_of_others_on_own_leads(
    session: Session, person: User, *, since: datetime
) -> Sequence[LeadWithEvent]:
    """What others did since then with leads that this person owned then or owns now, by lead."""
    owner_then = (
        select(LeadEvent.owner_id)
        .where(
            LeadEvent.workspace_id == Lead.workspace_id,
            LeadEvent.lead_id == Lead.id,
            LeadEvent.at < since,
            col(LeadEvent.owner_id).is_not(None) | (LeadEvent.kind == EventKind.RELEASED),
            counting(),
        )
        .order_by(col(LeadEvent.at).desc(), col(LeadEvent.id).desc())
        .limit(1)
        .correlate(Lead)
        .scalar_subquery()
    )
    touched = select(LeadEvent.lead_id).where(
        LeadEvent.workspace_id == person.workspace_id, LeadEvent.at >= since
    )
    own = select(Lead.id).where(
        Lead.workspace_id == person.workspace_id,
        col(Lead.id).in_(touched),
        (col(Lead.owner_id) == person.id) | (owner_then == person.id),
    )
    rows = session.exec(
        select(Lead, LeadEvent)
        .join(LeadEvent, event_belongs_to_lead())
        .where(
            LeadEvent.workspace_id == person.workspace_id,
            col(LeadEvent.lead_id).in_(own),
            LeadEvent.at >= since,
            col(LeadEvent.by_id).is_distinct_from(person.id),
            col(LeadEvent.undone_at).is_(None),
        )
        .order_by(col(LeadEvent.lead_id), col(LeadEvent.at), col(LeadEvent.id))
    )
    return [LeadWithEvent(lead=lead, event=line) for lead, line in rows]


def event_belongs_to_lead() -> ColumnElement[bool]:
    return (col(LeadEvent.lead_id) == Lead.id) & (col(LeadEvent.workspace_id) == Lead.workspace_id)


def source_ids_by_key(session: Session, workspace_id: int, keys: Collection[str]) -> dict[str, int]:
    sources = session.exec(
        select(Source).where(Source.workspace_id == workspace_id, col(Source.key).in_(keys))
    )
    return {source.key: source.id for source in sources}


def handoffs_of(session: Session, lead: Lead) -> Sequence[Handoff]:
    return session.exec(
        select(Handoff)
        .where(Handoff.workspace_id == lead.workspace_id, Handoff.lead_id == lead.id)
        .order_by(col(Handoff.cycle))
    ).all()
