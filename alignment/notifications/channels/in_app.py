"""The inbox in the application: the outbox's own row is what its reader sees there."""

from alignment.notifications.channels.base import OutgoingMessage, Sent
from alignment.notifications.models import Outcome


class InApp:
    """A channel and its batch in one: nothing is opened, nothing leaves."""

    def open(self) -> "InApp":
        return self

    def send(self, _message: OutgoingMessage) -> Sent:
        return Sent(outcome=Outcome.KEPT, reason="It is in the inbox.")

    def close(self) -> None:
        """Nothing is open."""
