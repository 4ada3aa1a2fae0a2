"""SELECTs for batches of leads: one query where ``leads.queries`` would ask one by one."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import or_
from sqlmodel import Session, col, select

from alignment.leads.models import Handoff, Lead, LeadEvent, Source, told


def matching_leads(
    session: Session,
    workspace_id: int,
    *,
    external_ids: Collection[str],
    email_keys: Collection[str],
) -> Sequence[Lead]:
    """Every lead with one of these ids or addresses, the oldest first.

    Whoever works on one of them is waited for, and nobody else changes it until we are done.
    """
    if not external_ids and not email_keys:
        return []
    return session.exec(
        select(Lead)
        .where(
            Lead.workspace_id == workspace_id,
            or_(
                col(Lead.external_id).in_(external_ids),
                col(Lead.email_key).in_(email_keys),
            ),
        )
        .order_by(col(Lead.id))
        .with_for_update(key_share=True)
    ).all()


def surviving_leads(session: Session, workspace_id: int, leads: Sequence[Lead]) -> dict[int, Lead]:
    """Of these leads each one that was merged, with the lead it lives on as."""
    merged = {lead.id: lead for lead in leads if lead.merged_into_id is not None}
    while waiting := {x.merged_into_id for x in merged.values() if x.merged_into_id is not None}:
        targets = session.exec(
            select(Lead)
            .where(Lead.workspace_id == workspace_id, col(Lead.id).in_(waiting))
            .order_by(col(Lead.id))
            .with_for_update(key_share=True)
        )
        by_id = {lead.id: lead for lead in targets}
        merged = {
            lead_id: by_id[lead.merged_into_id] if lead.merged_into_id else lead
            for lead_id, lead in merged.items()
        }
    return merged


def uncounted_event_keys(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Iterable[tuple[int, str]]:
    """What these leads were told and what counts for nothing, such as a merged lead's return; not
    what was taken back.
    """
    rows = session.exec(
        select(LeadEvent.lead_id, LeadEvent.dedupe_key).where(
            LeadEvent.workspace_id == workspace_id,
            col(LeadEvent.lead_id).in_(lead_ids),
            ~told(),
        )
    )
    return ((lead_id, key) for lead_id, key in rows if key is not None)


def sources_by_key(session: Session, workspace_id: int, keys: Collection[str]) -> dict[str, Source]:
    sources = session.exec(
        select(Source).where(Source.workspace_id == workspace_id, col(Source.key).in_(keys))
    )
    return {source.key: source for source in sources}


def source_names(session: Session, workspace_id: int, ids: Collection[int]) -> dict[int, str]:
    sources = session.exec(
        select(Source).where(Source.workspace_id == workspace_id, col(Source.id).in_(ids))
    )
    return {source.id: source.name for source in sources}


def handoffs_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Sequence[Handoff]:
    return session.exec(
        select(Handoff)
        .where(Handoff.workspace_id == workspace_id, col(Handoff.lead_id).in_(lead_ids))
        .order_by(col(Handoff.lead_id), col(Handoff.cycle))
    ).all()
