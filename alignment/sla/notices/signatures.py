"""Tell the other side that a version was signed and waits for its signature."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import Team, User
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import OTHER_SIDE, Right, Side, may
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice
from alignment.sla.events import AgreementSigned
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.versions.queries import signatures_of

SIGNATURE_AWAITED = "signature_awaited"


def ask_other_side(session: Session, events: Sequence[AgreementSigned]) -> None:
    """Whoever may sign for the side that has not signed yet."""
    for event in events:
        if not event.is_in_force:
            _enqueue(session, event)


def why_signature_no_longer_awaited(
    session: Session,
    delivery: Delivery,
    *,
    now: datetime,  # noqa: ARG001
) -> str | None:
    """Why nobody need sign any more: both have, or the wording was changed since."""
    version = session.get_one(AgreementVersion, delivery.subject_id)
    if version.state is not VersionState.DRAFT:
        return "It is signed or replaced by now."
    signed_by = {signature.user_id for signature in signatures_of(session, version)}
    if delivery.words["signer_id"] not in signed_by:
        return "The draft was changed, and nobody has signed the new wording yet."
    return None


def signers_of(session: Session, team: Team) -> Sequence[User]:
    """The members who may promise something for the team; everybody where nobody may."""
    members = people_queries.members_of(session, team)
    return [x for x in members if may(x.role, frozenset(), Right.PROMISE)] or members


def _enqueue(session: Session, event: AgreementSigned) -> None:
    agreement = session.get_one(Agreement, event.agreement_id)
    version = session.get_one(AgreementVersion, event.version_id)
    other_team = _team(session, agreement, OTHER_SIDE[event.side])
    words = {
        "agreement": agreement.name,
        "number": version.number,
        "signer": session.get_one(User, event.by_id).name,
        "signer_id": event.by_id,
        "signed_for": _team(session, agreement, event.side).name,
        "team": other_team.name,
        "takes_effect_on": version.takes_effect_on,
        "link": f"/agreements/{agreement.id}",
    }
    notices = (
        Notice(
            workspace_id=event.workspace_id,
            key=f"{SIGNATURE_AWAITED}:{version.id}:{event.at.isoformat()}:{person.id}",
            kind=SIGNATURE_AWAITED,
            recipient_id=person.id,
            address=person.email,
            subject_id=version.id,
            words=words,
            thread=f"agreement-{agreement.id}",
        )
        for person in signers_of(session, other_team)
        if person.id != event.by_id
    )
    enqueue_many(session, notices, now=event.at)


def _team(session: Session, agreement: Agreement, side: Side) -> Team:
    return session.get_one(Team, agreement.team_ids[side])
