"""The mail channel without a configured server: messages are kept and readable on the Mail page."""

from alignment.notifications.channels.base import NothingToOpen, OutgoingMessage, Sent
from alignment.notifications.models import Outcome


class KeptMail(NothingToOpen):
    """Nothing leaves."""

    def send(self, _message: OutgoingMessage) -> Sent:
        return Sent(outcome=Outcome.KEPT, reason="No mail server is set up, so it is kept here.")
