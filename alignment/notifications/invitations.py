"""The letter to an invited colleague; its link is made when it is sent, and never stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from alignment.accounts import invitations
from alignment.accounts.events import ColleagueInvited
from alignment.accounts.models import Invitation, Team, User, id_of
from alignment.accounts.tokens import fingerprint
from alignment.notifications.models import Delivery
from alignment.notifications.outbox import Letter, enqueue

KIND = "invitation"


def write_to_colleague(session: Session, events: Sequence[ColleagueInvited]) -> None:
    """One letter for each invitation, and one more for each time it is given again."""
    for event in events:
        invitation = session.get_one(Invitation, event.invitation_id)
        enqueue(session, _letter(session, invitation), now=event.at)


def still_matters(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    """Not once it was accepted, withdrawn or ran out, nor where a newer letter follows."""
    invitation = session.get_one(Invitation, delivery.subject_id)
    if not invitations.is_open(invitation, now=now):
        return "The invitation was accepted, withdrawn or has run out."
    if delivery.words["letter"] != _number_of(invitation):
        return "A newer letter goes in its place."
    return None


def late_words(session: Session, delivery: Delivery, *, secret: str) -> Mapping[str, str]:
    """The way in, which only the letter holds."""
    invitation = session.get_one(Invitation, delivery.subject_id)
    return {"join_path": invitations.path_of(invitation, secret=secret)}


def _letter(session: Session, invitation: Invitation) -> Letter:
    return Letter(
        workspace_id=invitation.workspace_id,
        key=f"{KIND}:{invitation.id}:{_number_of(invitation)}",
        kind=KIND,
        recipient_id=None,
        address=invitation.email,
        subject_id=id_of(invitation),
        words={
            "name": invitation.name,
            "inviter": session.get_one(User, invitation.invited_by_id).name,
            "team": session.get_one(Team, invitation.team_id).name,
            "expires_at": invitation.expires_at,
            "letter": _number_of(invitation),
        },
        thread=f"{KIND}:{invitation.id}",
    )


def _number_of(invitation: Invitation) -> str:
    """Tells this letter's turn from the ones before it, and nothing about its link."""
    return fingerprint(invitation.stamp)[:16]
