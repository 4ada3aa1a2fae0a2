"""A one-time link for an address that no mail reaches: to sign in, or to accept an invitation."""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.authentication import queries as authentication_queries
from alignment.accounts.authentication import tokens
from alignment.accounts.models import Invitation
from alignment.accounts.names import address_key
from alignment.accounts.people import invitations
from alignment.accounts.people import queries as people_queries
from alignment.integrations.imports import queries


def access_path(session: Session, email: str, *, secret: str, now: datetime) -> str | None:
    """The path of a page that works once: signs this person in, or lets who was invited join."""
    user = authentication_queries.user_by_email(session, email)
    if user is not None:
        return tokens.sign_in_link(session, user, now=now) if user.is_active else None
    invitation = _invitation_at(session, email, now=now)
    return invitations.invitation_path(invitation, secret=secret) if invitation else None


def _invitation_at(session: Session, email: str, *, now: datetime) -> Invitation | None:
    waiting = (
        invitation
        for workspace in queries.all_workspaces(session)
        for invitation in people_queries.open_invitations(session, workspace.id)
    )
    fitting = (
        candidate for candidate in waiting if address_key(candidate.email) == address_key(email)
    )
    return next(
        (candidate for candidate in fitting if invitations.is_open(candidate, now=now)), None
    )
