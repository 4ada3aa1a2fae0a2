"""The way in for one address, where no mail reaches it: to sign in, or to join who was invited."""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts import invitations, tokens
from alignment.accounts import queries as accounts
from alignment.accounts.models import Invitation
from alignment.accounts.names import address_key
from alignment.integrations import queries


def way_in(session: Session, email: str, *, secret: str, now: datetime) -> str | None:
    """The path of a page that works once: signs this person in, or lets who was invited join."""
    user = accounts.user_at(session, email)
    if user is not None:
        return tokens.sign_in_link(session, user, now=now) if user.is_active else None
    invitation = _invitation_at(session, email, now=now)
    return invitations.path_of(invitation, secret=secret) if invitation else None


def _invitation_at(session: Session, email: str, *, now: datetime) -> Invitation | None:
    waiting = (
        invitation
        for workspace in queries.workspaces(session)
        for invitation in accounts.open_invitations(session, workspace.id)
    )
    fitting = (one for one in waiting if address_key(one.email) == address_key(email))
    return next((one for one in fitting if invitations.is_open(one, now=now)), None)
