"""From a claimed row to a message that a channel can carry, and the copy that we keep."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from alignment.notifications.channels.base import Message
from alignment.notifications.claims import Claim, drafted
from alignment.notifications.letters import Written, write
from alignment.notifications.models import Delivery
from alignment.notifications.mutes import unsubscribe_path
from alignment.notifications.office import Office

HIDDEN = "/hidden"
"""Stands in our copy where the message had a secret link."""


@dataclass(frozen=True, kw_only=True)
class Wrapped:
    """What goes, and what stays readable here."""

    message: Message
    copy: Written


def wrap(one: Claim, office: Office, *, now: datetime) -> Wrapped:
    """Write the letter; a broken one raises ``LetterError``."""
    letter = _write(one, office, dict(one.late_words))
    copy = letter
    if one.late_words and not office.shows_secrets:
        copy = _write(one, office, dict.fromkeys(one.late_words, HIDDEN))
    message = _message(one.delivery, letter, office, name=one.reader.name, at=now)
    return Wrapped(message=replace(message, address=one.reader.address), copy=copy)


def copy_of(session: Session, delivery: Delivery, office: Office, *, now: datetime) -> Message:
    """Our copy of a message; one that was not written yet as it would read now."""
    draft = drafted(session, delivery, office)
    at = delivery.settled_at or now
    if delivery.text:
        kept = Written(subject=delivery.subject, text=delivery.text, html=delivery.html)
    else:
        kept = wrap(draft, office, now=now).copy
    return _message(delivery, kept, office, name=draft.reader.name, at=at)


def _message(
    delivery: Delivery, letter: Written, office: Office, *, name: str, at: datetime
) -> Message:
    return Message(
        id=delivery.message_id,
        kind=delivery.kind,
        workspace_id=delivery.workspace_id,
        thread=delivery.thread,
        subject_id=delivery.subject_id,
        name=name,
        address=delivery.address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        unsubscribe_url=_unsubscribe_url(delivery, office),
        at=at,
    )


def _write(one: Claim, office: Office, late_words: dict[str, str]) -> Written:
    return write(
        one.delivery.kind,
        {**one.delivery.words, **late_words},
        reader=one.reader,
        base_url=office.base_url,
        unsubscribe_url=_unsubscribe_url(one.delivery, office),
    )


def _unsubscribe_url(delivery: Delivery, office: Office) -> str | None:
    """Only people can stop mail; an invited address has none yet."""
    if delivery.recipient_id is None:
        return None
    path = unsubscribe_path(
        delivery.workspace_id, delivery.recipient_id, delivery.kind, secret=office.secret
    )
    return f"{office.base_url}{path}"
