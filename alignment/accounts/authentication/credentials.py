"""Sign in by password or one-time link, and change the password."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from alignment.accounts.authentication import passwords, queries, sessions, trusted_devices
from alignment.accounts.authentication.tokens import (
    fingerprint,
    mailed_sign_in_link,
    new_token,
    revoke_sign_in_links,
)
from alignment.accounts.events import PasswordChanged, SignedIn, SignInLinkAsked
from alignment.accounts.models import SignInLink, User, UserSession, id_of
from alignment.errors import Refused
from alignment.events import publish

NO_MATCH = "This address and password do not match an account here."
LINK_IS_OVER = "This link was used or has run out. Ask for a new one."


class UnfitPassword(Refused):
    """The new password will not do; says why."""


def sign_in(session: Session, *, email: str, password: str, browser: str, now: datetime) -> str:
    """Begin a session by password; the answer and its time tell nothing about who is known."""
    user = queries.user_by_email(session, email)
    is_right = passwords.is_right(password, user.password_hash if user else None)
    if user is None or not is_right or not user.is_active:
        raise Refused(NO_MATCH)

    _rehash_if_outdated(session, user, password)
    return begin_signed_in_session(session, user, by_link=False, browser=browser, now=now)


def ask_for_link(session: Session, email: str, *, secret: str, now: datetime) -> None:
    """Mail a one-time link to whoever signs in with this address; nothing tells if anybody does."""
    user = queries.user_by_email(session, email)
    if user is None or not user.is_active:
        return
    link = mailed_sign_in_link(session, user, secret=secret, now=now)
    fact = {"workspace_id": user.workspace_id, "user_id": id_of(user)}
    publish(session, SignInLinkAsked(**fact, at=now, link_id=id_of(link)))


def sign_in_by_link(
    session: Session, token: str, *, browser: str, now: datetime, new_password: str = ""
) -> str:
    """Begin a session by a one-time link; of two that use it at once, one gets in.

    Who forgot the password takes a new one; an unfit one leaves the link as it is.
    """
    link = queries.sign_in_link_with(session, fingerprint(token), now=now)
    user = session.get_one(User, link.user_id) if link else None
    if link is None or user is None or not user.is_active:
        raise Refused(LINK_IS_OVER)
    if new_password:
        _check_new(user, new_password)
    if not _claim(session, link, now=now):
        raise Refused(LINK_IS_OVER)
    if new_password:
        _take_password(session, user, new_password, here=None, now=now)
    return begin_signed_in_session(session, user, browser=browser, now=now)


def begin_signed_in_session(
    session: Session, user: User, *, browser: str, now: datetime, by_link: bool = True
) -> str:
    """Let this browser in as somebody who showed that it is theirs; gives back its token."""
    token = sessions.begin_session(session, user, browser=browser, now=now)
    fact = {"workspace_id": user.workspace_id, "user_id": id_of(user)}
    publish(session, SignedIn(**fact, at=now, by_link=by_link))
    return token


def change_password(
    session: Session,
    user: User,
    *,
    old: str,
    new: str,
    here: UserSession | None,
    now: datetime,
) -> None:
    """Take a new password; every other browser, trusted or not, and every link dies."""
    if user.password_hash and not passwords.is_right(old, user.password_hash):
        raise Refused("The present password is not right.")
    _check_new(user, new)
    _take_password(session, user, new, here=here, now=now)


def _check_new(user: User, new: str) -> None:
    try:
        passwords.check_new(new, known=(user.name, user.email))
    except ValueError as error:
        raise UnfitPassword(str(error)) from error


def _take_password(
    session: Session, user: User, new: str, *, here: UserSession | None, now: datetime
) -> None:
    user.password_hash, user.security_stamp = passwords.hash_password(new), new_token()
    session.add(user)
    revoke_sign_in_links(session, user, now=now)
    sessions.end_all_sessions(session, user, excluding=here, now=now)
    trusted_devices.distrust_all(session, user, now=now)
    publish(session, PasswordChanged(workspace_id=user.workspace_id, at=now, user_id=id_of(user)))


def _rehash_if_outdated(session: Session, user: User, password: str) -> None:
    if user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)
        session.add(user)


def _claim(session: Session, link: SignInLink, *, now: datetime) -> bool:
    claimed = session.execute(
        update(SignInLink)
        .where(col(SignInLink.id) == link.id, col(SignInLink.used_at).is_(None))
        .values(used_at=now)
    )
    return bool(claimed.rowcount == 1)  # type: ignore[attr-defined]
