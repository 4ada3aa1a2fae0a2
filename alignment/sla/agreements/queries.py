"""Every SELECT about agreements. Workspace or person is the scope."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from alignment.sla.models import (
    Agreement,
    AgreementVersion,
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
