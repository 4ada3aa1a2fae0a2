"""What one mail lets its reader do, made when it is written out and never stored."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.errors import NotFound
from alignment.notifications import codes, links, queries
from alignment.notifications.acts import Act, Topic, open_to
from alignment.notifications.models import ChannelKind, Delivery
from alignment.notifications.offers import OWN, Button, Offer
from alignment.notifications.office import Office

logger = logging.getLogger(__name__)


def offer_of(
    session: Session, delivery: Delivery, office: Office, *, now: datetime
) -> Offer | None:
    """The buttons of this mail for its reader; a mail goes without where they cannot be made."""
    if delivery.channel is not ChannelKind.EMAIL or delivery.recipient_id is None:
        return None
    subjects = list(subjects_of(delivery, office.topics, office.acted_on))
    if not subjects:
        return None
    reader = queries.person(session, delivery.workspace_id, delivery.recipient_id)
    if reader is None:
        return None
    try:
        with session.begin_nested():
            return _made(session, delivery, reader, subjects, office, now=now)
    except Exception:
        logger.exception("The buttons of message %s could not be made", delivery.id)
        return None


def subjects_of(
    delivery: Delivery, topics: Mapping[str, Topic], acted_on: Mapping[str, str]
) -> Iterator[tuple[str, Topic, int]]:
    """Each thing with buttons: the thread under which they stand, its topic and its number."""
    own = acted_on.get(delivery.kind)
    if own is not None:
        yield OWN, topics[own], delivery.subject_id
    for section in delivery.words.get("sections", ()):
        for line in section["lines"]:
            about, _, number = line.get("thread", "").partition("-")
            topic = topics.get(about)
            if topic is not None and topic.is_in_digest:
                yield line["thread"], topic, int(number)


def _made(
    session: Session,
    delivery: Delivery,
    reader: User,
    subjects: list[tuple[str, Topic, int]],
    office: Office,
    *,
    now: datetime,
) -> Offer | None:
    acts = {
        thread: (topic, subject_id, _open(session, topic, reader, subject_id))
        for thread, topic, subject_id in subjects
    }
    buttons = {
        thread: _buttons(session, delivery, reader, topic, subject_id, those, office, now=now)
        for thread, (topic, subject_id, those) in acts.items()
        if those
    }
    if not buttons:
        return None
    is_light = any(act.is_light for _, _, those in acts.values() for act in those)
    has_code = is_light and codes.are_allowed(session, delivery.workspace_id)
    code = codes.code_for(id_of(delivery), reader, secret=office.secret) if has_code else ""
    return Offer(buttons=buttons, code=code)


def _open(session: Session, topic: Topic, reader: User, subject_id: int) -> list[Act]:
    try:
        return open_to(session, topic, reader, subject_id)
    except NotFound:  # a line may be about what is another's by now
        return []


def _buttons(
    session: Session,
    delivery: Delivery,
    reader: User,
    topic: Topic,
    subject_id: int,
    acts: list[Act],
    office: Office,
    *,
    now: datetime,
) -> tuple[Button, ...]:
    about = topic.about(session, reader, subject_id)
    named = links.name(
        reader,
        delivery_id=id_of(delivery),
        topic=topic.name,
        subject_id=subject_id,
        epoch=about.epoch,
    )
    path = links.path_of(named, secret=office.secret, now=now)
    return tuple(Button(label=act.label, path=f"{path}#{act.name}") for act in acts)
