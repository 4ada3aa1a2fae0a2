"""Short ways to put a letter into the outbox, send what is due, and see what became of it."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment import db
from alignment.accounts.models import User
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import Channel
from alignment.notifications.channels.email import Email
from alignment.notifications.channels.in_app import InApp
from alignment.notifications.channels.mime import sender_of
from alignment.notifications.channels.smtp_settings import server_at
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.dispatch import dispatch
from tests.factories import MONDAY_NINE

SENDER = sender_of("Alignment <alignment@acme.test>")


def letter_to(person: User, *, key: str = "task-1", **given: Any) -> Notice:
    """A plain letter, which needs no words but what it is about."""
    facts: dict[str, Any] = {"kind": "plain", "words": {"about": "Globex"}, "subject_id": 1}
    return Notice(
        workspace_id=person.workspace_id,
        key=key,
        recipient_id=person.id,
        address=person.email,
        **(facts | given),
    )


def post(engine: Engine, *letters: Notice, now: datetime = MONDAY_NINE) -> None:
    with db.transaction(engine) as session:
        for letter in letters:
            enqueue(session, letter, now=now)


def mail_to(port: int, *, scheme: str = "smtp+plain", **given: Any) -> Email:
    return Email(server_at(f"{scheme}://127.0.0.1:{port}"), sender=SENDER, **given)


def office_for(channel: Channel, **given: Any) -> DeliveryContext:
    """An office that mails by this channel; the inbox is there in any case."""
    channels = {ChannelKind.EMAIL: channel, ChannelKind.INBOX: InApp()}
    return DeliveryContext(
        channels=channels, base_url="https://alignment.acme.test", secret="s" * 32, **given
    )


def deliveries(engine: Engine) -> list[Delivery]:
    with Session(engine) as session:
        return list(session.exec(select(Delivery).order_by(col(Delivery.id))))


def send_due(
    engine: Engine, office: DeliveryContext, *, now: datetime = MONDAY_NINE
) -> Counter[Outcome]:
    return dispatch(engine, office, clock=lambda: now)
