"""The action buttons and the confirmation code of one mail, made when it is rendered and never
stored.
"""

import logging
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.errors import NotFound
from alignment.notifications import queries
from alignment.notifications.actions import confirmation_codes, definitions, signed_links
from alignment.notifications.actions.buttons import ActionButtons, Button
from alignment.notifications.actions.definitions import Action
from alignment.notifications.actions.table import Subject
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Delivery
from alignment.notifications.sending.delivery_context import DeliveryContext

logger = logging.getLogger(__name__)


def action_buttons_of(
    session: Session, delivery: Delivery, context: DeliveryContext, *, now: datetime
) -> ActionButtons | None:
    """The buttons of this mail for its reader; a mail goes without where they cannot be made."""
    if delivery.channel is not ChannelKind.EMAIL or delivery.recipient_id is None:
        return None
    subjects = list(context.actions.subjects_of(delivery))
    if not subjects:
        return None
    reader = queries.find_person(session, delivery.workspace_id, delivery.recipient_id)
    if reader is None:
        return None
    try:
        with session.begin_nested():
            return _make_buttons(session, delivery, reader, subjects, context, now=now)
    except Exception:
        logger.exception("The buttons of message %s could not be made", delivery.id)
        return None


def _make_buttons(
    session: Session,
    delivery: Delivery,
    reader: User,
    subjects: list[Subject],
    context: DeliveryContext,
    *,
    now: datetime,
) -> ActionButtons | None:
    offered = [(subject, _offered_actions(session, subject, reader)) for subject in subjects]
    buttons = {
        subject.thread: tuple(
            Button(label=action.label, path=f"{path}#{action.name}") for action in actions
        )
        for subject, actions in offered
        if actions
        for path in [_path(session, delivery, reader, subject, secret=context.secret, now=now)]
    }
    if not buttons:
        return None
    is_light = any(action.is_light for _, actions in offered for action in actions)
    has_code = is_light and confirmation_codes.codes_allowed(session, delivery.workspace_id)
    code = (
        confirmation_codes.code_for(id_of(delivery), reader, secret=context.secret)
        if has_code
        else ""
    )
    return ActionButtons(by_thread=buttons, code=code)


def _offered_actions(session: Session, subject: Subject, reader: User) -> list[Action]:
    try:
        return definitions.offered_actions(session, subject.topic, reader, subject.id)
    except NotFound:  # a line may be about what is another's by now
        return []


def _path(
    session: Session,
    delivery: Delivery,
    reader: User,
    subject: Subject,
    *,
    secret: str,
    now: datetime,
) -> str:
    about = subject.topic.find(session, reader, subject.id)
    link = signed_links.action_link_for(
        reader,
        delivery_id=id_of(delivery),
        topic=subject.topic.name,
        subject_id=subject.id,
        epoch=about.ownership_key,
    )
    return signed_links.action_path(link, secret=secret, now=now)
