"""The action buttons and the confirmation code of one mail, made when it is rendered and never
stored.
"""

import logging
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.errors import NotFound
from alignment.notifications import queries
from alignment.notifications.actions import confirmation_codes, signed_links
from alignment.notifications.actions.buttons import ActionButtons, Button
from alignment.notifications.actions.definitions import Action, Topic, available_actions
from alignment.notifications.actions.subjects import subjects_of
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
    subjects = list(subjects_of(delivery, context.topics, context.topic_by_kind))
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
    subjects: list[tuple[str, Topic, int]],
    office: DeliveryContext,
    *,
    now: datetime,
) -> ActionButtons | None:
    actions_by_thread = {
        thread: (topic, subject_id, _open_actions(session, topic, reader, subject_id))
        for thread, topic, subject_id in subjects
    }
    buttons = {
        thread: _buttons(session, delivery, reader, topic, subject_id, actions, office, now=now)
        for thread, (topic, subject_id, actions) in actions_by_thread.items()
        if actions
    }
    if not buttons:
        return None
    is_light = any(act.is_light for _, _, actions in actions_by_thread.values() for act in actions)
    has_code = is_light and confirmation_codes.codes_allowed(session, delivery.workspace_id)
    code = (
        confirmation_codes.code_for(id_of(delivery), reader, secret=office.secret)
        if has_code
        else ""
    )
    return ActionButtons(by_thread=buttons, code=code)


def _open_actions(session: Session, topic: Topic, reader: User, subject_id: int) -> list[Action]:
    try:
        return available_actions(session, topic, reader, subject_id)
    except NotFound:  # a line may be about what is another's by now
        return []


def _buttons(
    session: Session,
    delivery: Delivery,
    reader: User,
    topic: Topic,
    subject_id: int,
    acts: list[Action],
    office: DeliveryContext,
    *,
    now: datetime,
) -> tuple[Button, ...]:
    about = topic.find(session, reader, subject_id)
    named = signed_links.action_link_for(
        reader,
        delivery_id=id_of(delivery),
        topic=topic.name,
        subject_id=subject_id,
        epoch=about.ownership_key,
    )
    path = signed_links.action_path(named, secret=office.secret, now=now)
    return tuple(Button(label=act.label, path=f"{path}#{act.name}") for act in acts)
