"""Replies to our mails: the first line may be a command, everything else becomes a comment. A reply
counts only from the recipient's address to the secret address of that message; nothing is answered
by mail.
"""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.names import address_key
from alignment.errors import Forbidden, NotFound, Refused
from alignment.notifications import queries
from alignment.notifications.actions import definitions, reply_addresses
from alignment.notifications.actions.definitions import Press
from alignment.notifications.actions.table import ActionContext, Subject
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.outcomes import settle
from alignment.notifications.replies import mail_parsing
from alignment.notifications.replies.mail_parsing import InboundMail


def take_reply(context: ActionContext, mail: InboundMail) -> str:
    """Do what the mail says; what became of it, in words for whoever brought it here.

    What cannot be taken is ``Refused`` with the reason; ``NotFound`` or ``Forbidden`` where a
    stranger wrote, who should not even be told.
    """
    delivery = _delivery(context, mail)
    if mail.is_bounce:
        return _bounced(delivery, now=context.now)
    if mail.is_automatic:
        return "Nothing is done: a machine wrote this."
    reader = _reader(context.session, delivery, mail)
    subjects = list(context.actions.subjects_of(delivery))
    if len(subjects) != 1:
        raise Refused("That mail is not about one thing. Answer on the page instead.")
    if not mail.words:
        raise Refused("There is nothing to read in this mail.")
    return _carry_out(context, subjects[0], reader, mail.words)


def _delivery(context: ActionContext, mail: InboundMail) -> Delivery:
    numbers = (
        reply_addresses.delivery_id_of_address(
            address, domain=context.reply_domain, secret=context.secret
        )
        for address in mail.to
    )
    number = next((number for number in numbers if number is not None), None)
    delivery = context.session.get(Delivery, number) if number is not None else None
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


def _carry_out(context: ActionContext, subject: Subject, reader: User, words: str) -> str:
    """The first line may ask for an action; everything else is a comment."""
    press = Press(by=reader, subject_id=subject.id, now=context.now, input=words)
    command = mail_parsing.first_line(words).rstrip(".!").strip().lower()
    for action in subject.topic.actions:
        if command in action.reply_commands:
            choice = action.reply_commands[command]
            return definitions.perform(context.session, action, replace(press, input=choice))
    return subject.topic.comment(context.session, press)
