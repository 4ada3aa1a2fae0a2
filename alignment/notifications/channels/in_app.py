"""The inbox in the application: the outbox's own row is what its reader sees there."""

from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import (
    ChannelSpec,
    NothingToOpen,
    OutgoingMessage,
    Sent,
)
from alignment.notifications.models import Outcome


class InApp(NothingToOpen):
    """Nothing leaves."""

    def send(self, _message: OutgoingMessage) -> Sent:
        return Sent(outcome=Outcome.KEPT, reason="It is in the inbox.")


SPEC = ChannelSpec(
    name="inbox", kind=ChannelKind.INBOX, label="Inbox", build=lambda _given: InApp()
)
