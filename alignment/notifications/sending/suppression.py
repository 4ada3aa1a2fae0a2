"""Ask once more, just before a delivery leaves, whether it should be suppressed, and make the words
that are never stored.
"""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Delivery
from alignment.notifications.preferences import mutes
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.recipient_queue import RecipientQueue

logger = logging.getLogger(__name__)


class CheckFailed(Exception):
    """A check broke; ``str()`` says how, for an administrator."""


def suppression_reason(
    session: Session,
    delivery: Delivery,
    queue: RecipientQueue,
    context: DeliveryContext,
    *,
    now: datetime,
) -> str | None:
    """Why this message should not go after all; a check that breaks is ``CannotBeChecked``."""
    recipient = queue.recipient
    if recipient and not recipient.is_active:
        return f"{recipient.name} is no longer active here."
    # The inbox disturbs nobody, so that what is muted can be read there.
    if recipient and queue.has_mutes and delivery.channel is not ChannelKind.INBOX:
        mute_reason = mutes.mute_reason(session, delivery, recipient)
        if mute_reason:
            return mute_reason
    check = context.still_matters.get(delivery.kind)
    if check is None:
        return None
    try:
        with session.begin_nested():
            return check(session, delivery, now=now)
    except Exception as error:
        logger.exception("Message %s could not be checked", delivery.id)
        raise CheckFailed(f"Could not be checked: {error!r}") from error


def send_time_words(
    session: Session, delivery: Delivery, context: DeliveryContext
) -> Mapping[str, str]:
    """The words that are never stored; what breaks is ``CannotBeChecked``."""
    make_words = context.send_time_words.get(delivery.kind)
    if make_words is None:
        return {}
    try:
        with session.begin_nested():
            return make_words(session, delivery, secret=context.secret)
    except Exception as error:
        logger.exception("The words of message %s could not be made", delivery.id)
        raise CheckFailed(f"Its words could not be made: {error!r}") from error
