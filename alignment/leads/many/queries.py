"""SELECTs about many leads at once: one query where ``leads.queries`` would ask one by one."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_
from sqlmodel import Session, col, select

from alignment.leads.models import Handoff, Lead, Source


def leads_like(
    session: Session,
    workspace_id: int,
    *,
    external_ids: Collection[str],
    email_keys: Collection[str],
) -> Sequence[Lead]:
    """Every lead with one of these ids or addresses, the oldest first."""
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
    ).all()


def sources_by_key(session: Session, workspace_id: int, keys: Collection[str]) -> dict[str, Source]:
    found = session.exec(
        select(Source).where(Source.workspace_id == workspace_id, col(Source.key).in_(keys))
    )
    return {source.key: source for source in found}


def source_names(session: Session, workspace_id: int, ids: Collection[int]) -> dict[int, str]:
    found = session.exec(
        select(Source).where(Source.workspace_id == workspace_id, col(Source.id).in_(ids))
    )
    return {source.id: source.name for source in found}


def handoffs_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Sequence[Handoff]:
    return session.exec(
        select(Handoff)
        .where(Handoff.workspace_id == workspace_id, col(Handoff.lead_id).in_(lead_ids))
        .order_by(col(Handoff.lead_id), col(Handoff.cycle))
    ).all()
