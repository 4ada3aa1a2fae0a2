"""Mails as their readers get them: what was due is sent to a list, with working links."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from alignment import wiring
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import OutgoingMessage, Sent
from alignment.notifications.models import Outcome
from alignment.notifications.sending.delivery_context import DeliveryContext
from tests.postbox import send_due

BASE = "http://127.0.0.1:8000"


@dataclass
class Letterbox:
    """A channel that keeps what it is given, as one mailbox for everybody."""

    taken: list[OutgoingMessage] = field(default_factory=list)

    def open(self) -> "Letterbox":
        return self

    def send(self, message: OutgoingMessage) -> Sent:
        self.taken.append(message)
        return Sent(outcome=Outcome.ACCEPTED, reason="250 taken")

    def close(self) -> None:
        pass


def mail_out(
    engine: Engine, *, now: datetime, asks_again: bool = True, reply_domain: str = ""
) -> list[OutgoingMessage]:
    """Send everything that is due now, as far as it still matters; the mails that left."""
    box = Letterbox()
    office = DeliveryContext(
        channels={ChannelKind.EMAIL: box},
        base_url=BASE,
        secret="s" * 32,
        still_matters=wiring.SUPPRESSION_CHECKS if asks_again else {},
        send_time_words=wiring.UNSTORED_WORDS,
        pictures=wiring.PICTURES,
        actions=wiring.ACTIONS,
        reply_domain=reply_domain,
    )
    send_due(engine, office, now=now)
    return box.taken


def link_in(mail: OutgoingMessage) -> str:
    """The path behind the buttons of a mail."""
    return re.findall(rf"{BASE}(/a/[^\s#]+)#", mail.text)[0]


def buttons_in(mail: OutgoingMessage) -> list[str]:
    return re.findall(rf"(?m)^\s*([^:\n]+): {BASE}/a/", mail.text)


def code_in(mail: OutgoingMessage) -> str:
    return re.findall(r"on the page: (\d{4})", mail.text)[0]
