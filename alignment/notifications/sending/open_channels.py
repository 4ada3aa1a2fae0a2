"""The channels opened during one dispatch run; each is opened on first use and kept open, and those
that are down are skipped.
"""

from collections.abc import Mapping

from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import (
    Channel,
    DeliveryError,
    OpenChannel,
    OutgoingMessage,
    Sent,
)


class OpenChannels:
    """Channels by kind; ``down`` are those of which no more is expected in this tick."""

    def __init__(self, channels: Mapping[ChannelKind, Channel]) -> None:
        self._channels = channels
        self._open: dict[ChannelKind, OpenChannel] = {}
        self.down: set[ChannelKind] = set()

    @property
    def available(self) -> list[ChannelKind]:
        return [channel for channel in self._channels if channel not in self.down]

    def open_error(self, channel: ChannelKind) -> DeliveryError | None:
        """Open the channel unless it is; what keeps it from opening."""
        if channel not in self._open:
            try:
                self._open[channel] = self._channels[channel].open()
            except DeliveryError as error:
                return error
        return None

    def send(self, channel: ChannelKind, message: OutgoingMessage) -> Sent:
        """Hand a message to an open channel."""
        return self._open[channel].send(message)

    def close(self) -> None:
        for batch in self._open.values():
            batch.close()
