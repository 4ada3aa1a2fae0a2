"""No mail server is configured: messages stay here, readable on the Mail page."""

from alignment.notifications.channels.base import Message, Sent
from alignment.notifications.models import Outcome


class Keeping:
    """A channel and its batch in one: nothing is opened, nothing leaves."""

    def open(self) -> "Keeping":
        return self

    def send(self, _message: Message) -> Sent:
        return Sent(outcome=Outcome.KEPT, reason="No mail server is set up, so it is kept here.")

    def close(self) -> None:
        """Nothing is open."""
