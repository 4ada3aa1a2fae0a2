"""Tokens: random ones of which only a fingerprint is stored, and signed ones that hold facts."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import update
from sqlmodel import Session, col

from alignment.accounts.models import SignInLink, User, id_of

LINK_LIVES = timedelta(minutes=30)


def sign_in_link(session: Session, user: User, *, now: datetime) -> str:
    """The path of a page that signs this person in, once, within half an hour.

    Put it after the base address; it is given here only, the database holds a fingerprint.
    """
    token = new_token()
    session.add(_link(user, token, now=now))
    return f"/sign-in/{token}"


def mailed_sign_in_link(session: Session, user: User, *, secret: str, now: datetime) -> SignInLink:
    """A link for a letter that is written later: its token is made again from the secret."""
    link = _link(user, new_token(), now=now)
    session.add(link)
    session.flush()
    link.token_hash = fingerprint(_mailed_token(id_of(link), secret=secret))
    session.add(link)
    return link


def mailed_link_path(link_id: int, *, secret: str) -> str:
    return f"/sign-in/{_mailed_token(link_id, secret=secret)}"


def revoke_sign_in_links(session: Session, user: User, *, now: datetime) -> None:
    """Let no link that was given out before sign this person in."""
    session.execute(
        update(SignInLink)
        .where(
            col(SignInLink.workspace_id) == user.workspace_id,
            col(SignInLink.user_id) == user.id,
            col(SignInLink.used_at).is_(None),
        )
        .values(used_at=now)
    )


def new_token() -> str:
    """256 random bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """What is stored of a token: enough to know it again, too little to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_payload(facts: Mapping[str, Any], *, purpose: str, secret: str) -> str:
    """The facts as text for an address; nobody else can make one, or use it for another purpose."""
    return _signer(purpose, secret).dumps(dict(facts))


def read_payload(token: str, *, purpose: str, secret: str) -> dict[str, Any] | None:
    """The facts that were signed for this purpose, or nothing for any other text."""
    try:
        facts = _signer(purpose, secret).loads(token)
    except BadData:
        return None
    return facts if isinstance(facts, dict) else None


def _link(user: User, token: str, *, now: datetime) -> SignInLink:
    return SignInLink(
        workspace_id=user.workspace_id,
        user_id=id_of(user),
        token_hash=fingerprint(token),
        expires_at=now + LINK_LIVES,
    )


def _mailed_token(link_id: int, *, secret: str) -> str:
    return sign_payload({"id": link_id}, purpose="sign-in", secret=secret)


def _signer(purpose: str, secret: str) -> URLSafeSerializer:
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(secret, salt=f"alignment.{purpose}", signer_kwargs=how)
