"""Check a delivery once more just before it leaves, and make what only a delivery that leaves
needs: words that are never stored, its lateness and its action buttons.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.notifications.actions.buttons import ActionButtons
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.downtime.lateness import Lateness
from alignment.notifications.models import Delivery
from alignment.notifications.preferences import mutes
from alignment.notifications.sending.action_buttons import action_buttons_of
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.verdicts import Drop

logger = logging.getLogger(__name__)


class CheckFailed(Exception):
    """A check broke; ``str()`` says how, for an administrator."""


@dataclass(frozen=True, kw_only=True)
class LeavingDelivery:
    """A delivery that is about to leave, and what its checks may ask."""

    session: Session
    delivery: Delivery
    recipient: User | None
    has_mutes: bool
    lateness: Lateness | None
    context: DeliveryContext
    now: datetime


@dataclass(frozen=True, kw_only=True)
class PreparedDelivery:
    """A delivery that passed the checks, with what is made only at send time."""

    delivery: Delivery
    send_time_words: Mapping[str, str] = field(default_factory=dict)
    lateness: Lateness | None = None
    buttons: ActionButtons | None = None

    @property
    def is_counted(self) -> bool:
        return self.lateness is not None and self.lateness.is_too_late


def check_and_prepare(leaving: LeavingDelivery) -> PreparedDelivery | Drop:
    """Drop it for the first check that gives a reason; where a check breaks it is tried again."""
    ids = (id_of(leaving.delivery),)
    try:
        for check in CHECKS:
            if reason := check(leaving):
                return Drop(ids=ids, reason=reason)
        words = send_time_words(leaving.session, leaving.delivery, leaving.context)
    except CheckFailed as error:
        return Drop(ids=ids, reason=str(error), is_retried=True)
    buttons = action_buttons_of(leaving.session, leaving.delivery, leaving.context, now=leaving.now)
    return PreparedDelivery(
        delivery=leaving.delivery,
        send_time_words=words,
        lateness=leaving.lateness,
        buttons=buttons,
    )


def recipient_left(leaving: LeavingDelivery) -> str | None:
    recipient = leaving.recipient
    if recipient is None or recipient.is_active:
        return None
    return f"{recipient.name} is no longer active here."


def recipient_muted_it(leaving: LeavingDelivery) -> str | None:
    """The inbox disturbs nobody, so that what is muted can be read there."""
    is_inbox = leaving.delivery.channel is ChannelKind.INBOX
    if leaving.recipient is None or not leaving.has_mutes or is_inbox:
        return None
    return mutes.mute_reason(leaving.session, leaving.delivery, leaving.recipient)


def no_longer_matters(leaving: LeavingDelivery) -> str | None:
    """What the slice says that the delivery is about."""
    still_matters = leaving.context.still_matters.get(leaving.delivery.kind)
    if still_matters is None:
        return None
    try:
        with leaving.session.begin_nested():
            return still_matters(leaving.session, leaving.delivery, now=leaving.now)
    except Exception as error:
        logger.exception("Message %s could not be checked", leaving.delivery.id)
        raise CheckFailed(f"Could not be checked: {error!r}") from error


CHECKS: tuple[Callable[[LeavingDelivery], str | None], ...] = (
    recipient_left,
    recipient_muted_it,
    no_longer_matters,
)
"""Each gives the reason why a delivery should not leave after all, or None."""


def send_time_words(
    session: Session, delivery: Delivery, context: DeliveryContext
) -> Mapping[str, str]:
    """The words that are never stored; a slice that cannot make them raises ``CheckFailed``."""
    make_words = context.send_time_words.get(delivery.kind)
    if make_words is None:
        return {}
    try:
        with session.begin_nested():
            return make_words(session, delivery, secret=context.secret)
    except Exception as error:
        logger.exception("The words of message %s could not be made", delivery.id)
        raise CheckFailed(f"Its words could not be made: {error!r}") from error
