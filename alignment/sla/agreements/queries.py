"""Every SELECT about agreements. Workspace or person is the scope."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

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


def half_signed_versions(
    session: Session, workspace_id: int, team_ids: Collection[int]
) -> Sequence[tuple[Agreement, AgreementVersion, Signature]]:
    """Drafts of these teams that one side has signed, and its signature; the longest waiting first.

    A draft has two signatures for no instant: the second one puts it in force.
    """
    rows = session.exec(
        select(Agreement, AgreementVersion, Signature)
        .join(AgreementVersion, col(AgreementVersion.agreement_id) == col(Agreement.id))
        .join(Signature, col(Signature.version_id) == col(AgreementVersion.id))
        .where(
            Agreement.workspace_id == workspace_id,
            AgreementVersion.workspace_id == workspace_id,
            Signature.workspace_id == workspace_id,
            AgreementVersion.state == VersionState.DRAFT,
            col(Agreement.marketing_team_id).in_(team_ids)
            | col(Agreement.sales_team_id).in_(team_ids),
        )
        .order_by(col(Signature.at), col(Signature.id))
    )
    return rows.all()
