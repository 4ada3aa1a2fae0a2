"""From a claimed row to a message that a channel can carry, and the copy that we keep."""

from dataclasses import dataclass
from datetime import datetime

from alignment.notifications.channels.base import Message
from alignment.notifications.claims import Claim
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
    unsubscribe_url = _unsubscribe_url(one.delivery, office)
    letter = _write(one, office, dict(one.late_words), unsubscribe_url)
    message = Message(
        id=one.delivery.message_id,
        kind=one.delivery.kind,
        workspace_id=one.delivery.workspace_id,
        thread=one.delivery.thread,
        name=one.reader.name,
        address=one.reader.address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        unsubscribe_url=unsubscribe_url,
        at=now,
    )
    if office.shows_secrets or not one.late_words:
        return Wrapped(message=message, copy=letter)
    masked = dict.fromkeys(one.late_words, HIDDEN)
    return Wrapped(message=message, copy=_write(one, office, masked, unsubscribe_url))


def _write(
    one: Claim, office: Office, late_words: dict[str, str], unsubscribe_url: str | None
) -> Written:
    return write(
        one.delivery.kind,
        {**one.delivery.words, **late_words},
        reader=one.reader,
        base_url=office.base_url,
        unsubscribe_url=unsubscribe_url,
    )


def _unsubscribe_url(delivery: Delivery, office: Office) -> str | None:
    """Only people can stop mail; an invited address has none yet."""
    if delivery.recipient_id is None:
        return None
    path = unsubscribe_path(
        delivery.workspace_id, delivery.recipient_id, delivery.kind, secret=office.secret
    )
    return f"{office.base_url}{path}"
