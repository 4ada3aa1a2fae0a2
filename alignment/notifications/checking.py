"""Asking once more, just before a message goes, whether it should."""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from alignment.notifications import mutes
from alignment.notifications.models import ChannelKind, Delivery
from alignment.notifications.office import Office
from alignment.notifications.piles import Pile

logger = logging.getLogger(__name__)


class CannotBeChecked(Exception):
    """A check broke; ``str()`` says how, for an administrator."""


def against(
    session: Session, delivery: Delivery, pile: Pile, office: Office, *, now: datetime
) -> str | None:
    """Why this message should not go after all; a check that breaks is ``CannotBeChecked``."""
    recipient = pile.recipient
    if recipient and not recipient.is_active:
        return f"{recipient.name} is no longer active here."
    # The inbox disturbs nobody, so that what is muted can be read there.
    if recipient and pile.has_mutes and delivery.channel is not ChannelKind.INBOX:
        muted = mutes.against(session, delivery, recipient)
        if muted:
            return muted
    check = office.still_matters.get(delivery.kind)
    if check is None:
        return None
    try:
        with session.begin_nested():
            return check(session, delivery, now=now)
    except Exception as error:
        logger.exception("Message %s could not be checked", delivery.id)
        raise CannotBeChecked(f"Could not be checked: {error!r}") from error


def late_words(session: Session, delivery: Delivery, office: Office) -> Mapping[str, str]:
    """The words that are never stored; what breaks is ``CannotBeChecked``."""
    words = office.late_words.get(delivery.kind)
    if words is None:
        return {}
    try:
        with session.begin_nested():
            return words(session, delivery, secret=office.secret)
    except Exception as error:
        logger.exception("The words of message %s could not be made", delivery.id)
        raise CannotBeChecked(f"Its words could not be made: {error!r}") from error
