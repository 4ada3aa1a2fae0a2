"""The notice that invites a colleague. Its join link is made when it is sent, never stored."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.authentication import tokens
from alignment.accounts.events import ColleagueInvited
from alignment.accounts.models import Invitation, Team, User, id_of
from alignment.accounts.people import invitations
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice

INVITATION = "invitation"


def send_invitation(session: Session, events: Sequence[ColleagueInvited]) -> None:
    """Write to the invited address, once for each time that the colleague is invited."""
    for event in events:
        enqueue_many(session, [_notice(session, event)], now=event.at)


def still_open(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    """Only the newest letter of an invitation that waits for its answer is worth sending."""
    invitation = session.get_one(Invitation, delivery.subject_id)
    if not invitations.is_open(invitation, now=now):
        return "The invitation was accepted, withdrawn or has run out."
    if delivery.key != _key(invitation):
        return "A newer letter was sent for this invitation."
    return None


def join_path(session: Session, delivery: Delivery, *, secret: str) -> dict[str, str]:
    """The link of the letter, for this sending only."""
    invitation = session.get_one(Invitation, delivery.subject_id)
    return {"join_path": invitations.invitation_path(invitation, secret=secret)}


def _notice(session: Session, event: ColleagueInvited) -> Notice:
    invitation = session.get_one(Invitation, event.invitation_id)
    return Notice(
        workspace_id=event.workspace_id,
        key=_key(invitation),
        kind=INVITATION,
        recipient_id=None,
        address=invitation.email,
        subject_id=event.invitation_id,
        words={
            "name": invitation.name,
            "inviter": session.get_one(User, event.by_id).name,
            "team": session.get_one(Team, invitation.team_id).name,
            "expires_at": invitation.expires_at,
        },
    )


def _key(invitation: Invitation) -> str:
    """Names the invitation and the time it was asked; of its stamp only a fingerprint is kept."""
    return f"{INVITATION}:{id_of(invitation)}:{tokens.fingerprint(invitation.stamp)[:16]}"
