"""Every SELECT about agreements. Workspace or person is the scope."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from alignment.leads.event_kinds import HANDOFF_KINDS
from alignment.leads.handoff_outcomes import HANDOFF_CONDITIONS, HandoffOutcome
from alignment.leads.models import Handoff, Lead, LeadEvent, Stage, counting
from alignment.sla.joins import joined_in_workspace
from alignment.sla.models import (
    Agreement,
    AgreementVersion,
    Signature,
    VersionState,
)


def signed_versions(session: Session, agreement: Agreement) -> Sequence[AgreementVersion]:
    """Those that hold and those that will; the first to hold first."""
    return session.exec(
        select(AgreementVersion)
        .where(
            AgreementVersion.workspace_id == agreement.workspace_id,
            AgreementVersion.agreement_id == agreement.id,
            AgreementVersion.state == VersionState.SIGNED,
        )
        .order_by(col(AgreementVersion.effective_at))
    ).all()


def versions_to_close(session: Session, *, now: datetime) -> Sequence[AgreementVersion]:
    """Signed ones of every workspace whose successors have taken effect since anybody looked."""
    return session.exec(
        select(AgreementVersion)
        .where(AgreementVersion.state == VersionState.SIGNED, col(AgreementVersion.ended_at) <= now)
        .order_by(col(AgreementVersion.id))
        .with_for_update(skip_locked=True, key_share=True)
    ).all()


def versions_leaving_shadow(session: Session, *, now: datetime) -> Sequence[AgreementVersion]:
    """Those of every workspace that ran in silence until they took effect."""
    return session.exec(
        select(AgreementVersion).where(
            col(AgreementVersion.shadow_at).is_not(None), col(AgreementVersion.effective_at) <= now
        )
    ).all()


def successor_of(session: Session, version: AgreementVersion) -> AgreementVersion | None:
    """Which version took over when this one ended, if any did; not one that never held."""
    return session.exec(
        select(AgreementVersion).where(
            AgreementVersion.workspace_id == version.workspace_id,
            AgreementVersion.agreement_id == version.agreement_id,
            AgreementVersion.effective_at == version.ended_at,
            col(AgreementVersion.ended_at).is_(None)
            | (col(AgreementVersion.ended_at) > col(AgreementVersion.effective_at)),
        )
    ).first()


def competing_agreements(
    session: Session, agreement: Agreement, *, now: datetime
) -> Sequence[Agreement]:
    """Other agreements between the same two teams that hold or will, the oldest first."""
    signed = select(AgreementVersion.agreement_id).where(
        AgreementVersion.workspace_id == agreement.workspace_id,
        AgreementVersion.state == VersionState.SIGNED,
        col(AgreementVersion.ended_at).is_(None) | (col(AgreementVersion.ended_at) > now),
    )
    return session.exec(
        select(Agreement)
        .where(
            Agreement.workspace_id == agreement.workspace_id,
            Agreement.id != agreement.id,
            Agreement.marketing_team_id == agreement.marketing_team_id,
            Agreement.sales_team_id == agreement.sales_team_id,
            col(Agreement.id).in_(signed),
        )
        .order_by(col(Agreement.id))
    ).all()


def signatures_of(session: Session, version: AgreementVersion) -> Sequence[Signature]:
    return session.exec(
        select(Signature)
        .where(Signature.workspace_id == version.workspace_id, Signature.version_id == version.id)
        .order_by(col(Signature.side))
    ).all()


@dataclass(frozen=True, kw_only=True)
class HandoffGroup:
    """Some handoffs of which the same was known; worth is in minor units of their currency."""

    known_facts: Mapping[str, Any]
    currency: str
    handed_off: int
    entries: int
    """How many of them begin an entry; what they are worth is counted of these alone."""
    accepted: int
    returned: int
    opportunities: int
    """Qualified, opened as an opportunity, or won."""
    worth: int
    unpriced: int
    """How many of the entries are of leads whose worth nobody knows."""


def handoff_groups(
    session: Session, workspace_id: int, start: datetime, end: datetime
) -> list[HandoffGroup]:
    """Handoffs made from ``start`` until ``end``, by what was known then; without merged leads."""
    event = aliased(LeadEvent)
    document = cast(event.facts, String)
    is_opportunity = or_(col(Handoff.qualified_at).is_not(None), col(Handoff.won_at).is_not(None))
    is_entry = HANDOFF_CONDITIONS[HandoffOutcome.ENTRY]
    rows = session.execute(
        sa_select(
            document,
            col(Lead.currency),
            func.count(),
            _count_where(is_entry),
            _count_where(HANDOFF_CONDITIONS[HandoffOutcome.ACCEPTED]),
            _count_where(HANDOFF_CONDITIONS[HandoffOutcome.RETURNED]),
            _count_where(is_opportunity),
            func.coalesce(func.sum(case((is_entry, Lead.amount_minor))), 0),
            _count_where(and_(is_entry, col(Lead.amount_minor).is_(None))),
        )
        .select_from(Handoff)
        .join(Lead, joined_in_workspace(Lead, Handoff.workspace_id, Lead.id, Handoff.lead_id))
        .join(event, event.id == _event_of_handoff())
        .where(
            col(Handoff.workspace_id) == workspace_id,
            col(Handoff.handed_off_at) >= start,
            col(Handoff.handed_off_at) < end,
            col(Lead.stage) != Stage.MERGED,
        )
        .group_by(document, col(Lead.currency))
    )
    return [_handoff_group(*row) for row in rows]


def _event_of_handoff() -> Any:
    """The line of the history that made this handoff; of two at one instant, the first told."""
    return (
        sa_select(func.min(LeadEvent.id))
        .where(
            col(LeadEvent.workspace_id) == Handoff.workspace_id,
            col(LeadEvent.lead_id) == Handoff.lead_id,
            col(LeadEvent.at) == Handoff.handed_off_at,
            col(LeadEvent.kind).in_(HANDOFF_KINDS),
            counting(),
        )
        .correlate(Handoff)
        .scalar_subquery()
    )


def _count_where(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _handoff_group(facts: str | None, currency: str, *numbers: Any) -> HandoffGroup:
    handed_off, entries, accepted, returned, opportunities, worth, unpriced = map(int, numbers)
    return HandoffGroup(
        known_facts=(json.loads(facts) if facts else None) or {},
        currency=currency,
        handed_off=handed_off,
        entries=entries,
        accepted=accepted,
        returned=returned,
        opportunities=opportunities,
        worth=worth,
        unpriced=unpriced,
    )
