"""Every SELECT about versions. Workspace or person is the scope."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from alignment.accounts.models import Membership, OpeningHours, User
from alignment.accounts.roles import Side
from alignment.errors import NotFound
from alignment.sla.models import (
    Agreement,
    AgreementVersion,
    Signature,
    VersionState,
)


def agreement_for(session: Session, user: User, agreement_id: int) -> Agreement:
    agreement = session.exec(
        select(Agreement).where(
            Agreement.workspace_id == user.workspace_id, Agreement.id == agreement_id
        )
    ).first()
    if agreement is None:
        raise NotFound("There is no such agreement here.")
    return agreement


def agreements_of(session: Session, user: User) -> Sequence[Agreement]:
    return session.exec(
        select(Agreement)
        .where(Agreement.workspace_id == user.workspace_id)
        .order_by(col(Agreement.id))
    ).all()


def versions_of(session: Session, agreement: Agreement) -> Sequence[AgreementVersion]:
    """The newest first."""
    return session.exec(
        select(AgreementVersion)
        .where(
            AgreementVersion.workspace_id == agreement.workspace_id,
            AgreementVersion.agreement_id == agreement.id,
        )
        .order_by(col(AgreementVersion.number).desc())
    ).all()


def latest_version(session: Session, agreement: Agreement) -> AgreementVersion | None:
    return next(iter(versions_of(session, agreement)), None)


def version_in_force(
    session: Session, agreement: Agreement, *, at: datetime
) -> AgreementVersion | None:
    """What holds for a lead handed off at this instant."""
    return next(
        (version for version in versions_of(session, agreement) if version.holds_at(at)), None
    )


def versions_ever_in_force(session: Session, workspace_id: int) -> Sequence[AgreementVersion]:
    """Every version that clocks may have started under, aloud or in silence, the oldest first."""
    return session.exec(
        select(AgreementVersion)
        .where(
            AgreementVersion.workspace_id == workspace_id,
            col(AgreementVersion.effective_at).is_not(None)
            | col(AgreementVersion.shadow_at).is_not(None),
        )
        .order_by(col(AgreementVersion.id))
    ).all()


def side_in(session: Session, agreement: Agreement, user: User) -> Side | None:
    """For which of the two teams this person may sign."""
    teams = set(
        session.exec(
            select(Membership.team_id).where(
                Membership.workspace_id == agreement.workspace_id, Membership.user_id == user.id
            )
        )
    )
    if agreement.marketing_team_id in teams:
        return Side.MARKETING
    return Side.SALES if agreement.sales_team_id in teams else None


def agreements_by_id(session: Session, workspace_id: int) -> dict[int, Agreement]:
    rows = session.exec(select(Agreement).where(Agreement.workspace_id == workspace_id))
    return {agreement.id: agreement for agreement in rows}


def hours_by_id(
    session: Session, workspace_id: int, ids: Collection[int] | None = None
) -> dict[int, OpeningHours]:
    """Opening hours by their number, of each team and region the newest last."""
    wanted = select(OpeningHours).where(OpeningHours.workspace_id == workspace_id)
    if ids is not None:
        wanted = wanted.where(col(OpeningHours.id).in_(ids))
    rows = session.exec(wanted.order_by(col(OpeningHours.version)))
    return {hours.id: hours for hours in rows}


def agreement_ids(
    session: Session, workspace_id: int, version_ids: Collection[int]
) -> dict[int, int]:
    """Whose wording each of these versions is."""
    rows = session.exec(
        select(AgreementVersion.id, AgreementVersion.agreement_id).where(
            AgreementVersion.workspace_id == workspace_id, col(AgreementVersion.id).in_(version_ids)
        )
    )
    return dict(rows.all())


def own_team_ids(session: Session, workspace_id: int, user_id: int) -> set[int]:
    return set(
        session.exec(
            select(Membership.team_id).where(
                Membership.workspace_id == workspace_id, Membership.user_id == user_id
            )
        )
    )


def sides_in(session: Session, agreement: Agreement, user_id: int) -> set[Side]:
    """On which sides of this agreement a person sits; somebody may be of both teams."""
    mine = own_team_ids(session, agreement.workspace_id, user_id)
    return {side for side, team_id in agreement.team_ids.items() if team_id in mine}


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
