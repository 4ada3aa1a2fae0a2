"""The mail channel without a configured server: messages are kept and readable on the Mail page."""

from alignment.notifications.channels.base import OutgoingMessage, Sent
from alignment.notifications.models import Outcome


class KeptMail:
    """A channel and its batch in one: nothing is opened, nothing leaves."""

    def open(self) -> "KeptMail":
        return self

    def send(self, _message: OutgoingMessage) -> Sent:
        return Sent(outcome=Outcome.KEPT, reason="No mail server is set up, so it is kept here.")

    def close(self) -> None:
        """Nothing is open."""
