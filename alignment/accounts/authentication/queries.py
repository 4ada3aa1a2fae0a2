"""Every SELECT about authentication. Workspace or person is the scope."""

from datetime import datetime

from sqlmodel import Session, col, select

from alignment.accounts.models import (
    Device,
    SignInLink,
    User,
    UserSession,
)
from alignment.accounts.names import address_key
from alignment.errors import NotFound


def user_by_email(session: Session, address: str) -> User | None:
    """The person who signs in with this address, in whatever spelling."""
    return session.exec(select(User).where(User.email_key == address_key(address))).first()


def session_and_user(session: Session, token_hash: str) -> tuple[UserSession, User] | None:
    """The browser that holds the token with this fingerprint, and whose it is."""
    row = session.exec(
        select(UserSession, User)
        .join(User, (col(UserSession.user_id) == User.id))
        .where(UserSession.token_hash == token_hash)
    ).first()
    return (row[0], row[1]) if row else None


def open_sessions_of(session: Session, user: User) -> list[UserSession]:
    """The browsers of this person that were not ended, the last seen first."""
    rows = select(UserSession).where(
        UserSession.workspace_id == user.workspace_id,
        UserSession.user_id == user.id,
        col(UserSession.ended_at).is_(None),
    )
    return list(session.exec(rows.order_by(col(UserSession.seen_at).desc())))


def session_for(session: Session, user: User, session_id: int) -> UserSession:
    """One of this person's own browsers."""
    own_session = session.exec(
        select(UserSession).where(
            UserSession.workspace_id == user.workspace_id,
            UserSession.user_id == user.id,
            UserSession.id == session_id,
        )
    ).first()
    if own_session is None:
        raise NotFound("This session is not yours or not here.")
    return own_session


def device_and_user(session: Session, token_hash: str) -> tuple[Device, User] | None:
    """The trusted browser that holds the token with this fingerprint, and whose it is."""
    row = session.exec(
        select(Device, User)
        .join(User, (col(Device.user_id) == User.id))
        .where(Device.token_hash == token_hash)
    ).first()
    return (row[0], row[1]) if row else None


def devices_of(session: Session, user: User, *, now: datetime) -> list[Device]:
    """The browsers that this person trusts now, the newest first."""
    rows = select(Device).where(
        Device.workspace_id == user.workspace_id,
        Device.user_id == user.id,
        col(Device.ended_at).is_(None),
        Device.expires_at > now,
    )
    return list(session.exec(rows.order_by(col(Device.id).desc())))


def device_for(session: Session, user: User, device_id: int) -> Device:
    """One of this person's own trusted browsers."""
    device = session.exec(
        select(Device).where(
            Device.workspace_id == user.workspace_id,
            Device.user_id == user.id,
            Device.id == device_id,
        )
    ).first()
    if device is None:
        raise NotFound("This browser is not yours or not here.")
    return device


def sign_in_link_with(session: Session, token_hash: str, *, now: datetime) -> SignInLink | None:
    """The link with this fingerprint, while it can still be used."""
    return session.exec(
        select(SignInLink).where(
            SignInLink.token_hash == token_hash,
            col(SignInLink.used_at).is_(None),
            SignInLink.expires_at > now,
        )
    ).first()
