"""Replies to our mails: the first line may be a command, everything else becomes a comment. A reply
counts only from the recipient's address to the secret address of that message; nothing is answered
by mail.
"""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.names import address_key
from alignment.errors import Forbidden, NotFound, Refused
from alignment.notifications import queries
from alignment.notifications.actions import definitions, reply_addresses
from alignment.notifications.actions.definitions import Action, Topic
from alignment.notifications.actions.subjects import subjects_of
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.outcomes import settle
from alignment.notifications.preferences.snoozing import SnoozeLength
from alignment.notifications.replies import mail_parsing
from alignment.notifications.replies.mail_parsing import InboundMail

logger = logging.getLogger(__name__)

COMMANDS: Mapping[str, tuple[str, str]] = {
    "done": ("done", ""),
    "called": ("called", ""),
    "i called": ("called", ""),
    "accept": ("accept", ""),
    "accepted": ("accept", ""),
    "tomorrow": ("snooze", SnoozeLength.A_DAY.value),
    "snooze": ("snooze", SnoozeLength.A_DAY.value),
    "later": ("snooze", SnoozeLength.A_DAY.value),
    "monday": ("snooze", SnoozeLength.MONDAY.value),
    "until monday": ("snooze", SnoozeLength.MONDAY.value),
}
"""The whole first line of an answer, in small letters and without a full stop: act and choice."""


def take_reply(
    session: Session,
    mail: InboundMail,
    topics: Mapping[str, Topic],
    topic_by_kind: Mapping[str, str],
    *,
    domain: str,
    secret: str,
    now: datetime,
) -> str:
    """Do what the mail says; what became of it, in words for whoever brought it here.

    What cannot be taken is ``Refused`` with the reason; ``NotFound`` or ``Forbidden`` where a
    stranger wrote, who should not even be told.
    """
    delivery = _delivery(session, mail, domain=domain, secret=secret)
    if mail.is_bounce:
        return _bounced(delivery, now=now)
    if mail.is_automatic:
        return "Nothing is done: a machine wrote this."
    reader = _reader(session, delivery, mail)
    subjects = list(subjects_of(delivery, topics, topic_by_kind))
    if len(subjects) != 1:
        raise Refused("That mail is not about one thing. Answer on the page instead.")
    if not mail.words:
        raise Refused("There is nothing to read in this mail.")
    ((_, topic, subject_id),) = subjects
    return _carry_out(session, topic, subject_id, reader, mail.words, now=now)


def _delivery(session: Session, mail: InboundMail, *, domain: str, secret: str) -> Delivery:
    numbers = (
        reply_addresses.delivery_id_of_address(x, domain=domain, secret=secret) for x in mail.to
    )
    number = next((number for number in numbers if number is not None), None)
    delivery = session.get(Delivery, number) if number is not None else None
    if delivery is None:
        raise NotFound("This is not the address of a message of ours.")
    return delivery


def _bounced(delivery: Delivery, *, now: datetime) -> str:
    """The server took the mail and another one could not deliver it."""
    if delivery.outcome is not Outcome.ACCEPTED:
        return "Nothing is done: this message did not wait for a report."
    settle(
        delivery, Outcome.BOUNCED, "A mail server reported that it could not deliver it.", now=now
    )
    return "The message is marked as bounced."


def _reader(session: Session, delivery: Delivery, mail: InboundMail) -> User:
    reader = (
        queries.find_person(session, delivery.workspace_id, delivery.recipient_id)
        if delivery.recipient_id is not None
        else None
    )
    if reader is None or not reader.is_active:
        raise Forbidden("Whom this message went to is no longer here.")
    if address_key(mail.sender) != reader.email_key:
        raise Forbidden("Only the person whom the message went to can answer it.")
    return reader


def _carry_out(
    session: Session,
    topic: Topic,
    subject_id: int,
    reader: User,
    words: str,
    *,
    now: datetime,
) -> str:
    command = mail_parsing.first_line(words).rstrip(".!").strip().lower()
    name, choice = COMMANDS.get(command, ("", ""))
    action = next((act for act in topic.acts if act.name == name and act.is_light), None)
    if action is None:
        said: str = topic.comment(session, reader, subject_id, words, now=now)
        return said
    return _perform(session, topic, action, subject_id, reader, choice, now=now)


def _perform(
    session: Session,
    topic: Topic,
    action: Action,
    subject_id: int,
    reader: User,
    choice: str,
    *,
    now: datetime,
) -> str:
    if action not in definitions.available_actions(session, topic, reader, subject_id):
        about = topic.find(session, reader, subject_id)
        raise Refused(f"Nothing is done: {about.title} is no longer waiting for that.")
    return definitions.perform(session, action, subject_id, by=reader, now=now, choice=choice)
