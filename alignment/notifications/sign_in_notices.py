"""The letter with the link that somebody who forgot the password asked for; the link is made from
the secret when the letter is sent, never stored.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.authentication import tokens
from alignment.accounts.events import SignInLinkAsked
from alignment.accounts.models import SignInLink, User
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice

SIGN_IN_LINK = "sign_in_link"


def send_sign_in_link(session: Session, events: Sequence[SignInLinkAsked]) -> None:
    """Write to the address of the account, whatever mail its person does without."""
    for event in events:
        enqueue_many(session, [_notice(session, event)], now=event.at)


def still_open(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    link = session.get_one(SignInLink, delivery.subject_id)
    if link.used_at is not None or link.expires_at <= now:
        return "The link was used or has run out."
    return None


def sign_in_path(_session: Session, delivery: Delivery, *, secret: str) -> dict[str, str]:
    """The link of the letter, for this sending only."""
    return {"sign_in_path": tokens.mailed_link_path(delivery.subject_id, secret=secret)}


def _notice(session: Session, event: SignInLinkAsked) -> Notice:
    user = session.get_one(User, event.user_id)
    return Notice(
        workspace_id=event.workspace_id,
        key=f"{SIGN_IN_LINK}:{event.link_id}",
        kind=SIGN_IN_LINK,
        recipient_id=None,
        address=user.email,
        subject_id=event.link_id,
        words={"name": user.name},
    )
