"""Trusted browsers: a person may act from mail in them for 90 days without signing in."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from alignment.accounts.authentication import queries
from alignment.accounts.authentication.tokens import fingerprint, new_token
from alignment.accounts.models import Device, User, id_of
from alignment.config import Settings

TRUST_LIFETIME = timedelta(days=90)


def device_cookie_name(settings: Settings) -> str:
    """Browsers hold a ``__Host-`` cookie to this one host and to https."""
    return "__Host-device" if settings.is_https else "device"


def trust_browser(session: Session, user: User, *, browser: str, now: datetime) -> str:
    """Trust one more browser; gives back the token for its cookie."""
    token = new_token()
    session.add(
        Device(
            workspace_id=user.workspace_id,
            user_id=id_of(user),
            token_hash=fingerprint(token),
            browser=browser[:200],
            created_at=now,
            expires_at=now + TRUST_LIFETIME,
        )
    )
    return token


def user_of_trusted_browser(session: Session, token: str, *, now: datetime) -> User | None:
    """Whose browser this is, while both it and the person may act."""
    found = queries.device_and_user(session, fingerprint(token))
    if found is None:
        return None
    device, user = found
    is_good = device.ended_at is None and now < device.expires_at and user.is_active
    return user if is_good else None


def distrust(device: Device, *, now: datetime) -> None:
    """Trust this browser no longer; twice is once."""
    device.ended_at = device.ended_at or now


def distrust_all(session: Session, user: User, *, now: datetime) -> None:
    """Trust no browser of this person any more."""
    session.execute(
        update(Device)
        .where(
            col(Device.workspace_id) == user.workspace_id,
            col(Device.user_id) == user.id,
            col(Device.ended_at).is_(None),
        )
        .values(ended_at=now)
    )
