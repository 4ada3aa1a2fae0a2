"""What dispatch asks of a way to reach people, and what a channel answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alignment.notifications.models import Outcome


@dataclass(frozen=True, kw_only=True)
class Message:
    """One letter to one address, in words that every channel understands."""

    id: str
    """The same on every try, so that a reader's mailbox can drop a second copy."""
    kind: str
    workspace_id: int
    thread: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str | None
    at: datetime
    """When it is written, aware UTC."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The channel has it; ``reason`` is its answer, in words for an administrator."""

    outcome: Outcome
    reason: str


class DeliveryError(Exception):
    """The message did not go. ``is_down`` means that no other one would go either."""

    def __init__(self, reason: str, *, outcome: Outcome, is_down: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.outcome = outcome
        self.is_down = is_down


class Batch(Protocol):
    """An open channel, for a few messages."""

    def send(self, message: Message) -> Sent:
        """Hand one message over, or raise ``DeliveryError``."""

    def close(self) -> None:
        """Let go of the channel; never raises."""


class Channel(Protocol):
    """A way to reach people."""

    def open(self) -> Batch:
        """Make ready to send, or raise ``DeliveryError`` for all that was to go."""
