"""What two teams promise each other: drafted, signed by one person of each, amended, ended."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import Team, User
from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.events import publish
from alignment.sla import queries
from alignment.sla.documents import to_document
from alignment.sla.events import AgreementDrafted, AgreementEnded, AgreementSigned
from alignment.sla.models import Agreement, AgreementVersion, Signature, VersionState
from alignment.sla.targets import Target, by_key


def draft(
    session: Session,
    *,
    name: str,
    marketing: Team,
    sales: Team,
    targets: Iterable[Target],
    by: User,
    now: datetime,
) -> AgreementVersion:
    """A first wording between these two teams; nothing runs until both have signed."""
    if (marketing.side, sales.side) != (Side.MARKETING, Side.SALES):
        raise Refused("An agreement binds one marketing team and one sales team.")

    agreement = Agreement(
        workspace_id=by.workspace_id,
        name=name,
        marketing_team_id=marketing.id,
        sales_team_id=sales.id,
        created_at=now,
    )
    session.add(agreement)
    session.flush()
    return amend(session, agreement, targets=targets, by=by, now=now)


def amend(
    session: Session, agreement: Agreement, *, targets: Iterable[Target], by: User, now: datetime
) -> AgreementVersion:
    """A new wording; an unsigned draft is written over, a signed version never changes."""
    promised = list(targets)
    _must_be_two_way(promised)
    version = _open_draft(session, agreement, by=by, now=now)
    version.targets = [to_document(target) for target in promised]
    version.drafted_by_id, version.drafted_at = by.id, now
    for signature in queries.signatures_of(session, version):
        session.delete(signature)
    session.add(version)
    session.flush()
    publish(
        session,
        AgreementDrafted(
            workspace_id=agreement.workspace_id,
            at=now,
            agreement_id=agreement.id,
            version_id=version.id,
            by_id=by.id,
        ),
    )
    return version


def sign(session: Session, version: AgreementVersion, *, by: User, now: datetime) -> None:
    """One person's yes for his or her own side; the second one puts it in force."""
    if version.state is not VersionState.DRAFT:
        raise Refused("This version is not waiting for a signature.")
    _take_turn(session, version)
    side = _side_of_signer(session, version, by)
    given = queries.signatures_of(session, version)
    if side in {signature.side for signature in given}:
        raise Refused(f"{side.capitalize()} has signed already.")
    if by.id in {signature.user_id for signature in given}:
        raise Refused("The other side must sign as well: one person of each team.")

    signature = Signature(
        workspace_id=version.workspace_id, version_id=version.id, side=side, user_id=by.id, at=now
    )
    session.add(signature)
    is_in_force = len(given) == 1
    if is_in_force:
        _put_in_force(session, version, now=now)
    publish(
        session,
        AgreementSigned(
            workspace_id=version.workspace_id,
            at=now,
            agreement_id=version.agreement_id,
            version_id=version.id,
            by_id=by.id,
            side=side,
            is_in_force=is_in_force,
        ),
    )


def _take_turn(session: Session, version: AgreementVersion) -> None:
    """Of two who sign at once the later sees the earlier, and nobody signs what was just rewritten.

    On SQLite writers take turns anyway.
    """
    read_at = version.drafted_at
    session.refresh(version, with_for_update={"key_share": True})
    if version.drafted_at != read_at or version.state is not VersionState.DRAFT:
        raise Refused("The draft was changed meanwhile. Read it again, then sign.")


def end(session: Session, agreement: Agreement, *, by: User, now: datetime) -> None:
    """No new clock starts from now on; those that run go on to their end."""
    version = queries.version_in_force(session, agreement)
    if version is None:
        raise Refused("This agreement is not in force.")

    version.state, version.ended_at = VersionState.ENDED, now
    session.add(version)
    publish(
        session,
        AgreementEnded(
            workspace_id=agreement.workspace_id,
            at=now,
            agreement_id=agreement.id,
            version_id=version.id,
            by_id=by.id,
        ),
    )


def _must_be_two_way(promised: list[Target]) -> None:
    by_key(promised)
    if {target.owed_by for target in promised} != {Side.MARKETING, Side.SALES}:
        raise Refused("Both teams must promise something.")


def _open_draft(
    session: Session, agreement: Agreement, *, by: User, now: datetime
) -> AgreementVersion:
    latest = queries.latest_version(session, agreement)
    if latest is not None and latest.state is VersionState.DRAFT:
        return latest
    return AgreementVersion(
        workspace_id=agreement.workspace_id,
        agreement_id=agreement.id,
        number=latest.number + 1 if latest else 1,
        targets=[],
        drafted_by_id=by.id,
        drafted_at=now,
    )


def _side_of_signer(session: Session, version: AgreementVersion, by: User) -> Side:
    agreement = session.get_one(Agreement, version.agreement_id)
    side = queries.side_in(session, agreement, by)
    if side is None:
        raise Refused("Only a member of one of the two teams can sign.")
    return side


def _put_in_force(session: Session, version: AgreementVersion, *, now: datetime) -> None:
    agreement = session.get_one(Agreement, version.agreement_id)
    _must_not_double(session, agreement)
    before = queries.version_in_force(session, agreement)
    if before is not None:
        before.state, before.ended_at = VersionState.REPLACED, now
        session.add(before)
    version.state, version.effective_at = VersionState.SIGNED, now
    session.add(version)
    session.flush()


def _must_not_double(session: Session, agreement: Agreement) -> None:
    """Two agreements in force between the same teams would promise everything twice."""
    other = queries.other_in_force(session, agreement)
    if other is not None:
        raise Refused(f"These teams have an agreement in force: {other.name}. Amend that one.")
